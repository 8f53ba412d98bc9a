//! What leaves over UDP: collected during a tick, sent at its end.
//!
//! Datagrams of one flow and one size become a run, which the kernel gets as one message and cuts itself (`UDP_SEGMENT`). Runs of one socket go with one
//! sendmmsg. Order is kept within a flow.
//!
//! ```text
//!   arena   | head data | head data | reply | head data | …
//!   pieces       0            1         2        3          each a range of the arena
//!   runs    A: 0 1 3   B: 2                                 a run is a list of pieces, linked, since runs grow side by side
//! ```
//!
//! *Bounds*: `ARENA_BYTES` and `RUNS_MAX`; the owner flushes when `is_full`.
use crate::sys::{Message, SendBatch, borrowed, prefer_fragments};
use std::hash::BuildHasher;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::os::fd::{BorrowedFd, RawFd};

/// Flush beyond this.
const ARENA_BYTES: usize = 1 << 20;
const RUNS_MAX: usize = 1_024;
/// Messages of one sendmmsg.
const MESSAGES_MAX: usize = 128;
/// Datagrams of one run, as the oldest kernels allow.
const SEGMENTS_MAX: usize = 64;
/// Bytes of one run, below what an IP packet may say about its length.
const RUN_BYTES_MAX: usize = 65_000;
/// Larger datagrams do not fit a usual link in one piece and are sent singly: the kernel does not cut what it would have to fragment.
const SEGMENT_BYTES_MAX: usize = 1_452;
/// Flows whose run can still grow; a flow that loses its place begins a new run.
const OPEN_RUNS: usize = 256;
/// Places that a flow may take among them.
const PLACES: usize = 8;
const NONE: u32 = u32::MAX;

/// Which socket, from where, to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Flow {
    /// The socket. It stays open until the next flush.
    pub(crate) fd: RawFd,
    /// The local address, when the socket has several.
    pub(crate) source: Option<IpAddr>,
    /// The other end.
    pub(crate) to: SocketAddr,
    /// Whether to set DF; only known for relay sockets.
    pub(crate) dont_fragment: Option<bool>,
}

struct Run {
    flow: Flow,
    segment_bytes: usize,
    segments: usize,
    bytes: usize,
    first: u32,
    last: u32,
    closed: bool,
}

struct Piece {
    range: Range<usize>,
    next: u32,
}

/// What became of what was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sent {
    /// Datagrams given to the kernel.
    pub(crate) packets: u64,
    /// Bytes of them.
    pub(crate) bytes: u64,
    /// System calls for them.
    pub(crate) calls: u64,
    /// Datagrams dropped since the socket's buffer was full.
    pub(crate) dropped_full: u64,
    /// Datagrams that the kernel refused.
    pub(crate) dropped_refused: u64,
}

/// The egress of one shard.
pub(crate) struct Egress {
    gso: bool,
    arena: Vec<u8>,
    pieces: Vec<Piece>,
    runs: Vec<Run>,
    open: Box<[u32]>,
    latest: u32,
    hasher: foldhash::fast::RandomState,
    order: Vec<u32>,
    ranges: Vec<Range<usize>>,
    messages: Vec<Message>,
    batch: SendBatch,
    /// Counted since the start.
    pub(crate) sent: Sent,
}

impl Egress {
    /// One that makes runs when `gso` is set.
    pub(crate) fn new(gso: bool) -> Self {
        Self {
            gso,
            arena: Vec::with_capacity(ARENA_BYTES + RUN_BYTES_MAX),
            pieces: Vec::new(),
            runs: Vec::with_capacity(RUNS_MAX),
            open: vec![NONE; OPEN_RUNS].into_boxed_slice(),
            latest: NONE,
            hasher: foldhash::fast::RandomState::default(),
            order: Vec::new(),
            ranges: Vec::new(),
            messages: Vec::new(),
            batch: SendBatch::default(),
            sent: Sent::default(),
        }
    }

    /// Whether runs are still made: a device that cannot send them ends it for good.
    pub(crate) fn makes_runs(&self) -> bool {
        self.gso
    }

