//! RFC 8656 §7: Allocate, with all its refusals.
use crate::support::{Answer, Caller, Heard, Lab, config, public_config, xor};
use turn::limits::{PORT_TRIES_MAX, RESERVATIONS_MAX};
use turn::{Config, Ending, Transport};
use wire::attribute as kind;
use wire::stun::Method;

const V4: u8 = 1;
const V6: u8 = 2;

fn family(number: u16, value: u8) -> (u16, Vec<u8>) {
    (number, vec![value, 0, 0, 0])
}

fn ready(config: Config) -> (Lab, Caller) {
    let mut lab = Lab::new(config);
    lab.admit("ada", 1);
    let mut caller = Caller::new("ada", "203.0.113.5:4000");
    caller.learn_nonce(&mut lab);
    (lab, caller)
}

fn allocated(more: &[(u16, Vec<u8>)]) -> Answer {
    let (mut lab, mut caller) = ready(config());
    caller.allocate_with(&mut lab, more)
}

#[test]
fn an_allocation_is_answered_with_relayed_address_lifetime_and_mapped_address() {
    let (mut lab, mut caller) = ready(config());
    let answer = caller.allocate(&mut lab);
    assert_eq!(answer.kinds(), [kind::XOR_RELAYED_ADDRESS, kind::LIFETIME, kind::XOR_MAPPED_ADDRESS, kind::MESSAGE_INTEGRITY]);
    assert_eq!(answer.relays()[0].ip().to_string(), "192.0.2.1");
    assert!((50_000..=50_999).contains(&answer.relays()[0].port()));
    assert_eq!(answer.value(kind::XOR_MAPPED_ADDRESS).unwrap(), xor(&caller.addr.remote, &answer.transaction_id));
    assert_eq!(answer.lifetime_s(), 600);
}

#[test]
fn a_closed_server_opens_no_socket_and_a_public_one_opens_one() {
    let (mut lab, mut caller) = ready(config());
    caller.allocate(&mut lab);
    lab.evict("ada");
    assert!(!lab.heard().iter().any(|it| matches!(it, Heard::Bind(_) | Heard::Free(_))));
    let (mut lab, mut caller) = ready(public_config());
    let request = caller.signed(Method::Allocate, &[(kind::REQUESTED_TRANSPORT, vec![17, 0, 0, 0])]);
    let heard = lab.give(&caller.addr, &request);
    let Heard::Bind(relay) = heard[0] else { panic!("{heard:?}") };
    lab.evict("ada");
    assert_eq!(lab.heard(), [Heard::Free(relay), Heard::Ended("ada".into(), Ending::Evicted, 0, 0)]);
}

#[test]
fn when_ports_are_taken_a_bounded_number_is_tried() {
    let (mut lab, mut caller) = ready(public_config());
    lab.ears.ports_are_taken = true;
    let request = caller.signed(Method::Allocate, &[(kind::REQUESTED_TRANSPORT, vec![17, 0, 0, 0])]);
    let heard = lab.give(&caller.addr, &request);
    assert_eq!(heard.iter().filter(|it| matches!(it, Heard::Bind(_))).count(), PORT_TRIES_MAX);
    let Some(Heard::Reply(_, bytes)) = heard.last() else { panic!("{heard:?}") };
    assert_eq!(Answer::parse(bytes).code, Some(508));
    lab.ears.ports_are_taken = false;
    assert_eq!(caller.allocate(&mut lab).code, None);
}

#[test]
fn the_same_request_again_gets_the_same_answer_and_another_one_437() {
    let (mut lab, mut caller) = ready(config());
    let even = (kind::EVEN_PORT, vec![0x80]);
    let request = caller.signed(Method::Allocate, &[(kind::REQUESTED_TRANSPORT, vec![17, 0, 0, 0]), even]);
    let first = lab.ask(&caller.addr, &request);
    lab.pass_s(2);
    assert_eq!(lab.ask(&caller.addr, &request), first);
    assert_eq!(lab.server.stats().allocations_made, 1);
    assert_eq!(caller.allocate(&mut lab).code, Some(437));
}

#[test]
fn the_same_transaction_of_another_username_gets_nothing_to_see() {
    let (mut lab, mut ada) = ready(config());
    assert_eq!(ada.allocate(&mut lab).code, None);
    lab.admit("eve", 1);
    let mut eve = Caller::new("eve", "203.0.113.5:4000");
    eve.learn_nonce(&mut lab);
    let answer = eve.allocate(&mut lab);
    assert_eq!((answer.code, answer.transaction_id), (Some(437), [0, 0, 0, 2, 0x0f, 0xa0, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a]));
}

