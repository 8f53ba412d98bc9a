//! Whether anybody answers. Packets that nobody speaks of are lost, or their feedback is; either way less is sent, until somebody does.
use crate::limits::{RATE_MIN, SILENCE_STEP_US, SILENCE_US};
use crate::rate::per_mille;

#[derive(Debug, Default)]
pub(crate) struct Silence {
    sent_us: u64,
    /// Since when packets wait for feedback; later by a step for each that was taken.
    waiting_us: Option<u64>,
    /// The estimate before it began, in bits per second.
    before: Option<u64>,
}

impl Silence {
    /// A packet left.
    pub(crate) fn sent(&mut self, now_us: u64) {
        // After a pause, an answer that was lost before it is no longer awaited.
        let is_resumed = now_us.saturating_sub(std::mem::replace(&mut self.sent_us, now_us)) > SILENCE_US / 2;
        self.waiting_us = Some(self.waiting_us.filter(|_| !is_resumed).unwrap_or(now_us));
    }

    /// Feedback came: what the estimate was before it was missing, once.
    pub(crate) fn end(&mut self) -> Option<u64> {
        self.waiting_us = None;
        self.before.take()
    }

    /// The estimate of before has become wrong.
    pub(crate) fn forget(&mut self) {
        self.before = None;
    }

    /// The lower estimate, when the next step down is due.
    pub(crate) fn step(&mut self, now_us: u64, rate: u64) -> Option<u64> {
        let waiting_us = self.waiting_us?;
        if now_us.saturating_sub(self.sent_us) > SILENCE_US {
            // Nothing was sent of late that somebody could answer.
            self.waiting_us = None;
            return None;
        }
        if now_us.saturating_sub(waiting_us) < SILENCE_US {
            return None;
        }
        self.before.get_or_insert(rate);
        self.waiting_us = Some(waiting_us + SILENCE_STEP_US);
        Some(per_mille(rate, 750).max(RATE_MIN))
    }
}

#[cfg(test)]
mod tests {
    use super::Silence;

    #[test]
    fn steps_begin_after_a_while_and_end_with_an_answer() {
        let mut silence = Silence::default();
        let steps = |silence: &mut Silence, from: u64, to: u64| {
            (from..to)
                .filter(|tenth| {
                    silence.sent(tenth * 100_000);
                    silence.step(tenth * 100_000, 1_000_000).is_some()
                })
                .count()
        };
        assert_eq!(steps(&mut silence, 0, 12), 0);
        assert_eq!(steps(&mut silence, 12, 32), 5);
        assert_eq!(silence.end(), Some(1_000_000));
        assert_eq!(steps(&mut silence, 32, 44), 0);
        assert_eq!(silence.end(), None);
        // What was sent before a pause is not waited for after it.
        silence.sent(4_400_000);
        silence.sent(9_000_000);
        assert_eq!(silence.step(9_100_000, 1_000_000), None);
    }
}
