//! Ways that carry everything, however they look: found at once, and not left for loss, jitter, clocks or a receiver that is short of time.
mod simulated;

use simulated::{Call, THREE, Way};

const SEEDS: std::ops::RangeInclusive<u64> = 1..=12;

fn settled(seed: u64, way: Way) -> (Call, u64) {
    let mut call = Call::new(seed, way, &THREE);
    call.run(10);
    let before = call.mean(2);
    (call, before)
}

#[test]
fn a_wide_way_is_found_within_three_seconds() {
    for seed in SEEDS {
        let mut call = Call::new(seed, Way::default(), &THREE);
        call.run(3);
        assert!(call.now() >= 2_000_000, "seed {seed}: {}", call.now());
        call.run(3);
        assert_eq!(call.source.step, Some(2), "seed {seed}");
    }
}

#[test]
fn a_receiver_that_stands_still_takes_nothing_away() {
    for (seed, stall_us) in SEEDS.zip([(500_000, 200_000), (300_000, 150_000), (1_000_000, 400_000), (120_000, 60_000)].into_iter().cycle()) {
        let (mut call, before) = settled(seed, Way::default());
        call.way.stall_us = Some(stall_us);
        call.run(20);
        assert!(call.least(20) >= before / 10 * 9, "seed {seed}: {} of {before}", call.least(20));
    }
}

#[test]
fn a_receiver_that_is_slow_as_well_takes_little_away() {
    for seed in SEEDS {
        let (mut call, before) = settled(seed, Way::default());
        (call.way.stall_us, call.way.serve_us) = (Some((500_000, 200_000)), 1_000);
        call.run(20);
        assert!(call.least(20) >= before / 10 * 7, "seed {seed}: {} of {before}", call.least(20));
    }
}

#[test]
fn a_wide_way_is_found_by_way_of_a_receiver_that_stands_still() {
    for seed in SEEDS {
        let mut call = Call::new(seed, Way { stall_us: Some((500_000, 200_000)), ..Way::default() }, &THREE);
        call.run(15);
        assert!(call.now() >= 1_900_000, "seed {seed}: {}", call.now());
    }
}

#[test]
fn a_narrow_way_is_seen_through_a_receiver_that_stands_still() {
    for seed in SEEDS {
        let (mut call, _) = settled(seed, Way { rate: 5_000_000, queue_us: 300_000, stall_us: Some((500_000, 200_000)), ..Way::default() });
        call.way.rate = 800_000;
        call.run(25);
        assert!(call.least(20) >= 480_000 && call.largest(20) <= 900_000, "seed {seed}: {} to {}", call.least(20), call.largest(20));
        assert!(call.standing_us(20) < 60_000, "seed {seed}: {} us", call.standing_us(20));
    }
}

#[test]
fn jitter_and_reordering_do_not_halve_it() {
    for seed in SEEDS {
        let (mut call, before) = settled(seed, Way::default());
        call.way.jitter_us = 40_000;
        call.run(30);
        assert!(call.least(30) >= before / 10 * 9, "seed {seed}: {} of {before}", call.least(30));
        let mut from_the_start = Call::new(seed, Way { jitter_us: 40_000, ..Way::default() }, &THREE);
        from_the_start.run(20);
        assert!(from_the_start.now() >= 1_600_000, "seed {seed}: {}", from_the_start.now());
    }
}

#[test]
fn a_little_loss_is_nothing() {
    for (seed, loss_run) in SEEDS.zip([1, 4].into_iter().cycle()) {
        let (mut call, _) = settled(seed, Way::default());
        (call.way.loss, call.way.loss_run) = (50, loss_run);
        call.run(30);
        assert!(call.least(30) >= 1_500_000, "seed {seed}: {}", call.least(30));
        let mut from_the_start = Call::new(seed, Way { loss: 50, ..Way::default() }, &THREE);
        from_the_start.run(30);
        assert!(from_the_start.least(10) >= 1_500_000, "seed {seed}: {}", from_the_start.least(10));
    }
}

#[test]
fn much_loss_leaves_sound_and_small_pictures() {
    for (seed, loss) in SEEDS.flat_map(|seed| [(seed, 100), (seed, 300)]) {
        let (mut call, _) = settled(seed, Way::default());
        call.way.loss = loss;
        call.run(60);
        assert!(call.least(60) >= 500_000, "seed {seed}, loss {loss}: {}", call.least(60));
        call.way.loss = 0;
        call.run(15);
        assert!(call.now() >= 1_600_000, "seed {seed}, loss {loss}: {}", call.now());
        let mut from_the_start = Call::new(seed, Way { loss, ..Way::default() }, &THREE);
        from_the_start.run(60);
        assert!(from_the_start.least(60) >= 290_000, "seed {seed}, loss {loss}: {}", from_the_start.least(60));
    }
}

#[test]
fn a_moment_of_bad_radio_is_soon_forgotten() {
    for seed in SEEDS {
        let (mut call, _) = settled(seed, Way::default());
        call.way.loss = 500;
        call.run(2);
        call.way.loss = 0;
        call.run(15);
        assert!(call.least(17) >= 400_000 && call.now() >= 1_600_000, "seed {seed}: {} to {}", call.least(17), call.now());
    }
}

#[test]
fn clocks_may_drift() {
    for (seed, drift_ppm) in [(1, 200), (2, -200), (3, 100)] {
        let (mut call, before) = settled(seed, Way { drift_ppm, ..Way::default() });
        call.run(600);
        assert!(call.least(600) >= before, "{drift_ppm} ppm: {} of {before}", call.least(600));
    }
}

#[test]
fn feedback_may_be_lost() {
    for seed in SEEDS {
        let (mut call, before) = settled(seed, Way { feedback_loss: 300, ..Way::default() });
        call.run(30);
        assert!(before >= 1_900_000 && call.least(30) >= before / 10 * 9, "seed {seed}: {} of {before}", call.least(30));
        let narrow = Way { rate: 1_000_000, queue_us: 300_000, feedback_loss: 300, ..Way::default() };
        let (mut call, _) = settled(seed, narrow);
        call.run(30);
        assert!(call.least(30) >= 600_000 && call.largest(30) <= 1_100_000, "seed {seed}: {} to {}", call.least(30), call.largest(30));
    }
}
