//! RFC 8656 §11, §12.5 to §12.7: data, byte for byte.
use crate::support::{Caller, Heard, Lab, config, public_config, xor};
use std::net::SocketAddr;
use turn::Transport;
use turn::limits::DATA_BYTES_MAX;
use wire::attribute as kind;
use wire::stun::{Class, Message, Method};

/// Two clients of one room, permitted to each other.
fn pair(lab: &mut Lab) -> (Caller, Caller) {
    let mut ada = lab.client("ada", 1);
    let mut bob = lab.client("bob", 1);
    assert_eq!(ada.permit(lab, &[bob.relay()]).code, None);
    assert_eq!(bob.permit(lab, &[ada.relay()]).code, None);
    (ada, bob)
}

/// The one datagram that went to a client.
fn delivered(heard: &[Heard], to: &Caller) -> Vec<u8> {
    let [Heard::ToClient(addr, bytes)] = heard else { panic!("{heard:?}") };
    assert_eq!(*addr, to.addr);
    bytes.clone()
}

#[test]
fn a_send_indication_becomes_a_data_indication() {
    let mut lab = Lab::new(config());
    let (mut ada, bob) = pair(&mut lab);
    for data in [&b""[..], b"1", b"12", b"123", b"1234", &[7; 1_200]] {
        let heard = ada.send(&mut lab, bob.relay(), data);
        let bytes = delivered(&heard, &bob);
        let message = Message::parse(&bytes).unwrap();
        assert_eq!((message.class, message.method), (Class::Indication, Some(Method::Data)));
        let attributes: Vec<_> = message.attributes().map(|attribute| (attribute.kind, attribute.value.to_vec())).collect();
        assert_eq!(attributes, [(kind::XOR_PEER_ADDRESS, xor(&ada.relay(), &message.transaction_id())), (kind::DATA, data.to_vec())]);
    }
}

#[test]
fn data_indications_differ_in_their_transaction_ids() {
    let mut lab = Lab::new(config());
    let (mut ada, bob) = pair(&mut lab);
    let mut ids = (0..50).map(|_| delivered(&ada.send(&mut lab, bob.relay(), b"data"), &bob)[8..20].to_vec()).collect::<Vec<_>>();
    ids.dedup();
    assert_eq!(ids.len(), 50);
}

#[test]
fn channel_data_becomes_channel_data_where_the_other_has_a_channel_too() {
    let mut lab = Lab::new(config());
    let (mut ada, mut bob) = pair(&mut lab);
    assert_eq!(ada.bind(&mut lab, 0x4001, bob.relay()).code, None);
    assert_eq!(bob.bind(&mut lab, 0x4aaa, ada.relay()).code, None);
    let heard = ada.channel_data(&mut lab, 0x4001, b"hello");
    assert_eq!(delivered(&heard, &bob), b"\x4a\xaa\x00\x05hello");
    let heard = bob.send(&mut lab, ada.relay(), b"hi");
    assert_eq!(delivered(&heard, &ada), b"\x40\x01\x00\x02hi");
}

#[test]
fn channel_data_is_padded_on_streams_only() {
    let mut lab = Lab::new(config());
    let mut ada = lab.client("ada", 1);
    lab.admit("bob", 1);
    let mut bob = Caller::new("bob", "203.0.113.8:4000").over(Transport::Tls, 9);
    bob.learn_nonce(&mut lab);
    bob.relay = bob.allocate(&mut lab).relays().first().copied();
    assert_eq!(ada.bind(&mut lab, 0x4001, bob.relay()).code, None);
    assert_eq!(bob.bind(&mut lab, 0x4002, ada.relay()).code, None);
    let heard = ada.channel_data(&mut lab, 0x4001, b"hello");
    assert_eq!(delivered(&heard, &bob), b"\x40\x02\x00\x05hello\0\0\0");
    let heard = lab.give(&bob.addr, b"\x40\x02\x00\x05hello\0\0\0");
    assert_eq!(delivered(&heard, &ada), b"\x40\x01\x00\x05hello");
}

