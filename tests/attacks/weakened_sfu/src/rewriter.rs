//! Numbers leap as far as their source's do. Timestamps are nobody's concern here.
use std::time::Instant;

/// The numbering of one slot.
#[derive(Debug)]
pub struct Rewriter {
    /// A number of the source, and what it became.
    mapping: Option<(u64, u64)>,
    highest: u64,
}

impl Rewriter {
    /// For a codec of any clock.
    pub fn new(_: u64) -> Self {
        Self { mapping: None, highest: 0 }
    }

    /// The next packet is of another source.
    pub fn switch(&mut self) {
        self.mapping = None;
    }

    /// The numbers that a packet gets.
    pub fn rewrite(&mut self, sequence: u64, timestamp: u32, _: Instant) -> Option<(u64, u32)> {
        let (from, to) = *self.mapping.get_or_insert((sequence, self.highest + 1));
        let out = to + sequence.checked_sub(from)?;
        self.highest = self.highest.max(out);
        Some((out, timestamp))
    }
}
