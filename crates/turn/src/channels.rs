//! The channels of one allocation: number to peer by array, peer to number by one hash (RFC 8656 §12).
use crate::limits::{CHANNEL_LIFETIME_MS, CHANNELS_PER_ALLOCATION_MAX};
use crate::peer_key::peer_key;
use foldhash::fast::SeedableRandomState;
use std::collections::HashMap;
use std::net::SocketAddr;
use wire::channel_data::CHANNEL_NUMBERS;

#[derive(Clone, Copy, Debug)]
struct Channel {
    number: u16,
    peer: SocketAddr,
    expires_ms: u64,
}

/// Why a channel was not bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The number or the peer is bound otherwise.
    Taken,
    /// There are as many as may be.
    Full,
}

const NONE: u8 = u8::MAX;

/// The channels. *Bounds*: `CHANNELS_PER_ALLOCATION_MAX` entries; `by_number` grows to the highest number bound, 4 KiB at most.
#[derive(Debug)]
pub(crate) struct Channels {
    entries: Vec<Channel>,
    by_number: Vec<u8>,
    by_peer: HashMap<(u128, u16), u8, SeedableRandomState>,
}

impl Channels {
    pub(crate) fn new(hasher: SeedableRandomState) -> Self {
        Self { entries: Vec::new(), by_number: Vec::new(), by_peer: HashMap::with_hasher(hasher) }
    }

    /// The peer behind a number.
    #[inline]
    pub(crate) fn peer(&self, number: u16, monotonic_ms: u64) -> Option<SocketAddr> {
        let at = *self.by_number.get(offset(number)?)?;
        self.live(at, monotonic_ms).map(|channel| channel.peer)
    }

    /// The number bound to a peer.
    #[inline]
    pub(crate) fn number(&self, peer: &SocketAddr, monotonic_ms: u64) -> Option<u16> {
        let at = *self.by_peer.get(&peer_key(peer))?;
        self.live(at, monotonic_ms).map(|channel| channel.number)
    }

    /// Whether `bind` would succeed.
    pub(crate) fn check(&mut self, number: u16, peer: &SocketAddr, monotonic_ms: u64) -> Result<(), Refusal> {
        match (self.peer(number, monotonic_ms), self.number(peer, monotonic_ms)) {
            (Some(bound), Some(same)) if bound == *peer && same == number => Ok(()),
            (None, None) => {
                if self.entries.len() >= CHANNELS_PER_ALLOCATION_MAX || self.is_remembered(number, peer) {
                    self.forget_expired(monotonic_ms);
                }
                if self.entries.len() >= CHANNELS_PER_ALLOCATION_MAX { Err(Refusal::Full) } else { Ok(()) }
            }
            _ => Err(Refusal::Taken),
        }
    }

    /// Binds a number to a peer for ten minutes, or binds it again. The caller asked `check`.
    pub(crate) fn bind(&mut self, number: u16, peer: SocketAddr, monotonic_ms: u64) {
        let Some(offset) = offset(number) else { return };
        let expires_ms = monotonic_ms + CHANNEL_LIFETIME_MS;
        if let Some(at) = self.by_peer.get(&peer_key(&peer)) {
            if let Some(channel) = self.entries.get_mut(usize::from(*at)) {
                channel.expires_ms = expires_ms;
            }
            return;
        }
        self.entries.push(Channel { number, peer, expires_ms });
        self.index(offset, self.entries.len() - 1);
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    fn live(&self, at: u8, monotonic_ms: u64) -> Option<&Channel> {
        self.entries.get(usize::from(at)).filter(|channel| channel.expires_ms > monotonic_ms)
    }

    /// Whether an expired channel still holds this number or peer.
    fn is_remembered(&self, number: u16, peer: &SocketAddr) -> bool {
        let numbered = offset(number).and_then(|at| self.by_number.get(at)).is_some_and(|at| *at != NONE);
        numbered || self.by_peer.contains_key(&peer_key(peer))
    }

    fn forget_expired(&mut self, monotonic_ms: u64) {
        self.entries.retain(|channel| channel.expires_ms > monotonic_ms);
        self.by_number.clear();
        self.by_peer.clear();
        for at in 0..self.entries.len() {
            if let Some(offset) = offset(self.entries[at].number) {
                self.index(offset, at);
            }
        }
    }

    fn index(&mut self, offset: usize, at: usize) {
        let entry = u8::try_from(at).unwrap_or(NONE);
        if self.by_number.len() <= offset {
            self.by_number.resize(offset + 1, NONE);
        }
        self.by_number[offset] = entry;
        self.by_peer.insert(peer_key(&self.entries[at].peer), entry);
    }
}

#[inline]
fn offset(number: u16) -> Option<usize> {
    CHANNEL_NUMBERS.contains(&number).then(|| usize::from(number - CHANNEL_NUMBERS.start()))
}
