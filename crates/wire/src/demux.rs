//! Which protocol a datagram on a shared port belongs to, by its first byte (RFC 7983 §7, RFC 9443).
//!
//! ```text
//!   0..=3  STUN   16..=19 ZRTP   20..=63 DTLS   64..=79 TURN ChannelData   128..=191 RTP or RTCP
//! ```

/// A protocol that can share the node's port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// A STUN message, which may be TURN's or ICE's.
    Stun,
    /// A DTLS record.
    Dtls,
    /// TURN `ChannelData`.
    ChannelData,
    /// RTP or RTCP.
    Rtp,
}

/// Returns the protocol of a datagram, or `None` when it is nothing the node speaks.
pub const fn demux(datagram: &[u8]) -> Option<Protocol> {
    match datagram.first() {
        Some(0..=3) => Some(Protocol::Stun),
        Some(20..=63) => Some(Protocol::Dtls),
        Some(64..=79) => Some(Protocol::ChannelData),
        Some(128..=191) => Some(Protocol::Rtp),
        _ => None,
    }
}
