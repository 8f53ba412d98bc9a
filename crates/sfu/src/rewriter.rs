//! Makes one gapless stream of what a slot carries one after the other: sequence numbers and timestamps go on where the last source stopped.
use std::time::Instant;

/// Where a source's numbers are put. Numbers of the source before `from` are not sent.
#[derive(Clone, Copy, Debug)]
struct Mapping {
    from: u64,
    to: u64,
    /// Added to timestamps, modulo 2³².
    shift: u32,
}

/// The numbering of one slot.
#[derive(Debug)]
pub struct Rewriter {
    clock_hz: u64,
    mapping: Option<Mapping>,
    /// The highest sequence number sent.
    highest: u64,
    /// The timestamp of that packet, and when it came.
    last: Option<(u32, Instant)>,
}

impl Rewriter {
    /// For a codec whose timestamps count `clock_hz`.
    pub fn new(clock_hz: u64) -> Self {
        Self { clock_hz, mapping: None, highest: 0, last: None }
    }

    /// The next packet is of another source, or of another encoding.
    pub fn switch(&mut self) {
        self.mapping = None;
    }

    /// The numbers that a packet gets; `None` for one from before the switch.
    pub fn rewrite(&mut self, sequence: u64, timestamp: u32, now: Instant) -> Option<(u64, u32)> {
        let mapping = match self.mapping {
            Some(mapping) => mapping,
            None => *self.mapping.insert(Mapping { from: sequence, to: self.highest + 1, shift: self.resume(now).wrapping_sub(timestamp) }),
        };
        let out = mapping.to + sequence.checked_sub(mapping.from)?;
        let timestamp = timestamp.wrapping_add(mapping.shift);
        if out > self.highest {
            self.highest = out;
            self.last = Some((timestamp, now));
        }
        Some((out, timestamp))
    }

    /// The timestamp that is due now, had the last source gone on.
    fn resume(&self, now: Instant) -> u32 {
        let Some((timestamp, at)) = self.last else { return 0 };
        let elapsed_ms = u64::try_from(now.saturating_duration_since(at).as_millis()).unwrap_or(u64::MAX);
        let ticks = (elapsed_ms.saturating_mul(self.clock_hz) / 1_000).max(1);
        timestamp.wrapping_add(u32::try_from(ticks & u64::from(u32::MAX)).unwrap_or(1))
    }
}

#[cfg(test)]
mod tests {
    use super::Rewriter;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    #[test]
    fn a_late_packet_keeps_its_place_and_one_from_before_the_switch_is_not_sent() {
        let now = Instant::now();
        let mut rewriter = Rewriter::new(90_000);
        assert_eq!(rewriter.rewrite(1_000, 50, now), Some((1, 0)));
        assert_eq!(rewriter.rewrite(1_002, 3_050, now), Some((3, 3_000)));
        assert_eq!(rewriter.rewrite(1_001, 50, now), Some((2, 0)));
        rewriter.switch();
        let later = now + Duration::from_millis(100);
        assert_eq!(rewriter.rewrite(70_000, 7, later), Some((4, 12_000)));
        assert_eq!(rewriter.rewrite(69_999, 7, later), None);
    }

    proptest! {
        #[test]
        fn no_two_packets_ever_get_one_number(sources in prop::collection::vec((any::<u32>(), prop::collection::btree_set(0_u64..500, 1..40)), 1..6)) {
            let (mut rewriter, now) = (Rewriter::new(90_000), Instant::now());
            let mut seen = std::collections::BTreeSet::new();
            for (base, offsets) in sources {
                rewriter.switch();
                for offset in offsets {
                    if let Some((sequence, _)) = rewriter.rewrite(u64::from(base) + offset, 0, now) {
                        prop_assert!(seen.insert(sequence));
                    }
                }
            }
        }
    }
}
