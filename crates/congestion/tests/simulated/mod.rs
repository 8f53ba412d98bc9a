//! A call over a simulated way: seeded and clockless, one millisecond after the other.
#![allow(dead_code, reason = "each test file uses a part of it")]
mod chance;
mod source;
mod way;

pub(crate) use chance::Chance;
use congestion::Estimate;
pub(crate) use source::Source;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
pub(crate) use way::Way;

/// One picture in three sizes.
pub(crate) const THREE: [u64; 3] = [150_000, 500_000, 1_500_000];

/// What a tenth of a second was like.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Moment {
    pub(crate) estimate: u64,
    pub(crate) sent: u64,
    pub(crate) padding: u64,
    pub(crate) packets: u64,
    pub(crate) lost: u64,
    /// The least that any packet waited in the queue.
    pub(crate) queue_us: u64,
    /// The most that a packet of sound or a picture waited.
    pub(crate) queue_most_us: u64,
    /// How often the estimate was called because it asked for it.
    pub(crate) wakes: u64,
}

/// What one feedback message says.
type Report = Vec<(u64, Option<i64>)>;

/// A call that goes on.
pub(crate) struct Call {
    pub(crate) way: Way,
    pub(crate) source: Source,
    pub(crate) estimate: Estimate,
    pub(crate) moments: Vec<Moment>,
    /// How often the estimate asked to be called.
    pub(crate) wakes: u64,
    pub(crate) wakes_per_second_most: u64,
    chance: Chance,
    epoch: Instant,
    pub(crate) now_ms: u64,
    number: u64,
    /// Packets that are under way or were heard, by number: when, and whether feedback has told it.
    arrivals: BTreeMap<u64, (u64, bool)>,
    reported: u64,
    feedback_at_ms: u64,
    /// Feedback on its way back.
    returning: Vec<(u64, Report)>,
    again: Vec<(u64, u64)>,
}

impl Call {
    pub(crate) fn new(seed: u64, way: Way, ladder: &[u64]) -> Self {
        let epoch = Instant::now();
        Self {
            way,
            source: Source::new(ladder),
            estimate: Estimate::new(epoch, 300_000),
            moments: Vec::new(),
            wakes: 0,
            wakes_per_second_most: 0,
            chance: Chance::new(seed),
            epoch,
            now_ms: 0,
            number: 0,
            arrivals: BTreeMap::new(),
            reported: 0,
            feedback_at_ms: 50,
            returning: Vec::new(),
            again: Vec::new(),
        }
    }

    /// Lets the call go on.
    pub(crate) fn run(&mut self, seconds: u64) {
        for _ in 0..seconds * 1_000 {
            self.tick();
        }
    }

    fn instant(&self) -> Instant {
        self.epoch + Duration::from_millis(self.now_ms)
    }

    fn tick(&mut self) {
        self.now_ms += 1;
        if self.now_ms % 100 == 1 {
            self.moments.push(Moment { queue_us: u64::MAX, ..Moment::default() });
        }
        self.hear();
        let sizes = self.source.packets(self.now_ms, &mut self.chance);
        let is_media = !sizes.is_empty();
        for bytes in sizes {
            self.send(bytes, false);
        }
        self.send_again();
        let is_due = self.estimate.next().is_some_and(|at| at <= self.instant());
        self.wakes += u64::from(is_due);
        self.moments.last_mut().unwrap().wakes += u64::from(is_due);
        self.wakes_per_second_most = self.wakes_per_second_most.max(self.wakes_in(1));
        if is_media || is_due {
            let mut padding = self.estimate.probe(self.instant()) as u64;
            while padding > 0 {
                let bytes = padding.clamp(60, 1_000);
                self.send(bytes, true);
                padding = padding.saturating_sub(bytes);
            }
        }
        self.report();
        if self.now_ms.is_multiple_of(50) {
            self.source.choose(self.now_ms, self.estimate.bits_per_second());
            let (next, most) = self.source.appetite();
            self.estimate.want(next, most);
        }
        let estimate = self.estimate.bits_per_second();
        self.moments.last_mut().unwrap().estimate = estimate;
    }

    fn send(&mut self, bytes: u64, is_probe: bool) {
        self.estimate.sent(self.instant(), self.number, usize::try_from(bytes).unwrap(), is_probe);
        let now_us = self.now_ms * 1_000;
        let waits_us = self.way.free_us.saturating_sub(now_us);
        let arrival = self.way.carry(now_us, bytes, &mut self.chance);
        let moment = self.moments.last_mut().unwrap();
        moment.sent += bytes;
        moment.padding += if is_probe { bytes } else { 0 };
        moment.packets += 1;
        moment.queue_us = moment.queue_us.min(waits_us);
        moment.queue_most_us = if is_probe { moment.queue_most_us } else { moment.queue_most_us.max(waits_us) };
        if let Some(at_us) = arrival {
            self.arrivals.insert(self.number, (at_us, false));
        } else {
            moment.lost += 1;
            if !is_probe && bytes > 200 {
                self.again.push((self.now_ms + 2 * self.way.delay_us / 1_000 + 20, bytes));
            }
        }
        self.number += 1;
    }

