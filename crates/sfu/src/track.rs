//! What a client sends in one context: which encodings are there, how large each is and what it takes.
use crate::limits::{LAYER_MS, LAYERS, METER_MS, PACKET_OVERHEAD_BYTES};
use std::time::{Duration, Instant};

/// What the smallest encoding that is sent takes, and the next, and how tall each is, until that is known.
const BITRATES: [u64; LAYERS] = [120_000, 500_000, 1_500_000];
const HEIGHTS: [u32; LAYERS] = [180, 360, 720];

/// One encoding.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    /// When a packet came last.
    heard: Option<Instant>,
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
pub(crate) struct Track {
    pub(crate) layers: [Layer; LAYERS],
}

impl Track {
    /// Takes note of a packet. True when nothing of this encoding was there before.
    pub(crate) fn heard(&mut self, layer: usize, bytes: usize, height: Option<u32>, now: Instant) -> bool {
        let is_new = !self.is_live(layer, now);
        let one = &mut self.layers[layer];
        if is_new {
            (one.bits_per_second, one.counted, one.counted_since) = (None, 0, None);
        }
        one.heard = Some(now);
        one.height = height.or(one.height);
        one.count(bytes, now);
        is_new
    }

    /// Whether an encoding is being sent.
    pub(crate) fn is_live(&self, layer: usize, now: Instant) -> bool {
        self.layers[layer].heard.is_some_and(|at| now.saturating_duration_since(at) < Duration::from_millis(LAYER_MS))
    }

    /// Encodings that are sent and that a tile of this height has use for, from the smallest, each with its cost. A picture may be shown a third larger than it is.
    pub(crate) fn choices(&self, height_max: u32, now: Instant) -> Vec<(usize, u64)> {
        let live: Vec<usize> = (0..LAYERS).filter(|&layer| self.is_live(layer, now)).collect();
        let enough = live.iter().position(|&layer| height_max != 0 && u64::from(self.height(layer)) * 4 >= u64::from(height_max) * 3);
        let many = enough.map_or(live.len(), |place| place + 1);
        live[..many].iter().zip(BITRATES).map(|(&layer, guess)| (layer, self.layers[layer].bits_per_second.unwrap_or(guess))).collect()
    }

    fn height(&self, layer: usize) -> u32 {
        self.layers[layer].height.unwrap_or(HEIGHTS[layer])
    }
}

#[cfg(test)]
mod tests {
    use super::Track;
    use std::time::{Duration, Instant};

    fn heard(track: &mut Track, heights: &[(usize, Option<u32>)], now: Instant) {
        for &(layer, height) in heights {
            track.heard(layer, 1_000, height, now);
        }
    }

    fn layers(track: &Track, height_max: u32, now: Instant) -> Vec<usize> {
        track.choices(height_max, now).into_iter().map(|(layer, _)| layer).collect()
    }

    #[test]
    fn the_smallest_that_is_tall_enough_is_the_last_choice() {
        let (mut track, now) = (Track::default(), Instant::now());
        heard(&mut track, &[(0, Some(180)), (1, Some(360)), (2, Some(720))], now);
        for (height_max, many) in [(1, 1), (180, 1), (240, 1), (241, 2), (480, 2), (481, 3), (2_000, 3), (0, 3)] {
            assert_eq!(layers(&track, height_max, now).len(), many, "{height_max}");
        }
        // The same names for a small capture, whose key frames say how small.
        heard(&mut track, &[(0, Some(90)), (1, Some(180)), (2, Some(360))], now);
        assert_eq!(layers(&track, 180, now), [0, 1]);
    }

    #[test]
    fn what_is_not_sent_any_more_is_no_choice() {
        let (mut track, now) = (Track::default(), Instant::now());
        heard(&mut track, &[(0, None), (2, None)], now);
        assert_eq!(layers(&track, 0, now), [0, 2]);
        let later = now + Duration::from_secs(2);
        assert!(track.heard(0, 1_000, None, later), "it is there again");
        assert_eq!(layers(&track, 0, later), [0]);
        assert!(layers(&Track::default(), 0, now).is_empty());
    }

    #[test]
    fn what_an_encoding_takes_is_measured_and_forgotten_slowly() {
        let (mut track, mut now) = (Track::default(), Instant::now());
        let cost = |track: &Track, now: Instant| track.choices(0, now)[0].1;
        heard(&mut track, &[(2, None)], now);
        assert_eq!(cost(&track, now), 120_000, "the only one");
        let mut send = |track: &mut Track, bytes, packets| -> u64 {
            for _ in 0..packets {
                now += Duration::from_millis(10);
                track.heard(2, bytes, None, now);
            }
            cost(track, now)
        };
        for (bytes, packets, expected) in [(928, 120, 780_000..820_000), (178, 110, 600_000..700_000), (178, 1_500, 200_000..240_000)] {
            let measured = send(&mut track, bytes, packets);
            assert!(expected.contains(&measured), "{measured} of {expected:?}");
        }
    }
}
