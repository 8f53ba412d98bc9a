//! What costs something is done only when it is of use: wakes, padding, and talking to nobody.
mod simulated;

use congestion::limits::RATE_MIN;
use simulated::{Call, THREE, Way};

const SEEDS: std::ops::RangeInclusive<u64> = 1..=8;

#[test]
fn nothing_wanted_wakes_nobody() {
    for seed in SEEDS {
        let mut call = Call::new(seed, Way::default(), &[]);
        call.run(60);
        assert_eq!((call.wakes, call.padding(60)), (0, 0), "seed {seed}");
        assert_eq!(call.estimate.next(), None);
    }
}

#[test]
fn nothing_larger_wanted_wakes_nobody() {
    for seed in SEEDS {
        let mut call = Call::new(seed, Way::default(), &THREE);
        call.run(10);
        let wakes = call.wakes;
        call.run(60);
        assert_eq!((call.wakes - wakes, call.padding(60)), (0, 0), "seed {seed}");
        assert_eq!(call.estimate.next(), None);
    }
}

#[test]
fn probes_take_little_and_wake_seldom() {
    for seed in SEEDS {
        let mut call = Call::new(seed, Way { rate: 1_000_000, queue_us: 300_000, ..Way::default() }, &THREE);
        call.run(20);
        let wakes = call.wakes;
        call.run(60);
        assert!(call.padding(60) <= 40, "seed {seed}: {} per mille", call.padding(60));
        assert!(call.wakes - wakes <= 150, "seed {seed}: {} wakes", call.wakes - wakes);
        assert!(call.wakes_per_second_most <= 25, "seed {seed}: {}", call.wakes_per_second_most);
    }
}

#[test]
fn silence_leads_to_the_floor_and_an_answer_back() {
    for seed in SEEDS {
        let mut call = Call::new(seed, Way::default(), &THREE);
        call.run(10);
        call.way.feedback_loss = 1_000;
        call.run(1);
        assert!(call.now() >= 2_000_000, "seed {seed}: too soon, {}", call.now());
        call.run(9);
        assert_eq!(call.now(), RATE_MIN, "seed {seed}");
        call.way.feedback_loss = 0;
        call.run(5);
        assert!(call.now() >= 1_900_000, "seed {seed}: {}", call.now());
    }
}

#[test]
fn somebody_who_hears_nothing_and_says_nothing_is_still_asked() {
    for seed in SEEDS {
        let mut call = Call::new(seed, Way::default(), &THREE);
        call.source.has_sound = false;
        call.run(10);
        call.way.feedback_loss = 1_000;
        call.run(60);
        assert!(call.wakes_in(30) <= 60 && call.bytes(30) <= 30_000, "seed {seed}: {} wakes, {} bytes", call.wakes_in(30), call.bytes(30));
        call.way.feedback_loss = 0;
        call.run(20);
        assert!(call.now() >= 1_600_000, "seed {seed}: {}", call.now());
    }
}

#[test]
fn a_pause_is_no_silence() {
    for seed in SEEDS {
        let mut call = Call::new(seed, Way::default(), &THREE);
        call.run(10);
        let before = call.now();
        (call.source.has_sound, call.source.ladder, call.source.step) = (false, Vec::new(), None);
        call.run(60);
        call.source.ladder = THREE.to_vec();
        (call.source.has_sound, call.source.step) = (true, Some(0));
        call.run(5);
        assert!(call.least(5) >= before / 10 * 9, "seed {seed}: {} of {before}", call.least(5));
    }
}
