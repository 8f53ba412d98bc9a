//! Members come, change what they want, and go.
use crate::support::link::FAIR;
use crate::support::world::{World, name};
use sfu::{Ending, Event};

fn connected(world: &World) -> bool {
    world.clients.values().all(|client| client.is_connected)
}

#[test]
fn a_slot_is_used_again_and_its_stream_goes_on() {
    let mut world = World::new(FAIR, 2);
    for client in [1, 2, 3] {
        world.join(client, 7, 1, 1);
        world.speaks.insert(client, vec![0, 1]);
    }
    world.wish(1, &[(0, 2, 0), (1, 2, 1)]);
    world.run_until("all are connected", 2_000, connected);
    world.run(1_000);
    world.wish(1, &[(0, 3, 0), (1, 3, 1)]);
    let asked = world.clients[&3].asked[1];
    world.run(1_000);
    assert_eq!(world.clients[&3].asked[1], asked + 1, "one key frame was asked for");
    for slot in [0, 1] {
        let heard = world.clients[&1].on(slot);
        let change = heard.iter().position(|&(from, ..)| from == 3).expect("the other one is heard");
        assert!(heard[..change].iter().all(|&(from, ..)| from == 2) && heard[change..].iter().all(|&(from, ..)| from == 3));
        assert!(heard.len() - change > 20);
    }
    world.wish(1, &[]);
    world.run(100);
    let silent = world.clients[&1].on(0).len();
    world.run(500);
    assert_eq!(world.clients[&1].on(0).len(), silent);
}

#[test]
fn rooms_never_hear_each_other() {
    let mut world = World::new(FAIR, 4);
    for (client, room) in [(1, 7), (2, 7), (3, 8)] {
        world.join(client, room, 2, 2);
        world.speaks.insert(client, vec![0, 1, 2, 3]);
    }
    world.wish(1, &[(0, 3, 0), (1, 2, 3), (2, 3, 1), (3, 2, 2)]);
    world.wish(3, &[(0, 1, 0), (2, 1, 1)]);
    world.run_until("all are connected", 2_000, connected);
    world.run(1_000);
    assert!(world.clients[&1].heard.values().flatten().all(|&(from, ..)| from == 2));
    assert!(world.clients[&1].on(1).len() > 20 && world.clients[&1].on(3).len() > 20);
    assert!(world.clients[&3].heard.is_empty());
}

#[test]
fn a_publisher_that_comes_back_is_carried_again() {
    let mut world = World::new(FAIR, 6);
    for client in [1, 2] {
        world.join(client, 7, 1, 1);
        world.speaks.insert(client, vec![0, 1]);
    }
    world.wish(1, &[(0, 2, 0), (1, 2, 1)]);
    world.run_until("both are connected", 2_000, connected);
    world.run(500);
    world.sfu.close(world.now, 7, &name(2), &mut world.out);
    let Some(Event::Slots { slots, .. }) = world.out.events.last() else { panic!("slots are told of") };
    assert!(slots.is_empty());
    assert!(world.out.events.contains(&Event::Ended { participant: name(2), leg_id: "leg".to_owned(), reason: Ending::Closed }));
    world.clients.remove(&2);
    let heard = world.clients[&1].on(1).len();
    world.join(2, 7, 1, 1);
    world.run_until("it is back", 2_000, connected);
    world.run(1_000);
    assert!(world.clients[&1].on(1).len() > heard + 20);
}

#[test]
fn nothing_is_left_behind_of_legs_that_came_and_went() {
    let mut world = World::new(FAIR, 8);
    world.join(1, 7, 1, 1);
    for _ in 0..30 {
        for client in 2..6 {
            world.join(client, 7, 2, 2);
            world.wish(client, &[(0, 1, 0), (2, 1, 1)]);
            world.speaks.insert(client, vec![0, 1]);
        }
        world.wish(1, &[(0, 2, 0), (1, 3, 1)]);
        world.run(150);
        for client in 2..6 {
            world.sfu.close(world.now, 7, &name(client), &mut world.out);
            world.clients.remove(&client);
        }
        world.run(20);
    }
    assert_eq!(world.sfu.stats().legs, 1);
    assert_eq!(world.sfu.entries(), (1, 1, 1, 1), "legs, rooms, names of checks, addresses");
    assert_eq!(world.sfu.stats().panics, 0);
}

#[test]
fn a_track_comes_in_one_slot_however_often_it_is_wished_for() {
    let mut world = World::new(FAIR, 17);
    for client in [1, 2] {
        world.join(client, 7, 2, 2);
    }
    world.speaks.insert(1, vec![0, 1]);
    world.wish(2, &[(0, 1, 0), (1, 1, 0), (2, 1, 1), (3, 1, 1)]);
    world.run_until("both are connected", 2_000, |world| world.clients.values().all(|client| client.is_connected));
    world.run(1_000);
    let heard: Vec<bool> = (0..4).map(|slot| !world.clients[&2].on(slot).is_empty()).collect();
    assert_eq!(heard, [true, false, true, false]);
}
