//! Relay sockets, one per relayed address, with `Peers::Public` only.
use crate::config::Config;
use crate::sys::{UdpOptions, bind_udp, prefer_fragments};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use turn::ClientAddr;

/// Bytes the kernel keeps for one relay socket in each direction.
const BUFFER_BYTES: i32 = 512 * 1_024;
const V6: u32 = 1 << 16;

/// A relay socket.
pub(crate) struct Relay {
    pub(crate) socket: OwnedFd,
    /// As clients and peers know it.
    pub(crate) addr: SocketAddr,
    /// Whose allocation it is: who ends when handling its packets panics.
    pub(crate) owner: Option<ClientAddr>,
    /// Whether a client ever asked for DF, so that it is set anew before each send.
    asked_for_df: bool,
}

/// The relay sockets of one shard. *Bounds*: the ports of the shard.
pub(crate) struct Relays {
    sockets: HashMap<u32, Relay>,
    bind_v4: Option<IpAddr>,
    bind_v6: Option<IpAddr>,
    gro: bool,
    /// Closed, but perhaps still named in the egress: dropped after the next flush.
    retired: Vec<OwnedFd>,
}

/// A relayed address in one number: its port and its family.
fn key(addr: &SocketAddr) -> u32 {
    u32::from(addr.port()) | if addr.is_ipv6() { V6 } else { 0 }
}

impl Relays {
    pub(crate) fn new(config: &Config) -> Self {
        let turn = &config.turn;
        Self {
            sockets: HashMap::new(),
            bind_v4: config.relay_bind_v4.or(turn.relay_v4).map(IpAddr::V4),
            bind_v6: config.relay_bind_v6.or(turn.relay_v6).map(IpAddr::V6),
            gro: config.gro,
            retired: Vec::new(),
        }
    }

    /// Opens the socket behind a relayed address and returns its number.
    pub(crate) fn bind(&mut self, addr: SocketAddr, owner: Option<ClientAddr>) -> io::Result<(u32, &OwnedFd)> {
        let ip = if addr.is_ipv4() { self.bind_v4 } else { self.bind_v6 }.unwrap_or(addr.ip());
        let options = UdpOptions { reuse_port: false, gro: self.gro, buffer_bytes: BUFFER_BYTES };
        let socket = bind_udp(&SocketAddr::new(ip, addr.port()), options)?;
        prefer_fragments(&socket, ip, true)?;
        let key = key(&addr);
        let relay = Relay { socket, addr, owner, asked_for_df: false };
        self.sockets.insert(key, relay);
        Ok((key, &self.sockets[&key].socket))
    }

    /// Closes it after the next flush.
    pub(crate) fn free(&mut self, addr: &SocketAddr) {
        if let Some(relay) = self.sockets.remove(&key(addr)) {
            self.retired.push(relay.socket);
        }
    }

    /// Call it after each flush.
    pub(crate) fn after_flush(&mut self) {
        self.retired.clear();
    }

    /// The socket to send from, and what to set about DF before.
    pub(crate) fn sender(&mut self, addr: &SocketAddr, dont_fragment: bool) -> Option<(RawFd, Option<bool>)> {
        let relay = self.sockets.get_mut(&key(addr))?;
        relay.asked_for_df |= dont_fragment;
        Some((relay.socket.as_raw_fd(), relay.asked_for_df.then_some(dont_fragment)))
    }

    pub(crate) fn get(&self, key: u32) -> Option<&Relay> {
        self.sockets.get(&key)
    }

    pub(crate) fn len(&self) -> usize {
        self.sockets.len()
    }
}
