//! A link that loses, delays and reorders datagrams by a seed.
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What the link of an endpoint does, in each direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weather {
    pub loss_percent: u64,
    pub delay_ms: u64,
    /// Added by chance: what is sent later may arrive earlier.
    pub jitter_ms: u64,
}

impl Weather {
    pub const FAIR: Self = Self { loss_percent: 0, delay_ms: 0, jitter_ms: 0 };
}

/// Datagrams under way, towards the server (`true`) or from it, with the other end.
#[derive(Debug)]
pub(super) struct Link<T> {
    pub(super) weather: Weather,
    under_way: BTreeMap<(Instant, u64), T>,
    sent: u64,
    chance: u64,
}

impl<T> Link<T> {
    pub(super) fn new(seed: u64) -> Self {
        Self { weather: Weather::FAIR, under_way: BTreeMap::new(), sent: 0, chance: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    /// xorshift64.
    fn chance(&mut self, below: u64) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        self.chance % below.max(1)
    }

    /// Whether nothing happens to datagrams, so that they need not come here.
    pub(super) fn is_fair(&self) -> bool {
        self.weather == Weather::FAIR && self.under_way.is_empty()
    }

    pub(super) fn send(&mut self, now: Instant, datagram: T) {
        if self.chance(100) < self.weather.loss_percent {
            return;
        }
        let delay_ms = self.weather.delay_ms + self.chance(self.weather.jitter_ms + 1);
        self.sent += 1;
        self.under_way.insert((now + Duration::from_millis(delay_ms), self.sent), datagram);
    }

    pub(super) fn arrived(&mut self, now: Instant) -> Option<T> {
        let entry = self.under_way.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.under_way.first_key_value().map(|(&(at, _), _)| at)
    }
}
