//! Probes: a moment of padding on top of the media, to see whether the way carries more.
//!
//! ```text
//!   idle ──due──▶ running (PROBE_US, paced by calls) ──▶ settling (its feedback) ──▶ outcome ──▶ idle, due now or after a pause
//!                    └── a queue grows: stops at once ──▶
//! ```
use crate::base::Base;
use crate::history::{Fate, History, Sent};
use crate::limits::{
    PROBE_ANSWER_US, PROBE_BYTES_MIN, PROBE_FORGET_US, PROBE_PAUSE_US, PROBE_PAUSE_US_MAX, PROBE_REPEAT_US, PROBE_REPEATS_MAX, PROBE_SETTLE_US,
    PROBE_TAIL_US, PROBE_TICK_US, PROBE_US,
};
use crate::rate::{bits_per_second, bytes_in};

/// Packets sent while a probe ran: padding and media.
#[derive(Clone, Copy, Debug)]
struct Cluster {
    began_us: u64,
    /// The estimate before it, and what is aimed for, in bits per second.
    before: u64,
    aim: u64,
    bytes: u64,
    numbers: Option<(u64, u64)>,
    asked_us: u64,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Idle,
    Running(Cluster),
    /// Since when it is over, and since when its last packet was spoken of.
    Settling(Cluster, u64, Option<u64>),
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

#[derive(Debug)]
pub(crate) struct Prober {
    state: State,
    due_us: u64,
    pause_us: u64,
    failed_us: Option<u64>,
    /// Probes in a row that said nothing.
    repeats: u32,
}

impl Prober {
    pub(crate) fn new() -> Self {
        Self { state: State::Idle, due_us: 0, pause_us: PROBE_PAUSE_US, failed_us: None, repeats: 0 }
    }

    pub(crate) fn is_due(&self, now_us: u64) -> bool {
        matches!(self.state, State::Idle) && now_us >= self.due_us
    }

    /// The next call that is needed. `is_wanted`: another probe would be of use.
    pub(crate) fn next_us(&self, is_wanted: bool) -> Option<u64> {
        match self.state {
            State::Idle => is_wanted.then_some(self.due_us),
            State::Running(cluster) => Some(cluster.asked_us + PROBE_TICK_US),
            State::Settling(_, since_us, None) => Some(since_us + PROBE_ANSWER_US),
            State::Settling(_, since_us, Some(spoken_us)) => Some((spoken_us + PROBE_SETTLE_US).max(since_us + PROBE_TICK_US)),
        }
    }

    pub(crate) fn begin(&mut self, now_us: u64, before: u64, aim: u64) {
        self.state = State::Running(Cluster { began_us: now_us, before, aim, bytes: 0, numbers: None, asked_us: now_us });
    }

    /// No probe before then.
    pub(crate) fn postpone(&mut self, until_us: u64) {
        self.due_us = self.due_us.max(until_us);
    }

    /// The next one is soon, and failures are forgotten.
    pub(crate) fn hasten(&mut self, at_us: u64) {
        (self.due_us, self.failed_us) = (self.due_us.min(at_us), None);
    }

    /// Ends a running probe early; what it sent is judged.
    pub(crate) fn stop(&mut self, now_us: u64) {
        if let State::Running(cluster) = self.state {
            self.state = State::Settling(cluster, now_us, None);
        }
    }

    /// A packet left.
    pub(crate) fn sent(&mut self, number: u64, bytes: u64, is_probe: bool) {
        let cluster = match &mut self.state {
            State::Running(cluster) => cluster,
            State::Settling(cluster, ..) if is_probe => cluster,
            _ => return,
        };
        cluster.numbers = Some((cluster.numbers.map_or(number, |(first, _)| first), number));
        cluster.bytes = cluster.bytes.saturating_add(bytes);
    }

    /// Bytes of padding to send now, while one runs.
    pub(crate) fn padding(&mut self, now_us: u64) -> u64 {
        let State::Running(cluster) = &mut self.state else { return 0 };
        cluster.asked_us = now_us;
        let elapsed_us = now_us.saturating_sub(cluster.began_us);
        let lacking = bytes_in(cluster.aim, elapsed_us.min(PROBE_US)).saturating_sub(cluster.bytes);
        // Whoever was called late does not make up for it in one burst.
        let padding = lacking.min(bytes_in(cluster.aim, 2 * PROBE_TICK_US));
        if elapsed_us >= PROBE_US {
            self.stop(now_us);
        }
        if padding < PROBE_BYTES_MIN { 0 } else { padding }
    }

    /// What the probe found, once, when its feedback is complete or overdue.
    pub(crate) fn outcome(&mut self, now_us: u64, reported: u64, history: &History, base: &Base) -> Option<Outcome> {
        let State::Settling(cluster, since_us, spoken_us) = &mut self.state else { return None };
        let is_spoken = cluster.numbers.is_none_or(|(_, last)| reported > last);
        let settled_us = if is_spoken { *spoken_us.get_or_insert(now_us) + PROBE_SETTLE_US } else { u64::MAX };
        if now_us < settled_us.min(*since_us + PROBE_ANSWER_US) {
            return None;
        }
        let outcome = cluster.outcome(history, base);
        self.state = State::Idle;
        Some(outcome)
    }

