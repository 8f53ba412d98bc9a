//! The world of a story: it holds the server to its promises while it listens.
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use turn::{ClientAddr, Event, HandOver, RoomId, Sink};

/// What data says about where it comes from: its first byte.
pub(crate) const FROM_WORLD: u8 = 0xee;
pub(crate) const FROM_SERVICE: u8 = 0xaa;

/// A live allocation.
#[derive(Clone, Copy)]
pub(crate) struct Tenant {
    pub(crate) client: ClientAddr,
    pub(crate) room: Option<RoomId>,
}

/// What the world knows.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) is_public: bool,
    pub(crate) sockets_are_scarce: bool,
    pub(crate) sockets: BTreeSet<SocketAddr>,
    pub(crate) relays: Vec<SocketAddr>,
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) replies: Vec<(ClientAddr, Vec<u8>)>,
}

/// The marker of data that a client of this room sends.
pub(crate) fn marker(room: Option<RoomId>) -> u8 {
    room.map_or(0, |room| u8::try_from(room.0).unwrap_or(u8::MAX))
}

impl World {
    pub(crate) fn tenant(&self, client: &ClientAddr) -> Option<Tenant> {
        self.tenants.iter().find(|tenant| tenant.client == *client).copied()
    }
}

impl Sink for World {
    fn reply(&mut self, to: &ClientAddr, message: &[u8]) {
        assert!(message.len() <= 548, "a reply fits into one datagram everywhere");
        self.replies.push((*to, message.to_vec()));
    }

    fn to_client(&mut self, to: &ClientAddr, head: &[u8], data: &[u8], padding: usize) {
        let room = self.tenant(to).expect("only who has an allocation gets data").room;
        assert!([4, 36, 48].contains(&head.len()) && padding < 4);
        match data.first() {
            Some(&FROM_WORLD) => assert!(self.is_public),
            Some(&FROM_SERVICE) => assert!(room.is_some()),
            Some(sender) => assert!(room.is_some() && *sender == marker(room), "data crossed from room to room"),
            None => {}
        }
    }

    fn to_peer(&mut self, relay: SocketAddr, peer: SocketAddr, _data: &[u8], _dont_fragment: bool) {
        assert!(self.is_public && self.sockets.contains(&relay), "only a bound socket sends");
        let is_private = match peer.ip() {
            IpAddr::V4(ip) => ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_multicast() || ip.octets()[0] == 0,
            IpAddr::V6(ip) => ip.segments()[0] & 0xe000 != 0x2000,
        };
        assert!(!is_private && peer.port() != 0, "{peer} was reached");
    }

    fn to_local(&mut self, _service: SocketAddr, _relay: SocketAddr, data: &[u8]) {
        assert_ne!(data.first(), Some(&marker(None)), "who has no room reaches no service");
    }

    fn to_shard(&mut self, _shard: u16, hand_over: &HandOver, _data: &[u8]) {
        panic!("there is one shard: {hand_over:?}");
    }

    fn bind_relay(&mut self, relay: SocketAddr) -> bool {
        assert!(self.is_public && !self.sockets.contains(&relay), "no port is bound twice");
        if !self.sockets_are_scarce || relay.port().is_multiple_of(3) {
            self.sockets.insert(relay);
            return true;
        }
        false
    }

    fn free_relay(&mut self, relay: SocketAddr) {
        assert!(self.sockets.remove(&relay), "what is freed was bound");
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Allocated { room, relay, client, .. } => {
                assert!(self.tenant(client).is_none(), "one allocation for each 5-tuple");
                self.tenants.push(Tenant { client: *client, room });
                self.relays.push(relay);
            }
            Event::Ended { client, .. } => {
                assert!(self.tenant(client).is_some(), "what ends had begun");
                self.tenants.retain(|tenant| tenant.client != *client);
            }
        }
    }
}
