//! Ways that are too narrow, now or for a while: what they carry is found, and what waits on them is little.
mod simulated;

use simulated::{Call, THREE, Way};

const SEEDS: std::ops::RangeInclusive<u64> = 1..=12;

#[test]
fn a_narrow_way_settles_below_what_it_carries_and_keeps_no_queue() {
    for seed in SEEDS {
        let mut call = Call::new(seed, Way { rate: 1_000_000, queue_us: 300_000, ..Way::default() }, &THREE);
        call.run(10);
        call.run(60);
        assert!(call.least(60) >= 600_000 && call.largest(60) <= 1_100_000, "seed {seed}: {} to {}", call.least(60), call.largest(60));
        assert!(call.standing_us(60) < 30_000, "seed {seed}: a queue of {} us", call.standing_us(60));
        assert!(call.latest_us(60) < 200_000, "seed {seed}: a probe made {} us", call.latest_us(60));
        assert!(call.lost(60) <= 2, "seed {seed}: {} lost", call.lost(60));
    }
}

#[test]
fn a_deep_queue_is_not_filled() {
    for seed in SEEDS {
        let mut call = Call::new(seed, Way { rate: 2_000_000, queue_us: 2_000_000, ..Way::default() }, &THREE);
        call.run(40);
        assert!(call.least(20) >= 1_400_000 && call.largest(20) <= 2_200_000, "seed {seed}: {} to {}", call.least(20), call.largest(20));
        assert!(call.latest_us(40) < 250_000, "seed {seed}: a queue of {} us", call.latest_us(40));
    }
}

#[test]
fn a_way_that_becomes_narrow_is_followed_within_three_seconds_and_back_within_fifteen() {
    for seed in SEEDS {
        let mut call = Call::new(seed, Way { rate: 3_000_000, queue_us: 300_000, ..Way::default() }, &THREE);
        call.run(15);
        assert!(call.least(5) >= 1_900_000, "seed {seed}: {}", call.least(5));
        call.way.rate = 500_000;
        call.run(3);
        assert!(call.now() <= 500_000, "seed {seed}: {}", call.now());
        call.run(20);
        assert!(call.lost(19) <= 2, "seed {seed}: {} lost", call.lost(19));
        assert!(call.least(19) >= 300_000 && call.largest(19) <= 550_000, "seed {seed}: {} to {}", call.least(19), call.largest(19));
        call.way.rate = 3_000_000;
        call.run(15);
        // No more is wanted than two.
        assert!(call.now() >= 1_600_000, "seed {seed}: {}", call.now());
    }
}

#[test]
fn a_way_for_sound_alone_comes_back() {
    for seed in SEEDS {
        let mut call = Call::new(seed, Way { queue_us: 300_000, ..Way::default() }, &THREE);
        call.run(10);
        call.way.rate = 100_000;
        call.run(20);
        assert!(call.largest(10) <= 110_000 && call.standing_us(10) < 100_000, "seed {seed}: {}, {} us", call.largest(10), call.standing_us(10));
        call.way.rate = 3_000_000;
        call.run(25);
        assert!(call.now() >= 1_600_000, "seed {seed}: {}", call.now());
    }
}

#[test]
fn a_shallow_queue_is_judged_by_its_loss() {
    for seed in SEEDS {
        let mut call = Call::new(seed, Way { rate: 1_000_000, queue_us: 30_000, ..Way::default() }, &THREE);
        call.run(60);
        assert!(call.least(50) >= 550_000 && call.largest(50) <= 1_100_000, "seed {seed}: {} to {}", call.least(50), call.largest(50));
        assert!(call.lost(50) <= 30, "seed {seed}: {} lost", call.lost(50));
    }
}

#[test]
fn a_policer_that_drops_without_a_queue_is_found() {
    for seed in SEEDS {
        let mut call = Call::new(seed, Way::default(), &THREE);
        call.run(10);
        call.way.policer = Some((800_000, 20_000));
        call.run(90);
        assert!(call.lost(50) <= 80, "seed {seed}: {} lost", call.lost(50));
        assert!(call.least(50) >= 600_000 && call.mean(50) <= 1_900_000, "seed {seed}: {} to {}", call.least(50), call.mean(50));
    }
}

#[test]
fn nine_pictures_use_what_there_is() {
    let smallest = (1..=9).map(|count| count * 150_000);
    let ladder: Vec<u64> = smallest.chain((1..=9).map(|count| 1_350_000 + count * 350_000)).collect();
    for seed in SEEDS {
        let mut call = Call::new(seed, Way { rate: 3_000_000, queue_us: 300_000, ..Way::default() }, &ladder);
        call.run(60);
        assert!(call.least(40) >= 2_200_000 && call.largest(40) <= 3_200_000, "seed {seed}: {} to {}", call.least(40), call.largest(40));
        assert!(call.lost(40) <= 2 && call.standing_us(40) < 30_000, "seed {seed}: {} lost, {} us", call.lost(40), call.standing_us(40));
    }
}

#[test]
fn a_longer_route_is_not_a_queue_for_long() {
    for seed in SEEDS {
        let mut call = Call::new(seed, Way::default(), &THREE);
        call.run(10);
        call.way.delay_us = 150_000;
        call.run(10);
        assert!(call.least(10) >= 500_000 && call.now() >= 1_600_000, "seed {seed}: {} to {}", call.least(10), call.now());
    }
}

#[test]
fn others_on_the_way_leave_us_their_rest() {
    for seed in SEEDS {
        let mut call = Call::new(seed, Way { rate: 3_000_000, queue_us: 300_000, ..Way::default() }, &THREE);
        call.run(10);
        call.way.others = 2_200_000;
        call.run(30);
        assert!(call.least(25) >= 450_000 && call.largest(25) <= 900_000, "seed {seed}: {} to {}", call.least(25), call.largest(25));
        assert!(call.standing_us(25) < 60_000, "seed {seed}: {} us", call.standing_us(25));
        call.way.others = 0;
        call.run(15);
        assert!(call.now() >= 1_600_000, "seed {seed}: {}", call.now());
    }
}
