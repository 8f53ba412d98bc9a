//! A track comes in every slot that it is wished for in.
use crate::Wish;
use crate::offer::Kind;
use crate::product::leg::{KINDS, Wanted};

pub(crate) struct Wishes<'w> {
    participant: &'w str,
    all: &'w [Wish],
}

impl<'w> Wishes<'w> {
    pub(crate) fn of(participant: &'w str, all: &'w [Wish]) -> Self {
        Self { participant, all }
    }

    #[allow(clippy::needless_pass_by_ref_mut)]
    pub(crate) fn take(&mut self, mid: &str, kind: Kind) -> Option<Wanted> {
        let wish = self.all.iter().find(|wish| wish.mid == mid && wish.publisher != self.participant)?;
        let wanted = Wanted { publisher: wish.publisher.clone(), context: usize::from(wish.context), height_max: wish.height_max };
        (KINDS.get(wanted.context) == Some(&kind)).then_some(wanted)
    }
}
