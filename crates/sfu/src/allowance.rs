//! Bytes that may go by: they gather with time, up to a burst, and are spent.
use std::time::{Duration, Instant};

/// A token bucket. It may be overdrawn, by as much as a burst.
#[derive(Debug)]
pub(crate) struct Allowance {
    burst: Duration,
    bytes: i64,
    at: Instant,
}

impl Allowance {
    /// Full, at a rate in bytes per second; `burst` is how much time may gather.
    pub(crate) fn new(now: Instant, rate: u64, burst: Duration) -> Self {
        Self { burst, bytes: over(burst, rate), at: now }
    }

    /// Time has passed, at this rate.
    pub(crate) fn grow(&mut self, now: Instant, rate: u64) {
        let gained = over(now.saturating_duration_since(self.at), rate);
        let most = over(self.burst, rate);
        self.bytes = self.bytes.saturating_add(gained).clamp(-most, most);
        self.at = now;
    }

    /// Whether nothing is left.
    pub(crate) fn is_spent(&self) -> bool {
        self.bytes <= 0
    }

    /// Takes bytes that went by, whether they were there or not.
    pub(crate) fn spend(&mut self, bytes: usize) {
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

    const BURST: Duration = Duration::from_millis(250);

    /// What is sent again in a second in which so much media is sent each ms.
    fn again(media_bytes: usize) -> usize {
        let (start, rate) = (Instant::now(), 100_000);
        let mut allowance = Allowance::new(start, rate, BURST);
        let mut spent = 0;
        for step in 0..1_000 {
            allowance.grow(start + Duration::from_millis(step), rate);
            allowance.spend(media_bytes);
            while !allowance.is_spent() {
                allowance.spend(1_000);
                spent += 1_000;
            }
        }
        spent
    }

    #[test]
    fn a_second_of_asking_gets_a_second_and_a_burst_less_what_media_takes() {
        assert!((100_000..=127_000).contains(&again(0)), "{}", again(0));
        assert!((40_000..=67_000).contains(&again(60)), "{}", again(60));
        assert!(again(110) < 27_000, "nothing but the burst: {}", again(110));
    }

    #[test]
    fn a_long_rest_gathers_no_more_than_a_burst_and_debts_are_forgiven() {
        let start = Instant::now();
        let mut allowance = Allowance::new(start, 100_000, BURST);
        allowance.grow(start + Duration::from_secs(60), 100_000);
        assert_eq!(allowance.bytes, 25_000);
        allowance.spend(1_000_000);
        allowance.grow(start + Duration::from_secs(60), 100_000);
        allowance.grow(start + Duration::from_millis(60_300), 100_000);
        assert!(!allowance.is_spent());
    }
}
