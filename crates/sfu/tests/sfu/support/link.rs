//! A link that loses, delays and reorders by a seed, in the time it is told.
use sfu::Path;
use std::collections::BTreeMap;
use std::net::SocketAddr;
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

/// A queue behind which datagrams to one client wait their turn.
pub struct Narrow {
    pub to: SocketAddr,
    pub kbps: u64,
    free_at: Option<Instant>,
}

impl Narrow {
    pub fn new(to: SocketAddr, kbps: u64) -> Self {
        Self { to, kbps, free_at: None }
    }

    /// When a datagram is through; `None` when the queue is full.
    fn through(&mut self, now: Instant, bytes: usize) -> Option<Instant> {
        let begins = self.free_at.map_or(now, |at| at.max(now));
        if begins > now + Duration::from_millis(QUEUE_MS) {
            return None;
        }
        let ends = begins + Duration::from_micros((bytes as u64 + 28) * 8_000 / self.kbps);
        self.free_at = Some(ends);
        Some(ends)
    }
}

/// What a queue holds.
const QUEUE_MS: u64 = 300;

pub struct Link {
    pub weather: Weather,
    /// Clients whose weather is another one, in both directions.
    pub elsewhere: BTreeMap<SocketAddr, Weather>,
    pub narrow: Option<Narrow>,
    /// What a tap on the line saw of both directions, before anything was lost; `None` without one.
    pub tap: Option<Vec<(To, Path, Vec<u8>)>>,
    under_way: BTreeMap<(Instant, u64), (To, Path, Vec<u8>)>,
    sent: u64,
    chance: u64,
}

impl Link {
    pub fn new(weather: Weather, seed: u64) -> Self {
        Self { weather, elsewhere: BTreeMap::new(), narrow: None, tap: None, under_way: BTreeMap::new(), sent: 0, chance: seed | 1 }
    }

    /// xorshift64.
    fn chance(&mut self, below: u64) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        self.chance % below.max(1)
    }

    pub fn send(&mut self, now: Instant, to: To, path: Path, datagram: Vec<u8>) {
        if let Some(tap) = &mut self.tap {
            tap.push((to, path, datagram.clone()));
        }
        let weather = self.elsewhere.get(&path.remote).copied().unwrap_or(self.weather);
        if self.chance(100) < weather.loss_percent {
            return;
        }
        let queue = self.narrow.as_mut().filter(|narrow| to == To::Client && narrow.to == path.remote);
        let Some(through) = queue.map_or(Some(now), |queue| queue.through(now, datagram.len())) else { return };
        let delay_ms = weather.delay_ms + self.chance(weather.jitter_ms + 1);
        self.sent += 1;
        self.under_way.insert((through + Duration::from_millis(delay_ms), self.sent), (to, path, datagram));
    }

    pub fn arrived(&mut self, now: Instant) -> Option<(To, Path, Vec<u8>)> {
        let entry = self.under_way.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }
}
