//! Which slot carries whose track. Everything here looks at one room only.
use super::{Sfu, Sink, Wish};
use crate::event::Event;
use crate::leg::{KINDS, Leg, LegKey};
use crate::limits::WISHES_MAX;
use crate::session::Session;
use crate::wishes::Wishes;
use std::time::Instant;

impl<S: Session> Sfu<S> {
    /// Says what a leg wants in its slots, all of them. What cannot be is forgotten: another kind, oneself, a slot that is not there, a track in a second one.
    pub fn subscribe(&mut self, now: Instant, room: u64, participant: &str, leg_id: &str, wishes: &[Wish], sink: &mut impl Sink) {
        let Some(key) = self.leg_of(room, participant) else { return };
        let Some(leg) = self.legs.get_mut(&key).filter(|leg| leg.id == leg_id && wishes.len() <= WISHES_MAX) else { return };
        let mut wishes = Wishes::of(participant, wishes);
        for slot in &mut leg.slots {
            let wanted = wishes.take(&slot.mid, slot.kind);
            if wanted != slot.wanted {
                // A tile that grew, or another one: somebody looks at it.
                slot.choice.hurry();
            }
            slot.wanted = wanted;
        }
        self.reroute(key, sink);
        self.fill_slots(now, key, sink);
        self.settle(now, sink);
    }

    /// Somebody came or went: gives each slot of a room what it wishes for, as far as it is there.
    pub(super) fn route(&mut self, now: Instant, room: u64, sink: &mut impl Sink) {
        let Some(members) = self.rooms.get(&room) else { return };
        let keys: Vec<LegKey> = members.values().copied().collect();
        for key in keys {
            if self.reroute(key, sink) {
                self.fill_slots(now, key, sink);
            }
        }
    }

    /// Gives each slot of a leg what it wishes for, as far as it is there, and tells of it; whether anything changed.
    fn reroute(&mut self, key: LegKey, sink: &mut impl Sink) -> bool {
        let Some(leg) = self.legs.get(&key) else { return false };
        let Some(members) = self.rooms.get(&leg.room) else { return false };
        let wished = leg.slots.iter().enumerate().map(|(index, slot)| {
            let source = slot.wanted.as_ref().and_then(|wanted| Some((*members.get(&wanted.publisher)?, wanted.context)));
            (index, source, slot.source)
        });
        let changes: Vec<_> = wished.filter(|(_, source, before)| source != before).collect();
        for &(index, source, _) in &changes {
            self.carry(key, index, source);
        }
        if !changes.is_empty() {
            self.tell_slots(key, sink);
        }
        !changes.is_empty()
    }

    /// Chooses encodings for a leg's slots, and asks for the key frames that they begin with.
    fn fill_slots(&mut self, now: Instant, key: LegKey, sink: &mut impl Sink) {
        self.retarget(now, key, sink);
        self.ask_for_waiting(now, key, sink);
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
}
