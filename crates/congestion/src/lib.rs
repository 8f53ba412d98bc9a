//! What one client's way carries, judged by the sender from transport-wide feedback.
//!
//! ```text
//!   sent ──▶ history ◀── feedback          queue:  the least delay of a while stands too high  ─▶ cut to what arrives
//!               │                          losses: more is lost than the way loses anyway      ─▶ less
//!               ▼                          silence: nobody answers                             ─▶ step by step to the floor
//!   arrivals · base delay ─────────────▶   else                                                ─▶ growth, as far as it is proved
//!                                          prober: padding for a moment proves more
//! ```
//!
//! No socket, no clock, no chance: `Instant` is a parameter. *Trust*: feedback is the client's and may lie; it decides about that client's own way and
//! nothing else. *Bounds*: [`limits`]. *Source*: draft-holmer-rmcat-transport-wide-cc-extensions-01 for what feedback says; the judgement is ours.
#![forbid(unsafe_code)]

mod arrivals;
mod base;
mod cluster;
mod estimate;
mod hearing;
mod history;
pub mod limits;
mod losses;
mod meter;
mod prober;
mod proof;
mod queue;
mod rate;
mod silence;

pub use estimate::Estimate;
