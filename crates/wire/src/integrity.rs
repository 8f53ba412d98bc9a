//! MESSAGE-INTEGRITY, MESSAGE-INTEGRITY-SHA256 and FINGERPRINT (RFC 8489 §14.5 to §14.7), and the key of a long-term credential (§9.2.2).
//!
//! Each covers the message in front of itself, with the length field as if the message ended right behind it.
use crate::stun::HEADER_BYTES;
use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::Sha256;

/// Bytes of HMAC-SHA1.
pub const SHA1_BYTES: usize = 20;
/// Bytes of HMAC-SHA256.
pub const SHA256_BYTES: usize = 32;
/// Bytes of a truncated HMAC-SHA256 at least.
pub const SHA256_BYTES_MIN: usize = 16;

const FINGERPRINT_MASK: u32 = 0x5354_554e;

/// The key of a long-term credential. Key bytes: never logged, compared only through an HMAC.
#[derive(Clone)]
pub struct LongTermKey([u8; 16]);

impl LongTermKey {
    /// MD5 of `username:realm:password`, as the RFC wants; strength comes from the password, an HMAC itself.
    pub fn new(username: &[u8], realm: &[u8], password: &[u8]) -> Self {
        let mut digest = Md5::new();
        for part in [username, b":", realm, b":", password] {
            digest.update(part);
        }
        Self(digest.finalize().into())
    }

    /// The bytes that key the HMAC.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// HMAC-SHA1, which signs usernames and messages.
pub fn hmac_sha1(key: &[u8], parts: &[&[u8]]) -> [u8; SHA1_BYTES] {
    fed::<Hmac<Sha1>>(key, parts).map_or([0; SHA1_BYTES], |mac| mac.finalize().into_bytes().into())
}

/// HMAC-SHA256.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; SHA256_BYTES] {
    fed::<Hmac<Sha256>>(key, parts).map_or([0; SHA256_BYTES], |mac| mac.finalize().into_bytes().into())
}

/// Whether the MESSAGE-INTEGRITY whose type field is at `offset` of `message` has this value. Takes the same time for every wrong value.
pub fn verify_sha1(message: &[u8], offset: usize, value: &[u8], key: &[u8]) -> bool {
    let Some((head, body)) = covered(message, offset, SHA1_BYTES) else { return false };
    fed::<Hmac<Sha1>>(key, &[&head, body]).is_some_and(|mac| mac.verify_slice(value).is_ok())
}

/// Whether the MESSAGE-INTEGRITY-SHA256 at `offset` has this value, which may be cut to 16 bytes or more.
pub fn verify_sha256(message: &[u8], offset: usize, value: &[u8], key: &[u8]) -> bool {
    if value.len() < SHA256_BYTES_MIN || value.len() > SHA256_BYTES || !value.len().is_multiple_of(4) {
        return false;
    }
    let Some((head, body)) = covered(message, offset, value.len()) else { return false };
    fed::<Hmac<Sha256>>(key, &[&head, body]).is_some_and(|mac| mac.verify_truncated_left(value).is_ok())
}

/// The MESSAGE-INTEGRITY of a message that ends where the attribute will begin.
pub(crate) fn sign_sha1(message: &[u8], key: &[u8]) -> [u8; SHA1_BYTES] {
    covered(message, message.len(), SHA1_BYTES).map_or([0; SHA1_BYTES], |(head, body)| hmac_sha1(key, &[&head, body]))
}

/// The MESSAGE-INTEGRITY-SHA256 of a message that ends where the attribute will begin.
pub(crate) fn sign_sha256(message: &[u8], key: &[u8]) -> [u8; SHA256_BYTES] {
    covered(message, message.len(), SHA256_BYTES).map_or([0; SHA256_BYTES], |(head, body)| hmac_sha256(key, &[&head, body]))
}

/// The FINGERPRINT of a message whose attribute begins at `offset`.
pub fn fingerprint(message: &[u8], offset: usize) -> Option<u32> {
    let (head, body) = covered(message, offset, 4)?;
    Some(!crc32(crc32(!0, &head), body) ^ FINGERPRINT_MASK)
}

/// The header as the checksum sees it, and the rest up to `offset`.
fn covered(message: &[u8], offset: usize, value_bytes: usize) -> Option<([u8; HEADER_BYTES], &[u8])> {
    let (head, body) = message.get(..offset)?.split_first_chunk::<HEADER_BYTES>()?;
    let mut head = *head;
    let length = u16::try_from(body.len() + 4 + value_bytes).ok()?;
    head[2..4].copy_from_slice(&length.to_be_bytes());
    Some((head, body))
}

fn fed<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Option<M> {
    let mut mac = <M as KeyInit>::new_from_slice(key).ok()?;
    for part in parts {
        mac.update(part);
    }
    Some(mac)
}

/// CRC-32 of ITU V.42, one table look-up per byte: only messages that carry a FINGERPRINT pay for it.
fn crc32(state: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(state, |crc, byte| CRC_TABLE[usize::from(crc.to_le_bytes()[0] ^ byte)] ^ crc >> 8)
}

const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut index: u32 = 0;
    while index < 256 {
        let mut crc = index;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { 0xedb8_8320 ^ crc >> 1 } else { crc >> 1 };
            bit += 1;
        }
        table[index as usize] = crc;
        index += 1;
    }
    table
};
