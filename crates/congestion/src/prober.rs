//! Probes: a moment of padding on top of the media, to see whether the way carries more.
//!
//! ```text
//!   idle ──due──▶ running (PROBE_US, paced by calls) ──▶ settling (its feedback) ──▶ outcome ──▶ idle, due now or after a pause
//!                    └── a queue grows: stops at once ──▶
//! ```
use crate::base::Base;
use crate::cluster::{Cluster, Outcome};
use crate::history::History;
use crate::limits::{
    PROBE_ANSWER_US, PROBE_BYTES_MIN, PROBE_FORGET_US, PROBE_PAUSE_US, PROBE_PAUSE_US_MAX, PROBE_REPEAT_US, PROBE_REPEATS_MAX, PROBE_SETTLE_US,
    PROBE_TICK_US, PROBE_US,
};
use crate::rate::bytes_in;

#[derive(Clone, Copy, Debug)]
enum State {
    Idle,
    Running(Cluster),
    /// Since when it is over, and since when its last packet was spoken of.
    Settling(Cluster, u64, Option<u64>),
}

/// When to probe, and how much to send for it.
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

#[cfg(test)]
mod tests {
    use super::Prober;

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
