//! Every address that must not be reached × every way to reach it × every transport: no byte arrives. Without the filter, all of them are reached.
use crate::addresses::{ALLOWED, DENIED};
use crate::canary::Canary;
use crate::network::{ALLOWED_V4, ALLOWED_V6, Place, SERVER, alone};
use loadgen::client::{Arrival, Client, error_code, transaction_id};
use node::Transport;
use node::turn::Peers;
use std::net::{IpAddr, SocketAddr};
use wire::emit::Emitter;
use wire::stun::{Class, Message, Method};

const TRANSPORTS: [Transport; 3] = [Transport::Udp, Transport::Tcp, Transport::Tls];
/// A plain one, the server's own, one of those that relayed addresses have.
const PORTS: [u16; 3] = [80, 3_478, 50_500];
/// Peers of one client: permissions and channels of an allocation are bounded.
const PEERS_OF_A_CLIENT: usize = 60;
const CHANNEL: u16 = 0x4000;
/// Where no canary can sit, with the kernel's reason: here only the relay's answer is looked at.
const UNREACHABLE: [(&str, &str); 12] = [
    ("0.0.0.0", "stands for the sender's own address, where a canary sits"),
    ("255.255.255.255", "a socket must ask for broadcast first"),
    ("::", "as 0.0.0.0"),
    ("::ffff:127.0.0.1", "a socket of IPv6 only does not send to mapped addresses"),
    ("::ffff:10.0.0.1", "likewise"),
    ("::ffff:169.254.169.254", "likewise"),
    ("::ffff:192.168.1.1", "likewise"),
    ("::ffff:8.8.8.8", "likewise"),
    ("fe80::1", "needs an interface, which XOR-PEER-ADDRESS has no room for"),
    ("fe80::a9fe:a9fe", "likewise"),
    ("ff02::1", "likewise"),
    ("ff0e::1", "likewise"),
];

/// A canary for each address and port where a relay without a filter could send to.
fn canaries() -> Vec<Canary> {
    let mut found = Vec::new();
    let mut addresses = Vec::new();
    let mut missing = Vec::new();
    for (text, _) in DENIED {
        let ip: IpAddr = text.parse().unwrap();
        // At this port of the server's address the relay itself listens.
        let ports = PORTS.iter().filter(|port| (text, **port) != (SERVER, 3_478));
        let all: Vec<Canary> = ports.filter_map(|port| Canary::new(SocketAddr::new(ip, *port))).filter(Canary::is_reachable).collect();
        if all.is_empty() {
            missing.push(text)
        } else {
            addresses.push(text)
        }
        found.extend(all);
    }
    assert_eq!(missing, UNREACHABLE.map(|(text, _)| text), "all others can be reached");
    assert!(addresses.len() >= 45, "{} addresses", addresses.len());
    found
}

/// What came of one round over one transport.
#[derive(Default)]
struct Outcome {
    refused: usize,
    granted: usize,
    /// Canaries that heard what was sent by Send, and those that heard `ChannelData`.
    by_send: usize,
    by_channel: usize,
}

fn client(place: &Place, transport: Transport, user: &str) -> Client {
    place.node.admit(user, Some(1)).unwrap();
    match transport {
        Transport::Udp => Client::udp(place.at(transport), user),
        Transport::Tcp => Client::tcp(place.at(transport), user),
        Transport::Tls => Client::tls(place.at(transport), user, &place.tls),
    }
}

/// After this the node has read, judged and sent everything that came before: what passes later was in a later turn of the same thread.
fn fence(client: &mut Client, peers: Peers, v6: bool) {
    if peers == Peers::Closed {
        assert_eq!((client.refresh(600), client.refresh(600)), (None, None));
        return;
    }
    let allowed = Canary::new(if v6 { ALLOWED_V6 } else { ALLOWED_V4 }.parse().unwrap()).expect("a peer that may be reached");
    assert_eq!(client.permit(allowed.addr), None);
    for _ in 0..2 {
        client.send_to(allowed.addr, b"what is allowed arrives");
        assert_eq!(allowed.wait(), b"what is allowed arrives");
    }
}

/// Tries every method on some canaries of one family, and counts what they heard.
fn attack(peers: Peers, mut client: Client, canaries: &[&Canary], outcome: &mut Outcome) {
    let v6 = canaries[0].addr.is_ipv6();
    let relayed = client.try_allocate(v6).expect("an allocation");
    if PORTS.contains(&relayed.port()) {
        // Chance put it where a canary stands: what asks for that one would be granted ourselves.
        assert_eq!(client.refresh(0), None);
        client.try_allocate(v6).expect("another allocation");
    }
    for (canary, number) in canaries.iter().zip(CHANNEL..) {
        for answer in [client.permit(canary.addr), error_code(&client.try_bind(number, canary.addr))] {
            assert!(matches!(answer, None | Some(403)), "{}: {answer:?}", canary.addr);
            outcome.granted += usize::from(answer.is_none());
            outcome.refused += usize::from(answer.is_some());
        }
        client.send_to(canary.addr, b"by Send");
        client.send_on_channel(number, b"by ChannelData");
    }
    fence(&mut client, peers, v6);
    for canary in canaries {
        for heard in canary.heard() {
            match heard.as_slice() {
                b"by Send" => outcome.by_send += 1,
                b"by ChannelData" => outcome.by_channel += 1,
                other => panic!("{}: {other:?}", canary.addr),
            }
        }
    }
}

