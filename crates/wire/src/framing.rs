//! Where one message ends and the next begins on a stream (RFC 8656 §3.1, §12.5).
//!
//! STUN messages carry their length and are always a multiple of four; `ChannelData` on a stream is padded to one.

/// The longest frame a stream may carry: the largest length field, a STUN header, rounded up. *Bounds* a stream's read buffer.
pub const FRAME_BYTES_MAX: usize = 20 + 0xffff + 1;

/// What the bytes at the front of a stream are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// More bytes are needed; the frame will take at least this many in all.
    Incomplete(usize),
    /// The first `n` bytes are one whole frame, padding included.
    Whole(usize),
    /// This is neither STUN nor `ChannelData`: the stream cannot be read any further and must be closed.
    Broken,
}

/// Finds the first frame of a stream's unread bytes.
pub fn next_frame(unread: &[u8]) -> Frame {
    let [first, second, high, low, ..] = *unread else {
        return match unread.first() {
            None | Some(0..=3 | 0x40..=0x4f) => Frame::Incomplete(4),
            Some(_) => Frame::Broken,
        };
    };
    let _ = second;
    let length = usize::from(u16::from_be_bytes([high, low]));
    let whole = match first {
        0..=3 if length.is_multiple_of(4) => 20 + length,
        0x40..=0x4f => (4 + length).next_multiple_of(4),
        _ => return Frame::Broken,
    };
    if unread.len() < whole { Frame::Incomplete(whole) } else { Frame::Whole(whole) }
}
