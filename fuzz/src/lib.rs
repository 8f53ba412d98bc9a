//! What fuzzers call: bytes in, a panic when a promise is broken.
//!
//! `parse` and `parse_media` feed every parser; `drive` reads the bytes as a story of clients, peers, time and the control plane, and tells it to a whole server. Of the SFU,
//! `offer` is its door, `forward` its rules and `connected` its transport.
//! Both are plain functions: libFuzzer calls them with coverage (`scripts/fuzz`), the tests here with seeded inputs.
mod client;
mod cursor;
mod media;
mod parsers;
mod sfu_connected;
mod sfu_offer;
mod sfu_story;
mod story;
mod world;

/// The clients and actors of the SFU's own tests.
#[path = "../../crates/sfu/tests/sfu/support/mod.rs"]
#[allow(dead_code, missing_docs)]
mod support;

pub use media::parse_media;
pub use parsers::parse;
pub use sfu_connected::connected;
pub use sfu_offer::offer;
pub use sfu_story::forward;
pub use story::drive;
