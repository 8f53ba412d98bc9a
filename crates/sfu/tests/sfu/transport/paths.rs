//! Where a client is: on the path that it names, and on no other.
use super::{PUBLISHER, SUBSCRIBER, talking};
use crate::support::world::{SFU_ADDR, World};
use sfu::{Path, Protocol};
use std::time::Duration;
use wire::attribute::USE_CANDIDATE;
use wire::stun::Message;

fn by_tcp(world: &World) -> Path {
    let mut remote = world.clients[&SUBSCRIBER].addr;
    remote.set_port(50_000);
    Path { protocol: Protocol::Tcp, local: SFU_ADDR.parse().unwrap(), remote }
}

/// The publisher speaks for a while and nobody else says anything; the paths on which the subscriber is sent to.
fn sent_to(world: &mut World, milliseconds: u64) -> Vec<Path> {
    let mut paths = Vec::new();
    for _ in 0..milliseconds / 20 {
        world.now += Duration::from_millis(20);
        let client = world.clients.get_mut(&PUBLISHER).unwrap();
        client.say(world.now, 0);
        for (path, datagram) in client.drain(world.now) {
            world.sfu.receive(world.now, &path, &datagram, &mut world.out);
        }
        world.sfu.timeout(world.now, &mut world.out);
        let publisher = world.clients[&PUBLISHER].addr;
        paths.extend(std::mem::take(&mut world.out.datagrams).into_iter().map(|(path, _)| path).filter(|path| path.remote != publisher));
    }
    paths
}

#[test]
fn a_client_that_moves_to_a_stream_is_sent_to_there() {
    let mut world = talking(91);
    world.run(3_000);
    let (udp, tcp, check) = (super::path(&world, SUBSCRIBER), by_tcp(&world), world.checks[&SUBSCRIBER].clone());
    let names = Message::parse(&check).unwrap().attributes().any(|attribute| attribute.kind == USE_CANDIDATE);
    assert!(names, "a client that controls names the pair in each check");
    world.sfu.receive(world.now, &udp, &check, &mut world.out);
    world.sfu.receive(world.now, &tcp, &check, &mut world.out);
    assert!(world.out.datagrams.iter().any(|(path, _)| *path == tcp), "the check is answered where it came from");
    world.out.datagrams.clear();
    let before = sent_to(&mut world, 600);
    assert!(before.len() > 20 && before.iter().all(|path| *path == udp), "datagrams are better while both are named");
    world.now += Duration::from_millis(600);
    world.sfu.receive(world.now, &tcp, &check, &mut world.out);
    world.out.datagrams.clear();
    let after = sent_to(&mut world, 600);
    assert!(after.len() > 20 && after.iter().all(|path| *path == tcp), "the old one was not named for more than a second");
}
