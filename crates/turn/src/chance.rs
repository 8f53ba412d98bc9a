//! Randomness stretched from the seed: HMAC-SHA256 of a counter. The same seed gives the same server, which is what tests want.
use wire::integrity::hmac_sha256;

/// A stream of unpredictable numbers.
pub(crate) struct Chance {
    key: [u8; 32],
    counter: u64,
}

impl Chance {
    pub(crate) fn new(seed: &[u8; 32]) -> Self {
        Self { key: derive(seed, b"chance"), counter: 0 }
    }

    /// Eight bytes that nobody without the seed foretells.
    pub(crate) fn next(&mut self) -> [u8; 8] {
        self.counter += 1;
        let block = hmac_sha256(&self.key, &[&self.counter.to_be_bytes()]);
        block[..8].try_into().unwrap_or_default()
    }

    /// A number below `bound`, with a bias below 2⁻³² for the bounds used here.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let number = u64::from_be_bytes(self.next()) % (bound.max(1) as u64);
        usize::try_from(number).unwrap_or(0)
    }
}

/// A key for one purpose.
pub(crate) fn derive(seed: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    hmac_sha256(seed, &[b"incamera turn ", purpose])
}

/// A hash function keyed by the seed, so that nobody can choose addresses that collide.
pub(crate) fn hasher(seed: &[u8; 32], purpose: &[u8]) -> foldhash::fast::SeedableRandomState {
    let key = derive(seed, purpose);
    let number = |at: usize| u64::from_be_bytes(key[at..at + 8].try_into().unwrap_or_default());
    foldhash::fast::SeedableRandomState::with_seed(number(0), foldhash::SharedSeed::global_fixed())
}
