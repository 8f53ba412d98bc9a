//! Headers of RTP, of friends and of others.
use proptest::prelude::*;
use std::collections::BTreeMap;
use wire::rtp::{EXTENSION_ID_MAX, Fixed, Header, emit};

prop_compose! {
    fn fixed()(
        marker in any::<bool>(), payload_type in 0_u8..128, sequence in any::<u16>(), timestamp in any::<u32>(), ssrc in any::<u32>(),
    ) -> Fixed {
        Fixed { marker, payload_type, sequence, timestamp, ssrc }
    }
}

/// A header with this profile in front of so many words of extensions.
fn with_extensions(profile: u16, body: &[u8]) -> Vec<u8> {
    let words = u16::try_from(body.len().div_ceil(4)).unwrap();
    let mut packet = vec![0x90, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9];
    packet.extend_from_slice(&profile.to_be_bytes());
    packet.extend_from_slice(&words.to_be_bytes());
    packet.extend_from_slice(body);
    packet.resize(packet.len().next_multiple_of(4), 0);
    packet
}

/// Where a part of `whole` stands in it.
fn place(whole: &[u8], part: &[u8]) -> std::ops::Range<usize> {
    let from = part.as_ptr() as usize - whole.as_ptr() as usize;
    from..from + part.len()
}

proptest! {
    #[test]
    fn what_is_written_reads_back(
        fixed in fixed(),
        values in prop::collection::btree_map(1..=EXTENSION_ID_MAX, prop::collection::vec(any::<u8>(), 1..=16), 0..15),
        has_padding in any::<bool>(),
        payload in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut packet = Vec::new();
        let extensions: Vec<(u8, &[u8])> = values.iter().map(|(&id, value)| (id, &value[..])).collect();
        emit(&mut packet, &fixed, &extensions, has_padding);
        packet.extend_from_slice(&payload);
        let header = Header::parse(&packet).unwrap();
        prop_assert_eq!((header.fixed, header.has_padding), (fixed, has_padding));
        prop_assert_eq!(&packet[header.bytes..], &payload[..]);
        for id in 0..=u8::MAX {
            prop_assert_eq!(header.extension(id), values.get(&id).map(Vec::as_slice));
        }
    }

    #[test]
    fn arbitrary_bytes_give_nothing_from_outside_the_header(first in 0x80_u8..0xc0, rest in prop::collection::vec(any::<u8>(), 0..120)) {
        let packet = [&[first][..], &rest].concat();
        if let Some(header) = Header::parse(&packet) {
            prop_assert!(header.bytes >= 12 && header.bytes <= packet.len());
            for id in 0..=u8::MAX {
                let value = header.extension(id).map_or(12..12, |value| place(&packet, value));
                prop_assert!(value.start >= 12 && value.end <= header.bytes);
            }
        }
    }

    #[test]
    fn hostile_extensions_stay_within_their_words(
        profile in prop_oneof![Just(0xbede), 0x1000_u16..0x1010, any::<u16>()],
        body in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let mut packet = with_extensions(profile, &body);
        let end = packet.len();
        packet.extend_from_slice(b"the payload");
        let header = Header::parse(&packet).unwrap();
        prop_assert_eq!(header.bytes, end);
        for id in 0..=u8::MAX {
            if let Some(value) = header.extension(id) {
                let place = place(&packet, value);
                prop_assert!(profile == 0xbede || profile & 0xfff0 == 0x1000, "another profile means something else");
                prop_assert!(place.start > 16 && place.end <= end);
                prop_assert!(profile != 0xbede || (1..=16).contains(&value.len()));
            }
        }
    }

    #[test]
    fn of_two_byte_extensions_the_first_of_an_id_counts(
        list in prop::collection::vec((1..=u8::MAX, prop::collection::vec(any::<u8>(), 0..40), 0_usize..3), 0..12),
    ) {
        let (mut body, mut first) = (Vec::new(), BTreeMap::new());
        for (id, value, padding) in &list {
            body.extend_from_slice(&[*id, u8::try_from(value.len()).unwrap()]);
            body.extend_from_slice(value);
            body.resize(body.len() + padding, 0);
            first.entry(*id).or_insert(&value[..]);
        }
        let packet = with_extensions(0x1003, &body);
        let header = Header::parse(&packet).unwrap();
        for id in 0..=u8::MAX {
            prop_assert_eq!(header.extension(id), first.get(&id).copied());
        }
    }
}

#[test]
fn an_element_with_an_id_that_is_reserved_ends_the_list() {
    for reserved in [0x01, 0xf0] {
        let packet = with_extensions(0xbede, &[0x10, 7, reserved, 8, 8, 0x20, 9]);
        let header = Header::parse(&packet).unwrap();
        assert_eq!(header.extension(1), Some(&[7][..]), "what stands before it counts");
        assert_eq!([0, 2, 15].map(|id| header.extension(id)), [None; 3], "{reserved:#x}");
    }
}
