//! What the tests share.
pub mod client;
pub mod link;
pub mod world;
