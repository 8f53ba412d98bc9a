//! Which encoding a slot shall carry, over time: down at once, up only when that has been possible for a while, and away only when there is no hope.
use crate::limits::{LAYERS, PAUSE_MS, REGRET_MS, RISE_MS, RISE_MS_MAX, YOUTH_MS};
use std::time::{Duration, Instant};

/// One slot's choice.
#[derive(Debug)]
pub struct Choice {
    /// The encoding; `None` when there is no room for a picture.
    pub target: Option<usize>,
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
    pub fn hurry(&mut self) {
        self.is_fresh = true;
    }

    /// Takes an answer. `sustained` fits the estimate, `hopeful` fits it with something to spare. `smallest`: of what is sent; `is_there`:
    /// whether the present target is.
    pub fn take(&mut self, sustained: Option<usize>, hopeful: Option<usize>, (smallest, is_there): (usize, bool), now: Instant) {
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
