//! What the SFU reads of VP8 (RFC 7741 §4): whether a packet begins a key frame, and how tall that is. All of it stands outside of what members encrypt (spec/9).
//!
//! ```text
//!  |X|R|N|S|R| PID |   |I|L|T|K| RSV |   |M| picture id …|   | tl0 index |   |TID|Y| key index |   then the frame: |size0|H| VER |P|
//! ```

/// Whether a key frame begins with this packet.
pub(crate) fn begins_key_frame(payload: &[u8]) -> bool {
    let Some(&first) = payload.first() else { return false };
    let starts_frame = first & 0x17 == 0x10;
    starts_frame && payload.get(descriptor_bytes(payload)).is_some_and(|frame| frame & 0x01 == 0)
}

/// Lines of the picture, when a key frame begins with this packet and says so. Source: RFC 6386 §9.1.
pub(crate) fn key_frame_height(payload: &[u8]) -> Option<u32> {
    let frame = payload.get(descriptor_bytes(payload)..).filter(|_| begins_key_frame(payload))?;
    let height = u16::from_le_bytes([*frame.get(8)?, *frame.get(9)?]) & 0x3fff;
    (frame[3..6] == [0x9d, 0x01, 0x2a] && height > 0).then_some(u32::from(height))
}

/// Bytes of the payload descriptor; beyond the payload when it is cut off.
fn descriptor_bytes(payload: &[u8]) -> usize {
    let at = |index: usize| payload.get(index).copied().unwrap_or(0);
    if at(0) & 0x80 == 0 {
        return 1;
    }
    let extensions = at(1);
    let mut length = 2;
    if extensions & 0x80 != 0 {
        length += if at(length) & 0x80 != 0 { 2 } else { 1 };
    }
    if extensions & 0x40 != 0 {
        length += 1;
    }
    if extensions & 0x30 != 0 {
        length += 1;
    }
    length
}

#[cfg(test)]
mod tests {
    use super::{begins_key_frame, key_frame_height};

    #[test]
    fn the_p_bit_behind_each_form_of_descriptor() {
        for (descriptor, name) in [
            (vec![0x10], "one byte"),
            (vec![0x90, 0x80, 0x11], "short picture id"),
            (vec![0x90, 0x80, 0x81, 0x22], "long picture id"),
            (vec![0x90, 0xe0, 0x81, 0x22, 0x05, 0x40], "picture id, tl0 index and layer"),
        ] {
            assert!(begins_key_frame(&[descriptor.clone(), vec![0x10]].concat()), "{name}");
            assert!(!begins_key_frame(&[descriptor.clone(), vec![0x11]].concat()), "{name}, delta frame");
            assert!(!begins_key_frame(&descriptor), "{name}, cut off");
        }
    }

    #[test]
    fn only_the_first_packet_of_a_frame_begins_it() {
        assert!(!begins_key_frame(&[0x00, 0x10]));
        assert!(!begins_key_frame(&[0x11, 0x10]));
        assert!(!begins_key_frame(&[]));
    }
    #[test]
    fn a_key_frame_says_how_tall_it_is() {
        let frame = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02, 1, 2];
        assert_eq!(key_frame_height(&[&[0x90, 0x80, 0x11][..], &frame].concat()), Some(720));
        assert_eq!(key_frame_height(&[&[0x10][..], &frame[..9]].concat()), None, "cut off");
        assert_eq!(key_frame_height(&[&[0x10, 0x11][..], &frame[1..]].concat()), None, "a delta frame");
        assert_eq!(key_frame_height(&[&[0x10, 0x10, 0, 0, 0, 1, 2][..], &frame[6..]].concat()), None, "no start code");
    }
}
