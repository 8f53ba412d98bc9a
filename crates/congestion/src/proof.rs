//! How much has been shown to get through, and where the way was seen to end. An estimate is a promise: it does not grow past this.
use crate::meter::Peak;
use crate::rate::per_mille;

/// Above what arrives, so much may be sent without proof: sound that joins, or a little more of a picture.
const UNPROVED: u64 = 50_000;

/// What is known of how much the way carries, in bits per second.
#[derive(Debug)]
pub(crate) struct Proof {
    /// The most that lately arrived.
    peak: Peak,
    /// What a probe showed since the last cut.
    probed: u64,
    /// What the way carried when it was last too narrow.
    ceiling: Option<u64>,
    /// It never was, and no probe has failed.
    is_young: bool,
}

impl Default for Proof {
    fn default() -> Self {
        Self { peak: Peak::default(), probed: 0, ceiling: None, is_young: true }
    }
}

impl Proof {
    pub(crate) fn is_young(&self) -> bool {
        self.is_young
    }

    /// Whether so much is close to where the way ended.
    pub(crate) fn is_near_end(&self, rate: u64) -> bool {
        self.ceiling.is_some_and(|ceiling| rate > ceiling)
    }

    /// So much arrived while nothing was wrong: how far an estimate may grow.
    pub(crate) fn cap(&mut self, now_us: u64, delivered: u64) -> u64 {
        let peak = self.peak.note(now_us, delivered);
        let shown = self.ceiling.map_or(peak / 10 * 13 + UNPROVED, |ceiling| per_mille(peak, 1_050).max(per_mille(ceiling, 950)));
        shown.max(self.probed)
    }

    /// Whether what arrives says that the way is wider than it was.
    pub(crate) fn has_widened(&mut self, delivered: u64, rate: u64) -> bool {
        let Some(ceiling) = self.ceiling.filter(|ceiling| delivered > ceiling / 10 * 11) else { return false };
        self.ceiling = (rate <= 2 * ceiling).then_some(delivered);
        true
    }

    /// A probe got so much through.
    pub(crate) fn probed(&mut self, rate: u64) {
        self.probed = rate;
    }

    /// A probe found no end up to there. One that comes out only a little higher than where it was has measured it again.
    pub(crate) fn is_open(&mut self, rate: u64) {
        self.ceiling = self.ceiling.filter(|ceiling| ceiling / 10 * 11 > rate);
    }

    /// A probe, or less, filled the way.
    pub(crate) fn ended_at(&mut self, carried: u64) {
        (self.ceiling, self.probed, self.is_young) = (Some(carried), 0, false);
    }

    /// What is sent is too much: what was shown before is no longer true.
    pub(crate) fn cut_to(&mut self, carried: u64) {
        self.ended_at(carried);
        self.peak.clear();
    }
}
