//! Whose credential is expired, somebody else's, revoked or of another room gets an error from every method, and not a byte through.
use crate::world::{at, config, eventually, settle, tls, wait_for, with_tls};
use loadgen::client::{Arrival, Client, SECRET, error_code};
use node::{Event, Node, Transport};
use std::net::SocketAddr;
use wire::attribute::REQUESTED_TRANSPORT;
use wire::stun::Method;

const CHANNEL: u16 = 0x4000;

/// A client by each transport, all for the same user.
fn clients(node: &Node, user: &str, tls: &crate::world::Tls) -> [Client; 3] {
    [
        Client::udp(at(node, Transport::Udp, false), user),
        Client::tcp(at(node, Transport::Tcp, false), user),
        Client::tls(at(node, Transport::Tls, false), user, &tls.client),
    ]
}

/// What Allocate, Refresh, CreatePermission and ChannelBind answer.
fn answers(client: &mut Client, peer: SocketAddr) -> [Option<u16>; 4] {
    let transport = [(REQUESTED_TRANSPORT, vec![17, 0, 0, 0])];
    [
        error_code(&client.request(Method::Allocate, &transport, None)),
        client.refresh(600),
        client.permit(peer),
        error_code(&client.try_bind(CHANNEL + 1, peer)),
    ]
}

/// Tries both ways to send data; `witness` is of the victim's room, and its word is the first that the victim hears.
fn assert_nothing_passes(client: &mut Client, victim: &mut Client, witness: &mut Client, channels: &[u16]) {
    let of_victim = victim.relayed.unwrap();
    client.send_to(of_victim, b"from whom nothing may come");
    for channel in channels {
        client.send_on_channel(*channel, b"from whom nothing may come");
    }
    // The answer comes after the node read all of the above.
    let _ = client.refresh(600);
    witness.send_on_channel(CHANNEL, b"a witness");
    assert_eq!(victim.arrival(), Arrival::Channel(CHANNEL, b"a witness".to_vec()));
}

/// Two of room 1 who hear each other.
fn pair(node: &Node) -> (Client, Client) {
    let mut victim = Client::udp(at(node, Transport::Udp, false), "victim");
    let mut witness = Client::udp(at(node, Transport::Udp, false), "witness");
    let of_victim = settle(node, &mut victim, "victim", 1, false);
    let of_witness = settle(node, &mut witness, "witness", 1, false);
    victim.bind(CHANNEL, of_witness);
    witness.bind(CHANNEL, of_victim);
    (victim, witness)
}

#[test]
fn a_credential_that_ran_out_is_of_no_use_to_any_method() {
    let tls = tls();
    let node = Node::start(&with_tls(config(), &tls)).unwrap();
    let (mut victim, mut witness) = pair(&node);
    let of_victim = victim.relayed.unwrap();
    node.admit("late", Some(1)).unwrap();
    let mut late = clients(&node, "late", &tls);
    for client in &mut late {
        client.sign_as("late", SECRET, -1);
        assert_eq!(answers(client, of_victim), [Some(401); 4], "it never allocated");
        client.sign_as("late", SECRET, 4);
        client.allocate();
        client.bind(CHANNEL, of_victim);
    }
    for client in &mut late {
        eventually("its time is up", || client.refresh(600).is_some());
        assert_eq!(answers(client, of_victim), [Some(401); 4]);
        assert_nothing_passes(client, &mut victim, &mut witness, &[CHANNEL, CHANNEL + 1]);
    }
    eventually("nothing of it is left", || node.counters().turn.allocations == 2);
}

#[test]
fn a_credential_of_another_secret_or_of_nobody_who_was_admitted_is_of_no_use() {
    let tls = tls();
    let node = Node::start(&with_tls(config(), &tls)).unwrap();
    let (mut victim, mut witness) = pair(&node);
    let of_victim = victim.relayed.unwrap();
    for mut client in clients(&node, "witness", &tls) {
        client.sign_as("witness", b"a secret of somebody else", 600);
        assert_eq!(answers(&mut client, of_victim), [Some(401); 4]);
        assert_nothing_passes(&mut client, &mut victim, &mut witness, &[CHANNEL]);
        client.sign_as("nobody", SECRET, 600);
        assert_eq!(answers(&mut client, of_victim), [Some(403), Some(437), Some(437), Some(437)]);
        assert_nothing_passes(&mut client, &mut victim, &mut witness, &[CHANNEL]);
    }
    assert_eq!(node.counters().turn.allocations, 2);
}

