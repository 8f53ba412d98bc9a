//! Sockets that should never hear anything.
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};

pub struct Canary {
    pub addr: SocketAddr,
    socket: UdpSocket,
}

impl Canary {
    /// Listens; `None` where no socket can be bound to just this address.
    pub fn new(addr: SocketAddr) -> Option<Self> {
        if addr.ip().is_unspecified() {
            return None;
        }
        let socket = UdpSocket::bind(addr).ok()?;
        if let SocketAddr::V4(group) = addr
            && group.ip().is_multicast()
        {
            socket.join_multicast_v4(group.ip(), &std::net::Ipv4Addr::LOCALHOST).ok()?;
        }
        socket.set_nonblocking(true).unwrap();
        Some(Self { addr, socket })
    }

    /// Whether a plain socket of the relayed address reaches it: then a relay could, too.
    pub fn is_reachable(&self) -> bool {
        let from = if self.addr.is_ipv4() { "192.0.2.1:0" } else { "[2001:db8::1]:0" };
        let plain = UdpSocket::bind(from).unwrap();
        plain.send_to(b"reachable?", self.addr).is_ok() && self.heard() == [b"reachable?"]
    }

    /// All that arrived since the last time. On loopback a datagram is in the receiver's buffer before `send` returns.
    pub fn heard(&self) -> Vec<Vec<u8>> {
        let mut heard = Vec::new();
        let mut buffer = [0; 2_048];
        loop {
            match self.socket.recv(&mut buffer) {
                Ok(length) => heard.push(buffer[..length].to_vec()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return heard,
                // What an ICMP error of an earlier probe left.
                Err(_) => {}
            }
        }
    }

    /// Waits for the next datagram.
    pub fn wait(&self) -> Vec<u8> {
        self.socket.set_nonblocking(false).unwrap();
        self.socket.set_read_timeout(Some(loadgen::client::WAIT)).unwrap();
        let mut buffer = [0; 2_048];
        let length = self.socket.recv(&mut buffer).expect("a datagram within the limit");
        self.socket.set_nonblocking(true).unwrap();
        buffer[..length].to_vec()
    }
}
