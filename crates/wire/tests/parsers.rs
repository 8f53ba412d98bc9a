//! What the parsers take and what they refuse.
use wire::attribute::{DATA, ErrorCode, FINGERPRINT, XOR_PEER_ADDRESS};
use wire::channel_data;
use wire::demux::{Protocol, demux};
use wire::emit::Emitter;
use wire::framing::{FRAME_BYTES_MAX, Frame, next_frame};
use wire::integrity::fingerprint;
use wire::stun::{ATTRIBUTES_MAX, Class, Message, Method, message_type};
use wire::xor_address;

const METHODS: [Method; 7] =
    [Method::Binding, Method::Allocate, Method::Refresh, Method::Send, Method::Data, Method::CreatePermission, Method::ChannelBind];
const CLASSES: [Class; 4] = [Class::Request, Class::Indication, Class::Success, Class::Error];

fn emitted(write: impl FnOnce(&mut Emitter<'_>)) -> Vec<u8> {
    let mut buffer = b"what was here before".to_vec();
    write(&mut Emitter::new(&mut buffer, Class::Request, Method::Allocate, *b"transaction!"));
    buffer
}

#[test]
fn every_class_and_method_survives_the_wire() {
    for class in CLASSES {
        for method in METHODS {
            let mut buffer = Vec::new();
            let bytes = Emitter::new(&mut buffer, class, method, [3; 12]).bytes().to_vec();
            let message = Message::parse(&bytes).unwrap();
            assert_eq!((message.class, message.method, message.transaction_id()), (class, Some(method), [3; 12]));
        }
    }
    assert_eq!(message_type(Class::Error, Method::ChannelBind), 0x0119);
    assert_eq!(message_type(Class::Indication, Method::Send), 0x0016);
}

#[test]
fn a_method_that_is_not_ours_parses_without_a_name() {
    let mut bytes = emitted(|_| {});
    for connect in [0x000a, 0x000b, 0x0ff0_u16] {
        bytes[..2].copy_from_slice(&((connect & 0xf) | (connect & 0x70) << 1 | (connect & 0xf80) << 2).to_be_bytes());
        assert_eq!(Message::parse(&bytes).unwrap().method, None);
    }
}

#[test]
fn attributes_are_found_where_they_stand_and_without_padding() {
    let bytes = emitted(|emitter| {
        emitter.attribute(DATA, b"12345").attribute(XOR_PEER_ADDRESS, b"").attribute(DATA, b"6");
    });
    let message = Message::parse(&bytes).unwrap();
    let found: Vec<_> = message.attributes().map(|it| (it.kind, it.value, it.offset)).collect();
    assert_eq!(found, [(DATA, &b"12345"[..], 20), (XOR_PEER_ADDRESS, b"", 32), (DATA, b"6", 36)]);
}

#[test]
fn what_is_cut_padded_or_lies_about_its_length_does_not_parse() {
    let bytes = emitted(|emitter| {
        emitter.attribute(DATA, b"12345").fingerprint();
    });
    assert!(Message::parse(&bytes).is_some());
    for length in 0..bytes.len() {
        assert!(Message::parse(&bytes[..length]).is_none(), "{length}");
    }
    assert!(Message::parse(&[&bytes[..], &[0; 4]].concat()).is_none());
    for (at, value) in [(0, 0x40), (0, 0x80), (3, 21), (3, 16), (4, 0x20), (7, 0x43), (23, 0xff), (22, 0xff)] {
        let mut changed = bytes.clone();
        changed[at] = value;
        assert!(Message::parse(&changed).is_none(), "byte {at}");
    }
}

#[test]
fn a_message_has_a_bounded_number_of_attributes() {
    let with = |count| {
        emitted(|emitter| {
            for _ in 0..count {
                emitter.attribute(DATA, b"");
            }
        })
    };
    assert!(Message::parse(&with(ATTRIBUTES_MAX)).is_some());
    assert!(Message::parse(&with(ATTRIBUTES_MAX + 1)).is_none());
}

#[test]
fn an_error_code_is_written_in_hundreds_and_rest() {
    let bytes = emitted(|emitter| {
        emitter.error_code(ErrorCode::StaleNonce).address_error_code(2, ErrorCode::AddressFamilyNotSupported);
    });
    assert_eq!(bytes[20..], [0, 9, 0, 4, 0, 0, 4, 38, 0x80, 1, 0, 4, 2, 0, 4, 40]);
}

#[test]
fn a_value_longer_than_its_length_field_is_not_written() {
    let bytes = emitted(|emitter| {
        emitter.attribute(DATA, &vec![0; 0x1_0000]);
    });
    assert_eq!(bytes.len(), 20);
}

#[test]
fn a_fingerprint_covers_all_before_it() {
    let bytes = emitted(|emitter| {
        emitter.attribute(DATA, b"data").fingerprint();
    });
    let message = Message::parse(&bytes).unwrap();
    let last = message.attributes().last().unwrap();
    assert_eq!((last.kind, last.value), (FINGERPRINT, &fingerprint(&bytes, last.offset).unwrap().to_be_bytes()[..]));
    for at in 0..last.offset {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        let is_length_field = at == 2 || at == 3;
        assert_eq!(fingerprint(&changed, last.offset) == fingerprint(&bytes, last.offset), is_length_field, "byte {at}");
    }
    assert_eq!(fingerprint(&bytes, 19), None);
    assert_eq!(fingerprint(&bytes, bytes.len() + 1), None);
}

#[test]
fn addresses_of_a_wrong_length_or_family_do_not_parse() {
    let mut value = [0; 20];
    let addr = "[2001:db8::1]:1".parse().unwrap();
    assert_eq!(xor_address::emit(&addr, &[9; 12], &mut value), 20);
    assert_eq!(xor_address::parse(&value, &[9; 12]), Some(addr));
    assert_ne!(xor_address::parse(&value, &[8; 12]), Some(addr), "the mask depends on the transaction");
    for length in 0..20 {
        assert_eq!(xor_address::parse(&value[..length], &[9; 12]), None);
    }
    assert_eq!(xor_address::parse(&[0, 1, 0, 0, 1, 2, 3, 4, 5], &[9; 12]), None);
    assert_eq!(xor_address::parse(&[0, 3, 0, 0, 1, 2, 3, 4], &[9; 12]), None);
}

#[test]
fn channel_data_takes_padding_of_up_to_three_bytes_and_nothing_else() {
    assert_eq!(channel_data::parse(b"\x40\x00\x00\x00"), Some((0x4000, &b""[..])));
    assert_eq!(channel_data::parse(b"\x4f\xff\x00\x01a"), Some((0x4fff, &b"a"[..])));
    assert_eq!(channel_data::parse(b"\x4f\xff\x00\x01a\0\0\0"), Some((0x4fff, &b"a"[..])));
    for refused in [&b"\x4f\xff\x00\x01a\0\0\0\0"[..], b"\x40\x00\x00\x01", b"\x40\x00\x00", b"\x3f\xff\x00\x01a", b"\x50\x00\x00\x01a", b""] {
        assert_eq!(channel_data::parse(refused), None);
    }
    assert_eq!(channel_data::header(0x4001, 0x1234), Some([0x40, 0x01, 0x12, 0x34]));
    assert_eq!(channel_data::header(0x4001, 0x1_0000), None);
}

#[test]
fn the_first_byte_tells_the_protocol() {
    let expected = |byte: u8| match byte {
        0..=3 => Some(Protocol::Stun),
        20..=63 => Some(Protocol::Dtls),
        64..=79 => Some(Protocol::ChannelData),
        128..=191 => Some(Protocol::Rtp),
        _ => None,
    };
    for byte in 0..=255 {
        assert_eq!(demux(&[byte, 0]), expected(byte));
    }
    assert_eq!(demux(&[]), None);
}

#[test]
fn a_stream_is_cut_into_its_frames_wherever_its_segments_end() {
    let stun = emitted(|emitter| {
        emitter.attribute(DATA, b"12345");
    });
    let stream = [&stun[..], b"\x40\x00\x00\x05hello\0\0\0", b"\x41\x00\x00\x00", &stun].concat();
    let mut frames = Vec::new();
    let mut unread = Vec::new();
    for byte in &stream {
        unread.push(*byte);
        match next_frame(&unread) {
            Frame::Whole(length) => frames.push(unread.drain(..length).count()),
            Frame::Incomplete(wanted) => assert!(wanted > unread.len() && wanted <= FRAME_BYTES_MAX),
            Frame::Broken => panic!("at {frames:?}"),
        }
    }
    assert_eq!((frames, unread.len()), (vec![stun.len(), 12, 4, stun.len()], 0));
    assert_eq!(next_frame(&stream), Frame::Whole(stun.len()), "what follows is left for the next call");
}

#[test]
fn a_stream_of_something_else_is_broken_at_once() {
    // "GET " would be ChannelData of 21,536 bytes: whoever reads streams has to bound how long it waits for the rest.
    for stream in [&b"POST / HTTP/1.1\r\n"[..], b"\x16\x03\x01\x02", b"\x50\x00\x00\x00", b"\x00\x01\x00\x03", b"\x80", b"P"] {
        assert_eq!(next_frame(stream), Frame::Broken);
    }
    assert_eq!(next_frame(b""), Frame::Incomplete(4));
    assert_eq!(next_frame(b"\x40\x00\xff\xff"), Frame::Incomplete(0x1_0004));
}
