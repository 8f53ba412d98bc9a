//! Selective forwarding for groups, without sockets, clock or chance of its own.
//!
//! ```text
//!   node ──datagram──▶ Sfu ── check? by ufrag and password ─▶ leg     ┌─▶ slot ─ rewriter ─▶ Session ─▶ Sink::transmit
//!                       └──── else by proven address ───────▶ Session ─▶ packet ─▶ every slot that wishes for (participant, context)
//! ```
//!
//! A *leg* is one participant's transport. What it sends are *tracks*, by context (spec/9); what it receives comes in *slots*, which it offered beforehand.
//! Payloads are opaque: members encrypt them with keys that nothing here can reach. Read of them is whether a VP8 key frame begins and how tall
//! it is; written are VP8's picture ids, in front of what is encrypted.
//!
//! What a leg is given leaves at once; the node joins what leaves in a tick into runs. What its session has to say besides is asked for at the tick's end.
//!
//! **What the node owes**: `timeout` when `next_timeout` comes, and at the end of each tick; a whole datagram, or a whole RFC 4571 frame, for each `receive`; `stream_closed`.
//!
//! *Trust*: everything in a datagram or an offer is the client's; rooms and participants are the control plane's, which is trusted. A leg hears its own
//! room and nothing else. *Bounds*: [`limits`].
#![forbid(unsafe_code)]

mod allotment;
mod allowance;
mod checks;
mod choice;
mod event;
mod leg;
pub mod limits;
mod nomination;
mod offer;
mod picture_ids;
mod rewriter;
mod session;
mod sfu;
mod stats;
mod track;
mod transport;
mod vp8;
mod window;
mod wishes;

pub use choice::Choice;
pub use event::{Ending, Event};
pub use offer::{Kind, Line, Offer, OfferError};
pub use rewriter::Rewriter;
pub use session::{Answer, Appetite, Front, Output, Packet, Path, Protocol, Session};
pub use sfu::{Sfu, Sink, Wish};
pub use stats::Stats;
pub use track::Track;
pub use transport::RtpTransport;
