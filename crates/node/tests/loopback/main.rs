//! The node with real sockets, on loopback.
#![allow(missing_docs, unreachable_pub, clippy::pedantic)]
mod credentials;
mod faults;
mod relaying;
mod second_client;
mod world;
