//! Seeded chance: the same numbers on every machine.

/// A xorshift generator; good enough for a simulated way.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number in `0..below`; 0 when that is empty.
    pub(crate) fn below(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % below.max(1)
    }

    /// True so many times of a thousand.
    pub(crate) fn per_mille(&mut self, parts: u64) -> bool {
        self.below(1_000) < parts
    }
}
