//! ICE-lite (RFC 8445 §2.5): checks are answered, and the client says which path it wants.
//!
//! A check was authenticated before it comes here ([`crate::checks`]), and its address is this leg's.
use crate::session::{Path, Protocol};
use std::time::{Duration, Instant};
use wire::attribute::{PRIORITY, USE_CANDIDATE, XOR_MAPPED_ADDRESS};
use wire::emit::Emitter;
use wire::stun::{Class, Message, Method};

/// A path of less priority takes over when the better one was not nominated for so long: clients that nominate several at once repeat all of them.
const STALE: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug)]
struct Nominated {
    path: Path,
    priority: u32,
    at: Instant,
}

/// The paths of one leg.
#[derive(Debug, Default)]
pub(super) struct Ice {
    nominated: Option<Nominated>,
    /// Where the first check came from, until one is nominated.
    first: Option<Path>,
}

impl Ice {
    /// Takes a check and writes the response.
    pub(super) fn check(&mut self, now: Instant, path: &Path, datagram: &[u8], password: &str, response: &mut Vec<u8>) -> bool {
        let Some(message) = Message::parse(datagram).filter(|message| message.class == Class::Request && message.method == Some(Method::Binding))
        else {
            return false;
        };
        self.first.get_or_insert(*path);
        if message.attributes().any(|attribute| attribute.kind == USE_CANDIDATE) {
            self.nominate(now, path, priority(&message).unwrap_or(0));
        }
        let mut emitter = Emitter::new(response, Class::Success, Method::Binding, message.transaction_id());
        emitter.xor_address(XOR_MAPPED_ADDRESS, &path.remote).integrity_sha1(password.as_bytes()).fingerprint();
        true
    }

    fn nominate(&mut self, now: Instant, path: &Path, priority: u32) {
        let better = |held: &Nominated| {
            held.path == *path || rank(path, priority) > rank(&held.path, held.priority) || now.saturating_duration_since(held.at) >= STALE
        };
        if self.nominated.as_ref().is_none_or(better) {
            self.nominated = Some(Nominated { path: *path, priority, at: now });
        }
    }

    /// Where to send.
    pub(super) fn path(&self) -> Option<&Path> {
        self.nominated.as_ref().map(|nominated| &nominated.path).or(self.first.as_ref())
    }
}

/// UDP before TCP, whatever a client thinks of them.
fn rank(path: &Path, priority: u32) -> (bool, u32) {
    (path.protocol == Protocol::Udp, priority)
}

fn priority(message: &Message<'_>) -> Option<u32> {
    let value = message.attributes().find(|attribute| attribute.kind == PRIORITY)?.value;
    Some(u32::from_be_bytes(value.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::Ice;
    use crate::session::{Path, Protocol};
    use std::time::{Duration, Instant};
    use wire::attribute::{MESSAGE_INTEGRITY, PRIORITY, USE_CANDIDATE, USERNAME};
    use wire::emit::Emitter;
    use wire::integrity::verify_sha1;
    use wire::stun::{Class, Message, Method};

    fn path(protocol: Protocol, port: u16) -> Path {
        Path { protocol, local: ([127, 0, 0, 1], 1).into(), remote: ([127, 0, 0, 1], port).into() }
    }

    fn check(priority: u32, nominates: bool) -> Vec<u8> {
        let mut buffer = Vec::new();
        let mut emitter = Emitter::new(&mut buffer, Class::Request, Method::Binding, [9; 12]);
        emitter.attribute(USERNAME, b"a:b").attribute(PRIORITY, &priority.to_be_bytes());
        if nominates {
            emitter.attribute(USE_CANDIDATE, &[]);
        }
        buffer
    }

    #[test]
    fn a_check_is_answered_with_the_address_it_came_from() {
        let (mut ice, mut response) = (Ice::default(), Vec::new());
        assert!(ice.check(Instant::now(), &path(Protocol::Udp, 5), &check(1, false), "password", &mut response));
        let message = Message::parse(&response).unwrap();
        assert_eq!((message.class, message.transaction_id()), (Class::Success, [9; 12]));
        let integrity = message.attributes().find(|attribute| attribute.kind == MESSAGE_INTEGRITY).unwrap();
        assert!(verify_sha1(&response, integrity.offset, integrity.value, b"password"));
        assert_eq!(ice.path().unwrap().remote.port(), 5, "before anything is nominated");
        assert!(!ice.check(Instant::now(), &path(Protocol::Udp, 5), b"nothing", "password", &mut response));
    }

    #[test]
    fn the_better_of_several_nominated_paths_stays_and_a_silent_one_goes() {
        let (mut ice, mut response, start) = (Ice::default(), Vec::new(), Instant::now());
        let mut nominate = |ice: &mut Ice, after_ms, path: &Path, priority| {
            ice.check(start + Duration::from_millis(after_ms), path, &check(priority, true), "p", &mut response);
            ice.path().unwrap().remote.port()
        };
        let (udp, other, tcp) = (path(Protocol::Udp, 1), path(Protocol::Udp, 2), path(Protocol::Tcp, 3));
        assert_eq!(nominate(&mut ice, 0, &tcp, 900), 3);
        assert_eq!(nominate(&mut ice, 10, &udp, 100), 1, "datagrams before streams");
        assert_eq!(nominate(&mut ice, 20, &tcp, 900), 1);
        assert_eq!(nominate(&mut ice, 30, &other, 200), 2);
        assert_eq!(nominate(&mut ice, 40, &udp, 100), 2);
        assert_eq!(nominate(&mut ice, 1_040, &tcp, 900), 3, "the others are silent");
    }
}
