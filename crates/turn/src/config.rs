//! What an operator decides. Nothing here turns a defence off.
use crate::directory::Directory;
use crate::limits;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

/// Whom a relayed address may talk to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Peers {
    /// Allocations of the same room and registered services, by address and port; relayed addresses are virtual, no socket is bound.
    #[default]
    Closed,
    /// Those, and public unicast addresses through real sockets.
    Public,
}

/// The settings of one server; `Server::new` says what is wrong with them.
#[derive(Clone, Debug)]
pub struct Config {
    /// The realm of the challenge, 1 to 32 bytes; short, since it makes the 401 larger.
    pub realm: String,
    /// Secrets that sign usernames, newest first, 1 to 4; more than one while they rotate.
    pub secrets: Vec<Vec<u8>>,
    /// Whom clients may reach.
    pub peers: Peers,
    /// The IPv4 address of relayed addresses, as clients and peers see it; `None` answers 440 to IPv4.
    pub relay_v4: Option<Ipv4Addr>,
    /// The IPv6 address of relayed addresses; `None` answers 440 to IPv6.
    pub relay_v6: Option<Ipv6Addr>,
    /// The ports of relayed addresses, shared by both families and divided among shards.
    pub relay_ports: RangeInclusive<u16>,
    /// Every other address this host has: never a peer, on no port.
    pub own_addresses: Vec<IpAddr>,
    /// Further addresses that are never a peer; a range need not be a prefix.
    pub deny: Vec<RangeInclusive<IpAddr>>,
    /// Lifetime of an allocation that asks for none or for less.
    pub lifetime_default_s: u32,
    /// The longest lifetime granted.
    pub lifetime_max_s: u32,
    /// Allocations in total, on this shard.
    pub allocations_max: usize,
    /// Allocations of one user, on this shard.
    pub allocations_per_user_max: usize,
    /// Payload bytes per second of one user in each direction; one second's worth may come at once.
    pub bytes_per_second_per_user: u64,
    /// Replies per second to one source (IPv4 address, IPv6 /64) before it is authenticated; four seconds' worth may come at once.
    pub challenges_per_second: u32,
}

impl Default for Config {
    /// Closed, without secrets and addresses: those have no default.
    fn default() -> Self {
        Self {
            realm: "incamera".into(),
            secrets: Vec::new(),
            peers: Peers::Closed,
            relay_v4: None,
            relay_v6: None,
            relay_ports: 49_152..=65_535,
            own_addresses: Vec::new(),
            deny: Vec::new(),
            lifetime_default_s: 600,
            lifetime_max_s: 3_600,
            allocations_max: 4_096,
            allocations_per_user_max: 12,
            bytes_per_second_per_user: 4_000_000,
            challenges_per_second: 20,
        }
    }
}

/// A setting that cannot be served with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigError {
    /// The realm is empty, too long, or has a quote or control character.
    Realm,
    /// There is no secret, too many, or one shorter than 16 bytes.
    Secrets,
    /// Neither family has a relayed address.
    NoRelayAddress,
    /// The port range is not the directory's, begins at 0, or has fewer than two ports per shard; or there is no such shard.
    RelayPorts,
    /// A list or number exceeds its bound in `limits`.
    TooMany,
    /// A lifetime is zero or the longest is shorter than the default.
    Lifetime,
    /// A range of denied addresses ends before it begins or mixes families.
    DenyRange,
}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Realm => "the realm must be 1 to 32 printable bytes without quotes",
            Self::Secrets => "one to four secrets of 16 bytes or more are needed",
            Self::NoRelayAddress => "a relay address of one family at least is needed",
            Self::RelayPorts => "the relay ports must hold two or more per shard and not begin at 0",
            Self::TooMany => "a number is larger than the server allows",
            Self::Lifetime => "lifetimes must be at least one second and the longest no shorter than the default",
            Self::DenyRange => "a denied range must begin before it ends, in one family",
        })
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Raises on the first setting that cannot be served with.
    pub(crate) fn validate(&self, shard: u16, directory: &Directory) -> Result<(), ConfigError> {
        let realm_ok =
            (1..=limits::REALM_BYTES_MAX).contains(&self.realm.len()) && self.realm.bytes().all(|byte| matches!(byte, 0x20..=0x7e) && byte != b'"');
        let range_ok = |range: &RangeInclusive<IpAddr>| range.start().is_ipv4() == range.end().is_ipv4() && range.start() <= range.end();
        if !realm_ok {
            Err(ConfigError::Realm)
        } else if !secrets_are_sound(&self.secrets) {
            Err(ConfigError::Secrets)
        } else if self.relay_v4.is_none() && self.relay_v6.is_none() {
            Err(ConfigError::NoRelayAddress)
        } else if self.relay_ports != *directory.ports()
            || shard >= directory.shards()
            || *self.relay_ports.start() == 0
            || self.relay_ports.len() < 2 * usize::from(directory.shards())
        {
            Err(ConfigError::RelayPorts)
        } else if self.allocations_max > limits::ALLOCATIONS_MAX
            || self.bytes_per_second_per_user > limits::BYTES_PER_SECOND_MAX
            || self.own_addresses.len() > limits::OWN_ADDRESSES_MAX
            || self.deny.len() > limits::DENY_RANGES_MAX
        {
            Err(ConfigError::TooMany)
        } else if self.lifetime_default_s == 0 || self.lifetime_max_s < self.lifetime_default_s {
            Err(ConfigError::Lifetime)
        } else if !self.deny.iter().all(range_ok) {
            Err(ConfigError::DenyRange)
        } else {
            Ok(())
        }
    }
}

/// Whether a list of secrets can sign: 1 to 4 of them, each of 16 bytes or more.
pub(crate) fn secrets_are_sound(secrets: &[Vec<u8>]) -> bool {
    (1..=limits::SECRETS_MAX).contains(&secrets.len()) && secrets.iter().all(|secret| secret.len() >= limits::SECRET_BYTES_MIN)
}
