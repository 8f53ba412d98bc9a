//! Whether a queue stands on the way, and whether it is ours.
//!
//! A receiver that is short of processor time makes packets wait in bunches: some of each bunch are late, the last are not. A way that is too narrow lets no
//! packet through at once. So only the least delay of a while counts, never how delays change from packet to packet.
use crate::limits::{CUT_EFFECT_US, LOSS_CONFIRMS, OVER_LONG_US, OVER_US, QUEUE_GROWS_US, QUEUE_HIGH_US};

/// What the way looks like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// The standing queue and by how much it grew.
    pub(crate) queue_us: i64,
    pub(crate) growth_us: i64,
    /// Loss, per mille.
    pub(crate) loss: u64,
    /// Bits per second that are sent.
    pub(crate) load: u64,
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Fine,
    /// It is too long, but may be gone in a moment.
    Wait,
    /// Less is carried than is sent.
    Cut,
    /// Sending less did not help: the way has become longer, or others fill it.
    Longer,
}

#[derive(Debug, Default)]
pub(crate) struct Queue {
    over_since_us: Option<u64>,
    /// When the last cut was, and what the way looked like.
    cut: Option<(u64, View)>,
}

impl Queue {
    /// Only what was sent from then on says whether the last cut was enough.
    pub(crate) fn cut_us(&self) -> u64 {
        self.cut.map_or(0, |(at_us, _)| at_us)
    }

    /// For how long the queue has been too long.
    pub(crate) fn over_us(&self, now_us: u64) -> u64 {
        self.over_since_us.map_or(0, |since| now_us.saturating_sub(since))
    }

    pub(crate) fn judge(&mut self, now_us: u64, view: View) -> Verdict {
        if view.queue_us <= QUEUE_HIGH_US {
            self.over_since_us = None;
            return Verdict::Fine;
        }
        let over_us = now_us.saturating_sub(*self.over_since_us.get_or_insert(now_us));
        let is_narrow = view.growth_us > QUEUE_GROWS_US || view.loss > LOSS_CONFIRMS;
        if over_us < OVER_US || (!is_narrow && over_us < OVER_LONG_US) {
            return Verdict::Wait;
        }
        if !is_narrow && self.is_not_ours(now_us, view) {
            (self.over_since_us, self.cut) = (None, None);
            return Verdict::Longer;
        }
        Verdict::Cut
    }

    /// The estimate fell because of it.
    pub(crate) fn was_cut(&mut self, now_us: u64, view: View) {
        // The first of a row is what later ones are compared with.
        let compared = self.cut.filter(|(at_us, _)| now_us.saturating_sub(*at_us) < CUT_EFFECT_US).map_or(view, |(_, first)| first);
        (self.over_since_us, self.cut) = (None, Some((now_us, View { load: compared.load.max(view.load), ..view })));
    }

    /// Less is sent than at the last cut, and still as much waits.
    fn is_not_ours(&self, now_us: u64, view: View) -> bool {
        self.cut.is_some_and(|(at_us, then)| {
            let is_recent = now_us.saturating_sub(at_us) < CUT_EFFECT_US;
            is_recent && view.load <= then.load / 20 * 17 && view.queue_us >= then.queue_us / 10 * 9
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Queue, Verdict, View};
    use crate::limits::{OVER_LONG_US, OVER_US};

    const STANDS: View = View { queue_us: 100_000, growth_us: 0, loss: 0, load: 1_000_000 };

    #[test]
    fn a_queue_that_grows_or_loses_is_judged_sooner_than_one_that_stands() {
        for (view, us) in [(View { growth_us: 20_000, ..STANDS }, OVER_US), (View { loss: 200, ..STANDS }, OVER_US), (STANDS, OVER_LONG_US)] {
            let mut queue = Queue::default();
            assert_eq!(queue.judge(9, view), Verdict::Wait);
            assert_eq!(queue.judge(8 + us, view), Verdict::Wait);
            assert_eq!(queue.judge(9 + us, view), Verdict::Cut);
        }
    }

    #[test]
    fn one_packet_in_time_is_enough() {
        let mut queue = Queue::default();
        queue.judge(0, STANDS);
        assert_eq!(queue.judge(OVER_LONG_US, View { queue_us: 0, ..STANDS }), Verdict::Fine);
        assert_eq!(queue.judge(OVER_LONG_US, STANDS), Verdict::Wait);
    }

    #[test]
    fn a_queue_that_less_does_not_shorten_is_not_ours() {
        let mut queue = Queue::default();
        queue.was_cut(0, STANDS);
        let less = View { load: 800_000, ..STANDS };
        assert_eq!((queue.judge(1, less), queue.judge(1 + OVER_LONG_US, less)), (Verdict::Wait, Verdict::Longer));
        queue.was_cut(0, STANDS);
        let shorter = View { queue_us: 80_000, ..less };
        assert_eq!((queue.judge(1, shorter), queue.judge(1 + OVER_LONG_US, shorter)), (Verdict::Wait, Verdict::Cut));
    }
}
