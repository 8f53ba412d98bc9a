//! The same requests to this server and to an independent one (turn-server-proto), well-formed and malformed; every difference is on the list below.
mod oracle;

use crate::support::{Answer, Caller, Heard, Lab, public_config, xor};
use oracle::Oracle;
use std::net::SocketAddr;
use wire::attribute as kind;
use wire::stun::{Class, Method, TransactionId};

/// What a request was answered: `None` for silence, 0 for success, else the error.
type Outcome = Option<u16>;
type Attributes = Vec<(u16, Vec<u8>)>;
/// A request that both servers get, each with its own nonce.
type Step = (Method, fn(&TransactionId) -> Attributes);

fn peer() -> SocketAddr {
    "8.8.8.8:9000".parse().unwrap()
}

fn word(number: u16, value: [u8; 4]) -> (u16, Vec<u8>) {
    (number, value.to_vec())
}

fn udp() -> (u16, Vec<u8>) {
    word(kind::REQUESTED_TRANSPORT, [17, 0, 0, 0])
}

fn allocate(more: &[(u16, Vec<u8>)]) -> Attributes {
    [&[udp()], more].concat()
}

fn channel(number: u16, id: &TransactionId) -> Attributes {
    let [high, low] = number.to_be_bytes();
    vec![word(kind::CHANNEL_NUMBER, [high, low, 0, 0]), (kind::XOR_PEER_ADDRESS, xor(&peer(), id))]
}

const ALLOCATE: Step = (Method::Allocate, |_| allocate(&[]));
const RELEASE: Step = (Method::Refresh, |_| vec![word(kind::LIFETIME, [0; 4])]);
const PERMIT: Step = (Method::CreatePermission, |id| vec![(kind::XOR_PEER_ADDRESS, xor(&peer(), id))]);
const BIND: Step = (Method::ChannelBind, |id| channel(0x4000, id));

