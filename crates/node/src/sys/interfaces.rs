//! The addresses of this host.
use super::{RawAddress, checked};
use std::io;
use std::net::IpAddr;

/// The address of every interface, loopback and link-local ones too.
pub(crate) fn own_addresses() -> io::Result<Vec<IpAddr>> {
    let mut first: *mut libc::ifaddrs = std::ptr::null_mut();
    // SAFETY: the C library writes a list that we free below.
    checked(unsafe { libc::getifaddrs(&raw mut first) })?;
    let mut found = Vec::new();
    let mut next = first;
    while !next.is_null() {
        // SAFETY: the list is ours until it is freed; `ifa_addr` is null or an address of the family that it names.
        unsafe {
            let addr = (*next).ifa_addr;
            if !addr.is_null() {
                found.extend(RawAddress::copy(addr).read().map(|addr| addr.ip()));
            }
            next = (*next).ifa_next;
        }
    }
    // SAFETY: the list came from getifaddrs and nothing of it is kept.
    unsafe { libc::freeifaddrs(first) };
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
