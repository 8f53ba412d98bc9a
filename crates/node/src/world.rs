//! The sockets of one shard, as the TURN server sees them: it says what shall be sent, this collects it and sends it at the end of the tick.
use crate::config::{Config, Listen};
use crate::counters::Counters;
use crate::egress::{Egress, Flow};
use crate::event::{Event, Events};
use crate::mailbox::{Mailbox, Parcel};
use crate::relays::Relays;
use crate::stream::{Closing, Stream};
use crate::streams::Streams;
use crate::sys::{Epoll, Interest};
use crate::tls::Tls;
use crate::token::Token;
use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::Arc;
use turn::{ClientAddr, HandOver, Sink, Transport};

/// Descriptors told of at a time.
const EVENTS_PER_TICK: usize = 256;

/// A socket that waits for clients.
pub(crate) struct Listener {
    pub(crate) listen: Listen,
    pub(crate) socket: OwnedFd,
}

/// What shards of one node have in common.
pub(crate) struct Common {
    pub(crate) mailboxes: Vec<Mailbox>,
    pub(crate) events: Events,
    pub(crate) tls: Option<Tls>,
}

/// Everything of a shard but the TURN server and the memory it receives into.
pub(crate) struct World {
    pub(crate) epoll: Epoll,
    pub(crate) udp: Vec<Listener>,
    pub(crate) listeners: Vec<Listener>,
    pub(crate) streams: Streams,
    pub(crate) relays: Relays,
    pub(crate) common: Arc<Common>,
    pub(crate) counters: Counters,
    /// Whose packet is being handled.
    pub(crate) current: Option<ClientAddr>,
    /// Streams to be closed at the end of the tick.
    pub(crate) closing: Vec<(u64, Closing)>,
    pub(crate) now_ms: u64,
    egress: Egress,
    parcels: Vec<Parcel>,
    events: Vec<Event>,
    /// The first relayed address of each allocation: who ends when handling a handed-over packet panics.
    relayed: HashMap<ClientAddr, SocketAddr>,
    dirty: Vec<u64>,
}

impl World {
    /// A world that watches its listeners.
    pub(crate) fn new(config: &Config, gso: bool, shard: usize, listeners: Vec<Listener>, common: Arc<Common>) -> io::Result<Self> {
        let (udp, listeners): (Vec<_>, Vec<_>) = listeners.into_iter().partition(|listener| listener.listen.transport == Transport::Udp);
        let epoll = Epoll::new(EVENTS_PER_TICK)?;
        epoll.add(&common.mailboxes[shard].signal, Token::Mailbox.pack(), Interest::Read)?;
        for (index, listener) in udp.iter().enumerate() {
            epoll.add(&listener.socket, Token::Udp(index).pack(), Interest::Read)?;
        }
        for (index, listener) in listeners.iter().enumerate() {
            epoll.add(&listener.socket, Token::Listener(index).pack(), Interest::Read)?;
        }
        Ok(Self {
            epoll,
            udp,
            listeners,
            streams: Streams::default(),
            relays: Relays::new(config),
            counters: Counters::default(),
            current: None,
            closing: Vec::new(),
            now_ms: 0,
            egress: Egress::new(gso),
            parcels: (0..common.mailboxes.len()).map(|_| Parcel::default()).collect(),
            events: Vec::new(),
            relayed: HashMap::new(),
            dirty: Vec::new(),
            common,
        })
    }

    /// Adds a stream that was accepted; closes it at once when there are too many.
    pub(crate) fn add_stream(&mut self, socket: OwnedFd, client: ClientAddr) {
        let ip = client.remote.ip();
        let Some(number) = self.streams.reserve(ip) else {
            self.counters.streams_refused += 1;
            return;
        };
        let tls = match (client.transport, &self.common.tls) {
            (Transport::Tls, Some(tls)) => tls.accept().ok().map(Box::new),
            _ => None,
        };
        let watched = self.epoll.add(&socket, Token::Stream(number).pack(), Interest::Read);
        if watched.is_err() || (client.transport == Transport::Tls && tls.is_none()) {
            self.streams.release(number, ip);
            self.counters.streams_refused += 1;
            return;
        }
        let client = ClientAddr { stream_id: number, ..client };
        self.streams.insert(Stream::new(TcpStream::from(socket), client, tls, self.now_ms));
        self.counters.streams_accepted += 1;
    }

    fn queue_on_stream(&mut self, to: &ClientAddr, head: &[u8], data: &[u8], padding: usize, is_reply: bool) {
        let Some(stream) = self.streams.get(to.stream_id) else { return };
        if stream.queue(head, data, padding, is_reply, self.now_ms) {
            self.streams.mark(to.stream_id);
        } else {
            self.counters.stream_dropped_full += 1;
        }
    }

    fn queue_datagram(&mut self, to: &ClientAddr, head: &[u8], data: &[u8], padding: usize) {
        let Some(listener) = self.udp.iter().find(|listener| serves(listener.listen.addr, to.local)) else { return };
        let source = listener.listen.addr.ip().is_unspecified().then(|| to.local.ip());
        let flow = Flow { fd: listener.socket.as_raw_fd(), source, to: to.remote, dont_fragment: None };
        self.push(&flow, head, data, padding);
    }

    fn push(&mut self, flow: &Flow, head: &[u8], data: &[u8], padding: usize) {
        if self.egress.is_full() {
            self.flush_datagrams();
        }
        self.egress.push(flow, head, data, padding);
    }

