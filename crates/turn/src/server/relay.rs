//! The packet path (RFC 8656 §11, §12.5 to §12.7): one hash per side, nothing allocated, no payload copied.
//!
//! Every datagram is judged again, in both directions: its peer must still be there, in the same room, and both users within their bytes per second.
use super::{Place, Server};
use crate::address::{ClientAddr, Family, Now};
use crate::limits::DATA_BYTES_MAX;
use crate::peer_filter::{PeerPolicy, Standing};
use crate::request::Request;
use crate::sink::{HandOver, Origin, Sink};
use crate::users::Direction;
use std::net::SocketAddr;
use wire::attribute::{DATA, XOR_PEER_ADDRESS};
use wire::channel_data;
use wire::stun::{Class, MAGIC_COOKIE, Method, message_type};
use wire::xor_address;

impl<P: PeerPolicy> Server<P> {
    #[inline]
    pub(super) fn channel_data(&mut self, now: Now, from: &ClientAddr, input: &[u8], sink: &mut impl Sink) {
        let found = channel_data::parse(input).and_then(|(number, data)| {
            let slot = self.allocations.find(from)?;
            let peer = self.allocations.get(slot)?.channels.peer(number, now.monotonic_ms)?;
            Some((slot, peer, data))
        });
        match found {
            Some((slot, peer, data)) => self.forward(now, slot, peer, data, false, sink),
            None => self.stats.packets_malformed += 1,
        }
    }

    /// Send needs a permission, and says nothing when it has none (RFC 8656 §11.2).
    pub(super) fn send_indication(&mut self, now: Now, from: &ClientAddr, request: &Request<'_>, sink: &mut impl Sink) {
        let found = self.allocations.find(from).and_then(|slot| {
            let peer = request.peers.iter().next().filter(|_| !request.has_malformed_peer && request.unknown.is_empty())?;
            let data = request.data?;
            let is_permitted = peer.port() != 0 && self.allocations.get(slot)?.permits(peer.ip(), now.monotonic_ms);
            is_permitted.then_some((slot, peer, data))
        });
        match found {
            Some((slot, peer, data)) => self.forward(now, slot, peer, data, request.has_dont_fragment, sink),
            None => self.stats.packets_malformed += 1,
        }
    }

    /// From an allocation to a peer.
    #[inline]
    fn forward(&mut self, now: Now, slot: u32, peer: SocketAddr, data: &[u8], dont_fragment: bool, sink: &mut impl Sink) {
        let Some(allocation) = self.allocations.get(slot) else { return };
        let Some(relay) = allocation.relay(Family::of(&peer), now).filter(|_| data.len() <= DATA_BYTES_MAX) else { return };
        let room = allocation.room;
        let place = self.place(allocation.client.local.ip(), &peer);
        if !self.is_allowed(room, &peer, place.standing()) {
            self.stats.peers_denied += 1;
            return;
        }
        if !self.spend(now, slot, Direction::FromClient, data.len()) {
            return;
        }
        if let Some(allocation) = self.allocations.get_mut(slot) {
            allocation.bytes_from_client += data.len() as u64;
        }
        self.stats.packets_from_clients += 1;
        self.stats.bytes_from_clients += data.len() as u64;
        match place {
            Place::Here(to_slot, _) => self.deliver(now, to_slot, &relay, Standing::Allocation(room), data, sink),
            Place::Shard(shard, _) => sink.to_shard(shard, &HandOver { from: relay, to: peer, origin: Origin::Allocation(room) }, data),
            Place::Service => sink.to_local(peer, relay, data),
            Place::OwnAddress | Place::World => sink.to_peer(relay, peer, data, dont_fragment),
        }
    }

    /// From a peer to an allocation's client.
    #[inline]
    fn deliver(&mut self, now: Now, slot: u32, peer: &SocketAddr, standing: Standing, data: &[u8], sink: &mut impl Sink) {
        let Some(allocation) = self.allocations.get(slot) else { return };
        let is_open = allocation.relay(Family::of(peer), now).is_some() && allocation.permits(peer.ip(), now.monotonic_ms);
        if !is_open || data.len() > DATA_BYTES_MAX {
            return;
        }
        if !self.is_allowed(allocation.room, peer, standing) {
            self.stats.peers_denied += 1;
            return;
        }
        if !self.spend(now, slot, Direction::ToClient, data.len()) {
            return;
        }
        self.stats.packets_to_clients += 1;
        self.stats.bytes_to_clients += data.len() as u64;
        let Some(allocation) = self.allocations.get_mut(slot) else { return };
        allocation.bytes_to_client += data.len() as u64;
        let client = &allocation.client;
        let to_four = data.len().next_multiple_of(4) - data.len();
        let number = allocation.channels.number(peer, now.monotonic_ms);
        if let Some(head) = number.and_then(|number| channel_data::header(number, data.len())) {
            sink.to_client(client, &head, data, if client.transport.is_stream() { to_four } else { 0 });
        } else {
            self.indications += 1;
            let (head, length) = data_indication(self.indication_prefix, self.indications, peer, data.len());
            sink.to_client(client, &head[..length], data, to_four);
        }
    }

