//! What the SFU wants from the world, collected during a tick.
use crate::egress::{Egress, Flow, Sent};
use crate::sys::own_addresses;
use crate::world::Listener;
use sfu::{Event, Path, Protocol, Sink};
use std::io;
use std::net::IpAddr;
use std::os::fd::AsRawFd;

/// Datagrams and events on their way out.
pub(crate) struct Out {
    pub(crate) udp: Vec<Listener>,
    pub(crate) events: Vec<Event>,
    egress: Egress,
    own: Vec<IpAddr>,
}

impl Out {
    pub(crate) fn new(gso: bool, udp: Vec<Listener>) -> io::Result<Self> {
        Ok(Self { udp, events: Vec::new(), egress: Egress::new(gso), own: own_addresses()? })
    }

    /// Sends what was collected.
    pub(crate) fn flush(&mut self) -> Sent {
        self.egress.flush();
        self.egress.sent
    }
}

impl Sink for Out {
    fn transmit(&mut self, path: &Path, datagram: &[u8]) {
        if path.protocol != Protocol::Udp {
            return;
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