    /// Sends the datagrams that were collected.
    pub(crate) fn flush_datagrams(&mut self) {
        self.egress.flush();
        self.relays.after_flush();
    }

    /// The client that an allocation with this relayed address belongs to.
    pub(crate) fn owner_of(&self, relay: &SocketAddr) -> Option<ClientAddr> {
        self.relayed.iter().find(|(_, addr)| *addr == relay).map(|(client, _)| *client)
    }

    /// Tells the control plane something.
    pub(crate) fn tell(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Ends a tick: everything that was collected leaves.
    pub(crate) fn finish_tick(&mut self) {
        self.flush_streams();
        self.flush_datagrams();
        for (shard, parcel) in self.parcels.iter_mut().enumerate().filter(|(_, parcel)| !parcel.is_empty()) {
            match self.common.mailboxes[shard].hand_over(std::mem::take(parcel)) {
                Ok(()) => {}
                Err(packets) => self.counters.dropped_between_shards += packets,
            }
        }
        if !self.events.is_empty() {
            self.common.events.extend(self.events.drain(..));
        }
        self.counters.set_sent(&self.egress.sent);
        self.counters.gso_shards = u64::from(self.egress.makes_runs());
        self.counters.streams = self.streams.len() as u64;
        self.counters.relay_sockets = self.relays.len() as u64;
    }

    fn flush_streams(&mut self) {
        let mut dirty = std::mem::take(&mut self.dirty);
        self.streams.take_dirty(&mut dirty);
        for &number in &dirty {
            self.flush_stream(number);
        }
        self.dirty = dirty;
    }

    /// Takes over what a stream counted since it was last asked.
    pub(crate) fn count_wire_bytes(&mut self, (bytes_in, bytes_out): (u64, u64)) {
        self.counters.stream_bytes_in += bytes_in;
        self.counters.stream_bytes_out += bytes_out;
    }

    /// Writes what one stream's socket takes, and watches it for room when something is left.
    pub(crate) fn flush_stream(&mut self, number: u64) {
        let Some(stream) = self.streams.get(number) else { return };
        let interest = match stream.flush(self.now_ms) {
            Ok(true) => Interest::Read,
            Ok(false) => Interest::ReadWrite,
            Err(closing) => return self.closing.push((number, closing)),
        };
        if stream.interest != interest && self.epoll.modify(stream, Token::Stream(number).pack(), interest).is_ok() {
            stream.interest = interest;
        }
    }
}

/// Whether a listener bound to `bound` is the one that a client reached at `local`.
fn serves(bound: SocketAddr, local: SocketAddr) -> bool {
    bound.port() == local.port() && bound.is_ipv4() == local.is_ipv4() && (bound.ip() == local.ip() || bound.ip().is_unspecified())
}

impl Sink for World {
    fn reply(&mut self, to: &ClientAddr, message: &[u8]) {
        if to.transport.is_stream() {
            self.queue_on_stream(to, message, &[], 0, true);
        } else {
            self.queue_datagram(to, message, &[], 0);
        }
    }

    fn to_client(&mut self, to: &ClientAddr, head: &[u8], data: &[u8], padding: usize) {
        if to.transport.is_stream() {
            self.queue_on_stream(to, head, data, padding, false);
        } else {
            self.queue_datagram(to, head, data, padding);
        }
    }

    fn to_peer(&mut self, relay: SocketAddr, peer: SocketAddr, data: &[u8], dont_fragment: bool) {
        if let Some((fd, dont_fragment)) = self.relays.sender(&relay, dont_fragment) {
            self.push(&Flow { fd, source: None, to: peer, dont_fragment }, &[], data, 0);
        }
    }

    /// No service is registered with this node's servers, so nothing can be meant for one.
    fn to_local(&mut self, _service: SocketAddr, _relay: SocketAddr, _data: &[u8]) {}

    fn to_shard(&mut self, shard: u16, hand_over: &HandOver, data: &[u8]) {
        if let Some(parcel) = self.parcels.get_mut(usize::from(shard)) {
            parcel.push(hand_over, data);
            self.counters.handed_over += 1;
        }
    }

    fn bind_relay(&mut self, relay: SocketAddr) -> bool {
        match self.relays.bind(relay, self.current) {
            Ok((key, socket)) => {
                let watched = self.epoll.add(socket, Token::Relay(key).pack(), Interest::Read).is_ok();
                if !watched {
                    self.relays.free(&relay);
                }
                watched
            }
            Err(_) => false,
        }
    }

    fn free_relay(&mut self, relay: SocketAddr) {
        self.relays.free(&relay);
    }

    fn event(&mut self, event: turn::Event<'_>) {
        let (client, allocated) = match event {
            turn::Event::Allocated { user, room, relay, client } => {
                self.relayed.insert(*client, relay);
                self.tell(Event::Allocated { user: user.to_owned(), room: room.map(|room| room.0), transport: client.transport });
                (client, true)
            }
            turn::Event::Ended { user, room, client, reason, bytes_from_client, bytes_to_client } => {
                self.relayed.remove(client);
                let (room, transport) = (room.map(|room| room.0), client.transport);
                self.tell(Event::Ended { user: user.to_owned(), room, transport, reason, bytes_from_client, bytes_to_client });
                (client, false)
            }
        };
        if client.transport.is_stream() {
            let now_ms = self.now_ms;
            if let Some(stream) = self.streams.get(client.stream_id) {
                stream.set_allocated(allocated, now_ms);
            }
        }
    }
}
