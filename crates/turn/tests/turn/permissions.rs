//! RFC 8656 §9, §10, §12: permissions and channels.
use crate::support::{Caller, Heard, Lab, public_config, xor};
use std::net::SocketAddr;
use turn::limits::{CHANNELS_PER_ALLOCATION_MAX, PEERS_PER_REQUEST_MAX, PERMISSIONS_PER_ALLOCATION_MAX};
use wire::attribute as kind;
use wire::stun::Method;

const PEER: &str = "8.8.8.8:9000";

fn peer() -> SocketAddr {
    PEER.parse().unwrap()
}

fn numbered(number: usize) -> SocketAddr {
    format!("8.8.{}.{}:9000", number / 250, 1 + number % 250).parse().unwrap()
}

fn lab_and_client() -> (Lab, Caller) {
    let mut lab = Lab::new(public_config());
    let client = lab.client("ada", 1);
    (lab, client)
}

fn arrives(lab: &mut Lab, client: &Caller, from: SocketAddr) -> Vec<Heard> {
    lab.heard();
    lab.server.handle_peer(lab.now, client.relay(), from, b"data", &mut lab.ears);
    lab.heard()
}

#[test]
fn without_a_permission_nothing_passes_in_either_direction() {
    let (mut lab, mut ada) = lab_and_client();
    assert_eq!(ada.send(&mut lab, peer(), b"data"), []);
    assert_eq!(arrives(&mut lab, &ada, peer()), []);
}

#[test]
fn a_permission_is_for_an_address_whatever_the_port_and_lasts_five_minutes() {
    let (mut lab, mut ada) = lab_and_client();
    assert_eq!(ada.permit(&mut lab, &[peer()]).code, None);
    let other_port = "8.8.8.8:1".parse().unwrap();
    assert_eq!(ada.send(&mut lab, other_port, b"data").len(), 1);
    assert_eq!(arrives(&mut lab, &ada, other_port).len(), 1);
    assert_eq!(arrives(&mut lab, &ada, "8.8.4.4:9000".parse().unwrap()), []);
    lab.pass_s(299);
    assert_eq!(arrives(&mut lab, &ada, peer()).len(), 1);
    lab.pass_s(1);
    assert_eq!(arrives(&mut lab, &ada, peer()), []);
    assert_eq!(ada.send(&mut lab, peer(), b"data"), []);
}

#[test]
fn port_zero_is_nobodys_port() {
    let (mut lab, mut ada) = lab_and_client();
    assert_eq!(ada.permit(&mut lab, &[peer()]).code, None);
    assert_eq!(ada.send(&mut lab, "8.8.8.8:0".parse().unwrap(), b"data"), []);
}

#[test]
fn several_peers_are_permitted_together_or_not_at_all() {
    let (mut lab, mut ada) = lab_and_client();
    let other: SocketAddr = "8.8.4.4:1".parse().unwrap();
    assert_eq!(ada.permit(&mut lab, &[peer(), other, "10.0.0.1:1".parse().unwrap()]).code, Some(403));
    assert_eq!(arrives(&mut lab, &ada, peer()), []);
    assert_eq!(ada.permit(&mut lab, &[peer(), other]).code, None);
    assert_eq!(arrives(&mut lab, &ada, other).len(), 1);
}

#[test]
fn a_permission_without_a_peer_or_with_a_broken_one_is_a_bad_request() {
    let (mut lab, mut ada) = lab_and_client();
    let request = ada.signed(Method::CreatePermission, &[]);
    assert_eq!(lab.ask(&ada.addr, &request).code, Some(400));
    for broken in [vec![0; 7], vec![0, 3, 0, 0, 1, 2, 3, 4], vec![0, 2, 0, 0, 1, 2, 3, 4], Vec::new()] {
        let request =
            ada.signed_with(Method::CreatePermission, |id| vec![(kind::XOR_PEER_ADDRESS, xor(&peer(), id)), (kind::XOR_PEER_ADDRESS, broken)]);
        assert_eq!(lab.ask(&ada.addr, &request).code, Some(400));
    }
}

#[test]
fn a_peer_of_a_family_that_the_allocation_lacks_is_refused_with_443() {
    let (mut lab, mut ada) = lab_and_client();
    let v6 = "[2600::1]:9000".parse().unwrap();
    assert_eq!(ada.permit(&mut lab, &[v6]).code, Some(443));
    assert_eq!(ada.bind(&mut lab, 0x4000, v6).code, Some(443));
}

#[test]
fn channel_numbers_are_4000_to_4fff() {
    let (mut lab, mut ada) = lab_and_client();
    for number in [0, 0x3fff, 0x5000, 0x7fff, 0xffff] {
        assert_eq!(ada.bind(&mut lab, number, peer()).code, Some(400));
    }
    assert_eq!(ada.bind(&mut lab, 0x4fff, peer()).code, None);
    assert_eq!(ada.bind(&mut lab, 0x4000, "8.8.4.4:1".parse().unwrap()).code, None);
}

#[test]
fn a_channel_needs_a_number_and_a_peer_with_a_port() {
    let (mut lab, mut ada) = lab_and_client();
    assert_eq!(ada.bind(&mut lab, 0x4000, "8.8.8.8:0".parse().unwrap()).code, Some(400));
    let request = ada.signed(Method::ChannelBind, &[(kind::CHANNEL_NUMBER, vec![0x40, 0, 0, 0])]);
    assert_eq!(lab.ask(&ada.addr, &request).code, Some(400));
    let request = ada.signed_with(Method::ChannelBind, |id| vec![(kind::XOR_PEER_ADDRESS, xor(&peer(), id))]);
    assert_eq!(lab.ask(&ada.addr, &request).code, Some(400));
}

