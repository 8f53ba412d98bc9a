//! All streams of a shard, by number.
//!
//! ```text
//!   number   | how many were accepted before (52 bits) | slot (12 bits) |     never used again, found without a search
//! ```
use crate::limits::{STREAMS_MAX, STREAMS_PER_SOURCE_MAX};
use crate::stream::Stream;
use std::collections::HashMap;
use std::net::IpAddr;

const SLOT_BITS: u32 = STREAMS_MAX.trailing_zeros();
const _: () = assert!(STREAMS_MAX.is_power_of_two());

/// The streams of one shard. *Bounds*: `STREAMS_MAX`, `STREAMS_PER_SOURCE_MAX`.
#[derive(Default)]
pub(crate) struct Streams {
    slots: Vec<Option<Stream>>,
    free: Vec<usize>,
    accepted: u64,
    sources: HashMap<u64, u16>,
    /// Those with something to write.
    dirty: Vec<u64>,
}

/// An IPv4 address, or the /64 that one IPv6 subscriber has.
fn source(ip: IpAddr) -> u64 {
    match ip {
        IpAddr::V4(ip) => u64::from(ip.to_bits()),
        // No global /64 looks like an IPv4 address here.
        IpAddr::V6(ip) => u64::try_from(ip.to_bits() >> 64).unwrap_or(0) | 1 << 63,
    }
}

impl Streams {
    /// How many are open.
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Keeps a number for a stream from `ip`; `None` when there are too many.
    pub(crate) fn reserve(&mut self, ip: IpAddr) -> Option<u64> {
        if self.len() >= STREAMS_MAX {
            return None;
        }
        let of_source = self.sources.entry(source(ip)).or_insert(0);
        if *of_source >= STREAMS_PER_SOURCE_MAX {
            return None;
        }
        *of_source += 1;
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        self.accepted += 1;
        Some(self.accepted << SLOT_BITS | slot as u64)
    }

    fn slot(number: u64) -> usize {
        usize::try_from(number).unwrap_or(0) & (STREAMS_MAX - 1)
    }

    /// Puts a stream where its number was reserved.
    pub(crate) fn insert(&mut self, stream: Stream) {
        let slot = Self::slot(stream.client.stream_id);
        self.slots[slot] = Some(stream);
    }

    /// The stream with this number, if it is still open.
    pub(crate) fn get(&mut self, number: u64) -> Option<&mut Stream> {
        self.slots.get_mut(Self::slot(number))?.as_mut().filter(|stream| stream.client.stream_id == number)
    }

    /// Takes a stream out and frees its number.
    pub(crate) fn remove(&mut self, number: u64) -> Option<Stream> {
        self.get(number)?;
        let stream = self.slots[Self::slot(number)].take()?;
        self.release(number, stream.client.remote.ip());
        Some(stream)
    }

    /// Frees a number that was reserved.
    pub(crate) fn release(&mut self, number: u64, ip: IpAddr) {
        self.free.push(Self::slot(number));
        if let Some(of_source) = self.sources.get_mut(&source(ip)) {
            *of_source -= 1;
            if *of_source == 0 {
                self.sources.remove(&source(ip));
            }
        }
    }

    /// Remembers that a stream has something to write.
    pub(crate) fn mark(&mut self, number: u64) {
        if let Some(stream) = self.get(number)
            && !std::mem::replace(&mut stream.is_dirty, true)
        {
            self.dirty.push(number);
        }
    }

    /// Those with something to write; they are no longer marked.
    pub(crate) fn take_dirty(&mut self, into: &mut Vec<u64>) {
        into.clear();
        into.append(&mut self.dirty);
        for &number in &*into {
            if let Some(stream) = self.get(number) {
                stream.is_dirty = false;
            }
        }
    }

    /// Every open stream.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Stream> {
        self.slots.iter_mut().flatten()
    }
}

#[cfg(test)]
mod tests;
