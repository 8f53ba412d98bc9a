//! What becomes of one slot's choice over time.
use sfu::Choice;
use std::time::{Duration, Instant};

const STEP: Duration = Duration::from_millis(250);

struct World {
    choice: Choice,
    now: Instant,
}

impl World {
    /// A choice that has settled on the smallest.
    fn new() -> Self {
        let mut world = Self { choice: Choice::default(), now: Instant::now() };
        world.hear(Some(0), Some(0));
        world.now += Duration::from_secs(5);
        world
    }

    fn hear(&mut self, sustained: Option<usize>, hopeful: Option<usize>) -> Option<usize> {
        self.now += STEP;
        self.choice.take(sustained, hopeful, (0, true), self.now);
        self.choice.target
    }

    /// How many answers it takes to rise.
    fn rise(&mut self) -> u32 {
        (1..200).find(|_| self.hear(Some(2), Some(2)) == Some(2)).expect("it rises")
    }
}

#[test]
fn it_falls_at_once_and_rises_after_two_seconds_without_a_break() {
    let mut world = World::new();
    for _ in 0..7 {
        assert_eq!(world.hear(Some(2), Some(2)), Some(0));
    }
    assert_eq!(world.hear(Some(2), Some(0)), Some(0), "a break");
    assert_eq!(world.rise(), 9);
}

#[test]
fn a_picture_goes_after_a_second_without_room_and_comes_back_after_two_with() {
    let mut world = World::new();
    world.rise();
    assert_eq!(world.hear(None, None), Some(0), "the smallest at once");
    assert_eq!(world.hear(Some(0), None), Some(0), "a dip");
    let goes = (1..200).find(|_| world.hear(None, None).is_none()).expect("it goes");
    let comes = (1..200).find(|_| world.hear(Some(0), Some(0)).is_some()).expect("it comes back");
    assert_eq!((goes, comes), (5, 17), "a rise that was a mistake counts");
}

#[test]
fn what_fits_just_so_is_kept_and_not_risen_to() {
    let mut world = World::new();
    for _ in 0..40 {
        assert_eq!(world.hear(Some(2), None), Some(0));
    }
    world.rise();
    for _ in 0..40 {
        assert_eq!(world.hear(Some(2), Some(0)), Some(2));
    }
}

#[test]
fn a_rise_that_was_a_mistake_makes_the_next_one_wait_longer() {
    let mut world = World::new();
    let mut waits = Vec::new();
    for _ in 0..5 {
        waits.push(world.rise());
        world.hear(Some(0), Some(0));
    }
    assert!(waits.windows(2).all(|pair| pair[1] > pair[0] || pair[1] > 60), "{waits:?}");
    world.rise();
    world.now += Duration::from_secs(60);
    world.hear(Some(0), Some(0));
    assert_eq!(world.rise(), 9, "one that held for long is forgiven");
}

#[test]
fn nobody_waits_for_a_new_source_or_for_an_encoding_that_is_gone() {
    let mut world = World::new();
    world.choice.hurry();
    assert_eq!(world.hear(Some(1), Some(0)), Some(1));
    assert_eq!(world.hear(Some(2), Some(0)), Some(2), "its encodings appear one after the other");
    world.now += Duration::from_secs(5);
    world.hear(Some(0), Some(0));
    world.choice.take(Some(1), Some(0), (1, false), world.now);
    assert_eq!(world.choice.target, Some(1));
}
