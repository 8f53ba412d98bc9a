//! May this client reach that peer: one function, and the only place that says yes.
//!
//! Tests replace [`PeerFilter`] by a weakened [`PeerPolicy`] to show that their attacks work; the product has no such policy and no setting for it.
use crate::address::RoomId;
use crate::config::Peers;
use std::net::{IpAddr, SocketAddr};
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
            Standing::Elsewhere => {
                question.peers == Peers::Public && question.peer.port() != 0 && !self.deny.iter().any(|range| range.contains(&question.peer.ip()))
            }
        }
    }
}
