//! Numbers of attributes and error codes (RFC 8489 §18.3, RFC 8656 §18, §19).

/// Attributes below this must be understood, or the message refused.
pub const COMPREHENSION_OPTIONAL: u16 = 0x8000;

/// Our own name for each number.
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident = $value:expr;)*) => {$($(#[$doc])* pub const $name: u16 = $value;)*};
}

numbers! {
    /// RFC 8489 §14.3.
    USERNAME = 0x0006;
    /// RFC 8489 §14.5.
    MESSAGE_INTEGRITY = 0x0008;
    /// RFC 8489 §14.8.
    ERROR_CODE = 0x0009;
    /// RFC 8489 §14.13.
    UNKNOWN_ATTRIBUTES = 0x000a;
    /// RFC 8656 §18.1.
    CHANNEL_NUMBER = 0x000c;
    /// RFC 8656 §18.2.
    LIFETIME = 0x000d;
    /// RFC 8656 §18.3.
    XOR_PEER_ADDRESS = 0x0012;
    /// RFC 8656 §18.4.
    DATA = 0x0013;
    /// RFC 8489 §14.9.
    REALM = 0x0014;
    /// RFC 8489 §14.10.
    NONCE = 0x0015;
    /// RFC 8656 §18.5.
    XOR_RELAYED_ADDRESS = 0x0016;
    /// RFC 8656 §18.6.
    REQUESTED_ADDRESS_FAMILY = 0x0017;
    /// RFC 8656 §18.7.
    EVEN_PORT = 0x0018;
    /// RFC 8656 §18.8.
    REQUESTED_TRANSPORT = 0x0019;
    /// RFC 8656 §18.9.
    DONT_FRAGMENT = 0x001a;
    /// RFC 8489 §14.6.
    MESSAGE_INTEGRITY_SHA256 = 0x001c;
    /// RFC 8489 §14.2.
    XOR_MAPPED_ADDRESS = 0x0020;
    /// RFC 8445 §16.1.
    PRIORITY = 0x0024;
    /// RFC 8445 §16.1.
    USE_CANDIDATE = 0x0025;
    /// RFC 8656 §18.10.
    RESERVATION_TOKEN = 0x0022;
    /// RFC 8656 §18.11.
    ADDITIONAL_ADDRESS_FAMILY = 0x8000;
    /// RFC 8656 §18.12.
    ADDRESS_ERROR_CODE = 0x8001;
    /// RFC 8489 §14.14.
    SOFTWARE = 0x8022;
    /// RFC 8489 §14.7.
    FINGERPRINT = 0x8028;
    /// RFC 8445 §16.1.
    ICE_CONTROLLED = 0x8029;
}

/// Why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum ErrorCode {
    /// The request makes no sense.
    BadRequest = 400,
    /// Credentials are missing or wrong.
    Unauthenticated = 401,
    /// The peer, or this user, may not.
    Forbidden = 403,
    /// An attribute that must be understood is not.
    UnknownAttribute = 420,
    /// The 5-tuple has no allocation, or has one already.
    AllocationMismatch = 437,
    /// The nonce is old: try again with the new one.
    StaleNonce = 438,
    /// The server has no relayed address of that family.
    AddressFamilyNotSupported = 440,
    /// The allocation belongs to another username.
    WrongCredentials = 441,
    /// Only UDP is relayed.
    UnsupportedTransportProtocol = 442,
    /// The peer's family is not the allocation's.
    PeerAddressFamilyMismatch = 443,
    /// The user has as many allocations as it may.
    AllocationQuotaReached = 486,
    /// A table is full or no port is free.
    InsufficientCapacity = 508,
}
