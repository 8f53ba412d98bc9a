//! Time-limited credentials: `expiry:user` as the username, `base64(HMAC-SHA1(secret, username))` as the password.
//!
//! The server keeps no passwords; whoever holds a secret can make any of them. Several secrets are good at once while they rotate.
use crate::limits::USER_BYTES_MAX;
use crate::nonce::ALPHABET;
use wire::integrity::{LongTermKey, SHA1_BYTES, hmac_sha1};

/// Bytes of a password.
pub const PASSWORD_BYTES: usize = 28;

/// A username that parsed; nothing is proven by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Username<'a> {
    /// All of it, as the client wrote it.
    pub(crate) whole: &'a str,
    /// When the credential runs out.
    pub(crate) expiry_unix_s: u64,
    /// The part behind the colon.
    pub(crate) user: &'a str,
}

impl<'a> Username<'a> {
    /// Parses `expiry:user`: 1 to 12 decimal digits, a colon, 1 to 128 bytes of UTF-8.
    pub(crate) fn parse(value: &'a [u8]) -> Option<Self> {
        let whole = std::str::from_utf8(value).ok()?;
        let (expiry, user) = whole.split_once(':')?;
        let digits = (1..=12).contains(&expiry.len()) && expiry.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || !(1..=USER_BYTES_MAX).contains(&user.len()) {
            return None;
        }
        Some(Self { whole, expiry_unix_s: expiry.parse().ok()?, user })
    }

    /// Whether the credential ran out.
    pub(crate) const fn is_expired(&self, unix_s: u64) -> bool {
        self.expiry_unix_s <= unix_s
    }

    /// The key that signs this user's messages if its password was made with `secret`.
    pub(crate) fn long_term_key(&self, realm: &str, secret: &[u8]) -> LongTermKey {
        LongTermKey::new(self.whole.as_bytes(), realm.as_bytes(), &password(secret, self.whole))
    }
}

/// The password that goes with a username `expiry:user` under a secret, in ASCII: what the control plane gives to clients.
pub fn password(secret: &[u8], username: &str) -> [u8; PASSWORD_BYTES] {
    base64(hmac_sha1(secret, &[username.as_bytes()]))
}

/// Base64 of an HMAC-SHA1: 27 letters and one sign of padding.
fn base64(bytes: [u8; SHA1_BYTES]) -> [u8; PASSWORD_BYTES] {
    let mut letters = [b'='; PASSWORD_BYTES];
    for (group, triple) in letters.chunks_exact_mut(4).zip(bytes.chunks(3)) {
        let bits = triple.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - triple.len()));
        for (place, letter) in group.iter_mut().enumerate().take(triple.len() + 1) {
            *letter = ALPHABET[bits >> (18 - 6 * place) & 0x3f];
        }
    }
    letters
}