    /// It found what it looked for: another may follow at once.
    pub(crate) fn succeeded(&mut self, now_us: u64) {
        (self.due_us, self.repeats) = (now_us, 0);
    }

    /// It says nothing: tried again soon, but not for ever.
    pub(crate) fn said_nothing(&mut self, now_us: u64) {
        self.repeats = self.repeats.saturating_add(1);
        if self.repeats <= PROBE_REPEATS_MAX {
            self.due_us = self.due_us.max(now_us + PROBE_REPEAT_US);
        } else {
            self.pause(now_us);
        }
    }

    /// It did not, or what it found did not last: the next one waits, and the one after that longer.
    pub(crate) fn failed(&mut self, now_us: u64) {
        self.repeats = 0;
        self.pause(now_us);
    }

    fn pause(&mut self, now_us: u64) {
        let is_first = self.failed_us.replace(now_us).is_none_or(|before| now_us.saturating_sub(before) > PROBE_FORGET_US);
        self.pause_us = if is_first { PROBE_PAUSE_US } else { (self.pause_us / 2 * 3).min(PROBE_PAUSE_US_MAX) };
        self.due_us = self.due_us.max(now_us + self.pause_us);
    }
}

impl Cluster {
    fn outcome(&self, history: &History, base: &Base) -> Outcome {
        let nothing = Outcome { before: self.before, aim: 0, rate: 0, queue_us: None, loss: 0, is_bunched: false };
        let Some((first, last)) = self.numbers else { return nothing };
        let Some(end_us) = history.get(last).map(|sent| sent.at_us) else { return nothing };
        let (mut arrived, mut missing, mut unknown) = (0_u64, 0_u64, 0_u64);
        let (mut gone, mut kept) = (0_u64, 0_u64);
        let mut best: Option<(u64, i64)> = None;
        let mut bunch = Bunch::default();
        for sent in (first.max(history.first())..=last).filter_map(|number| history.get(number)) {
            let bytes = u64::from(sent.bytes);
            match sent.fate {
                Fate::Unknown => unknown += bytes,
                Fate::Missing => (missing, gone) = (missing + bytes, gone + 1),
                Fate::Arrived => (arrived, kept) = (arrived + bytes, kept + 1),
            }
            // All bytes up to this packet took until it was through. Whatever else makes packets late makes this less, so the best of the later ones is right.
            if sent.fate == Fate::Arrived && sent.at_us + PROBE_TAIL_US >= end_us {
                let queue_us = base.above(sent.delay_us);
                let span_us = sent.at_us.saturating_sub(self.began_us).saturating_add_signed(queue_us).max(PROBE_US / 4);
                let delivered = arrived + unknown * arrived / (arrived + missing).max(1);
                best = best.max(Some((bits_per_second(delivered, span_us), queue_us)));
                bunch.add(sent, bytes);
            }
        }
        let loss = gone * 1_000 / (gone + kept).max(1);
        // The caller may have had less to send than was asked for.
        let aim = self.aim.min(bits_per_second(self.bytes, end_us.saturating_sub(self.began_us).max(PROBE_US / 4)));
        let is_bunched = bunch.rate() > 2 * self.aim;
        best.map_or(nothing, |(rate, queue_us)| Outcome { before: self.before, aim, rate, queue_us: Some(queue_us), loss, is_bunched })
    }
}

/// Packets that arrive faster than they were sent waited for the receiver; behind a narrow place they arrive no faster than it lets them through.
#[derive(Default)]
struct Bunch {
    bytes: u64,
    arrived_us: Option<(i64, i64)>,
}

impl Bunch {
    fn add(&mut self, sent: &Sent, bytes: u64) {
        let at_us = sent.delay_us.saturating_add_unsigned(sent.at_us);
        let (first, last) = self.arrived_us.unwrap_or((at_us, at_us));
        self.arrived_us = Some((first.min(at_us), last.max(at_us)));
        self.bytes += bytes;
    }

    fn rate(&self) -> u64 {
        self.arrived_us.map_or(0, |(first, last)| bits_per_second(self.bytes, u64::try_from(last.saturating_sub(first)).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Fate, History, Outcome, Prober};
    use crate::base::Base;

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

    #[test]
    fn pauses_grow_and_are_forgotten() {
        let mut prober = Prober::new();
        let mut pause = |now_us| {
            prober.failed(now_us);
            prober.next_us(true).expect("wanted") - now_us
        };
        assert_eq!([pause(0), pause(10_000_000), pause(20_000_000)], [2_000_000, 3_000_000, 4_500_000]);
        assert_eq!(pause(90_000_000), 2_000_000);
        assert_eq!(prober.next_us(false), None);
    }
}
