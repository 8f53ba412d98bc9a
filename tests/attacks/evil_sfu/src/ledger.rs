//! What all sessions know: the orders, and whose payload is whose.
use crate::deed::Deed;
use honest::sfu::Packet;
use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Payloads whose sender is known.
const SEEN_MAX: usize = 1_024;
/// The end of a payload tells it from all others: it is sealed, or an encoder's last bytes.
const TAIL_BYTES: usize = 24;

/// A leg and the context of one of its streams (spec/9).
pub(crate) type Source = (usize, usize);

#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) deeds: HashMap<usize, Deed>,
    pub(crate) key_frames_every: Option<Duration>,
    /// Legs that were opened.
    pub(crate) legs: usize,
    seen: VecDeque<(Vec<u8>, Source)>,
    dump: Option<BufWriter<File>>,
}

pub(crate) static LEDGER: LazyLock<Mutex<Ledger>> = LazyLock::new(Mutex::default);

pub(crate) fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn tail(payload: &[u8]) -> &[u8] {
    &payload[payload.len().saturating_sub(TAIL_BYTES)..]
}

impl Ledger {
    pub(crate) fn dump_to(&mut self, path: &str) -> io::Result<()> {
        self.dump = Some(BufWriter::new(File::create(path)?));
        Ok(())
    }

    /// Takes note of what a client sent.
    pub(crate) fn note(&mut self, leg: usize, packet: &Packet) -> io::Result<()> {
        if self.seen.len() >= SEEN_MAX {
            self.seen.pop_front();
        }
        self.seen.push_back((tail(&packet.payload).to_vec(), (leg, packet.stream)));
        let Some(dump) = &mut self.dump else { return Ok(()) };
        let byte = |number: usize| u8::try_from(number).unwrap_or(u8::MAX);
        dump.write_all(&[byte(leg), byte(packet.stream), byte(packet.layer), u8::from(packet.marker)])?;
        dump.write_all(&packet.sequence.to_be_bytes())?;
        dump.write_all(&packet.timestamp.to_be_bytes())?;
        dump.write_all(&u16::try_from(packet.payload.len()).unwrap_or(u16::MAX).to_be_bytes())?;
        dump.write_all(&packet.payload)?;
        dump.flush()
    }

    /// Who sent this payload.
    pub(crate) fn source(&self, payload: &[u8]) -> Option<Source> {
        self.seen.iter().rev().find(|(known, _)| known == tail(payload)).map(|&(_, source)| source)
    }
}
