//! What an endpoint received, since it was last asked.
use super::media::Stamp;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// One track of one sender, as a receiver sees it.
#[derive(Clone, Copy, Debug)]
pub struct Heard {
    pub packets: u64,
    pub last: Instant,
    /// The longest time without a packet.
    pub gap: Duration,
}

/// Counts by sender and context, and every delay.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub audio: u64,
    pub video: u64,
    pub delays_us: Vec<u32>,
    pub heard: BTreeMap<(u16, u8), Heard>,
}

impl Tally {
    pub fn add(&mut self, stamp: &Stamp, is_video: bool, now: Instant, now_ns: u64) {
        if is_video {
            self.video += 1;
        } else {
            self.audio += 1;
        }
        self.delays_us.push(u32::try_from(now_ns.saturating_sub(stamp.sent_ns) / 1_000).unwrap_or(u32::MAX));
        let heard = self.heard.entry((stamp.sender, stamp.context)).or_insert(Heard { packets: 0, last: now, gap: Duration::ZERO });
        heard.packets += 1;
        heard.gap = heard.gap.max(now.saturating_duration_since(heard.last));
        heard.last = now;
    }

    /// Takes over what another one counted. When that one heard whom last stays with it.
    pub fn take_from(&mut self, other: &mut Self) {
        self.audio += std::mem::take(&mut other.audio);
        self.video += std::mem::take(&mut other.video);
        self.delays_us.append(&mut other.delays_us);
    }

    /// Of all delays, in microseconds.
    pub fn quantile_us(&mut self, share: f64) -> u32 {
        self.delays_us.sort_unstable();
        let at = ((self.delays_us.len() as f64 * share) as usize).min(self.delays_us.len().saturating_sub(1));
        self.delays_us.get(at).copied().unwrap_or(0)
    }
}
