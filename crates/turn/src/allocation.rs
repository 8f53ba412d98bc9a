//! One allocation: its relayed addresses, and which peers it let in (RFC 8656 §3.2, §9, §12).
use crate::address::{ClientAddr, Family, Now, RoomId};
use crate::channels::Channels;
use crate::limits::{PERMISSION_LIFETIME_MS, PERMISSIONS_PER_ALLOCATION_MAX};
use crate::peer_key::ip_key;
use crate::users::UserIndex;
use foldhash::fast::SeedableRandomState;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use wire::stun::TransactionId;

/// A relayed address and when it ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Relay {
    pub(crate) addr: SocketAddr,
    pub(crate) expires_ms: u64,
}

/// What the Allocate request was answered, so that the same request gets the same answer again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub(crate) transaction_id: TransactionId,
    pub(crate) relays: [Option<SocketAddr>; 2],
    pub(crate) lifetime_s: u32,
    pub(crate) reservation_token: Option<[u8; 8]>,
    /// Whether a second family was asked for and could not be had, and why.
    pub(crate) second_refused: Option<wire::attribute::ErrorCode>,
}

/// The state behind one 5-tuple.
pub(crate) struct Allocation {
    pub(crate) client: ClientAddr,
    pub(crate) user: UserIndex,
    /// The whole username: only the same one may change the allocation.
    pub(crate) username: Box<str>,
    pub(crate) room: Option<RoomId>,
    pub(crate) credential_expiry_unix_s: u64,
    pub(crate) answer: Answer,
    relays: [Option<Relay>; 2],
    permissions: HashMap<u128, u64, SeedableRandomState>,
    pub(crate) channels: Channels,
    pub(crate) bytes_from_client: u64,
    pub(crate) bytes_to_client: u64,
}

impl Allocation {
    pub(crate) fn new(
        client: ClientAddr,
        (user, username, credential_expiry_unix_s): (UserIndex, &str, u64),
        room: Option<RoomId>,
        answer: Answer,
        expires_ms: u64,
        hasher: &SeedableRandomState,
    ) -> Self {
        Self {
            client,
            user,
            username: username.into(),
            room,
            credential_expiry_unix_s,
            answer,
            relays: answer.relays.map(|relay| relay.map(|addr| Relay { addr, expires_ms })),
            permissions: HashMap::with_hasher(hasher.clone()),
            channels: Channels::new(hasher.clone()),
            bytes_from_client: 0,
            bytes_to_client: 0,
        }
    }

    /// The live relayed address of a family. `None` also when the credential ran out: nothing passes then, whatever timers say.
    #[inline]
    pub(crate) fn relay(&self, family: Family, now: Now) -> Option<SocketAddr> {
        let live = |relay: &&Relay| Family::of(&relay.addr) == family && relay.expires_ms > now.monotonic_ms;
        if self.credential_expiry_unix_s <= now.unix_s {
            return None;
        }
        self.relays.iter().flatten().find(live).map(|relay| relay.addr)
    }

    /// Every relayed address that was not taken away yet.
    pub(crate) fn relays(&self) -> impl Iterator<Item = Relay> + '_ {
        self.relays.iter().flatten().copied()
    }

    /// Sets when the relayed addresses of a family (or all) end.
    pub(crate) fn prolong(&mut self, family: Option<Family>, expires_ms: u64) {
        for relay in self.relays.iter_mut().flatten() {
            if family.is_none_or(|family| Family::of(&relay.addr) == family) {
                relay.expires_ms = expires_ms;
            }
        }
    }

    /// Takes away a relayed address that has ended by `monotonic_ms`, if there is one.
    pub(crate) fn take_ended(&mut self, monotonic_ms: u64) -> Option<SocketAddr> {
        let ended = |relay: &Option<Relay>| relay.is_some_and(|relay| relay.expires_ms <= monotonic_ms);
        self.relays.iter_mut().find(|relay| ended(relay))?.take().map(|relay| relay.addr)
    }

    /// When the first of the relayed addresses ends; `None` when none is left.
    pub(crate) fn next_timeout(&self) -> Option<u64> {
        self.relays().map(|relay| relay.expires_ms).min()
    }

    /// Whether as many new peers as these would fit beside the permissions that live.
    pub(crate) fn has_room_for(&mut self, peers: impl Iterator<Item = IpAddr>, monotonic_ms: u64) -> bool {
        if self.permissions.len() + crate::limits::PEERS_PER_REQUEST_MAX > PERMISSIONS_PER_ALLOCATION_MAX {
            self.permissions.retain(|_, expires_ms| *expires_ms > monotonic_ms);
        }
        let new = peers.filter(|ip| !self.permissions.contains_key(&ip_key(*ip))).count();
        self.permissions.len() + new <= PERMISSIONS_PER_ALLOCATION_MAX
    }

    /// Lets a peer's address in for five minutes. The caller asked `has_room_for`.
    pub(crate) fn permit(&mut self, peer: IpAddr, monotonic_ms: u64) {
        self.permissions.insert(ip_key(peer), monotonic_ms + PERMISSION_LIFETIME_MS);
    }

    /// Whether a peer's address is let in.
    #[inline]
    pub(crate) fn permits(&self, peer: IpAddr, monotonic_ms: u64) -> bool {
        self.permissions.get(&ip_key(peer)).is_some_and(|expires_ms| *expires_ms > monotonic_ms)
    }

    pub(crate) fn permissions(&self) -> usize {
        self.permissions.len()
    }
}
