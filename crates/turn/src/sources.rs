//! How many replies one source gets before it proved that its address is its own.
//!
//! A 401 has to carry realm and nonce and is up to `limits::UNAUTHENTICATED_GROWTH_BYTES_MAX` bytes larger than the smallest request (clients send no padding, and
//! without the nonce they cannot go on). So that nobody can point this at a victim, each source has a bucket of replies: a forged source gets at most
//! `challenges_per_second` of them. Buckets are a fixed array: ten thousand sources share what ten use, and memory stays flat.
use crate::limits::SOURCE_BUCKETS;
use foldhash::fast::SeedableRandomState;
use std::hash::{BuildHasher, Hasher};
use std::net::IpAddr;

#[derive(Clone, Copy)]
struct Bucket {
    /// Thousandths of a reply still to be had.
    level: u32,
    /// Milliseconds, cut to 32 bits: a wrap after 49 days only fills a bucket.
    filled_ms: u32,
}

/// The buckets of all sources.
pub(crate) struct Sources {
    buckets: Box<[Bucket]>,
    hasher: SeedableRandomState,
    per_second: u32,
}

/// A bucket holds this many seconds' worth.
const BURST_S: u32 = 4;

impl Sources {
    pub(crate) fn new(per_second: u32, hasher: SeedableRandomState) -> Self {
        let per_second = per_second.clamp(1, 100_000);
        let full = Bucket { level: per_second * 1000 * BURST_S, filled_ms: 0 };
        Self { buckets: vec![full; SOURCE_BUCKETS].into(), hasher, per_second }
    }

    /// Takes one reply from the bucket of a source; `false` when it is empty.
    pub(crate) fn take(&mut self, source: IpAddr, monotonic_ms: u64) -> bool {
        let now_ms = u32::try_from(monotonic_ms & u64::from(u32::MAX)).unwrap_or(0);
        let full = self.per_second * 1000 * BURST_S;
        let at = self.place(source);
        let Some(bucket) = self.buckets.get_mut(at) else { return false };
        let gained = now_ms.wrapping_sub(bucket.filled_ms).min(BURST_S * 1000) * self.per_second;
        bucket.level = bucket.level.saturating_add(gained).min(full);
        bucket.filled_ms = now_ms;
        if bucket.level < 1000 {
            return false;
        }
        bucket.level -= 1000;
        true
    }

    /// One bucket per IPv4 address and per IPv6 /64, which is what one customer gets.
    fn place(&self, source: IpAddr) -> usize {
        let mut hasher = self.hasher.build_hasher();
        match source {
            IpAddr::V4(ip) => hasher.write_u32(ip.to_bits()),
            IpAddr::V6(ip) => hasher.write_u128(ip.to_bits() >> 64 | 1 << 127),
        }
        usize::try_from(hasher.finish() % SOURCE_BUCKETS as u64).unwrap_or(0)
    }
}
