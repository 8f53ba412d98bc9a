//! All allocations of one shard, found by 5-tuple, by slot and by time.
use crate::address::ClientAddr;
use crate::allocation::Allocation;
use foldhash::fast::SeedableRandomState;
use std::collections::{BTreeSet, HashMap};

/// The table. Slots are used again; ports, users and the timer forget a slot before it is freed.
pub(crate) struct Allocations {
    slots: Vec<Option<Allocation>>,
    free: Vec<u32>,
    by_client: HashMap<ClientAddr, u32, SeedableRandomState>,
    /// Exactly one entry for each allocation: when its first relayed address ends.
    timer: BTreeSet<(u64, u32)>,
}

impl Allocations {
    pub(crate) fn new(hasher: SeedableRandomState) -> Self {
        Self { slots: Vec::new(), free: Vec::new(), by_client: HashMap::with_hasher(hasher), timer: BTreeSet::new() }
    }

    /// The slot behind a 5-tuple.
    #[inline]
    pub(crate) fn find(&self, client: &ClientAddr) -> Option<u32> {
        self.by_client.get(client).copied()
    }

    #[inline]
    pub(crate) fn get(&self, slot: u32) -> Option<&Allocation> {
        self.slots.get(slot as usize)?.as_ref()
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, slot: u32) -> Option<&mut Allocation> {
        self.slots.get_mut(slot as usize)?.as_mut()
    }

    /// Puts an allocation in. The caller made sure that its 5-tuple has none.
    pub(crate) fn insert(&mut self, allocation: Allocation) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
        });
        self.by_client.insert(allocation.client, slot);
        self.timer.extend(allocation.next_timeout().map(|at| (at, slot)));
        if let Some(entry) = self.slots.get_mut(slot as usize) {
            *entry = Some(allocation);
        }
        slot
    }

    /// Changes when an allocation's relayed addresses end; the timer follows.
    pub(crate) fn reschedule(&mut self, slot: u32, change: impl FnOnce(&mut Allocation)) {
        let Some(allocation) = self.slots.get_mut(slot as usize).and_then(Option::as_mut) else { return };
        if let Some(at) = allocation.next_timeout() {
            self.timer.remove(&(at, slot));
        }
        change(allocation);
        self.timer.extend(allocation.next_timeout().map(|at| (at, slot)));
    }

    pub(crate) fn remove(&mut self, slot: u32) -> Option<Allocation> {
        let allocation = self.slots.get_mut(slot as usize)?.take()?;
        if let Some(at) = allocation.next_timeout() {
            self.timer.remove(&(at, slot));
        }
        self.by_client.remove(&allocation.client);
        self.free.push(slot);
        Some(allocation)
    }

    /// The first allocation of which something ends, and when.
    pub(crate) fn next_timeout(&self) -> Option<(u64, u32)> {
        self.timer.first().copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.by_client.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Allocation> {
        self.slots.iter().flatten()
    }
}
