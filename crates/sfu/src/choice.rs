//! Which encoding a slot shall carry, over time: down at once, up only when that has been possible for a while, and away only when there is no hope.
use crate::limits::{LAYERS, PAUSE_MS, REGRET_MS, RISE_MS, RISE_MS_MAX, YOUTH_MS};
use std::time::{Duration, Instant};

/// One slot's choice.
#[derive(Debug)]
pub(crate) struct Choice {
    /// The encoding; `None` when there is no room for a picture.
    pub(crate) target: Option<usize>,
    /// Until when it takes what there is without waiting: the encodings of a new source appear one after the other.
    young_until: Option<Instant>,
    is_fresh: bool,
    /// Since when there has been room for none.
    hopeless_since: Option<Instant>,
    /// Since when a larger one would have fitted.
    fits_since: Option<Instant>,
    risen: Option<Instant>,
    /// How long the next rise waits: longer after one that was a mistake.
    patience_ms: u64,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            target: Some(LAYERS - 1),
            young_until: None,
            is_fresh: true,
            hopeless_since: None,
            fits_since: None,
            risen: None,
            patience_ms: RISE_MS,
        }
    }
}

impl Choice {
    /// Somebody waits for it: the next answer is taken as it is.
    pub(crate) fn hurry(&mut self) {
        self.is_fresh = true;
    }

    /// Takes an answer. `sustained` fits the estimate, `hopeful` fits it with something to spare. `smallest`: of what is sent; `is_there`:
    /// whether the present target is.
    pub(crate) fn take(&mut self, sustained: Option<usize>, hopeful: Option<usize>, (smallest, is_there): (usize, bool), now: Instant) {
        if std::mem::take(&mut self.is_fresh) {
            self.young_until = Some(now + Duration::from_millis(YOUTH_MS));
        }
        let is_young = self.young_until.is_some_and(|until| now < until);
        let sustained = self.with_patience(sustained, smallest, now);
        let is_lost = self.target.is_some() && !is_there;
        if is_young || is_lost || sustained <= self.target {
            self.fall_to(sustained, now);
            return;
        }
        // Never above what fits now, whatever another slot would leave free.
        let higher = hopeful.min(sustained);
        if higher <= self.target {
            self.fits_since = None;
        } else if now.saturating_duration_since(*self.fits_since.get_or_insert(now)) >= Duration::from_millis(self.patience_ms) {
            (self.target, self.fits_since, self.risen) = (higher, None, Some(now));
        }
    }

    /// A picture that is shown goes a moment after there is no room for it: estimates dip.
    fn with_patience(&mut self, sustained: Option<usize>, smallest: usize, now: Instant) -> Option<usize> {
        if sustained.is_some() || self.target.is_none() {
            self.hopeless_since = None;
            return sustained;
        }
        let since = *self.hopeless_since.get_or_insert(now);
        Some(smallest).filter(|_| now.saturating_duration_since(since) < Duration::from_millis(PAUSE_MS))
    }

    fn fall_to(&mut self, sustained: Option<usize>, now: Instant) {
        if sustained < self.target
            && let Some(risen) = self.risen.take()
        {
            let was_mistake = now.saturating_duration_since(risen) < Duration::from_millis(REGRET_MS);
            self.patience_ms = if was_mistake { (2 * self.patience_ms).min(RISE_MS_MAX) } else { RISE_MS };
        }
        (self.target, self.fits_since) = (sustained, None);
    }
}

#[cfg(test)]
mod tests {
    use super::Choice;
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
}
