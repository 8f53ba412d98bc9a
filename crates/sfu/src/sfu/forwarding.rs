//! From one session to the others: packets out, key-frame requests back.
use super::{Sfu, Sink};
use crate::event::{Ending, Event};
use crate::leg::{KINDS, LegKey};
use crate::limits::{KEY_FRAME_AGAIN_MS, KEY_FRAME_MS_MIN, TRACKS};
use crate::offer::Kind;
use crate::session::{Output, Packet, Session};
use crate::vp8::{begins_key_frame, key_frame_height};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// What becomes of a packet on one slot.
enum Fate {
    Sent,
    /// The next key frame of this encoding.
    Awaits(usize),
    Nothing,
}

impl<S: Session> Sfu<S> {
    /// Handles what sessions said, and what comes of that. It ends: only what arrived from outside makes packets.
    pub(super) fn settle(&mut self, now: Instant, sink: &mut impl Sink) {
        while let Some((key, output)) = self.said.pop_front() {
            match output {
                Output::Packet(packet) => self.forward(now, key, &packet, sink),
                Output::KeyFrameWanted(slot) => self.pass_on_request(now, key, slot, sink),
                Output::Connected => self.connected(now, key, sink),
                Output::Estimate(estimate) => {
                    if let Some(leg) = self.legs.get_mut(&key) {
                        leg.estimate = Some(estimate);
                    }
                    self.retarget(now, key, sink);
                }
                Output::Closed => {
                    let was_up = self.legs.get(&key).is_some_and(|leg| leg.is_connected);
                    self.end(now, key, if was_up { Ending::Closed } else { Ending::Failed }, sink);
                }
                Output::Transmit(..) | Output::Idle(_) => {}
            }
        }
    }

    fn connected(&mut self, now: Instant, key: LegKey, sink: &mut impl Sink) {
        let Some(leg) = self.legs.get_mut(&key) else { return };
        if !std::mem::replace(&mut leg.is_connected, true) {
            sink.event(Event::Connected { participant: leg.participant.clone(), leg_id: leg.id.clone() });
        }
        self.ask_for_waiting(now, key, sink);
    }

    /// Gives a packet to every slot that carries its track.
    fn forward(&mut self, now: Instant, key: LegKey, packet: &Packet, sink: &mut impl Sink) {
        let context = packet.stream;
        let Some(leg) = self.legs.get_mut(&key).filter(|_| context < TRACKS) else { return };
        self.stats.packets_in += 1;
        if KINDS[context] == Kind::Audio && !leg.tracks[context].admits_sound(packet.payload.len(), now) {
            return self.stats.packets_dropped_full += 1;
        }
        let begins = KINDS[context] == Kind::Video && begins_key_frame(&packet.payload);
        let height = if begins { key_frame_height(&packet.payload) } else { None };
        let is_new = leg.tracks[context].heard(packet.layer, packet.payload.len(), packet.marker, height, now);
        let Some(carriers) = self.carriers.get(&(key, context)) else { return };
        // What is given may change the table.
        let mut receivers = std::mem::take(&mut self.receivers);
        receivers.clone_from(carriers);
        let mut awaited = [false; crate::limits::LAYERS];
        for &(to, index) in &receivers {
            if is_new {
                self.retarget(now, to, sink);
            }
            match self.give(now, (to, index), packet, begins, sink) {
                Fate::Sent => self.stats.packets_forwarded += 1,
                Fate::Awaits(layer) => {
                    self.stats.packets_awaiting_key_frame += 1;
                    awaited[layer] = true;
                }
                Fate::Nothing => {}
            }
        }
        self.receivers = receivers;
        for layer in (0..awaited.len()).filter(|&layer| awaited[layer]) {
            self.ask(now, (key, context, layer), KEY_FRAME_AGAIN_MS, sink);
        }
    }

    fn give(&mut self, now: Instant, (to, index): (LegKey, usize), packet: &Packet, begins: bool, sink: &mut impl Sink) -> Fate {
        let Some(leg) = self.legs.get_mut(&to).filter(|leg| leg.is_connected) else { return Fate::Nothing };
        let Some(slot) = leg.slots.get_mut(index) else { return Fate::Nothing };
        if !slot.takes(packet.layer, begins) {
            return slot.awaits(packet.layer).map_or(Fate::Nothing, Fate::Awaits);
        }
        let Some(rewritten) = slot.rewrite(index, packet, now) else { return Fate::Nothing };
        // Unwind safety: the session is dropped if it panics.
        let taken = catch_unwind(AssertUnwindSafe(|| leg.session.send(now, &rewritten, &mut |path, datagram| sink.transmit(path, datagram))));
        if !std::mem::replace(&mut leg.is_filled, true) {
            self.filled.push(to);
            self.filled_at.get_or_insert(now);
        }
        let Ok(taken) = taken else {
            self.stats.panics += 1;
            self.end(now, to, Ending::Panicked, sink);
            return Fate::Nothing;
        };
        if !taken {
            self.stats.packets_dropped_full += 1;
            if let Some(slot) = self.legs.get_mut(&to).and_then(|leg| leg.slots.get_mut(index)).filter(|slot| slot.kind == Kind::Video) {
                slot.rest();
            }
            return Fate::Nothing;
        }
        Fate::Sent
    }

    fn pass_on_request(&mut self, now: Instant, key: LegKey, slot: usize, sink: &mut impl Sink) {
        let Some(slot) = self.legs.get(&key).and_then(|leg| leg.slots.get(slot)) else { return };
        let (Some((source, context)), Some(layer)) = (slot.source, slot.layer.or(slot.choice.target)) else { return };
        self.ask(now, (source, context, layer), KEY_FRAME_MS_MIN, sink);
    }

    /// Asks for the key frames that a leg's slots wait for.
    pub(super) fn ask_for_waiting(&mut self, now: Instant, key: LegKey, sink: &mut impl Sink) {
        let Some(leg) = self.legs.get(&key).filter(|leg| leg.is_connected) else { return };
        let waiting = leg.slots.iter().filter(|slot| slot.kind == Kind::Video && slot.layer.is_none());
        let asks: Vec<_> =
            waiting.filter_map(|slot| slot.source.zip(slot.choice.target)).map(|((source, context), target)| (source, context, target)).collect();
        for ask in asks {
            self.ask(now, ask, KEY_FRAME_MS_MIN, sink);
        }
    }

    /// Asks a publisher for a key frame of one encoding, unless that was done less than `gap_ms` ago.
    fn ask(&mut self, now: Instant, (key, context, layer): (LegKey, usize, usize), gap_ms: u64, sink: &mut impl Sink) {
        let Some(leg) = self.legs.get_mut(&key).filter(|leg| leg.is_connected && KINDS.get(context) == Some(&Kind::Video)) else { return };
        let asked = &mut leg.tracks[context].layers[layer].asked;
        if asked.is_some_and(|at| now.saturating_duration_since(at) < Duration::from_millis(gap_ms)) {
            self.stats.key_frames_withheld += 1;
            return;
        }
        *asked = Some(now);
        self.stats.key_frames_asked += 1;
        self.with_session(now, key, sink, |session| session.ask_key_frame(context, layer));
    }
}
