//! Addresses as numbers: keys that hash in one or two writes.
use std::net::{IpAddr, SocketAddr};

/// An address as 128 bits, IPv4 in its mapped form.
#[inline]
pub(crate) fn ip_key(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => 0xffff_0000_0000 | u128::from(ip.to_bits()),
        IpAddr::V6(ip) => ip.to_bits(),
    }
}

/// An address and a port.
#[inline]
pub(crate) fn peer_key(peer: &SocketAddr) -> (u128, u16) {
    (ip_key(peer.ip()), peer.port())
}
