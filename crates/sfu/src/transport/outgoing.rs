//! What goes to the client: each slot's stream, its retransmissions, and the way that all of them share.
//!
//! A number of a stream is sealed once: slots' own numbers by their window, retransmissions' by counting.
//! *Bounds*: what is kept, in its own page. What is sent again takes no more
//! than the way is thought to carry, however often a client asks.
use super::answer::Named;
use super::description::{Extensions, Media};
use super::kept::Keeping;
use crate::allowance::Allowance;
use crate::offer::Kind;
use crate::session::Packet;
use crate::window::{Window, extend, lower};
use congestion::Estimate;
use hop::Direction;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wire::rtcp::emit::Sent;
use wire::rtp::{Fixed, emit};

/// Bytes of IP and UDP around a datagram, which take their part of the way.
const OUTSIDE_BYTES: usize = 28;
/// Between two retransmissions of one packet, at least: a request may cross what it asks for.
const AGAIN_MIN: Duration = Duration::from_millis(20);
/// What of the way may gather for packets that are sent again. Without a bound they would fill a queue that media has just left, and be lost there themselves.
const ALLOWANCE: Duration = Duration::from_millis(250);
/// Bytes of one packet of padding (its last byte counts them).
const PADDING_BYTES: usize = 240;
/// A packet worth sending again in place of padding has at least so many.
const FILLER_BYTES_MIN: usize = 400;
/// Of so many packets that were sent last.
const FILLERS: usize = 64;
/// A stream that was silent for so long is not reported on.
const SILENT: Duration = Duration::from_secs(5);
/// Of padding in one go.
const PROBE_BYTES_MAX: usize = 40_000;

#[derive(Debug)]
struct Slot {
    kind: Kind,
    mid: String,
    extensions: Extensions,
    ssrc: u32,
    payload_type: u8,
    /// The stream of retransmissions: its name, its payload type and its next number.
    resend: Option<(u32, u8, u64)>,
    window: Window,
    kept: Keeping,
    packets: u32,
    octets: u32,
    last: Option<(u32, Instant)>,
    /// Whether the client reported on it: until then each packet says which m-line it is of.
    is_known: bool,
}

/// All slots of a leg.
#[derive(Debug)]
pub(super) struct Outgoing {
    slots: Vec<Slot>,
    /// The next transport-wide number.
    number: u64,
    pub(super) estimate: Estimate,
    /// Bytes that may be sent again, and after which time the same ones.
    allowance: Allowance,
    again_after: Duration,
    buffer: Vec<u8>,
    /// The slot that sent video last: it carries padding.
    busy: Option<usize>,
}

