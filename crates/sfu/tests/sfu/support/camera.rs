//! A camera that is sent in three sizes at once, as browsers do: VP8's descriptor and key-frame header in front of made-up bytes.
use super::client::Client;
use std::time::Instant;
use str0m::media::{MediaKind, Rid, Simulcast, SimulcastLayer};
use str0m::rtp::RtpWrite;

pub const RIDS: [&str; 3] = ["q", "h", "f"];
/// Packets of a frame in each size, and bytes of a packet: about 150, 540 and 1,500 kbit/s at 30 frames a second.
const PACKETS: [u32; 3] = [1, 2, 5];
const BYTES: [usize; 3] = [600, 1_100, 1_200];
const HEIGHTS: [u16; 3] = [180, 360, 720];

/// What a packet of a size says of itself, where a plain one has its number.
pub fn number(layer: usize, frame: u32) -> u32 {
    u32::try_from(layer).unwrap() << 24 | frame
}

pub fn layer_of(number: u32) -> usize {
    (number >> 24) as usize
}

pub fn simulcast() -> Simulcast {
    let mut simulcast = Simulcast::new();
    for rid in RIDS {
        simulcast.add_send_layer(SimulcastLayer::new(rid));
    }
    simulcast
}

#[derive(Default)]
pub struct Camera {
    pub frames: u32,
    sent: [u64; 3],
    /// A key frame is wanted, by size; all begin with one.
    pub wants_key_frame: [bool; 3],
}

impl Client {
    /// One frame in each size.
    pub fn film(&mut self, now: Instant) {
        let frame = self.camera.frames;
        self.camera.frames += 1;
        let payload_type = self.payload_type(MediaKind::Video);
        for layer in 0..RIDS.len() {
            let is_key = std::mem::take(&mut self.camera.wants_key_frame[layer]) || frame == 0;
            for part in 0..PACKETS[layer] {
                let payload = self.part(layer, frame, part, is_key);
                self.camera.sent[layer] += 1;
                let (mid, sequence) = (self.tracks[1], self.camera.sent[layer]);
                let mut direct = self.rtc.direct_api();
                let stream = direct.stream_tx_by_mid(mid, Some(Rid::from(RIDS[layer]))).expect("a stream of this size");
                let is_last = part + 1 == PACKETS[layer];
                stream.write_rtp(RtpWrite::new(payload_type, sequence.into(), frame * 3_000, now, payload).marker(is_last).nackable(true));
            }
        }
    }

    fn part(&self, layer: usize, frame: u32, part: u32, is_key: bool) -> Vec<u8> {
        let [high, low] = (u16::try_from(frame & 0x7fff).unwrap() | 0x8000).to_be_bytes();
        let first = if part == 0 { 0x90 } else { 0x80 };
        let mut payload = vec![first, 0xe0, high, low, u8::try_from(frame & 0xff).unwrap(), 0x00];
        let [height_low, height_high] = HEIGHTS[layer].to_le_bytes();
        match (part, is_key) {
            (0, true) => payload.extend_from_slice(&[0x10, 0, 0, 0x9d, 0x01, 0x2a, 0, 1, height_low, height_high]),
            _ => payload.push(0x11),
        }
        payload.resize(BYTES[layer], 0xee);
        payload.extend_from_slice(&[self.name, 1]);
        payload.extend_from_slice(&number(layer, frame).to_be_bytes());
        payload
    }
}
