//! A relay among canaries: in a network of its own, where every address there is leads to a socket that listens. These tests need root.
#![allow(missing_docs, unreachable_pub, clippy::pedantic)]
#[path = "../../../turn/tests/turn/addresses.rs"]
mod addresses;
mod canary;
mod debian;
mod matrix;
mod network;