    /// Whether the owner must flush before the next packet.
    pub(crate) fn is_full(&self) -> bool {
        self.arena.len() >= ARENA_BYTES || self.runs.len() >= RUNS_MAX
    }

    /// Takes one datagram: `head`, then `data`, then `padding` zero bytes.
    pub(crate) fn push(&mut self, flow: &Flow, head: &[u8], data: &[u8], padding: usize) {
        let start = self.arena.len();
        self.arena.extend_from_slice(head);
        self.arena.extend_from_slice(data);
        self.arena.resize(self.arena.len() + padding, 0);
        let range = start..self.arena.len();
        if self.latest != NONE && self.grow(self.latest as usize, flow, &range) {
            return;
        }
        let place = self.place(flow);
        let open = self.open[place];
        if open != NONE && self.grow(open as usize, flow, &range) {
            self.latest = open;
            return;
        }
        let piece = self.piece(range.clone());
        self.latest = u32::try_from(self.runs.len()).unwrap_or(NONE);
        self.open[place] = self.latest;
        let bytes = range.len();
        self.runs.push(Run { flow: *flow, segment_bytes: bytes, segments: 1, bytes, first: piece, last: piece, closed: !self.may_grow(bytes) });
    }

    /// Where the flow's run stands or shall stand: among a few places, since two flows often have the same first one.
    fn place(&self, flow: &Flow) -> usize {
        let first = usize::try_from(self.hasher.hash_one((flow.fd, flow.to))).unwrap_or(0);
        let mut places = (first..first.saturating_add(PLACES)).map(|place| place % OPEN_RUNS);
        let is_mine = |&place: &usize| self.open[place] != NONE && self.runs[self.open[place] as usize].flow == *flow;
        let is_free = |&place: &usize| self.open[place] == NONE;
        places.clone().find(is_mine).or_else(|| places.find(is_free)).unwrap_or(first % OPEN_RUNS)
    }

    fn may_grow(&self, bytes: usize) -> bool {
        self.gso && (1..=SEGMENT_BYTES_MAX).contains(&bytes)
    }

    fn piece(&mut self, range: Range<usize>) -> u32 {
        self.pieces.push(Piece { range, next: NONE });
        u32::try_from(self.pieces.len() - 1).unwrap_or(NONE)
    }

    /// Adds a datagram to a run of the same flow; `false` when it cannot be.
    fn grow(&mut self, index: usize, flow: &Flow, range: &Range<usize>) -> bool {
        let run = &self.runs[index];
        let fits = !run.closed
            && run.flow == *flow
            && (1..=run.segment_bytes).contains(&range.len())
            && run.segments < SEGMENTS_MAX
            && run.bytes + range.len() <= RUN_BYTES_MAX;
        if !fits {
            return false;
        }
        let last = run.last as usize;
        let mut now_last = run.last;
        if self.pieces[last].range.end == range.start {
            self.pieces[last].range.end = range.end;
        } else {
            now_last = self.piece(range.clone());
            self.pieces[last].next = now_last;
        }
        let run = &mut self.runs[index];
        run.last = now_last;
        run.segments += 1;
        run.bytes += range.len();
        // Only the last datagram of a run may be shorter.
        run.closed = range.len() < run.segment_bytes;
        true
    }

    /// Sends all of it. What a full socket does not take is dropped, as UDP may.
    pub(crate) fn flush(&mut self) {
        if self.runs.is_empty() {
            return;
        }
        self.order.clear();
        self.order.extend(0..u32::try_from(self.runs.len()).unwrap_or(0));
        let first = self.runs[0].flow;
        if self.runs.iter().any(|run| (run.flow.fd, run.flow.dont_fragment) != (first.fd, first.dont_fragment)) {
            let runs = &self.runs;
            self.order.sort_by_key(|&index| runs[index as usize].flow.fd);
        }
        let mut from = 0;
        while from < self.order.len() {
            let flow = self.runs[self.order[from] as usize].flow;
            let same = |&&index: &&u32| {
                let other = self.runs[index as usize].flow;
                (other.fd, other.dont_fragment) == (flow.fd, flow.dont_fragment)
            };
            let count = self.order[from..].iter().take(MESSAGES_MAX).take_while(same).count();
            self.send_group(from..from + count);
            from += count;
        }
        self.arena.clear();
        self.pieces.clear();
        self.runs.clear();
        self.open.fill(NONE);
        self.latest = NONE;
    }

