//! A host with public addresses: what makes them out of reach is that they are its own, nothing else.
use crate::support::{Caller, Heard, Lab, OpenDoor, public_config};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use turn::{Config, PeerPolicy};
use wire::attribute as kind;

/// The address of relayed addresses, the one clients speak to, and another one.
const RELAY: &str = "9.10.11.12";
const LOCAL: &str = "9.10.11.13";
const OTHER: &str = "9.10.11.14";
/// The same for IPv6, and what NAT64 would make of the IPv4 ones.
const V6: [&str; 5] = ["2a00::12", "2a00::14", "64:ff9b::9.10.11.12", "64:ff9b::9.10.11.13", "64:ff9b::9.10.11.14"];

fn host() -> Config {
    Config {
        relay_v4: Some(Ipv4Addr::new(9, 10, 11, 12)),
        relay_v6: Some(Ipv6Addr::new(0x2a00, 0, 0, 0, 0, 0, 0, 0x12)),
        own_addresses: [OTHER, "2a00::14"].map(|ip| ip.parse().unwrap()).into(),
        ..public_config()
    }
}

fn client<P: PeerPolicy>(lab: &mut Lab<P>) -> (Caller, Vec<SocketAddr>) {
    lab.admit("ada", 1);
    let mut caller = Caller::new("ada", "203.0.113.5:4000");
    caller.addr.local = SocketAddr::new(LOCAL.parse().unwrap(), 3_478);
    caller.learn_nonce(lab);
    let relays = caller.allocate_with(lab, &[(kind::ADDITIONAL_ADDRESS_FAMILY, vec![2, 0, 0, 0])]).relays();
    (caller, relays)
}

fn own() -> impl Iterator<Item = SocketAddr> {
    let ips = [RELAY, LOCAL, OTHER].into_iter().chain(V6);
    ips.flat_map(|ip| [22, 3_478, 50_500].map(|port| SocketAddr::new(ip.parse().unwrap(), port)))
}

/// Whether a peer is reached, and whether it reaches back.
fn reach<P: PeerPolicy>(lab: &mut Lab<P>, peer: SocketAddr) -> [bool; 3] {
    let (mut caller, relays) = client(lab);
    let relay = relays[usize::from(peer.is_ipv6())];
    let neighbour: SocketAddr = if peer.is_ipv4() { "9.10.11.15:1" } else { "[2a00::15]:1" }.parse().unwrap();
    assert_eq!(caller.permit(lab, &[neighbour]).code, None, "a neighbour is just a public address");
    let permitted = caller.permit(lab, &[peer]).code.is_none();
    let sent = !caller.send(lab, peer, b"canary").is_empty();
    lab.heard();
    lab.server.handle_peer(lab.now, relay, peer, b"forged", &mut lab.ears);
    let arrived = lab.heard().iter().any(|it| matches!(it, Heard::ToClient(..)));
    lab.evict("ada");
    [permitted, sent, arrived]
}

#[test]
fn the_hosts_own_addresses_are_out_of_reach_on_every_port() {
    let mut lab = Lab::new(host());
    for peer in own() {
        assert_eq!(reach(&mut lab, peer), [false; 3], "{peer}");
    }
}

#[test]
fn with_the_policy_of_tests_they_are_reached() {
    let mut lab = Lab::with_policy(host(), OpenDoor);
    for peer in own() {
        assert_eq!(reach(&mut lab, peer), [true; 3], "{peer}");
    }
}

#[test]
fn a_datagram_from_the_world_that_names_a_relayed_address_of_the_room_is_forged() {
    let mut lab = Lab::new(host());
    let (mut ada, relays) = client(&mut lab);
    let bob = lab.client("bob", 1);
    assert_eq!(ada.permit(&mut lab, &[bob.relay()]).code, None);
    lab.heard();
    lab.server.handle_peer(lab.now, relays[0], bob.relay(), b"forged", &mut lab.ears);
    assert_eq!(lab.heard(), []);
}
