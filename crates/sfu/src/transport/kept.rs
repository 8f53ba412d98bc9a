//! Packets of one slot that may be asked for again, by their number.
//!
//! *Bounds*: `RESEND_PACKETS_VIDEO`, and what was sent in the last `RESEND_MS`; payloads are shared with other slots.
use crate::limits::{RESEND_MS, RESEND_PACKETS_VIDEO};
use crate::session::{Front, Packet};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One packet.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) sequence: u64,
    pub(super) timestamp: u32,
    pub(super) marker: bool,
    pub(super) front: Front,
    pub(super) payload: Arc<[u8]>,
    sent_at: Instant,
    /// When it may be sent again.
    pub(super) again_at: Instant,
}

/// Those of a slot, ascending.
#[derive(Debug, Default)]
pub(super) struct Keeping(VecDeque<Kept>);

impl Keeping {
    /// Keeps a packet, and forgets what is too old.
    pub(super) fn keep(&mut self, now: Instant, packet: &Packet) {
        self.forget_old(now);
        if self.0.len() >= RESEND_PACKETS_VIDEO {
            self.0.pop_front();
        }
        let place = self.0.iter().rposition(|kept| kept.sequence < packet.sequence).map_or(0, |before| before + 1);
        let kept = Kept {
            sequence: packet.sequence,
            timestamp: packet.timestamp,
            marker: packet.marker,
            front: packet.front,
            payload: Arc::clone(&packet.payload),
            sent_at: now,
            again_at: now,
        };
        self.0.insert(place, kept);
    }

    /// Lets go of what is too old.
    pub(super) fn forget_old(&mut self, now: Instant) {
        let too_old = |kept: &Kept| now.saturating_duration_since(kept.sent_at) > Duration::from_millis(RESEND_MS);
        while self.0.front().is_some_and(too_old) {
            self.0.pop_front();
        }
    }

    /// The packet of a number, if it is there and not too old.
    pub(super) fn find(&mut self, now: Instant, sequence: u64) -> Option<&mut Kept> {
        let place = self.0.binary_search_by_key(&sequence, |kept| kept.sequence).ok()?;
        self.0.get_mut(place).filter(|kept| now.saturating_duration_since(kept.sent_at) <= Duration::from_millis(RESEND_MS))
    }

    /// Numbers of the last `count` packets with at least so many bytes, the latest at the end.
    pub(super) fn latest(&self, count: usize, bytes_min: usize) -> Vec<u64> {
        let latest = self.0.iter().skip(self.0.len().saturating_sub(count));
        latest.filter(|kept| kept.payload.len() >= bytes_min).map(|kept| kept.sequence).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Keeping;
    use crate::limits::{RESEND_MS, RESEND_PACKETS_VIDEO};
    use crate::session::{Front, Packet};
    use std::time::{Duration, Instant};

    fn packet(sequence: u64, bytes: usize) -> Packet {
        Packet { stream: 0, layer: 0, sequence, timestamp: 0, marker: false, payload: vec![0; bytes].into(), front: Front::default() }
    }

    #[test]
    fn late_ones_are_found_in_their_place() {
        let (mut keeping, now) = (Keeping::default(), Instant::now());
        for sequence in [5, 9, 7, 6, 12] {
            keeping.keep(now, &packet(sequence, 100));
        }
        assert!([5, 6, 7, 9, 12].iter().all(|&sequence| keeping.find(now, sequence).is_some_and(|kept| kept.sequence == sequence)));
        assert!([0, 8, 13].iter().all(|&sequence| keeping.find(now, sequence).is_none()));
    }

    #[test]
    fn the_old_are_forgotten_and_there_are_never_more_than_the_bound() {
        let (mut keeping, start) = (Keeping::default(), Instant::now());
        keeping.keep(start, &packet(1, 100));
        let later = start + Duration::from_millis(RESEND_MS + 1);
        assert!(keeping.find(later, 1).is_none());
        for sequence in 2..3_000 {
            keeping.keep(later, &packet(sequence, 100));
        }
        assert_eq!(keeping.0.len(), RESEND_PACKETS_VIDEO);
    }

    #[test]
    fn the_latest_large_ones_are_listed() {
        let (mut keeping, now) = (Keeping::default(), Instant::now());
        for sequence in 1..=10 {
            keeping.keep(now, &packet(sequence, if sequence % 2 == 0 { 1_000 } else { 10 }));
        }
        assert_eq!(keeping.latest(5, 400), [6, 8, 10]);
    }
}