#[test]
fn an_allocation_obeys_only_the_credential_that_made_it() {
    let tls = tls();
    let node = Node::start(&with_tls(config(), &tls)).unwrap();
    let (mut victim, _witness) = pair(&node);
    node.admit("mallory", Some(1)).unwrap();
    for (mut client, number) in clients(&node, "alice", &tls).into_iter().zip(CHANNEL + 2..) {
        settle(&node, &mut client, "alice", 1, false);
        client.bind(CHANNEL, victim.relayed.unwrap());
        client.sign_as("mallory", SECRET, 600);
        let [allocate, others @ ..] = answers(&mut client, victim.relayed.unwrap());
        assert!(allocate.is_some());
        assert_eq!(others, [Some(441); 3]);
        assert_eq!(client.refresh(0), Some(441), "nor can it be ended");
        victim.bind(number, client.relayed.unwrap());
        victim.send_on_channel(number, b"still here");
        assert_eq!(client.arrival(), Arrival::Channel(CHANNEL, b"still here".to_vec()));
    }
}

#[test]
fn a_revoked_credential_is_of_no_use_to_any_method() {
    let tls = tls();
    let node = Node::start(&with_tls(config(), &tls)).unwrap();
    let (mut victim, mut witness) = pair(&node);
    let of_victim = victim.relayed.unwrap();
    for index in 0..2 {
        let mut client = clients(&node, "gone", &tls).into_iter().nth(index).unwrap();
        settle(&node, &mut client, "gone", 1, false);
        client.bind(CHANNEL, of_victim);
        node.evict("gone", u64::MAX).unwrap();
        wait_for(&node, "the allocation ended", |event| matches!(event, Event::Ended { user, .. } if user == "gone"));
        if index == 0 {
            assert_eq!(answers(&mut client, of_victim), [Some(403), Some(437), Some(437), Some(437)]);
            assert_nothing_passes(&mut client, &mut victim, &mut witness, &[CHANNEL, CHANNEL + 1]);
        }
        // A fresh connection with the same credential.
        let mut again = clients(&node, "gone", &tls).into_iter().nth(index).unwrap();
        assert_eq!(answers(&mut again, of_victim), [Some(403), Some(437), Some(437), Some(437)]);
        assert_nothing_passes(&mut again, &mut victim, &mut witness, &[CHANNEL]);
    }
}

#[test]
fn people_of_different_rooms_do_not_reach_each_other() {
    let tls = tls();
    let node = Node::start(&with_tls(config(), &tls)).unwrap();
    let (mut victim, mut witness) = pair(&node);
    let of_victim = victim.relayed.unwrap();
    for mut client in clients(&node, "outsider", &tls) {
        let of_outsider = settle(&node, &mut client, "outsider", 2, false);
        assert_eq!((client.permit(of_victim), error_code(&client.try_bind(CHANNEL, of_victim))), (Some(403), Some(403)));
        assert_eq!((victim.permit(of_outsider), error_code(&victim.try_bind(CHANNEL + 1, of_outsider))), (Some(403), Some(403)));
        assert_nothing_passes(&mut client, &mut victim, &mut witness, &[CHANNEL, CHANNEL + 1]);
    }
    let denied = node.counters().turn.peers_denied;
    assert!(denied >= 12, "{denied}");
}

#[test]
fn who_changes_rooms_takes_no_channel_along() {
    let node = Node::start(&config()).unwrap();
    let (mut victim, mut witness) = pair(&node);
    let mut client = Client::udp(at(&node, Transport::Udp, false), "mover");
    settle(&node, &mut client, "mover", 1, false);
    client.bind(CHANNEL, victim.relayed.unwrap());
    assert_eq!(client.permit(victim.relayed.unwrap()), None);
    node.admit("mover", Some(2)).unwrap();
    // A command is carried out before any packet that is sent after it.
    assert_nothing_passes(&mut client, &mut victim, &mut witness, &[CHANNEL]);
}
