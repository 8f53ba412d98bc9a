//! Many allocations for a while, with people who come and go in every way: memory stays flat, and no socket is left.
//!
//! `cargo test` runs the short form; `make soak` the long one (`scripts/soak`).
#![allow(missing_docs)]
use loadgen::client::{Arrival, Client, SECRET, WAIT};
use node::turn::{Ending, Peers};
use node::{Config, Event, Identity, Listen, Node, Transport};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const CHANNEL: u16 = 0x4000;
/// How often everybody says something.
const ROUND: Duration = Duration::from_millis(500);
/// Pairs that are replaced per round.
const CHURN: usize = 6;
/// What an allocator may keep over what it had a third of the way; two kilobytes lost with each who left are more, in the short form already.
const GROWTH_BYTES_MAX: usize = 1 << 20;

fn from_environment(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

fn resident_bytes() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4_096
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn eventually(what: &str, limit: Duration, mut holds: impl FnMut() -> bool) {
    let limit = Instant::now() + limit;
    while !holds() {
        assert!(Instant::now() < limit, "still not so: {what}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// A node, and a client's trust in it.
struct Place {
    node: Node,
    tls: Arc<rustls::ClientConfig>,
}

impl Place {
    /// With `Peers::Public` each allocation has a socket of its own.
    fn open(peers: Peers, allocations: usize, lifetime_s: u32) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let mut roots = rustls::RootCertStore::empty();
        roots.add(made.cert.der().clone()).unwrap();
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let listen = [Transport::Udp, Transport::Tcp, Transport::Tls];
        let turn = node::turn::Config {
            secrets: vec![SECRET.to_vec()],
            peers,
            relay_v4: Some(Ipv4Addr::LOCALHOST),
            relay_ports: 10_000..=29_999,
            lifetime_default_s: lifetime_s,
            lifetime_max_s: lifetime_s,
            allocations_max: 4 * allocations,
            challenges_per_second: 100_000,
            ..node::turn::Config::default()
        };
        let config = Config {
            listen: listen.map(|transport| Listen { transport, addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) }).to_vec(),
            identity: Some(Identity {
                certificates_pem: made.cert.pem().into_bytes(),
                private_key_pem: made.signing_key.serialize_pem().into_bytes(),
            }),
            shards: 2,
            turn,
            ..Config::default()
        };
        Self { node: Node::start(&config).unwrap(), tls: Arc::new(tls) }
    }

    fn client(&self, transport: Transport, user: &str) -> Client {
        let at = self.node.listening().iter().find(|listen| listen.transport == transport).unwrap().addr;
        match transport {
            Transport::Udp => Client::udp(at, user),
            Transport::Tcp => Client::tcp(at, user),
            Transport::Tls => Client::tls(at, user, &self.tls),
        }
    }

    /// A client with an allocation. Where somebody left without a word the port may have one still (437): then from another, as RFC 8656 §7.4 says.
    fn allocated(&self, transport: Transport, user: &str) -> Client {
        let mut client = self.client(transport, user);
        loop {
            match client.try_allocate(false) {
                Ok(_) => return client,
                Err(code) => assert_eq!(code, 437),
            }
            client = self.client(transport, user);
        }
    }

    /// Listens to the node; whoever's allocation ended by itself is dismissed, as the control plane does.
    fn listen(&self) {
        for event in self.node.events() {
            match event {
                Event::Ended { user, reason: Ending::Expired | Ending::Closed, .. } => self.evict(&user),
                Event::Allocated { .. } | Event::Ended { .. } => {}
                other => panic!("{other:?}"),
            }
        }
    }

    fn evict(&self, user: &str) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        self.node.evict(user, now + 5).unwrap();
    }
}

/// Two people of one room.
struct Pair {
    users: [String; 2],
    people: [Client; 2],
    refreshed: Instant,
}

impl Pair {
    fn meet(place: &Place, number: usize) -> Self {
        let users = ["a", "b"].map(|side| format!("{side}{number}"));
        for user in &users {
            place.node.admit(user, Some(number as u64)).unwrap();
        }
        // A few streams among many: the server takes only so many from one address.
        let transport = match number % 20 {
            0 => Transport::Tcp,
            10 => Transport::Tls,
            _ => Transport::Udp,
        };
        let mut people = [place.allocated(transport, &users[0]), place.allocated(Transport::Udp, &users[1])];
        let relayed = people.each_ref().map(|person| person.relayed.expect("an allocation"));
        people[0].bind(CHANNEL, relayed[1]);
        people[1].bind(CHANNEL, relayed[0]);
        Self { users, people, refreshed: Instant::now() }
    }

    fn talk(&mut self, lifetime: Duration) {
        let [first, second] = &mut self.people;
        for length in [40, 1_100] {
            first.send_on_channel(CHANNEL, &vec![1; length]);
            second.send_on_channel(CHANNEL, &vec![2; length]);
            assert_eq!(second.arrival(), Arrival::Channel(CHANNEL, vec![1; length]));
            assert_eq!(first.arrival(), Arrival::Channel(CHANNEL, vec![2; length]));
        }
        if self.refreshed.elapsed() > lifetime / 3 {
            for person in &mut self.people {
                assert_eq!(person.refresh(u32::MAX), None);
            }
            self.refreshed = Instant::now();
        }
    }

    /// Leaves, in one of the ways in which people leave.
    fn part(mut self, place: &Place, way: usize) {
        match way % 3 {
            // Properly.
            0 => {
                for (person, user) in self.people.iter_mut().zip(&self.users) {
                    assert_eq!(person.refresh(0), None);
                    place.evict(user);
                }
            }
            // Thrown out.
            1 => self.users.iter().for_each(|user| place.evict(user)),
            // Without a word: streams end, and what was over UDP runs out.
            _ => {}
        }
    }
}

/// Two nodes and everybody on them.
struct Town {
    places: [Place; 2],
    pairs: Vec<(usize, Pair)>,
    lifetime: Duration,
    met: usize,
    parted: usize,
}

impl Town {
    /// Half of the people on each of both nodes.
    fn settle(places: [Place; 2], lifetime: Duration, allocations: usize) -> Self {
        let mut town = Self { places, pairs: Vec::new(), lifetime, met: 0, parted: 0 };
        town.pairs = (0..allocations / 2).map(|_| town.newcomers()).collect();
        town
    }

    fn newcomers(&mut self) -> (usize, Pair) {
        self.met += 1;
        (self.met % 2, Pair::meet(&self.places[self.met % 2], self.met))
    }

    /// Everybody says something; some leave, and others come.
    fn round(&mut self) {
        for (_, pair) in &mut self.pairs {
            pair.talk(self.lifetime);
        }
        for _ in 0..CHURN {
            let new = self.newcomers();
            let next = self.parted % self.pairs.len();
            let (place, pair) = std::mem::replace(&mut self.pairs[next], new);
            pair.part(&self.places[place], self.parted);
            self.parted += 1;
        }
        self.places.iter().for_each(Place::listen);
    }

    /// All leave without a word: nothing is left once their time is up.
    fn desert(mut self) -> [Place; 2] {
        self.pairs.clear();
        eventually("every allocation ran out", self.lifetime + WAIT, || {
            self.places.iter().for_each(Place::listen);
            self.places.iter().all(|place| place.node.counters().turn.allocations == 0)
        });
        for place in &self.places {
            let counters = place.node.counters();
            assert_eq!((counters.relay_sockets, counters.streams, counters.panics), (0, 0, 0));
        }
        self.places
    }
}

#[test]
fn memory_stays_flat_and_no_socket_is_left_while_people_come_and_go() {
    let allocations = from_environment("SOAK_ALLOCATIONS", 200);
    let duration = Duration::from_secs(from_environment("SOAK_SECONDS", 20) as u64);
    let lifetime = (duration / 4).min(Duration::from_secs(60));
    let places = [Peers::Closed, Peers::Public].map(|peers| Place::open(peers, allocations, u32::try_from(lifetime.as_secs()).unwrap()));
    let empty = descriptors();
    let began = Instant::now();
    let mut town = Town::settle(places, lifetime, allocations);
    let mut early = None;
    while began.elapsed() < duration {
        let round = Instant::now();
        town.round();
        if began.elapsed() > duration / 3 {
            early.get_or_insert_with(|| (resident_bytes(), town.parted));
        }
        std::thread::park_timeout(ROUND.saturating_sub(round.elapsed()));
    }
    let (before, parted_before) = early.expect("the first third is over");
    let (after, shown) = (resident_bytes(), town.places.each_ref().map(|place| place.node.counters()));
    println!("soak: {allocations} allocations, {} replaced, {before} bytes at a third, {after} at the end", 2 * town.parted);
    assert!(town.parted - parted_before >= 20, "people did come and go");
    assert!(shown.iter().all(|counters| counters.turn.allocations >= allocations as u64 / 2), "all that live on both nodes");
    assert!(shown[1].relay_sockets >= allocations as u64 / 2, "each public one has a socket");
    assert!(after.saturating_sub(before) <= GROWTH_BYTES_MAX, "{before} bytes grew to {after}");
    let _places = town.desert();
    assert_eq!(descriptors(), empty, "every socket is closed");
}
