//! What endpoints send: frames of packets at a steady pace, each packet with a stamp at its end.
//!
//! ```text
//!   | VP8 descriptor, P bit (video) | filling | sender u16 | context u8 | number u32 | sent at u64, ns since the stage began |
//! ```
use std::time::{Duration, Instant};

const STAMP_BYTES: usize = 15;

/// Sound or picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Audio,
    Video,
}

/// What a packet says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub sender: u16,
    pub context: u8,
    pub number: u32,
    pub sent_ns: u64,
}

impl Stamp {
    /// Reads the end of a payload; `None` when it is too short.
    pub fn read(payload: &[u8]) -> Option<Self> {
        let tail: &[u8; STAMP_BYTES] = payload.last_chunk()?;
        Some(Self {
            sender: u16::from_be_bytes([tail[0], tail[1]]),
            context: tail[2],
            number: u32::from_be_bytes([tail[3], tail[4], tail[5], tail[6]]),
            sent_ns: u64::from_be_bytes(tail[7..].try_into().ok()?),
        })
    }

    fn write(&self, payload: &mut [u8]) {
        let tail = payload.last_chunk_mut::<STAMP_BYTES>().expect("a payload with room for a stamp");
        tail[..2].copy_from_slice(&self.sender.to_be_bytes());
        tail[2] = self.context;
        tail[3..7].copy_from_slice(&self.number.to_be_bytes());
        tail[7..].copy_from_slice(&self.sent_ns.to_be_bytes());
    }
}

/// A track's pace.
#[derive(Clone, Debug)]
pub struct Source {
    pub kind: Kind,
    pub context: u8,
    /// Packets of one frame, sent back to back.
    pub packets: usize,
    pub bytes: usize,
    pub every: Duration,
    pub due: Instant,
    /// Whether the next frame is to be a key frame.
    pub wants_key_frame: bool,
    pub number: u32,
    pub frames: u32,
}

impl Source {
    /// `per_second` frames of so many packets of so many bytes.
    pub fn new(kind: Kind, context: u8, per_second: f64, packets: usize, bytes: usize, first: Instant) -> Self {
        let every = Duration::from_secs_f64(1.0 / per_second);
        Self { kind, context, packets, bytes, every, due: first, wants_key_frame: true, number: 0, frames: 0 }
    }

    /// The payload of a frame's packet.
    pub fn payload(&mut self, sender: u16, index: usize, is_key: bool, sent_ns: u64) -> Vec<u8> {
        let mut payload = vec![0xee; self.bytes];
        if self.kind == Kind::Video {
            // S bit in the first packet of a frame only; a picture id of seven bits; P bit.
            let start = if index == 0 { 0x90 } else { 0x80 };
            payload[..4].copy_from_slice(&[start, 0x80, (self.frames & 0x7f) as u8, u8::from(!is_key)]);
        }
        Stamp { sender, context: self.context, number: self.number, sent_ns }.write(&mut payload);
        self.number = self.number.wrapping_add(1);
        payload
    }

    /// In units of the codec's clock.
    pub fn timestamp(&self) -> u32 {
        let clock_hz = if self.kind == Kind::Video { 90_000.0 } else { 48_000.0 };
        ((self.every.as_secs_f64() * clock_hz).round() as u32).wrapping_mul(self.frames)
    }
}
