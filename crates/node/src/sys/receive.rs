//! recvmmsg: many datagrams, or many GRO bundles of datagrams, in one call.
use super::{RawAddress, checked, size_of_c};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, AsRawFd};

/// Bytes for control messages of one datagram: the size of its segments and the address it came to, with room to spare.
const CONTROL_WORDS: usize = 16;
/// One slot holds the largest bundle that GRO makes.
const SLOT_BYTES: usize = 65_536;

/// One datagram, or several of one flow.
#[derive(Debug)]
pub(crate) struct Bundle<'a> {
    /// Who sent it.
    pub(crate) from: SocketAddr,
    /// The address it was sent to, when the socket is bound to all of them.
    pub(crate) to: Option<IpAddr>,
    /// Bytes of each datagram but the last, which may have less.
    pub(crate) segment_bytes: usize,
    /// All of them in a row.
    pub(crate) bytes: &'a [u8],
}

/// Memory for one call, used again for the next one.
pub(crate) struct ReceiveBatch {
    bytes: Box<[u8]>,
    names: Box<[RawAddress]>,
    controls: Box<[[u64; CONTROL_WORDS]]>,
    iovecs: Box<[libc::iovec]>,
    headers: Box<[libc::mmsghdr]>,
    received: usize,
}

impl ReceiveBatch {
    /// Room for `slots` bundles.
    pub(crate) fn new(slots: usize) -> Self {
        let mut bytes = vec![0_u8; slots * SLOT_BYTES].into_boxed_slice();
        let iovecs = bytes.chunks_exact_mut(SLOT_BYTES).map(|slot| libc::iovec { iov_base: slot.as_mut_ptr().cast(), iov_len: SLOT_BYTES }).collect();
        // SAFETY: all zeroes is a valid mmsghdr, without buffers.
        let header: libc::mmsghdr = unsafe { std::mem::zeroed() };
        Self {
            bytes,
            names: vec![RawAddress::empty(); slots].into_boxed_slice(),
            controls: vec![[0; CONTROL_WORDS]; slots].into_boxed_slice(),
            iovecs,
            headers: vec![header; slots].into_boxed_slice(),
            received: slots,
        }
    }

    /// How many bundles fit.
    pub(crate) fn slots(&self) -> usize {
        self.headers.len()
    }

    /// Takes what waits; an error of kind `WouldBlock` when nothing does.
    pub(crate) fn receive(&mut self, fd: &impl AsFd) -> io::Result<usize> {
        // Only the headers that the last call changed need to be set up again.
        for index in 0..self.received.max(1) {
            let header = &mut self.headers[index].msg_hdr;
            header.msg_name = self.names[index].as_mut_ptr().cast();
            header.msg_namelen = size_of_c::<libc::sockaddr_storage>();
            header.msg_iov = &raw mut self.iovecs[index];
            header.msg_iovlen = 1;
            header.msg_control = self.controls[index].as_mut_ptr().cast();
            header.msg_controllen = size_of::<[u64; CONTROL_WORDS]>();
            header.msg_flags = 0;
        }
        self.received = 0;
        let slots = libc::c_uint::try_from(self.headers.len()).unwrap_or(libc::c_uint::MAX);
        // SAFETY: every header points to a name, one iovec and control memory of the lengths it says, all owned by self.
        let count = unsafe { libc::recvmmsg(fd.as_fd().as_raw_fd(), self.headers.as_mut_ptr(), slots, libc::MSG_DONTWAIT, std::ptr::null_mut()) };
        self.received = usize::try_from(checked(count)?).unwrap_or(0);
        Ok(self.received)
    }

    /// The `index`-th bundle of the last call; `None` when its sender has no address, or it did not fit.
    pub(crate) fn bundle(&self, index: usize) -> Option<Bundle<'_>> {
        let header = &self.headers[..self.received][index];
        let length = usize::try_from(header.msg_len).unwrap_or(0);
        if header.msg_hdr.msg_flags & libc::MSG_TRUNC != 0 {
            return None;
        }
        let mut bundle = Bundle {
            from: self.names[index].read()?,
            to: None,
            segment_bytes: length.max(1),
            bytes: &self.bytes[index * SLOT_BYTES..][..length.min(SLOT_BYTES)],
        };
        read_controls(&header.msg_hdr, &mut bundle);
        Some(bundle)
    }
}

/// Reads the size of segments and the local address from a datagram's control messages.
fn read_controls(header: &libc::msghdr, bundle: &mut Bundle<'_>) {
    // SAFETY: the kernel filled the control memory that `header` names, and the CMSG macros walk inside it; each payload is read unaligned, with the
    // type that its level and kind say.
    unsafe {
        let mut control = libc::CMSG_FIRSTHDR(header);
        while !control.is_null() {
            let data = libc::CMSG_DATA(control);
            match ((*control).cmsg_level, (*control).cmsg_type) {
                (libc::SOL_UDP, libc::UDP_GRO) => {
                    let segment = data.cast::<libc::c_int>().read_unaligned();
                    bundle.segment_bytes = usize::try_from(segment).unwrap_or(0).max(1);
                }
                (libc::IPPROTO_IP, libc::IP_PKTINFO) => {
                    let info = data.cast::<libc::in_pktinfo>().read_unaligned();
                    bundle.to = Some(Ipv4Addr::from(info.ipi_spec_dst.s_addr.to_ne_bytes()).into());
                }
                (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => {
                    let info = data.cast::<libc::in6_pktinfo>().read_unaligned();
                    bundle.to = Some(Ipv6Addr::from(info.ipi6_addr.s6_addr).into());
                }
                _ => {}
            }
            control = libc::CMSG_NXTHDR(header, control);
        }
    }
}
