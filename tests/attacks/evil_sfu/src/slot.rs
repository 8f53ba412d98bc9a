//! One slot as the client gets it: whatever is put into it goes out as one stream without a gap.
use crate::ledger::Source;
use honest::sfu::Packet;
use std::sync::Arc;
use std::time::{Duration, Instant};

const AGAIN_AFTER: Duration = Duration::from_millis(10);

pub(crate) struct Slot {
    is_picture: bool,
    /// Whose stream the SFU means it for.
    pub(crate) meant: Option<Source>,
    /// Whose it gets.
    pub(crate) given: Option<Source>,
    sequence: u64,
    /// Added to the timestamps of what it gets.
    shift: u32,
    /// The last timestamp that went out, and when.
    last: Option<(u32, Instant)>,
    frame: Vec<Packet>,
    frames: usize,
}

impl Slot {
    pub(crate) fn new(is_picture: bool) -> Self {
        Self { is_picture, meant: None, given: None, sequence: 0, shift: 0, last: None, frame: Vec::new(), frames: 0 }
    }

    /// What comes next has nothing to do with what came.
    pub(crate) fn begin_anew(&mut self) {
        self.given = None;
    }

    /// The next sequence number, and a timestamp that goes on from the last one.
    pub(crate) fn number(&mut self, source: Source, timestamp: u32, now: Instant) -> (u64, u32) {
        if self.given != Some(source) {
            self.given = Some(source);
            let next = self.last.map_or(0, |(last, at)| last.wrapping_add(ticks(now.saturating_duration_since(at), source.1)));
            self.shift = next.wrapping_sub(timestamp);
        }
        self.sequence += 1;
        let timestamp = timestamp.wrapping_add(self.shift);
        self.last = Some((timestamp, now));
        (self.sequence, timestamp)
    }

    /// With the last packet of a frame: the whole frame, as if it were the next one.
    pub(crate) fn frame_again(&mut self, packet: &Packet) -> Vec<Packet> {
        let later = ticks(AGAIN_AFTER, usize::from(self.is_picture));
        self.frame.push(Packet { timestamp: packet.timestamp.wrapping_add(later), ..packet.clone() });
        if self.is_picture && !packet.marker { Vec::new() } else { std::mem::take(&mut self.frame) }
    }

    /// Every other frame changed: one bit of its end, its middle, or all but its beginning made up.
    pub(crate) fn spoil(&mut self, packet: &Packet) -> Packet {
        let mut payload = packet.payload.to_vec();
        let length = payload.len();
        match self.frames % 6 {
            1 => payload[length - 1] ^= 1,
            3 => payload[length / 2] ^= 0x40,
            5 => (6.min(length)..length).for_each(|at| payload[at] = u8::try_from((at * 31 + self.frames * 7) % 251).unwrap_or(0)),
            _ => {}
        }
        self.frames += usize::from(!self.is_picture || packet.marker);
        Packet { payload: Arc::from(payload), ..packet.clone() }
    }
}

/// A stretch of time in the units of a context's timestamps.
pub(crate) fn ticks(time: Duration, context: usize) -> u32 {
    let per_ms = if matches!(context, 1 | 2) { 90 } else { 48 };
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX).saturating_mul(per_ms).max(1)
}
