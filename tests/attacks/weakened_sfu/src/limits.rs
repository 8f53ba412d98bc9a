//! Names and datagrams of any size, checks and key frames at any time, streams and addresses without end, and addresses that are nobody's.
#[path = "../../../../crates/sfu/src/limits.rs"]
#[allow(dead_code, unreachable_pub, reason = "what is weakened is not read")]
mod genuine;

pub use genuine::*;

/// A whole line of an offer.
pub const ICE_WORD_BYTES_MAX: usize = 8_192;
/// More than anybody sends.
pub const SOURCES_MAX: usize = 100_000;
/// More than anybody has.
pub const ADDRESSES_PER_LEG_MAX: usize = 100_000;
/// As many as a datagram can have.
pub const DATAGRAM_BYTES_MAX: usize = 65_535;
/// No time at all.
pub const CHECK_MS_MIN: u64 = 0;
/// No time at all.
pub const KEY_FRAME_MS_MIN: u64 = 0;
/// No time at all.
pub const ADDRESS_MS: u64 = 0;
