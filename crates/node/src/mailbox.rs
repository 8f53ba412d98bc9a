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

#[cfg(test)]
mod tests {
    use super::{Command, Mailbox, Parcel};
    use crate::limits::{COMMANDS_MAX, HAND_OVER_BYTES_MAX, HAND_OVER_PACKETS_MAX};
    use turn::{HandOver, Origin};

    fn parcel(packets: usize, bytes: usize) -> Parcel {
        let addr = "192.0.2.1:1".parse().unwrap();
        let mut parcel = Parcel::default();
        for _ in 0..packets {
            parcel.push(&HandOver { from: addr, to: addr, origin: Origin::Service }, &vec![0; bytes]);
        }
        parcel
    }

    #[test]
    fn a_shard_that_is_behind_is_handed_no_more() {
        let mailbox = Mailbox::new().unwrap();
        assert_eq!(mailbox.hand_over(parcel(HAND_OVER_PACKETS_MAX, 1)), Ok(()));
        assert_eq!(mailbox.hand_over(parcel(3, 1)), Err(3));
        assert_eq!(mailbox.take().1.len(), 1);
        assert_eq!(mailbox.hand_over(parcel(1, HAND_OVER_BYTES_MAX)), Ok(()));
        assert_eq!(mailbox.hand_over(parcel(1, 1)), Err(1));
    }

    #[test]
    fn commands_beyond_the_bound_are_refused_but_never_the_last_one() {
        let mailbox = Mailbox::new().unwrap();
        for _ in 0..COMMANDS_MAX {
            assert!(mailbox.has_room());
            mailbox.command(Command::Evict { user: "user".to_owned(), until_unix_s: 0 });
        }
        assert!(!mailbox.has_room());
        mailbox.command(Command::Stop);
        assert!(matches!(mailbox.take().0.back(), Some(Command::Stop)));
        assert!(mailbox.has_room());
    }
}
