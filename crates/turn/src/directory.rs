//! Which room lives behind which relayed port, readable by every shard.
//!
//! Each shard writes the ports it owns and reads the others', without a lock. A reading may be a moment old: the shard that owns the port judges again.
use crate::address::{Family, RoomId};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const NOBODY: u64 = 0;
const WITHOUT_ROOM: u64 = 1;

/// The ports of all shards. *Bounds*: 16 bytes for each port.
#[derive(Debug)]
pub struct Directory {
    ports: RangeInclusive<u16>,
    shards: u16,
    rooms: [Box<[AtomicU64]>; 2],
}

/// A live allocation, as other shards see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tenant {
    pub(crate) room: Option<RoomId>,
}

impl Directory {
    /// An empty directory for `shards` (1 or more) servers that divide `ports` among them.
    pub fn new(ports: RangeInclusive<u16>, shards: u16) -> Arc<Self> {
        let table = || ports.clone().map(|_| AtomicU64::new(NOBODY)).collect();
        Arc::new(Self { rooms: [table(), table()], shards: shards.max(1), ports })
    }

    /// The shard that owns a relayed port, so that node can dispatch without asking; `None` when it is not a relayed port.
    ///
    /// An even port and the next odd one live on one shard.
    #[inline]
    pub fn shard_of(&self, port: u16) -> Option<u16> {
        self.ports.contains(&port).then(|| (port >> 1) % self.shards)
    }

    /// How many shards share the ports.
    pub const fn shards(&self) -> u16 {
        self.shards
    }

    /// The ports that are shared.
    pub(crate) const fn ports(&self) -> &RangeInclusive<u16> {
        &self.ports
    }

    /// Who lives behind a port of any shard; `None` when nobody does.
    #[inline]
    pub(crate) fn tenant(&self, family: Family, port: u16) -> Option<Tenant> {
        match self.entry(family, port)?.load(Ordering::Relaxed) {
            NOBODY => None,
            WITHOUT_ROOM => Some(Tenant { room: None }),
            room => Some(Tenant { room: Some(RoomId(room - 2)) }),
        }
    }

    pub(crate) fn publish(&self, family: Family, port: u16, room: Option<RoomId>) {
        self.store(family, port, room.map_or(WITHOUT_ROOM, |room| room.0.saturating_add(2)));
    }

    pub(crate) fn withdraw(&self, family: Family, port: u16) {
        self.store(family, port, NOBODY);
    }

    fn store(&self, family: Family, port: u16, value: u64) {
        if let Some(entry) = self.entry(family, port) {
            entry.store(value, Ordering::Relaxed);
        }
    }

    fn entry(&self, family: Family, port: u16) -> Option<&AtomicU64> {
        let at = usize::from(port.checked_sub(*self.ports.start())?);
        self.rooms[family as usize].get(at)
    }
}
