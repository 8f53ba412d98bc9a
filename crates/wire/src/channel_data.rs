//! `ChannelData` (RFC 8656 §12.4, §12.5): four bytes in front of the payload.
//!
//! ```text
//! |  channel number, 0x4000..=0x4fff  |  length of the data  |  data, padded to 4 on a stream …
//! ```
use std::ops::RangeInclusive;

/// Bytes before the data.
pub const HEADER_BYTES: usize = 4;
/// The numbers a client may bind (RFC 8656 §12; 0x5000 and above are reserved).
pub const CHANNEL_NUMBERS: RangeInclusive<u16> = 0x4000..=0x4fff;

/// Parses one datagram or frame into channel number and data. Up to three bytes of padding are taken off, on any transport.
#[inline]
pub fn parse(bytes: &[u8]) -> Option<(u16, &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<HEADER_BYTES>()?;
    let number = u16::from_be_bytes([head[0], head[1]]);
    let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
    if !CHANNEL_NUMBERS.contains(&number) || rest.len() > length.next_multiple_of(4) {
        return None;
    }
    Some((number, rest.get(..length)?))
}

/// The header in front of `length` bytes of data; `None` when they do not fit into one message.
#[inline]
pub fn header(number: u16, length: usize) -> Option<[u8; HEADER_BYTES]> {
    let length = u16::try_from(length).ok()?.to_be_bytes();
    let number = number.to_be_bytes();
    Some([number[0], number[1], length[0], length[1]])
}
