//! Our transport from outside: what it does about forgers, losses and other paths, over the datagrams that pass.
mod answers;
mod certificates;
mod forgeries;
mod nonces;
mod paths;
mod repairs;
mod replays;

use crate::support::link::{FAIR, To};
use crate::support::world::{SFU_ADDR, World};
use sfu::{Path, Protocol};

/// Who sends sound and a picture, and who gets both.
const PUBLISHER: u8 = 1;
const SUBSCRIBER: u8 = 2;
/// The slot of sound, and the one of the picture.
const SOUND: usize = 0;
const PICTURE: usize = 1;

/// Both are up, and packets pass.
fn talking(seed: u64) -> World {
    let mut world = World::new(FAIR, seed);
    for client in [PUBLISHER, SUBSCRIBER] {
        world.join(client, 7, 1, 1);
    }
    world.speaks.insert(PUBLISHER, vec![0, 1]);
    world.wish(SUBSCRIBER, &[(SOUND, PUBLISHER, 0), (PICTURE, PUBLISHER, 1)]);
    world.run_until("both are connected", 2_000, |world| world.clients.values().all(|client| client.is_connected));
    world.run(500);
    world
}

/// The way of a client's datagrams.
fn path(world: &World, client: u8) -> Path {
    Path { protocol: Protocol::Udp, local: SFU_ADDR.parse().unwrap(), remote: world.clients[&client].addr }
}

/// Gives the SFU a datagram as if it came from a client; what leaves at once comes back.
fn give(world: &mut World, client: u8, datagram: &[u8]) -> Vec<(Path, Vec<u8>)> {
    let path = path(world, client);
    world.sfu.receive(world.now, &path, datagram, &mut world.out);
    std::mem::take(&mut world.out.datagrams)
}

/// The datagrams that a tap saw in one direction of a client's line.
fn tapped(world: &World, to: To, client: u8) -> Vec<Vec<u8>> {
    let remote = world.clients[&client].addr;
    let seen = world.link.tap.iter().flatten().filter(|(at, path, _)| *at == to && path.remote == remote);
    seen.map(|(.., datagram)| datagram.clone()).collect()
}

fn is_media(datagram: &[u8]) -> bool {
    (128..=191).contains(&datagram[0])
}

/// Numbers of one source, in order; none missing and none twice.
fn assert_whole(numbers: &[u32]) {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    assert!(sorted.windows(2).all(|pair| pair[1] == pair[0] + 1), "a gap or a repetition: {sorted:?}");
}
