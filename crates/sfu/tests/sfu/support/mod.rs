//! What the tests share.
#![allow(unreachable_pub)]
pub mod actor;
pub mod client;
pub mod link;
pub mod world;
