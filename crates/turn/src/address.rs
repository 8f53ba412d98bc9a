//! Who is speaking: the 5-tuple of a client, the room of an allocation, the moment.
use crate::peer_key::ip_key;
use std::hash::{Hash, Hasher};
use std::net::SocketAddr;

/// The moment of a call. The server has no clock of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds since any origin, never going back; lifetimes are measured with it.
    pub monotonic_ms: u64,
    /// Seconds since 1970; only the expiry in a username is compared with it.
    pub unix_s: u64,
}

/// How a client reaches the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Transport {
    /// Datagrams: a request's source address may be forged until a nonce came back.
    Udp,
    /// A stream in clear.
    Tcp,
    /// A stream under TLS.
    Tls,
}

impl Transport {
    /// Whether `ChannelData` is padded to four bytes and order is kept.
    pub const fn is_stream(self) -> bool {
        !matches!(self, Self::Udp)
    }
}

/// The 5-tuple of a client. `stream_id` tells two streams apart that reused one pair of addresses; it is 0 for UDP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddr {
    /// UDP, TCP or TLS.
    pub transport: Transport,
    /// The server's address and port that the client used.
    pub local: SocketAddr,
    /// The client's address and port as the server sees them.
    pub remote: SocketAddr,
    /// Unique per accepted stream, never used again; 0 for UDP.
    pub stream_id: u64,
}

impl Hash for ClientAddr {
    /// Leaves out what hardly tells clients apart (the server's own address, IPv6 flow and scope): equality still looks at all of it.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let ports = u64::from(self.remote.port()) << 16 | u64::from(self.local.port());
        state.write_u64(ports << 8 | self.transport as u64);
        state.write_u64(self.stream_id);
        state.write_u128(ip_key(self.remote.ip()));
    }
}

/// A room, as the control plane numbers it. Zero is a room like any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RoomId(pub u64);

/// The family of a relayed address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// IPv4, 0x01 on the wire.
    V4,
    /// IPv6, 0x02 on the wire.
    V6,
}

impl Family {
    /// The family of an address.
    pub const fn of(addr: &SocketAddr) -> Self {
        match addr {
            SocketAddr::V4(_) => Self::V4,
            SocketAddr::V6(_) => Self::V6,
        }
    }
}
