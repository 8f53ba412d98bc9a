//! Which part of the loss comes from the rate. A full queue or a policer loses less when less is sent; a bad radio does not.
use crate::limits::{
    CALM_US, LOSS_FLOOR, LOSS_HELD, LOSS_HELPED, LOSS_INHERENT_MAX, LOSS_MEMORY_US, LOSS_MEMORY_US_MAX, LOSS_ONE_EVENT_US, LOSS_ROUND_US,
};

#[derive(Debug, Default)]
pub(crate) struct Losses {
    /// Loss of late, per mille.
    present: u64,
    /// The part that stays however little is sent.
    inherent: u64,
    judged_us: u64,
    /// Until when what is counted was lost before the last cut, for whatever reason that was.
    stale_until_us: u64,
    /// When loss last made the estimate fall.
    cut: Option<Cut>,
}

#[derive(Clone, Copy, Debug)]
struct Cut {
    at_us: u64,
    /// What was delivered then, in bits per second, and what was lost, per mille.
    delivered: u64,
    loss: u64,
    /// For how long what was lossy is not tried again.
    memory_us: u64,
}

impl Losses {
    /// Loss of late, per mille.
    pub(crate) fn present(&self) -> u64 {
        self.present
    }

    /// The part of it that is the way's, per mille.
    pub(crate) fn inherent(&self) -> u64 {
        self.inherent.min(self.present)
    }

    /// The part of it that is the rate's, per mille.
    pub(crate) fn excess(&self) -> u64 {
        self.present.saturating_sub(self.inherent)
    }

    /// Looks at loss every now and then; true when the rate causes too much of it.
    pub(crate) fn judge(&mut self, now_us: u64, loss: u64, load: u64) -> bool {
        if now_us.saturating_sub(self.judged_us) < LOSS_ROUND_US {
            return false;
        }
        (self.judged_us, self.present) = (now_us, loss);
        if now_us < self.stale_until_us {
            return false;
        }
        if loss > self.inherent && self.is_too_little(load) {
            self.inherent = ((self.inherent + 3 * loss) / 4).min(LOSS_INHERENT_MAX);
        } else if loss < self.inherent {
            self.inherent -= (self.inherent - loss).div_ceil(16);
        } else {
            // What is held anyway may be the way's as well; then more is needed to act.
            self.inherent += loss.min(LOSS_HELD).saturating_sub(self.inherent).div_ceil(16);
        }
        self.excess() > LOSS_HELD
    }

    /// The estimate fell because of loss.
    pub(crate) fn was_cut(&mut self, now_us: u64, delivered: u64) {
        // What happens again and again is a policer; once, it was a moment of bad radio.
        let memory_us = self.cut.map_or(LOSS_MEMORY_US, |before| match now_us.saturating_sub(before.at_us) {
            ..LOSS_ONE_EVENT_US => before.memory_us,
            age_us if age_us < 2 * LOSS_MEMORY_US_MAX => (2 * before.memory_us).min(LOSS_MEMORY_US_MAX),
            _ => LOSS_MEMORY_US,
        });
        self.cut = Some(Cut { at_us: now_us, delivered, loss: self.present, memory_us });
        self.forget(now_us);
    }

    /// Less is sent from now on; what was lost before says nothing about it.
    pub(crate) fn forget(&mut self, now_us: u64) {
        self.stale_until_us = now_us + 2 * CALM_US + LOSS_ROUND_US / 2;
    }

    /// What a policer seems to let through, with something to spare: loss went away when less was sent. A probe is too short to see one.
    pub(crate) fn limit(&self, now_us: u64) -> Option<u64> {
        let cut = self.cut.filter(|cut| now_us.saturating_sub(cut.at_us) < cut.memory_us)?;
        let has_helped = 2 * self.present < cut.loss && self.present + LOSS_HELPED < cut.loss;
        has_helped.then(|| cut.delivered / 4 * 5)
    }

    /// So little is sent, less than what arrived when loss began, that what is still lost is not the rate's.
    fn is_too_little(&self, load: u64) -> bool {
        load <= LOSS_FLOOR || self.cut.is_some_and(|cut| load <= cut.delivered / 20 * 17)
    }
}

#[cfg(test)]
mod tests {
    use super::Losses;

    #[test]
    fn loss_that_stays_when_little_is_sent_is_the_way_s_own() {
        let mut losses = Losses::default();
        assert!(losses.judge(1_000_000, 300, 2_000_000));
        losses.was_cut(1_000_000, 1_400_000);
        assert!(!losses.judge(4_000_000, 300, 600_000));
        assert!(losses.inherent() > 200 && losses.limit(4_000_000).is_none());
    }

    #[test]
    fn loss_that_goes_away_was_the_rate_s_and_is_remembered_for_a_while() {
        let mut losses = Losses::default();
        assert!(losses.judge(1_000_000, 500, 2_000_000));
        losses.was_cut(1_000_000, 800_000);
        assert!(!losses.judge(4_000_000, 0, 600_000));
        assert_eq!((losses.inherent(), losses.limit(4_000_000), losses.limit(40_000_000)), (0, Some(1_000_000), None));
    }

    #[test]
    fn what_was_lost_before_a_cut_does_not_make_another() {
        let mut losses = Losses::default();
        losses.forget(0);
        assert!(!losses.judge(1_000_000, 500, 2_000_000) && !losses.judge(2_000_000, 500, 2_000_000));
        assert!(losses.judge(3_000_000, 500, 2_000_000));
    }
}