fn round(place: &Place, peers: Peers, transport: Transport, canaries: &[Canary]) -> Outcome {
    let mut outcome = Outcome::default();
    let (v4, v6): (Vec<&Canary>, Vec<&Canary>) = canaries.iter().partition(|canary| canary.addr.is_ipv4());
    for (index, some) in v4.chunks(PEERS_OF_A_CLIENT).chain(v6.chunks(PEERS_OF_A_CLIENT)).enumerate() {
        let user = format!("{transport:?} {index}");
        attack(peers, client(place, transport, &user), some, &mut outcome);
    }
    outcome
}

fn assert_nothing_arrives(peers: Peers) {
    let canaries = canaries();
    let place = Place::product(peers);
    for transport in TRANSPORTS {
        let outcome = round(&place, peers, transport, &canaries);
        assert_eq!((outcome.by_send, outcome.by_channel), (0, 0), "over {transport:?}");
        assert_eq!((outcome.granted, outcome.refused), (0, 2 * canaries.len()), "over {transport:?}");
        for v6 in [false, true] {
            let mut client = client(&place, transport, "somebody else");
            client.try_allocate(v6).expect("an allocation");
            for (ip, reason) in UNREACHABLE {
                let peer = SocketAddr::new(ip.parse().unwrap(), 80);
                if peer.is_ipv6() == v6 {
                    assert_eq!((client.permit(peer), error_code(&client.try_bind(CHANNEL, peer))), (Some(403), Some(403)), "{ip}: {reason}");
                }
            }
        }
    }
}

#[test]
fn no_byte_arrives_at_any_canary_with_public_peers() {
    alone(|| assert_nothing_arrives(Peers::Public));
}

#[test]
fn no_byte_arrives_at_any_canary_in_the_closed_loop() {
    alone(|| assert_nothing_arrives(Peers::Closed));
}

#[test]
fn without_the_filter_every_canary_hears_every_method() {
    alone(|| {
        let canaries = canaries();
        let place = Place::weakened();
        for transport in TRANSPORTS {
            let outcome = round(&place, Peers::Public, transport, &canaries);
            assert_eq!((outcome.by_send, outcome.by_channel), (canaries.len(), canaries.len()), "over {transport:?}");
            assert_eq!((outcome.granted, outcome.refused), (2 * canaries.len(), 0), "over {transport:?}");
        }
    });
}

#[test]
fn public_neighbours_hear_every_method() {
    alone(|| {
        let neighbours: Vec<Canary> = ALLOWED.iter().filter_map(|ip| Canary::new(SocketAddr::new(ip.parse().unwrap(), 80))).collect();
        assert_eq!(neighbours.len(), ALLOWED.len());
        let place = Place::product(Peers::Public);
        for transport in TRANSPORTS {
            let outcome = round(&place, Peers::Public, transport, &neighbours);
            assert_eq!((outcome.by_send, outcome.by_channel), (neighbours.len(), neighbours.len()), "over {transport:?}");
        }
    });
}

/// Sends a STUN request through the relay to the relay's own port.
fn ask_through_the_relay(place: &Place) -> Client {
    let mut client = client(place, Transport::Udp, "somebody");
    client.allocate();
    let mut request = Vec::new();
    Emitter::new(&mut request, Class::Request, Method::Binding, transaction_id());
    let _ = client.permit(place.at(Transport::Udp));
    client.send_to(place.at(Transport::Udp), &request);
    client
}

#[test]
fn the_relay_is_no_way_to_its_own_port() {
    alone(|| {
        let place = Place::weakened();
        let Arrival::Data(peer, answer) = ask_through_the_relay(&place).arrival() else { panic!("a Data indication") };
        assert_eq!((peer, Message::parse(&answer).map(|message| message.class)), (place.at(Transport::Udp), Some(Class::Success)));
        drop(place);
        let place = Place::product(Peers::Public);
        let mut client = ask_through_the_relay(&place);
        fence(&mut client, Peers::Public, false);
        // Nothing but answers to its own requests: a Data indication would be read as one here.
        assert_eq!(client.refresh(600), None);
        assert_eq!(place.node.counters().turn.packets_to_clients, 0);
    });
}
