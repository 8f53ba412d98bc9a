//! Bytes as a story: who sends what to whom, and when.
use crate::client::{Client, SECRET, START_UNIX_S};
use crate::cursor::Cursor;
use crate::world::{FROM_SERVICE, FROM_WORLD, World, marker};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use turn::{Config, HandOver, Now, Origin, Peers, RoomId, Server, Stats, Transport};
use wire::attribute as kind;
use wire::emit::Emitter;
use wire::stun::{Class, Method};

const USERS: [&str; 4] = ["ada", "bob", "carl", "dora"];
const ROOMS: [Option<RoomId>; 3] = [None, Some(RoomId(1)), Some(RoomId(2))];
const REQUESTS: [Method; 5] = [Method::Allocate, Method::Refresh, Method::CreatePermission, Method::ChannelBind, Method::Binding];
const STEPS_MAX: usize = 400;

struct Story {
    server: Server,
    world: World,
    clients: Vec<Client>,
    now: Now,
}

/// Tells the story in `bytes`, and returns what the server counted.
///
/// # Panics
/// When the server breaks a promise.
pub fn drive(bytes: &[u8]) -> Stats {
    let mut cursor = Cursor::new(bytes);
    let Some(opening) = cursor.byte() else { return Stats::default() };
    let mut story = Story::open(opening & 1 == 1, opening & 2 == 2);
    for _ in 0..STEPS_MAX {
        if story.step(&mut cursor).is_none() {
            break;
        }
        story.hold();
    }
    let counted = story.server.stats();
    story.close();
    counted
}

fn service() -> SocketAddr {
    ([198, 51, 100, 1], 3_480).into()
}

