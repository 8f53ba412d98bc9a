//! Which part of the loss comes from the rate. A full queue or a policer loses less when less is sent; a bad radio does not.
use crate::limits::{CALM_US, LOSS_FLOOR, LOSS_HELD, LOSS_INHERENT_MAX, LOSS_ROUND_US};

#[derive(Debug, Default)]
pub(crate) struct Losses {
    /// Loss of late, per mille.
    present: u64,
    /// The part that stays however little is sent.
    inherent: u64,
    judged_us: u64,
    /// When loss last made the estimate fall, and what was delivered then.
    cut: Option<(u64, u64)>,
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
        // The effect of the last cut is seen when all that is counted was sent after it.
        if self.cut.is_some_and(|(at_us, _)| now_us.saturating_sub(at_us) < CALM_US + LOSS_ROUND_US / 2) {
            return false;
        }
        if loss < self.inherent {
            self.inherent -= (self.inherent - loss).div_ceil(4);
        } else if self.is_too_little(load) {
            self.inherent = self.inherent.max((self.inherent + 3 * loss) / 4).min(LOSS_INHERENT_MAX);
        }
        self.excess() > LOSS_HELD
    }

    /// The estimate fell because of it.
    pub(crate) fn was_cut(&mut self, now_us: u64, delivered: u64) {
        self.cut = Some((now_us, delivered));
    }

    /// So little is sent, less than what arrived when loss began, that what is still lost is not the rate's.
    fn is_too_little(&self, load: u64) -> bool {
        load <= LOSS_FLOOR || self.cut.is_some_and(|(_, delivered)| load <= delivered / 20 * 17)
    }
}
