//! Addresses as the kernel reads and writes them.
use super::size_of_c;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

// The C library has families as int in some places and as short in others.
#[allow(clippy::cast_possible_truncation)]
const FAMILY_V4: libc::sa_family_t = libc::AF_INET as libc::sa_family_t;
#[allow(clippy::cast_possible_truncation)]
const FAMILY_V6: libc::sa_family_t = libc::AF_INET6 as libc::sa_family_t;

/// A `sockaddr_storage`; large enough for both families.
#[derive(Clone, Copy)]
pub(crate) struct RawAddress {
    storage: libc::sockaddr_storage,
}

impl RawAddress {
    /// No address yet: a place for the kernel to write one.
    pub(crate) fn empty() -> Self {
        // SAFETY: all zeroes is a valid sockaddr_storage, of the family AF_UNSPEC.
        Self { storage: unsafe { std::mem::zeroed() } }
    }

    /// The address, and how many bytes of it count.
    pub(crate) fn of(addr: &SocketAddr) -> (Self, libc::socklen_t) {
        let mut raw = Self::empty();
        let length = match addr {
            SocketAddr::V4(v4) => {
                let value = libc::sockaddr_in {
                    sin_family: FAMILY_V4,
                    sin_port: v4.port().to_be(),
                    sin_addr: libc::in_addr { s_addr: u32::from_ne_bytes(v4.ip().octets()) },
                    sin_zero: [0; 8],
                };
                // SAFETY: sockaddr_storage is at least as large and as aligned as every sockaddr.
                unsafe { (&raw mut raw.storage).cast::<libc::sockaddr_in>().write(value) };
                size_of_c::<libc::sockaddr_in>()
            }
            SocketAddr::V6(v6) => {
                let value = libc::sockaddr_in6 {
                    sin6_family: FAMILY_V6,
                    sin6_port: v6.port().to_be(),
                    sin6_flowinfo: 0,
                    sin6_addr: libc::in6_addr { s6_addr: v6.ip().octets() },
                    sin6_scope_id: v6.scope_id(),
                };
                // SAFETY: as above.
                unsafe { (&raw mut raw.storage).cast::<libc::sockaddr_in6>().write(value) };
                size_of_c::<libc::sockaddr_in6>()
            }
        };
        (raw, length)
    }

    /// A copy of what `addr` points to; empty when it is of another family than IPv4 and IPv6.
    ///
    /// # Safety
    /// `addr` must point to a whole address of the family that it names.
    pub(crate) unsafe fn copy(addr: *const libc::sockaddr) -> Self {
        let mut raw = Self::empty();
        // SAFETY: the caller vouches for the address; the storage is large enough for both families.
        unsafe {
            let bytes = match libc::c_int::from((*addr).sa_family) {
                libc::AF_INET => size_of::<libc::sockaddr_in>(),
                libc::AF_INET6 => size_of::<libc::sockaddr_in6>(),
                _ => 0,
            };
            std::ptr::copy_nonoverlapping(addr.cast::<u8>(), (&raw mut raw.storage).cast::<u8>(), bytes);
        }
        raw
    }

    /// What the kernel wrote; `None` when it is of no family that we asked for.
    pub(crate) fn read(&self) -> Option<SocketAddr> {
        match libc::c_int::from(self.storage.ss_family) {
            libc::AF_INET => {
                // SAFETY: the family says what lies there, and the storage is large and aligned enough.
                let value = unsafe { (&raw const self.storage).cast::<libc::sockaddr_in>().read() };
                let ip = Ipv4Addr::from(value.sin_addr.s_addr.to_ne_bytes());
                Some(SocketAddrV4::new(ip, u16::from_be(value.sin_port)).into())
            }
            libc::AF_INET6 => {
                // SAFETY: as above.
                let value = unsafe { (&raw const self.storage).cast::<libc::sockaddr_in6>().read() };
                let ip = Ipv6Addr::from(value.sin6_addr.s6_addr);
                Some(SocketAddrV6::new(ip, u16::from_be(value.sin6_port), 0, value.sin6_scope_id).into())
            }
            _ => None,
        }
    }

    /// Where the kernel reads it.
    pub(crate) fn as_ptr(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }

    /// Where the kernel writes it.
    pub(crate) fn as_mut_ptr(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }
}
