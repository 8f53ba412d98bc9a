//! What the node tells the control plane. No event has an address of a client.
use crate::limits::EVENTS_MAX;
use crate::sys::EventFd;
use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{Mutex, PoisonError};
use turn::{Ending, Transport};

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A user allocated.
    Allocated {
        /// The part of the username behind the expiry.
        user: String,
        /// The room it was admitted to.
        room: Option<u64>,
        /// How it reaches the node.
        transport: Transport,
    },
    /// An allocation ended.
    Ended {
        /// The part of the username behind the expiry.
        user: String,
        /// The room it was admitted to.
        room: Option<u64>,
        /// How it reached the node.
        transport: Transport,
        /// Why.
        reason: Ending,
        /// Payload bytes from the client that were passed on.
        bytes_from_client: u64,
        /// Payload bytes that were passed to the client.
        bytes_to_client: u64,
    },
    /// A shard's table was full: the user cannot allocate there.
    Refused {
        /// The user of the `admit`.
        user: String,
    },
    /// Handling one packet panicked; what it belonged to was ended.
    Panicked {
        /// On which shard.
        shard: u16,
    },
    /// Something of the SFU.
    Sfu(sfu::Event),
    /// A shard's thread ended though nobody asked it to.
    Stopped {
        /// Which one; the SFU's has the highest number there is.
        shard: u16,
    },
}

/// Events on their way to asyncio, which watches the descriptor.
#[derive(Debug)]
pub(crate) struct Events {
    waiting: Mutex<Waiting>,
    signal: EventFd,
}

#[derive(Debug, Default)]
struct Waiting {
    events: VecDeque<Event>,
    lost: u64,
}

impl Events {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self { waiting: Mutex::default(), signal: EventFd::new()? })
    }

    /// Adds some; those beyond `EVENTS_MAX` are counted instead.
    pub(crate) fn extend(&self, events: impl Iterator<Item = Event>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            if waiting.events.len() < EVENTS_MAX {
                waiting.events.push_back(event);
            } else {
                waiting.lost += 1;
            }
        }
        self.signal.signal();
    }

    /// Takes all that wait.
    pub(crate) fn drain(&self) -> Vec<Event> {
        // Silent first: an event that comes between the two lines makes it readable again.
        self.signal.drain();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.events.drain(..).collect()
    }

    /// Events that were dropped since the start.
    pub(crate) fn lost(&self) -> u64 {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).lost
    }
}

impl AsFd for Events {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.signal.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, Events};
    use crate::limits::EVENTS_MAX;

    #[test]
    fn events_that_nobody_takes_are_dropped_and_counted() {
        let events = Events::new().unwrap();
        events.extend((0..EVENTS_MAX + 5).map(|_| Event::Panicked { shard: 0 }));
        assert_eq!(events.lost(), 5);
        assert_eq!(events.drain().len(), EVENTS_MAX);
        assert!(events.drain().is_empty());
    }
}
