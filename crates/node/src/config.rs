//! What the operator decides about sockets and threads; `turn::Config` has the rest.
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// How clients reach a listener.
pub use turn::Transport;

/// One address to listen on, on every shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen {
    /// UDP, TCP or TLS.
    pub transport: Transport,
    /// Port 0 takes a free one, the same for all shards.
    pub addr: SocketAddr,
}

/// What TLS listeners show: PEM, the server's own certificate first.
#[derive(Clone)]
pub struct Identity {
    /// The chain.
    pub certificates_pem: Vec<u8>,
    /// The private key of the first certificate.
    pub private_key_pem: Vec<u8>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity")
    }
}

/// The settings of a node.
#[derive(Clone, Debug)]
pub struct Config {
    /// 1 to `limits::LISTENERS_MAX`.
    pub listen: Vec<Listen>,
    /// Needed for TLS.
    pub identity: Option<Identity>,
    /// Threads, each with its sockets; 0 for one per core that the process may use.
    pub shards: usize,
    /// Whether each thread stays on one core.
    pub pin: bool,
    /// Whether runs of datagrams go out as one message where the kernel can.
    pub gso: bool,
    /// Whether runs of datagrams come in as one message where the kernel can.
    pub gro: bool,
    /// Bytes of the kernel's buffer of a listening UDP socket, in each direction; the kernel may give less.
    pub socket_buffer_bytes: i32,
    /// The address that relay sockets are bound to where `turn.relay_v4` is another one, as behind NAT. `Peers::Public` only.
    pub relay_bind_v4: Option<Ipv4Addr>,
    /// The same for `turn.relay_v6`.
    pub relay_bind_v6: Option<Ipv6Addr>,
    /// Where the SFU listens, over UDP and TCP; empty for no SFU.
    pub sfu_listen: Vec<Listen>,
    /// What clients see of it, at most one per family; without one, the address that is listened on.
    pub sfu_addresses: Vec<IpAddr>,
    /// The TURN server. `allocations_max` is for the whole node and divided among shards.
    pub turn: turn::Config,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: Vec::new(),
            identity: None,
            shards: 0,
            pin: true,
            gso: true,
            gro: true,
            socket_buffer_bytes: 4 << 20,
            relay_bind_v4: None,
            relay_bind_v6: None,
            sfu_listen: Vec::new(),
            sfu_addresses: Vec::new(),
            turn: turn::Config::default(),
        }
    }
}

/// Why a node did not start.
#[derive(Debug)]
pub enum StartError {
    /// The TURN server cannot serve with its settings.
    Turn(turn::ConfigError),
    /// No listener, or too many.
    Listeners,
    /// An address cannot be listened on.
    Listen(Listen, io::Error),
    /// There is no certificate for a TLS listener, or what there is cannot be used.
    Identity(String),
    /// The system gives no thread, descriptor or randomness.
    System(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Turn(error) => error.fmt(f),
            Self::Listeners => write!(f, "one to {} addresses to listen on are needed", crate::limits::LISTENERS_MAX),
            Self::Listen(listen, error) => write!(f, "cannot listen on {} over {:?}: {error}", listen.addr, listen.transport),
            Self::Identity(reason) => write!(f, "TLS cannot be served: {reason}"),
            Self::System(error) => write!(f, "the system refused what the node needs: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}
