//! The SFU's thread: its sockets, its clock and the batches around `sfu::Sfu`.
//!
//! One thread has all rooms. A tick is as a shard's: commands, what came, what is due; then everything that came of it leaves.
mod out;
mod streams;

use crate::config::{Config, StartError, Transport};
use crate::event::Event;
use crate::limits::{ACCEPTS_MAX, ROUNDS_MAX};
use crate::sfu_door::{Ask, Asks};
use crate::sys::{Epoll, Interest, ReceiveBatch, accept, tune_stream};
use crate::token::Token;
use crate::world::{Common, Listener};
use out::Out;
use sfu::{Path, Protocol, Session, Sfu, Stats};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Bundles of one recvmmsg.
const SLOTS: usize = 64;
/// Descriptors told of at a time.
const EVENTS_PER_TICK: usize = 256;
/// How often streams' deadlines are looked at, and how long listeners rest when the system has no descriptor left.
const CHORES: Duration = Duration::from_secs(1);

/// What the thread counts, for others to read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SfuCounters {
    pub(crate) stats: Stats,
    pub(crate) udp_packets_in: u64,
    pub(crate) udp_packets_out: u64,
    pub(crate) udp_calls_out: u64,
    pub(crate) udp_dropped: u64,
}

impl SfuCounters {
    pub(crate) fn list(&self) -> Vec<(&'static str, u64)> {
        let own = [
            ("sfu_udp_packets_in", self.udp_packets_in),
            ("sfu_udp_packets_out", self.udp_packets_out),
            ("sfu_udp_calls_out", self.udp_calls_out),
            ("sfu_udp_dropped", self.udp_dropped),
        ];
        self.stats.list().into_iter().chain(own).collect()
    }
}

/// The thread's state.
pub(crate) struct SfuThread<S> {
    epoll: Epoll,
    sfu: Sfu<S>,
    out: Out,
    asks: Arc<Asks>,
    common: Arc<Common>,
    published: Arc<Mutex<SfuCounters>>,
    counters: SfuCounters,
    locals: Vec<(Protocol, SocketAddr)>,
    listeners: Vec<Listener>,
    /// Listeners that were told to be silent, since the system had no descriptor left.
    resting: bool,
    chores_at: Instant,
}

impl<S: Session> SfuThread<S> {
    /// With the sockets that wait for clients.
    pub(crate) fn new(
        config: &Config,
        gso: bool,
        listeners: Vec<Listener>,
        asks: Arc<Asks>,
        common: Arc<Common>,
        published: Arc<Mutex<SfuCounters>>,
    ) -> Result<Self, StartError> {
        let epoll = Epoll::new(EVENTS_PER_TICK)?;
        epoll.add(&asks.signal, Token::Mailbox.pack(), Interest::Read)?;
        let locals = candidates(config, &listeners);
        let (udp, listeners): (Vec<_>, Vec<_>) = listeners.into_iter().partition(|listener| listener.listen.transport == Transport::Udp);
        for (index, listener) in udp.iter().enumerate() {
            epoll.add(&listener.socket, Token::Udp(index).pack(), Interest::Read)?;
        }
        for (index, listener) in listeners.iter().enumerate() {
            epoll.add(&listener.socket, Token::Listener(index).pack(), Interest::Read)?;
        }
        let now = Instant::now();
        Ok(Self {
            epoll,
            sfu: Sfu::new(locals.clone()),
            out: Out::new(gso, udp, now)?,
            asks,
            common,
            published,
            counters: SfuCounters::default(),
            locals,
            listeners,
            resting: false,
            chores_at: now,
        })
    }

    /// Runs until it is told to stop.
    pub(crate) fn run(&mut self) -> io::Result<()> {
        let mut receive = ReceiveBatch::new(SLOTS);
        loop {
            let told = self.epoll.wait(self.timeout_ms())?;
            let now = Instant::now();
            self.out.now = now;
            let going_on = self.obey(now);
            for index in 0..told {
                match Token::unpack(self.epoll.token(index)) {
                    Token::Udp(listener) => self.read_datagrams(now, listener, &mut receive),
                    Token::Listener(listener) => self.accept(now, listener),
                    Token::Stream(number) => self.read_stream(now, number),
                    Token::Mailbox | Token::Relay(_) => {}
                }
            }
            self.sfu.timeout(now, &mut self.out);
            if now >= self.chores_at {
                self.chores(now);
            }
            if !going_on {
                self.sfu.close_all(now, &mut self.out);
            }
            self.end_tick();
            if !going_on {
                return Ok(());
            }
        }
    }

    fn timeout_ms(&self) -> i32 {
        let chores = (self.resting || self.out.streams.len() > 0).then_some(self.chores_at);
        let Some(at) = self.sfu.next_timeout().into_iter().chain(chores).min() else { return -1 };
        let rest = at.saturating_duration_since(Instant::now());
        // Rounded up: epoll counts whole milliseconds and must not wake before the moment.
        i32::try_from(rest.as_micros().div_ceil(1_000).min(60_000)).unwrap_or(60_000)
    }

