//! `CreatePermission` and `ChannelBind` (RFC 8656 §10, §12.2): which peers an allocation lets in.
use super::Server;
use crate::address::{ClientAddr, Family, Now};
use crate::auth::Authenticated;
use crate::channels::Refusal;
use crate::peer_filter::PeerPolicy;
use crate::request::Request;
use crate::sink::Sink;
use std::net::SocketAddr;
use wire::attribute::ErrorCode;
use wire::channel_data::CHANNEL_NUMBERS;
use wire::stun::Method;

impl<P: PeerPolicy> Server<P> {
    /// All peers or none: one that may not be reached refuses the request.
    pub(super) fn create_permission(
        &mut self,
        now: Now,
        from: &ClientAddr,
        request: &Request<'_>,
        who: &Authenticated<'_>,
        sink: &mut impl Sink,
    ) -> Result<(), ErrorCode> {
        let slot = self.own_slot(from, who)?;
        if request.peers.is_empty() || request.has_malformed_peer {
            return Err(ErrorCode::BadRequest);
        }
        if request.peers.overflowed {
            return Err(ErrorCode::InsufficientCapacity);
        }
        for peer in request.peers.iter() {
            self.judge_peer(now, slot, &peer)?;
        }
        let allocation = self.allocations.get_mut(slot).ok_or(ErrorCode::AllocationMismatch)?;
        if !allocation.has_room_for(request.peers.iter().map(|peer| peer.ip()), now.monotonic_ms) {
            return Err(ErrorCode::InsufficientCapacity);
        }
        for peer in request.peers.iter() {
            allocation.permit(peer.ip(), now.monotonic_ms);
        }
        self.succeed(from, Method::CreatePermission, request, &who.seal, sink, |_| {});
        Ok(())
    }

    /// Binds a channel, or binds it again; either way the peer is let in for another five minutes.
    pub(super) fn channel_bind(
        &mut self,
        now: Now,
        from: &ClientAddr,
        request: &Request<'_>,
        who: &Authenticated<'_>,
        sink: &mut impl Sink,
    ) -> Result<(), ErrorCode> {
        let slot = self.own_slot(from, who)?;
        let number = request.channel_number.get().filter(|number| CHANNEL_NUMBERS.contains(number)).ok_or(ErrorCode::BadRequest)?;
        let peer = request.peers.iter().next().filter(|peer| peer.port() != 0 && !request.has_malformed_peer).ok_or(ErrorCode::BadRequest)?;
        self.judge_peer(now, slot, &peer)?;
        let allocation = self.allocations.get_mut(slot).ok_or(ErrorCode::AllocationMismatch)?;
        allocation.channels.check(number, &peer, now.monotonic_ms).map_err(|refusal| match refusal {
            Refusal::Taken => ErrorCode::BadRequest,
            Refusal::Full => ErrorCode::InsufficientCapacity,
        })?;
        if !allocation.has_room_for(std::iter::once(peer.ip()), now.monotonic_ms) {
            return Err(ErrorCode::InsufficientCapacity);
        }
        allocation.channels.bind(number, peer, now.monotonic_ms);
        allocation.permit(peer.ip(), now.monotonic_ms);
        self.succeed(from, Method::ChannelBind, request, &who.seal, sink, |_| {});
        Ok(())
    }

    /// 443 for a peer of a family that the allocation does not have, 403 for one that may not be reached.
    fn judge_peer(&self, now: Now, slot: u32, peer: &SocketAddr) -> Result<(), ErrorCode> {
        let allocation = self.allocations.get(slot).ok_or(ErrorCode::AllocationMismatch)?;
        if allocation.relay(Family::of(peer), now).is_none() {
            return Err(ErrorCode::PeerAddressFamilyMismatch);
        }
        if self.may_reach(&allocation.client, allocation.room, peer) { Ok(()) } else { Err(ErrorCode::Forbidden) }
    }
}
