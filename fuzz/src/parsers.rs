//! Every parser on the same bytes; what they return must agree with itself.
use wire::framing::{FRAME_BYTES_MAX, Frame, next_frame};
use wire::stun::{ATTRIBUTES_MAX, HEADER_BYTES, MAGIC_COOKIE, Message};
use wire::{channel_data, demux, integrity, xor_address};

/// Feeds every parser, and returns how many attributes they read: zero everywhere would be a fuzzer that reaches nothing.
///
/// # Panics
/// When one breaks a promise.
pub fn parse(bytes: &[u8]) -> usize {
    let _ = demux::demux(bytes);
    if let Some((number, data)) = channel_data::parse(bytes) {
        let head = channel_data::header(number, data.len()).expect("what was parsed can be written");
        assert_eq!(bytes[..4], head);
        assert!(bytes.len() - 4 - data.len() < 4);
    }
    match next_frame(bytes) {
        Frame::Whole(length) => assert!(length >= 4 && length <= bytes.len() && length.is_multiple_of(4)),
        Frame::Incomplete(length) => assert!(length > bytes.len() && length <= FRAME_BYTES_MAX),
        Frame::Broken => {}
    }
    let repaired = with_header(bytes);
    [Some(bytes), repaired.as_deref()].into_iter().flatten().filter_map(Message::parse).map(|message| walk(&message)).sum()
}

/// The same bytes under a header that fits them: cookie and length are what chance hardly ever finds, and nothing behind them is read without.
fn with_header(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut message = bytes.get(..HEADER_BYTES + (bytes.len().checked_sub(HEADER_BYTES)? & !3))?.to_vec();
    let length = u16::try_from(message.len() - HEADER_BYTES).ok()?;
    message[0] &= 0x3f;
    message[2..4].copy_from_slice(&length.to_be_bytes());
    message[4..8].copy_from_slice(&MAGIC_COOKIE.to_be_bytes());
    Some(message)
}

fn walk(message: &Message<'_>) -> usize {
    let mut end = HEADER_BYTES;
    let mut count = 0;
    for attribute in message.attributes() {
        assert_eq!(attribute.offset, end, "attributes follow each other without a gap");
        end = attribute.offset + 4 + attribute.value.len().next_multiple_of(4);
        count += 1;
        let _ = integrity::fingerprint(message.bytes(), attribute.offset);
        assert!(!integrity::verify_sha1(message.bytes(), attribute.offset, attribute.value, b"a key that nobody has"));
        assert!(!integrity::verify_sha256(message.bytes(), attribute.offset, attribute.value, b"a key that nobody has"));
        if let Some(addr) = xor_address::parse(attribute.value, &message.transaction_id()) {
            let mut again = [0; 20];
            let length = xor_address::emit(&addr, &message.transaction_id(), &mut again);
            assert_eq!(again[1..length], attribute.value[1..], "all but the first byte, which means nothing");
        }
    }
    assert!(count <= ATTRIBUTES_MAX && end == message.bytes().len());
    count
}
