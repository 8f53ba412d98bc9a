//! What the control plane asks of the SFU's thread.
use crate::limits::{SFU_ANSWER_MS_MAX, SFU_COMMANDS_MAX};
use crate::sys::EventFd;
use sfu::limits::WISHES_MAX;
use sfu::{OfferError, Wish};
use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Why the SFU did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SfuError {
    /// The offer was refused.
    Offer(OfferError),
    /// There are more wishes than a leg can have slots.
    Wishes,
    /// This node has no SFU, or it was stopped.
    None,
    /// Too many commands wait.
    Busy,
    /// It did not answer in time.
    Late,
}

impl fmt::Display for SfuError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offer(error) => error.fmt(f),
            Self::Wishes => f.write_str("there are too many wishes"),
            Self::None => f.write_str("it does not run"),
            Self::Busy => f.write_str("it has too many commands waiting"),
            Self::Late => f.write_str("it did not answer in time"),
        }
    }
}

impl std::error::Error for SfuError {}

pub(crate) enum Ask {
    Offer { room: u64, participant: String, leg_id: String, sdp: String, reply: SyncSender<Result<String, OfferError>> },
    Subscribe { room: u64, participant: String, leg_id: String, wishes: Vec<Wish> },
    Close { room: u64, participant: String },
    Stop,
}

/// The commands that wait. *Bounds*: `SFU_COMMANDS_MAX`, each with an offer at most.
pub(crate) struct Asks {
    waiting: Mutex<VecDeque<Ask>>,
    pub(crate) signal: EventFd,
}

impl Asks {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self { waiting: Mutex::default(), signal: EventFd::new()? })
    }

    fn push(&self, ask: Ask) -> Result<(), SfuError> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= SFU_COMMANDS_MAX && !matches!(ask, Ask::Stop) {
            return Err(SfuError::Busy);
        }
        waiting.push_back(ask);
        drop(waiting);
        self.signal.signal();
        Ok(())
    }

    pub(crate) fn take(&self) -> VecDeque<Ask> {
        self.signal.drain();
        std::mem::take(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The way to the SFU's thread; a copy can be used from any thread, also after the node was stopped.
#[derive(Clone)]
pub struct SfuDoor(pub(crate) Option<Arc<Asks>>);

impl SfuDoor {
    /// Opens a leg and waits for the answer, a few seconds at most.
    pub fn offer(&self, room: u64, participant: &str, leg_id: &str, sdp: &str) -> Result<String, SfuError> {
        if sdp.len() > sfu::limits::OFFER_BYTES_MAX {
            return Err(SfuError::Offer(OfferError::Malformed("it is too long")));
        }
        let (reply, answer) = sync_channel(1);
        let (participant, leg_id, sdp) = (participant.to_owned(), leg_id.to_owned(), sdp.to_owned());
        self.ask(Ask::Offer { room, participant, leg_id, sdp, reply })?;
        answer.recv_timeout(Duration::from_millis(SFU_ANSWER_MS_MAX)).map_err(|_| SfuError::Late)?.map_err(SfuError::Offer)
    }

    /// Says what a leg wants in its slots, all of them.
    pub fn subscribe(&self, room: u64, participant: &str, leg_id: &str, wishes: Vec<Wish>) -> Result<(), SfuError> {
        if wishes.len() > WISHES_MAX {
            return Err(SfuError::Wishes);
        }
        self.ask(Ask::Subscribe { room, participant: participant.to_owned(), leg_id: leg_id.to_owned(), wishes })
    }

    /// Ends a participant's leg.
    pub fn close(&self, room: u64, participant: &str) -> Result<(), SfuError> {
        self.ask(Ask::Close { room, participant: participant.to_owned() })
    }

    pub(crate) fn stop(&self) {
        let _ = self.ask(Ask::Stop);
    }

    fn ask(&self, ask: Ask) -> Result<(), SfuError> {
        self.0.as_ref().ok_or(SfuError::None)?.push(ask)
    }
}
