//! One thread with its sockets: waits in epoll, handles what came, sends what came of it, waits again.
//!
//! A tick is one round of that. Nothing sent is held back beyond the tick, so that batches cost no delay.
use crate::counters::Counters;
use crate::engine::Engine;
use crate::limits::{ACCEPTS_MAX, ROUNDS_MAX, STREAM_TURN_BYTES_MAX};
use crate::mailbox::Command;
use crate::stream::Closing;
use crate::sys::{Interest, ReceiveBatch, accept, local_address, tune_stream};
use crate::token::Token;
use crate::world::World;
use std::io;
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use turn::{ClientAddr, Now, PeerPolicy, Server};

/// Bundles of one recvmmsg.
const SLOTS: usize = 64;
/// Bytes read from a stream at a time.
const SCRATCH_BYTES: usize = 16 * 1_024;
/// How often deadlines of streams are looked at.
const CHORES_MS: u64 = 1_000;

/// The clock of a shard; below it the time is a parameter.
struct Clock(Instant);

impl Clock {
    fn now(&self) -> Now {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Now { monotonic_ms: u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX), unix_s: unix.as_secs() }
    }
}

/// A shard, made by the thread that runs it.
pub(crate) struct Shard<P: PeerPolicy> {
    engine: Engine<P>,
    receive: ReceiveBatch,
    scratch: Box<[u8]>,
    clock: Clock,
    now: Now,
    index: usize,
    chores_ms: u64,
    /// Listeners that were told to be silent, since the system had no descriptor left.
    resting: bool,
    published: Arc<Mutex<Counters>>,
}

impl<P: PeerPolicy> Shard<P> {
    /// `origin` is the zero of the monotonic clock, the same for all shards.
    pub(crate) fn new(world: World, server: Server<P>, index: usize, origin: Instant, published: Arc<Mutex<Counters>>) -> Self {
        let clock = Clock(origin);
        Self {
            engine: Engine::new(world, server, u16::try_from(index).unwrap_or(u16::MAX)),
            receive: ReceiveBatch::new(SLOTS),
            scratch: vec![0; SCRATCH_BYTES].into_boxed_slice(),
            now: clock.now(),
            clock,
            index,
            chores_ms: 0,
            resting: false,
            published,
        }
    }

    /// Runs until it is told to stop.
    pub(crate) fn run(&mut self) -> io::Result<()> {
        self.end_tick();
        loop {
            let told = self.engine.world.epoll.wait(self.timeout_ms())?;
            self.now = self.clock.now();
            self.engine.world.now_ms = self.now.monotonic_ms;
            // Commands first: who was admitted before it sent its first packet is known when the packet is handled.
            let woken = (0..told).any(|index| Token::unpack(self.engine.world.epoll.token(index)) == Token::Mailbox);
            let going_on = !woken || self.read_mailbox();
            for index in 0..told {
                match Token::unpack(self.engine.world.epoll.token(index)) {
                    Token::Mailbox => {}
                    Token::Udp(listener) => self.read_datagrams(listener),
                    Token::Listener(listener) => self.accept(listener),
                    Token::Relay(key) => self.read_relay(key),
                    Token::Stream(number) => self.read_stream(number),
                }
            }
            if !self.engine.timeout(self.now) {
                return Err(io::Error::other("timeouts keep panicking"));
            }
            if self.now.monotonic_ms >= self.chores_ms {
                self.chores();
            }
            self.end_tick();
            if !going_on {
                self.stop();
                return Ok(());
            }
        }
    }

    fn timeout_ms(&self) -> i32 {
        let chores = (self.resting || self.engine.world.streams.len() > 0).then_some(self.chores_ms);
        let Some(at) = self.engine.next_timeout().into_iter().chain(chores).min() else { return -1 };
        // One more, since epoll counts whole milliseconds and must not wake before the moment.
        let rest = at.saturating_sub(self.clock.now().monotonic_ms).saturating_add(u64::from(at > self.now.monotonic_ms));
        i32::try_from(rest.min(60_000)).unwrap_or(60_000)
    }

    fn end_tick(&mut self) {
        self.engine.world.finish_tick();
        if !self.engine.world.closing.is_empty() {
            self.engine.close_streams(self.now.monotonic_ms);
            self.engine.world.finish_tick();
        }
        self.engine.count();
        *self.published.lock().unwrap_or_else(PoisonError::into_inner) = self.engine.world.counters;
    }

    /// Says goodbye on all streams; sockets close when the shard is dropped.
    fn stop(&mut self) {
        let now_ms = self.now.monotonic_ms;
        for stream in self.engine.world.streams.iter_mut() {
            stream.farewell(now_ms);
        }
    }

    /// `false` when the shard shall stop.
    fn read_mailbox(&mut self) -> bool {
        let common = Arc::clone(&self.engine.world.common);
        let (commands, parcels) = common.mailboxes[self.index].take();
        for parcel in &parcels {
            for (hand_over, data) in parcel.packets() {
                self.engine.hand_over(self.now, hand_over, data);
            }
        }
        for command in commands {
            match command {
                Command::Admit { user, room } => self.engine.admit(user, room),
                Command::Evict { user, until_unix_s } => self.engine.evict(self.now, &user, until_unix_s),
                Command::SetSecrets(secrets) => self.engine.set_secrets(secrets),
                Command::Stop => return false,
            }
        }
        true
    }

