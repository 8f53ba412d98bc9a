//! A camera in three sizes over links that get worse and better: the size follows, sound comes first, and nothing stays broken.
use crate::support::camera::layer_of;
use crate::support::link::{FAIR, Narrow, Weather};
use crate::support::world::{FILM, World};
use std::collections::BTreeSet;

const SOUND: usize = 0;
const PICTURES: [usize; 3] = [3, 4, 5];
const RECEIVER: u8 = 9;

/// One who sees and hears so many others, who film and speak, on links of their own that are fair.
fn audience(of: u8, seed: u64) -> World {
    let mut world = World::new(FAIR, seed);
    for client in 1..=of {
        world.join_filming(client, 7, 1, 1);
        world.speaks.insert(client, vec![0, FILM]);
    }
    world.join(RECEIVER, 7, 3, 3);
    let sound = (1..=of).map(|client| (SOUND + usize::from(client) - 1, client, 0));
    let pictures = (1..=of).map(|client| (PICTURES[usize::from(client) - 1], client, 1));
    let wishes: Vec<_> = sound.chain(pictures).collect();
    world.wish(RECEIVER, &wishes);
    world.run_until("all are connected", 5_000, |world| world.clients.values().all(|client| client.is_connected));
    world
}

fn count(world: &World, slot: usize) -> usize {
    world.clients[&RECEIVER].on(slot).len()
}

/// What came on a slot in so many milliseconds from now on.
fn in_time(world: &mut World, slot: usize, ms: u64) -> Vec<u32> {
    let before = count(world, slot);
    world.run(ms);
    world.clients[&RECEIVER].on(slot)[before..].iter().map(|&(.., number)| number).collect()
}

fn sizes(numbers: &[u32]) -> BTreeSet<usize> {
    numbers.iter().map(|&number| layer_of(number)).collect()
}

/// The largest size comes, and keeps coming for two seconds.
fn reaches_the_largest(world: &mut World, slot: usize, seconds: u64) {
    let reached = (0..seconds / 2).any(|_| sizes(&in_time(world, slot, 2_000)) == BTreeSet::from([2]));
    assert!(reached, "not within {seconds} s: {:?}", world.sfu.stats());
}

fn narrow(world: &mut World, kbps: u64) {
    world.link.narrow = Some(Narrow::new(world.clients[&RECEIVER].addr, kbps));
}

#[test]
fn a_narrow_link_gets_a_smaller_picture_and_the_large_one_again_when_it_is_wide() {
    let mut world = audience(1, 21);
    reaches_the_largest(&mut world, PICTURES[0], 12);
    narrow(&mut world, 900);
    world.run(6_000);
    let pictures = in_time(&mut world, PICTURES[0], 6_000);
    assert!(!sizes(&pictures).contains(&2), "{:?}", sizes(&pictures));
    assert!(pictures.len() > 170, "{} packets", pictures.len());
    let sound = in_time(&mut world, SOUND, 3_000);
    assert!(sound.len() > 140, "{} packets of sound", sound.len());
    world.link.narrow = None;
    reaches_the_largest(&mut world, PICTURES[0], 60);
}

#[test]
fn too_narrow_for_pictures_leaves_sound_and_pictures_come_back() {
    let mut world = audience(2, 22);
    reaches_the_largest(&mut world, PICTURES[0], 20);
    narrow(&mut world, 260);
    world.run(8_000);
    let before = PICTURES.map(|slot| count(&world, slot));
    let sound = [in_time(&mut world, SOUND, 4_000).len(), in_time(&mut world, SOUND + 1, 4_000).len()];
    assert!(sound.iter().all(|&packets| packets > 185), "{sound:?} packets of sound of 200");
    let after = PICTURES.map(|slot| count(&world, slot));
    assert!(after[1] - before[1] < 60, "the last one is gone: {} packets in 8 s", after[1] - before[1]);
    assert!(world.sfu.stats().pictures_paused > 0);
    world.link.narrow = None;
    for slot in [PICTURES[0], PICTURES[1]] {
        reaches_the_largest(&mut world, slot, 60);
    }
}

#[test]
fn loss_jitter_and_reordering_break_nothing_and_pass() {
    for (loss_percent, seed) in [(0, 31), (5, 32), (15, 33), (30, 34)] {
        let mut world = audience(1, seed);
        reaches_the_largest(&mut world, PICTURES[0], 12);
        let addr = world.clients[&RECEIVER].addr;
        world.link.elsewhere.insert(addr, Weather { loss_percent, delay_ms: 15, jitter_ms: 20 });
        let sound = in_time(&mut world, SOUND, 15_000).len() as u64;
        assert!(sound * 100 > 750 * (100 - loss_percent) * 88 / 100, "{loss_percent} %: {sound} packets of sound of 750");
        // Chance is no narrow way: what is lost comes again, in whichever size.
        let pictures: BTreeSet<u32> = in_time(&mut world, PICTURES[0], 4_000).into_iter().map(|number| number & 0x00ff_ffff).collect();
        assert!(pictures.len() > 110, "{loss_percent} %: {} frames of 121", pictures.len());
        world.link.elsewhere.clear();
        reaches_the_largest(&mut world, PICTURES[0], 60);
        assert_eq!((world.sfu.stats().panics, world.sfu.stats().legs), (0, 2));
    }
}
