//! The node with real sockets, on loopback.
#![allow(missing_docs, unreachable_pub, clippy::pedantic)]
mod faults;
mod relaying;
mod world;