/// Scenarios, each for a fresh client.
const SCENARIOS: &[(&str, &[Step])] = &[
    ("allocate", &[ALLOCATE]),
    ("allocate twice", &[ALLOCATE, ALLOCATE]),
    ("allocate without a transport", &[(Method::Allocate, |_| Vec::new())]),
    ("allocate TCP", &[(Method::Allocate, |_| vec![word(kind::REQUESTED_TRANSPORT, [6, 0, 0, 0])])]),
    ("allocate an unknown transport", &[(Method::Allocate, |_| vec![word(kind::REQUESTED_TRANSPORT, [99, 0, 0, 0])])]),
    ("allocate with a short transport", &[(Method::Allocate, |_| vec![(kind::REQUESTED_TRANSPORT, vec![17])])]),
    ("allocate IPv4", &[(Method::Allocate, |_| allocate(&[word(kind::REQUESTED_ADDRESS_FAMILY, [1, 0, 0, 0])]))]),
    ("allocate IPv6", &[(Method::Allocate, |_| allocate(&[word(kind::REQUESTED_ADDRESS_FAMILY, [2, 0, 0, 0])]))]),
    ("allocate an unknown family", &[(Method::Allocate, |_| allocate(&[word(kind::REQUESTED_ADDRESS_FAMILY, [7, 0, 0, 0])]))]),
    ("allocate both families", &[(Method::Allocate, |_| allocate(&[word(kind::ADDITIONAL_ADDRESS_FAMILY, [2, 0, 0, 0])]))]),
    ("allocate IPv4 as the additional family", &[(Method::Allocate, |_| allocate(&[word(kind::ADDITIONAL_ADDRESS_FAMILY, [1, 0, 0, 0])]))]),
    (
        "allocate a family and an additional one",
        &[(Method::Allocate, |_| {
            allocate(&[word(kind::REQUESTED_ADDRESS_FAMILY, [1, 0, 0, 0]), word(kind::ADDITIONAL_ADDRESS_FAMILY, [2, 0, 0, 0])])
        })],
    ),
    ("allocate an even port", &[(Method::Allocate, |_| allocate(&[(kind::EVEN_PORT, vec![0])]))]),
    ("allocate an even port and the next", &[(Method::Allocate, |_| allocate(&[(kind::EVEN_PORT, vec![0x80])]))]),
    ("allocate with an unknown token", &[(Method::Allocate, |_| allocate(&[(kind::RESERVATION_TOKEN, vec![9; 8])]))]),
    (
        "allocate with a token and an even port",
        &[(Method::Allocate, |_| allocate(&[(kind::RESERVATION_TOKEN, vec![9; 8]), (kind::EVEN_PORT, vec![0])]))],
    ),
    ("allocate without fragments", &[(Method::Allocate, |_| allocate(&[(kind::DONT_FRAGMENT, Vec::new())]))]),
    ("allocate with something unknown", &[(Method::Allocate, |_| allocate(&[(0x7f01, vec![1])]))]),
    ("allocate with something unknown but optional", &[(Method::Allocate, |_| allocate(&[(0xff01, vec![1])]))]),
    ("refresh nothing", &[(Method::Refresh, |_| Vec::new())]),
    ("refresh", &[ALLOCATE, (Method::Refresh, |_| Vec::new())]),
    ("refresh with a long lifetime", &[ALLOCATE, (Method::Refresh, |_| vec![word(kind::LIFETIME, [0xff; 4])])]),
    ("refresh with a broken lifetime", &[ALLOCATE, (Method::Refresh, |_| vec![(kind::LIFETIME, vec![1])])]),
    ("refresh the other family", &[ALLOCATE, (Method::Refresh, |_| vec![word(kind::REQUESTED_ADDRESS_FAMILY, [2, 0, 0, 0])])]),
    ("release twice", &[ALLOCATE, RELEASE, RELEASE]),
    ("permit without an allocation", &[PERMIT]),
    ("permit", &[ALLOCATE, PERMIT, PERMIT]),
    ("permit nobody", &[ALLOCATE, (Method::CreatePermission, |_| Vec::new())]),
    ("permit a broken peer", &[ALLOCATE, (Method::CreatePermission, |_| vec![(kind::XOR_PEER_ADDRESS, vec![0, 1, 2])])]),
    ("permit another family", &[ALLOCATE, (Method::CreatePermission, |id| vec![(kind::XOR_PEER_ADDRESS, xor(&"[2600::1]:1".parse().unwrap(), id))])]),
    ("bind without an allocation", &[BIND]),
    ("bind and bind again", &[ALLOCATE, BIND, BIND]),
    ("bind the same peer to another number", &[ALLOCATE, BIND, (Method::ChannelBind, |id| channel(0x4001, id))]),
    ("bind a number below the range", &[ALLOCATE, (Method::ChannelBind, |id| channel(0x3fff, id))]),
    ("bind the last number", &[ALLOCATE, (Method::ChannelBind, |id| channel(0x4fff, id))]),
    ("bind a number above the range", &[ALLOCATE, (Method::ChannelBind, |id| channel(0x5000, id))]),
    ("bind a number far above the range", &[ALLOCATE, (Method::ChannelBind, |id| channel(0x8000, id))]),
    ("bind without a number", &[ALLOCATE, (Method::ChannelBind, |id| channel(0x4000, id).split_off(1))]),
    ("bind without a peer", &[ALLOCATE, (Method::ChannelBind, |id| channel(0x4000, id)[..1].to_vec())]),
    (
        "bind a private peer",
        &[
            ALLOCATE,
            (Method::ChannelBind, |id| {
                vec![word(kind::CHANNEL_NUMBER, [0x40, 0, 0, 0]), (kind::XOR_PEER_ADDRESS, xor(&"10.0.0.1:1".parse().unwrap(), id))]
            }),
        ],
    ),
];

/// Scenarios in which we differ: what we answer to the last step, what the other does, and why that is meant.
const DIFFERENCES: &[(&str, Outcome, Outcome, &str)] = &[
    ("allocate TCP", Some(442), Some(400), "the other speaks RFC 6062, where TCP over UDP is a bad request; here TCP is never relayed"),
    ("allocate an unknown family", Some(440), Some(400), "RFC 8656 §7.2: a family that is not supported is 440"),
    ("allocate with an unknown token", Some(508), Some(0), "RFC 8656 §7.2: a token that is not valid is 508"),
    ("refresh with a broken lifetime", Some(400), Some(0), "a value that makes no sense is refused, not replaced"),
    ("bind a number above the range", Some(400), Some(0), "RFC 8656 §12: 0x5000 to 0xFFFF are reserved"),
    ("bind a private peer", Some(403), Some(0), "the peer filter"),
];

fn outcome(reply: Option<&[u8]>) -> Outcome {
    reply.map(|bytes| Answer::parse(bytes).code.unwrap_or(0))
}

fn our_side() -> (Lab, Caller) {
    let mut lab = Lab::new(public_config());
    lab.admit("ada", 1);
    let mut caller = Caller::new("ada", "203.0.113.5:4000");
    caller.learn_nonce(&mut lab);
    (lab, caller)
}

