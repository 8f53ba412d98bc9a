//! What a client sends in one context: which encodings are there, how large each is and what it takes.
use crate::allowance::Allowance;
use crate::limits::{LAYER_MS, LAYERS, METER_MS, OVERTAKEN_MAX, PACKET_OVERHEAD_BYTES, SOUND_BURST_MS, SOUND_BYTES_MAX, SOUND_PACKET_BYTES};
use std::time::{Duration, Instant};

/// What the smallest encoding that is sent takes, and the next, and how tall each is, until that is known.
const BITRATES: [u64; LAYERS] = [120_000, 500_000, 1_500_000];
const HEIGHTS: [u32; LAYERS] = [180, 360, 720];

/// One encoding.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    /// When a packet came last.
    heard: Option<Instant>,
    /// Pictures of smaller encodings that ended since.
    overtaken: u8,
    /// When a key frame was asked for last.
    pub(crate) asked: Option<Instant>,
    /// Lines of the last key frame.
    height: Option<u32>,
    bits_per_second: Option<u64>,
    counted: u64,
    counted_since: Option<Instant>,
}

impl Layer {
    fn count(&mut self, bytes: usize, now: Instant) {
        let since = *self.counted_since.get_or_insert(now);
        self.counted += 8 * (bytes + PACKET_OVERHEAD_BYTES) as u64;
        let elapsed = now.saturating_duration_since(since);
        if elapsed < Duration::from_millis(METER_MS) {
            return;
        }
        let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
        let rate = self.counted.saturating_mul(1_000) / elapsed_ms;
        // Up at once and down slowly: what was needed a moment ago is needed again with the next key frame.
        self.bits_per_second = Some(self.bits_per_second.map_or(rate, |before| rate.max((3 * before + rate) / 4)));
        (self.counted, self.counted_since) = (0, Some(now));
    }
}

/// A track.
#[derive(Debug, Default)]
pub struct Track {
    pub(crate) layers: [Layer; LAYERS],
    /// What it may still bring, where that is bounded.
    allowance: Option<Allowance>,
}

impl Track {
    /// Whether a packet of sound is within what sound may take: everybody gets it, whatever their way carries.
    pub fn admits_sound(&mut self, bytes: usize, now: Instant) -> bool {
        let allowance = self.allowance.get_or_insert_with(|| Allowance::new(now, SOUND_BYTES_MAX, Duration::from_millis(SOUND_BURST_MS)));
        allowance.grow(now, SOUND_BYTES_MAX);
        if allowance.is_spent() {
            return false;
        }
        allowance.spend(bytes + SOUND_PACKET_BYTES);
        true
    }

    /// Takes note of a packet, which ends a picture or does not. True when nothing of this encoding was there before.
    pub fn heard(&mut self, layer: usize, bytes: usize, ends: bool, height: Option<u32>, now: Instant) -> bool {
        let is_new = !self.is_live(layer, now);
        if ends {
            self.layers[layer + 1..].iter_mut().for_each(|larger| larger.overtaken = larger.overtaken.saturating_add(1));
        }
        let one = &mut self.layers[layer];
        if is_new {
            // What it took before is the best guess of what it takes again.
            (one.counted, one.counted_since) = (0, None);
        }
        (one.heard, one.overtaken) = (Some(now), 0);
        one.height = height.or(one.height);
        one.count(bytes, now);
        is_new
    }

    /// Whether an encoding is being sent: a camera that shows little sends little, but it sends all of its encodings.
    fn is_live(&self, layer: usize, now: Instant) -> bool {
        let one = &self.layers[layer];
        one.overtaken < OVERTAKEN_MAX && one.heard.is_some_and(|at| now.saturating_duration_since(at) < Duration::from_millis(LAYER_MS))
    }

    /// Encodings that are sent and that a tile of this height has use for, from the smallest, each with its cost. A picture may be shown a third larger than it is.
    pub fn choices(&self, height_max: u32, now: Instant) -> Vec<(usize, u64)> {
        let live: Vec<usize> = (0..LAYERS).filter(|&layer| self.is_live(layer, now)).collect();
        let enough = live.iter().position(|&layer| height_max != 0 && u64::from(self.height(layer)) * 4 >= u64::from(height_max) * 3);
        let many = enough.map_or(live.len(), |place| place + 1);
        live[..many].iter().zip(BITRATES).map(|(&layer, guess)| (layer, self.layers[layer].bits_per_second.unwrap_or(guess))).collect()
    }

    fn height(&self, layer: usize) -> u32 {
        self.layers[layer].height.unwrap_or(HEIGHTS[layer])
    }
}
