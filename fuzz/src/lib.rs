//! What fuzzers call: bytes in, a panic when a promise is broken.
//!
//! `parse` feeds every parser; `drive` reads the bytes as a story of clients, peers, time and the control plane, and tells it to a whole server.
//! Both are plain functions: libFuzzer calls them with coverage (`scripts/fuzz`), the tests here with seeded inputs.
mod client;
mod cursor;
mod parsers;
mod story;
mod world;

pub use parsers::parse;
pub use story::drive;
