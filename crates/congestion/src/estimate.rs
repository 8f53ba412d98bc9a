//! The estimate: what the parts say, put together.
use crate::cluster::Outcome;
use crate::hearing::Hearing;
use crate::limits::{
    CALM_US, GROWTH, GROWTH_FAST, GROWTH_US_MAX, LOSS_FLOOR, LOSS_HELD, LOSS_IGNORED, LOSS_PACKETS_MIN, LOSS_SEVERE, LOSSY_RATE_MAX, MEASURE_US_MIN,
    PROBE_AGAIN_US, PROBE_FIRST_RATE_MAX, PROBE_LOSS, PROBE_PAUSE_US, PROBE_QUEUE_US, PROBE_REPEAT_US, PROBE_TIGHT_US, QUEUE_HIGH_US, QUEUE_LOW_US,
    RATE_MAX, RATE_MIN,
};
use crate::losses::Losses;
use crate::meter::Meter;
use crate::prober::Prober;
use crate::proof::Proof;
use crate::queue::{Queue, Verdict, View};
use crate::rate::per_mille;
use crate::silence::Silence;
use std::time::{Duration, Instant};

/// What one client's way is thought to carry.
#[derive(Debug)]
pub struct Estimate {
    /// Zero of our clock.
    epoch: Instant,
    hearing: Hearing,
    queue: Queue,
    losses: Losses,
    silence: Silence,
    prober: Prober,
    proof: Proof,
    /// What is sent.
    load: Meter,
    /// The estimate, and what the owner was last told.
    rate: u64,
    told: u64,
    /// What there is a use for.
    next: u64,
    most: u64,
    /// The queue that stands now.
    queue_us: i64,
    grown_us: u64,
}

impl Estimate {
    /// An estimate that begins with `start` bits per second.
    pub fn new(now: Instant, start: u64) -> Self {
        let rate = start.clamp(RATE_MIN, RATE_MAX);
        Self {
            epoch: now,
            hearing: Hearing::new(),
            queue: Queue::default(),
            losses: Losses::default(),
            silence: Silence::default(),
            prober: Prober::new(),
            proof: Proof::default(),
            load: Meter::default(),
            rate,
            told: rate,
            next: 0,
            most: 0,
            queue_us: 0,
            grown_us: 0,
        }
    }

    /// A packet left. `number`: its extended transport-wide sequence number, one more than that of the packet before. `bytes`: on the wire. `is_probe`:
    /// padding, or a repeat, that was sent only because [`Self::probe`] asked for it.
    pub fn sent(&mut self, now: Instant, number: u64, bytes: usize, is_probe: bool) {
        let now_us = self.micros(now);
        self.hearing.sent(now_us, number, bytes);
        self.load.add(now_us, bytes as u64);
        self.prober.sent(number, bytes as u64, is_probe);
        self.silence.sent(now_us);
    }

    /// One feedback message arrived. `packets`: in order of number, each with its time of arrival in microseconds of the client's clock, or `None` when it
    /// had not arrived. *Trust*: the client's.
    pub fn feedback(&mut self, now: Instant, packets: impl IntoIterator<Item = (u64, Option<i64>)>) {
        let now_us = self.micros(now);
        if !self.hearing.hear(now_us, packets) {
            return;
        }
        if let Some(before) = self.silence.end() {
            self.rate = self.rate.max(before / 2);
            self.prober.hasten(now_us + PROBE_REPEAT_US);
        }
        self.look(now_us);
        self.conclude(now_us);
    }

    /// What the way is thought to carry, in bits per second.
    pub fn bits_per_second(&self) -> u64 {
        self.rate
    }

    /// What there would be a use for, in bits per second: `next` for what is sent and one larger picture (0 when none is wanted), `most` for all that is wanted.
    pub fn want(&mut self, next: u64, most: u64) {
        (self.next, self.most) = (next, most.max(next));
    }