    /// Carries out what was asked; `false` when it shall stop.
    fn obey(&mut self, now: Instant) -> bool {
        let mut going_on = true;
        for ask in self.asks.take() {
            match ask {
                Ask::Offer { room, participant, leg_id, sdp, reply } => {
                    let answer = self.sfu.offer(now, room, &participant, &leg_id, &sdp, &mut self.out);
                    // Who asked may have given up waiting; its leg ends by itself.
                    let _ = reply.try_send(answer);
                }
                Ask::Subscribe { room, participant, leg_id, wishes } => self.sfu.subscribe(now, room, &participant, &leg_id, &wishes, &mut self.out),
                Ask::Close { room, participant } => self.sfu.close(now, room, &participant, &mut self.out),
                Ask::Stop => going_on = false,
            }
        }
        going_on
    }

    fn read_datagrams(&mut self, now: Instant, index: usize, receive: &mut ReceiveBatch) {
        for _ in 0..ROUNDS_MAX {
            let listener = &self.out.udp[index];
            let v4 = listener.listen.addr.is_ipv4();
            let Some(&(protocol, local)) = self.locals.iter().find(|(protocol, local)| *protocol == Protocol::Udp && local.is_ipv4() == v4) else {
                return;
            };
            let Ok(count) = receive.receive(&listener.socket) else { return };
            for slot in 0..count {
                let Some(bundle) = receive.bundle(slot) else { continue };
                let path = Path { protocol, local, remote: bundle.from };
                for datagram in bundle.bytes.chunks(bundle.segment_bytes) {
                    self.counters.udp_packets_in += 1;
                    self.sfu.receive(now, &path, datagram, &mut self.out);
                }
            }
            if count < receive.slots() {
                return;
            }
        }
    }

    fn accept(&mut self, now: Instant, index: usize) {
        for _ in 0..ACCEPTS_MAX {
            match accept(&self.listeners[index].socket) {
                Ok((socket, remote)) => {
                    let _ = tune_stream(&socket);
                    self.out.streams.add(socket, remote, &self.epoll, now);
                }
                Err(error) => match error.raw_os_error() {
                    Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM | libc::ENOBUFS) => return self.rest(now, true),
                    Some(libc::EAGAIN) => return,
                    // The client was faster than we.
                    _ => {}
                },
            }
        }
    }

    /// Lets listeners be silent for a while: with no descriptor left they would be told of without end.
    fn rest(&mut self, now: Instant, resting: bool) {
        self.resting = resting;
        self.chores_at = now + CHORES;
        for (index, listener) in self.listeners.iter().enumerate() {
            let interest = if resting { Interest::Nothing } else { Interest::Read };
            let _ = self.epoll.modify(&listener.socket, Token::Listener(index).pack(), interest);
        }
    }

    fn read_stream(&mut self, now: Instant, number: u64) {
        match self.out.streams.read(number) {
            Ok(Some((remote, frames))) => {
                let local = self.locals.iter().find(|(protocol, local)| *protocol == Protocol::Tcp && local.is_ipv4() == remote.is_ipv4());
                let Some(&(protocol, local)) = local else { return };
                for frame in frames {
                    self.sfu.receive(now, &Path { protocol, local, remote }, &frame, &mut self.out);
                }
            }
            Ok(None) => {}
            Err(over) => self.sfu.stream_closed(over),
        }
    }

    fn chores(&mut self, now: Instant) {
        self.chores_at = now + CHORES;
        if self.resting {
            self.rest(now, false);
        }
        let sfu = &self.sfu;
        for over in self.out.streams.close_overdue(now, |remote| sfu.knows(Protocol::Tcp, remote)) {
            self.sfu.stream_closed(over);
        }
    }

    fn end_tick(&mut self) {
        let (sent, over) = self.out.flush(&self.epoll);
        for over in over {
            self.sfu.stream_closed(over);
        }
        self.counters.udp_packets_out = sent.packets;
        self.counters.udp_calls_out = sent.calls;
        self.counters.udp_dropped = sent.dropped_full + sent.dropped_refused;
        if !self.out.events.is_empty() {
            self.common.events.extend(self.out.events.drain(..).map(Event::Sfu));
        }
        self.counters.stats = self.sfu.stats();
        *self.published.lock().unwrap_or_else(PoisonError::into_inner) = self.counters;
    }
}

/// The addresses that answers name: what the operator says clients see, with each listener's port; else the listener's own.
fn candidates(config: &Config, listeners: &[Listener]) -> Vec<(Protocol, SocketAddr)> {
    let mut candidates = Vec::new();
    for listener in listeners {
        let bound = listener.listen.addr;
        let protocol = if listener.listen.transport == Transport::Udp { Protocol::Udp } else { Protocol::Tcp };
        let said = config.sfu_addresses.iter().find(|ip| ip.is_ipv4() == bound.is_ipv4()).copied();
        if let Some(ip) = said.or_else(|| Some(bound.ip()).filter(|ip| !ip.is_unspecified())) {
            candidates.push((protocol, SocketAddr::new(ip, bound.port())));
        }
    }
    candidates
}
