//! The media node: sockets, threads and a clock around the sans-IO servers below.
//!
//! ```text
//!   control plane ── admit, evict ──▶ mailbox ─┐          one thread per shard, each with all of this
//!                 ◀── events, counters ────────┤
//!   clients ──UDP── recvmmsg + GRO ──▶ shard ──▶ engine ──▶ turn::Server ──▶ world ──▶ egress ── sendmmsg + GSO ──▶ clients, peers
//!           ──TCP, TLS── streams ────▶          (catches panics)              │  └───▶ streams
//!                                                                             └──▶ other shards' mailboxes
//! ```
//!
//! Shards share their ports (`SO_REUSEPORT`), and nothing else but mailboxes and the directory of rooms.
//! *Trust*: everything from the network is hostile; the control plane is trusted. *Bounds*: [`limits`].
mod config;
mod counters;
mod egress;
mod engine;
mod event;
pub mod limits;
mod mailbox;
mod node;
mod relays;
mod sfu_door;
mod sfu_thread;
mod shard;
mod stream;
mod streams;
#[allow(unsafe_code)]
mod sys;
mod tls;
mod token;
mod world;

pub use config::{Config, Identity, Listen, StartError, Transport};
pub use counters::Counters;
pub use event::Event;
pub use node::{CommandError, Node};
pub use sfu;
pub use sfu_door::{SfuDoor, SfuError};
pub use turn;
