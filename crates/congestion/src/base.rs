//! The least delay of the last while, in a few numbers: what the way takes when nothing waits on it.
use crate::limits::BASE_TURN_US;

const TURNS: usize = 3;

/// Minima of the last times, the present one first.
#[derive(Debug)]
pub(crate) struct Base {
    minima: [Option<i64>; TURNS],
    turned_us: u64,
}

impl Base {
    pub(crate) fn new(now_us: u64) -> Self {
        Self { minima: [None; TURNS], turned_us: now_us }
    }

    /// Takes a delay in, whose zero is any.
    pub(crate) fn note(&mut self, now_us: u64, delay_us: i64) {
        let turns = now_us.saturating_sub(self.turned_us) / BASE_TURN_US;
        for _ in 0..turns.min(TURNS as u64) {
            self.minima.rotate_right(1);
            self.minima[0] = None;
        }
        self.turned_us += turns * BASE_TURN_US;
        self.minima[0] = Some(self.minima[0].map_or(delay_us, |least| least.min(delay_us)));
    }

    /// How much longer than the least a delay is, in microseconds; 0 when nothing is known.
    pub(crate) fn above(&self, delay_us: i64) -> i64 {
        self.minima.iter().flatten().min().map_or(0, |least| delay_us.saturating_sub(*least).max(0))
    }

    /// Takes this as the least, whatever was before: the way has become longer.
    pub(crate) fn begin_again(&mut self, delay_us: i64) {
        self.minima = [None; TURNS];
        self.minima[0] = Some(delay_us);
    }
}

#[cfg(test)]
mod tests {
    use super::Base;
    use crate::limits::BASE_TURN_US;

    #[test]
    fn a_minimum_is_forgotten_after_three_turns_and_not_before_two() {
        let mut base = Base::new(0);
        base.note(0, -50);
        base.note(BASE_TURN_US * 2, 0);
        assert_eq!(base.above(0), 50);
        base.note(BASE_TURN_US * 3, 0);
        assert_eq!(base.above(0), 0);
        base.note(BASE_TURN_US * 300, 9);
        assert_eq!(base.above(10), 1);
        base.begin_again(i64::MAX);
        assert_eq!(base.above(i64::MIN), 0);
    }
}
