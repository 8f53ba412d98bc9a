//! Which slot carries whose track. Everything here looks at one room only.
use super::{Sfu, Sink, Wish};
use crate::event::Event;
use crate::leg::{KINDS, Leg, LegKey, Wanted};
use crate::limits::{LAYERS, WISHES_MAX};
use crate::offer::Kind;
use crate::session::Session;
use std::time::Instant;

/// Heights from which on the middle and the largest encoding are worth it.
const HEIGHTS: [u32; LAYERS - 1] = [270, 540];
/// Bits per second of a slot's share from which on they are.
const BITRATES: [u64; LAYERS - 1] = [250_000, 900_000];

impl<S: Session> Sfu<S> {
    /// Says what a leg wants in its slots, all of them. What cannot be is forgotten: another kind, oneself, a slot that is not there.
    pub fn subscribe(&mut self, now: Instant, room: u64, participant: &str, leg_id: &str, wishes: &[Wish], sink: &mut impl Sink) {
        let Some(key) = self.leg_of(room, participant) else { return };
        let Some(leg) = self.legs.get_mut(&key).filter(|leg| leg.id == leg_id && wishes.len() <= WISHES_MAX) else { return };
        for slot in &mut leg.slots {
            let wish = wishes.iter().find(|wish| wish.mid == slot.mid && wish.publisher != participant);
            let fits = wish.filter(|wish| KINDS.get(usize::from(wish.context)) == Some(&slot.kind));
            slot.wanted =
                fits.map(|wish| Wanted { publisher: wish.publisher.clone(), context: usize::from(wish.context), height_max: wish.height_max });
        }
        self.route(now, room, sink);
        self.settle(now, sink);
    }

    /// Gives each slot of a room what it wishes for, as far as it is there, and tells of those that changed.
    pub(super) fn route(&mut self, now: Instant, room: u64, sink: &mut impl Sink) {
        let Some(members) = self.rooms.get(&room) else { return };
        let mut changes = Vec::new();
        for &key in members.values() {
            let Some(leg) = self.legs.get(&key) else { continue };
            for (index, slot) in leg.slots.iter().enumerate() {
                let source = slot.wanted.as_ref().and_then(|wanted| Some((*members.get(&wanted.publisher)?, wanted.context)));
                if source != slot.source {
                    changes.push((key, index, source));
                }
            }
        }
        let keys: Vec<LegKey> = members.values().copied().collect();
        let mut to_tell: Vec<LegKey> = changes.iter().map(|&(key, ..)| key).collect();
        to_tell.sort_unstable();
        to_tell.dedup();
        for (key, index, source) in changes {
            self.carry(key, index, source);
        }
        for key in to_tell {
            self.tell_slots(key, sink);
        }
        for key in keys {
            self.retarget(now, key);
            self.ask_for_waiting(now, key, sink);
        }
    }

    fn carry(&mut self, key: LegKey, index: usize, source: Option<(LegKey, usize)>) {
        let Some(slot) = self.legs.get_mut(&key).and_then(|leg| leg.slots.get_mut(index)) else { return };
        if let Some(before) = slot.source
            && let Some(carriers) = self.carriers.get_mut(&before)
        {
            carriers.retain(|&carrier| carrier != (key, index));
            if carriers.is_empty() {
                self.carriers.remove(&before);
            }
        }
        slot.carry(source);
        if let Some(source) = source {
            self.carriers.entry(source).or_default().push((key, index));
        }
    }

    /// Takes a leg that ended out of the table of carriers. Others' slots still name it until `route`.
    pub(super) fn stop_carrying(&mut self, key: LegKey, leg: &Leg<S>) {
        for (index, slot) in leg.slots.iter().enumerate() {
            if let Some(source) = slot.source
                && let Some(carriers) = self.carriers.get_mut(&source)
            {
                carriers.retain(|&carrier| carrier != (key, index));
                if carriers.is_empty() {
                    self.carriers.remove(&source);
                }
            }
        }
        for context in 0..KINDS.len() {
            self.carriers.remove(&(key, context));
        }
    }

    fn tell_slots(&self, key: LegKey, sink: &mut impl Sink) {
        let Some(leg) = self.legs.get(&key) else { return };
        let carried = leg.slots.iter().filter_map(|slot| {
            let (source, context) = slot.source?;
            Some((slot.mid.clone(), self.legs.get(&source)?.participant.clone(), u8::try_from(context).ok()?))
        });
        let slots = carried.collect();
        sink.event(Event::Slots { participant: leg.participant.clone(), leg_id: leg.id.clone(), slots });
    }

    /// Chooses the encoding for each slot of a leg anew.
    pub(super) fn retarget(&mut self, now: Instant, key: LegKey) {
        let Some(leg) = self.legs.get(&key) else { return };
        let videos = leg.slots.iter().filter(|slot| slot.kind == Kind::Video && slot.source.is_some()).count();
        let share = leg.estimate.map(|estimate| estimate / videos.max(1) as u64);
        let mut targets = Vec::new();
        for (index, slot) in leg.slots.iter().enumerate().filter(|(_, slot)| slot.kind == Kind::Video) {
            let (Some((source, context)), Some(wanted)) = (slot.source, &slot.wanted) else { continue };
            let by_height = if wanted.height_max == 0 { LAYERS - 1 } else { worth(&HEIGHTS, &wanted.height_max) };
            let by_bitrate = share.map_or(LAYERS - 1, |share| worth(&BITRATES, &share));
            if let Some(publisher) = self.legs.get(&source) {
                targets.push((index, publisher.tracks[context].closest(by_height.min(by_bitrate), now)));
            }
        }
        let Some(leg) = self.legs.get_mut(&key) else { return };
        for (index, target) in targets {
            leg.slots[index].target = target;
        }
    }
}

/// How many of the steps a value reaches.
fn worth<T: Ord>(steps: &[T], value: &T) -> usize {
    steps.iter().take_while(|step| value >= step).count()
}
