//! Six members on links that lose, delay and reorder.
use crate::support::link::Weather;
use crate::support::meeting::{SLOTS, SOUND_SLOTS, meeting, on_slot};
use crate::support::world::World;

/// A picture that had to go for lack of room comes back after no less than this many packets.
const PAUSE: u32 = 30;

/// The part of the packets that came while there was a picture, on the video slot that has it worst.
fn completeness(world: &World) -> f64 {
    let mut worst: f64 = 1.0;
    for client in world.clients.values() {
        for slot in SOUND_SLOTS..SLOTS {
            let mut numbers: Vec<u32> = client.on(slot).iter().map(|&(.., number)| number).collect();
            numbers.sort_unstable();
            numbers.dedup();
            assert!(
                numbers.len() > 40,
                "{} saw only {} packets on slot {slot}, from {:?} to {:?} at {} %; {:?}",
                client.name,
                numbers.len(),
                numbers.first(),
                numbers.last(),
                world.link.weather.loss_percent,
                world.sfu.stats()
            );
            // What was lost of the last second is still being asked for.
            let last = numbers[numbers.len() - 1] - 30;
            numbers.retain(|&number| number <= last);
            let missing: u32 = numbers.windows(2).map(|pair| pair[1] - pair[0] - 1).filter(|&gap| gap < PAUSE).sum();
            let came = f64::from(u32::try_from(numbers.len()).unwrap());
            worst = worst.min(came / (came + f64::from(missing)));
        }
    }
    worst
}

#[test]
fn what_a_link_loses_is_asked_for_again() {
    for (loss_percent, at_least) in [(0, 1.0), (5, 0.99), (15, 0.95), (30, 0.80)] {
        let mut world: World = meeting(Weather { loss_percent, delay_ms: 10, jitter_ms: 15 }, 11 + loss_percent);
        world.run(5_000);
        let whole = completeness(&world);
        assert!(whole >= at_least, "{loss_percent} % loss: {whole}; {:?}", world.sfu.stats());
    }
}

#[test]
fn nothing_comes_twice_and_each_slot_carries_what_was_wished() {
    let mut world: World = meeting(Weather { loss_percent: 10, delay_ms: 10, jitter_ms: 15 }, 5);
    world.run(3_000);
    for client in world.clients.values() {
        for slot in 0..SLOTS {
            let heard = client.on(slot);
            assert!(heard.iter().all(|&(from, of, _)| (from, of) == on_slot(client.name, slot)));
            let mut numbers: Vec<u32> = heard.iter().map(|&(.., number)| number).collect();
            let before = numbers.len();
            numbers.sort_unstable();
            numbers.dedup();
            assert_eq!(numbers.len(), before);
        }
    }
}
