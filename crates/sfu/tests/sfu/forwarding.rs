//! Media through the SFU, between members of one room and nobody else.
use crate::support::link::FAIR;
use crate::support::world::World;
use sfu::Event;

#[test]
fn two_members_hear_and_see_each_other() {
    let mut world = World::new(FAIR, 1);
    for client in [1, 2] {
        world.join(client, 7, 1, 1);
        world.speaks.insert(client, vec![0, 1]);
    }
    world.wish(1, &[(0, 2, 0), (1, 2, 1)]);
    world.wish(2, &[(0, 1, 0), (1, 1, 1)]);
    world.run_until("both are connected", 2_000, |world| world.clients.values().all(|client| client.is_connected));
    world.run(3_000);
    for (client, other) in [(1, 2), (2, 1)] {
        for (slot, context) in [(0, 0), (1, 1)] {
            let heard = world.clients[&client].on(slot);
            assert!(heard.len() > 60, "{client} heard {} on {slot}: {:?}", heard.len(), world.sfu.stats());
            assert!(heard.iter().all(|&(from, of, _)| (from, of) == (other, context)));
            assert!(heard.windows(2).all(|pair| pair[1].2 == pair[0].2 + 1), "nothing is missing");
        }
    }
    assert_eq!(world.out.events.iter().filter(|event| matches!(event, Event::Connected { .. })).count(), 2);
}
