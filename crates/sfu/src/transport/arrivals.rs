//! When packets of the client's transport arrived, until the next feedback tells it so.
use crate::window::extend;
use std::time::{Duration, Instant};
use wire::rtcp::transport_cc;

/// How long an arrival may wait to be told.
const EVERY: Duration = Duration::from_millis(50);
/// Arrivals that wait; more are told at once.
const WAITING_MAX: usize = 256;
/// More numbers that are missing at once are no loss but another beginning.
const GAP_MAX: u64 = 1_000;

/// The arrivals of one leg.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    waiting: Vec<(u64, i64)>,
    highest: Option<u64>,
    began: Option<Instant>,
    due: Option<Instant>,
    count: u8,
    /// The number behind the last that was told of.
    next: Option<u64>,
    /// The stream that came last: browsers drop feedback that names none of theirs.
    media: u32,
}

impl Arrivals {
    /// A packet of a stream came with this transport-wide number.
    pub(super) fn came(&mut self, now: Instant, media: u32, low: u16) {
        self.media = media;
        let number = extend(self.highest, low);
        self.highest = self.highest.max(Some(number));
        let began = *self.began.get_or_insert(now);
        let at_us = i64::try_from(now.saturating_duration_since(began).as_micros()).unwrap_or(i64::MAX);
        if self.waiting.len() < WAITING_MAX {
            self.waiting.push((number, at_us));
        }
        self.due.get_or_insert(now + EVERY);
        if self.waiting.len() >= WAITING_MAX {
            self.due = Some(now);
        }
    }

    /// When to tell.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Gives each feedback that is due to `send`.
    pub(super) fn tell(&mut self, now: Instant, ssrc: u32, mut send: impl FnMut(&mut Vec<u8>)) {
        if self.due.is_none_or(|at| at > now) {
            return;
        }
        self.due = None;
        self.waiting.sort_unstable();
        self.waiting.dedup_by_key(|(number, _)| *number);
        let mut rest = &self.waiting[..];
        while !rest.is_empty() {
            let mut packet = Vec::with_capacity(256);
            let first = rest[0].0;
            // What is missing since the last feedback is told of too, or a sender would never know that it was lost.
            let base = self.next.filter(|&next| next <= first && first - next < GAP_MAX).unwrap_or(first);
            let told = transport_cc::emit(&mut packet, (ssrc, self.media), self.count, base, rest).max(1);
            self.next = self.next.max(Some(rest[told - 1].0 + 1));
            self.count = self.count.wrapping_add(1);
            send(&mut packet);
            rest = &rest[told..];
        }
        self.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrivals, EVERY};
    use std::time::{Duration, Instant};
    use wire::rtcp::{Rtcp, packets};

    #[test]
    fn what_came_is_told_once_in_order_and_in_time() {
        let (mut arrivals, start) = (Arrivals::default(), Instant::now());
        for (after_ms, low) in [(0, 65_535), (1, 1), (2, 0), (2, 0)] {
            arrivals.came(start + Duration::from_millis(after_ms), 7, low);
        }
        let mut told = Vec::new();
        arrivals.tell(start, 1, |_| panic!("too early"));
        let due = arrivals.due().unwrap();
        assert!(due - start <= Duration::from_millis(50));
        arrivals.tell(due, 1, |packet| told.extend(packet.clone()));
        assert_eq!(told[8..12], 7_u32.to_be_bytes(), "of a stream of the client's");
        let Some(Rtcp::TransportCc(read)) = packets(&told).next() else { panic!("feedback") };
        assert_eq!(read.collect::<Vec<_>>(), [(65_535, Some(0)), (0, Some(2_000)), (1, Some(1_000))]);
        assert_eq!(arrivals.due(), None);
        arrivals.came(due, 7, 4);
        told.clear();
        arrivals.tell(due + EVERY, 1, |packet| told.extend(packet.clone()));
        let Some(Rtcp::TransportCc(read)) = packets(&told).next() else { panic!("feedback") };
        let numbers: Vec<(u16, bool)> = read.map(|(number, at)| (number, at.is_some())).collect();
        assert_eq!(numbers, [(2, false), (3, false), (4, true)], "from where the last one ended");
    }

    #[test]
    fn many_are_told_at_once_and_a_long_wait_between_them_makes_two() {
        let (mut arrivals, start) = (Arrivals::default(), Instant::now());
        for low in 0..255 {
            arrivals.came(start, 7, low);
        }
        arrivals.came(start + Duration::from_secs(30), 7, 255);
        let mut count = 0;
        arrivals.tell(start + Duration::from_secs(30), 1, |_| count += 1);
        assert_eq!(count, 2);
    }
}