    fn read_datagrams(&mut self, index: usize) {
        for _ in 0..ROUNDS_MAX {
            let listener = &self.engine.world.udp[index];
            let bound = listener.listen.addr;
            let Some(count) = receive(&mut self.receive, &mut self.engine.world.counters, &listener.socket) else { return };
            for slot in 0..count {
                let Some(bundle) = self.receive.bundle(slot) else {
                    self.engine.world.counters.udp_packets_unreadable += 1;
                    continue;
                };
                let local = bundle.to.map_or(bound, |ip| SocketAddr::new(ip, bound.port()));
                let from = ClientAddr { transport: turn::Transport::Udp, local, remote: bundle.from, stream_id: 0 };
                for datagram in bundle.bytes.chunks(bundle.segment_bytes) {
                    self.engine.world.counters.count_datagram(datagram);
                    self.engine.client(self.now, &from, datagram);
                }
            }
            if count < self.receive.slots() {
                return;
            }
        }
    }

    fn read_relay(&mut self, key: u32) {
        for _ in 0..ROUNDS_MAX {
            let Some(relay) = self.engine.world.relays.get(key) else { return };
            let (addr, owner) = (relay.addr, relay.owner);
            let Some(count) = receive(&mut self.receive, &mut self.engine.world.counters, &relay.socket) else { return };
            for slot in 0..count {
                let Some(bundle) = self.receive.bundle(slot) else {
                    self.engine.world.counters.udp_packets_unreadable += 1;
                    continue;
                };
                for datagram in bundle.bytes.chunks(bundle.segment_bytes) {
                    self.engine.world.counters.count_datagram(datagram);
                    self.engine.peer(self.now, addr, owner, bundle.from, datagram);
                }
            }
            if count < self.receive.slots() {
                return;
            }
        }
    }

    fn accept(&mut self, index: usize) {
        for _ in 0..ACCEPTS_MAX {
            let listener = &self.engine.world.listeners[index];
            let transport = listener.listen.transport;
            match accept(&listener.socket) {
                Ok((socket, remote)) => {
                    let Ok(local) = local_address(&socket) else { continue };
                    let _ = tune_stream(&socket);
                    self.engine.world.add_stream(socket, ClientAddr { transport, local, remote, stream_id: 0 });
                }
                Err(error) => match error.raw_os_error() {
                    Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM | libc::ENOBUFS) => return self.rest(true),
                    Some(libc::EAGAIN) => return,
                    // The client was faster than we: ECONNABORTED and its like.
                    _ => {}
                },
            }
        }
    }

    /// Lets listeners be silent for a while: with no descriptor left they would be told of without end.
    fn rest(&mut self, resting: bool) {
        self.resting = resting;
        let world = &self.engine.world;
        for (index, listener) in world.listeners.iter().enumerate() {
            let interest = if resting { Interest::Nothing } else { Interest::Read };
            let _ = world.epoll.modify(&listener.socket, Token::Listener(index).pack(), interest);
        }
        if resting {
            self.chores_ms = self.now.monotonic_ms + CHORES_MS;
        }
    }

    fn chores(&mut self) {
        self.chores_ms = self.now.monotonic_ms + CHORES_MS;
        if self.resting {
            self.rest(false);
        }
        let world = &mut self.engine.world;
        let overdue = world.streams.iter_mut().filter(|stream| stream.is_overdue(self.now.monotonic_ms));
        world.closing.extend(overdue.map(|stream| (stream.client.stream_id, Closing::TimedOut)));
    }

    fn read_stream(&mut self, number: u64) {
        // Room first: what waits may be the answer to what is read.
        self.engine.world.flush_stream(number);
        let mut turn_bytes = 0;
        while turn_bytes < STREAM_TURN_BYTES_MAX {
            let Some(stream) = self.engine.world.streams.get(number) else { return };
            let filled = stream.fill(&mut self.scratch);
            let wire_bytes = std::mem::take(&mut stream.wire_bytes);
            self.engine.world.count_wire_bytes(wire_bytes);
            match filled {
                Ok(false) => break,
                Ok(true) => {}
                Err(closing) => return self.engine.world.closing.push((number, closing)),
            }
            turn_bytes += SCRATCH_BYTES;
            if let Err(closing) = self.read_frames(number) {
                return self.engine.world.closing.push((number, closing));
            }
        }
        // TLS may have something to say that nobody queued.
        self.engine.world.streams.mark(number);
    }

    fn read_frames(&mut self, number: u64) -> Result<(), Closing> {
        loop {
            let Some(stream) = self.engine.world.streams.get(number) else { return Ok(()) };
            let Some(frame) = stream.next_frame()? else { return Ok(()) };
            let (client, unread) = (stream.client, stream.take_unread());
            self.engine.world.counters.stream_frames_in += 1;
            self.engine.client(self.now, &client, &unread[frame]);
            if let Some(stream) = self.engine.world.streams.get(number) {
                stream.give_unread(unread);
            }
        }
    }
}

/// Takes what waits on a socket; `None` when nothing does.
fn receive(batch: &mut ReceiveBatch, counters: &mut Counters, socket: &impl AsFd) -> Option<usize> {
    let count = batch.receive(socket).ok().filter(|&count| count > 0)?;
    counters.udp_calls_in += 1;
    Some(count)
}
