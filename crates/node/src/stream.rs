//! One TCP or TLS connection of a client: bytes in, frames out; messages in, bytes out.
//!
//! *Trust*: the client controls every byte and its pace. *Bounds*: one frame unread, `STREAM_OUT_BYTES_MAX` unsent, three deadlines.
use crate::limits::{FRAME_BYTES_UNKNOWN_MAX, HANDSHAKE_MS_MAX, IDLE_MS_MAX, STALL_MS_MAX, STREAM_OUT_BYTES_MAX};
use crate::sys::Interest;
use rustls::ServerConnection;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::{AsFd, BorrowedFd};
use turn::ClientAddr;
use wire::framing::{FRAME_BYTES_MAX, Frame, next_frame};

/// Beyond `STREAM_OUT_BYTES_MAX`, room that only answers to requests may use.
const REPLY_BYTES_RESERVED: usize = 16 * 1_024;

/// Why a stream is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    /// The client closed it, or the network did.
    Gone,
    /// It carried something that is no frame, or no TLS.
    Broken,
    /// A deadline passed.
    TimedOut,
    /// Handling what it sent panicked.
    Panicked,
}

/// A connection, whatever its transport.
pub(crate) struct Stream {
    /// Its 5-tuple and number.
    pub(crate) client: ClientAddr,
    /// What epoll was asked to tell.
    pub(crate) interest: Interest,
    /// Whether it waits to be flushed.
    pub(crate) is_dirty: bool,
    socket: TcpStream,
    tls: Option<Box<ServerConnection>>,
    allocated: bool,
    /// Until when it needs an allocation.
    idle_deadline_ms: u64,
    /// Until when a handshake has to be over.
    handshake_deadline_ms: u64,
    /// When bytes last left, or began to wait.
    progress_ms: u64,
    unread: Vec<u8>,
    unread_from: usize,
    out: Vec<u8>,
    out_from: usize,
    /// Bytes on the wire, in and out.
    pub(crate) wire_bytes: (u64, u64),
}

impl Stream {
    pub(crate) fn new(socket: TcpStream, client: ClientAddr, tls: Option<Box<ServerConnection>>, now_ms: u64) -> Self {
        Self {
            client,
            interest: Interest::Read,
            is_dirty: false,
            socket,
            tls,
            allocated: false,
            idle_deadline_ms: now_ms + IDLE_MS_MAX,
            handshake_deadline_ms: now_ms + HANDSHAKE_MS_MAX,
            progress_ms: now_ms,
            unread: Vec::new(),
            unread_from: 0,
            out: Vec::new(),
            out_from: 0,
            wire_bytes: (0, 0),
        }
    }

    /// Remembers whether the client has an allocation; one without is closed after a while.
    pub(crate) fn set_allocated(&mut self, allocated: bool, now_ms: u64) {
        self.allocated = allocated;
        self.idle_deadline_ms = now_ms + IDLE_MS_MAX;
    }

    /// Whether a deadline has passed.
    pub(crate) fn is_overdue(&self, now_ms: u64) -> bool {
        let handshaking = self.tls.as_ref().is_some_and(|tls| tls.is_handshaking());
        (handshaking && now_ms >= self.handshake_deadline_ms)
            || (!self.allocated && now_ms >= self.idle_deadline_ms)
            || (self.waits_to_write() && now_ms >= self.progress_ms + STALL_MS_MAX)
    }

