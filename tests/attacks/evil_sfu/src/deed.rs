//! What a session shall do to its client, as an order says it.
use std::time::Duration;

/// A deed. Legs are numbered from 0 as they were opened; times come in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// What the product does.
    Honest,
    /// Each slot gets what another one of its kind should have.
    Swap,
    /// Everything of one leg is kept back and goes on the tape.
    Hold(usize),
    /// What one leg sends comes in the slots of whoever else came last, and nothing else comes.
    Impose(usize),
    /// The last so many milliseconds again and again, in place of what comes.
    Replay(Duration),
    /// The last that the tape has of one leg, again and again, in the slots of whoever else came last.
    Ghost(usize),
    /// Everything comes later.
    Delay(Duration),
    /// Within each such stretch the later half comes before the earlier one.
    Reorder(Duration),
    /// Everything comes twice.
    Twice,
    /// Every other frame is damaged, forged or made up.
    Junk,
}

impl Deed {
    /// `None` for words that are no deed.
    pub(crate) fn read(words: &[&str]) -> Option<Self> {
        let number = || words.get(1)?.parse::<usize>().ok();
        let time = || Some(Duration::from_millis(u64::try_from(number()?).ok()?));
        Some(match *words.first()? {
            "honest" => Self::Honest,
            "swap" => Self::Swap,
            "hold" => Self::Hold(number()?),
            "impose" => Self::Impose(number()?),
            "replay" => Self::Replay(time()?),
            "ghost" => Self::Ghost(number()?),
            "delay" => Self::Delay(time()?),
            "reorder" => Self::Reorder(time()?),
            "twice" => Self::Twice,
            "junk" => Self::Junk,
            _ => return None,
        })
    }
}
