//! Reading choices from a fuzzer's bytes; when they run out the story ends.

/// The unread bytes.
pub(crate) struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A number below `bound`; `None` too when there is none.
    pub(crate) fn below(&mut self, bound: usize) -> Option<usize> {
        usize::from(self.byte()?).checked_rem(bound)
    }

    /// One of several.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> Option<T> {
        let at = self.below(choices.len())?;
        choices.get(at).copied()
    }

    /// Up to 63 bytes.
    pub(crate) fn some(&mut self) -> Option<&'a [u8]> {
        let length = self.below(64)?.min(self.0.len());
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        Some(taken)
    }
}
