//! The header of an RTP packet (RFC 3550 §5.1) and its extensions (RFC 8285).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! |V=2|P|X|  CC   |M|     PT      |       sequence number         |
//! |                           timestamp                           |
//! |                             SSRC                              |
//! | CSRCs, CC of them … | profile 0xbede | words | id len | value …|
//! ```

/// Bytes before CSRCs.
pub const HEADER_BYTES: usize = 12;
/// The profile of extensions with one byte of header each.
const ONE_BYTE: u16 = 0xbede;
/// The largest id that such an extension has.
pub const EXTENSION_ID_MAX: u8 = 14;
/// The longest value that it has.
const VALUE_BYTES_MAX: usize = 16;

/// Whether a datagram that is RTP or RTCP is RTCP (RFC 5761 §4).
pub fn is_rtcp(datagram: &[u8]) -> bool {
    datagram.get(1).is_some_and(|kind| (64..=95).contains(&(kind & 0x7f)))
}

/// What every packet says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The marker bit.
    pub marker: bool,
    /// 0 to 127.
    pub payload_type: u8,
    /// The lower 16 bits of the number.
    pub sequence: u16,
    /// In units of the codec's clock.
    pub timestamp: u32,
    /// Whose stream it is.
    pub ssrc: u32,
}

/// A header, read where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Header<'a> {
    /// The fixed part.
    pub fixed: Fixed,
    /// Where the payload begins.
    pub bytes: usize,
    /// Whether the payload's last byte counts padding.
    pub has_padding: bool,
    profile: u16,
    extensions: &'a [u8],
}

impl<'a> Header<'a> {
    /// Reads one. *Trust*: nobody has authenticated the bytes.
    pub fn parse(packet: &'a [u8]) -> Option<Self> {
        let (head, _) = packet.split_first_chunk::<HEADER_BYTES>()?;
        if head[0] >> 6 != 2 {
            return None;
        }
        let mut bytes = HEADER_BYTES + 4 * usize::from(head[0] & 0x0f);
        let (mut profile, mut extensions) = (0, &[][..]);
        if head[0] & 0x10 != 0 {
            let (kind, _) = packet.get(bytes..)?.split_first_chunk::<4>()?;
            profile = u16::from_be_bytes([kind[0], kind[1]]);
            let length = 4 * usize::from(u16::from_be_bytes([kind[2], kind[3]]));
            extensions = packet.get(bytes + 4..bytes + 4 + length)?;
            bytes += 4 + length;
        }
        let fixed = Fixed {
            marker: head[1] & 0x80 != 0,
            payload_type: head[1] & 0x7f,
            sequence: u16::from_be_bytes([head[2], head[3]]),
            timestamp: u32::from_be_bytes([head[4], head[5], head[6], head[7]]),
            ssrc: u32::from_be_bytes([head[8], head[9], head[10], head[11]]),
        };
        (bytes <= packet.len()).then_some(Self { fixed, bytes, has_padding: head[0] & 0x20 != 0, profile, extensions })
    }

    /// The value of an extension, the first of this id.
    pub fn extension(&self, id: u8) -> Option<&'a [u8]> {
        let wide = match self.profile {
            ONE_BYTE => false,
            kind if kind & 0xfff0 == 0x1000 => true,
            _ => return None,
        };
        let mut rest = self.extensions;
        while let Some((&first, after)) = rest.split_first() {
            if first == 0 {
                rest = after;
                continue;
            }
            let (of, length, value) = if wide {
                let (&length, value) = after.split_first()?;
                (first, usize::from(length), value)
            } else {
                (first >> 4, usize::from(first & 0x0f) + 1, after)
            };
            // 15, and 0 with a length, end the list, whatever follows (RFC 8285 §4.2).
            if !wide && matches!(of, 0 | 15) {
                return None;
            }
            if of == id {
                return value.get(..length);
            }
            rest = value.get(length..)?;
        }
        None
    }
}