    /// Bytes of padding to send now; 0 for none. To be called when [`Self::next`] comes and after media was sent.
    pub fn probe(&mut self, now: Instant) -> usize {
        let now_us = self.micros(now);
        if let Some(lower) = self.silence.step(now_us, self.rate) {
            self.rate = lower;
            self.prober.postpone(now_us + PROBE_PAUSE_US);
        }
        self.conclude(now_us);
        if self.goal() == 0 {
            self.prober.stop(now_us);
        } else if self.is_probe_wanted() && self.prober.is_due(now_us) {
            if self.may_grow() {
                self.prober.begin(now_us, self.rate, self.aim());
            } else {
                self.prober.postpone(now_us + PROBE_AGAIN_US);
            }
        }
        usize::try_from(self.prober.padding(now_us)).unwrap_or(0)
    }

    /// When [`Self::probe`] is to be called again; `None` while there is nothing to do. It may have passed: then the call is due now.
    pub fn next(&self) -> Option<Instant> {
        if self.goal() == 0 {
            return None;
        }
        self.prober.next_us(self.is_probe_wanted()).map(|us| self.epoch + Duration::from_micros(us))
    }

    /// The estimate, if it is 3 % or more away from what this last returned.
    pub fn changed(&mut self) -> Option<u64> {
        let is_far = self.rate.abs_diff(self.told) >= per_mille(self.told, 30).max(1);
        is_far.then(|| {
            self.told = self.rate;
            self.rate
        })
    }

