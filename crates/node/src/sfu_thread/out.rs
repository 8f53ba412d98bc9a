//! What the SFU wants from the world, collected during a tick.
use super::streams::Streams;
use crate::egress::{Egress, Flow, Sent};
use crate::sys::{Epoll, own_addresses};
use crate::world::Listener;
use sfu::{Event, Path, Protocol, Sink};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::AsRawFd;
use std::time::Instant;

/// Datagrams and events on their way out.
pub(crate) struct Out {
    pub(crate) udp: Vec<Listener>,
    pub(crate) events: Vec<Event>,
    pub(crate) streams: Streams,
    /// The moment of the tick.
    pub(crate) now: Instant,
    egress: Egress,
    own: Vec<IpAddr>,
}

impl Out {
    pub(crate) fn new(gso: bool, udp: Vec<Listener>, now: Instant) -> io::Result<Self> {
        Ok(Self { udp, events: Vec::new(), streams: Streams::default(), now, egress: Egress::new(gso), own: own_addresses()? })
    }

    /// Sends what was collected. The addresses of streams that are over come back.
    pub(crate) fn flush(&mut self, epoll: &Epoll) -> (Sent, Vec<SocketAddr>) {
        self.egress.flush();
        (self.egress.sent, self.streams.flush(epoll, self.now))
    }
}

impl Sink for Out {
    fn transmit(&mut self, path: &Path, datagram: &[u8]) {
        if path.protocol == Protocol::Tcp {
            return self.streams.queue(path.remote, datagram, self.now);
        }
        let Some(listener) = self.udp.iter().find(|listener| listener.listen.addr.is_ipv4() == path.local.is_ipv4()) else { return };
        // A socket bound to all addresses answers from the one that the client knows, if it is one of this machine.
        let source = Some(path.local.ip()).filter(|ip| listener.listen.addr.ip().is_unspecified() && self.own.contains(ip));
        let flow = Flow { fd: listener.socket.as_raw_fd(), source, to: path.remote, dont_fragment: None };
        if self.egress.is_full() {
            self.egress.flush();
        }
        self.egress.push(&flow, &[], datagram, 0);
    }

    fn event(&mut self, event: Event) {
        self.events.push(event);
    }
}
