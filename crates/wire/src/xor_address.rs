//! Addresses, masked so that no middlebox rewrites them (RFC 8489 §14.2).
//!
//! ```text
//! |0 0 0 0 0 0 0 0|    family     |  port ⊕ upper half of the cookie |
//! |  address ⊕ (magic cookie ‖ transaction id), 32 or 128 bits       |
//! ```
use crate::stun::{MAGIC_COOKIE, TransactionId};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

const PORT_MASK: u16 = (MAGIC_COOKIE >> 16) as u16;

/// Parses the value of an XOR-…-ADDRESS attribute; `None` unless family and length agree.
pub fn parse(value: &[u8], transaction_id: &TransactionId) -> Option<SocketAddr> {
    let (head, address) = value.split_first_chunk::<4>()?;
    let port = u16::from_be_bytes([head[2], head[3]]) ^ PORT_MASK;
    let ip = match head[1] {
        1 => IpAddr::V4(Ipv4Addr::from_bits(u32::from_be_bytes(address.try_into().ok()?) ^ MAGIC_COOKIE)),
        2 => IpAddr::V6(Ipv6Addr::from_bits(u128::from_be_bytes(address.try_into().ok()?) ^ mask(transaction_id))),
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

/// Writes the value of an XOR-…-ADDRESS attribute into `value` and returns its length, 8 or 20.
pub fn emit(addr: &SocketAddr, transaction_id: &TransactionId, value: &mut [u8; 20]) -> usize {
    value[0] = 0;
    value[2..4].copy_from_slice(&(addr.port() ^ PORT_MASK).to_be_bytes());
    match addr.ip() {
        IpAddr::V4(ip) => {
            value[1] = 1;
            value[4..8].copy_from_slice(&(ip.to_bits() ^ MAGIC_COOKIE).to_be_bytes());
            8
        }
        IpAddr::V6(ip) => {
            value[1] = 2;
            value[4..].copy_from_slice(&(ip.to_bits() ^ mask(transaction_id)).to_be_bytes());
            20
        }
    }
}

fn mask(transaction_id: &TransactionId) -> u128 {
    let low = transaction_id.iter().fold(0, |bits, byte| bits << 8 | u128::from(*byte));
    u128::from(MAGIC_COOKIE) << 96 | low
}
