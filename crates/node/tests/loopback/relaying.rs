//! Data passes between two clients of one room, whatever each of them uses to reach the node.
use crate::world::{at, config, eventually, settle, tls, wait_for, with_tls};
use loadgen::client::{Arrival, Client, attribute, error_code, transaction_id};
use node::turn::Ending;
use node::{Event, Listen, Node, Transport};
use std::net::{SocketAddr, UdpSocket};
use wire::stun::{Class, Method};

/// Binds channels on both sides and sends a few sizes both ways.
fn talk(alice: &mut Client, bob: &mut Client) {
    let (of_alice, of_bob) = (alice.relayed.unwrap(), bob.relayed.unwrap());
    alice.bind(0x4000, of_bob);
    bob.bind(0x4001, of_alice);
    for length in [0, 1, 2, 3, 4, 160, 1_199, 1_200] {
        let data: Vec<u8> = (0..length).map(|index| u8::try_from(index % 251).unwrap()).collect();
        alice.send_on_channel(0x4000, &data);
        assert_eq!(bob.arrival(), Arrival::Channel(0x4001, data.clone()));
        bob.send_on_channel(0x4001, &data);
        assert_eq!(alice.arrival(), Arrival::Channel(0x4000, data));
    }
}

#[test]
fn udp_clients_talk_over_ipv4_and_ipv6() {
    let node = Node::start(&config()).unwrap();
    for v6 in [false, true] {
        let mut alice = Client::udp(at(&node, Transport::Udp, v6), "alice");
        let mut bob = Client::udp(at(&node, Transport::Udp, v6), "bob");
        settle(&node, &mut alice, "alice", 1, v6);
        settle(&node, &mut bob, "bob", 1, v6);
        talk(&mut alice, &mut bob);
    }
}

#[test]
fn tcp_and_tls_clients_talk_with_udp_clients() {
    let tls = tls();
    let node = Node::start(&with_tls(config(), &tls)).unwrap();
    let tcp = |v6| Client::tcp(at(&node, Transport::Tcp, v6), "alice");
    for mut alice in [tcp(false), tcp(true), Client::tls(at(&node, Transport::Tls, false), "alice", &tls.client)] {
        let mut bob = Client::udp(at(&node, Transport::Udp, false), "bob");
        settle(&node, &mut alice, "alice", 1, false);
        settle(&node, &mut bob, "bob", 1, false);
        talk(&mut alice, &mut bob);
    }
    eventually("streams of clients that left are gone", || node.counters().streams == 0);
    let ended = wait_for(&node, "their allocations ended", |event| matches!(event, Event::Ended { transport: Transport::Tls, .. }));
    assert!(ended.iter().any(|event| matches!(event, Event::Ended { transport: Transport::Tls, reason: Ending::Closed, .. })));
}

#[test]
fn send_and_data_indications_pass_too() {
    let node = Node::start(&config()).unwrap();
    let mut alice = Client::udp(at(&node, Transport::Udp, false), "alice");
    let mut bob = Client::tcp(at(&node, Transport::Tcp, false), "bob");
    let of_alice = settle(&node, &mut alice, "alice", 1, false);
    let of_bob = settle(&node, &mut bob, "bob", 1, false);
    assert_eq!(alice.permit(of_bob), None);
    assert_eq!(bob.permit(of_alice), None);
    alice.send_to(of_bob, b"to bob");
    assert_eq!(bob.arrival(), Arrival::Data(of_alice, b"to bob".to_vec()));
    bob.send_to(of_alice, b"to alice");
    assert_eq!(alice.arrival(), Arrival::Data(of_bob, b"to alice".to_vec()));
}

#[test]
fn clients_on_different_shards_talk() {
    let mut config = config();
    config.shards = 4;
    let node = Node::start(&config).unwrap();
    let mut pairs = Vec::new();
    // The kernel spreads clients over shards by their ports; with this many, some pair is apart.
    for pair in 0..16_u64 {
        let (first, second) = (format!("first-{pair}"), format!("second-{pair}"));
        let mut alice = Client::udp(at(&node, Transport::Udp, false), &first);
        let mut bob = Client::udp(at(&node, Transport::Udp, false), &second);
        settle(&node, &mut alice, &first, pair, false);
        settle(&node, &mut bob, &second, pair, false);
        pairs.push((alice, bob));
    }
    for (alice, bob) in &mut pairs {
        talk(alice, bob);
    }
    eventually("some pair was apart", || node.counters().handed_over > 0);
}