fn their_side() -> (Oracle, Caller) {
    let mut caller = Caller::new("ada", "203.0.113.5:4000");
    let mut oracle = Oracle::new(&caller);
    let challenge = oracle.ask(&caller.plain(Class::Request, Method::Allocate, &[udp()])).expect("a challenge");
    caller.nonce = Answer::parse(&challenge).value(kind::NONCE).unwrap();
    (oracle, caller)
}

fn ours(steps: &[Step]) -> Vec<Outcome> {
    let (mut lab, mut caller) = our_side();
    steps
        .iter()
        .map(|(method, attributes)| {
            let request = caller.signed_with(*method, attributes);
            let heard = lab.give(&caller.addr, &request);
            outcome(heard.iter().find_map(|it| if let Heard::Reply(_, bytes) = it { Some(&bytes[..]) } else { None }))
        })
        .collect()
}

fn theirs(steps: &[Step]) -> Vec<Outcome> {
    let (mut oracle, mut caller) = their_side();
    steps
        .iter()
        .map(|(method, attributes)| {
            let request = caller.signed_with(*method, attributes);
            outcome(oracle.ask(&request).as_deref())
        })
        .collect()
}

#[test]
fn both_servers_answer_alike_but_for_the_differences_that_are_meant() {
    let mut unexplained = Vec::new();
    for (name, steps) in SCENARIOS {
        let (ours, theirs) = (ours(steps), theirs(steps));
        let explained = DIFFERENCES.iter().any(|(of, us, them, _)| of == name && ours.last() == Some(us) && theirs.last() == Some(them));
        if ours != theirs && !explained {
            unexplained.push((name, ours, theirs));
        }
    }
    assert!(unexplained.is_empty(), "{unexplained:#?}");
}

#[test]
fn every_difference_on_the_list_still_is_one() {
    for (name, us, them, why) in DIFFERENCES {
        let (_, steps) = SCENARIOS.iter().find(|(scenario, _)| scenario == name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!((ours(steps).last(), theirs(steps).last()), (Some(us), Some(them)), "{name}: {why}");
    }
}

#[test]
fn neither_server_accepts_a_request_with_a_changed_byte() {
    let (mut lab, mut ada) = our_side();
    let (mut oracle, mut them) = their_side();
    let (request, theirs) = (ada.signed(Method::Allocate, &[udp()]), them.signed(Method::Allocate, &[udp()]));
    for at in 0..request.len() {
        for bit in 0..8 {
            let mut changed = request.clone();
            changed[at] ^= 1 << bit;
            lab.give(&ada.addr, &changed);
            assert_eq!(lab.server.stats().allocations, 0, "byte {at}");
        }
    }
    for at in 0..theirs.len() {
        let mut changed = theirs.clone();
        changed[at] ^= 1;
        let reply = oracle.ask(&changed);
        assert!(reply.is_none_or(|reply| reply[0] == 1 && reply[1] & 0x10 != 0), "byte {at}: silence or an error");
    }
}

#[test]
fn both_servers_pass_the_same_data_to_a_peer_or_none() {
    let (mut lab, mut ada) = our_side();
    let (mut oracle, mut them) = their_side();
    for (method, attributes) in [ALLOCATE, PERMIT, BIND] {
        let (our_request, their_request) = (ada.signed_with(method, attributes), them.signed_with(method, attributes));
        lab.ask(&ada.addr, &our_request);
        assert_eq!(outcome(oracle.ask(&their_request).as_deref()), Some(0));
    }
    let mut truncated = ada.send_indication(peer(), b"data");
    truncated.truncate(truncated.len() - 4);
    let inputs = [
        ada.send_indication(peer(), b"data"),
        ada.send_indication(peer(), b"12345"),
        ada.send_indication("8.8.4.4:9000".parse().unwrap(), b"no permission"),
        ada.plain(Class::Indication, Method::Send, &[(kind::DATA, b"no peer".to_vec())]),
        truncated,
        b"\x40\x00\x00\x05hello".to_vec(),
        b"\x40\x00\x00\x06hello".to_vec(),
        b"\x40\x01\x00\x05hello".to_vec(),
    ];
    for input in inputs {
        let heard = lab.give(&ada.addr, &input);
        let passed = heard.iter().find_map(|it| if let Heard::ToPeer(_, to, data, _) = it { Some((*to, data.clone())) } else { None });
        assert_eq!(passed, oracle.relay(&input), "{input:x?}");
    }
}
