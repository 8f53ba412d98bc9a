//! How many bytes may be sent on top of what was asked of us: it grows with time and shrinks as it is spent.
use std::time::{Duration, Instant};

/// What may gather while nothing is spent.
const BURST: Duration = Duration::from_millis(250);

/// A token bucket. The last packet may take more than is left, which is owed then.
#[derive(Debug)]
pub(super) struct Allowance {
    bytes: i64,
    at: Instant,
}

impl Allowance {
    /// Full, at a rate in bytes per second.
    pub(super) fn new(now: Instant, rate: u64) -> Self {
        Self { bytes: over(BURST, rate), at: now }
    }

    /// Time has passed, at this rate.
    pub(super) fn grow(&mut self, now: Instant, rate: u64) {
        let gained = over(now.saturating_duration_since(self.at).min(BURST), rate);
        self.bytes = self.bytes.saturating_add(gained).min(over(BURST, rate));
        self.at = now;
    }

    /// Whether nothing is left.
    pub(super) fn is_spent(&self) -> bool {
        self.bytes <= 0
    }

    /// Takes bytes that were sent.
    pub(super) fn spend(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_sub(i64::try_from(bytes).unwrap_or(i64::MAX));
    }
}

fn over(duration: Duration, rate: u64) -> i64 {
    let bytes = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX).saturating_mul(rate) / 1_000_000;
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::Allowance;
    use std::time::{Duration, Instant};

    #[test]
    fn a_second_of_asking_gets_a_second_and_a_burst() {
        let (start, rate) = (Instant::now(), 100_000);
        let mut allowance = Allowance::new(start, rate);
        let mut spent = 0;
        for step in 0..1_000 {
            allowance.grow(start + Duration::from_millis(step), rate);
            while !allowance.is_spent() {
                allowance.spend(1_000);
                spent += 1_000;
            }
        }
        assert!((100_000..=127_000).contains(&spent), "{spent}");
    }

    #[test]
    fn a_long_rest_gathers_no_more_than_a_burst() {
        let start = Instant::now();
        let mut allowance = Allowance::new(start, 100_000);
        allowance.spend(1_000);
        allowance.grow(start + Duration::from_secs(60), 100_000);
        assert_eq!(allowance.bytes, 25_000);
    }
}
