//! Packets of one incoming stream that are asked for again (RFC 4585 §6.2.1).
use std::time::{Duration, Instant};

/// How long a packet may only be late.
const PATIENCE: Duration = Duration::from_millis(10);
/// Between two requests, at least: a round trip is waited for where it is known.
const AGAIN_MIN: Duration = Duration::from_millis(30);
const AGAIN_UNKNOWN: Duration = Duration::from_millis(80);
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
pub(super) struct Missing(Vec<Gap>);

impl Missing {
    /// A packet came; `highest` is the highest number before it.
    pub(super) fn came(&mut self, now: Instant, highest: Option<u64>, number: u64) {
        let Some(highest) = highest else { return };
        if number < highest {
            if let Ok(place) = self.0.binary_search_by_key(&number, |gap| gap.number) {
                self.0.remove(place);
            }
            return;
        }
        if number - highest > GAP_MAX {
            self.0.clear();
            return;
        }
        self.0.extend((highest + 1..number).map(|number| Gap { number, ask_at: now + PATIENCE, tries: 0 }));
        if self.0.len() > MISSING_MAX {
            self.0.drain(..self.0.len() - MISSING_MAX);
        }
    }

    /// When to ask next.
    pub(super) fn due(&self) -> Option<Instant> {
        self.0.iter().map(|gap| gap.ask_at).min()
    }

    /// What to ask for now.
    pub(super) fn ask(&mut self, now: Instant, round_trip: Option<Duration>, wanted: &mut Vec<u16>) {
        let again = round_trip.map_or(AGAIN_UNKNOWN, |round_trip| (round_trip + round_trip / 4).max(AGAIN_MIN));
        self.0.retain_mut(|gap| {
            if gap.ask_at > now {
                return true;
            }
            let [.., high, low] = gap.number.to_be_bytes();
            wanted.push(u16::from_be_bytes([high, low]));
            gap.ask_at = now + again;
            gap.tries += 1;
            gap.tries < TRIES_MAX
        });
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
        assert_eq!(missing.0.len(), MISSING_MAX);
        missing.came(now, Some(10 * GAP_MAX), 12 * GAP_MAX);
        assert_eq!(missing.due(), None);
    }
}
