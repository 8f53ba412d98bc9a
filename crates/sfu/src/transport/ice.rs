//! ICE-lite (RFC 8445 §2.5): checks are answered, and the client says which path it wants.
//!
//! A check was authenticated before it comes here ([`crate::checks`]). That says who wrote it, not where it comes from ([`crate::nomination`]): a leg that is
//! up follows the client to another path only after a check of our own was answered from there.
//!
//! It asks where a check names a better path, and where the client's own packets come from: a browser whose path broke sends by another one at once, and
//! names it seconds later.
mod asking;

use crate::checks::{is_signed, nominates};
use crate::nomination::{Nominated, Step, heard, step};
use crate::session::Path;
use asking::Asking;
use std::time::Instant;
use wire::attribute::{ICE_CONTROLLED, PRIORITY, USERNAME, XOR_MAPPED_ADDRESS};
use wire::emit::Emitter;
use wire::stun::{Class, Message, Method, TransactionId};

/// What both ends sign checks with.
#[derive(Clone)]
pub(super) struct Credentials {
    pub(super) our_ufrag: String,
    pub(super) our_password: String,
    pub(super) their_ufrag: String,
    pub(super) their_password: String,
}

/// The paths of one leg.
pub(super) struct Ice {
    credentials: Credentials,
    nominated: Option<Nominated>,
    /// Where the first check came from, until one is nominated.
    first: Option<Path>,
    is_up: bool,
    asking: Asking,
}

impl Ice {
    pub(super) fn new(credentials: Credentials) -> Self {
        Self { credentials, nominated: None, first: None, is_up: false, asking: Asking::default() }
    }

    /// Takes what STUN brings, and gives what goes back on that path to `send`. `fresh`: an id for a check of ours.
    pub(super) fn receive(
        &mut self,
        now: Instant,
        path: &Path,
        datagram: &[u8],
        fresh: impl FnOnce() -> Option<TransactionId>,
        mut send: impl FnMut(Vec<u8>),
    ) {
        let Some(message) = Message::parse(datagram).filter(|message| message.method == Some(Method::Binding)) else { return };
        match message.class {
            Class::Request => {
                self.first.get_or_insert(*path);
                send(self.response(path, message.transaction_id()));
                if let Some(priority) = nominates(&message) {
                    self.nominate(Nominated { path: *path, priority, at: now }, fresh).into_iter().for_each(send);
                }
            }
            Class::Success => self.answered(now, path, &message),
            Class::Indication | Class::Error => {}
        }
    }

    fn response(&self, path: &Path, id: TransactionId) -> Vec<u8> {
        let mut response = Vec::with_capacity(96);
        let mut emitter = Emitter::new(&mut response, Class::Success, Method::Binding, id);
        emitter.xor_address(XOR_MAPPED_ADDRESS, &path.remote).integrity_sha1(self.credentials.our_password.as_bytes()).fingerprint();
        response
    }

    /// Follows the client, or asks whether it is there at all.
    fn nominate(&mut self, wanted: Nominated, fresh: impl FnOnce() -> Option<TransactionId>) -> Option<Vec<u8>> {
        match self.nominated.as_ref().map_or(Step::Follow, |held| step(held, &wanted, self.is_up)) {
            Step::Follow => {
                self.nominated = Some(wanted);
                return None;
            }
            Step::Stay => return None,
            Step::Ask => {}
        }
        self.ask(&wanted, fresh)
    }

    /// Takes note that the client itself sent something by this path; a check of ours comes back when it is another than the leg's.
    pub(super) fn heard(&mut self, now: Instant, path: &Path, fresh: impl FnOnce() -> Option<TransactionId>) -> Option<Vec<u8>> {
        let held = self.nominated.as_ref()?;
        let wanted = Nominated { path: *path, priority: held.priority, at: now };
        match heard(held, path, self.is_up) {
            Step::Follow => {
                self.nominated = Some(wanted);
                None
            }
            Step::Stay => None,
            Step::Ask => self.ask(&wanted, fresh),
        }
    }

    fn ask(&mut self, wanted: &Nominated, fresh: impl FnOnce() -> Option<TransactionId>) -> Option<Vec<u8>> {
        let id = self.asking.ask(wanted, fresh)?;
        Some(self.check(wanted, id))
    }

    fn check(&self, wanted: &Nominated, id: TransactionId) -> Vec<u8> {
        let Credentials { our_ufrag, their_ufrag, their_password, .. } = &self.credentials;
        let mut request = Vec::with_capacity(128);
        let mut emitter = Emitter::new(&mut request, Class::Request, Method::Binding, id);
        emitter.attribute(USERNAME, format!("{their_ufrag}:{our_ufrag}").as_bytes()).attribute(PRIORITY, &wanted.priority.to_be_bytes());
        emitter.attribute(ICE_CONTROLLED, &[0; 8]).integrity_sha1(their_password.as_bytes()).fingerprint();
        request
    }

    fn answered(&mut self, now: Instant, path: &Path, message: &Message<'_>) {
        if !is_signed(message, &self.credentials.their_password) {
            return;
        }
        if let Some(wanted) = self.asking.answered(now, path, message.transaction_id()) {
            self.nominated = Some(Nominated { at: now, ..wanted });
        }
    }

    /// The handshake is over, and what we said in it arrived by this path: the client is there.
    pub(super) fn came_up(&mut self, now: Instant, path: Path) {
        self.is_up = true;
        let priority = self.nominated.filter(|held| held.path == path).map_or(0, |held| held.priority);
        self.nominated = Some(Nominated { path, priority, at: now });
    }

    /// Where to send.
    pub(super) fn path(&self) -> Option<&Path> {
        self.nominated.as_ref().map(|nominated| &nominated.path).or(self.first.as_ref())
    }
}

#[cfg(test)]
mod tests;
