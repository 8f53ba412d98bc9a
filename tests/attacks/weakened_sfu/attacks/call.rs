//! One SFU and those whom it knows, on a link without delay, in a time of its own.
use super::client::Client;
use sfu::{Event, Path, Protocol, RtpTransport, Sfu, Sink, Wish};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

const SFU_ADDR: ([u8; 4], u16) = ([127, 0, 0, 1], 5_000);
const ROOM: u64 = 7;
/// The two of each call, and one of the room who comes where an attack needs one more.
pub const ALICE: usize = 0;
pub const BOB: usize = 1;
pub const MALLORY: usize = 2;

#[derive(Default)]
struct Out {
    datagrams: Vec<(Path, Vec<u8>)>,
    /// Whose legs came up.
    up: Vec<String>,
}

impl Sink for Out {
    fn transmit(&mut self, path: &Path, datagram: &[u8]) {
        self.datagrams.push((*path, datagram.to_vec()));
    }

    fn event(&mut self, event: Event) {
        if let Event::Connected { participant, .. } = event {
            self.up.push(participant);
        }
    }
}

pub struct Call {
    pub now: Instant,
    sfu: Sfu<RtpTransport>,
    pub clients: Vec<Client>,
    out: Out,
    /// What the SFU sent to addresses that no member has.
    pub astray: Vec<(Path, Vec<u8>)>,
}

/// The way of datagrams from there, by UDP.
pub fn from(remote: SocketAddr) -> Path {
    Path { protocol: Protocol::Udp, local: SFU_ADDR.into(), remote }
}

/// Where somebody listens who is no member.
pub fn elsewhere() -> SocketAddr {
    ([192, 0, 2, 9], 9).into()
}

impl Call {
    /// Nobody is in it.
    pub fn new() -> Self {
        let sfu = Sfu::new(vec![(Protocol::Udp, SFU_ADDR.into())]);
        Self { now: Instant::now(), sfu, clients: Vec::new(), out: Out::default(), astray: Vec::new() }
    }

    /// Alice and Bob are up, and Bob gets this track of hers in a slot.
    pub fn of_two(context: usize, slot: usize) -> Self {
        let mut call = Self::new();
        call.join();
        call.join();
        call.wish(BOB, &[slot], context);
        call
    }

    /// Somebody offers, and comes up.
    pub fn join(&mut self) {
        let member = self.offer();
        self.come_up(member);
    }

    /// Somebody who offered does.
    pub fn come_up(&mut self, member: usize) {
        let addr = self.clients[member].addr;
        let check = self.clients[member].check(true);
        self.give(addr, &check);
        self.shake_hands(member);
        assert!(self.clients[member].is_up(), "a handshake comes to its end");
    }

    /// Somebody offers and does nothing.
    pub fn offer(&mut self) -> usize {
        self.offer_of(Client::new).expect("an offer that is taken")
    }

    /// Somebody of a kind does; `None` when the offer is refused.
    pub fn offer_of(&mut self, kind: impl FnOnce(Instant, u8) -> (Client, String)) -> Option<usize> {
        let member = self.clients.len();
        let (mut client, offer) = kind(self.now, u8::try_from(1 + member).unwrap());
        client.answered(&self.sfu.offer(self.now, ROOM, &name(member), "leg", &offer, &mut self.out).ok()?);
        self.clients.push(client);
        Some(member)
    }

    /// All that a handshake takes, if what the SFU says arrives.
    pub fn shake_hands(&mut self, member: usize) {
        let addr = self.clients[member].addr;
        for record in self.clients[member].handshake(self.now) {
            self.give(addr, &record);
        }
    }

    /// Bob and others wish for Alice's track in slots.
    pub fn wish(&mut self, member: usize, slots: &[usize], context: usize) {
        let context = u8::try_from(context).unwrap();
        let wish = |&slot: &usize| Wish { mid: Client::mid(slot), publisher: name(ALICE), context, height_max: 0 };
        let wishes: Vec<Wish> = slots.iter().map(wish).collect();
        self.sfu.subscribe(self.now, ROOM, &name(member), "leg", &wishes, &mut self.out);
        self.deliver();
    }

    /// A datagram arrives from an address; what comes of it reaches the members.
    pub fn give(&mut self, remote: SocketAddr, datagram: &[u8]) {
        self.sfu.receive(self.now, &from(remote), datagram, &mut self.out);
        self.deliver();
    }

    /// Alice sends the next packet of a track, of so many bytes.
    pub fn say(&mut self, context: usize, bytes: usize) {
        let packet = self.clients[ALICE].packet(context, bytes);
        self.give(self.clients[ALICE].addr, &packet);
    }

    /// How many addresses the SFU knows.
    pub fn addresses(&self) -> usize {
        self.sfu.entries().3
    }

    /// Whether a member's leg came up.
    pub fn came_up(&self, member: usize) -> bool {
        self.out.up.contains(&name(member))
    }

    /// Time passes.
    pub fn wait(&mut self, milliseconds: u64) {
        let until = self.now + Duration::from_millis(milliseconds);
        while let Some(at) = self.sfu.next_timeout().filter(|&at| at <= until) {
            self.now = self.now.max(at);
            self.sfu.timeout(self.now, &mut self.out);
            self.deliver();
        }
        self.now = until;
    }

    fn deliver(&mut self) {
        while !self.out.datagrams.is_empty() {
            for (path, datagram) in std::mem::take(&mut self.out.datagrams) {
                let Some(client) = self.clients.iter_mut().find(|client| client.addr == path.remote) else {
                    self.astray.push((path, datagram));
                    continue;
                };
                for record in client.receive(self.now, &datagram) {
                    self.sfu.receive(self.now, &path, &record, &mut self.out);
                }
            }
        }
    }
}

fn name(member: usize) -> String {
    format!("p{member}")
}