    /// Sends runs of one socket.
    fn send_group(&mut self, group: Range<usize>) {
        let flow = self.runs[self.order[group.start] as usize].flow;
        let fd = borrowed(flow.fd);
        if let Some(dont_fragment) = flow.dont_fragment {
            let _ = prefer_fragments(&fd, flow.to.ip(), !dont_fragment);
        }
        let mut group = group;
        while !group.is_empty() {
            self.prepare(group.clone(), false);
            self.sent.calls += 1;
            match self.batch.send(fd, &self.arena, &self.ranges, &self.messages) {
                Ok(count) => {
                    for index in group.start..group.start + count {
                        let run = &self.runs[self.order[index] as usize];
                        self.sent.packets += run.segments as u64;
                        self.sent.bytes += run.bytes as u64;
                    }
                    group.start += count;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_full(&error) => {
                    self.sent.dropped_full += group.clone().map(|index| self.runs[self.order[index] as usize].segments as u64).sum::<u64>();
                    return;
                }
                Err(error) => {
                    self.send_singly(fd, group.start, &error);
                    group.start += 1;
                }
            }
        }
    }

    /// What the kernel does not take as a run goes as single datagrams.
    fn send_singly(&mut self, fd: BorrowedFd<'_>, index: usize, error: &io::Error) {
        let segments = self.runs[self.order[index] as usize].segments;
        if segments == 1 {
            self.sent.dropped_refused += 1;
            return;
        }
        if error.raw_os_error() == Some(libc::EIO) {
            // The device has no checksum offload, so it never will.
            self.gso = false;
        }
        self.prepare(index..index + 1, true);
        let messages = std::mem::take(&mut self.messages);
        for (at, message) in messages.iter().enumerate() {
            self.sent.calls += 1;
            match self.batch.send(fd, &self.arena, &self.ranges, std::slice::from_ref(message)) {
                Ok(_) => {
                    self.sent.packets += 1;
                    self.sent.bytes += self.ranges[message.pieces.clone()].iter().map(|range| range.len() as u64).sum::<u64>();
                }
                Err(error) if is_full(&error) => {
                    self.sent.dropped_full += (messages.len() - at) as u64;
                    break;
                }
                Err(_) => self.sent.dropped_refused += 1,
            }
        }
        self.messages = messages;
    }

    /// Writes the messages for these runs, or for each of their datagrams.
    fn prepare(&mut self, group: Range<usize>, singly: bool) {
        self.ranges.clear();
        self.messages.clear();
        for index in group {
            let run = &self.runs[self.order[index] as usize];
            let message = |pieces, segment_bytes| Message { to: run.flow.to, source: run.flow.source, segment_bytes, pieces };
            let before = self.ranges.len();
            let mut next = run.first;
            while next != NONE {
                let piece = &self.pieces[next as usize];
                if singly {
                    let mut start = piece.range.start;
                    while start < piece.range.end {
                        let end = (start + run.segment_bytes).min(piece.range.end);
                        self.ranges.push(start..end);
                        self.messages.push(message(self.ranges.len() - 1..self.ranges.len(), None));
                        start = end;
                    }
                } else {
                    self.ranges.push(piece.range.clone());
                }
                next = piece.next;
            }
            if !singly {
                let segment_bytes = if run.segments > 1 { u16::try_from(run.segment_bytes).ok() } else { None };
                self.messages.push(message(before..self.ranges.len(), segment_bytes));
            }
        }
    }
}

fn is_full(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock || error.raw_os_error() == Some(libc::ENOBUFS)
}

#[cfg(test)]
mod tests;
