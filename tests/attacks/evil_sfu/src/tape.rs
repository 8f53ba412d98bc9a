//! What a session recorded of what was on its way to its client, and the playing of a part of it.
use crate::ledger::Source;
use honest::sfu::Packet;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Packets on a tape: a minute or two of three other people.
const PACKETS_MAX: usize = 40_000;

#[derive(Clone)]
pub(crate) struct Taken {
    pub(crate) at: Instant,
    pub(crate) source: Source,
    pub(crate) packet: Packet,
}

/// The last of what was sent.
#[derive(Default)]
pub(crate) struct Tape(VecDeque<Taken>);

impl Tape {
    pub(crate) fn record(&mut self, at: Instant, source: Source, packet: &Packet) {
        if self.0.len() >= PACKETS_MAX {
            self.0.pop_front();
        }
        self.0.push_back(Taken { at, source, packet: packet.clone() });
    }

    /// When something of a leg was taken last.
    pub(crate) fn last_of(&self, leg: usize) -> Option<Instant> {
        self.0.iter().rev().find(|taken| taken.source.0 == leg).map(|taken| taken.at)
    }

    /// A loop over what was taken since `from`, of the sources that are asked for, pictures from a key frame on.
    pub(crate) fn cut(&self, from: Instant, now: Instant, wanted: impl Fn(Source) -> bool) -> Loop {
        let mut begun: Vec<Source> = Vec::new();
        let mut packets = Vec::new();
        for taken in self.0.iter().filter(|taken| taken.at >= from && wanted(taken.source)) {
            let is_picture = matches!(taken.source.1, 1 | 2);
            if !begun.contains(&taken.source) {
                if is_picture && !begins_key_frame(&taken.packet.payload) {
                    continue;
                }
                begun.push(taken.source);
            }
            packets.push(taken.clone());
        }
        let first = packets.first().map_or(now, |taken| taken.at);
        let last = packets.last().map_or(now, |taken| taken.at);
        Loop { first, length: last.saturating_duration_since(first) + Duration::from_millis(40), packets, began: now, next: 0 }
    }
}

/// A part of a tape that plays again and again, at the pace at which it was taken.
pub(crate) struct Loop {
    packets: Vec<Taken>,
    first: Instant,
    length: Duration,
    began: Instant,
    next: usize,
}

impl Loop {
    /// What is due, and whether it began anew.
    pub(crate) fn due(&mut self, now: Instant) -> (bool, Vec<Taken>) {
        let mut again = false;
        if self.packets.is_empty() {
            return (again, Vec::new());
        }
        if self.next >= self.packets.len() && now >= self.began + self.length {
            (self.next, self.began, again) = (0, now, true);
        }
        let rest = &self.packets[self.next..];
        let count = rest.iter().take_while(|taken| self.began + taken.at.saturating_duration_since(self.first) <= now).count();
        let due = rest[..count].to_vec();
        self.next += count;
        (again, due)
    }
}

/// Whether a VP8 payload begins a key frame (RFC 7741 §4.2).
fn begins_key_frame(payload: &[u8]) -> bool {
    let at = |index: usize| payload.get(index).copied().unwrap_or(1);
    let mut length = 1;
    if at(0) & 0x80 != 0 {
        let extensions = at(1);
        length = 2;
        if extensions & 0x80 != 0 {
            length += if at(2) & 0x80 != 0 { 2 } else { 1 };
        }
        length += usize::from(extensions & 0x40 != 0) + usize::from(extensions & 0x30 != 0);
    }
    at(0) & 0x17 == 0x10 && at(length) & 1 == 0
}
