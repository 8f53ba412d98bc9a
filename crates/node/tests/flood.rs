//! Ten thousand source ports of somebody without a credential: small answers, few answers, flat memory. In a program of its own, one after the other, since it weighs the whole process.
#![allow(missing_docs)]
use loadgen::client::{WAIT, transaction_id};
use node::{Config, Listen, Node, Transport};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use wire::attribute::{DATA, NONCE, REALM, REQUESTED_TRANSPORT, USERNAME, XOR_PEER_ADDRESS};
use wire::emit::Emitter;
use wire::stun::{Class, Method};

const PORTS: usize = 10_000;
/// Before the tables, the allocator's and the kernel's, have their size.
const WARM_UP: usize = 1_000;
/// Sockets at one time: what they send fits in the node's receive buffer.
const AT_ONCE: usize = 25;
/// What one allocation for each port would cost at least, ten times over.
const GROWTH_BYTES_MAX: usize = 1 << 20;

fn config() -> Config {
    let listen = [Transport::Udp, Transport::Tcp].map(|transport| Listen { transport, addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) });
    let turn = node::turn::Config { secrets: vec![vec![7; 20]], relay_v4: Some(Ipv4Addr::LOCALHOST), ..node::turn::Config::default() };
    Config { listen: listen.to_vec(), shards: 2, turn, ..Config::default() }
}

/// One test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn resident_bytes() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4_096
}

fn eventually(what: &str, holds: impl Fn() -> bool) {
    let limit = Instant::now() + WAIT;
    while !holds() {
        assert!(Instant::now() < limit, "still not so: {what}");
        std::thread::yield_now();
    }
}

/// What a stranger may send: requests without and with a made-up signature, and data that belongs to no allocation.
fn messages() -> Vec<Vec<u8>> {
    let mut all = vec![b"\x40\x00\x00\x04data".to_vec()];
    for method in [Method::Binding, Method::Allocate, Method::Refresh, Method::CreatePermission] {
        let mut bytes = Vec::new();
        Emitter::new(&mut bytes, Class::Request, method, transaction_id()).attribute(REQUESTED_TRANSPORT, &[17, 0, 0, 0]);
        all.push(bytes);
    }
    let mut forged = Vec::new();
    let mut message = Emitter::new(&mut forged, Class::Request, Method::Allocate, transaction_id());
    message.attribute(REQUESTED_TRANSPORT, &[17, 0, 0, 0]).attribute(USERNAME, b"9999999999:somebody");
    message.attribute(REALM, b"incamera").attribute(NONCE, b"madeupmadeup").integrity_sha1(b"no key that anybody has");
    all.push(forged);
    let mut send = Vec::new();
    let peer: SocketAddr = "8.8.8.8:53".parse().unwrap();
    Emitter::new(&mut send, Class::Indication, Method::Send, transaction_id()).xor_address(XOR_PEER_ADDRESS, &peer).attribute(DATA, b"data");
    all.push(send);
    all
}

/// Sends everything from so many ports, none of them used before.
fn send_from(node: &Node, ports: &mut impl Iterator<Item = u16>, count: usize) {
    let server = node.listening()[0].addr;
    let messages = messages();
    let mut left = count;
    while left > 0 {
        let before = node.counters().udp_packets_in;
        let sockets: Vec<UdpSocket> = ports.filter_map(|port| UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).ok()).take(AT_ONCE.min(left)).collect();
        assert!(!sockets.is_empty(), "there are ports enough");
        for socket in &sockets {
            for message in &messages {
                socket.send_to(message, server).unwrap();
            }
        }
        let sent = (sockets.len() * messages.len()) as u64;
        eventually("the node read it all", || node.counters().udp_packets_in == before + sent);
        left -= sockets.len();
    }
}

#[test]
fn ten_thousand_source_ports_get_little_and_leave_nothing() {
    let _alone = alone();
    let node = Node::start(&config()).unwrap();
    let mut ports = 1_100..32_000;
    let began = Instant::now();
    send_from(&node, &mut ports, WARM_UP);
    let before = resident_bytes();
    send_from(&node, &mut ports, PORTS);
    let growth = resident_bytes().saturating_sub(before);
    assert!(growth <= GROWTH_BYTES_MAX, "{growth} bytes more for {PORTS} ports");

    let counters = node.counters();
    assert_eq!((counters.turn.allocations, counters.turn.allocations_made, counters.panics), (0, 0, 0));
    let seconds = began.elapsed().as_secs() + 1;
    // Each shard has a bucket for this one source: 80 replies, and 20 more per second.
    let replies_max = 2 * (80 + 20 * seconds);
    assert!(counters.udp_packets_out <= replies_max, "{} replies in {seconds} s", counters.udp_packets_out);
    assert!(counters.udp_bytes_out * 10 < counters.udp_bytes_in, "{} bytes for {}", counters.udp_bytes_out, counters.udp_bytes_in);
}

#[test]
fn an_answer_to_a_stranger_is_hardly_larger_than_its_request() {
    let _alone = alone();
    let node = Node::start(&config()).unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(node.listening()[0].addr).unwrap();
    socket.set_read_timeout(Some(WAIT)).unwrap();
    let mut answered = 0;
    for message in messages().iter().filter(|message| message[0] == 0) {
        // Indications are not answered at all; the Binding request at the end shows it.
        if message[1] & 0x10 != 0 {
            continue;
        }
        socket.send(message).unwrap();
        let mut answer = [0; 2_048];
        let length = socket.recv(&mut answer).unwrap();
        assert_eq!(answer[8..20], message[8..20], "each answer is for its request");
        assert!(length <= message.len() + 36, "{length} bytes for {}", message.len());
        answered += 1;
    }
    assert_eq!(answered, 5);
}

#[test]
fn one_source_opens_a_bounded_number_of_streams() {
    let _alone = alone();
    let node = Node::start(&Config { shards: 1, ..config() }).unwrap();
    let server = node.listening()[1].addr;
    let most = u64::from(node::limits::STREAMS_PER_SOURCE_MAX);
    let streams: Vec<TcpStream> = (0..most + 50).map(|_| TcpStream::connect(server).unwrap()).collect();
    eventually("fifty are turned away", || node.counters().streams_refused == 50);
    assert_eq!(node.counters().streams, most);
    drop(streams);
    eventually("all are gone", || node.counters().streams == 0);
}
