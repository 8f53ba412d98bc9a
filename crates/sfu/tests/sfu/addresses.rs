//! Who may send what from where.
use crate::support::link::FAIR;
use crate::support::world::{SFU_ADDR, World};
use sfu::{Path, Protocol};
use std::net::SocketAddr;

fn path(from: SocketAddr) -> Path {
    Path { protocol: Protocol::Udp, local: SFU_ADDR.parse().unwrap(), remote: from }
}

fn talking() -> World {
    let mut world = World::new(FAIR, 3);
    for client in [1, 2] {
        world.join(client, 7, 1, 1);
        world.speaks.insert(client, vec![0, 1]);
    }
    world.wish(2, &[(0, 1, 0), (1, 1, 1)]);
    world.run_until("both are connected", 2_000, |world| world.clients.values().all(|client| client.is_connected));
    world.run(500);
    world
}

#[test]
fn a_stranger_gets_no_answer_whatever_it_sends() {
    let mut world = talking();
    let stranger: SocketAddr = "192.0.2.9:9".parse().unwrap();
    let before = world.sfu.stats();
    let rtp = [&[0x80, 111, 0, 1][..], &[0; 100]].concat();
    let dtls = [&[22, 254, 253][..], &[0; 100]].concat();
    let check = [&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42][..], &[7; 12]].concat();
    for datagram in [&rtp, &dtls, &check, &vec![0xff; 40], &vec![]] {
        world.sfu.receive(world.now, &path(stranger), datagram, &mut world.out);
    }
    assert!(world.out.datagrams.is_empty());
    let after = world.sfu.stats();
    assert_eq!(after.datagrams_unknown - before.datagrams_unknown, 4);
    assert_eq!(after.checks_refused - before.checks_refused, 1);
}

#[test]
fn packets_of_another_address_are_neither_forwarded_nor_answered_there() {
    let mut world = talking();
    let real = world.clients[&1].addr;
    let elsewhere: SocketAddr = "192.0.2.9:9".parse().unwrap();
    let heard = world.clients[&2].on(0).len();
    // Everything that client 1 sends for a while arrives with another source.
    for _ in 0..200 {
        world.now += std::time::Duration::from_millis(20);
        let client = world.clients.get_mut(&1).unwrap();
        client.say(world.now, 0);
        for (sent, datagram) in client.drain(world.now) {
            assert_eq!(sent.remote, real);
            if (128..=191).contains(&datagram[0]) {
                world.sfu.receive(world.now, &path(elsewhere), &datagram, &mut world.out);
            }
        }
    }
    assert!(world.out.datagrams.iter().all(|(path, _)| path.remote != elsewhere));
    assert_eq!(world.clients[&2].on(0).len(), heard);
}

#[test]
fn a_member_cannot_take_another_members_address() {
    let mut world = talking();
    let victim = world.clients[&1].addr;
    let heard = world.clients[&2].on(0).len();
    // Client 2 forges the source of its own good checks.
    for _ in 0..40 {
        world.run(100);
        let check = world.checks[&2].clone();
        world.sfu.receive(world.now, &path(victim), &check, &mut world.out);
    }
    assert_eq!(world.sfu.stats().checks_refused, 40);
    assert!(world.clients[&2].on(0).len() > heard + 150, "client 1 is still heard");
}

#[test]
fn a_leg_that_falls_silent_is_lost_and_one_that_never_comes_up_fails() {
    let mut world = talking();
    world.clients.remove(&1);
    let (_, offer) = crate::support::client::Client::new(9, world.now, 1, 1);
    world.sfu.offer(world.now, 7, "p9", "leg", &offer, &mut world.out).unwrap();
    world.run(32_000);
    let ended = |participant: &str, reason| sfu::Event::Ended { participant: participant.to_owned(), leg_id: "leg".to_owned(), reason };
    assert!(world.out.events.contains(&ended("p1", sfu::Ending::Lost)));
    assert!(world.out.events.contains(&ended("p9", sfu::Ending::Failed)));
    assert_eq!(world.sfu.stats().legs, 1);
}
