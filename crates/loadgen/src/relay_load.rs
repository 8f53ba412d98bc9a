//! Sends at a steady rate through a relay and counts what arrives.
//!
//! ```text
//!   flow n:  sender ──ChannelData──▶ relay ──ChannelData──▶ receiver    To::Clients: both have allocations
//!            sender ──ChannelData──▶ relay ──datagram─────▶ receiver    To::Peers: the receiver is a plain socket
//! ```
use crate::client::Client;
use crate::sys::{Poll, cut_into};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

const CHANNEL: u16 = 0x4000;
/// How long to wait for stragglers.
const DRAIN: Duration = Duration::from_millis(200);

/// Who receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Another client of the relay.
    Clients,
    /// A plain socket.
    Peers,
}

/// What to do.
#[derive(Clone, Debug)]
pub struct Plan {
    pub server: SocketAddr,
    pub secret: Vec<u8>,
    pub user: String,
    pub to: To,
    pub flows: usize,
    /// Packets of one flow back to back.
    pub burst: usize,
    /// Whether a burst arrives at the server all at once, as from a network card that collects packets, or one after the other.
    pub together: bool,
    /// Payload bytes, 16 or more.
    pub bytes: usize,
    /// Packets per second, of all flows together.
    pub rate: f64,
    pub duration: Duration,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub sent: u64,
    pub received: u64,
    pub seconds: f64,
    pub p50_us: u32,
    pub p99_us: u32,
}

/// Flows that are set up.
pub struct Load {
    plan: Plan,
    senders: Vec<UdpSocket>,
    receivers: Vec<UdpSocket>,
    poll: Poll,
    header_bytes: usize,
    /// Keep the allocations' clients, who own nothing but their names.
    _clients: Vec<Client>,
}

impl Load {
    /// Allocates and binds a channel for each flow.
    pub fn set_up(plan: Plan) -> Self {
        let poll = Poll::new().expect("epoll");
        let (mut senders, mut receivers, mut clients) = (Vec::new(), Vec::new(), Vec::new());
        for flow in 0..plan.flows {
            let mut sender = Client::udp_with(plan.server, &plan.user, &plan.secret);
            let of_sender = sender.allocate();
            let receiver = match plan.to {
                To::Peers => {
                    let socket = UdpSocket::bind((plan.server.ip(), 0)).expect("a socket");
                    sender.bind(CHANNEL, socket.local_addr().expect("an address"));
                    socket
                }
                To::Clients => {
                    let mut receiver = Client::udp_with(plan.server, &plan.user, &plan.secret);
                    let of_receiver = receiver.allocate();
                    sender.bind(CHANNEL, of_receiver);
                    receiver.bind(CHANNEL, of_sender);
                    let socket = receiver.socket();
                    clients.push(receiver);
                    socket
                }
            };
            receiver.set_nonblocking(true).expect("a non-blocking socket");
            poll.add(&receiver, flow as u64).expect("epoll");
            receivers.push(receiver);
            let socket = sender.socket();
            if plan.together {
                cut_into(&socket, wire::channel_data::HEADER_BYTES + plan.bytes).expect("a kernel that cuts sends");
            }
            senders.push(socket);
            clients.push(sender);
        }
        let header_bytes = if plan.to == To::Clients { wire::channel_data::HEADER_BYTES } else { 0 };
        Self { plan, senders, receivers, poll, header_bytes, _clients: clients }
    }

    /// The same flows at another rate.
    pub fn run_at(&mut self, rate: f64, duration: Duration) -> Outcome {
        (self.plan.rate, self.plan.duration) = (rate, duration);
        self.run()
    }

    /// Sends as planned, late rather than never, and reads whatever arrives meanwhile.
    fn run(&mut self) -> Outcome {
        let plan = self.plan.clone();
        let mut packet = wire::channel_data::header(CHANNEL, plan.bytes).expect("a length that fits").to_vec();
        packet.resize(packet.len() + plan.bytes, 0);
        let mut burst = if plan.together { packet.repeat(plan.burst) } else { packet };
        let (sends, packets_of_a_send) = if plan.together { (1, plan.burst) } else { (plan.burst, 1) };
        let packet_bytes = burst.len() / packets_of_a_send;
        let interval = Duration::from_secs_f64(plan.burst as f64 / plan.rate);
        let mut delays_us = Vec::with_capacity((plan.rate * plan.duration.as_secs_f64() * 1.1) as usize);
        let start = Instant::now();
        let (mut sent, mut next, mut flow) = (0_u64, start, 0);
        while start.elapsed() < plan.duration {
            if Instant::now() < next {
                self.receive(start, &mut delays_us);
                continue;
            }
            for _ in 0..sends {
                let nanos = u64::try_from(start.elapsed().as_nanos()).unwrap_or(0);
                for packet in burst.chunks_mut(packet_bytes) {
                    packet[4..12].copy_from_slice(&nanos.to_be_bytes());
                }
                sent += if self.senders[flow].send(&burst).is_ok() { packets_of_a_send as u64 } else { 0 };
            }
            flow = (flow + 1) % plan.flows;
            next += interval;
            // What could not be sent in time is not made up for in one go.
            next = next.max(Instant::now() - 20 * interval);
            if flow % 8 == 0 {
                self.receive(start, &mut delays_us);
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        let drained = Instant::now() + DRAIN;
        while Instant::now() < drained {
            self.receive(start, &mut delays_us);
        }
        delays_us.sort_unstable();
        let at = |share: f64| delays_us.get(((delays_us.len() as f64) * share) as usize).copied().unwrap_or(0);
        Outcome { sent, received: delays_us.len() as u64, seconds, p50_us: at(0.5), p99_us: at(0.99) }
    }

    fn receive(&mut self, start: Instant, delays_us: &mut Vec<u32>) {
        let mut buffer = [0; 2_048];
        for token in self.poll.readable() {
            let receiver = &self.receivers[token as usize];
            while let Ok(length) = receiver.recv(&mut buffer) {
                if length != self.header_bytes + self.plan.bytes {
                    continue;
                }
                let stamp: [u8; 8] = buffer[self.header_bytes..][..8].try_into().expect("eight bytes");
                let now = u64::try_from(start.elapsed().as_nanos()).unwrap_or(0);
                delays_us.push(u32::try_from(now.saturating_sub(u64::from_be_bytes(stamp)) / 1_000).unwrap_or(u32::MAX));
            }
        }
    }
}
