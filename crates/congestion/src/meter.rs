//! What is sent, and the most that was lately seen to arrive.
use crate::rate::bits_per_second;

const HALF_US: u64 = 500_000;

/// Bits per second over the last half to whole second. One addition per packet.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    began_us: u64,
    present: u64,
    before: u64,
}

impl Meter {
    pub(crate) fn add(&mut self, now_us: u64, bytes: u64) {
        self.turn(now_us);
        self.present = self.present.saturating_add(bytes);
    }

    pub(crate) fn rate(&mut self, now_us: u64) -> u64 {
        self.turn(now_us);
        bits_per_second(self.present.saturating_add(self.before), now_us.saturating_sub(self.began_us) + HALF_US)
    }

    fn turn(&mut self, now_us: u64) {
        match now_us.saturating_sub(self.began_us) / HALF_US {
            0 => return,
            1 => self.before = self.present,
            _ => self.before = 0,
        }
        self.present = 0;
        self.began_us = now_us - now_us % HALF_US;
    }
}

const PEAK_US: u64 = 3_000_000;

/// The largest of the numbers of the last three to six seconds.
#[derive(Debug, Default)]
pub(crate) struct Peak {
    began_us: u64,
    present: u64,
    before: u64,
}

impl Peak {
    pub(crate) fn note(&mut self, now_us: u64, rate: u64) -> u64 {
        let passed = now_us.saturating_sub(self.began_us);
        if passed >= PEAK_US {
            self.before = if passed < 2 * PEAK_US { self.present } else { 0 };
            (self.present, self.began_us) = (0, now_us);
        }
        self.present = self.present.max(rate);
        self.present.max(self.before)
    }

    /// Forgets: what was is no longer true.
    pub(crate) fn clear(&mut self) {
        (self.present, self.before) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::{Meter, Peak};

    #[test]
    fn a_steady_sender_is_measured_as_it_sends() {
        let mut meter = Meter::default();
        (0..300).for_each(|tick| meter.add(tick * 10_000, 1_250));
        let rate = meter.rate(3_000_000);
        assert!((900_000..=1_100_000).contains(&rate), "{rate}");
        assert_eq!(meter.rate(9_000_000), 0);
    }

    #[test]
    fn a_peak_lasts_a_few_seconds() {
        let mut peak = Peak::default();
        peak.note(0, 9);
        assert_eq!(peak.note(2_900_000, 3), 9);
        assert_eq!(peak.note(5_900_000, 3), 9);
        assert_eq!(peak.note(9_000_000, 3), 3);
    }
}
