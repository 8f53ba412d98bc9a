//! From feedback to facts: which packets arrived, how late, and which are lost for good.
use crate::arrivals::Arrivals;
use crate::base::Base;
use crate::history::{Fate, History};
use crate::limits::{REORDER_US, REPORT_PACKETS_MAX};

/// What is known of the way.
#[derive(Debug)]
pub(crate) struct Hearing {
    pub(crate) history: History,
    pub(crate) arrivals: Arrivals,
    pub(crate) base: Base,
    /// The number after the highest that feedback spoke of.
    reported: u64,
    /// The number after the last whose fate is final.
    settled: u64,
    /// When the latest packet that arrived was sent.
    heard_us: u64,
}

impl Hearing {
    pub(crate) fn new() -> Self {
        Self { history: History::default(), arrivals: Arrivals::default(), base: Base::new(0), reported: 0, settled: 0, heard_us: 0 }
    }

    /// A packet left.
    pub(crate) fn sent(&mut self, now_us: u64, number: u64, bytes: usize) {
        if self.history.push(now_us, number, bytes) {
            (self.reported, self.settled) = (number, number);
        }
    }

    /// The number after the highest that feedback spoke of.
    pub(crate) fn reported(&self) -> u64 {
        self.reported
    }

    /// Takes in one feedback message. *Trust*: the client's; numbers that were not sent, or long ago, say nothing. Whether it said anything.
    pub(crate) fn hear(&mut self, now_us: u64, packets: impl IntoIterator<Item = (u64, Option<i64>)>) -> bool {
        let mut is_news = false;
        for (number, arrived_us) in packets.into_iter().take(REPORT_PACKETS_MAX) {
            if self.history.get(number).is_none() {
                continue;
            }
            if !std::mem::replace(&mut is_news, true) {
                self.arrivals.open(now_us);
            }
            let is_late = number < self.reported;
            self.pass_over(number);
            match arrived_us {
                Some(arrived_us) => self.arrived(now_us, number, arrived_us, is_late),
                None => self.missing(number),
            }
        }
        if is_news {
            self.settle();
        }
        is_news
    }

    /// Numbers between the last report and this: the feedback about them was lost.
    fn pass_over(&mut self, number: u64) {
        for passed in self.reported.max(self.history.first())..number {
            if let Some(sent) = self.history.get(passed) {
                self.arrivals.unknown(sent.bytes);
            }
        }
        self.reported = self.reported.max(number + 1);
    }

    fn arrived(&mut self, now_us: u64, number: u64, arrived_us: i64, is_late: bool) {
        let Some(sent) = self.history.get_mut(number) else { return };
        let is_late = is_late && sent.fate == Fate::Unknown;
        if sent.fate == Fate::Arrived {
            return;
        }
        sent.fate = Fate::Arrived;
        sent.delay_us = arrived_us.saturating_sub_unsigned(sent.at_us);
        self.heard_us = self.heard_us.max(sent.at_us);
        self.base.note(now_us, sent.delay_us);
        self.arrivals.arrived(sent, arrived_us, is_late);
    }

    fn missing(&mut self, number: u64) {
        let Some(sent) = self.history.get_mut(number) else { return };
        if sent.fate == Fate::Unknown {
            sent.fate = Fate::Missing;
            self.arrivals.missing(sent.bytes);
        }
    }

    /// What has not arrived a while after its successors is lost.
    fn settle(&mut self) {
        self.settled = self.settled.max(self.history.first());
        while let Some(sent) = self.history.get(self.settled).filter(|sent| sent.at_us + REORDER_US <= self.heard_us) {
            if sent.fate != Fate::Unknown {
                self.arrivals.settled(sent.fate == Fate::Missing);
            }
            self.settled += 1;
        }
    }
}
