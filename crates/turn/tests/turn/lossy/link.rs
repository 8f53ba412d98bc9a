//! A link that loses, doubles and reorders datagrams. The same seed does the same, and time is a parameter.
use std::collections::BTreeMap;

/// How bad a link is, in percent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weather {
    pub(super) loss: u64,
    pub(super) doubled: u64,
    /// The longest delay; each datagram has one of its own, so that later ones overtake earlier ones.
    pub(super) delay_ms_max: u64,
}

/// Datagrams under way to `To`.
pub(super) struct Link<To> {
    weather: Weather,
    state: u64,
    count: u64,
    under_way: BTreeMap<(u64, u64), (To, Vec<u8>)>,
}

impl<To: Copy> Link<To> {
    pub(super) fn new(weather: Weather, seed: u64) -> Self {
        Self { weather, state: seed, count: 0, under_way: BTreeMap::new() }
    }

    pub(super) fn send(&mut self, now_ms: u64, to: To, bytes: &[u8]) {
        let copies = 1 + u64::from(self.roll(100) < self.weather.doubled);
        for _ in 0..copies {
            if self.roll(100) >= self.weather.loss {
                let at_ms = now_ms + 1 + self.roll(self.weather.delay_ms_max);
                self.count += 1;
                self.under_way.insert((at_ms, self.count), (to, bytes.to_vec()));
            }
        }
    }

    /// What has arrived by now, in the order of arrival.
    pub(super) fn arrived(&mut self, now_ms: u64) -> impl Iterator<Item = (To, Vec<u8>)> + use<To> {
        let later = self.under_way.split_off(&(now_ms + 1, 0));
        std::mem::replace(&mut self.under_way, later).into_values()
    }

    /// A number below `bound`. *Source*: `SplitMix64`, which is good enough for weather.
    fn roll(&mut self, bound: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ self.state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) % bound.max(1)
    }
}
