//! Several servers that divide the ports: a datagram is judged where it starts and again where it ends.
use crate::support::{Caller, Heard, Lab, OpenDoor, config};
use std::net::SocketAddr;
use turn::{Config, Directory, HandOver, Origin, PeerPolicy, RoomId, Server};

/// Two shards with one client each.
fn two(rooms: [u64; 2]) -> ([Lab; 2], [Caller; 2]) {
    let directory = Directory::new(config().relay_ports, 2);
    let mut labs = [0, 1].map(|shard| Lab::shard(config(), shard, &directory));
    let ada = labs[0].client("ada", rooms[0]);
    let bob = labs[1].client("bob", rooms[1]);
    (labs, [ada, bob])
}

/// The hand-over a shard asked for.
fn handed_over(heard: &[Heard]) -> (u16, HandOver, Vec<u8>) {
    let [Heard::ToShard(shard, hand_over, data)] = heard else { panic!("{heard:?}") };
    (*shard, *hand_over, data.clone())
}

fn arrive<P: PeerPolicy>(lab: &mut Lab<P>, hand_over: &HandOver, data: &[u8]) -> Vec<Heard> {
    lab.heard();
    lab.server.handle_from_shard(lab.now, hand_over, data, &mut lab.ears);
    lab.heard()
}

#[test]
fn a_port_tells_its_shard() {
    let directory = Directory::new(config().relay_ports, 3);
    let mut labs = [0, 1, 2].map(|shard| Lab::shard(Config { allocations_per_user_max: 100, ..config() }, shard, &directory));
    for (shard, lab) in labs.iter_mut().enumerate() {
        for number in 0..50 {
            lab.admit("ada", 1);
            let client = lab.client_at("ada", &format!("203.0.113.5:{}", 4_000 + number));
            assert_eq!(directory.shard_of(client.relay().port()).map(usize::from), Some(shard));
        }
    }
    assert_eq!(directory.shard_of(49_999), None);
    assert_eq!(directory.shard_of(51_000), None);
}

#[test]
fn data_crosses_from_shard_to_shard_within_a_room() {
    let ([mut one, mut two], [mut ada, mut bob]) = two([1, 1]);
    assert_eq!(ada.bind(&mut one, 0x4000, bob.relay()).code, None);
    let (shard, hand_over, data) = handed_over(&ada.channel_data(&mut one, 0x4000, b"hello"));
    assert_eq!((shard, hand_over), (1, HandOver { from: ada.relay(), to: bob.relay(), origin: Origin::Allocation(Some(RoomId(1))) }));
    assert_eq!(arrive(&mut two, &hand_over, &data), [], "Bob has not let Ada in yet");
    assert_eq!(bob.bind(&mut two, 0x4001, ada.relay()).code, None);
    assert_eq!(arrive(&mut two, &hand_over, &data), [Heard::ToClient(bob.addr, b"\x40\x01\x00\x05hello".to_vec())]);
}

#[test]
fn another_room_is_refused_where_the_datagram_starts() {
    let ([mut one, _], [mut ada, bob]) = two([1, 2]);
    assert_eq!(ada.bind(&mut one, 0x4000, bob.relay()).code, Some(403));
    assert_eq!(ada.permit(&mut one, &[bob.relay()]).code, Some(403));
    assert_eq!(ada.send(&mut one, bob.relay(), b"data"), []);
}

#[test]
fn another_room_is_refused_where_the_datagram_ends_even_if_it_came_through() {
    let ([_, mut two], [ada, mut bob]) = two([1, 2]);
    let mut carl = two.client("carl", 2);
    assert_eq!(bob.permit(&mut two, &[carl.relay()]).code, None, "Bob has let in the address all share");
    let forged = HandOver { from: ada.relay(), to: bob.relay(), origin: Origin::Allocation(Some(RoomId(1))) };
    assert_eq!(arrive(&mut two, &forged, b"data"), []);
    assert_eq!(arrive(&mut two, &HandOver { origin: Origin::Allocation(None), ..forged }, b"data"), []);
    assert_eq!(arrive(&mut two, &HandOver { origin: Origin::Service, ..forged }, b"data"), [], "Ada is no service");
    assert_eq!(carl.permit(&mut two, &[bob.relay()]).code, None);
    assert_eq!(carl.send(&mut two, bob.relay(), b"data").len(), 1);
}

#[test]
fn with_the_policy_of_tests_it_comes_through() {
    let directory = Directory::new(config().relay_ports, 1);
    let mut lab = Lab::of(Server::with_policy(config(), [7; 32], 0, directory, OpenDoor).unwrap());
    let mut bob = lab.client("bob", 2);
    let from: SocketAddr = "192.0.2.1:50002".parse().unwrap();
    assert_eq!(bob.permit(&mut lab, &[from]).code, None);
    let forged = HandOver { from, to: bob.relay(), origin: Origin::Allocation(Some(RoomId(1))) };
    assert_eq!(arrive(&mut lab, &forged, b"data").len(), 1);
}

#[test]
fn who_left_is_out_of_reach_from_every_shard() {
    let ([mut one, mut two], [mut ada, bob]) = two([1, 1]);
    assert_eq!(ada.bind(&mut one, 0x4000, bob.relay()).code, None);
    let (_, hand_over, data) = handed_over(&ada.channel_data(&mut one, 0x4000, b"hello"));
    two.evict("bob");
    assert_eq!(ada.channel_data(&mut one, 0x4000, b"hello"), []);
    assert_eq!(arrive(&mut two, &hand_over, &data), []);
}

#[test]
fn a_service_reaches_clients_of_every_shard() {
    let ([mut one, mut two], [ada, mut bob]) = two([1, 1]);
    let service: SocketAddr = "127.0.0.1:3480".parse().unwrap();
    one.server.register_local(service).unwrap();
    two.server.register_local(service).unwrap();
    assert_eq!(bob.bind(&mut two, 0x4000, service).code, None);
    one.heard();
    one.server.handle_local(one.now, service, bob.relay(), b"data", &mut one.ears);
    let (shard, hand_over, data) = handed_over(&one.heard());
    assert_eq!(shard, 1);
    assert_eq!(arrive(&mut two, &hand_over, &data), [Heard::ToClient(bob.addr, b"\x40\x00\x00\x04data".to_vec())]);
    drop(ada);
}

#[test]
fn a_shard_needs_the_directory_of_its_ports() {
    let other = Directory::new(1_000..=1_999, 2);
    assert!(Server::new_shard(config(), [0; 32], 0, other).is_err());
    let same = Directory::new(config().relay_ports, 2);
    assert!(Server::new_shard(config(), [0; 32], 2, same).is_err());
}

#[test]
fn the_port_of_another_shard_means_nothing_at_another_address() {
    let ([mut one, _two], [mut ada, bob]) = two([1, 1]);
    let elsewhere = SocketAddr::new("203.0.113.250".parse().unwrap(), bob.relay().port());
    assert_eq!(ada.permit(&mut one, &[bob.relay()]).code, None);
    assert_eq!(ada.bind(&mut one, 0x4000, elsewhere).code, Some(403));
    assert_eq!(ada.send(&mut one, elsewhere, b"data"), []);
}