/// What a packet carries.
enum Part<'a> {
    Media([&'a [u8]; 2]),
    /// A packet of that number, again.
    Again(u64, [&'a [u8]; 2]),
    Padding,
}

/// Where sealed packets leave, at a moment.
pub(super) struct Door<'a> {
    pub(super) now: Instant,
    pub(super) keys: &'a Direction,
    pub(super) out: &'a mut dyn FnMut(&[u8]),
}

impl Outgoing {
    /// For these m-lines; `None` when one has no codec that is carried.
    pub(super) fn new(now: Instant, media: &[&Media], named: &[Named], start: u64) -> Option<Self> {
        let slots = media.iter().zip(named).map(|(media, named)| {
            Some(Slot {
                kind: media.kind,
                mid: media.mid.clone(),
                extensions: media.extensions,
                ssrc: named.ssrc,
                payload_type: media.payload_type?,
                resend: named.resend.zip(media.resend_type).map(|(ssrc, number)| (ssrc, number, 1)),
                window: Window::default(),
                kept: Keeping::default(),
                packets: 0,
                octets: 0,
                last: None,
                is_known: false,
            })
        });
        let slots = slots.collect::<Option<_>>()?;
        let allowance = Allowance::new(now, start / 8, ALLOWANCE);
        Some(Self {
            slots,
            number: 1,
            estimate: Estimate::new(now, start),
            allowance,
            again_after: AGAIN_MIN,
            buffer: Vec::with_capacity(2_048),
            busy: None,
        })
    }

    /// Which slot a stream is of.
    pub(super) fn slot_of(&self, ssrc: u32) -> Option<usize> {
        self.slots.iter().position(|slot| slot.ssrc == ssrc)
    }

    /// Sends a packet on its slot; one whose number was sent before is dropped.
    pub(super) fn send(&mut self, packet: &Packet, door: &mut Door<'_>) {
        let (now, index) = (door.now, packet.stream);
        let Some(slot) = self.slots.get_mut(index) else { return };
        if !slot.window.take(packet.sequence) {
            return;
        }
        slot.packets = slot.packets.wrapping_add(1);
        slot.octets = slot.octets.wrapping_add(u32::try_from(packet.payload.len()).unwrap_or(0));
        // A late one says nothing of the present.
        if slot.window.highest == Some(packet.sequence) {
            slot.last = Some((packet.timestamp, now));
        }
        if slot.resend.is_some() {
            slot.kept.keep(now, packet);
            self.busy = Some(index);
        }
        let fixed = Fixed { marker: packet.marker, timestamp: packet.timestamp, ..Fixed::default() };
        if let Some(bytes) = self.put(index, fixed, packet.sequence, &Part::Media(packet.parts()), false, door) {
            self.allowance.spend(bytes);
        }
    }

    /// Sends packets again that the client misses.
    pub(super) fn resend(&mut self, ssrc: u32, lost: impl Iterator<Item = u16>, round_trip: Option<Duration>, door: &mut Door<'_>) {
        let Some(index) = self.slot_of(ssrc) else { return };
        // Before a round trip is over nobody can know whether the last one arrived.
        self.again_after = round_trip.map_or(AGAIN_MIN, |round_trip| round_trip.max(AGAIN_MIN));
        self.allowance.grow(door.now, self.estimate.bits_per_second() / 8);
        for low in lost {
            if self.allowance.is_spent() {
                return;
            }
            let sequence = extend(self.slots[index].window.highest, low);
            if let Some(bytes) = self.again(index, sequence, false, door) {
                self.allowance.spend(bytes);
            }
        }
    }

    /// Fills the way with so many bytes that nobody needs.
    pub(super) fn fill(&mut self, bytes: usize, door: &mut Door<'_>) {
        let Some(index) = self.busy else { return };
        let mut left = bytes.min(PROBE_BYTES_MAX);
        let mut fillers: Vec<u64> = self.slots[index].kept.latest(FILLERS, FILLER_BYTES_MIN);
        while left > 0 {
            let again = fillers.pop().and_then(|sequence| self.again(index, sequence, true, door));
            let Some(taken) = again.or_else(|| self.pad(index, door)) else { return };
            left = left.saturating_sub(taken);
        }
    }

    /// Sends a kept packet again and returns its bytes; `None` when it is gone, or was sent again a moment ago.
    fn again(&mut self, index: usize, sequence: u64, is_probe: bool, door: &mut Door<'_>) -> Option<usize> {
        let slot = &mut self.slots[index];
        let kept = slot.kept.find(door.now, sequence).filter(|kept| is_probe || door.now >= kept.again_at)?;
        if !is_probe {
            kept.again_at = door.now + self.again_after;
        }
        let fixed = Fixed { marker: kept.marker, timestamp: kept.timestamp, ..Fixed::default() };
        let (payload, front) = (Arc::clone(&kept.payload), kept.front);
        let number = slot.next_resend()?;
        self.put(index, fixed, number, &Part::Again(sequence, front.parts(&payload)), is_probe, door)
    }

    fn pad(&mut self, index: usize, door: &mut Door<'_>) -> Option<usize> {
        let slot = &mut self.slots[index];
        let fixed = Fixed { timestamp: slot.last.map_or(0, |(timestamp, _)| timestamp), ..Fixed::default() };
        let number = slot.next_resend()?;
        self.put(index, fixed, number, &Part::Padding, true, door)
    }

    /// Writes, seals and sends one packet, and returns how many bytes of the way it takes.
    fn put(&mut self, index: usize, mut fixed: Fixed, number: u64, part: &Part<'_>, is_probe: bool, door: &mut Door<'_>) -> Option<usize> {
        let slot = &self.slots[index];
        let of_media = (slot.ssrc, slot.payload_type);
        (fixed.ssrc, fixed.payload_type) = match part {
            Part::Media(_) => of_media,
            Part::Again(..) | Part::Padding => slot.resend.map_or(of_media, |(ssrc, kind, _)| (ssrc, kind)),
        };
        fixed.sequence = lower(number);
        let transport_wide = lower(self.number).to_be_bytes();
        let ids = slot.extensions;
        let mid: &[u8] = if slot.is_known { &[] } else { slot.mid.as_bytes() };
        self.buffer.clear();
        emit(&mut self.buffer, &fixed, &[(ids.transport_cc, &transport_wide), (ids.mid, mid)], matches!(part, Part::Padding));
        let header_bytes = self.buffer.len();
        match part {
            Part::Media([front, rest]) => {
                self.buffer.extend_from_slice(front);
                self.buffer.extend_from_slice(rest);
            }
            Part::Again(sequence, [front, rest]) => {
                self.buffer.extend_from_slice(&lower(*sequence).to_be_bytes());
                self.buffer.extend_from_slice(front);
                self.buffer.extend_from_slice(rest);
            }
            Part::Padding => {
                self.buffer.resize(header_bytes + PADDING_BYTES - 1, 0);
                self.buffer.push(u8::try_from(PADDING_BYTES).unwrap_or(u8::MAX));
            }
        }
        door.keys.seal_rtp(&mut self.buffer, header_bytes, (fixed.ssrc, number))?;
        let bytes = self.buffer.len() + OUTSIDE_BYTES;
        if ids.transport_cc != 0 {
            self.estimate.sent(door.now, self.number, bytes, is_probe);
            self.number += 1;
        }
        (door.out)(&self.buffer);
        Some(bytes)
    }

    /// How transport-wide numbers that a client reports go on.
    pub(super) fn whole_number(&self, low: u16) -> u64 {
        extend(Some(self.number.saturating_sub(1)), low)
    }

    /// The client reported on a stream.
    pub(super) fn reported(&mut self, ssrc: u32) {
        if let Some(index) = self.slot_of(ssrc) {
            self.slots[index].is_known = true;
        }
    }

    /// What there is to say of each stream that is in use, at a moment that is `ntp`.
    pub(super) fn reports(&self, now: Instant, ntp: u64) -> Vec<Sent> {
        let report = |slot: &Slot| {
            let (timestamp, at) = slot.last?;
            let silent = now.saturating_duration_since(at);
            let clock_khz = if slot.kind == Kind::Video { 90 } else { 48 };
            let since = u32::try_from(silent.as_micros() * clock_khz / 1_000).ok()?;
            let rtp = timestamp.wrapping_add(since);
            (silent < SILENT).then_some(Sent { ssrc: slot.ssrc, ntp, rtp, packets: slot.packets, octets: slot.octets })
        };
        self.slots.iter().filter_map(report).collect()
    }

    /// Lets go of what nobody may ask for any more.
    pub(super) fn forget_old(&mut self, now: Instant) {
        self.slots.iter_mut().for_each(|slot| slot.kept.forget_old(now));
    }

    /// The names of all streams, for a goodbye.
    pub(super) fn streams(&self) -> Vec<u32> {
        self.slots.iter().filter(|slot| slot.last.is_some()).map(|slot| slot.ssrc).collect()
    }
}

impl Slot {
    fn next_resend(&mut self) -> Option<u64> {
        let (_, _, next) = self.resend.as_mut()?;
        *next += 1;
        Some(*next - 1)
    }
}

#[cfg(test)]
mod tests;
