//! The server under test and everything it asked of the world.
use super::caller::{Answer, Caller, SECRET, START_UNIX_S};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use turn::{ClientAddr, Config, Directory, Ending, Event, HandOver, Now, PeerFilter, PeerPolicy, Peers, RoomId, Server, Sink};

/// One thing the server asked of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Reply(ClientAddr, Vec<u8>),
    /// Head, data and padding in one.
    ToClient(ClientAddr, Vec<u8>),
    ToPeer(SocketAddr, SocketAddr, Vec<u8>, bool),
    ToLocal(SocketAddr, SocketAddr, Vec<u8>),
    ToShard(u16, HandOver, Vec<u8>),
    Bind(SocketAddr),
    Free(SocketAddr),
    Allocated(String, SocketAddr),
    Ended(String, Ending, u64, u64),
}

/// The world: remembers, and refuses ports when told to.
#[derive(Debug, Default)]
pub(crate) struct Ears {
    pub(crate) heard: Vec<Heard>,
    pub(crate) ports_are_taken: bool,
}

impl Sink for Ears {
    fn reply(&mut self, to: &ClientAddr, message: &[u8]) {
        self.heard.push(Heard::Reply(*to, message.to_vec()));
    }

    fn to_client(&mut self, to: &ClientAddr, head: &[u8], data: &[u8], padding: usize) {
        self.heard.push(Heard::ToClient(*to, [head, data, &[0; 3][..padding]].concat()));
    }

    fn to_peer(&mut self, relay: SocketAddr, peer: SocketAddr, data: &[u8], dont_fragment: bool) {
        self.heard.push(Heard::ToPeer(relay, peer, data.to_vec(), dont_fragment));
    }

    fn to_local(&mut self, service: SocketAddr, relay: SocketAddr, data: &[u8]) {
        self.heard.push(Heard::ToLocal(service, relay, data.to_vec()));
    }

    fn to_shard(&mut self, shard: u16, hand_over: &HandOver, data: &[u8]) {
        self.heard.push(Heard::ToShard(shard, *hand_over, data.to_vec()));
    }

    fn bind_relay(&mut self, relay: SocketAddr) -> bool {
        self.heard.push(Heard::Bind(relay));
        !self.ports_are_taken
    }

    fn free_relay(&mut self, relay: SocketAddr) {
        self.heard.push(Heard::Free(relay));
    }

    fn event(&mut self, event: Event<'_>) {
        self.heard.push(match event {
            Event::Allocated { user, relay, .. } => Heard::Allocated(user.into(), relay),
            Event::Ended { user, reason, bytes_from_client, bytes_to_client, .. } => {
                Heard::Ended(user.into(), reason, bytes_from_client, bytes_to_client)
            }
        });
    }
}

/// A closed server with both families.
pub(crate) fn config() -> Config {
    Config {
        secrets: vec![SECRET.to_vec()],
        relay_v4: Some(Ipv4Addr::new(192, 0, 2, 1)),
        relay_v6: Some(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
        relay_ports: 50_000..=50_999,
        own_addresses: vec![IpAddr::from([198, 51, 100, 7])],
        challenges_per_second: 1_000,
        ..Config::default()
    }
}

/// The same with public peers.
pub(crate) fn public_config() -> Config {
    Config { peers: Peers::Public, ..config() }
}

pub(crate) struct Lab<P: PeerPolicy = PeerFilter> {
    pub(crate) server: Server<P>,
    pub(crate) now: Now,
    pub(crate) ears: Ears,
}

impl Lab {
    pub(crate) fn new(config: Config) -> Self {
        Self::of(Server::new(config, [7; 32]).unwrap())
    }

    pub(crate) fn shard(config: Config, shard: u16, directory: &Arc<Directory>) -> Self {
        let seed = [u8::try_from(shard).unwrap(); 32];
        Self::of(Server::new_shard(config, seed, shard, Arc::clone(directory)).unwrap())
    }
}

impl<P: PeerPolicy> Lab<P> {
    pub(crate) fn of(server: Server<P>) -> Self {
        Self { server, now: Now { monotonic_ms: 1_000, unix_s: START_UNIX_S }, ears: Ears::default() }
    }

    /// A server with another policy.
    pub(crate) fn with_policy(config: Config, policy: P) -> Self {
        let directory = Directory::new(config.relay_ports.clone(), 1);
        Self::of(Server::with_policy(config, [7; 32], 0, directory, policy).unwrap())
    }

    /// Lets time pass, on both clocks, and the server notice.
    pub(crate) fn pass_s(&mut self, seconds: u64) {
        self.now.monotonic_ms += seconds * 1000;
        self.now.unix_s += seconds;
        self.server.handle_timeout(self.now, &mut self.ears);
    }

    pub(crate) fn admit(&mut self, user: &str, room: u64) {
        self.server.admit(user, Some(RoomId(room)), &mut self.ears).unwrap();
    }

    pub(crate) fn evict(&mut self, user: &str) {
        self.server.evict(self.now, user, u64::MAX, &mut self.ears);
    }

    /// What the server asked for since the last time.
    pub(crate) fn heard(&mut self) -> Vec<Heard> {
        std::mem::take(&mut self.ears.heard)
    }

    /// Gives the server bytes and returns what it asked for.
    pub(crate) fn give(&mut self, from: &ClientAddr, input: &[u8]) -> Vec<Heard> {
        self.heard();
        self.server.handle_client(self.now, from, input, &mut self.ears);
        self.heard()
    }

    /// Sends a request and returns its answer; panics when there is none or the transaction is another one.
    pub(crate) fn ask(&mut self, from: &ClientAddr, request: &[u8]) -> Answer {
        let heard = self.give(from, request);
        let replies: Vec<_> = heard.iter().filter_map(|it| if let Heard::Reply(to, bytes) = it { Some((to, bytes)) } else { None }).collect();
        let [(to, bytes)] = replies[..] else { panic!("one answer was due, got {heard:?}") };
        assert_eq!(to, from);
        let answer = Answer::parse(bytes);
        assert_eq!(answer.transaction_id, request[8..20], "an answer repeats the transaction id");
        answer
    }

    /// A client with a nonce and an allocation, for a user admitted to a room.
    pub(crate) fn client(&mut self, user: &str, room: u64) -> Caller {
        self.admit(user, room);
        self.client_at(user, &format!("203.0.113.{}:{}", 1 + room % 200, 10_000 + user.len() * 100 + usize::from(user.as_bytes()[0])))
    }

    /// A client of this address, with an allocation; its user must be admitted or a stranger be welcome.
    pub(crate) fn client_at(&mut self, user: &str, remote: &str) -> Caller {
        let mut caller = Caller::new(user, remote);
        caller.learn_nonce(self);
        let answer = caller.allocate(self);
        assert_eq!(answer.code, None, "{user} allocates");
        caller.relay = answer.relays().first().copied();
        caller
    }
}
