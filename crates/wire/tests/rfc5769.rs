//! The test vectors of RFC 5769, byte for byte.
use wire::attribute::{FINGERPRINT, MESSAGE_INTEGRITY, NONCE, REALM, USERNAME, XOR_MAPPED_ADDRESS};
use wire::integrity::{LongTermKey, fingerprint, verify_sha1};
use wire::stun::{Attribute, Class, Message, Method};
use wire::xor_address;

const PASSWORD: &[u8] = b"VOkJxbRl1RmTxUk/WvJxBt";
const REQUEST: &str = "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36\
    000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf";
const IPV4_RESPONSE: &str = "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643\
    000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96";
const IPV6_RESPONSE: &str = "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9\
    00080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c";
const LONG_TERM_REQUEST: &str = "000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b90000\
    0015001c662f2f3439396b39353464364f4c33346f4c394653547679363473410014000b6578616d706c652e6f726700\
    00080014f67024656dd64a3e02b8e0712e85c9a28ca89666";

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
}

fn find<'a>(message: &Message<'a>, kind: u16) -> Attribute<'a> {
    message.attributes().find(|attribute| attribute.kind == kind).unwrap()
}

fn assert_sealed(message: &Message<'_>, key: &[u8]) {
    let integrity = find(message, MESSAGE_INTEGRITY);
    assert!(verify_sha1(message.bytes(), integrity.offset, integrity.value, key));
    assert!(!verify_sha1(message.bytes(), integrity.offset, integrity.value, b"another key"));
}

fn assert_fingerprint(message: &Message<'_>) {
    let attribute = find(message, FINGERPRINT);
    let expected = u32::from_be_bytes(attribute.value.try_into().unwrap());
    assert_eq!(fingerprint(message.bytes(), attribute.offset), Some(expected));
}

#[test]
fn the_sample_request_parses_and_verifies() {
    let request = bytes(REQUEST);
    let message = Message::parse(&request).unwrap();
    assert_eq!((message.class, message.method), (Class::Request, Some(Method::Binding)));
    assert_eq!(find(&message, USERNAME).value, b"evtj:h6vY");
    assert_sealed(&message, PASSWORD);
    assert_fingerprint(&message);
}

#[test]
fn the_sample_responses_name_both_families() {
    for (hex, address) in [(IPV4_RESPONSE, "192.0.2.1:32853"), (IPV6_RESPONSE, "[2001:db8:1234:5678:11:2233:4455:6677]:32853")] {
        let response = bytes(hex);
        let message = Message::parse(&response).unwrap();
        assert_eq!(message.class, Class::Success);
        let mapped = find(&message, XOR_MAPPED_ADDRESS).value;
        let parsed = xor_address::parse(mapped, &message.transaction_id()).unwrap();
        assert_eq!(parsed, address.parse().unwrap());
        let mut again = [0; 20];
        let length = xor_address::emit(&parsed, &message.transaction_id(), &mut again);
        assert_eq!(&again[..length], mapped);
        assert_sealed(&message, PASSWORD);
        assert_fingerprint(&message);
    }
}

#[test]
fn the_long_term_request_verifies_with_its_derived_key() {
    let request = bytes(LONG_TERM_REQUEST);
    let message = Message::parse(&request).unwrap();
    let username = find(&message, USERNAME).value;
    assert_eq!(username, "マトリックス".as_bytes());
    assert_eq!(find(&message, NONCE).value, b"f//499k954d6OL34oL9FSTvy64sA");
    let key = LongTermKey::new(username, find(&message, REALM).value, b"TheMatrIX");
    assert_sealed(&message, key.as_bytes());
}
