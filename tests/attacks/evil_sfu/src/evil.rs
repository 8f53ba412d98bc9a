//! A session of the product with a man in the middle of it: what the SFU sends to the client passes here.
use crate::deed::Deed;
use crate::ledger::{LEDGER, Source, lock};
use crate::slot::{Slot, ticks};
use crate::tape::{Loop, Tape};
use honest::sfu::{Answer, Appetite, Kind, Offer, OfferError, Output, Packet, Path, Protocol, Session};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How often what is played, delayed or asked for is looked at.
const TICK: Duration = Duration::from_millis(10);
/// How much of the end of a tape a ghost is.
const GHOST: Duration = Duration::from_secs(5);
const CAMERA: usize = 1;
const LAYERS: usize = 3;

/// The product's session, and what is done to its client.
pub(crate) struct Evil<S> {
    inner: S,
    number: usize,
    now: Instant,
    deed: Deed,
    slots: Vec<Slot>,
    tape: Tape,
    playing: Option<Loop>,
    /// What comes later, when, in which slot and of whom.
    later: VecDeque<(Instant, usize, Source, Packet)>,
    asked_at: Instant,
    /// Datagrams on their way out.
    sent: VecDeque<Output>,
}

impl<S: Session> Session for Evil<S> {
    fn answer(offer: &Offer, locals: &[(Protocol, SocketAddr)], now: Instant) -> Result<(Self, Answer), OfferError> {
        let (inner, answer) = S::answer(offer, locals, now)?;
        let mut ledger = lock(&LEDGER);
        let number = ledger.legs;
        ledger.legs += 1;
        let slots = offer.slots.iter().map(|line| Slot::new(line.kind == Kind::Video)).collect();
        let evil = Self {
            inner,
            number,
            now,
            deed: Deed::Honest,
            slots,
            tape: Tape::default(),
            playing: None,
            later: VecDeque::new(),
            asked_at: now,
            sent: VecDeque::new(),
        };
        Ok((evil, answer))
    }

    fn receive(&mut self, now: Instant, path: &Path, datagram: &[u8]) {
        self.inner.receive(now, path, datagram);
    }

    fn timeout(&mut self, now: Instant) {
        self.now = now;
        self.take_orders();
        self.play();
        self.inner.timeout(now);
    }

    fn poll(&mut self) -> Output {
        if let Some(sent) = self.sent.pop_front() {
            return sent;
        }
        match self.inner.poll() {
            Output::Idle(at) => Output::Idle(at.min(self.now + TICK)),
            Output::Packet(packet) => {
                // A dump that fails shows in the test that reads it.
                let _ = lock(&LEDGER).note(self.number, &packet);
                Output::Packet(packet)
            }
            // The client cannot know whose picture it lacks.
            Output::KeyFrameWanted(slot) => Output::KeyFrameWanted(self.slot_meant_for(self.slots.get(slot).and_then(|it| it.given)).unwrap_or(slot)),
            other => other,
        }
    }

    /// What is sent leaves with the next `poll`, as what was held back does.
    fn send(&mut self, now: Instant, packet: &Packet, _: &mut impl FnMut(&Path, &[u8])) -> bool {
        self.now = now;
        self.take_orders();
        let Some(source) = lock(&LEDGER).source(&packet.payload) else { return self.send_on(now, packet) };
        if let Some(slot) = self.slots.get_mut(packet.stream) {
            slot.meant = Some(source);
        }
        self.tape.record(now, source, packet);
        self.do_to(packet, source)
    }

    fn ask_key_frame(&mut self, track: usize, layer: usize) {
        self.inner.ask_key_frame(track, layer);
    }

    fn want(&mut self, appetite: Appetite) {
        self.inner.want(appetite);
    }

    fn close(&mut self) {
        self.inner.close();
    }
}

impl<S: Session> Evil<S> {
    fn take_orders(&mut self) {
        let ledger = lock(&LEDGER);
        let deed = ledger.deeds.get(&self.number).copied().unwrap_or(Deed::Honest);
        let asks = ledger.key_frames_every.is_some_and(|every| self.now >= self.asked_at + every);
        drop(ledger);
        if asks {
            self.asked_at = self.now;
            for layer in 0..LAYERS {
                self.inner.ask_key_frame(CAMERA, layer);
            }
        }
        if deed == self.deed {
            return;
        }
        self.deed = deed;
        self.playing = match deed {
            Deed::Replay(back) => Some(self.tape.cut(self.now.checked_sub(back).unwrap_or(self.now), self.now, |_| true)),
            Deed::Ghost(leg) => {
                let last = self.tape.last_of(leg).unwrap_or(self.now);
                Some(self.tape.cut(last.checked_sub(GHOST).unwrap_or(last), self.now, |(of, _)| of == leg))
            }
            _ => None,
        };
        // Nothing goes on where it stopped.
        self.slots.iter_mut().for_each(Slot::begin_anew);
    }

