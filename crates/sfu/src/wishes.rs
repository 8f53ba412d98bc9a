//! What a leg wishes for in its slots, as far as it can be had.
use crate::leg::{KINDS, Wanted};
use crate::offer::Kind;
use crate::sfu::Wish;

/// The wishes of one command. A track comes in one slot: what others send is not multiplied on the way to anybody.
pub(crate) struct Wishes<'w> {
    participant: &'w str,
    all: &'w [Wish],
    /// Tracks that a slot has.
    taken: Vec<(&'w str, u8)>,
}

impl<'w> Wishes<'w> {
    /// Of a participant.
    pub(crate) fn of(participant: &'w str, all: &'w [Wish]) -> Self {
        Self { participant, all, taken: Vec::new() }
    }

    /// What a slot shall carry; `None` for another kind, for oneself, and for a track that an earlier slot has.
    pub(crate) fn take(&mut self, mid: &str, kind: Kind) -> Option<Wanted> {
        let wish = self.all.iter().find(|wish| wish.mid == mid && wish.publisher != self.participant)?;
        let track = (wish.publisher.as_str(), wish.context);
        if KINDS.get(usize::from(wish.context)) != Some(&kind) || self.taken.contains(&track) {
            return None;
        }
        self.taken.push(track);
        Some(Wanted { publisher: wish.publisher.clone(), context: usize::from(wish.context), height_max: wish.height_max })
    }
}
