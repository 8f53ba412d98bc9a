//! Endpoints that load a server which forwards media: str0m as the client, made-up frames, counts of what arrives.
//!
//! ```text
//!   driver (benches/sfu) ──lines──▶ Commands ──▶ Stage ──▶ Endpoint ═══UDP═══ server
//! ```
//!
//! How a description reaches the server is the driver's business; so the same endpoints load any of them.
mod commands;
mod endpoint;
mod media;
mod stage;
mod tally;
mod weather;

pub use commands::serve;
pub use endpoint::{Endpoint, Shape};
pub use media::{Kind, Source, Stamp};
pub use stage::{Count, Stage};
pub use tally::Tally;
pub use weather::Weather;
