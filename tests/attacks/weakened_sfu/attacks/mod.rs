//! What members and those on the way do to an SFU, over nothing but datagrams and wishes. Each is `true` when it got what it wanted.
#![allow(missing_docs, unreachable_pub, clippy::missing_panics_doc)]
mod call;
mod client;
pub mod floods;
pub mod handshakes;
pub mod numbers;
pub mod paths;
pub mod replays;