    /// Reads once from the socket. `Ok(false)` when nothing waits.
    pub(crate) fn fill(&mut self, scratch: &mut [u8]) -> Result<bool, Closing> {
        if self.unread_from > 0 {
            self.unread.drain(..self.unread_from);
            self.unread_from = 0;
        }
        let read = match &mut self.tls {
            None => self.socket.read(scratch),
            Some(tls) => tls.read_tls(&mut self.socket),
        };
        match read {
            Ok(0) => return Err(Closing::Gone),
            Ok(count) => {
                self.wire_bytes.0 += count as u64;
                if self.tls.is_none() {
                    self.unread.extend_from_slice(&scratch[..count]);
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(true),
            Err(_) => return Err(Closing::Gone),
        }
        if let Some(tls) = &mut self.tls {
            if tls.process_new_packets().is_err() {
                // The alert says why.
                let _ = tls.write_tls(&mut self.socket);
                return Err(Closing::Broken);
            }
            while let Ok(count @ 1..) = tls.reader().read(scratch) {
                self.unread.extend_from_slice(&scratch[..count]);
            }
        }
        Ok(true)
    }

    /// The next whole frame, as a range of `unread`.
    pub(crate) fn next_frame(&mut self) -> Result<Option<std::ops::Range<usize>>, Closing> {
        let bytes_max = if self.allocated { FRAME_BYTES_MAX } else { FRAME_BYTES_UNKNOWN_MAX };
        match next_frame(&self.unread[self.unread_from..]) {
            Frame::Whole(length) if length <= bytes_max => {
                let frame = self.unread_from..self.unread_from + length;
                self.unread_from = frame.end;
                Ok(Some(frame))
            }
            Frame::Incomplete(length) if length <= bytes_max => Ok(None),
            _ => Err(Closing::Broken),
        }
    }

    /// Lends the unread bytes, so that a frame can be handled while answers are queued; give them back.
    pub(crate) fn take_unread(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.unread)
    }

    pub(crate) fn give_unread(&mut self, unread: Vec<u8>) {
        self.unread = unread;
    }

    /// Queues one message; `false` when too much waits already.
    pub(crate) fn queue(&mut self, head: &[u8], data: &[u8], padding: usize, is_reply: bool, now_ms: u64) -> bool {
        let bytes = head.len() + data.len() + padding;
        let bytes_max = STREAM_OUT_BYTES_MAX + if is_reply { REPLY_BYTES_RESERVED } else { 0 };
        if self.out.len() - self.out_from + bytes > bytes_max {
            return false;
        }
        if !self.waits_to_write() {
            self.progress_ms = now_ms;
        }
        self.out.extend_from_slice(head);
        self.out.extend_from_slice(data);
        self.out.resize(self.out.len() + padding, 0);
        true
    }

    fn waits_to_write(&self) -> bool {
        self.out_from < self.out.len() || self.tls.as_ref().is_some_and(|tls| tls.wants_write())
    }

    /// Writes what the socket takes. `Ok(false)` when it takes no more and something is left.
    pub(crate) fn flush(&mut self, now_ms: u64) -> Result<bool, Closing> {
        while self.waits_to_write() {
            let written = match &mut self.tls {
                None => self.socket.write(&self.out[self.out_from..]).inspect(|count| self.out_from += count),
                Some(tls) => {
                    // rustls takes as much as its own bound allows, in records of 16 KiB.
                    if self.out_from < self.out.len() && !tls.is_handshaking() {
                        self.out_from += tls.writer().write(&self.out[self.out_from..]).unwrap_or(0);
                    }
                    if !tls.wants_write() {
                        break;
                    }
                    tls.write_tls(&mut self.socket)
                }
            };
            match written {
                Ok(0) => return Err(Closing::Gone),
                Ok(count) => {
                    self.wire_bytes.1 += count as u64;
                    self.progress_ms = now_ms;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.compact();
                    return Ok(false);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(Closing::Gone),
            }
        }
        self.compact();
        Ok(true)
    }

    fn compact(&mut self) {
        if self.out_from == self.out.len() {
            self.out.clear();
            self.out_from = 0;
            // A burst's memory is given back.
            self.out.shrink_to(4_096);
        } else if self.out_from > STREAM_OUT_BYTES_MAX / 2 {
            self.out.drain(..self.out_from);
            self.out_from = 0;
        }
    }

    /// Says goodbye as far as the socket takes it at once.
    pub(crate) fn farewell(&mut self, now_ms: u64) {
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
        }
        let _ = self.flush(now_ms);
    }
}

impl AsFd for Stream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

#[cfg(test)]
mod tests;
