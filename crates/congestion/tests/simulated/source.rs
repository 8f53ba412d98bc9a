//! Sound and pictures as a forwarding unit sends them: no more than the estimate allows, up only after a while, frames in bursts.
use super::chance::Chance;

const SOUND: u64 = 64_000;
const SOUND_EVERY_MS: u64 = 20;
const PACKET_BYTES: u64 = 1_200;

/// What is sent.
pub(crate) struct Source {
    /// Bits per second of the pictures that may be sent, from the smallest; empty when none is wanted.
    pub(crate) ladder: Vec<u64>,
    /// Which of them is; `None` while there is room for none.
    pub(crate) step: Option<usize>,
    pub(crate) has_sound: bool,
    fits_since_ms: Option<u64>,
    hopeless_since_ms: Option<u64>,
    key_frame: bool,
    debt: u64,
}

impl Source {
    pub(crate) fn new(ladder: &[u64]) -> Self {
        let step = (!ladder.is_empty()).then_some(0);
        Self { ladder: ladder.to_vec(), step, has_sound: true, fits_since_ms: None, hopeless_since_ms: None, key_frame: true, debt: 0 }
    }

    /// Chooses by the estimate, as crates/sfu does.
    pub(crate) fn choose(&mut self, now_ms: u64, estimate: u64) {
        let budget = estimate.saturating_sub(self.sound()).max(estimate / 3);
        let fitting = |room: u64| self.ladder.iter().rposition(|&rate| rate <= room);
        let smallest = self.ladder.first().filter(|&&rate| rate <= budget / 2 * 3 || rate <= 50_000).map(|_| 0);
        let (sustained, hopeful) = (fitting(budget).or(smallest), fitting(budget / 5 * 4));
        let before = self.step;
        if sustained.is_none() && before.is_some() {
            let is_over = now_ms - *self.hopeless_since_ms.get_or_insert(now_ms) >= 1_000;
            self.step = if is_over { None } else { Some(0) };
        } else {
            self.hopeless_since_ms = None;
            if sustained < before {
                self.step = sustained;
            } else if hopeful.min(sustained) > before {
                if now_ms - *self.fits_since_ms.get_or_insert(now_ms) >= 2_000 {
                    self.step = hopeful.min(sustained);
                }
            } else {
                self.fits_since_ms = None;
            }
        }
        if self.step != before {
            (self.fits_since_ms, self.key_frame) = (None, true);
        }
    }

    /// What there would be a use for: `next` and `most`.
    pub(crate) fn appetite(&self) -> (u64, u64) {
        let stepped = |rate: u64| (rate + rate / 4).next_multiple_of(250_000).min(20_000_000);
        let next = self.ladder.get(self.step.map_or(0, |step| step + 1));
        let most = self.ladder.last();
        (next.map_or(0, |next| stepped(self.sound() + next)), most.map_or(0, |most| stepped(self.sound() + most)))
    }

    /// Sizes of the packets of this millisecond.
    pub(crate) fn packets(&mut self, now_ms: u64, chance: &mut Chance) -> Vec<u64> {
        let mut sizes = Vec::new();
        if self.has_sound && now_ms % SOUND_EVERY_MS == 7 {
            sizes.push(SOUND * SOUND_EVERY_MS / 8_000);
        }
        let is_frame = now_ms * 30 / 1_000 != (now_ms + 1) * 30 / 1_000;
        if let (true, Some(step)) = (is_frame, self.step) {
            let mean = self.ladder[step] / 240;
            let mut bytes = mean * (70 + chance.below(60)) / 100;
            if std::mem::take(&mut self.key_frame) || chance.per_mille(3) {
                bytes += 5 * mean;
                self.debt += 5 * mean;
            }
            // An encoder saves after a key frame.
            let saved = self.debt.min(bytes / 5);
            self.debt -= saved;
            bytes -= saved;
            while bytes > 0 {
                let size = bytes.min(PACKET_BYTES);
                sizes.push(size.max(60));
                bytes -= size;
            }
        }
        sizes
    }

    fn sound(&self) -> u64 {
        if self.has_sound { SOUND } else { 0 }
    }
}
