//! Who a client is: the certificate that its offer named, and no other.
use super::PUBLISHER;
use crate::support::client::Client;
use crate::support::link::FAIR;
use crate::support::world::{World, name};
use sfu::{Ending, Event};

/// The offer with another digest in it.
fn with_another_fingerprint(offer: &str) -> String {
    let changed = |line: &str| match line.strip_prefix("a=fingerprint:sha-256 ") {
        Some(digest) => format!("a=fingerprint:sha-256 {}{}", if digest.starts_with('0') { '1' } else { '0' }, &digest[1..]),
        None => line.to_owned(),
    };
    offer.lines().map(|line| changed(line) + "\r\n").collect()
}

fn events_of(alter: impl Fn(&str) -> String) -> Vec<Event> {
    let mut world = World::new(FAIR, 61);
    let (mut client, offer) = Client::new(PUBLISHER, world.now, 1, 1);
    let answer = world.sfu.offer(world.now, 7, &name(PUBLISHER), "leg", &alter(&offer), &mut world.out).unwrap();
    client.answered(&answer);
    world.clients.insert(PUBLISHER, client);
    world.speaks.insert(PUBLISHER, vec![0, 1]);
    world.run(5_000);
    assert_eq!(world.sfu.stats().packets_in > 0, world.out.events.iter().any(|event| matches!(event, Event::Connected { .. })));
    world.out.events
}

#[test]
fn the_certificate_that_was_named_comes_up() {
    assert_eq!(events_of(str::to_owned), [Event::Connected { participant: name(PUBLISHER), leg_id: "leg".to_owned() }]);
}

#[test]
fn another_certificate_never_comes_up_and_its_leg_fails() {
    let failed = Event::Ended { participant: name(PUBLISHER), leg_id: "leg".to_owned(), reason: Ending::Failed };
    assert_eq!(events_of(with_another_fingerprint), [failed]);
}
