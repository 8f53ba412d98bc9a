//! May this client reach that peer: one function, and the only place that says yes.
//!
//! Tests replace [`PeerFilter`] by a weakened [`PeerPolicy`] to show that their attacks work; the product has no such policy and no setting for it.
use crate::address::RoomId;
use crate::config::Peers;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::RangeInclusive;

/// What the server knows about a peer's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A service of this node, by address and port.
    Service,
    /// A live allocation, by address and port.
    Allocation(Option<RoomId>),
    /// Another address or port of this host.
    OwnAddress,
    /// Somewhere else.
    Elsewhere,
}

/// Who wants to reach whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// The operator's choice.
    pub peers: Peers,
    /// The room of the client, if it was admitted to one.
    pub room: Option<RoomId>,
    /// The peer.
    pub peer: SocketAddr,
    /// What is known about it.
    pub standing: Standing,
}

/// The decision who may be reached.
pub trait PeerPolicy {
    /// Whether data may pass between the client and the peer, in either direction.
    fn is_allowed(&self, question: &Question) -> bool;
}

/// The policy of the product.
#[derive(Clone, Debug, Default)]
pub struct PeerFilter {
    deny: Vec<RangeInclusive<IpAddr>>,
}

impl PeerFilter {
    /// A filter that denies these ranges too.
    pub fn new(deny: Vec<RangeInclusive<IpAddr>>) -> Self {
        Self { deny }
    }
}

impl PeerPolicy for PeerFilter {
    fn is_allowed(&self, question: &Question) -> bool {
        match question.standing {
            Standing::Service => question.room.is_some(),
            Standing::Allocation(room) => room.is_some() && room == question.room,
            Standing::OwnAddress => false,
            Standing::Elsewhere => question.peers == Peers::Public && self.is_public(question.peer.ip()),
        }
    }
}

impl PeerFilter {
    /// Whether an address, and the one it may carry inside, is public unicast and not denied by the operator.
    fn is_public(&self, ip: IpAddr) -> bool {
        let public = match ip {
            IpAddr::V4(ip) => is_public_v4(ip),
            IpAddr::V6(ip) => is_public_v6(ip),
        };
        let denied = |ip: IpAddr| self.deny.iter().any(|range| range.contains(&ip));
        public && !denied(ip) && !embedded_v4(ip).is_some_and(|inner| denied(IpAddr::V4(inner)))
    }
}

/// The IPv4 address that a translator or tunnel would make of an IPv6 address.
///
/// *Source*: RFC 4291 §2.5.5 (mapped, compatible), RFC 3056 (6to4), RFC 4380 §4 (Teredo), RFC 6052 (NAT64), RFC 8215 (local-use NAT64, read as a /96).
pub(crate) fn embedded_v4(ip: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(ip) = ip else { return None };
    let bits = ip.to_bits();
    let low = || Ipv4Addr::from_bits(u32::try_from(bits & 0xffff_ffff).unwrap_or(0));
    match ip.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, ..] | [0, 0, 0, 0, 0xffff, 0, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] | [0x64, 0xff9b, 1, ..] => Some(low()),
        [0x2002, high, middle, ..] => Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(middle))),
        [0x2001, 0, ..] => Some(Ipv4Addr::from_bits(!low().to_bits())),
        _ => None,
    }
}

/// Networks of IPv4 that are not public unicast: base and prefix length. *Source*: the special-purpose registry (RFC 6890) and the clouds' manuals.
const SPECIAL_V4: [(Ipv4Addr, u32); 17] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(168, 63, 129, 16), 32), // metadata and health of one cloud, on an address that looks public
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 3), // multicast and 240/4
];

fn is_public_v4(ip: Ipv4Addr) -> bool {
    SPECIAL_V4.iter().all(|(base, prefix)| (ip.to_bits() ^ base.to_bits()) >> (32 - prefix) != 0)
}

/// Global unicast is `2000::/3`, less what is set aside in it. What only tunnels and old transitions use (mapped, compatible, 6to4, Teredo, local-use NAT64)
/// is no peer at all; behind the well-known NAT64 prefix a client may reach what it may reach in IPv4.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    match ip.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => embedded_v4(IpAddr::V6(ip)).is_some_and(is_public_v4),
        [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x2002, ..] | [0x3fff, 0..=0x0fff, ..] | [0x2620, 0x004f, 0x8000, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}
