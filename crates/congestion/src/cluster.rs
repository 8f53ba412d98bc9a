//! What the packets of a probe tell about the way, once their feedback is there.
use crate::base::Base;
use crate::history::{Fate, History, Sent};
use crate::limits::{PROBE_TAIL_US, PROBE_US};
use crate::rate::bits_per_second;

/// Packets sent while a probe ran: padding and media.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cluster {
    pub(crate) began_us: u64,
    /// The estimate before it, and what is aimed for, in bits per second.
    pub(crate) before: u64,
    pub(crate) aim: u64,
    pub(crate) bytes: u64,
    /// Of its first packet and its last.
    pub(crate) numbers: Option<(u64, u64)>,
    /// When the caller was last told how much to send.
    pub(crate) asked_us: u64,
}

/// What a probe found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    /// The estimate when it began, what was sent and what was delivered, in bits per second.
    pub(crate) before: u64,
    pub(crate) aim: u64,
    pub(crate) rate: u64,
    /// The queue at its end; `None` when its end did not arrive.
    pub(crate) queue_us: Option<i64>,
    /// Loss, per mille.
    pub(crate) loss: u64,
    /// Its end came all at once: the receiver stood still, whatever the way does.
    pub(crate) is_bunched: bool,
}

impl Cluster {
    /// What is known of it now.
    pub(crate) fn outcome(&self, history: &History, base: &Base) -> Outcome {
        let nothing = Outcome { before: self.before, aim: 0, rate: 0, queue_us: None, loss: 0, is_bunched: false };
        let Some((first, last)) = self.numbers else { return nothing };
        let Some(end_us) = history.get(last).map(|sent| sent.at_us) else { return nothing };
        let mut tally = Tally::default();
        let mut best: Option<(u64, i64)> = None;
        let mut bunch = Bunch::default();
        for sent in (first.max(history.first())..=last).filter_map(|number| history.get(number)) {
            tally.add(sent);
            // All bytes up to this packet took until it was through. Whatever else makes packets late makes this less, so the best of the later ones is right.
            if sent.fate == Fate::Arrived && sent.at_us + PROBE_TAIL_US >= end_us {
                let queue_us = base.above(sent.delay_us);
                let span_us = sent.at_us.saturating_sub(self.began_us).saturating_add_signed(queue_us).max(PROBE_US / 4);
                best = best.max(Some((bits_per_second(tally.delivered(), span_us), queue_us)));
                bunch.add(sent);
            }
        }
        // The caller may have had less to send than was asked for.
        let aim = self.aim.min(bits_per_second(self.bytes, end_us.saturating_sub(self.began_us).max(PROBE_US / 4)));
        let is_bunched = bunch.rate() > 2 * self.aim;
        best.map_or(nothing, |(rate, queue_us)| Outcome { aim, rate, queue_us: Some(queue_us), loss: tally.loss(), is_bunched, ..nothing })
    }
}

/// Bytes and packets by what became of them.
#[derive(Default)]
struct Tally {
    arrived: u64,
    missing: u64,
    unknown: u64,
    gone: u64,
    kept: u64,
}

impl Tally {
    fn add(&mut self, sent: &Sent) {
        let bytes = u64::from(sent.bytes);
        match sent.fate {
            Fate::Unknown => self.unknown += bytes,
            Fate::Missing => (self.missing, self.gone) = (self.missing + bytes, self.gone + 1),
            Fate::Arrived => (self.arrived, self.kept) = (self.arrived + bytes, self.kept + 1),
        }
    }

    /// Bytes that arrived, with a share of those that feedback was lost about.
    fn delivered(&self) -> u64 {
        self.arrived + self.unknown * self.arrived / (self.arrived + self.missing).max(1)
    }

    /// Per mille of the packets.
    fn loss(&self) -> u64 {
        self.gone * 1_000 / (self.gone + self.kept).max(1)
    }
}

/// Packets that arrive faster than they were sent waited for the receiver; behind a narrow place they arrive no faster than it lets them through.
#[derive(Default)]
struct Bunch {
    bytes: u64,
    arrived_us: Option<(i64, i64)>,
}

impl Bunch {
    fn add(&mut self, sent: &Sent) {
        let at_us = sent.delay_us.saturating_add_unsigned(sent.at_us);
        let (first, last) = self.arrived_us.unwrap_or((at_us, at_us));
        self.arrived_us = Some((first.min(at_us), last.max(at_us)));
        self.bytes += u64::from(sent.bytes);
    }

    fn rate(&self) -> u64 {
        self.arrived_us.map_or(0, |(first, last)| bits_per_second(self.bytes, u64::try_from(last.saturating_sub(first)).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome;
    use crate::base::Base;
    use crate::history::{Fate, History};
    use crate::prober::Prober;

    const AIM: u64 = 2_000_000;

    /// A probe whose packets leave a way of that rate, and wait for the end of a stall if there is one.
    fn outcome(rate: u64, stalls_until_us: u64) -> Outcome {
        let (mut prober, mut history, mut base) = (Prober::new(), History::default(), Base::new(0));
        base.note(0, 7);
        prober.begin(0, 1_000_000, AIM);
        let (mut number, mut free_us) = (0, 0);
        for now_us in (0..=200_000).step_by(25_000) {
            for _ in 0..prober.padding(now_us) / 1_000 {
                history.push(now_us, number, 1_000);
                prober.sent(number, 1_000, true);
                free_us = now_us.max(free_us) + 8_000_000_000 / rate;
                let sent = history.get_mut(number).expect("just sent");
                (sent.fate, sent.delay_us) = (Fate::Arrived, 7 + (free_us.max(stalls_until_us) - now_us).cast_signed());
                number += 1;
            }
        }
        assert!(prober.outcome(250_000, number, &history, &base).is_none(), "too early for what is reordered");
        prober.outcome(320_000, number, &history, &base).expect("settled")
    }

    #[test]
    fn a_wide_way_shows_all_that_was_aimed_for() {
        let found = outcome(50_000_000, 0);
        assert!(found.rate > AIM / 10 * 9 && found.rate <= AIM / 10 * 11, "{found:?}");
        assert!(found.queue_us < Some(10_000) && !found.is_bunched, "{found:?}");
    }

    #[test]
    fn a_narrow_way_shows_what_it_carries() {
        let found = outcome(1_200_000, 0);
        assert!((1_100_000..=1_200_000).contains(&found.rate), "{found:?}");
        assert!(found.queue_us > Some(50_000) && !found.is_bunched, "{found:?}");
    }

    #[test]
    fn a_receiver_that_stands_still_is_recognized() {
        let found = outcome(50_000_000, 400_000);
        assert!(found.is_bunched && found.rate < AIM, "{found:?}");
    }
}
