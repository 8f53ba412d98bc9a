//! One SFU, its clients and the link between them; time goes in steps of a millisecond.
use super::client::Client;
use super::link::{Link, To, Weather};
use sfu::{Event, Path, Protocol, RtpTransport, Session, Sfu, Sink, Wish};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

pub const SFU_ADDR: &str = "127.0.0.1:5000";

/// What the SFU put out, until the world takes it.
#[derive(Default)]
pub struct Out {
    pub datagrams: Vec<(Path, Vec<u8>)>,
    pub events: Vec<Event>,
}

impl Sink for Out {
    fn transmit(&mut self, path: &Path, datagram: &[u8]) {
        self.datagrams.push((*path, datagram.to_vec()));
    }

    fn event(&mut self, event: Event) {
        self.events.push(event);
    }
}

/// Where a client says in which contexts it sends: the camera, in three sizes.
pub const FILM: usize = 9;

/// The product's.
pub type World = WorldOf<RtpTransport>;

/// One whose SFU has sessions of a kind.
pub struct WorldOf<S> {
    pub now: Instant,
    pub sfu: Sfu<S>,
    pub clients: BTreeMap<u8, Client>,
    pub rooms: BTreeMap<u8, u64>,
    pub out: Out,
    pub link: Link,
    /// Contexts in which each client sends: audio every 20 ms, video every 33 ms; a camera in three sizes is `FILM`.
    pub speaks: BTreeMap<u8, Vec<usize>>,
    /// The last connectivity check of each client.
    pub checks: BTreeMap<u8, Vec<u8>>,
    elapsed_ms: u64,
}

pub fn name(client: u8) -> String {
    format!("p{client}")
}

impl<S: Session> WorldOf<S> {
    pub fn new(weather: Weather, seed: u64) -> Self {
        let addr: SocketAddr = SFU_ADDR.parse().unwrap();
        Self {
            now: Instant::now(),
            sfu: Sfu::new(vec![(Protocol::Udp, addr)]),
            clients: BTreeMap::new(),
            rooms: BTreeMap::new(),
            out: Out::default(),
            link: Link::new(weather, seed),
            speaks: BTreeMap::new(),
            checks: BTreeMap::new(),
            elapsed_ms: 0,
        }
    }

    pub fn join(&mut self, client: u8, room: u64, audio: usize, video: usize) {
        self.enter(client, room, Client::new(client, self.now, audio, video));
    }

    /// One whose camera is sent in three sizes.
    pub fn join_filming(&mut self, client: u8, room: u64, audio: usize, video: usize) {
        self.enter(client, room, Client::filming(client, self.now, audio, video));
    }

    fn enter(&mut self, client: u8, room: u64, (mut joined, offer): (Client, String)) {
        let answer = self.sfu.offer(self.now, room, &name(client), "leg", &offer, &mut self.out).expect("an offer that is taken");
        joined.answered(&answer);
        self.clients.insert(client, joined);
        self.rooms.insert(client, room);
    }

    /// Each wish: slot, publisher, context.
    pub fn wish(&mut self, client: u8, wishes: &[(usize, u8, u8)]) {
        let mids = &self.clients[&client].slots;
        let wishes: Vec<Wish> = wishes
            .iter()
            .map(|&(slot, publisher, context)| Wish { mid: mids[slot].to_string(), publisher: name(publisher), context, height_max: 0 })
            .collect();
        self.sfu.subscribe(self.now, self.rooms[&client], &name(client), "leg", &wishes, &mut self.out);
    }

    pub fn run(&mut self, milliseconds: u64) {
        for _ in 0..milliseconds {
            self.step();
        }
    }

    pub fn run_until(&mut self, what: &str, limit_ms: u64, holds: impl Fn(&Self) -> bool) {
        for _ in 0..limit_ms {
            if holds(self) {
                return;
            }
            self.step();
        }
        panic!("still not so after {limit_ms} ms: {what}; {:?}", self.sfu.stats());
    }

    fn step(&mut self) {
        self.elapsed_ms += 1;
        self.now += Duration::from_millis(1);
        self.carry();
        while let Some((to, path, datagram)) = self.link.arrived(self.now) {
            match to {
                To::Sfu => self.sfu.receive(self.now, &path, &datagram, &mut self.out),
                To::Client => self.deliver(&path, &datagram),
            }
            self.carry();
        }
        if self.sfu.next_timeout().is_some_and(|at| at <= self.now) {
            self.sfu.timeout(self.now, &mut self.out);
        }
        let names: Vec<u8> = self.clients.keys().copied().collect();
        for name in names {
            self.speak(name);
        }
        self.carry();
    }

    fn deliver(&mut self, path: &Path, datagram: &[u8]) {
        let Some(client) = self.clients.values_mut().find(|client| client.addr == path.remote) else { return };
        client.receive(self.now, path, datagram);
        for (path, datagram) in client.drain(self.now) {
            self.link.send(self.now, To::Sfu, path, datagram);
        }
    }

    fn speak(&mut self, name: u8) {
        let contexts = self.speaks.get(&name).cloned().unwrap_or_default();
        let client = self.clients.get_mut(&name).unwrap();
        let mut out = Vec::new();
        for context in contexts {
            let every_ms = if matches!(context, 1 | 2 | FILM) { 33 } else { 20 };
            if client.is_connected && self.elapsed_ms.is_multiple_of(every_ms) {
                match context {
                    FILM => client.film(self.now),
                    _ => client.say(self.now, context),
                }
                out.extend(client.drain(self.now));
            }
        }
        if client.due <= self.now {
            out.extend(client.drain(self.now));
        }
        if let Some((_, check)) = out.iter().find(|(_, datagram)| datagram[0] <= 3) {
            self.checks.insert(name, check.clone());
        }
        for (path, datagram) in out {
            self.link.send(self.now, To::Sfu, path, datagram);
        }
    }

    fn carry(&mut self) {
        for (path, datagram) in std::mem::take(&mut self.out.datagrams) {
            self.link.send(self.now, To::Client, path, datagram);
        }
    }
}