    fn micros(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.epoch).as_micros()).unwrap_or(u64::MAX).min(u64::MAX / 4)
    }

    /// Judges the way by what is known now.
    fn look(&mut self, now_us: u64) {
        let arrivals = &self.hearing.arrivals;
        let load = self.load.rate(now_us);
        // A run of losses is not yet a rate of loss: both the last second and the last two must say it.
        let longer = arrivals.loss(now_us, 2 * CALM_US, LOSS_PACKETS_MIN).unwrap_or(0);
        let loss = arrivals.loss(now_us, CALM_US, LOSS_PACKETS_MIN).map_or(longer, |loss| loss.min(longer));
        let is_lossy = self.losses.judge(now_us, loss, load);
        let Some(standing) = arrivals.standing(now_us, self.queue.cut_us()) else { return };
        self.queue_us = self.hearing.base.above(standing.least_delay_us);
        // What happens together with a queue is seen sooner.
        let excess = arrivals.loss(now_us, CALM_US / 2, LOSS_PACKETS_MIN / 4).unwrap_or(0).saturating_sub(self.losses.inherent());
        let view = View { queue_us: self.queue_us, growth_us: standing.growth_us, loss: excess, load };
        let carried_in_us = self.queue.over_us(now_us).clamp(MEASURE_US_MIN, CALM_US);
        let delivered = arrivals.delivered(now_us, CALM_US).unwrap_or(0);
        match self.queue.judge(now_us, view) {
            Verdict::Cut => {
                if let Some(carried) = arrivals.delivered(now_us, carried_in_us) {
                    self.queue.was_cut(now_us, view);
                    self.cut(now_us, carried);
                }
            }
            Verdict::Longer => self.hearing.base.begin_again(standing.least_delay_us),
            Verdict::Wait => self.stop_probe(now_us),
            Verdict::Fine if is_lossy => self.lose(now_us, delivered),
            Verdict::Fine => self.grow(now_us, delivered),
        }
    }

    /// The way is too narrow: it carried so much.
    fn cut(&mut self, now_us: u64, carried: u64) {
        self.losses.forget(now_us);
        self.silence.forget();
        self.proof.cut_to(carried);
        self.fall(now_us, per_mille(carried, 850).max(RATE_MIN));
    }

    /// Too much is lost, though nothing waits.
    fn lose(&mut self, now_us: u64, delivered: u64) {
        let floor = if self.losses.present() > LOSS_SEVERE { RATE_MIN } else { LOSS_FLOOR };
        let lower = per_mille(delivered, 950).max(per_mille(self.rate, 600)).max(floor);
        if lower < self.rate {
            self.proof.cut_to(delivered);
        }
        self.losses.was_cut(now_us, delivered);
        self.fall(now_us, lower);
    }

    fn fall(&mut self, now_us: u64, lower: u64) {
        self.stop_probe(now_us);
        self.prober.failed(now_us);
        self.rate = self.rate.min(lower);
        self.grown_us = now_us;
    }

    /// Nothing is wrong: a little more, as far as what arrives or a probe proves it.
    fn grow(&mut self, now_us: u64, delivered: u64) {
        let elapsed_us = now_us.saturating_sub(self.grown_us).min(GROWTH_US_MAX);
        self.grown_us = now_us;
        if !self.may_grow() {
            return;
        }
        let cap = self.proof.cap(now_us, delivered).min(self.rate_limit(now_us));
        if self.rate >= cap {
            return;
        }
        let is_careful = self.proof.is_near_end(self.rate / 3 * 4) || self.losses.excess() > LOSS_IGNORED;
        let growth = per_mille(self.rate, if is_careful { GROWTH } else { GROWTH_FAST });
        let grown = self.rate + growth.saturating_mul(elapsed_us) / 1_000_000;
        // What arrives without a queue is carried.
        self.rate = grown.max(per_mille(delivered, 900)).min(cap);
        if self.proof.has_widened(delivered, self.rate) {
            self.prober.hasten(now_us);
        }
    }

    /// The estimate does not grow past this.
    fn rate_limit(&self, now_us: u64) -> u64 {
        let of_use = self.most.saturating_add(self.most / 2).clamp(1_000_000, RATE_MAX);
        let of_loss = if self.losses.present() > LOSS_HELD { LOSSY_RATE_MAX } else { RATE_MAX };
        of_use.min(of_loss).min(self.losses.limit(now_us).unwrap_or(RATE_MAX).max(RATE_MIN))
    }

    /// What probes are for at present; 0 when they are for nothing.
    fn goal(&self) -> u64 {
        let goal = if self.proof.is_young() { self.most.min(PROBE_FIRST_RATE_MAX).max(self.next) } else { self.next };
        if self.next == 0 { 0 } else { goal.min(RATE_MAX) }
    }

    fn is_probe_wanted(&self) -> bool {
        self.rate < self.goal()
    }

    /// What the next probe aims for. Where the way ended before, one that fails makes a shorter queue.
    fn aim(&self) -> u64 {
        let most = self.rate / 2 * 3;
        let aim = if self.proof.is_near_end(most) { most } else { 2 * self.rate };
        aim.min(self.goal() / 20 * 23)
    }

    fn may_grow(&self) -> bool {
        let is_lossy = self.losses.present() > LOSS_HELD;
        self.queue_us <= QUEUE_LOW_US && (!is_lossy || (self.losses.excess() <= LOSS_HELD && self.rate < LOSSY_RATE_MAX))
    }

    fn stop_probe(&mut self, now_us: u64) {
        if self.queue_us > PROBE_QUEUE_US {
            self.prober.stop(now_us);
        }
    }

    /// Takes a probe's outcome in, when there is one.
    fn conclude(&mut self, now_us: u64) {
        let hearing = &self.hearing;
        if let Some(outcome) = self.prober.outcome(now_us, hearing.reported(), &hearing.history, &hearing.base) {
            self.take(now_us, outcome);
        }
    }

    fn take(&mut self, now_us: u64, outcome: Outcome) {
        let Some(queue_us) = outcome.queue_us else {
            return self.prober.said_nothing(now_us);
        };
        let is_lossy = outcome.loss > self.losses.present() + PROBE_LOSS;
        let is_full = queue_us > QUEUE_HIGH_US || (queue_us > PROBE_TIGHT_US && outcome.rate < per_mille(outcome.aim, 920));
        let found = if is_full { per_mille(outcome.rate, 900) } else { outcome.rate.min(outcome.aim) };
        let found = found.min(self.rate_limit(now_us));
        if !is_lossy && found > self.rate {
            self.rate = found;
            self.proof.probed(found);
        }
        let enough = per_mille(outcome.aim, 850 - self.losses.inherent());
        if is_full && outcome.is_bunched {
            self.prober.said_nothing(now_us);
        } else if is_full || is_lossy {
            self.proof.ended_at(outcome.rate);
            self.prober.failed(now_us);
            if is_full {
                // One probe may be wrong.
                self.rate = self.rate.min(per_mille(outcome.rate, 950).max(per_mille(self.rate, 850))).max(RATE_MIN);
            }
        } else if found > per_mille(outcome.before, 1_050) && outcome.rate >= enough {
            self.proof.is_open(self.rate);
            self.prober.succeeded(now_us);
        } else {
            self.prober.failed(now_us);
        }
    }
}
