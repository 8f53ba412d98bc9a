//! Clients of a TURN server and of an SFU, for benchmarks and tests. What does not work here panics: nobody would know what to do about it.
pub mod client;
pub mod relay_load;
pub mod sfu;
#[allow(unsafe_code)]
pub mod sys;
