//! The relayed ports of one shard: which allocation holds which, and which wait for a RESERVATION-TOKEN.
use crate::address::{Family, RoomId};
use crate::chance::Chance;
use crate::directory::Directory;
use crate::limits::{PORT_TRIES_MAX, RESERVATION_LIFETIME_MS, RESERVATIONS_MAX};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

const FREE: u32 = u32::MAX;
const RESERVED: u32 = u32::MAX - 1;

/// What a client asks of a port (RFC 8656 §18.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parity {
    Any,
    Even,
    /// Even, and the next one kept for a second allocation.
    EvenAndNext,
}

/// A port that waits for its token.
#[derive(Debug)]
struct Reservation {
    token: [u8; 8],
    relay: SocketAddr,
    user: Box<str>,
    expires_ms: u64,
}

/// The table of ports: an array per family, so that the packet path needs no hash.
pub(crate) struct Ports {
    v4: Option<Ipv4Addr>,
    v6: Option<Ipv6Addr>,
    shard: u16,
    directory: Arc<Directory>,
    slots: [Box<[u32]>; 2],
    reservations: Vec<Reservation>,
}

impl Ports {
    pub(crate) fn new(v4: Option<Ipv4Addr>, v6: Option<Ipv6Addr>, shard: u16, directory: Arc<Directory>) -> Self {
        let table = || directory.ports().clone().map(|_| FREE).collect();
        Self { v4, v6, shard, slots: [table(), table()], directory, reservations: Vec::new() }
    }

    /// The address that a family's relayed addresses share.
    pub(crate) fn ip(&self, family: Family) -> Option<IpAddr> {
        match family {
            Family::V4 => self.v4.map(IpAddr::V4),
            Family::V6 => self.v6.map(IpAddr::V6),
        }
    }

    /// Whether an address is the one of relayed addresses, on whatever port.
    #[inline]
    pub(crate) fn is_relay_ip(&self, ip: IpAddr) -> bool {
        match ip {
            IpAddr::V4(ip) => self.v4 == Some(ip),
            IpAddr::V6(ip) => self.v6 == Some(ip),
        }
    }

    /// The slot of the allocation of this shard behind a relayed address.
    #[inline]
    pub(crate) fn slot(&self, relay: &SocketAddr) -> Option<u32> {
        let at = usize::from(relay.port().checked_sub(*self.directory.ports().start())?);
        let slot = *self.slots[Family::of(relay) as usize].get(at)?;
        (slot < RESERVED && self.is_relay_ip(relay.ip())).then_some(slot)
    }

    /// The other shard that owns a relayed address, and the room that lives there.
    #[inline]
    pub(crate) fn elsewhere(&self, relay: &SocketAddr) -> Option<(u16, Option<RoomId>)> {
        let shard = self.directory.shard_of(relay.port())?;
        let tenant = self.directory.tenant(Family::of(relay), relay.port())?;
        (shard != self.shard && self.is_relay_ip(relay.ip())).then_some((shard, tenant.room))
    }

    /// Takes a free port of a family. `bind` opens it for real where that is needed.
    ///
    /// The search begins at a random port and asks `bind` a bounded number of times.
    pub(crate) fn take(
        &mut self,
        family: Family,
        parity: Parity,
        chance: &mut Chance,
        mut bind: impl FnMut(SocketAddr) -> bool,
    ) -> Option<SocketAddr> {
        let ip = self.ip(family)?;
        let count = self.slots[family as usize].len();
        let begin = chance.below(count);
        let mut tries = 0;
        for step in 0..count {
            let at = (begin + step) % count;
            let port = self.port(at);
            if !self.is_open(family, port, parity) {
                continue;
            }
            tries += 1;
            if tries > PORT_TRIES_MAX {
                return None;
            }
            let relay = SocketAddr::new(ip, port);
            if bind(relay) {
                self.mark(&relay, RESERVED);
                return Some(relay);
            }
        }
        None
    }

    /// Keeps the port behind an even one for whoever of the same user brings the token.
    pub(crate) fn reserve_next(&mut self, even: SocketAddr, user: &str, reservation_token: [u8; 8], monotonic_ms: u64) -> bool {
        let relay = SocketAddr::new(even.ip(), even.port() | 1);
        if self.reservations.len() >= RESERVATIONS_MAX || !self.is_open(Family::of(&relay), relay.port(), Parity::Any) {
            return false;
        }
        self.mark(&relay, RESERVED);
        let expires_ms = monotonic_ms + RESERVATION_LIFETIME_MS;
        self.reservations.push(Reservation { token: reservation_token, relay, user: user.into(), expires_ms });
        true
    }

    /// Redeems a token: the port is marked as taken by nobody yet, as after `take`.
    pub(crate) fn redeem(&mut self, reservation_token: [u8; 8], user: &str, monotonic_ms: u64) -> Option<SocketAddr> {
        let good = |kept: &Reservation| kept.token == reservation_token && *kept.user == *user && kept.expires_ms > monotonic_ms;
        let at = self.reservations.iter().position(good)?;
        Some(self.reservations.swap_remove(at).relay)
    }

    /// Gives a taken port to an allocation, and tells the other shards.
    pub(crate) fn assign(&mut self, relay: &SocketAddr, slot: u32, room: Option<RoomId>) {
        self.mark(relay, slot);
        self.directory.publish(Family::of(relay), relay.port(), room);
    }

    /// Makes a port free again.
    pub(crate) fn give_back(&mut self, relay: &SocketAddr) {
        self.directory.withdraw(Family::of(relay), relay.port());
        self.mark(relay, FREE);
    }

    /// Frees reserved ports whose token was not brought in time, or whose user is `evicted`; `free` closes what `bind` opened.
    pub(crate) fn drop_reservations(&mut self, monotonic_ms: u64, evicted: Option<&str>) {
        let mut reservations = std::mem::take(&mut self.reservations);
        reservations.retain(|kept| {
            let stays = kept.expires_ms > monotonic_ms && evicted != Some(&*kept.user);
            if !stays {
                self.mark(&kept.relay, FREE);
            }
            stays
        });
        self.reservations = reservations;
    }

    /// When the next reserved port is freed.
    pub(crate) fn next_timeout(&self) -> Option<u64> {
        self.reservations.iter().map(|kept| kept.expires_ms).min()
    }

    pub(crate) fn reservations(&self) -> usize {
        self.reservations.len()
    }

    fn is_open(&self, family: Family, port: u16, parity: Parity) -> bool {
        let free = |port: u16| self.directory.shard_of(port) == Some(self.shard) && self.value(family, port) == Some(FREE);
        match parity {
            Parity::Any => free(port),
            Parity::Even => port.is_multiple_of(2) && free(port),
            Parity::EvenAndNext => port.is_multiple_of(2) && free(port) && free(port | 1),
        }
    }

    fn value(&self, family: Family, port: u16) -> Option<u32> {
        let at = usize::from(port.checked_sub(*self.directory.ports().start())?);
        self.slots[family as usize].get(at).copied()
    }

    fn mark(&mut self, relay: &SocketAddr, value: u32) {
        let at = usize::from(relay.port().saturating_sub(*self.directory.ports().start()));
        if let Some(entry) = self.slots[Family::of(relay) as usize].get_mut(at) {
            *entry = value;
        }
    }

    fn port(&self, at: usize) -> u16 {
        u16::try_from(usize::from(*self.directory.ports().start()) + at).unwrap_or(u16::MAX)
    }
}
