//! What one relayed datagram costs in-process, without sockets: `cargo bench -p turn`. The goal is below 150 ns for `ChannelData` to `ChannelData`.
//!
//! A plain loop over the flows, so that with many of them every look-up misses the cache as it would in a busy node.
#[path = "../tests/turn/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest")]
mod support;

use std::hint::black_box;
use std::net::SocketAddr;
use std::time::Instant;
use support::{Caller, Lab, config, public_config};
use turn::{ClientAddr, Config, Event, HandOver, Sink};

/// Many short rounds, of which the best counts: on a shared machine most are disturbed.
const ROUNDS: u32 = 50;
const PACKETS: u32 = 80_000;
const PAYLOAD: [u8; 1_200] = [7; 1_200];

/// Counts, so that nothing is optimised away.
#[derive(Default)]
struct Counter {
    packets: u64,
}

impl Counter {
    fn count<T>(&mut self, what: T) {
        black_box(what);
        self.packets += 1;
    }
}

impl Sink for Counter {
    fn reply(&mut self, to: &ClientAddr, message: &[u8]) {
        self.count((to, message));
    }
    fn to_client(&mut self, to: &ClientAddr, head: &[u8], data: &[u8], padding: usize) {
        self.count((to, head, data, padding));
    }
    fn to_peer(&mut self, relay: SocketAddr, peer: SocketAddr, data: &[u8], dont_fragment: bool) {
        self.count((relay, peer, data, dont_fragment));
    }
    fn to_local(&mut self, service: SocketAddr, relay: SocketAddr, data: &[u8]) {
        self.count((service, relay, data));
    }
    fn to_shard(&mut self, shard: u16, hand_over: &HandOver, data: &[u8]) {
        self.count((shard, hand_over, data));
    }
    fn bind_relay(&mut self, _relay: SocketAddr) -> bool {
        true
    }
    fn free_relay(&mut self, _relay: SocketAddr) {}
    fn event(&mut self, _event: Event<'_>) {}
}

/// One datagram of one flow.
struct Flow {
    from: ClientAddr,
    relay: SocketAddr,
    input: Vec<u8>,
}

fn generous(config: Config) -> Config {
    let bytes_per_second_per_user = turn::limits::BYTES_PER_SECOND_MAX;
    Config { relay_ports: 50_000..=59_999, challenges_per_second: 100_000, bytes_per_second_per_user, ..config }
}

/// Two callers of each room, with channels to each other.
fn pair(lab: &mut Lab, room: usize) -> [Caller; 2] {
    let mut callers = ["a", "b"].map(|side| {
        let user = format!("{side}{room}");
        lab.admit(&user, room as u64);
        lab.client_at(&user, &format!("203.0.{}.{}:{}", room / 250, room % 250, 4_000 + usize::from(side == "b")))
    });
    let relays = callers.each_ref().map(Caller::relay);
    assert_eq!(callers[0].bind(lab, 0x4000, relays[1]).code, None);
    assert_eq!(callers[1].bind(lab, 0x4000, relays[0]).code, None);
    callers
}

fn measure(name: &str, flows: &[Flow], lab: &mut Lab, mut step: impl FnMut(&mut Lab, &Flow, &mut Counter)) {
    let mut sink = Counter::default();
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        for at in 0..PACKETS {
            // The clock is read once per batch, and goes on slowly enough for permissions and channels to stay.
            lab.now.monotonic_ms += u64::from(at % 512 == 0);
            step(lab, &flows[at as usize % flows.len()], &mut sink);
        }
        best = best.min(begin.elapsed().as_secs_f64() * 1e9 / f64::from(PACKETS));
    }
    assert_eq!(sink.packets, u64::from(ROUNDS * PACKETS), "every datagram came out");
    println!("{name:<44} {:>5} flows {best:>7.1} ns per datagram", flows.len());
}

fn channel_data() -> Vec<u8> {
    let head = wire::channel_data::header(0x4000, PAYLOAD.len()).unwrap_or_default();
    [&head, &PAYLOAD[..]].concat()
}

fn closed_loop(rooms: usize) {
    let mut lab = Lab::new(generous(config()));
    let callers: Vec<_> = (0..rooms).flat_map(|room| pair(&mut lab, room)).collect();
    let flows: Vec<_> = callers.iter().map(|it| Flow { from: it.addr, relay: it.relay(), input: channel_data() }).collect();
    measure("ChannelData to ChannelData in the closed loop", &flows, &mut lab, |lab, flow, sink| {
        lab.server.handle_client(lab.now, &flow.from, &flow.input, sink);
    });
}

fn public(clients: usize) {
    let mut lab = Lab::new(generous(public_config()));
    let peer: SocketAddr = SocketAddr::from(([8, 8, 8, 8], 9_000));
    let mut callers: Vec<_> = (0..clients)
        .map(|number| {
            let user = format!("user {number}");
            lab.admit(&user, 1);
            lab.client_at(&user, &format!("203.0.{}.{}:4000", number / 250, number % 250))
        })
        .collect();
    for caller in &mut callers {
        assert_eq!(caller.bind(&mut lab, 0x4000, peer).code, None);
    }
    let flows: Vec<_> = callers.iter().map(|it| Flow { from: it.addr, relay: it.relay(), input: channel_data() }).collect();
    measure("ChannelData to a public peer", &flows, &mut lab, |lab, flow, sink| {
        lab.server.handle_client(lab.now, &flow.from, &flow.input, sink);
    });
    measure("a public peer to ChannelData", &flows, &mut lab, |lab, flow, sink| {
        lab.server.handle_peer(lab.now, flow.relay, peer, &PAYLOAD, sink);
    });
    let flows: Vec<_> = callers.iter_mut().map(|it| Flow { from: it.addr, relay: it.relay(), input: it.send_indication(peer, &PAYLOAD) }).collect();
    measure("Send indication to a public peer", &flows, &mut lab, |lab, flow, sink| {
        lab.server.handle_client(lab.now, &flow.from, &flow.input, sink);
    });
}

fn main() {
    for flows in [1, 10, 100, 1_000] {
        closed_loop(flows);
        public(flows);
    }
}
