//! What goes wrong stays with the one it belongs to.
use crate::world::{at, config, eventually, settle, tls, wait_for, with_tls};
use loadgen::client::{Arrival, Client, connect};
use node::turn::{PeerPolicy, Peers, Question, Standing};
use node::{Event, Listen, Node, StartError, Transport};
use std::io::{Read, Write};
use std::net::UdpSocket;

/// A policy with a mistake in it, and no objection otherwise.
struct Faulty;

const FAULTY_PORT: u16 = 9;

impl PeerPolicy for Faulty {
    fn is_allowed(&self, question: &Question) -> bool {
        assert_ne!(question.peer.port(), FAULTY_PORT, "a mistake, made on purpose");
        true
    }
}

#[test]
fn a_panic_ends_one_allocation_and_nothing_else() {
    let node = Node::start_with(&config(), || Faulty).unwrap();
    let mut alice = Client::udp(at(&node, Transport::Udp, false), "alice");
    let mut bob = Client::udp(at(&node, Transport::Udp, false), "bob");
    let mut carol = Client::tcp(at(&node, Transport::Tcp, false), "carol");
    settle(&node, &mut alice, "alice", 1, false);
    let of_bob = settle(&node, &mut bob, "bob", 1, false);
    settle(&node, &mut carol, "carol", 1, false);
    let request_that_panics = |client: &mut Client, user: &str| {
        client.send_permission("198.51.100.1:9".parse().unwrap());
        wait_for(&node, "the one who hit it lost its allocation", |event| matches!(event, Event::Ended { user: ended, .. } if ended == user))
    };
    let seen = request_that_panics(&mut carol, "carol");
    assert!(seen.contains(&Event::Panicked { shard: 0 }));
    assert_eq!(carol.read(), None, "its stream is closed");
    request_that_panics(&mut alice, "alice");
    eventually("both are counted", || node.counters().panics == 2);
    eventually("only bob's allocation is left", || node.counters().turn.allocations == 1);
    let mut dave = Client::udp(at(&node, Transport::Udp, false), "dave");
    let of_dave = settle(&node, &mut dave, "dave", 1, false);
    dave.bind(0x4000, of_bob);
    bob.bind(0x4000, of_dave);
    dave.send_on_channel(0x4000, b"still here");
    assert_eq!(bob.arrival(), Arrival::Channel(0x4000, b"still here".to_vec()));
}

/// No objection at all: what relay sockets do can only be seen on loopback, which the product never reaches.
struct Open;

impl PeerPolicy for Open {
    fn is_allowed(&self, question: &Question) -> bool {
        question.standing != Standing::Service
    }
}

#[test]
fn public_peers_are_reached_through_a_socket_per_allocation() {
    let mut config = config();
    config.turn.peers = Peers::Public;
    config.turn.relay_ports = 20_000..=29_999;
    (config.relay_bind_v4, config.turn.relay_v6) = (Some("127.0.0.1".parse().unwrap()), None);
    let node = Node::start_with(&config, || Open).unwrap();
    let mut alice = Client::udp(at(&node, Transport::Udp, false), "alice");
    let relayed = settle(&node, &mut alice, "alice", 1, false);
    eventually("it has a socket", || node.counters().relay_sockets == 1);
    let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
    peer.set_read_timeout(Some(loadgen::client::WAIT)).unwrap();
    alice.bind(0x4000, peer.local_addr().unwrap());
    alice.send_on_channel(0x4000, b"out");
    let mut buffer = [0; 100];
    let (length, from) = peer.recv_from(&mut buffer).unwrap();
    assert_eq!((&buffer[..length], from.port()), (&b"out"[..], relayed.port()));
    peer.send_to(b"in", from).unwrap();
    assert_eq!(alice.arrival(), Arrival::Channel(0x4000, b"in".to_vec()));
    assert_eq!(alice.refresh(0), None);
    eventually("its socket is closed", || node.counters().relay_sockets == 0);
    assert!(UdpSocket::bind(from).is_ok(), "its port is free again");
}

#[test]
fn who_does_not_read_loses_data_and_nobody_else_does() {
    let mut config = config();
    config.turn.bytes_per_second_per_user = 1 << 30;
    let node = Node::start(&config).unwrap();
    let mut slow = Client::tcp(at(&node, Transport::Tcp, false), "slow");
    let mut alice = Client::udp(at(&node, Transport::Udp, false), "alice");
    let mut bob = Client::udp(at(&node, Transport::Udp, false), "bob");
    let of_slow = settle(&node, &mut slow, "slow", 1, false);
    let of_alice = settle(&node, &mut alice, "alice", 1, false);
    let of_bob = settle(&node, &mut bob, "bob", 1, false);
    slow.bind(0x4000, of_alice);
    bob.bind(0x4000, of_alice);
    alice.bind(0x4000, of_slow);
    alice.bind(0x4001, of_bob);
    eventually("the buffer for the slow one is full", || {
        for _ in 0..64 {
            alice.send_on_channel(0x4000, &[1; 1_200]);
        }
        node.counters().stream_dropped_full > 0
    });
    alice.send_on_channel(0x4001, b"on time");
    assert_eq!(bob.arrival(), Arrival::Channel(0x4000, b"on time".to_vec()));
    assert_eq!(slow.arrival(), Arrival::Channel(0x4000, vec![1; 1_200]), "it is not closed for being slow a moment");
}

#[test]
fn a_stream_of_something_else_is_closed() {
    let tls = tls();
    let node = Node::start(&with_tls(config(), &tls)).unwrap();
    for transport in [Transport::Tcp, Transport::Tls] {
        let mut stream = connect(at(&node, transport, false));
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        // A reset is as good an end as any.
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.len() < 16, "an alert at most");
    }
    // A request that announces more than any request needs.
    let mut stream = connect(at(&node, Transport::Tcp, false));
    stream.write_all(&[0, 1, 0xff, 0xfc, 0x21, 0x12, 0xa4, 0x42]).unwrap();
    let _ = stream.read_to_end(&mut Vec::new());
    eventually("each is counted", || node.counters().streams_broken == 3);
    eventually("they are gone", || node.counters().streams == 0);
}

#[test]
fn a_port_that_is_taken_is_not_shared_in_silence() {
    let node = Node::start(&config()).unwrap();
    for taken in node.listening() {
        let mut config = config();
        config.listen = vec![*taken];
        assert!(matches!(Node::start(&config), Err(StartError::Listen(listen, _)) if listen == *taken));
    }
}

#[test]
fn settings_that_cannot_be_served_with_are_refused() {
    let mut none = config();
    none.listen.clear();
    assert!(matches!(Node::start(&none), Err(StartError::Listeners)));
    let mut no_certificate = config();
    no_certificate.listen.push(Listen { transport: Transport::Tls, addr: "127.0.0.1:0".parse().unwrap() });
    assert!(matches!(Node::start(&no_certificate), Err(StartError::Identity(_))));
    let tls = tls();
    let mut no_key = with_tls(config(), &tls);
    no_key.identity.as_mut().unwrap().private_key_pem = b"nothing".to_vec();
    assert!(matches!(Node::start(&no_key), Err(StartError::Identity(_))));
    let mut no_secret = config();
    no_secret.turn.secrets.clear();
    assert!(matches!(Node::start(&no_secret), Err(StartError::Turn(_))));
}
