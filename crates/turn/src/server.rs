//! The TURN server of one shard (RFC 8656), as a state machine.
//!
//! ```text
//!  server/requests.rs     STUN in, authentication, which method
//!  server/allocate.rs     Allocate          server/refresh.rs  Refresh, and how allocations end
//!  server/permissions.rs  CreatePermission, ChannelBind
//!  server/relay.rs        the packet path   server/commands.rs  the control plane
//! ```
use crate::address::{ClientAddr, Family, Now, RoomId};
use crate::allocations::Allocations;
use crate::auth::Authority;
use crate::chance::{Chance, hasher};
use crate::config::{Config, ConfigError, Peers};
use crate::directory::Directory;
use crate::peer_filter::{PeerFilter, PeerPolicy, Question, Standing, embedded_v4};
use crate::ports::Ports;
use crate::sink::Sink;
use crate::sources::Sources;
use crate::stats::Stats;
use crate::users::Users;
use foldhash::fast::SeedableRandomState;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

mod allocate;
mod commands;
mod permissions;
mod refresh;
mod relay;
mod requests;

pub use commands::Full;

/// The server. One per shard, `Send`, no locks.
pub struct Server<P: PeerPolicy = PeerFilter> {
    config: Config,
    policy: P,
    authority: Authority,
    sources: Sources,
    users: Users,
    allocations: Allocations,
    ports: Ports,
    services: Vec<SocketAddr>,
    chance: Chance,
    hasher: SeedableRandomState,
    /// The first bytes of indications' transaction ids; the rest counts.
    indication_prefix: [u8; 4],
    indications: u64,
    stats: Stats,
    /// Responses are written here, one after the other.
    buffer: Vec<u8>,
}

impl Server<PeerFilter> {
    /// A server that is alone. `seed` must be 32 random bytes, fresh for each start: ports, nonces and tokens come from it.
    pub fn new(config: Config, seed: [u8; 32]) -> Result<Self, ConfigError> {
        let directory = Directory::new(config.relay_ports.clone(), 1);
        Self::new_shard(config, seed, 0, directory)
    }

    /// One of several servers that share a directory; each needs a seed of its own and otherwise the same `config`.
    pub fn new_shard(config: Config, seed: [u8; 32], shard: u16, directory: Arc<Directory>) -> Result<Self, ConfigError> {
        let policy = PeerFilter::new(config.deny.clone());
        Self::with_policy(config, seed, shard, directory, policy)
    }
}

impl<P: PeerPolicy> Server<P> {
    /// A server with another policy. The product never calls this: tests do, to see their attacks succeed.
    pub fn with_policy(config: Config, seed: [u8; 32], shard: u16, directory: Arc<Directory>, policy: P) -> Result<Self, ConfigError> {
        config.validate(shard, &directory)?;
        let mut chance = Chance::new(&seed);
        let [a, b, c, d, ..] = chance.next();
        let tables = hasher(&seed, b"tables");
        Ok(Self {
            authority: Authority::new(&config.realm, config.secrets.clone(), &seed),
            sources: Sources::new(config.challenges_per_second, hasher(&seed, b"sources")),
            users: Users::new(config.bytes_per_second_per_user, tables.clone()),
            allocations: Allocations::new(tables.clone()),
            ports: Ports::new(config.relay_v4, config.relay_v6, shard, directory),
            services: Vec::new(),
            hasher: tables,
            chance,
            indication_prefix: [a, b, c, d],
            indications: 0,
            stats: Stats::default(),
            buffer: Vec::with_capacity(256),
            config,
            policy,
        })
    }

    /// Counters since the start.
    pub fn stats(&self) -> Stats {
        Stats { allocations: self.allocations.len() as u64, ..self.stats }
    }

    /// How many entries all tables hold together: what a test of memory looks at.
    pub fn entries(&self) -> usize {
        let inner = self.allocations.iter().map(|allocation| allocation.permissions() + allocation.channels.len());
        self.allocations.len() + self.users.len() + self.ports.reservations() + self.services.len() + inner.sum::<usize>()
    }

    /// What is known about a peer's address, and the slot of the allocation behind it if it lives on this shard.
    #[inline]
    fn place(&self, local_ip: IpAddr, peer: &SocketAddr) -> Place {
        if let Some(slot) = self.ports.slot(peer)
            && let Some(allocation) = self.allocations.get(slot)
        {
            return Place::Here(slot, allocation.room);
        }
        if self.services.contains(peer) {
            return Place::Service;
        }
        if let Some((shard, room)) = self.ports.elsewhere(peer) {
            return Place::Shard(shard, room);
        }
        let inner = embedded_v4(peer.ip()).map(IpAddr::V4);
        let own = |ip: IpAddr| self.ports.is_relay_ip(ip) || ip == local_ip || self.config.own_addresses.contains(&ip);
        if own(peer.ip()) || inner.is_some_and(own) { Place::OwnAddress } else { Place::World }
    }

    #[inline]
    fn is_allowed(&self, room: Option<RoomId>, peer: &SocketAddr, standing: Standing) -> bool {
        self.policy.is_allowed(&Question { peers: self.config.peers, room, peer: *peer, standing })
    }

    /// Whether the client of an allocation may install state for a peer.
    fn may_reach(&self, client: &ClientAddr, room: Option<RoomId>, peer: &SocketAddr) -> bool {
        self.is_allowed(room, peer, self.place(client.local.ip(), peer).standing())
    }

    fn is_public(&self) -> bool {
        self.config.peers == Peers::Public
    }

    fn supports(&self, family: Family) -> bool {
        self.ports.ip(family).is_some()
    }

    /// Frees a relayed address, and its socket if it has one.
    fn free_relay(&mut self, relay: SocketAddr, sink: &mut impl Sink) {
        self.ports.give_back(&relay);
        if self.is_public() {
            sink.free_relay(relay);
        }
    }

    /// Ends what has expired. Call it when `next_timeout` is reached; earlier or later does no harm.
    pub fn handle_timeout(&mut self, now: Now, sink: &mut impl Sink) {
        self.ports.drop_reservations(now.monotonic_ms, None);
        self.end_expired(now, sink);
    }

    /// The monotonic time, in milliseconds, at which `handle_timeout` has something to do.
    pub fn next_timeout(&self) -> Option<u64> {
        let allocation = self.allocations.next_timeout().map(|(at, _)| at);
        [allocation, self.ports.next_timeout()].into_iter().flatten().min()
    }
}

/// Where a peer is.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// An allocation of this shard, and its room.
    Here(u32, Option<RoomId>),
    /// An allocation of another shard, and its room as the directory has it.
    Shard(u16, Option<RoomId>),
    Service,
    OwnAddress,
    World,
}

impl Place {
    const fn standing(self) -> Standing {
        match self {
            Self::Here(_, room) | Self::Shard(_, room) => Standing::Allocation(room),
            Self::Service => Standing::Service,
            Self::OwnAddress => Standing::OwnAddress,
            Self::World => Standing::Elsewhere,
        }
    }
}