#[test]
fn only_udp_is_relayed() {
    for (attributes, code) in
        [(vec![], 400), (vec![(kind::REQUESTED_TRANSPORT, vec![6, 0, 0, 0])], 442), (vec![(kind::REQUESTED_TRANSPORT, vec![17])], 400)]
    {
        let (mut lab, mut caller) = ready(config());
        let request = caller.signed(Method::Allocate, &attributes);
        assert_eq!(lab.ask(&caller.addr, &request).code, Some(code));
    }
}

#[test]
fn lifetimes_stay_between_the_default_and_the_longest() {
    for (asked, granted) in [(0, 600), (1, 600), (600, 600), (1_000, 1_000), (3_600, 3_600), (u32::MAX, 3_600)] {
        assert_eq!(allocated(&[(kind::LIFETIME, asked.to_be_bytes().to_vec())]).lifetime_s(), granted);
    }
    assert_eq!(allocated(&[(kind::LIFETIME, vec![1])]).code, Some(400));
}

#[test]
fn a_family_can_be_asked_for() {
    assert!(allocated(&[family(kind::REQUESTED_ADDRESS_FAMILY, V6)]).relays()[0].is_ipv6());
    assert!(allocated(&[family(kind::REQUESTED_ADDRESS_FAMILY, V4)]).relays()[0].is_ipv4());
    assert_eq!(allocated(&[family(kind::REQUESTED_ADDRESS_FAMILY, 3)]).code, Some(440));
    assert_eq!(allocated(&[(kind::REQUESTED_ADDRESS_FAMILY, vec![V4])]).code, Some(400));
    let (mut lab, mut caller) = ready(Config { relay_v6: None, ..config() });
    assert_eq!(caller.allocate_with(&mut lab, &[family(kind::REQUESTED_ADDRESS_FAMILY, V6)]).code, Some(440));
    let (mut lab, mut caller) = ready(Config { relay_v4: None, ..config() });
    assert_eq!(caller.allocate(&mut lab).code, Some(440));
}

#[test]
fn both_families_come_with_one_allocation() {
    let answer = allocated(&[family(kind::ADDITIONAL_ADDRESS_FAMILY, V6)]);
    let relays = answer.relays();
    assert!(relays.len() == 2 && relays[0].is_ipv4() && relays[1].is_ipv6());
}

#[test]
fn a_second_family_that_cannot_be_had_is_named_and_the_first_granted() {
    let (mut lab, mut caller) = ready(Config { relay_v6: None, ..config() });
    let answer = caller.allocate_with(&mut lab, &[family(kind::ADDITIONAL_ADDRESS_FAMILY, V6)]);
    assert_eq!((answer.code, answer.relays().len()), (None, 1));
    assert_eq!(answer.value(kind::ADDRESS_ERROR_CODE).unwrap(), [V6, 0, 4, 40]);
}

#[test]
fn wishes_that_contradict_each_other_are_bad_requests() {
    let token = (kind::RESERVATION_TOKEN, vec![0; 8]);
    let even = (kind::EVEN_PORT, vec![0]);
    let even_and_next = (kind::EVEN_PORT, vec![0x80]);
    let requested = family(kind::REQUESTED_ADDRESS_FAMILY, V4);
    let additional = family(kind::ADDITIONAL_ADDRESS_FAMILY, V6);
    for wishes in [
        vec![token.clone(), even],
        vec![token.clone(), requested.clone()],
        vec![token, additional.clone()],
        vec![requested, additional.clone()],
        vec![even_and_next, additional],
        vec![family(kind::ADDITIONAL_ADDRESS_FAMILY, V4)],
        vec![(kind::EVEN_PORT, vec![])],
        vec![(kind::RESERVATION_TOKEN, vec![0; 7])],
    ] {
        assert_eq!(allocated(&wishes).code, Some(400), "{wishes:?}");
    }
}

