//! The TURN server of one shard (RFC 8656), as a state machine.
use crate::address::{ClientAddr, Now, RoomId};
use crate::config::{Config, ConfigError};
use crate::directory::Directory;
use crate::peer_filter::{PeerFilter, PeerPolicy};
use crate::sink::{HandOver, Sink};
use std::net::SocketAddr;
use std::sync::Arc;

/// The server. One per shard, `Send`, no locks.
pub struct Server<P: PeerPolicy = PeerFilter> {
    config: Config,
    policy: P,
    shard: u16,
    directory: Arc<Directory>,
}

/// A table is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// Counters since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Allocations alive now.
    pub allocations: u64,
    /// Allocations made.
    pub allocations_made: u64,
    /// Datagrams from clients that were passed on.
    pub packets_from_clients: u64,
    /// Datagrams passed to clients.
    pub packets_to_clients: u64,
    /// Payload bytes from clients that were passed on.
    pub bytes_from_clients: u64,
    /// Payload bytes passed to clients.
    pub bytes_to_clients: u64,
    /// 401 and 438 sent.
    pub challenges: u64,
    /// Replies not sent because their source had too many.
    pub challenges_withheld: u64,
    /// Requests refused with 403 and datagrams dropped because the peer may not be reached.
    pub peers_denied: u64,
    /// Requests refused with 486 or 508.
    pub quota_refusals: u64,
    /// Datagrams dropped because their user was over its bytes per second.
    pub packets_over_rate: u64,
    /// Input that was neither a request, an indication nor `ChannelData`, or came without an allocation.
    pub packets_malformed: u64,
}

impl Server<PeerFilter> {
    /// A server that is alone. `seed` must be 32 random bytes, fresh for each start: ports, nonces and tokens come from it.
    pub fn new(config: Config, seed: [u8; 32]) -> Result<Self, ConfigError> {
        let directory = Directory::new(config.relay_ports.clone(), 1);
        Self::new_shard(config, seed, 0, directory)
    }

    /// One of several servers that share a directory; each needs a seed of its own and the same `config`.
    pub fn new_shard(config: Config, seed: [u8; 32], shard: u16, directory: Arc<Directory>) -> Result<Self, ConfigError> {
        let policy = PeerFilter::new(config.deny.clone());
        Self::with_policy(config, seed, shard, directory, policy)
    }
}

impl<P: PeerPolicy> Server<P> {
    /// A server with another policy; the product never calls this.
    pub fn with_policy(config: Config, _seed: [u8; 32], shard: u16, directory: Arc<Directory>, policy: P) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Self { config, policy, shard, directory })
    }

    /// Handles one datagram, or one frame of a stream as `wire::framing::next_frame` cut it.
    pub fn handle_client(&mut self, _now: Now, _from: &ClientAddr, _input: &[u8], _sink: &mut impl Sink) {}

    /// Handles a datagram that came from the world to the socket of a relayed address (`Peers::Public`).
    pub fn handle_peer(&mut self, _now: Now, _relay: SocketAddr, _peer: SocketAddr, _data: &[u8], _sink: &mut impl Sink) {}

    /// Handles a datagram from a registered service to a relayed address, of this shard or another one.
    pub fn handle_local(&mut self, _now: Now, _service: SocketAddr, _relay: SocketAddr, _data: &[u8], _sink: &mut impl Sink) {}

    /// Handles a datagram that another shard gave to `Sink::to_shard`.
    pub fn handle_from_shard(&mut self, _now: Now, _hand_over: &HandOver, _data: &[u8], _sink: &mut impl Sink) {}

    /// Ends what has expired. Call it when `next_timeout` is reached; earlier or later does no harm.
    pub fn handle_timeout(&mut self, _now: Now, _sink: &mut impl Sink) {}

    /// The monotonic time, in milliseconds, at which `handle_timeout` has something to do.
    pub fn next_timeout(&self) -> Option<u64> {
        None
    }

    /// Ends the allocation of a stream that was closed.
    pub fn client_closed(&mut self, _now: Now, _client: &ClientAddr, _sink: &mut impl Sink) {}

    /// Lets a user allocate, and reach what is in `room`; a user without a room reaches no allocation and no service.
    ///
    /// `user` is the username's part behind `expiry:`. A user who is admitted to another room than before loses the allocations made for the old one.
    /// With several shards, call it on each.
    ///
    /// Raises `Full` when the table or the name is too large: refuse the participant.
    pub fn admit(&mut self, _now: Now, _user: &str, _room: Option<RoomId>, _sink: &mut impl Sink) -> Result<(), Full> {
        Ok(())
    }

    /// Ends a user's allocations at once and forgets the user. `until_unix_s` is when the last credential given to it runs out:
    /// with `Peers::Public`, where strangers with a good credential may reach public addresses, it is refused until then.
    pub fn evict(&mut self, _now: Now, _user: &str, _until_unix_s: u64, _sink: &mut impl Sink) {}

    /// Lets allocations that have a room reach a service of this node, whatever its address. Raises `Full` above `limits::SERVICES_MAX`.
    pub fn register_local(&mut self, _service: SocketAddr) -> Result<(), Full> {
        Ok(())
    }

    /// Replaces the secrets, newest first. Credentials signed by none of them are refused from now on; allocations stay until their next request.
    pub fn set_secrets(&mut self, secrets: Vec<Vec<u8>>) -> Result<(), ConfigError> {
        self.config.secrets = secrets;
        let _ = (&self.policy, self.shard, &self.directory);
        Ok(())
    }

    /// Counters since the start.
    pub fn stats(&self) -> Stats {
        Stats::default()
    }
}
