//! A TURN server (RFC 8656) without sockets, clock or randomness of its own.
//!
//! The node feeds [`Server`] with what arrived, the moment, and a [`Sink`] for what shall be done; nothing else comes in or goes out.
//!
//! ```text
//!  client ──STUN, ChannelData──▶ handle_client ─┬─▶ Sink::reply        a response
//!                                               ├─▶ Sink::to_client    to another allocation of this shard, in-process
//!                                               ├─▶ Sink::to_shard     ─▶ handle_from_shard of its owner
//!                                               ├─▶ Sink::to_local     to a service of this node (the SFU)
//!                                               └─▶ Sink::to_peer      to the world, with Peers::Public only
//!  world  ──datagram──▶ handle_peer ──┬─▶ Sink::to_client
//!  SFU    ──datagram──▶ handle_local ─┘
//! ```
//!
//! **A datagram's way in the closed loop**: 5-tuple → allocation (one hash), channel number → peer (array), peer's port → its allocation (array), same room?
//! (one comparison), peer → its channel for us (one hash), four bytes of header. The payload is never copied.
//!
//! **What the node owes**
//! - `handle_timeout` when `next_timeout` comes; every `handle_client` gets a whole datagram, or a whole frame as `wire::framing::next_frame` cuts it.
//! - `client_closed` when a stream ends, and a `stream_id` that no other stream had. A stream that sends nothing, or never the rest of a frame, is the node's to close.
//! - Listening ports outside `relay_ports`; every other address of the host in `own_addresses`.
//! - With several shards: one [`Directory`], `admit`, `evict`, `register_local` and `set_secrets` on each, and `Sink::to_shard` brought to the shard it names.
//!
//! *Trust*: clients and peers control every byte and address that comes in. The control plane (admit, evict, `register_local`) is trusted.
//! *Bounds*: [`limits`].
#![forbid(unsafe_code)]

mod address;
mod allocation;
mod allocations;
mod auth;
mod chance;
mod channels;
mod config;
mod credential;
mod directory;
pub mod limits;
mod nonce;
mod peer_filter;
mod peer_key;
mod ports;
mod request;
mod server;
mod sink;
mod sources;
mod stats;
mod users;

pub use address::{ClientAddr, Family, Now, RoomId, Transport};
pub use config::{Config, ConfigError, Peers};
pub use credential::{PASSWORD_BYTES, password};
pub use directory::Directory;
pub use peer_filter::{PeerFilter, PeerPolicy, Question, Standing};
pub use server::{Full, Server};
pub use sink::{Ending, Event, HandOver, Origin, Sink};
pub use stats::Stats;
