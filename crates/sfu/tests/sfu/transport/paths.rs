//! Where a client is: on the path that it names, and on no other.
use super::{PUBLISHER, SUBSCRIBER, talking};
use crate::support::world::{SFU_ADDR, World};
use sfu::{Path, Protocol};
use std::time::Duration;
use wire::attribute::USE_CANDIDATE;
use wire::emit::Emitter;
use wire::stun::{Class, Message, Method};

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

/// The subscriber's check arrives on a path; what the SFU sends back there.
fn checked(world: &mut World, path: &Path, check: &[u8]) -> Vec<Vec<u8>> {
    world.sfu.receive(world.now, path, check, &mut world.out);
    let sent = std::mem::take(&mut world.out.datagrams);
    sent.into_iter().filter(|(to, _)| to == path).map(|(_, datagram)| datagram).collect()
}

/// Its answer to a check of the SFU's.
fn answer(world: &mut World, request: &[u8]) -> Vec<u8> {
    let password = world.clients.get_mut(&SUBSCRIBER).unwrap().rtc.direct_api().local_ice_credentials().pass;
    let mut answer = Vec::new();
    let id = Message::parse(request).unwrap().transaction_id();
    Emitter::new(&mut answer, Class::Success, Method::Binding, id).integrity_sha1(password.as_bytes()).fingerprint();
    answer
}

#[test]
fn a_client_that_moves_to_a_stream_is_sent_to_there_once_it_answers() {
    let mut world = talking(91);
    world.run(3_000);
    let (udp, tcp, check) = (super::path(&world, SUBSCRIBER), by_tcp(&world), world.checks[&SUBSCRIBER].clone());
    let names = Message::parse(&check).unwrap().attributes().any(|attribute| attribute.kind == USE_CANDIDATE);
    assert!(names, "a client that controls names the pair in each check");
    checked(&mut world, &udp, &check);
    assert_eq!(checked(&mut world, &tcp, &check).len(), 1, "a response and no more: datagrams are better while both are named");
    let before = sent_to(&mut world, 600);
    assert!(before.len() > 20 && before.iter().all(|path| *path == udp));
    world.now += Duration::from_millis(600);
    let sent = checked(&mut world, &tcp, &check);
    assert_eq!(sent.len(), 2, "a response, and a check: the old one was not named for more than a second");
    let overheard = sent_to(&mut world, 600);
    assert!(overheard.iter().all(|path| *path == udp), "whoever overheard a check and sends it from elsewhere moves nobody");
    let sent = checked(&mut world, &tcp, &check);
    let answer = answer(&mut world, &sent[1]);
    world.sfu.receive(world.now, &tcp, &answer, &mut world.out);
    let after = sent_to(&mut world, 600);
    assert!(after.len() > 20 && after.iter().all(|path| *path == tcp));
}
