//! What one shard gets from other threads: commands, and datagrams that other shards hand over.
use crate::limits::{COMMANDS_MAX, HAND_OVER_BYTES_MAX, HAND_OVER_PACKETS_MAX};
use crate::sys::EventFd;
use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use turn::HandOver;

/// What the control plane asks of a shard.
#[derive(Clone)]
pub(crate) enum Command {
    Admit { user: String, room: Option<u64> },
    Evict { user: String, until_unix_s: u64 },
    SetSecrets(Vec<Vec<u8>>),
    Stop,
}

/// Datagrams for one shard, collected during a tick and given over at its end.
#[derive(Default)]
pub(crate) struct Parcel {
    bytes: Vec<u8>,
    packets: Vec<(HandOver, Range<usize>)>,
}

impl Parcel {
    pub(crate) fn push(&mut self, hand_over: &HandOver, data: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(data);
        self.packets.push((*hand_over, start..self.bytes.len()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.packets.is_empty()
    }

    pub(crate) fn packets(&self) -> impl Iterator<Item = (&HandOver, &[u8])> {
        self.packets.iter().map(|(hand_over, range)| (hand_over, &self.bytes[range.clone()]))
    }
}

#[derive(Default)]
struct Waiting {
    commands: VecDeque<Command>,
    parcels: Vec<Parcel>,
    parcel_bytes: usize,
    parcel_packets: usize,
}

/// The mailbox of one shard. Locks are held for a push or a swap, once per tick.
pub(crate) struct Mailbox {
    waiting: Mutex<Waiting>,
    pub(crate) signal: EventFd,
}

impl Mailbox {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self { waiting: Mutex::default(), signal: EventFd::new()? })
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a command still fits. `Stop` always does.
    pub(crate) fn has_room(&self) -> bool {
        self.lock().commands.len() < COMMANDS_MAX
    }

    pub(crate) fn command(&self, command: Command) {
        self.lock().commands.push_back(command);
        self.signal.signal();
    }

    /// Takes a parcel, or says how many datagrams were dropped since too much waits already.
    pub(crate) fn hand_over(&self, parcel: Parcel) -> Result<(), u64> {
        let mut waiting = self.lock();
        if waiting.parcel_bytes + parcel.bytes.len() > HAND_OVER_BYTES_MAX || waiting.parcel_packets + parcel.packets.len() > HAND_OVER_PACKETS_MAX {
            return Err(parcel.packets.len() as u64);
        }
        waiting.parcel_bytes += parcel.bytes.len();
        waiting.parcel_packets += parcel.packets.len();
        waiting.parcels.push(parcel);
        drop(waiting);
        self.signal.signal();
        Ok(())
    }

    /// Takes all that waits.
    pub(crate) fn take(&self) -> (VecDeque<Command>, Vec<Parcel>) {
        self.signal.drain();
        let waiting = std::mem::take(&mut *self.lock());
        (waiting.commands, waiting.parcels)
    }
}
