//! The DTLS 1.2 server of a leg, by dimpl: a certificate of its own for each, and of the client the one that the offer named.
use crate::srtp::Keys;
use crate::trust::{ends, is_named};
use dimpl::certificate::generate_self_signed_certificate;
use dimpl::{Config, Dtls, Output};
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// What comes out of a connection that is up fits.
const BUFFER_BYTES: usize = 2_048;
/// What comes out of a handshake fits, the client's certificate among it: dimpl keeps no more than 30 datagrams for a message.
const HANDSHAKE_BYTES: usize = 65_536;
/// Larger datagrams are none of a handshake.
const DATAGRAM_BYTES_MAX: usize = 2_048;

/// How far a handshake is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Under way.
    Handshake,
    /// Keys are there, and the certificate is the one that was named.
    Up,
    /// Over: refused, ended or failed.
    Over,
}

/// One handshake and what follows.
pub struct Server {
    dtls: Dtls,
    /// SHA-256 of the certificate that the offer named.
    expected: [u8; 32],
    is_verified: bool,
    has_finished: bool,
    keys: Option<Keys>,
    state: State,
    due: Option<Instant>,
    buffer: Vec<u8>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Server {
    /// One that waits for the client, and the fingerprint of its certificate as SDP has it. `None` when the system gives no key.
    pub fn new(now: Instant, expected: [u8; 32]) -> Option<(Self, String)> {
        static CONFIG: OnceLock<Option<Arc<Config>>> = OnceLock::new();
        // Who comes here knows the leg's password. One who forges an address makes a flight go there, a few times; a cookie would cost everybody a round trip.
        let config = CONFIG.get_or_init(|| Config::builder().use_server_cookie(false).build().ok().map(Arc::new)).clone()?;
        let certificate = generate_self_signed_certificate().ok()?;
        let fingerprint = certificate.fingerprint_str();
        let dtls = Dtls::new_12(config, certificate, now);
        let server = Self {
            dtls,
            expected,
            is_verified: false,
            has_finished: false,
            keys: None,
            state: State::Handshake,
            due: None,
            buffer: vec![0; HANDSHAKE_BYTES],
        };
        Some((server, fingerprint))
    }

    /// How far it is.
    pub fn state(&self) -> State {
        self.state
    }

    /// The keys, once, when it comes up.
    pub fn take_keys(&mut self) -> Option<Keys> {
        if self.state == State::Up { self.keys.take() } else { None }
    }

    /// When `timeout` is due. A connection that is up owes nothing but what it was asked for.
    pub fn due(&self) -> Option<Instant> {
        self.due.filter(|_| self.state == State::Handshake)
    }

    /// Takes a datagram; what it answers goes to `send`.
    pub fn receive(&mut self, now: Instant, datagram: &[u8], send: &mut dyn FnMut(&[u8])) {
        if self.state == State::Over || datagram.len() > DATAGRAM_BYTES_MAX {
            return;
        }
        let taken = self.dtls.handle_timeout(now).and_then(|()| self.dtls.handle_packet(datagram));
        if taken.is_err_and(|error| ends(&error)) {
            self.state = State::Over;
        }
        self.poll(send);
    }

    /// Time has passed.
    pub fn timeout(&mut self, now: Instant, send: &mut dyn FnMut(&[u8])) {
        if self.state != State::Over && self.dtls.handle_timeout(now).is_err() {
            self.state = State::Over;
        }
        self.poll(send);
    }

    /// Says goodbye.
    pub fn close(&mut self, send: &mut dyn FnMut(&[u8])) {
        if self.state == State::Up && self.dtls.close().is_ok() {
            self.poll(send);
        }
        self.state = State::Over;
    }

    fn poll(&mut self, send: &mut dyn FnMut(&[u8])) {
        if self.state == State::Over {
            return;
        }
        loop {
            match self.dtls.poll_output(&mut self.buffer) {
                Output::Packet(record) => send(record),
                Output::BufferTooSmall { needed } if needed <= HANDSHAKE_BYTES => self.buffer.resize(needed, 0),
                Output::BufferTooSmall { .. } | Output::CloseNotify => return self.state = State::Over,
                Output::Timeout(at) => {
                    self.due = Some(at);
                    break;
                }
                Output::PeerCert(der) => {
                    self.is_verified = is_named(der, &self.expected);
                    if !self.is_verified {
                        return self.state = State::Over;
                    }
                }
                Output::KeyingMaterial(material, profile) => {
                    self.keys = Keys::of_server(&material, profile);
                    if self.keys.is_none() {
                        return self.state = State::Over;
                    }
                }
                Output::Connected => self.has_finished = true,
                // Data is a data channel's, which nobody uses here.
                _ => {}
            }
        }
        if self.state == State::Handshake && self.is_verified && self.keys.is_some() && self.has_finished {
            self.state = State::Up;
            self.buffer.truncate(BUFFER_BYTES);
            self.buffer.shrink_to_fit();
        }
    }
}
