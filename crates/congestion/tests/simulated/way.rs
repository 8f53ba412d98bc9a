//! A way with a narrow place, from the sender to the client's ears.
use super::chance::Chance;

/// What the way is like. Times are microseconds, parts are per mille.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    /// Bits per second of the narrow place, and how long its queue may be before it drops.
    pub(crate) rate: u64,
    pub(crate) queue_us: u64,
    /// Rate and depth in bytes of a policer that drops and never delays.
    pub(crate) policer: Option<(u64, u64)>,
    pub(crate) delay_us: u64,
    pub(crate) loss: u64,
    /// Loss comes in runs of this many packets.
    pub(crate) loss_run: u64,
    /// Each packet takes up to so much longer, whatever comes before it.
    pub(crate) jitter_us: u64,
    /// The receiver stands still for the second time at the begin of each first time.
    pub(crate) stall_us: Option<(u64, u64)>,
    /// The receiver takes so long for each packet.
    pub(crate) serve_us: u64,
    pub(crate) drift_ppm: i64,
    /// Feedback comes once in this time to twice this time.
    pub(crate) feedback_ms: u64,
    pub(crate) feedback_loss: u64,
    /// Bits per second of others in the same queue.
    pub(crate) others: u64,
    /// When the queue is empty.
    pub(crate) free_us: u64,
    /// When the receiver has nothing more to do.
    pub(crate) idle_us: u64,
    pub(crate) tokens: u64,
    pub(crate) tokens_us: u64,
    pub(crate) run: u64,
}

impl Default for Way {
    fn default() -> Self {
        Self {
            rate: 30_000_000,
            queue_us: 200_000,
            policer: None,
            delay_us: 25_000,
            loss: 0,
            loss_run: 1,
            jitter_us: 2_000,
            stall_us: None,
            serve_us: 0,
            drift_ppm: 0,
            feedback_ms: 50,
            feedback_loss: 0,
            others: 0,
            free_us: 0,
            idle_us: 0,
            tokens: 0,
            tokens_us: 0,
            run: 0,
        }
    }
}

impl Way {
    /// When a packet that is sent now is heard; `None` when it is lost.
    pub(crate) fn carry(&mut self, now_us: u64, bytes: u64, chance: &mut Chance) -> Option<u64> {
        if self.is_policed(now_us, bytes) {
            return None;
        }
        let begins_us = self.free_us.max(now_us);
        if begins_us - now_us > self.queue_us {
            return None;
        }
        self.free_us = begins_us + bytes * 8_000_000 / self.rate.saturating_sub(self.others).max(1);
        if self.is_lost(chance) {
            return None;
        }
        let there_us = self.free_us + self.delay_us + chance.below(self.jitter_us);
        if self.serve_us == 0 {
            return Some(self.after_stall(there_us));
        }
        self.idle_us = self.after_stall(there_us.max(self.idle_us) + self.serve_us);
        Some(self.idle_us)
    }

    /// The time itself, or the end of the stall that it falls into. Stalls are half to three halves as long as said, whichever it is.
    pub(crate) fn after_stall(&self, at_us: u64) -> u64 {
        let Some((every_us, mean_us)) = self.stall_us else { return at_us };
        let (turn, since_us) = (at_us / every_us, at_us % every_us);
        let stall_us = (mean_us * (50 + turn.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 101) / 100).min(every_us - 10_000);
        if since_us < stall_us { at_us - since_us + stall_us } else { at_us }
    }

    /// The client's clock at a time of ours.
    pub(crate) fn client_clock(&self, at_us: u64) -> i64 {
        let at_us = i64::try_from(at_us).unwrap();
        at_us + at_us * self.drift_ppm / 1_000_000 - 777_000_000
    }

    fn is_lost(&mut self, chance: &mut Chance) -> bool {
        if self.run > 0 {
            self.run -= 1;
            return true;
        }
        // Per mille of a per cent, so that long runs make the same loss.
        let is_lost = chance.below(1_000 * self.loss_run) < self.loss;
        self.run = if is_lost { self.loss_run - 1 } else { 0 };
        is_lost
    }

    fn is_policed(&mut self, now_us: u64, bytes: u64) -> bool {
        let Some((rate, depth)) = self.policer else { return false };
        self.tokens = (self.tokens + rate * (now_us - self.tokens_us) / 8_000_000).min(depth);
        self.tokens_us = now_us;
        let is_over = self.tokens < bytes;
        self.tokens -= if is_over { 0 } else { bytes };
        is_over
    }
}
