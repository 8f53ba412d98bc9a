//! Everything the server wants from the world: the node implements [`Sink`] with sockets, tests with vectors.
use crate::address::{ClientAddr, RoomId};
use std::net::SocketAddr;

/// Where the server's output goes, in order, during one `handle_…` call. Slices are only valid during the call.
///
/// A sink never fails: what cannot be sent is dropped, as UDP may.
pub trait Sink {
    /// Sends one STUN response, whole, to a client. May be called for a client that has no allocation.
    fn reply(&mut self, to: &ClientAddr, message: &[u8]);

    /// Sends relayed data to a client: `head`, then `data`, then `padding` (0 to 3) zero bytes, as one datagram or one run of the stream.
    ///
    /// `head` is the 4 bytes of a `ChannelData` header, or the 36 or 48 bytes of a Data indication up to its DATA value.
    fn to_client(&mut self, to: &ClientAddr, head: &[u8], data: &[u8], padding: usize);

    /// Sends a datagram from a relayed address to a peer out in the world. Only with `Peers::Public`.
    ///
    /// `dont_fragment` asks for DF; a node that cannot set it per datagram sets it on all.
    fn to_peer(&mut self, relay: SocketAddr, peer: SocketAddr, data: &[u8], dont_fragment: bool);

    /// Hands a datagram from a relayed address to a service of this node that `register_local` named, without a socket.
    fn to_local(&mut self, service: SocketAddr, relay: SocketAddr, data: &[u8]);

    /// Hands a datagram to the shard that owns `hand_over.to`; that shard's `handle_from_shard` judges it again.
    fn to_shard(&mut self, shard: u16, hand_over: &HandOver, data: &[u8]);

    /// Opens a real socket for a relayed address; the port was chosen by the server. Never called with `Peers::Closed`.
    ///
    /// `false` when the port is taken: the server tries others, a bounded number of times.
    fn bind_relay(&mut self, relay: SocketAddr) -> bool;

    /// Closes the socket of a relayed address. Never called with `Peers::Closed`.
    fn free_relay(&mut self, relay: SocketAddr);

    /// Tells the control plane what happened.
    fn event(&mut self, event: Event<'_>);
}

/// A datagram on its way between two relayed addresses that live on different shards, or from a service to another shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// The relayed address (or service) it comes from.
    pub from: SocketAddr,
    /// The relayed address it goes to.
    pub to: SocketAddr,
    /// What the sender is.
    pub origin: Origin,
}

/// What stands behind the source of a handed-over datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An allocation of this room.
    Allocation(Option<RoomId>),
    /// A service registered with `register_local`.
    Service,
}

/// What happened, without any address of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// An allocation was made.
    Allocated {
        /// The part of the username behind the expiry.
        user: &'a str,
        /// The room the user was admitted to.
        room: Option<RoomId>,
        /// The first relayed address.
        relay: SocketAddr,
        /// How the client reaches the server.
        client: &'a ClientAddr,
    },
    /// An allocation ended.
    Ended {
        /// The part of the username behind the expiry.
        user: &'a str,
        /// The room the user was admitted to.
        room: Option<RoomId>,
        /// Its 5-tuple; a stream that carried nothing else can be closed.
        client: &'a ClientAddr,
        /// Why.
        reason: Ending,
        /// Payload bytes from the client that were passed on.
        bytes_from_client: u64,
        /// Payload bytes that were passed to the client.
        bytes_to_client: u64,
    },
}

/// Why an allocation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Refresh with a lifetime of 0.
    Released,
    /// Nobody refreshed it, or its credential ran out.
    Expired,
    /// `evict`.
    Evicted,
    /// The client's stream was closed.
    Closed,
}