#[test]
fn a_burst_arrives_whole_and_in_order_with_and_without_runs() {
    for batching in [true, false] {
        let mut config = config();
        (config.gso, config.gro) = (batching, batching);
        let node = Node::start(&config).unwrap();
        let mut alice = Client::udp(at(&node, Transport::Udp, false), "alice");
        let mut bob = Client::udp(at(&node, Transport::Udp, false), "bob");
        settle(&node, &mut alice, "alice", 1, false);
        settle(&node, &mut bob, "bob", 1, false);
        alice.bind(0x4000, bob.relayed.unwrap());
        bob.bind(0x4000, alice.relayed.unwrap());
        for number in 0..40_u8 {
            alice.send_on_channel(0x4000, &[number; 1_000]);
        }
        for number in 0..40_u8 {
            assert_eq!(bob.arrival(), Arrival::Channel(0x4000, vec![number; 1_000]));
        }
        eventually("each is counted", || node.counters().turn.packets_to_clients == 40);
        assert_eq!(node.counters().gso_shards, u64::from(batching));
    }
}

#[test]
fn an_evicted_user_is_cut_off_at_once() {
    let node = Node::start(&config()).unwrap();
    let mut alice = Client::udp(at(&node, Transport::Udp, false), "alice");
    let mut bob = Client::udp(at(&node, Transport::Udp, false), "bob");
    settle(&node, &mut alice, "alice", 1, false);
    settle(&node, &mut bob, "bob", 1, false);
    talk(&mut alice, &mut bob);
    node.evict("bob", u64::MAX).unwrap();
    let seen = wait_for(&node, "bob's allocation ended", |event| matches!(event, Event::Ended { reason: Ending::Evicted, .. }));
    assert!(seen.iter().any(|event| matches!(event, Event::Ended { user, room: Some(1), bytes_from_client: 1.., .. } if user == "bob")));
    assert!(bob.refresh(600).is_some());
    assert_ne!(error_code(&alice.try_bind(0x4002, bob.relayed.unwrap())), None);
}

#[test]
fn a_server_on_all_addresses_answers_from_the_one_that_was_asked() {
    let mut config = config();
    config.listen = vec![Listen { transport: Transport::Udp, addr: "0.0.0.0:0".parse().unwrap() }];
    let node = Node::start(&config).unwrap();
    let asked = SocketAddr::new("127.0.0.9".parse().unwrap(), node.listening()[0].addr.port());
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(loadgen::client::WAIT)).unwrap();
    let mut request = Vec::new();
    wire::emit::Emitter::new(&mut request, Class::Request, Method::Binding, transaction_id());
    socket.send_to(&request, asked).unwrap();
    let mut answer = [0; 100];
    let (length, from) = socket.recv_from(&mut answer).unwrap();
    assert_eq!(from, asked);
    assert!(attribute(&answer[..length], wire::attribute::XOR_MAPPED_ADDRESS).is_some());
}

#[test]
fn a_burst_over_tls_arrives_whole_and_in_order() {
    let tls = tls();
    let node = Node::start(&with_tls(config(), &tls)).unwrap();
    let mut alice = Client::tls(at(&node, Transport::Tls, false), "alice", &tls.client);
    let mut bob = Client::tls(at(&node, Transport::Tls, false), "bob", &tls.client);
    settle(&node, &mut alice, "alice", 1, false);
    settle(&node, &mut bob, "bob", 1, false);
    alice.bind(0x4000, bob.relayed.unwrap());
    bob.bind(0x4000, alice.relayed.unwrap());
    for number in 0..100_u8 {
        alice.send_on_channel(0x4000, &[number; 1_001]);
    }
    for number in 0..100_u8 {
        assert_eq!(bob.arrival(), Arrival::Channel(0x4000, vec![number; 1_001]));
    }
}
