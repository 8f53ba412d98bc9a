//! Sequence numbers and timestamps of a slot, whatever it carries one after the other.
use proptest::prelude::*;
use sfu::Rewriter;
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

#[test]
fn a_source_that_jumps_leaves_a_gap_that_a_receiver_can_follow() {
    let now = Instant::now();
    let mut rewriter = Rewriter::new(90_000);
    let mut highest = 0;
    for step in 0..100_u64 {
        let (out, _) = rewriter.rewrite(step * 32_767, 0, now).unwrap();
        assert!(out > highest && out - highest <= 2, "from {highest} to {out}");
        highest = out;
    }
    assert_eq!(rewriter.rewrite(98 * 32_767, 0, now), None, "what is from before the jump has no place");
    assert_eq!(rewriter.rewrite(99 * 32_767 + 256, 0, now), Some((highest + 256, 0)), "a gap such as losses make stays as it is");
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
