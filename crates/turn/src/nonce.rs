//! The nonce: proof that a client received what was sent to its address, kept by nobody (RFC 8489 §9.2, §17.1).
//!
//! It is an HMAC of the 5-tuple and the time window, cut to 72 bits and written in 12 letters so that a 401 stays small. A guess must be made over the
//! network, once per try, within 20 minutes, and would only spare its maker the round trip.
use crate::address::ClientAddr;
use crate::limits::NONCE_WINDOW_MS;
use std::net::IpAddr;
use wire::integrity::hmac_sha256;

/// Letters of a nonce.
pub(crate) const NONCE_BYTES: usize = 12;

/// Makes nonces and knows its own.
pub(crate) struct Nonces {
    key: [u8; 32],
}

impl Nonces {
    pub(crate) const fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// The nonce of this client in this moment.
    pub(crate) fn issue(&self, client: &ClientAddr, monotonic_ms: u64) -> [u8; NONCE_BYTES] {
        self.of_window(client, monotonic_ms / NONCE_WINDOW_MS)
    }

    /// Whether the nonce was issued to this client in this window or the one before.
    pub(crate) fn verify(&self, nonce: &[u8], client: &ClientAddr, monotonic_ms: u64) -> bool {
        let window = monotonic_ms / NONCE_WINDOW_MS;
        let now = same(nonce, &self.of_window(client, window));
        let before = window > 0 && same(nonce, &self.of_window(client, window - 1));
        now || before
    }

    fn of_window(&self, client: &ClientAddr, window: u64) -> [u8; NONCE_BYTES] {
        let remote = match client.remote.ip() {
            IpAddr::V4(ip) => ip.to_ipv6_mapped().octets(),
            IpAddr::V6(ip) => ip.octets(),
        };
        let mac = hmac_sha256(
            &self.key,
            &[&window.to_be_bytes(), &remote, &client.remote.port().to_be_bytes(), &[client.transport as u8], &client.stream_id.to_be_bytes()],
        );
        let mut letters = [0; NONCE_BYTES];
        for (triple, group) in mac.chunks_exact(3).zip(letters.chunks_exact_mut(4)) {
            let bits = triple.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
            for (place, letter) in group.iter_mut().enumerate() {
                *letter = ALPHABET[bits >> (18 - 6 * place) & 0x3f];
            }
        }
        letters
    }
}

/// The letters of base64.
pub(crate) const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Compares without stopping at the first difference.
fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}
