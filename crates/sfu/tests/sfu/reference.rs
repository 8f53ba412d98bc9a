//! The same story told to our transport and to str0m's: what members hear must not depend on it.
use crate::support::link::{FAIR, Weather};
use crate::support::meeting::{MEMBERS, SLOTS, SOUND_SLOTS, meeting, on_slot};
use crate::support::str0m_session::Str0mSession;
use crate::support::world::WorldOf;
use sfu::{RtpTransport, Session};
use std::collections::BTreeMap;
use std::ops::Range;

/// Numbers by which the two may begin at another place: handshakes take as long as they take.
const BEGIN_DIFFERENCE: usize = 20;
/// Numbers after the beginning in which a key frame may have come at another moment.
const UNSETTLED: u32 = 30;

/// What came on a slot, in order: the publisher's number, and the payload as a hash.
type Came = Vec<(u32, u64)>;

/// What each slot of each member carried.
fn told<S: Session>(weather: Weather, seed: u64, milliseconds: u64) -> BTreeMap<(u8, usize), Came> {
    let mut world: WorldOf<S> = meeting(weather, seed);
    world.run(milliseconds);
    let slots = (1..=MEMBERS).flat_map(|member| (0..SLOTS).map(move |slot| (member, slot)));
    slots.map(|(member, slot)| ((member, slot), came(&world, member, slot))).collect()
}

fn came<S: Session>(world: &WorldOf<S>, member: u8, slot: usize) -> Came {
    let client = &world.clients[&member];
    let heard = client.on(slot);
    assert!(heard.iter().all(|&(from, context, _)| (from, context) == on_slot(member, slot)));
    heard.iter().map(|&(.., number)| number).zip(client.payloads[&client.slots[slot].to_string()].iter().copied()).collect()
}

#[test]
fn on_a_fair_link_each_slot_carries_the_same_packets_in_the_same_order() {
    let (ours, theirs) = (told::<RtpTransport>(FAIR, 41, 4_000), told::<Str0mSession>(FAIR, 41, 4_000));
    for (slot, ours) in &ours {
        let theirs = &theirs[slot];
        assert!(ours.len() > 100 && ours.len().abs_diff(theirs.len()) <= BEGIN_DIFFERENCE, "{slot:?}: {} and {}", ours.len(), theirs.len());
        let from = ours[0].0.max(theirs[0].0) + UNSETTLED;
        let until = ours[ours.len() - 1].0.min(theirs[theirs.len() - 1].0);
        let settled = |came: &Came| -> Came { came.iter().copied().filter(|(number, _)| (from..=until).contains(number)).collect() };
        assert!(settled(ours).len() > 60);
        assert_eq!(settled(ours), settled(theirs), "{slot:?}");
    }
}

/// How many packets of sound and of pictures came in so many milliseconds, once everybody had something.
fn count<S: Session>(weather: Weather, seed: u64, milliseconds: u64) -> [usize; 2] {
    let mut world: WorldOf<S> = meeting(weather, seed);
    world.run(1_000);
    let so_far = |world: &WorldOf<S>| -> [usize; 2] {
        let of = |slots: Range<usize>| world.clients.values().map(|client| slots.clone().map(|slot| client.on(slot).len()).sum::<usize>()).sum();
        [of(0..SOUND_SLOTS), of(SOUND_SLOTS..SLOTS)]
    };
    let before = so_far(&world);
    world.run(milliseconds);
    let after = so_far(&world);
    [after[0] - before[0], after[1] - before[1]]
}

#[test]
fn what_a_lossy_link_takes_is_brought_again_as_well() {
    let weather = Weather { loss_percent: 10, delay_ms: 10, jitter_ms: 15 };
    let (ours, theirs) = (count::<RtpTransport>(weather, 42, 15_000), count::<Str0mSession>(weather, 42, 15_000));
    for (ours, theirs) in ours.iter().zip(theirs) {
        // What chance alone makes of it is below one percent.
        assert!(ours * 100 >= theirs * 96, "{ours} packets by ours, {theirs} by the reference");
    }
}

/// Who was on a slot of one who changes what it wants, from which number to which.
type Runs = Vec<(u8, u32, u32)>;

/// The receiver's slots of sound and of a picture, each second of another publisher.
fn switched<S: Session>(seed: u64) -> [Runs; 2] {
    let mut world: WorldOf<S> = WorldOf::new(FAIR, seed);
    for member in 1..=3 {
        world.join(member, 7, 1, 1);
        world.speaks.insert(member, vec![0, 1]);
    }
    world.run_until("all are connected", 5_000, |world| world.clients.values().all(|client| client.is_connected));
    for publisher in [2, 3, 2, 3, 3, 2] {
        world.wish(1, &[(0, publisher, 0), (1, publisher, 1)]);
        world.run(1_000);
    }
    [0, 1].map(|slot| {
        let runs = world.clients[&1].on(slot).chunk_by(|before, after| before.0 == after.0 && before.2 + 1 == after.2);
        runs.map(|run| (run[0].0, run[0].2, run[run.len() - 1].2)).collect()
    })
}

#[test]
fn a_slot_that_changes_hands_carries_the_same_of_each() {
    let (ours, theirs) = (switched::<RtpTransport>(44), switched::<Str0mSession>(44));
    for (ours, theirs) in ours.iter().zip(&theirs) {
        let publishers = |runs: &Runs| -> Vec<u8> { runs.iter().map(|&(publisher, ..)| publisher).collect() };
        assert_eq!(publishers(ours), [2, 3, 2, 3, 2], "without a gap: {ours:?}");
        assert_eq!(publishers(theirs), publishers(ours), "{theirs:?}");
        let lengths = |runs: &Runs| -> Vec<u32> { runs.iter().map(|&(_, first, last)| last - first + 1).collect() };
        // A wish may come before or after a packet that is under way.
        assert!(lengths(ours).iter().zip(lengths(theirs)).all(|(ours, theirs)| ours.abs_diff(theirs) <= 2), "{ours:?} and {theirs:?}");
    }
}