impl Story {
    fn open(is_public: bool, sockets_are_scarce: bool) -> Self {
        let config = Config {
            secrets: vec![SECRET.to_vec()],
            peers: if is_public { Peers::Public } else { Peers::Closed },
            relay_v4: Some(Ipv4Addr::new(192, 0, 2, 1)),
            relay_v6: Some(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
            relay_ports: 50_000..=50_015,
            allocations_max: 10,
            allocations_per_user_max: 3,
            ..Config::default()
        };
        let mut story = Self {
            server: Server::new(config, [1; 32]).expect("these settings are sound"),
            world: World { is_public, sockets_are_scarce, ..World::default() },
            clients: (0..8).map(|number| Client::new(USERS[usize::from(number % 4)], number, transport(number))).collect(),
            now: Now { monotonic_ms: 0, unix_s: START_UNIX_S },
        };
        story.server.register_local(service()).expect("there is place for one");
        for (user, room) in [("ada", 1), ("bob", 1), ("carl", 2)] {
            story.server.admit(user, Some(RoomId(room)), &mut story.world).expect("there is place for three");
        }
        story
    }

    fn step(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        match cursor.byte()? % 16 {
            0..=5 => self.request(cursor),
            6 => self.bytes(cursor),
            7 | 8 => self.send(cursor),
            9 | 10 => self.channel_data(cursor),
            11 => self.arrive(cursor),
            12 => self.pass(cursor),
            13 => self.command(cursor),
            14 => self.damaged(cursor),
            _ => self.close_stream(cursor),
        }
    }

    fn request(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let at = cursor.below(self.clients.len())?;
        let request = self.signed_request(at, cursor)?;
        self.give(at, &request);
        Some(())
    }

    fn damaged(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let at = cursor.below(self.clients.len())?;
        let mut request = self.signed_request(at, cursor)?;
        let place = cursor.below(request.len())?;
        request[place] ^= cursor.byte()?;
        self.give(at, &request);
        Some(())
    }

    fn signed_request(&mut self, at: usize, cursor: &mut Cursor<'_>) -> Option<Vec<u8>> {
        let method = cursor.pick(&REQUESTS)?;
        let is_signed = cursor.byte()? != 0;
        let mut attributes = Vec::new();
        for _ in 0..cursor.below(5)? {
            attributes.push(self.attribute(cursor)?);
        }
        // Most stories get on only if the usual attributes are there.
        let usual = cursor.byte()? & 1 == 1;
        let peer = self.peer(cursor)?;
        let number = 0x4000 | u16::from(cursor.byte()? & 3);
        Some(self.clients[at].message(Class::Request, method, is_signed, |emitter| {
            if usual && method == Method::Allocate {
                emitter.attribute(kind::REQUESTED_TRANSPORT, &[17, 0, 0, 0]);
            }
            if usual && matches!(method, Method::CreatePermission | Method::ChannelBind) {
                let [high, low] = number.to_be_bytes();
                emitter.attribute(kind::CHANNEL_NUMBER, &[high, low, 0, 0]).xor_address(kind::XOR_PEER_ADDRESS, &peer);
            }
            for attribute in &attributes {
                attribute.write(emitter);
            }
        }))
    }

    fn attribute<'a>(&self, cursor: &mut Cursor<'a>) -> Option<Attribute<'a>> {
        const NUMBERS: [u16; 10] = [
            kind::LIFETIME,
            kind::REQUESTED_ADDRESS_FAMILY,
            kind::ADDITIONAL_ADDRESS_FAMILY,
            kind::EVEN_PORT,
            kind::RESERVATION_TOKEN,
            kind::REQUESTED_TRANSPORT,
            kind::DONT_FRAGMENT,
            kind::CHANNEL_NUMBER,
            kind::FINGERPRINT,
            0x7f01,
        ];
        Some(match cursor.byte()? % 4 {
            0 => Attribute::Peer(self.peer(cursor)?),
            1 => Attribute::Word(cursor.pick(&NUMBERS)?, [cursor.byte()? & 3, 0, 0, 0]),
            2 => Attribute::Bytes(cursor.pick(&NUMBERS)?, cursor.some()?),
            _ => Attribute::Flag(kind::EVEN_PORT, cursor.byte()?),
        })
    }

    fn peer(&self, cursor: &mut Cursor<'_>) -> Option<SocketAddr> {
        let relays = &self.world.relays;
        Some(match cursor.byte()? % 8 {
            0..=4 if !relays.is_empty() => cursor.pick(relays)?,
            5 => service(),
            6 => ([8, 8, 8, 8], 9_000).into(),
            7 => ([cursor.byte()?, cursor.byte()?, cursor.byte()?, 1], 80).into(),
            _ => (Ipv6Addr::from_bits(u128::from(cursor.byte()?) << 120 | u128::from(cursor.byte()?)), 50_000).into(),
        })
    }

    fn bytes(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let at = cursor.below(self.clients.len())?;
        let bytes = cursor.some()?;
        self.give(at, bytes);
        Some(())
    }

    /// Data that says which room it comes from.
    fn data(&self, at: usize) -> [u8; 3] {
        let tenant = self.world.tenant(&self.clients[at].addr);
        [tenant.map_or(0xff, |tenant| marker(tenant.room)), 1, 2]
    }

    fn send(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let at = cursor.below(self.clients.len())?;
        let peer = self.peer(cursor)?;
        let data = self.data(at);
        let indication = self.clients[at].message(Class::Indication, Method::Send, false, |emitter| {
            emitter.xor_address(kind::XOR_PEER_ADDRESS, &peer).attribute(kind::DATA, &data);
        });
        self.give(at, &indication);
        Some(())
    }

    fn channel_data(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let at = cursor.below(self.clients.len())?;
        let number = cursor.byte()? & 3;
        let [a, b, c] = self.data(at);
        self.give(at, &[0x40, number, 0, 3, a, b, c, 0]);
        Some(())
    }

    fn arrive(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let relay = cursor.pick(&self.world.relays.clone()).or_else(|| Some(([192, 0, 2, 1], 50_000).into()))?;
        let peer = self.peer(cursor)?;
        match cursor.byte()? % 3 {
            0 => self.server.handle_peer(self.now, relay, peer, &[FROM_WORLD], &mut self.world),
            1 => self.server.handle_local(self.now, service(), relay, &[FROM_SERVICE], &mut self.world),
            _ => {
                let room = cursor.pick(&ROOMS)?;
                let hand_over = HandOver { from: peer, to: relay, origin: Origin::Allocation(room) };
                self.server.handle_from_shard(self.now, &hand_over, &[marker(room)], &mut self.world);
            }
        }
        Some(())
    }

    fn pass(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let seconds = u64::from(cursor.byte()?) * 3;
        self.now.monotonic_ms += seconds * 1000;
        self.now.unix_s += seconds;
        if cursor.byte()? & 1 == 1 {
            self.server.handle_timeout(self.now, &mut self.world);
            assert!(self.server.next_timeout().is_none_or(|at| at > self.now.monotonic_ms), "what was due is done");
        }
        Some(())
    }

    fn command(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let user = cursor.pick(&USERS)?;
        if cursor.byte()? & 1 == 1 {
            self.server.evict(self.now, user, self.now.unix_s + 60, &mut self.world);
            let left = self.clients.iter().filter(|client| client.user == user);
            assert!(left.into_iter().all(|client| self.world.tenant(&client.addr).is_none()), "who is evicted has nothing left");
        } else {
            self.server.admit(user, cursor.pick(&ROOMS)?, &mut self.world).expect("there is place for four");
        }
        Some(())
    }

    fn close_stream(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let at = cursor.below(self.clients.len())?;
        self.server.client_closed(&self.clients[at].addr, &mut self.world);
        assert!(self.world.tenant(&self.clients[at].addr).is_none());
        Some(())
    }

    fn give(&mut self, at: usize, input: &[u8]) {
        self.server.handle_client(self.now, &self.clients[at].addr, input, &mut self.world);
        let replies = std::mem::take(&mut self.world.replies);
        assert!(replies.len() <= 1);
        for (to, reply) in replies {
            assert_eq!(to, self.clients[at].addr, "an answer goes to who asked");
            self.clients[at].learn(&reply);
        }
    }

    /// What holds after every step.
    fn hold(&self) {
        let tenants = self.world.tenants.len();
        assert_eq!(self.server.stats().allocations, tenants as u64);
        assert!(tenants <= 10 && self.world.sockets.len() <= 2 * tenants);
        assert!(self.server.entries() <= 1 + 2 * USERS.len() + 16 + tenants * (1 + 64 + 64));
    }

    /// After everybody left nothing is left.
    fn close(mut self) {
        for user in USERS {
            self.server.evict(self.now, user, 0, &mut self.world);
        }
        self.now.monotonic_ms += 4_000_000;
        self.server.handle_timeout(self.now, &mut self.world);
        assert!(self.world.tenants.is_empty() && self.world.sockets.is_empty());
        assert_eq!(self.server.next_timeout(), None);
    }
}

enum Attribute<'a> {
    Peer(SocketAddr),
    Word(u16, [u8; 4]),
    Bytes(u16, &'a [u8]),
    Flag(u16, u8),
}

impl Attribute<'_> {
    fn write(&self, emitter: &mut Emitter<'_>) {
        match self {
            Self::Peer(peer) => emitter.xor_address(kind::XOR_PEER_ADDRESS, peer),
            Self::Word(number, value) => emitter.attribute(*number, value),
            Self::Bytes(number, value) => emitter.attribute(*number, value),
            Self::Flag(number, flag) => emitter.attribute(*number, &[*flag]),
        };
    }
}

const fn transport(number: u16) -> Transport {
    match number {
        0..=4 => Transport::Udp,
        5 | 6 => Transport::Tcp,
        _ => Transport::Tls,
    }
}