#[test]
fn an_even_port_is_even_and_its_neighbour_waits_for_the_token() {
    let (mut lab, mut caller) = ready(config());
    let answer = caller.allocate_with(&mut lab, &[(kind::EVEN_PORT, vec![0x80])]);
    let even = answer.relays()[0];
    assert!(even.port().is_multiple_of(2));
    let token = (kind::RESERVATION_TOKEN, answer.value(kind::RESERVATION_TOKEN).unwrap());

    let mut second = Caller::new("ada", "203.0.113.5:4001");
    second.learn_nonce(&mut lab);
    lab.admit("eve", 1);
    let mut eve = Caller::new("eve", "203.0.113.6:4000");
    eve.learn_nonce(&mut lab);
    assert_eq!(eve.allocate_with(&mut lab, std::slice::from_ref(&token)).code, Some(508), "a token is of no use to another user");
    assert_eq!(second.allocate_with(&mut lab, std::slice::from_ref(&token)).relays()[0].port(), even.port() + 1);
    let mut third = Caller::new("ada", "203.0.113.5:4002");
    third.learn_nonce(&mut lab);
    assert_eq!(third.allocate_with(&mut lab, &[token]).code, Some(508), "a token is good once");
}

#[test]
fn a_reserved_port_is_free_again_after_thirty_seconds() {
    let (mut lab, mut caller) = ready(config());
    let answer = caller.allocate_with(&mut lab, &[(kind::EVEN_PORT, vec![0x80])]);
    let token = (kind::RESERVATION_TOKEN, answer.value(kind::RESERVATION_TOKEN).unwrap());
    assert_eq!(lab.server.next_timeout(), Some(lab.now.monotonic_ms + 30_000));
    let mut second = Caller::new("ada", "203.0.113.5:4001");
    second.learn_nonce(&mut lab);
    lab.now.monotonic_ms += 30_000;
    assert_eq!(second.allocate_with(&mut lab, &[token]).code, Some(508), "whether the timer was called or not");
    lab.pass_s(0);
    assert_eq!(lab.server.next_timeout(), Some(lab.now.monotonic_ms + 570_000));
}

#[test]
fn a_storm_of_even_ports_keeps_a_bounded_number_and_leaves_ports_for_others() {
    let mut lab = Lab::new(Config { allocations_per_user_max: 1_000, ..config() });
    lab.admit("ada", 1);
    let mut refused = 0;
    for port in 0..400_u16 {
        let mut caller = Caller::new("ada", &format!("203.0.113.5:{}", 4_000 + port));
        caller.learn_nonce(&mut lab);
        refused += u32::from(caller.allocate_with(&mut lab, &[(kind::EVEN_PORT, vec![0x80])]).code == Some(508));
    }
    assert_eq!(refused, 400 - u32::try_from(RESERVATIONS_MAX).unwrap());
    assert_eq!(lab.client("bob", 2).refresh(&mut lab, 600).code, None);
    lab.evict("ada");
    assert_eq!(lab.server.entries(), 2, "Bob and his allocation; of Ada not even a reserved port");
}

#[test]
fn every_port_can_be_used_and_one_more_is_refused_with_508() {
    let mut lab = Lab::new(Config { relay_ports: 50_000..=50_019, allocations_per_user_max: 100, ..config() });
    lab.admit("ada", 1);
    let mut ports = std::collections::BTreeSet::new();
    for port in 0..20 {
        let mut caller = Caller::new("ada", &format!("203.0.113.5:{}", 4_000 + port));
        caller.learn_nonce(&mut lab);
        ports.insert(caller.allocate(&mut lab).relays()[0].port());
    }
    assert_eq!(ports.len(), 20, "no port is given twice");
    let mut caller = Caller::new("ada", "203.0.113.5:5000");
    caller.learn_nonce(&mut lab);
    assert_eq!(caller.allocate(&mut lab).code, Some(508));
}

#[test]
fn dont_fragment_is_understood() {
    assert_eq!(allocated(&[(kind::DONT_FRAGMENT, Vec::new())]).code, None);
}

#[test]
fn streams_have_allocations_of_their_own_that_end_with_them() {
    let mut lab = Lab::new(config());
    lab.admit("ada", 1);
    let mut streams = [(Transport::Tcp, 1), (Transport::Tcp, 2), (Transport::Tls, 3)].map(|(transport, id)| {
        let mut caller = Caller::new("ada", "203.0.113.5:4000").over(transport, id);
        caller.learn_nonce(&mut lab);
        assert_eq!(caller.allocate(&mut lab).code, None);
        caller
    });
    assert_eq!(lab.server.stats().allocations, 3);
    lab.heard();
    lab.server.client_closed(&streams[0].addr, &mut lab.ears);
    assert_eq!(lab.heard(), [Heard::Ended("ada".into(), Ending::Closed, 0, 0)]);
    assert_eq!(streams[0].refresh(&mut lab, 600).code, Some(437));
    assert_eq!(streams[1].refresh(&mut lab, 600).code, None);
}