#[test]
fn channel_data_whose_length_lies_or_whose_channel_is_not_bound_is_dropped() {
    let mut lab = Lab::new(config());
    let (mut ada, bob) = pair(&mut lab);
    assert_eq!(ada.bind(&mut lab, 0x4001, bob.relay()).code, None);
    for input in
        [&b"\x40\x01\x00\x06hello"[..], b"\x40\x01\x00\x01hello", b"\x40\x01\x00", b"\x40\x02\x00\x05hello", b"\x50\x01\x00\x05hello", b"\x40"]
    {
        assert_eq!(lab.give(&ada.addr, input), []);
    }
}

#[test]
fn data_of_somebody_without_an_allocation_is_dropped() {
    let mut lab = Lab::new(config());
    let (ada, bob) = pair(&mut lab);
    let mut eve = Caller::new("ada", "203.0.113.66:4000");
    assert_eq!(eve.send(&mut lab, bob.relay(), b"data"), []);
    assert_eq!(eve.channel_data(&mut lab, 0x4000, b"data"), []);
    let mut over_tcp = Caller::new("ada", &ada.addr.remote.to_string()).over(Transport::Tcp, 1);
    assert_eq!(over_tcp.send(&mut lab, bob.relay(), b"data"), [], "another transport is another 5-tuple");
}

#[test]
fn a_send_indication_without_data_without_peer_or_with_something_unknown_is_dropped() {
    let mut lab = Lab::new(config());
    let (mut ada, bob) = pair(&mut lab);
    let data = (kind::DATA, b"data".to_vec());
    for (with_peer, rest) in [(false, vec![data.clone()]), (true, vec![]), (true, vec![data.clone(), (0x7f01, vec![])])] {
        let mut indication = ada.plain(Class::Indication, Method::Send, &[]);
        let id: [u8; 12] = indication[8..20].try_into().unwrap();
        let mut emitter = wire::emit::Emitter::new(&mut indication, Class::Indication, Method::Send, id);
        if with_peer {
            emitter.xor_address(kind::XOR_PEER_ADDRESS, &bob.relay());
        }
        for (number, value) in &rest {
            emitter.attribute(*number, value);
        }
        assert_eq!(lab.give(&ada.addr, &indication), []);
    }
}

#[test]
fn a_peer_in_the_world_is_reached_from_the_relayed_address_and_answers_come_back() {
    let mut lab = Lab::new(public_config());
    let mut ada = lab.client("ada", 1);
    let peer: SocketAddr = "8.8.8.8:9000".parse().unwrap();
    assert_eq!(ada.permit(&mut lab, &[peer]).code, None);
    assert_eq!(ada.send(&mut lab, peer, b"out"), [Heard::ToPeer(ada.relay(), peer, b"out".to_vec(), false)]);
    assert_eq!(ada.bind(&mut lab, 0x4000, peer).code, None);
    assert_eq!(ada.channel_data(&mut lab, 0x4000, b"out"), [Heard::ToPeer(ada.relay(), peer, b"out".to_vec(), false)]);
    lab.heard();
    lab.server.handle_peer(lab.now, ada.relay(), peer, b"in", &mut lab.ears);
    assert_eq!(lab.heard(), [Heard::ToClient(ada.addr, b"\x40\x00\x00\x02in".to_vec())]);
    lab.server.handle_peer(lab.now, "192.0.2.1:1".parse().unwrap(), peer, b"in", &mut lab.ears);
    lab.server.handle_peer(lab.now, "192.0.2.9:50000".parse().unwrap(), peer, b"in", &mut lab.ears);
    assert_eq!(lab.heard(), []);
}

#[test]
fn dont_fragment_is_passed_on() {
    let mut lab = Lab::new(public_config());
    let mut ada = lab.client("ada", 1);
    let peer: SocketAddr = "8.8.8.8:9000".parse().unwrap();
    assert_eq!(ada.permit(&mut lab, &[peer]).code, None);
    let mut indication = ada.send_indication(peer, b"data");
    indication.extend([0, 0x1a, 0, 0]);
    indication[3] += 4;
    assert_eq!(lab.give(&ada.addr, &indication), [Heard::ToPeer(ada.relay(), peer, b"data".to_vec(), true)]);
}