#[test]
fn a_number_has_one_peer_and_a_peer_one_number() {
    let (mut lab, mut ada) = lab_and_client();
    let other = "8.8.8.8:9001".parse().unwrap();
    assert_eq!(ada.bind(&mut lab, 0x4000, peer()).code, None);
    assert_eq!(ada.bind(&mut lab, 0x4000, peer()).code, None);
    assert_eq!(ada.bind(&mut lab, 0x4000, other).code, Some(400));
    assert_eq!(ada.bind(&mut lab, 0x4001, peer()).code, Some(400));
    assert_eq!(ada.bind(&mut lab, 0x4001, other).code, None);
}

#[test]
fn a_channel_lasts_ten_minutes_and_can_then_be_bound_otherwise() {
    let (mut lab, mut ada) = lab_and_client();
    assert_eq!(ada.bind(&mut lab, 0x4000, peer()).code, None);
    lab.pass_s(590);
    assert_eq!(ada.refresh(&mut lab, 3_600).code, None);
    assert_eq!(ada.channel_data(&mut lab, 0x4000, b"data").len(), 1);
    lab.pass_s(10);
    assert_eq!(ada.channel_data(&mut lab, 0x4000, b"data"), []);
    let other: SocketAddr = "8.8.8.8:9001".parse().unwrap();
    assert_eq!(ada.bind(&mut lab, 0x4000, other).code, None);
    assert_eq!(ada.bind(&mut lab, 0x4001, peer()).code, None);
    for (number, expected) in [(0x4000, other), (0x4001, peer())] {
        assert_eq!(ada.channel_data(&mut lab, number, b"data"), [Heard::ToPeer(ada.relay(), expected, b"data".to_vec(), false)]);
    }
}

#[test]
fn binding_again_keeps_a_channel_and_its_permission_alive() {
    let (mut lab, mut ada) = lab_and_client();
    assert_eq!(ada.bind(&mut lab, 0x4000, peer()).code, None);
    lab.pass_s(299);
    assert_eq!(arrives(&mut lab, &ada, peer()).len(), 1);
    lab.pass_s(1);
    assert_eq!(arrives(&mut lab, &ada, peer()), [], "the channel lives, its permission does not");
    assert_eq!(ada.bind(&mut lab, 0x4000, peer()).code, None);
    assert_eq!(arrives(&mut lab, &ada, peer()).len(), 1);
    assert_eq!(ada.refresh(&mut lab, 3_600).code, None);
    lab.pass_s(590);
    assert_eq!(ada.channel_data(&mut lab, 0x4000, b"data").len(), 1);
}

#[test]
fn one_request_names_a_bounded_number_of_peers() {
    let (mut lab, mut ada) = lab_and_client();
    let peers: Vec<_> = (0..=PEERS_PER_REQUEST_MAX).map(numbered).collect();
    assert_eq!(ada.permit(&mut lab, &peers[..PEERS_PER_REQUEST_MAX]).code, None);
    assert_eq!(ada.permit(&mut lab, &peers).code, Some(508));
}

#[test]
fn permissions_are_bounded_and_expired_ones_make_place() {
    let (mut lab, mut ada) = lab_and_client();
    for number in 0..PERMISSIONS_PER_ALLOCATION_MAX {
        assert_eq!(ada.permit(&mut lab, &[numbered(number)]).code, None);
    }
    assert_eq!(ada.permit(&mut lab, &[numbered(500)]).code, Some(508));
    assert_eq!(ada.bind(&mut lab, 0x4000, numbered(501)).code, Some(508));
    assert_eq!(ada.permit(&mut lab, &[numbered(0)]).code, None, "one that is there can be renewed");
    lab.pass_s(299);
    assert_eq!(ada.permit(&mut lab, &[numbered(0)]).code, None);
    lab.pass_s(1);
    assert_eq!(ada.permit(&mut lab, &[numbered(500)]).code, None);
    assert_eq!(arrives(&mut lab, &ada, numbered(0)).len(), 1);
}

#[test]
fn channels_are_bounded_and_expired_ones_make_place() {
    let (mut lab, mut ada) = lab_and_client();
    let port = |number: u16| SocketAddr::new(peer().ip(), 1 + number);
    for number in 0..u16::try_from(CHANNELS_PER_ALLOCATION_MAX).unwrap() {
        assert_eq!(ada.bind(&mut lab, 0x4000 + number, port(number)).code, None);
    }
    assert_eq!(ada.bind(&mut lab, 0x4100, port(1_000)).code, Some(508));
    lab.pass_s(590);
    assert_eq!(ada.refresh(&mut lab, 3_600).code, None);
    assert_eq!(ada.bind(&mut lab, 0x4005, port(5)).code, None);
    lab.pass_s(10);
    assert_eq!(ada.bind(&mut lab, 0x4100, port(1_000)).code, None);
    for number in [0x4005, 0x4100] {
        assert_eq!(ada.channel_data(&mut lab, number, b"data").len(), 1, "{number:x}");
    }
    assert_eq!(ada.channel_data(&mut lab, 0x4006, b"data"), []);
}