    /// What was lost is asked for and sent again, once.
    fn send_again(&mut self) {
        let now_ms = self.now_ms;
        let due: Vec<(u64, u64)> = self.again.extract_if(.., |(at_ms, _)| *at_ms <= now_ms).collect();
        let asked = self.again.len();
        for (_, bytes) in due {
            self.send(bytes, false);
        }
        self.again.truncate(asked);
    }

    /// The client's feedback about what it has heard, every now and then.
    fn report(&mut self) {
        let now_us = self.now_ms * 1_000;
        if self.now_ms < self.feedback_at_ms || self.way.after_stall(now_us) != now_us {
            return;
        }
        self.feedback_at_ms = self.now_ms + self.way.feedback_ms + self.chance.below(self.way.feedback_ms);
        let heard = |arrival: &(u64, bool)| arrival.0 <= now_us;
        let Some(last) = self.arrivals.iter().rev().find(|(_, arrival)| heard(arrival)).map(|(&number, _)| number) else { return };
        // What came late makes a report begin earlier.
        let Some(first) = self.arrivals.iter().find(|(_, arrival)| heard(arrival) && !arrival.1).map(|(&number, _)| number) else { return };
        let packets = (first.min(self.reported)..=last).map(|number| {
            let arrival = self.arrivals.get(&number).filter(|arrival| heard(arrival));
            (number, arrival.map(|&(at_us, _)| self.way.client_clock(at_us) / 250 * 250))
        });
        let packets: Report = packets.collect();
        self.reported = self.reported.max(last + 1);
        let reported = self.reported;
        // What was told is kept a while, for a report that begins earlier.
        self.arrivals.retain(|&number, arrival| {
            arrival.1 |= arrival.0 <= now_us;
            !arrival.1 || number + 600 > reported
        });
        if !self.chance.per_mille(self.way.feedback_loss) {
            self.returning.push((self.now_ms + self.way.delay_us / 1_000 + self.chance.below(self.way.jitter_us / 1_000), packets));
        }
    }

    fn hear(&mut self) {
        let now_ms = self.now_ms;
        let due: Vec<_> = self.returning.extract_if(.., |(at_ms, _)| *at_ms <= now_ms).collect();
        for (_, packets) in due {
            self.estimate.feedback(self.instant(), packets);
        }
    }

    /// The estimate.
    pub(crate) fn now(&self) -> u64 {
        self.estimate.bits_per_second()
    }

    /// The moments of the last seconds.
    pub(crate) fn last(&self, seconds: usize) -> &[Moment] {
        &self.moments[self.moments.len().saturating_sub(10 * seconds)..]
    }

    pub(crate) fn least(&self, seconds: usize) -> u64 {
        self.last(seconds).iter().map(|moment| moment.estimate).min().unwrap()
    }

    pub(crate) fn largest(&self, seconds: usize) -> u64 {
        self.last(seconds).iter().map(|moment| moment.estimate).max().unwrap()
    }

    pub(crate) fn mean(&self, seconds: usize) -> u64 {
        let moments = self.last(seconds);
        moments.iter().map(|moment| moment.estimate).sum::<u64>() / moments.len() as u64
    }

    /// The middle of the standing queues of the last seconds.
    pub(crate) fn standing_us(&self, seconds: usize) -> u64 {
        let mut queues: Vec<u64> = self.last(seconds).iter().filter(|moment| moment.packets > 0).map(|moment| moment.queue_us).collect();
        queues.sort_unstable();
        queues[queues.len() * 9 / 10]
    }

    /// The most that a packet of sound or a picture waited.
    pub(crate) fn latest_us(&self, seconds: usize) -> u64 {
        self.last(seconds).iter().map(|moment| moment.queue_most_us).max().unwrap()
    }

    pub(crate) fn bytes(&self, seconds: usize) -> u64 {
        self.last(seconds).iter().map(|moment| moment.sent).sum()
    }

    pub(crate) fn wakes_in(&self, seconds: usize) -> u64 {
        self.last(seconds).iter().map(|moment| moment.wakes).sum()
    }

    /// Per mille of the packets of the last seconds.
    pub(crate) fn lost(&self, seconds: usize) -> u64 {
        let (lost, packets) = self.last(seconds).iter().fold((0, 0), |(lost, packets), moment| (lost + moment.lost, packets + moment.packets));
        lost * 1_000 / packets.max(1)
    }

    /// Per mille of the bytes of the last seconds that were padding.
    pub(crate) fn padding(&self, seconds: usize) -> u64 {
        let (padding, sent) = self.last(seconds).iter().fold((0, 0), |(padding, sent), moment| (padding + moment.padding, sent + moment.sent));
        padding * 1_000 / sent.max(1)
    }
}
