//! The STUN message (RFC 8489 §5, §14).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! |0 0| M11..M7 |C1| M6..M4 |C0| M3..M0 |  length without this header  |
//! |                      magic cookie 0x2112A442                       |
//! |                      transaction id, 96 bits                       |
//! |           type              |  length   |  value, padded to 4 …     |
//! ```

/// The fixed second word of every message.
pub const MAGIC_COOKIE: u32 = 0x2112_a442;
/// Bytes before the first attribute.
pub const HEADER_BYTES: usize = 20;
/// Attributes of one message; what has more does not parse. *Bounds* every walk over them.
pub const ATTRIBUTES_MAX: usize = 32;

/// The number that ties a response to its request.
pub type TransactionId = [u8; 12];

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Wants a response.
    Request,
    /// Wants none.
    Indication,
    /// Answers that it was done.
    Success,
    /// Answers why it was not.
    Error,
}

/// The methods of STUN and of TURN over UDP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Method {
    /// RFC 8489 §3.
    Binding = 0x001,
    /// RFC 8656 §7.
    Allocate = 0x003,
    /// RFC 8656 §8.
    Refresh = 0x004,
    /// RFC 8656 §11.
    Send = 0x006,
    /// RFC 8656 §11.
    Data = 0x007,
    /// RFC 8656 §10.
    CreatePermission = 0x008,
    /// RFC 8656 §12.
    ChannelBind = 0x009,
}

impl Method {
    const fn from_bits(bits: u16) -> Option<Self> {
        Some(match bits {
            0x001 => Self::Binding,
            0x003 => Self::Allocate,
            0x004 => Self::Refresh,
            0x006 => Self::Send,
            0x007 => Self::Data,
            0x008 => Self::CreatePermission,
            0x009 => Self::ChannelBind,
            _ => return None,
        })
    }
}

/// The first 16 bits of a message.
pub const fn message_type(class: Class, method: Method) -> u16 {
    let bits = method as u16;
    let class = match class {
        Class::Request => 0x000,
        Class::Indication => 0x010,
        Class::Success => 0x100,
        Class::Error => 0x110,
    };
    (bits & 0x00f) | (bits & 0x070) << 1 | (bits & 0xf80) << 2 | class
}

/// One attribute where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Its number; see [`crate::attribute`].
    pub kind: u16,
    /// Its value without padding.
    pub value: &'a [u8],
    /// Where its type field begins in the message.
    pub offset: usize,
}

/// A message whose header and attribute lengths are sound; values are not judged yet.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    bytes: &'a [u8],
    /// Request, indication or response.
    pub class: Class,
    /// What it asks for; `None` for a method that is not of this server.
    pub method: Option<Method>,
}

impl<'a> Message<'a> {
    /// Parses `bytes`, which must be one whole message and nothing more.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (header, body) = bytes.split_first_chunk::<HEADER_BYTES>()?;
        let kind = u16::from_be_bytes([header[0], header[1]]);
        let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
        let cookie = u32::from_be_bytes([header[4], header[5], header[6], header[7]]);
        if kind & 0xc000 != 0 || cookie != MAGIC_COOKIE || length != body.len() || !length.is_multiple_of(4) {
            return None;
        }
        let class = match kind & 0x110 {
            0x000 => Class::Request,
            0x010 => Class::Indication,
            0x100 => Class::Success,
            _ => Class::Error,
        };
        let method = Method::from_bits((kind & 0x00f) | (kind & 0x0e0) >> 1 | (kind & 0x3e00) >> 2);
        let message = Self { bytes, class, method };
        message.attributes_tile_the_body().then_some(message)
    }

    /// The 12 bytes that a response must repeat.
    pub fn transaction_id(&self) -> TransactionId {
        self.bytes[8..HEADER_BYTES].try_into().unwrap_or_default()
    }

    /// The whole message.
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Every attribute in order, those behind MESSAGE-INTEGRITY too.
    pub const fn attributes(&self) -> Attributes<'a> {
        Attributes { bytes: self.bytes, offset: HEADER_BYTES }
    }

    /// Those that MESSAGE-INTEGRITY covers: what stands behind it, anybody may have put there (RFC 8489 §14.5).
    pub fn signed_attributes(&self) -> impl Iterator<Item = Attribute<'a>> {
        self.attributes()
            .take_while(|attribute| !matches!(attribute.kind, crate::attribute::MESSAGE_INTEGRITY | crate::attribute::MESSAGE_INTEGRITY_SHA256))
    }

    fn attributes_tile_the_body(&self) -> bool {
        let mut walk = self.attributes();
        let count = walk.by_ref().take(ATTRIBUTES_MAX + 1).count();
        count <= ATTRIBUTES_MAX && walk.offset == self.bytes.len()
    }
}

/// The walk over a message's attributes.
#[derive(Clone, Debug)]
pub struct Attributes<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let offset = self.offset;
        let (head, rest) = self.bytes.get(offset..)?.split_first_chunk::<4>()?;
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let padded = length.next_multiple_of(4);
        if padded > rest.len() {
            return None;
        }
        self.offset = offset + 4 + padded;
        Some(Attribute { kind: u16::from_be_bytes([head[0], head[1]]), value: &rest[..length], offset })
    }
}
