//! What the control plane decides: who is in which room, and who is not any more.
use super::Server;
use crate::address::{Now, RoomId};
use crate::config::{ConfigError, secrets_are_sound};
use crate::limits::SERVICES_MAX;
use crate::peer_filter::PeerPolicy;
use crate::sink::{Ending, Sink};
use std::net::SocketAddr;

/// A table is full, or a name or number does not fit into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl std::fmt::Display for Full {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the relay has no place for another user or service, or the name does not fit")
    }
}

impl std::error::Error for Full {}

impl<P: PeerPolicy> Server<P> {
    /// Lets a user allocate, and reach what is in `room`; a user without a room reaches no allocation and no service.
    ///
    /// `user` is the username's part behind `expiry:`. Who is admitted to another room than before loses the allocations made for the old one.
    /// With several shards, call it on each.
    ///
    /// Raises `Full` when the table is full, the name longer than 128 bytes, or the room one of the two highest numbers: refuse the participant.
    pub fn admit(&mut self, user: &str, room: Option<RoomId>, sink: &mut impl Sink) -> Result<(), Full> {
        if room.is_some_and(|room| room.0 > u64::MAX - 2) {
            return Err(Full);
        }
        let moves = self.users.find(user).and_then(|index| self.users.get(index)).is_some_and(|known| known.room != room);
        if moves {
            self.end_all(user, sink);
        }
        self.users.admit(user, room).map(|_| ()).ok_or(Full)
    }

    /// Ends a user's allocations at once and forgets the user. `until_unix_s` is when the last credential given to it runs out:
    /// with `Peers::Public`, where strangers with a good credential may reach public addresses, it is refused until then.
    pub fn evict(&mut self, now: Now, user: &str, until_unix_s: u64, sink: &mut impl Sink) {
        self.end_all(user, sink);
        self.users.dismiss(user);
        if self.is_public() {
            self.users.revoke(user, until_unix_s, now.unix_s);
        }
    }

    fn end_all(&mut self, user: &str, sink: &mut impl Sink) {
        self.ports.drop_reservations(0, Some(user));
        let slots = self.users.find(user).and_then(|index| self.users.get(index)).map(|known| known.slots.clone());
        for slot in slots.unwrap_or_default() {
            self.end(slot, Ending::Evicted, sink);
        }
    }

    /// Lets allocations that have a room reach a service of this node, whatever its address. Raises `Full` above `limits::SERVICES_MAX`.
    pub fn register_local(&mut self, service: SocketAddr) -> Result<(), Full> {
        if self.services.contains(&service) {
            return Ok(());
        }
        if self.services.len() >= SERVICES_MAX {
            return Err(Full);
        }
        self.services.push(service);
        Ok(())
    }

    /// Replaces the secrets, newest first. Credentials signed by none of them are refused from now on; allocations stay until their next request.
    pub fn set_secrets(&mut self, secrets: Vec<Vec<u8>>) -> Result<(), ConfigError> {
        if !secrets_are_sound(&secrets) {
            return Err(ConfigError::Secrets);
        }
        self.authority.secrets = secrets;
        Ok(())
    }
}
