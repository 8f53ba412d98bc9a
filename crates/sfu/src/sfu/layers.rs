//! Which encoding each slot of a leg carries: no taller than its tile, and together no more than the leg's way carries after sound.
use super::{Sfu, Sink};
use crate::allotment::{Demand, Room, allot};
use crate::leg::{Leg, LegKey};
use crate::limits::{APPETITE_MAX, REVIEW_MS, SOUND_BITRATE};
use crate::offer::Kind;
use crate::session::{Appetite, Session};
use std::time::{Duration, Instant};

/// The context of a screen (spec/9).
const SCREEN: usize = 2;
/// A rise is only tried where so much more than it takes would be there.
const HEADROOM: (u64, u64) = (4, 5);
/// The smallest pictures stay until they take a half more than what an estimate leaves them: jitter alone makes it fall to less than what arrives.
const TOLERANCE: u64 = 2;
/// Of an estimate, pictures have at least this part, however many speak: loss by chance makes it fall below what sound alone takes, and still it gets there.
const PICTURES_LEAST: u64 = 3;
/// A picture that takes no more than sound is not taken away: it would help nobody, and an estimate may be low because a device is busy, not its way.
const UNNOTICED: u64 = 50_000;
/// What is wanted of a way is told in such steps, so that it is not told all the time.
const APPETITE_STEP: u64 = 250_000;

impl<S: Session> Sfu<S> {
    /// Looks at a leg's slots again, when that is due.
    pub(super) fn review(&mut self, now: Instant, key: LegKey, sink: &mut impl Sink) {
        if self.legs.get(&key).and_then(|leg| leg.review_at).is_some_and(|at| at <= now) {
            self.retarget(now, key, sink);
        }
    }

    /// Chooses the encoding for each slot of a leg anew.
    pub(super) fn retarget(&mut self, now: Instant, key: LegKey, sink: &mut impl Sink) {
        let Some(leg) = self.legs.get(&key) else { return };
        let demands = self.demands(leg, now);
        let sound = SOUND_BITRATE * leg.slots.iter().filter(|slot| slot.kind == Kind::Audio && slot.source.is_some()).count() as u64;
        let budget = leg.estimate.map_or(u64::MAX, |estimate| estimate.saturating_sub(sound).max(estimate / PICTURES_LEAST));
        let only: Vec<Demand> = demands.iter().map(|(_, demand)| demand.clone()).collect();
        let sustained = allot(Room { budget, for_smallest: budget.saturating_add(budget / TOLERANCE), unnoticed: UNNOTICED }, &only);
        let spare = budget / HEADROOM.1 * HEADROOM.0;
        let hopeful = allot(Room { budget: spare, for_smallest: spare, unnoticed: UNNOTICED }, &only);
        let Some(leg) = self.legs.get_mut(&key) else { return };
        for (place, (index, demand)) in demands.iter().enumerate() {
            let slot = &mut leg.slots[*index];
            let Some(&(smallest, _)) = demand.choices.first() else {
                // Nothing is sent: what comes first is taken at once.
                slot.choice.hurry();
                continue;
            };
            let is_there = demand.choices.iter().any(|&(layer, _)| Some(layer) == slot.choice.target);
            slot.choice.take(sustained[place], hopeful[place], (smallest, is_there), now);
            if slot.choice.target.is_none() && slot.layer.is_some() {
                slot.rest();
                self.stats.pictures_paused += 1;
            }
        }
        leg.review_at = (!demands.is_empty()).then(|| now + Duration::from_millis(REVIEW_MS));
        let taken: Vec<(&Demand, Option<usize>)> = demands.iter().map(|(index, demand)| (demand, leg.slots[*index].choice.target)).collect();
        let appetite = appetite(sound, &taken);
        if leg.appetite != appetite {
            leg.appetite = appetite;
            self.with_session(now, key, sink, |session| session.want(appetite));
        }
    }

    fn demands(&self, leg: &Leg<S>, now: Instant) -> Vec<(usize, Demand)> {
        let videos = leg.slots.iter().enumerate().filter(|(_, slot)| slot.kind == Kind::Video);
        let wanted = videos.filter_map(|(index, slot)| Some((index, slot.source?, slot.wanted.as_ref()?)));
        let demands = wanted.filter_map(|(index, (source, context), wanted)| {
            let choices = self.legs.get(&source)?.tracks[context].choices(wanted.height_max, now);
            Some((index, Demand { choices, is_screen: context == SCREEN, height_max: wanted.height_max }))
        });
        demands.collect()
    }
}

/// What a way would be used for, with a quarter more: for the next larger encoding of one picture, and for all that is wanted.
fn appetite(sound: u64, taken: &[(&Demand, Option<usize>)]) -> Appetite {
    let stepped = |bits_per_second: u64| (bits_per_second + bits_per_second / 4).next_multiple_of(APPETITE_STEP).min(APPETITE_MAX);
    let most: u64 = taken.iter().filter_map(|(demand, _)| demand.choices.last()).map(|&(_, cost)| cost).sum();
    let steps = taken.iter().map(|(demand, target)| {
        let place = demand.choices.iter().position(|&(layer, _)| Some(layer) == *target);
        let now = place.map_or(0, |place| demand.choices[place].1);
        let next = demand.choices.get(place.map_or(0, |place| place + 1)).map(|&(_, cost)| cost.saturating_sub(now));
        (now, next)
    });
    let now: u64 = steps.clone().map(|(now, _)| now).sum();
    let next = steps.filter_map(|(_, next)| next).min();
    Appetite { next: next.map_or(0, |next| stepped(sound + now + next)), most: stepped(sound + most) }
}