    fn slot_meant_for(&self, source: Option<Source>) -> Option<usize> {
        source.and_then(|source| self.slots.iter().position(|slot| slot.meant == Some(source)))
    }

    /// The slot that carries that context of whoever else came last.
    fn slot_of_another(&self, (leg, context): Source) -> Option<usize> {
        let others = self.slots.iter().enumerate().filter_map(|(at, slot)| slot.meant.map(|meant| (meant, at)));
        others.filter(|&((of, what), _)| of != leg && what == context).max().map(|(_, at)| at)
    }

    /// The slot of the next source of that context, around: the order is of those who send, wherever the SFU put them.
    fn next_slot(&self, source: Source) -> Option<usize> {
        let others = self.slots.iter().enumerate().filter_map(|(at, slot)| slot.meant.map(|meant| (meant, at)));
        let (later, earlier): (Vec<_>, Vec<_>) = others.filter(|&(of, _)| of.1 == source.1 && of != source).partition(|&(of, _)| of > source);
        later.into_iter().min().or_else(|| earlier.into_iter().min()).map(|(_, at)| at)
    }

    fn do_to(&mut self, packet: &Packet, source: Source) -> bool {
        let slot = packet.stream;
        match self.deed {
            Deed::Honest => self.give(slot, source, packet),
            Deed::Swap => match self.next_slot(source) {
                Some(other) => self.give(other, source, packet),
                None => true,
            },
            Deed::Hold(leg) => source.0 == leg || self.give(slot, source, packet),
            Deed::Impose(leg) if source.0 == leg => match self.slot_of_another(source) {
                Some(other) => self.give(other, source, packet),
                None => true,
            },
            Deed::Ghost(leg) if self.slot_of_another((leg, source.1)) != Some(slot) => self.give(slot, source, packet),
            Deed::Impose(_) | Deed::Replay(_) | Deed::Ghost(_) => true,
            Deed::Delay(by) => self.give_later(by, slot, source, packet),
            Deed::Reorder(stretch) => {
                // Of each stretch the first half waits until the second has gone by.
                let is_early = (packet.timestamp / ticks(stretch / 2, source.1)).is_multiple_of(2);
                if is_early { self.give_later(stretch, slot, source, packet) } else { self.give(slot, source, packet) }
            }
            Deed::Twice => self.give_twice(slot, source, packet),
            Deed::Junk => {
                let packet = self.slots.get_mut(slot).map_or_else(|| packet.clone(), |slot| slot.spoil(packet));
                self.give(slot, source, &packet)
            }
        }
    }

    /// Keeps a packet; its timestamp will be of the moment when it goes on.
    fn give_later(&mut self, by: Duration, slot: usize, source: Source, packet: &Packet) -> bool {
        let timestamp = packet.timestamp.wrapping_add(ticks(by, source.1));
        self.later.push_back((self.now + by, slot, source, Packet { timestamp, ..packet.clone() }));
        true
    }

    /// Sends a packet, and after the last one of a frame the whole frame again.
    fn give_twice(&mut self, index: usize, source: Source, packet: &Packet) -> bool {
        let taken = self.give(index, source, packet);
        let Some(slot) = self.slots.get_mut(index) else { return taken };
        for again in slot.frame_again(packet) {
            self.give(index, source, &again);
        }
        taken
    }

    fn send_on(&mut self, now: Instant, packet: &Packet) -> bool {
        let sent = &mut self.sent;
        self.inner.send(now, packet, &mut |path, datagram| sent.push_back(Output::Transmit(*path, datagram.to_vec())))
    }

    /// Sends a packet in a slot under numbers that go on from whatever that slot carried.
    fn give(&mut self, index: usize, source: Source, packet: &Packet) -> bool {
        let now = self.now;
        let Some(slot) = self.slots.get_mut(index) else { return false };
        let (sequence, timestamp) = slot.number(source, packet.timestamp, now);
        self.send_on(now, &Packet { stream: index, sequence, timestamp, ..packet.clone() })
    }

    /// Sends what a tape has, and what has waited long enough.
    fn play(&mut self) {
        let (now, deed) = (self.now, self.deed);
        if let Some((again, due)) = self.playing.as_mut().map(|playing| playing.due(now)) {
            if again {
                self.slots.iter_mut().for_each(Slot::begin_anew);
            }
            for taken in due {
                let slot = if matches!(deed, Deed::Ghost(_)) { self.slot_of_another(taken.source) } else { Some(taken.packet.stream) };
                if let Some(slot) = slot {
                    self.give(slot, taken.source, &taken.packet);
                }
            }
        }
        while self.later.front().is_some_and(|&(at, ..)| at <= now) {
            let Some((_, slot, source, packet)) = self.later.pop_front() else { return };
            self.give(slot, source, &packet);
        }
    }
}