#[test]
fn a_service_of_the_node_is_reached_without_a_socket_and_reaches_back() {
    let mut lab = Lab::new(config());
    let service: SocketAddr = "127.0.0.1:3480".parse().unwrap();
    lab.server.register_local(service).unwrap();
    let mut ada = lab.client("ada", 1);
    assert_eq!(ada.bind(&mut lab, 0x4000, service).code, None);
    assert_eq!(ada.channel_data(&mut lab, 0x4000, b"in"), [Heard::ToLocal(service, ada.relay(), b"in".to_vec())]);
    lab.server.handle_local(lab.now, service, ada.relay(), b"out", &mut lab.ears);
    assert_eq!(lab.heard(), [Heard::ToClient(ada.addr, b"\x40\x00\x00\x03out".to_vec())]);
    let nearly = "127.0.0.1:3481".parse().unwrap();
    assert_eq!(ada.bind(&mut lab, 0x4001, nearly).code, Some(403));
    lab.heard();
    lab.server.handle_local(lab.now, nearly, ada.relay(), b"out", &mut lab.ears);
    assert_eq!(lab.heard(), [], "who was not registered is no service");
}

#[test]
fn both_families_relay_side_by_side() {
    let mut lab = Lab::new(config());
    let mut callers = [("ada", "[2001:db8:5::1]:4000"), ("bob", "[2001:db8:5::2]:4000")].map(|(user, remote)| {
        lab.admit(user, 1);
        let mut caller = Caller::new(user, remote);
        caller.learn_nonce(&mut lab);
        let relays = caller.allocate_with(&mut lab, &[(kind::ADDITIONAL_ADDRESS_FAMILY, vec![2, 0, 0, 0])]).relays();
        (caller, relays)
    });
    let theirs = callers[1].1.clone();
    let mine = callers[0].1.clone();
    assert_eq!(callers[0].0.permit(&mut lab, &theirs).code, None);
    assert_eq!(callers[1].0.permit(&mut lab, &mine).code, None);
    for family in 0..2 {
        let heard = callers[0].0.send(&mut lab, theirs[family], b"data");
        let bytes = delivered(&heard, &callers[1].0);
        let message = Message::parse(&bytes).unwrap();
        let from = message.attributes().next().unwrap();
        assert_eq!(from.value, xor(&mine[family], &message.transaction_id()));
    }
}

#[test]
fn the_end_of_an_allocation_tells_how_much_it_carried() {
    let mut lab = Lab::new(config());
    let (mut ada, bob) = pair(&mut lab);
    ada.send(&mut lab, bob.relay(), &[0; 100]);
    ada.send(&mut lab, bob.relay(), &[0; 11]);
    lab.evict("ada");
    assert_eq!(lab.heard().last(), Some(&Heard::Ended("ada".into(), turn::Ending::Evicted, 111, 0)));
    lab.evict("bob");
    assert_eq!(lab.heard().last(), Some(&Heard::Ended("bob".into(), turn::Ending::Evicted, 0, 111)));
}

#[test]
fn the_largest_datagram_that_fits_arrives_whole_and_a_larger_one_not_at_all() {
    let mut lab = Lab::new(turn::Config { bytes_per_second_per_user: 1 << 30, ..public_config() });
    let mut ada = lab.client("ada", 1);
    let peer: SocketAddr = "8.8.8.8:9000".parse().unwrap();
    ada.permit(&mut lab, &[peer]);
    for (bytes, arrives) in [(DATA_BYTES_MAX, true), (DATA_BYTES_MAX + 1, false)] {
        let data = vec![7; bytes];
        lab.heard();
        lab.server.handle_peer(lab.now, ada.relay(), peer, &data, &mut lab.ears);
        let heard = lab.heard();
        assert_eq!(!heard.is_empty(), arrives);
        if arrives {
            let indication = delivered(&heard, &ada);
            assert!(indication.len() <= 65_507);
            assert_eq!(Message::parse(&indication).unwrap().attributes().last().unwrap().value, data);
        }
        assert_eq!(!ada.send(&mut lab, peer, &data).is_empty(), arrives);
    }
}
