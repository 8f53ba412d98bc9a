//! The node with real sockets, on loopback.
#![allow(missing_docs, unreachable_pub, clippy::pedantic)]
mod client;
mod faults;
mod relaying;
mod world;
