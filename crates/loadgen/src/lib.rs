//! Clients of a TURN server, for benchmarks and tests. What does not work here panics: nobody would know what to do about it.
pub mod client;
pub mod relay_load;
#[allow(unsafe_code)]
pub mod sys;
