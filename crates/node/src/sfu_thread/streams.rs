//! The SFU's TCP connections: frames with two bytes of length (RFC 4571), for clients that UDP does not reach.
//!
//! *Trust*: the client controls every byte and its pace. *Bounds*: the numbers of streams, one frame unread, `STREAM_OUT_BYTES_MAX` unsent, `IDLE_MS_MAX`.
use crate::limits::{IDLE_MS_MAX, SFU_FRAME_BYTES_MAX, SFU_STREAMS_MAX, SFU_STREAMS_PER_SOURCE_MAX, STALL_MS_MAX, STREAM_OUT_BYTES_MAX};
use crate::sys::{Epoll, Interest};
use crate::token::Token;
use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

/// Who sent some whole frames.
type Arrived = (SocketAddr, Vec<Vec<u8>>);

struct Stream {
    socket: TcpStream,
    remote: SocketAddr,
    opened_at: Instant,
    /// When bytes last left, or began to wait.
    progress_at: Instant,
    interest: Interest,
    unread: Vec<u8>,
    unsent: Vec<u8>,
}

/// All of them, by number.
#[derive(Default)]
pub(crate) struct Streams {
    open: HashMap<u64, Stream>,
    by_remote: HashMap<SocketAddr, u64>,
    dirty: Vec<u64>,
    accepted: u64,
    scratch: Vec<u8>,
}

fn source(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => u128::from(ip.to_bits()),
        IpAddr::V6(ip) => ip.to_bits() >> 64 | 1 << 127,
    }
}

impl Streams {
    pub(crate) fn len(&self) -> usize {
        self.open.len()
    }

    /// Takes a connection, or drops it when there are too many.
    pub(crate) fn add(&mut self, socket: OwnedFd, remote: SocketAddr, epoll: &Epoll, now: Instant) {
        let of_source = self.open.values().filter(|stream| source(stream.remote.ip()) == source(remote.ip())).count();
        if self.open.len() >= SFU_STREAMS_MAX || of_source >= SFU_STREAMS_PER_SOURCE_MAX {
            return;
        }
        self.accepted += 1;
        let number = self.accepted;
        if epoll.add(&socket, Token::Stream(number).pack(), Interest::Read).is_err() {
            return;
        }
        let (socket, interest) = (TcpStream::from(socket), Interest::Read);
        self.open.insert(number, Stream { socket, remote, opened_at: now, progress_at: now, interest, unread: Vec::new(), unsent: Vec::new() });
        self.by_remote.insert(remote, number);
    }

    /// Reads once. The whole frames that came, and who sent them; `Err` with the address of a stream that is over.
    pub(crate) fn read(&mut self, number: u64) -> Result<Option<Arrived>, SocketAddr> {
        self.dirty.push(number);
        self.scratch.resize(16 * 1_024, 0);
        let Some(stream) = self.open.get_mut(&number) else { return Ok(None) };
        let remote = stream.remote;
        match stream.socket.read(&mut self.scratch) {
            Ok(0) => Err(self.close(number, remote)),
            Ok(count) => {
                stream.unread.extend_from_slice(&self.scratch[..count]);
                match frames(&mut stream.unread) {
                    Some(frames) => Ok(Some((remote, frames))),
                    None => Err(self.close(number, remote)),
                }
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(None),
            Err(_) => Err(self.close(number, remote)),
        }
    }

    /// Queues one frame; what does not fit is dropped, as UDP may.
    pub(crate) fn queue(&mut self, remote: SocketAddr, datagram: &[u8], now: Instant) {
        let Some(&number) = self.by_remote.get(&remote) else { return };
        let Some(stream) = self.open.get_mut(&number) else { return };
        let Ok(length) = u16::try_from(datagram.len()) else { return };
        if stream.unsent.len() + 2 + datagram.len() > STREAM_OUT_BYTES_MAX {
            return;
        }
        if stream.unsent.is_empty() {
            stream.progress_at = now;
            self.dirty.push(number);
        }
        stream.unsent.extend_from_slice(&length.to_be_bytes());
        stream.unsent.extend_from_slice(datagram);
    }

    /// Writes what sockets take. The addresses of streams that are over come back.
    pub(crate) fn flush(&mut self, epoll: &Epoll, now: Instant) -> Vec<SocketAddr> {
        let mut over = Vec::new();
        for number in std::mem::take(&mut self.dirty) {
            let Some(stream) = self.open.get_mut(&number) else { continue };
            let remote = stream.remote;
            let written = match stream.socket.write(&stream.unsent) {
                _ if stream.unsent.is_empty() => Ok(0),
                Ok(0) => Err(()),
                Ok(count) => Ok(count),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(0),
                Err(_) => Err(()),
            };
            let Ok(count) = written else {
                over.push(self.close(number, remote));
                continue;
            };
            if count > 0 {
                stream.progress_at = now;
                stream.unsent.drain(..count);
            }
            let interest = if stream.unsent.is_empty() { Interest::Read } else { Interest::ReadWrite };
            if stream.interest != interest && epoll.modify(&stream.socket, Token::Stream(number).pack(), interest).is_ok() {
                stream.interest = interest;
            }
        }
        over
    }

    /// Closes those that take nothing, and those that nobody knows after a while. Their addresses come back.
    pub(crate) fn close_overdue(&mut self, now: Instant, is_known: impl Fn(SocketAddr) -> bool) -> Vec<SocketAddr> {
        let late = |since: Instant, milliseconds| now.saturating_duration_since(since) > Duration::from_millis(milliseconds);
        let overdue = self.open.iter().filter(|(_, stream)| {
            (!stream.unsent.is_empty() && late(stream.progress_at, STALL_MS_MAX)) || (late(stream.opened_at, IDLE_MS_MAX) && !is_known(stream.remote))
        });
        let overdue: Vec<_> = overdue.map(|(&number, stream)| (number, stream.remote)).collect();
        overdue.into_iter().map(|(number, remote)| self.close(number, remote)).collect()
    }

    fn close(&mut self, number: u64, remote: SocketAddr) -> SocketAddr {
        self.open.remove(&number);
        self.by_remote.remove(&remote);
        remote
    }
}

/// Cuts whole frames off; `None` when one is longer than any may be.
fn frames(unread: &mut Vec<u8>) -> Option<Vec<Vec<u8>>> {
    let (mut frames, mut from) = (Vec::new(), 0);
    while let Some((head, rest)) = unread[from..].split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*head));
        if length > SFU_FRAME_BYTES_MAX {
            return None;
        }
        let Some(frame) = rest.get(..length) else { break };
        frames.push(frame.to_vec());
        from += 2 + length;
    }
    unread.drain(..from);
    Some(frames)
}

#[cfg(test)]
mod tests {
    use super::frames;

    #[test]
    fn frames_are_cut_where_they_end_and_long_ones_refused() {
        let mut unread = vec![0, 2, 7, 8, 0, 0, 0, 3, 9];
        assert_eq!(frames(&mut unread), Some(vec![vec![7, 8], vec![]]));
        assert_eq!(unread, [0, 3, 9]);
        unread.extend_from_slice(&[9, 9]);
        assert_eq!(frames(&mut unread), Some(vec![vec![9, 9, 9]]));
        assert_eq!(frames(&mut vec![0x10, 0x01]), None);
    }
}
