//! sendmmsg: many messages in one call, each one datagram or, with `UDP_SEGMENT`, a run of datagrams to one address.
use super::{RawAddress, checked};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::os::fd::{AsRawFd, BorrowedFd};

const CONTROL_WORDS: usize = 16;

/// One message, whose bytes lie in pieces of an arena.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// Where it goes.
    pub(crate) to: SocketAddr,
    /// The address it leaves from, when the socket is bound to all of them.
    pub(crate) source: Option<IpAddr>,
    /// Bytes of each datagram but the last; `None` when it is one datagram.
    pub(crate) segment_bytes: Option<u16>,
    /// Which of the batch's pieces are its bytes.
    pub(crate) pieces: Range<usize>,
}

/// Memory for one call, used again for the next one.
#[derive(Default)]
pub(crate) struct SendBatch {
    headers: Vec<libc::mmsghdr>,
    names: Vec<RawAddress>,
    iovecs: Vec<libc::iovec>,
    controls: Vec<[u64; CONTROL_WORDS]>,
}

// SAFETY: pointers are only read during `send`, which sets all of them anew.
unsafe impl Send for SendBatch {}

impl SendBatch {
    /// Sends messages in order and returns how many went; an error speaks of the first one that did not, when none went.
    pub(crate) fn send(&mut self, fd: BorrowedFd<'_>, arena: &[u8], pieces: &[Range<usize>], messages: &[Message]) -> io::Result<usize> {
        self.headers.clear();
        self.names.clear();
        self.iovecs.clear();
        self.controls.clear();
        // All memory first: a vector that grows later would move what headers point to.
        self.names.reserve(messages.len());
        self.controls.reserve(messages.len());
        self.iovecs.extend(pieces.iter().map(|piece| {
            let bytes = &arena[piece.clone()];
            libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() }
        }));
        for message in messages {
            let header = self.header(message);
            self.headers.push(header);
        }
        let count = libc::c_uint::try_from(self.headers.len()).unwrap_or(libc::c_uint::MAX);
        // SAFETY: each header points to an address, iovecs and control memory owned by self that were reserved above and have not moved; the iovecs
        // point into `arena`, which is borrowed for the call and only read.
        let sent = unsafe { libc::sendmmsg(fd.as_raw_fd(), self.headers.as_mut_ptr(), count, libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL) };
        Ok(usize::try_from(checked(sent)?).unwrap_or(0))
    }

    fn header(&mut self, message: &Message) -> libc::mmsghdr {
        let (name, name_length) = RawAddress::of(&message.to);
        self.names.push(name);
        let iovecs = &mut self.iovecs[message.pieces.clone()];
        // SAFETY: all zeroes is a valid mmsghdr, without buffers.
        let mut header: libc::mmsghdr = unsafe { std::mem::zeroed() };
        header.msg_hdr.msg_name = self.names.last_mut().map_or(std::ptr::null_mut(), |name| name.as_mut_ptr().cast());
        header.msg_hdr.msg_namelen = name_length;
        header.msg_hdr.msg_iov = iovecs.as_mut_ptr();
        header.msg_hdr.msg_iovlen = iovecs.len();
        if message.segment_bytes.is_some() || message.source.is_some() {
            self.controls.push([0; CONTROL_WORDS]);
            let control = self.controls.last_mut().expect("one was pushed");
            header.msg_hdr.msg_control = control.as_mut_ptr().cast();
            header.msg_hdr.msg_controllen = size_of::<[u64; CONTROL_WORDS]>();
            header.msg_hdr.msg_controllen = write_controls(&header.msg_hdr, message);
        }
        header
    }
}

/// Writes what a message asks for beyond its bytes, and returns how long that is.
fn write_controls(header: &libc::msghdr, message: &Message) -> usize {
    let mut length = 0;
    // SAFETY: the control memory is zeroed, aligned and larger than the two messages that may be written, so the CMSG macros stay inside it.
    unsafe {
        let mut next = libc::CMSG_FIRSTHDR(header);
        if let Some(segment) = message.segment_bytes {
            length += put(next, libc::SOL_UDP, libc::UDP_SEGMENT, segment);
            next = libc::CMSG_NXTHDR(header, next);
        }
        match message.source {
            Some(IpAddr::V4(ip)) => {
                let source = libc::in_addr { s_addr: u32::from_ne_bytes(ip.octets()) };
                let info = libc::in_pktinfo { ipi_ifindex: 0, ipi_spec_dst: source, ipi_addr: libc::in_addr { s_addr: 0 } };
                length += put(next, libc::IPPROTO_IP, libc::IP_PKTINFO, info);
            }
            Some(IpAddr::V6(ip)) => {
                let info = libc::in6_pktinfo { ipi6_addr: libc::in6_addr { s6_addr: ip.octets() }, ipi6_ifindex: 0 };
                length += put(next, libc::IPPROTO_IPV6, libc::IPV6_PKTINFO, info);
            }
            None => {}
        }
    }
    length
}

/// Writes one control message and returns the room it took.
///
/// SAFETY: `control` must point to that much zeroed, writable memory.
unsafe fn put<T>(control: *mut libc::cmsghdr, level: libc::c_int, kind: libc::c_int, value: T) -> usize {
    let bytes = libc::c_uint::try_from(size_of::<T>()).expect("a control message is small");
    // SAFETY: the caller vouches for the memory.
    unsafe {
        (*control).cmsg_level = level;
        (*control).cmsg_type = kind;
        (*control).cmsg_len = libc::CMSG_LEN(bytes) as usize;
        libc::CMSG_DATA(control).cast::<T>().write_unaligned(value);
        libc::CMSG_SPACE(bytes) as usize
    }
}