/// Writes a header behind what `buffer` holds. Extensions whose id or value does not fit one byte of header are left out: no caller has one.
pub fn emit(buffer: &mut Vec<u8>, fixed: &Fixed, extensions: &[(u8, &[u8])], has_padding: bool) {
    let fits = |&&(id, value): &&(u8, &[u8])| (1..=EXTENSION_ID_MAX).contains(&id) && (1..=VALUE_BYTES_MAX).contains(&value.len());
    let has_extensions = extensions.iter().any(|extension| fits(&extension));
    buffer.push(0x80 | u8::from(has_padding) << 5 | u8::from(has_extensions) << 4);
    buffer.push(u8::from(fixed.marker) << 7 | fixed.payload_type & 0x7f);
    buffer.extend_from_slice(&fixed.sequence.to_be_bytes());
    buffer.extend_from_slice(&fixed.timestamp.to_be_bytes());
    buffer.extend_from_slice(&fixed.ssrc.to_be_bytes());
    if !has_extensions {
        return;
    }
    buffer.extend_from_slice(&ONE_BYTE.to_be_bytes());
    let words_at = buffer.len();
    buffer.extend_from_slice(&[0, 0]);
    for (id, value) in extensions.iter().filter(fits) {
        // `fits` bounds both.
        buffer.push(id << 4 | u8::try_from(value.len() - 1).unwrap_or(0));
        buffer.extend_from_slice(value);
    }
    let written = buffer.len() - words_at - 2;
    buffer.resize(buffer.len() + written.next_multiple_of(4) - written, 0);
    let words = u16::try_from(written.div_ceil(4)).unwrap_or(0);
    buffer[words_at..words_at + 2].copy_from_slice(&words.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::{Fixed, Header, emit, is_rtcp};

    const FIXED: Fixed = Fixed { marker: true, payload_type: 96, sequence: 0xfffe, timestamp: 0x0102_0304, ssrc: 0xdead_beef };

    #[test]
    fn what_is_written_reads_back() {
        let mut packet = vec![7];
        emit(&mut packet, &FIXED, &[(3, &[1, 2]), (4, b"mid"), (15, b"no"), (0, b"no"), (5, &[])], false);
        packet.extend_from_slice(b"payload");
        let header = Header::parse(&packet[1..]).unwrap();
        assert_eq!(header.fixed, FIXED);
        assert_eq!((header.extension(3), header.extension(4), header.extension(15)), (Some(&[1, 2][..]), Some(&b"mid"[..]), None));
        assert_eq!(&packet[1 + header.bytes..], b"payload");
        assert!(!header.has_padding && !is_rtcp(&packet[1..]));
    }

    #[test]
    fn without_extensions_it_is_twelve_bytes() {
        let mut packet = Vec::new();
        emit(&mut packet, &FIXED, &[], true);
        assert_eq!(packet.len(), 12);
        assert!(Header::parse(&packet).unwrap().has_padding);
        assert!(Header::parse(&packet[..11]).is_none());
    }

    #[test]
    fn two_byte_extensions_and_csrcs_are_read() {
        let mut packet = vec![0x91, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 1, 1, 1, 1, 0x10, 0x00, 0, 2];
        packet.extend_from_slice(&[20, 3, b'a', b'b', b'c', 0, 4, 0]);
        let header = Header::parse(&packet).unwrap();
        assert_eq!(header.extension(20), Some(&b"abc"[..]));
        assert_eq!(header.extension(4), Some(&[][..]));
        assert_eq!(header.bytes, packet.len());
        assert!(Header::parse(&packet[..packet.len() - 1]).is_none(), "the extensions are cut off");
    }

    #[test]
    fn rtcp_is_told_apart_by_its_type() {
        assert!(is_rtcp(&[0x80, 200]) && is_rtcp(&[0x80, 206]) && !is_rtcp(&[0x80, 0xe0]) && !is_rtcp(&[0x80]));
    }
}
