//! What the tests share.
#![allow(unreachable_pub)]
pub mod actor;
pub mod camera;
pub mod client;
pub mod link;
pub mod meeting;
pub mod str0m_session;
pub mod world;