    #[inline]
    fn spend(&mut self, now: Now, slot: u32, direction: Direction, bytes: usize) -> bool {
        let Some(user) = self.allocations.get(slot).map(|allocation| allocation.user) else { return false };
        let spent =
            self.users.get_mut(user).is_some_and(|user| user.spend(direction, bytes, now.monotonic_ms, self.config.bytes_per_second_per_user));
        self.stats.packets_over_rate += u64::from(!spent);
        spent
    }

    /// Handles a datagram that came from the world to the socket of a relayed address (`Peers::Public`).
    pub fn handle_peer(&mut self, now: Now, relay: SocketAddr, peer: SocketAddr, data: &[u8], sink: &mut impl Sink) {
        let Some(slot) = self.ports.slot(&relay) else { return };
        let Some(allocation) = self.allocations.get(slot) else { return };
        // A datagram from the world that names one of our own addresses is forged: those are handed over, they never arrive here.
        let standing = match self.place(allocation.client.local.ip(), &peer) {
            Place::World => Standing::Elsewhere,
            _ => Standing::OwnAddress,
        };
        self.deliver(now, slot, &peer, standing, data, sink);
    }

    /// Handles a datagram from a registered service to a relayed address, of this shard or another one.
    pub fn handle_local(&mut self, now: Now, service: SocketAddr, relay: SocketAddr, data: &[u8], sink: &mut impl Sink) {
        if !self.services.contains(&service) {
            return;
        }
        if let Some(slot) = self.ports.slot(&relay) {
            self.deliver(now, slot, &service, Standing::Service, data, sink);
        } else if let Some((shard, _)) = self.ports.elsewhere(&relay) {
            sink.to_shard(shard, &HandOver { from: service, to: relay, origin: Origin::Service }, data);
        }
    }

    /// Handles a datagram that another shard gave to `Sink::to_shard`.
    pub fn handle_from_shard(&mut self, now: Now, hand_over: &HandOver, data: &[u8], sink: &mut impl Sink) {
        let Some(slot) = self.ports.slot(&hand_over.to) else { return };
        let standing = match hand_over.origin {
            Origin::Allocation(room) => Standing::Allocation(room),
            Origin::Service if self.services.contains(&hand_over.from) => Standing::Service,
            Origin::Service => return,
        };
        self.deliver(now, slot, &hand_over.from, standing, data, sink);
    }
}

/// Everything of a Data indication in front of its data: header, XOR-PEER-ADDRESS, and DATA's own header, 36 or 48 bytes.
fn data_indication(prefix: [u8; 4], count: u64, peer: &SocketAddr, data_bytes: usize) -> ([u8; 48], usize) {
    let mut transaction_id = [0; 12];
    transaction_id[..4].copy_from_slice(&prefix);
    transaction_id[4..].copy_from_slice(&count.to_be_bytes());
    let mut address = [0; 20];
    let address_bytes = xor_address::emit(peer, &transaction_id, &mut address);
    let length = u16::try_from(4 + address_bytes + 4 + data_bytes.next_multiple_of(4)).unwrap_or(u16::MAX);
    let data_length = u16::try_from(data_bytes).unwrap_or(u16::MAX);
    let mut head = [0; 48];
    let mut at = 0;
    let mut put = |bytes: &[u8]| {
        head[at..at + bytes.len()].copy_from_slice(bytes);
        at += bytes.len();
    };
    put(&message_type(Class::Indication, Method::Data).to_be_bytes());
    put(&length.to_be_bytes());
    put(&MAGIC_COOKIE.to_be_bytes());
    put(&transaction_id);
    put(&XOR_PEER_ADDRESS.to_be_bytes());
    put(&if address_bytes == 8 { [0, 8] } else { [0, 20] });
    put(&address[..address_bytes]);
    put(&DATA.to_be_bytes());
    put(&data_length.to_be_bytes());
    (head, at)
}
