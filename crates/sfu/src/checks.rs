//! What connectivity checks (RFC 8445 §7.3) say: which leg they are for, whether the sender knows its password, and which path it names.
use wire::attribute::{MESSAGE_INTEGRITY, PRIORITY, USE_CANDIDATE, USERNAME};
use wire::integrity::verify_sha1;
use wire::stun::{Class, Message, Method};

/// A check, and our part of its USERNAME.
pub(crate) struct Check<'a> {
    pub(crate) message: Message<'a>,
    /// Names the leg.
    pub(crate) ufrag: &'a str,
}

impl<'a> Check<'a> {
    /// Reads one; `None` for everything that is none. *Trust*: anybody sent it.
    pub(crate) fn read(datagram: &'a [u8]) -> Option<Self> {
        let message = Message::parse(datagram)?;
        if (message.class, message.method) != (Class::Request, Some(Method::Binding)) {
            return None;
        }
        let username = message.signed_attributes().find(|attribute| attribute.kind == USERNAME)?.value;
        let (ufrag, _) = std::str::from_utf8(username).ok()?.split_once(':')?;
        Some(Self { message, ufrag })
    }
}

/// Whether a message is signed with a password.
pub(crate) fn is_signed(message: &Message<'_>, password: &str) -> bool {
    let integrity = message.attributes().find(|attribute| attribute.kind == MESSAGE_INTEGRITY);
    integrity.is_some_and(|found| verify_sha1(message.bytes(), found.offset, found.value, password.as_bytes()))
}

/// The priority of the path that a check names; `None` when it names none. Only what is signed is read: who stands on the way may have put the rest there.
pub(crate) fn nominates(check: &Message<'_>) -> Option<u32> {
    let value = |kind: u16| check.signed_attributes().find(|attribute| attribute.kind == kind).map(|attribute| attribute.value);
    value(USE_CANDIDATE)?;
    Some(value(PRIORITY).and_then(|value| value.try_into().ok()).map_or(0, u32::from_be_bytes))
}

/// Whether a datagram says that it answers a check.
pub(crate) fn is_response(datagram: &[u8]) -> bool {
    Message::parse(datagram).is_some_and(|message| (message.class, message.method) == (Class::Success, Some(Method::Binding)))
}
