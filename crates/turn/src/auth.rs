//! The long-term credential mechanism with time-limited usernames (RFC 8489 §9.2.4).
//!
//! The nonce is judged before any password: only who receives at its address makes the server compute HMACs over secrets.
use crate::address::{ClientAddr, Now};
use crate::chance::derive;
use crate::credential::Username;
use crate::nonce::{NONCE_BYTES, Nonces};
use crate::request::Request;
use wire::attribute::ErrorCode;
use wire::integrity::{self, LongTermKey};

/// Who sent a request, proven.
pub(crate) struct Authenticated<'a> {
    pub(crate) username: Username<'a>,
    pub(crate) seal: Seal,
}

/// How the response is to be signed: with what the client used.
pub(crate) struct Seal {
    pub(crate) key: LongTermKey,
    pub(crate) is_sha256: bool,
}

/// Secrets, realm and nonces.
pub(crate) struct Authority {
    pub(crate) realm: Box<str>,
    pub(crate) secrets: Vec<Vec<u8>>,
    nonces: Nonces,
}

impl Authority {
    pub(crate) fn new(realm: &str, secrets: Vec<Vec<u8>>, seed: &[u8; 32]) -> Self {
        Self { realm: realm.into(), secrets, nonces: Nonces::new(derive(seed, b"nonce")) }
    }

    /// Says who sent the request, or which error to answer: 400, 401 or 438.
    pub(crate) fn authenticate<'a>(&self, now: Now, client: &ClientAddr, request: &Request<'a>) -> Result<Authenticated<'a>, ErrorCode> {
        if request.integrity_sha1.is_none() && request.integrity_sha256.is_none() {
            return Err(ErrorCode::Unauthenticated);
        }
        let (Some(username), Some(realm), Some(nonce)) = (request.username, request.realm, request.nonce) else {
            return Err(ErrorCode::BadRequest);
        };
        if !self.nonces.verify(nonce, client, now.monotonic_ms) {
            return Err(ErrorCode::StaleNonce);
        }
        let username = Username::parse(username).filter(|username| !username.is_expired(now.unix_s));
        let username = username.filter(|_| realm == self.realm.as_bytes()).ok_or(ErrorCode::Unauthenticated)?;
        let keys = self.secrets.iter().map(|secret| username.long_term_key(&self.realm, secret));
        let mut fitting = keys.filter(|key| is_signed_with(request, key));
        let key = fitting.next().ok_or(ErrorCode::Unauthenticated)?;
        Ok(Authenticated { username, seal: Seal { key, is_sha256: request.integrity_sha256.is_some() } })
    }

    /// A fresh nonce for a 401 or 438.
    pub(crate) fn nonce(&self, now: Now, client: &ClientAddr) -> [u8; NONCE_BYTES] {
        self.nonces.issue(client, now.monotonic_ms)
    }
}

/// The stronger one counts when both are there; a weaker one beside it must be right too.
fn is_signed_with(request: &Request<'_>, key: &LongTermKey) -> bool {
    let bytes = request.message.bytes();
    let sha1 = request.integrity_sha1.is_none_or(|it| integrity::verify_sha1(bytes, it.offset, it.value, key.as_bytes()));
    let sha256 = request.integrity_sha256.is_none_or(|it| integrity::verify_sha256(bytes, it.offset, it.value, key.as_bytes()));
    sha1 && sha256
}
