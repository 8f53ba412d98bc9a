//! What is lost comes again, once, and numbers go on over their end.
use super::{PICTURE, PUBLISHER, SOUND, SUBSCRIBER, assert_whole, talking};
use crate::support::link::{FAIR, Weather};
use crate::support::world::World;

/// What came of the picture up to a moment that leaves time for repairs.
fn picture(world: &mut World, milliseconds: u64) -> Vec<u32> {
    world.run(milliseconds);
    let last = world.clients[&SUBSCRIBER].on(PICTURE).iter().map(|&(.., number)| number).max().unwrap();
    world.link.weather = FAIR;
    world.link.elsewhere.clear();
    world.run(1_000);
    let heard = world.clients[&SUBSCRIBER].on(PICTURE).iter().map(|&(.., number)| number);
    heard.filter(|&number| number <= last).collect()
}

#[test]
fn everything_arrives_in_the_end_where_a_fifth_is_lost() {
    let mut world = talking(81);
    let addr = world.clients[&SUBSCRIBER].addr;
    world.link.elsewhere.insert(addr, Weather { loss_percent: 20, delay_ms: 10, jitter_ms: 10 });
    let heard = picture(&mut world, 8_000);
    assert!(heard.len() > 230, "{} packets", heard.len());
    assert_whole(&heard);
    let mut sound: Vec<u32> = world.clients[&SUBSCRIBER].on(SOUND).iter().map(|&(.., number)| number).collect();
    let came = sound.len();
    sound.sort_unstable();
    sound.dedup();
    assert_eq!(sound.len(), came, "nothing twice");
}

/// A publisher whose numbers begin shortly before their end.
fn before_the_end_of_numbers(seed: u64) -> World {
    let mut world = World::new(FAIR, seed);
    for client in [PUBLISHER, SUBSCRIBER] {
        world.join(client, 7, 1, 1);
        world.clients.get_mut(&client).unwrap().sequence_begin = 65_000;
    }
    world.speaks.insert(PUBLISHER, vec![0, 1]);
    world.wish(SUBSCRIBER, &[(SOUND, PUBLISHER, 0), (PICTURE, PUBLISHER, 1)]);
    world.run_until("both are connected", 2_000, |world| world.clients.values().all(|client| client.is_connected));
    world.run(500);
    world
}

#[test]
fn numbers_go_on_over_their_end_with_loss_and_without() {
    for loss_percent in [0, 10] {
        let mut world = before_the_end_of_numbers(82 + loss_percent);
        world.link.weather = Weather { loss_percent, delay_ms: 10, jitter_ms: 10 };
        let heard = picture(&mut world, 20_000);
        assert!(heard.len() > 536 + 40, "{} packets are over the end", heard.len());
        assert_whole(&heard);
        let sound = world.clients[&SUBSCRIBER].on(SOUND);
        // Sound is not sent again: what both links let through came.
        let at_least = 1_000 * (100 - loss_percent) * (100 - loss_percent) * 95 / 1_000_000;
        assert!(sound.len() as u64 > at_least && sound[sound.len() - 1].2 > 1_000, "{} packets of sound", sound.len());
    }
}
