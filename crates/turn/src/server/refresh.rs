//! Refresh (RFC 8656 §8), and how allocations end.
use super::Server;
use crate::address::{ClientAddr, Family, Now};
use crate::allocation::Allocation;
use crate::auth::Authenticated;
use crate::peer_filter::PeerPolicy;
use crate::request::{AskedFamily, Field, Request};
use crate::sink::{Ending, Event, Sink};
use wire::attribute::{self, ErrorCode};
use wire::stun::Method;

impl<P: PeerPolicy> Server<P> {
    pub(super) fn refresh(
        &mut self,
        now: Now,
        from: &ClientAddr,
        request: &Request<'_>,
        who: &Authenticated<'_>,
        sink: &mut impl Sink,
    ) -> Result<(), ErrorCode> {
        let slot = self.own_slot(from, who)?;
        if request.lifetime_s.is_malformed() || request.requested_family.is_malformed() {
            return Err(ErrorCode::BadRequest);
        }
        let family = self.refreshed_family(slot, request)?;
        let is_release = request.lifetime_s == Field::Present(0);
        let lifetime_s = if is_release { 0 } else { self.lifetime_s(now, request.lifetime_s.get(), &who.username) };
        let expires_ms = now.monotonic_ms + u64::from(lifetime_s) * 1000;
        self.allocations.reschedule(slot, |allocation| allocation.prolong(family, expires_ms));
        if is_release {
            self.end_due(now, slot, Ending::Released, sink);
        }
        self.succeed(from, Method::Refresh, request, &who.seal, sink, |emitter| {
            emitter.attribute(attribute::LIFETIME, &lifetime_s.to_be_bytes());
        });
        Ok(())
    }

    /// The family a Refresh is about, all if it names none; 443 if the allocation does not have it.
    fn refreshed_family(&self, slot: u32, request: &Request<'_>) -> Result<Option<Family>, ErrorCode> {
        match request.requested_family {
            Field::Absent | Field::Malformed => Ok(None),
            Field::Present(AskedFamily::Known(family)) => {
                let has = self.allocations.get(slot).is_some_and(|it| it.relays().any(|relay| Family::of(&relay.addr) == family));
                if has { Ok(Some(family)) } else { Err(ErrorCode::PeerAddressFamilyMismatch) }
            }
            Field::Present(AskedFamily::Unknown) => Err(ErrorCode::PeerAddressFamilyMismatch),
        }
    }

    /// Ends every relayed address whose time has come, and every allocation that has none left.
    pub(super) fn end_expired(&mut self, now: Now, sink: &mut impl Sink) {
        while let Some((at, slot)) = self.allocations.next_timeout()
            && at <= now.monotonic_ms
        {
            self.end_due(now, slot, Ending::Expired, sink);
        }
    }

    fn end_due(&mut self, now: Now, slot: u32, reason: Ending, sink: &mut impl Sink) {
        let mut ended = None;
        self.allocations.reschedule(slot, |allocation| ended = allocation.take_ended(now.monotonic_ms));
        if let Some(relay) = ended {
            self.free_relay(relay, sink);
        }
        match self.allocations.get(slot).map(Allocation::next_timeout) {
            Some(None) => self.end(slot, reason, sink),
            Some(Some(at)) if at <= now.monotonic_ms => self.end_due(now, slot, reason, sink),
            Some(Some(_)) | None => {}
        }
    }

    /// Ends an allocation with all it has.
    pub(super) fn end(&mut self, slot: u32, reason: Ending, sink: &mut impl Sink) {
        let Some(allocation) = self.allocations.remove(slot) else { return };
        for relay in allocation.relays() {
            self.free_relay(relay.addr, sink);
        }
        if let Some(user) = self.users.get(allocation.user) {
            sink.event(Event::Ended {
                user: &user.name,
                room: allocation.room,
                client: &allocation.client,
                reason,
                bytes_from_client: allocation.bytes_from_client,
                bytes_to_client: allocation.bytes_to_client,
            });
        }
        self.users.release(allocation.user, slot);
    }

    /// Ends the allocation of a stream that was closed.
    pub fn client_closed(&mut self, client: &ClientAddr, sink: &mut impl Sink) {
        if let Some(slot) = self.allocations.find(client) {
            self.end(slot, Ending::Closed, sink);
        }
    }
}
