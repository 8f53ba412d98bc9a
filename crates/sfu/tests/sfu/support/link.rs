//! A link that loses, delays and reorders by a seed, in the time it is told.
use sfu::Path;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Which way a datagram goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    Sfu,
    Client,
}

/// What a link does to datagrams, in each direction.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    pub loss_percent: u64,
    pub delay_ms: u64,
    /// Added by chance: what is later sent may arrive earlier.
    pub jitter_ms: u64,
}

pub const FAIR: Weather = Weather { loss_percent: 0, delay_ms: 10, jitter_ms: 0 };

pub struct Link {
    pub weather: Weather,
    under_way: BTreeMap<(Instant, u64), (To, Path, Vec<u8>)>,
    sent: u64,
    chance: u64,
}

impl Link {
    pub fn new(weather: Weather, seed: u64) -> Self {
        Self { weather, under_way: BTreeMap::new(), sent: 0, chance: seed | 1 }
    }

    /// xorshift64.
    fn chance(&mut self, below: u64) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        self.chance % below.max(1)
    }

    pub fn send(&mut self, now: Instant, to: To, path: Path, datagram: Vec<u8>) {
        if self.chance(100) < self.weather.loss_percent {
            return;
        }
        let delay_ms = self.weather.delay_ms + self.chance(self.weather.jitter_ms + 1);
        self.sent += 1;
        self.under_way.insert((now + Duration::from_millis(delay_ms), self.sent), (to, path, datagram));
    }

    pub fn arrived(&mut self, now: Instant) -> Option<(To, Path, Vec<u8>)> {
        let entry = self.under_way.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }
}
