//! The attributes of one message, read in one walk (RFC 8489 §6.3, §14).
//!
//! Of an attribute that occurs twice the first counts. What stands behind MESSAGE-INTEGRITY is not read, but for the other integrity and FINGERPRINT.
use crate::address::Family;
use crate::limits::{PEERS_PER_REQUEST_MAX, UNKNOWN_ATTRIBUTES_MAX};
use std::net::SocketAddr;
use wire::attribute as kind;
use wire::integrity;
use wire::stun::{Attribute, Message, TransactionId};
use wire::xor_address;

/// A list with a bound, on the stack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Few<T, const N: usize> {
    items: [Option<T>; N],
    /// Whether more came than there is place for.
    pub(crate) overflowed: bool,
}

impl<T: Copy, const N: usize> Few<T, N> {
    const fn new() -> Self {
        Self { items: [None; N], overflowed: false }
    }

    fn push(&mut self, item: T) {
        match self.items.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some(item),
            None => self.overflowed = true,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.items.iter().flatten().copied()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items[0].is_none()
    }
}

/// A value that may be absent or senseless.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Field<T> {
    /// Not there.
    #[default]
    Absent,
    /// There, with a length or content that the RFC does not know.
    Malformed,
    /// There.
    Present(T),
}

impl<T: Copy> Field<T> {
    fn set(&mut self, parsed: Option<T>) {
        if matches!(self, Self::Absent) {
            *self = parsed.map_or(Self::Malformed, Self::Present);
        }
    }

    pub(crate) fn get(self) -> Option<T> {
        match self {
            Self::Present(value) => Some(value),
            Self::Absent | Self::Malformed => None,
        }
    }

    pub(crate) const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    pub(crate) const fn is_malformed(&self) -> bool {
        matches!(self, Self::Malformed)
    }
}

/// A family as a client asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AskedFamily {
    Known(Family),
    /// A number that is neither 1 nor 2.
    Unknown,
}

/// What a message says, unauthenticated until `auth` said otherwise.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) message: Message<'a>,
    pub(crate) transaction_id: TransactionId,
    pub(crate) username: Option<&'a [u8]>,
    pub(crate) realm: Option<&'a [u8]>,
    pub(crate) nonce: Option<&'a [u8]>,
    pub(crate) integrity_sha1: Option<Attribute<'a>>,
    pub(crate) integrity_sha256: Option<Attribute<'a>>,
    pub(crate) has_fingerprint: bool,
    pub(crate) channel_number: Field<u16>,
    pub(crate) lifetime_s: Field<u32>,
    pub(crate) peers: Few<SocketAddr, PEERS_PER_REQUEST_MAX>,
    pub(crate) has_malformed_peer: bool,
    pub(crate) data: Option<&'a [u8]>,
    pub(crate) requested_transport: Field<u8>,
    pub(crate) requested_family: Field<AskedFamily>,
    pub(crate) additional_family: Field<AskedFamily>,
    pub(crate) even_port: Field<bool>,
    pub(crate) reservation_token: Field<[u8; 8]>,
    pub(crate) has_dont_fragment: bool,
    pub(crate) unknown: Few<u16, UNKNOWN_ATTRIBUTES_MAX>,
}

impl<'a> Request<'a> {
    /// Reads a message; `None` when its FINGERPRINT is wrong: it was not meant as STUN, or did not arrive whole.
    pub(crate) fn read(message: Message<'a>) -> Option<Self> {
        let mut request = Self::empty(message);
        for attribute in message.attributes() {
            let sealed = request.integrity_sha1.is_some() || request.integrity_sha256.is_some();
            match attribute.kind {
                kind::MESSAGE_INTEGRITY if !sealed => request.integrity_sha1 = Some(attribute),
                kind::MESSAGE_INTEGRITY_SHA256 if request.integrity_sha256.is_none() => request.integrity_sha256 = Some(attribute),
                kind::FINGERPRINT => request.has_fingerprint = request.is_last_and_right(&attribute)?,
                _ if sealed => {}
                _ => request.take(&attribute),
            }
        }
        Some(request)
    }

    fn take(&mut self, attribute: &Attribute<'a>) {
        let value = attribute.value;
        match attribute.kind {
            kind::USERNAME => self.username = self.username.or(Some(value)),
            kind::REALM => self.realm = self.realm.or(Some(value)),
            kind::NONCE => self.nonce = self.nonce.or(Some(value)),
            kind::DATA => self.data = self.data.or(Some(value)),
            kind::CHANNEL_NUMBER => self.channel_number.set(word(value).map(|word| u16::from_be_bytes([word[0], word[1]]))),
            kind::LIFETIME => self.lifetime_s.set(word(value).map(u32::from_be_bytes)),
            kind::REQUESTED_TRANSPORT => self.requested_transport.set(word(value).map(|word| word[0])),
            kind::REQUESTED_ADDRESS_FAMILY => self.requested_family.set(word(value).map(family)),
            kind::ADDITIONAL_ADDRESS_FAMILY => self.additional_family.set(word(value).map(family)),
            kind::EVEN_PORT => self.even_port.set(value.first().filter(|_| value.len() == 1).map(|flags| flags & 0x80 != 0)),
            kind::RESERVATION_TOKEN => self.reservation_token.set(value.try_into().ok()),
            kind::DONT_FRAGMENT => self.has_dont_fragment = true,
            kind::XOR_PEER_ADDRESS => match xor_address::parse(value, &self.transaction_id) {
                Some(peer) => self.peers.push(peer),
                None => self.has_malformed_peer = true,
            },
            unknown if unknown < kind::COMPREHENSION_OPTIONAL && !KNOWN_AND_UNUSED.contains(&unknown) => self.unknown.push(unknown),
            _ => {}
        }
    }

    /// FINGERPRINT is the last attribute or not one at all (RFC 8489 §14.7).
    fn is_last_and_right(&self, attribute: &Attribute<'a>) -> Option<bool> {
        let bytes = self.message.bytes();
        let claimed = u32::from_be_bytes(attribute.value.try_into().ok()?);
        (attribute.offset + 8 == bytes.len() && integrity::fingerprint(bytes, attribute.offset) == Some(claimed)).then_some(true)
    }

    fn empty(message: Message<'a>) -> Self {
        Self {
            message,
            transaction_id: message.transaction_id(),
            username: None,
            realm: None,
            nonce: None,
            integrity_sha1: None,
            integrity_sha256: None,
            has_fingerprint: false,
            channel_number: Field::Absent,
            lifetime_s: Field::Absent,
            peers: Few::new(),
            has_malformed_peer: false,
            data: None,
            requested_transport: Field::Absent,
            requested_family: Field::Absent,
            additional_family: Field::Absent,
            even_port: Field::Absent,
            reservation_token: Field::Absent,
            has_dont_fragment: false,
            unknown: Few::new(),
        }
    }
}

/// Attributes of responses: understood, and of no meaning in what a client sends.
const KNOWN_AND_UNUSED: [u16; 4] = [kind::ERROR_CODE, kind::UNKNOWN_ATTRIBUTES, kind::XOR_RELAYED_ADDRESS, kind::XOR_MAPPED_ADDRESS];

fn word(value: &[u8]) -> Option<[u8; 4]> {
    value.try_into().ok()
}

const fn family(word: [u8; 4]) -> AskedFamily {
    match word[0] {
        1 => AskedFamily::Known(Family::V4),
        2 => AskedFamily::Known(Family::V6),
        _ => AskedFamily::Unknown,
    }
}
