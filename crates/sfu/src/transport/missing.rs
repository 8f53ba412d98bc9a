//! Packets of one incoming stream that are asked for again (RFC 4585 §6.2.1).
use crate::window::lower;
use std::time::{Duration, Instant};

/// How long a packet may only be late.
const PATIENCE: Duration = Duration::from_millis(10);
/// Between two requests, at least: a round trip is waited for where it is known.
const AGAIN_MIN: Duration = Duration::from_millis(30);
const AGAIN_UNKNOWN: Duration = Duration::from_millis(80);
/// Between two looks at the list, at least.
const LOOK_MIN: Duration = Duration::from_millis(5);
/// After so many it is of no use any more.
const TRIES_MAX: u8 = 12;
/// A longer gap is no loss but a new beginning: whoever sees it asks for a key frame.
const GAP_MAX: u64 = 256;
/// Packets that are missing at a time.
const MISSING_MAX: usize = 512;

#[derive(Debug)]
struct Gap {
    number: u64,
    ask_at: Instant,
    tries: u8,
}

/// The list of one stream, ascending.
#[derive(Debug, Default)]
pub(super) struct Missing {
    gaps: Vec<Gap>,
    /// When to look at it again, at the latest.
    due: Option<Instant>,
}

impl Missing {
    /// A packet came; `highest` is the highest number before it.
    pub(super) fn came(&mut self, now: Instant, highest: Option<u64>, number: u64) {
        let Some(highest) = highest else { return };
        if number < highest {
            if let Ok(place) = self.gaps.binary_search_by_key(&number, |gap| gap.number) {
                self.gaps.remove(place);
            }
        } else if number - highest > GAP_MAX {
            self.gaps.clear();
        } else if number > highest + 1 {
            let ask_at = now + PATIENCE;
            self.gaps.extend((highest + 1..number).map(|number| Gap { number, ask_at, tries: 0 }));
            self.gaps.drain(..self.gaps.len().saturating_sub(MISSING_MAX));
            self.due = Some(self.due.map_or(ask_at, |due| due.min(ask_at)));
        }
        if self.gaps.is_empty() {
            self.due = None;
        }
    }

    /// When to ask next.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// What to ask for now.
    pub(super) fn ask(&mut self, now: Instant, round_trip: Option<Duration>, wanted: &mut Vec<u16>) {
        if self.due.is_none_or(|due| due > now) {
            return;
        }
        let again = round_trip.map_or(AGAIN_UNKNOWN, |round_trip| (round_trip + round_trip / 4).max(AGAIN_MIN));
        self.gaps.retain_mut(|gap| {
            if gap.ask_at > now {
                return true;
            }
            wanted.push(lower(gap.number));
            gap.ask_at = now + again;
            gap.tries += 1;
            gap.tries < TRIES_MAX
        });
        // Those that are due a moment later wait for a look of their own no more than this.
        let earliest = self.gaps.iter().map(|gap| gap.ask_at).min();
        self.due = earliest.map(|at| at.max(now + LOOK_MIN));
    }
}

#[cfg(test)]
mod tests {
    use super::{GAP_MAX, MISSING_MAX, Missing, TRIES_MAX};
    use std::time::{Duration, Instant};

    fn asked(missing: &mut Missing, now: Instant) -> Vec<u16> {
        let mut wanted = Vec::new();
        missing.ask(now, None, &mut wanted);
        wanted
    }

    #[test]
    fn a_gap_is_asked_for_after_a_moment_until_it_is_filled() {
        let (mut missing, start) = (Missing::default(), Instant::now());
        missing.came(start, None, 65_534);
        missing.came(start, Some(65_534), 65_538);
        assert_eq!(asked(&mut missing, start), [], "it may only be late");
        let later = missing.due().unwrap();
        assert_eq!(asked(&mut missing, later), [65_535, 0, 1]);
        assert_eq!(asked(&mut missing, later), [], "not at once again");
        missing.came(later, Some(65_538), 65_536);
        assert_eq!(asked(&mut missing, later + Duration::from_secs(1)), [65_535, 1]);
    }

    #[test]
    fn what_never_comes_is_given_up() {
        let (mut missing, mut now) = (Missing::default(), Instant::now());
        missing.came(now, Some(1), 3);
        for _ in 0..TRIES_MAX {
            now += Duration::from_secs(1);
            assert_eq!(asked(&mut missing, now), [2]);
        }
        assert_eq!(missing.due(), None);
    }

    #[test]
    fn the_list_is_bounded_and_a_jump_empties_it() {
        let (mut missing, now) = (Missing::default(), Instant::now());
        for step in 0..10 {
            missing.came(now, Some(step * GAP_MAX), (step + 1) * GAP_MAX);
        }
        assert_eq!(missing.gaps.len(), MISSING_MAX);
        missing.came(now, Some(10 * GAP_MAX), 12 * GAP_MAX);
        assert_eq!(missing.due(), None);
    }
}
