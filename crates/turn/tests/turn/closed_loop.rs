//! Who is in one room reaches nobody in another, by no method, with no address.
use crate::support::{Caller, Heard, Lab, OpenDoor, config};
use std::net::SocketAddr;
use turn::{Config, PeerPolicy, Peers};

/// Ada in room 1; Eve in room 2 has let in Ada's address.
fn two_rooms<P: PeerPolicy>(lab: &mut Lab<P>) -> (Caller, Caller) {
    let ada = lab.client("ada", 1);
    let eve = lab.client("eve", 2);
    (ada, eve)
}

/// Tries to get a byte from one client to a peer by every method; returns what came out for anybody.
fn try_everything<P: PeerPolicy>(lab: &mut Lab<P>, from: &mut Caller, peer: SocketAddr) -> Vec<Heard> {
    let mut out = Vec::new();
    from.permit(lab, &[peer]);
    out.extend(from.send(lab, peer, b"a byte"));
    from.bind(lab, 0x4123, peer);
    out.extend(from.channel_data(lab, 0x4123, b"a byte"));
    out.extend(from.send(lab, peer, b"a byte"));
    out
}

#[test]
fn a_client_of_another_room_is_out_of_reach() {
    for peers in [Peers::Closed, Peers::Public] {
        let mut lab = Lab::new(Config { peers, ..config() });
        let (mut ada, mut eve) = two_rooms(&mut lab);
        let mut helper = lab.client("helper", 1);
        assert_eq!(ada.permit(&mut lab, &[helper.relay()]).code, None, "Ada has let in the address that all relayed addresses share");
        assert_eq!(eve.permit(&mut lab, &[ada.relay()]).code, Some(403));
        assert_eq!(eve.bind(&mut lab, 0x4000, ada.relay()).code, Some(403));
        assert_eq!(try_everything(&mut lab, &mut eve, ada.relay()), []);
        assert_eq!(helper.permit(&mut lab, &[ada.relay()]).code, None);
        assert_eq!(helper.send(&mut lab, ada.relay(), b"data").len(), 1, "the same way is open within the room");
    }
}

#[test]
fn with_the_policy_of_tests_the_same_attack_succeeds() {
    let mut lab = Lab::with_policy(config(), OpenDoor);
    let (mut ada, mut eve) = two_rooms(&mut lab);
    assert_eq!(ada.permit(&mut lab, &[eve.relay()]).code, None);
    assert_eq!(try_everything(&mut lab, &mut eve, ada.relay()).len(), 3);
}

#[test]
fn the_address_alone_opens_no_other_port() {
    let mut lab = Lab::new(config());
    let (mut ada, eve) = two_rooms(&mut lab);
    let bob = lab.client("bob", 1);
    assert_eq!(ada.permit(&mut lab, &[bob.relay()]).code, None);
    assert_eq!(ada.send(&mut lab, eve.relay(), b"data"), [], "a permission for the shared address does not lead into another room");
    let taken = [ada.relay(), bob.relay()];
    let unused = (50_000..51_000).map(|port| SocketAddr::new(bob.relay().ip(), port));
    for peer in unused.filter(|peer| !taken.contains(peer)) {
        assert_eq!(ada.send(&mut lab, peer, b"data"), []);
        assert_eq!(ada.bind(&mut lab, 0x4000, peer).code, Some(403));
    }
}

#[test]
fn a_port_that_changed_hands_does_not_carry_the_old_channel_into_the_new_room() {
    let mut lab = Lab::new(Config { relay_ports: 50_000..=50_001, ..config() });
    let mut ada = lab.client("ada", 1);
    let mut bob = lab.client("bob", 1);
    assert_eq!(ada.bind(&mut lab, 0x4000, bob.relay()).code, None);
    assert_eq!(bob.bind(&mut lab, 0x4000, ada.relay()).code, None);
    assert_eq!(ada.channel_data(&mut lab, 0x4000, b"data").len(), 1);
    lab.evict("bob");
    assert_eq!(ada.channel_data(&mut lab, 0x4000, b"data"), []);
    let mut eve = lab.client("eve", 2);
    assert_eq!(eve.relay(), bob.relay(), "there was only one port left");
    assert_eq!(ada.channel_data(&mut lab, 0x4000, b"data"), []);
    assert_eq!(eve.bind(&mut lab, 0x4000, ada.relay()).code, Some(403));
}

#[test]
fn a_user_without_a_room_reaches_nobody_not_even_its_like_and_no_service() {
    let mut lab = Lab::new(config());
    let service: SocketAddr = "192.0.2.1:3480".parse().unwrap();
    lab.server.register_local(service).unwrap();
    for user in ["one", "other"] {
        lab.server.admit(user, None, &mut lab.ears).unwrap();
    }
    let mut one = lab.client_at("one", "203.0.113.5:4000");
    let mut other = lab.client_at("other", "203.0.113.5:4001");
    for peer in [other.relay(), service, one.relay()] {
        assert_eq!(one.permit(&mut lab, &[peer]).code, Some(403));
        assert_eq!(one.bind(&mut lab, 0x4000, peer).code, Some(403));
    }
    other.permit(&mut lab, &[one.relay()]);
    assert_eq!(try_everything(&mut lab, &mut one, other.relay()), []);
}

#[test]
fn room_zero_is_a_room_like_any_other() {
    let mut lab = Lab::new(config());
    let mut ada = lab.client("ada", 0);
    let mut bob = lab.client("bob", 0);
    lab.server.admit("nobody", None, &mut lab.ears).unwrap();
    let mut nobody = lab.client_at("nobody", "203.0.113.5:4001");
    assert_eq!(ada.permit(&mut lab, &[bob.relay()]).code, None);
    assert_eq!(bob.permit(&mut lab, &[ada.relay()]).code, None);
    assert_eq!(ada.send(&mut lab, bob.relay(), b"data").len(), 1);
    assert_eq!(nobody.bind(&mut lab, 0x4000, ada.relay()).code, Some(403));
}

#[test]
fn data_from_the_world_that_claims_to_come_from_inside_is_dropped() {
    let mut lab = Lab::new(Config { peers: Peers::Public, ..config() });
    let service: SocketAddr = "198.51.100.1:3480".parse().unwrap();
    lab.server.register_local(service).unwrap();
    let mut ada = lab.client("ada", 1);
    let bob = lab.client("bob", 1);
    assert_eq!(ada.permit(&mut lab, &[bob.relay(), service]).code, None);
    lab.heard();
    for forged in [bob.relay(), service, ada.relay(), ada.addr.local] {
        lab.server.handle_peer(lab.now, ada.relay(), forged, b"forged", &mut lab.ears);
    }
    assert_eq!(lab.heard(), []);
}
