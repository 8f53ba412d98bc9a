//! A mistake of ours ends one leg.
use crate::support::actor::{Actor, script};
use crate::support::client::Client;
use crate::support::world::Out;
use sfu::{Ending, Event, Protocol, Sfu};
use std::time::{Duration, Instant};

#[test]
fn a_session_that_panics_takes_nobody_with_it() {
    let (now, mut out) = (Instant::now(), Out::default());
    let mut sfu: Sfu<Actor> = Sfu::new(vec![(Protocol::Udp, "127.0.0.1:5000".parse().unwrap())]);
    let offer = Client::new(1, now, 1, 1).1;
    for participant in ["a", "b", "c"] {
        sfu.offer(now, 7, participant, "leg", &offer, &mut out).unwrap();
    }
    script(|script| script.panics.insert(1));
    sfu.timeout(now + Duration::from_millis(10), &mut out);
    assert_eq!(out.events, [Event::Ended { participant: "b".to_owned(), leg_id: "leg".to_owned(), reason: Ending::Panicked }]);
    assert_eq!((sfu.stats().legs, sfu.stats().panics), (2, 1));
    assert!(sfu.next_timeout().is_some_and(|at| at > now + Duration::from_millis(10)));
}
