//! Six members on links that lose, delay and reorder.
use crate::support::link::{FAIR, Weather};
use crate::support::world::World;

/// Each hears the other five and sees three of them.
fn meeting(weather: Weather, seed: u64) -> World {
    let mut world = World::new(FAIR, seed);
    for client in 1..=6 {
        world.join(client, 7, 5, 3);
        world.speaks.insert(client, vec![0, 1]);
    }
    for client in 1..=6_u8 {
        let others: Vec<u8> = (1..=6).filter(|&other| other != client).collect();
        let audio = others.iter().enumerate().map(|(slot, &other)| (slot, other, 0));
        let video = others.iter().take(3).enumerate().map(|(slot, &other)| (5 + slot, other, 1));
        let wishes: Vec<_> = audio.chain(video).collect();
        world.wish(client, &wishes);
    }
    world.run_until("all are connected", 15_000, |world| world.clients.values().all(|client| client.is_connected));
    // A handshake on the worst of these links takes many seconds: DTLS waits one, two, four before it repeats itself.
    world.link.weather = weather;
    world
}

/// A picture that had to go for lack of room comes back after no less than this many packets.
const PAUSE: u32 = 30;

/// The part of the packets that came while there was a picture, on the video slot that has it worst.
fn completeness(world: &World) -> f64 {
    let mut worst: f64 = 1.0;
    for client in world.clients.values() {
        for slot in 5..8 {
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
        let mut world = meeting(Weather { loss_percent, delay_ms: 10, jitter_ms: 15 }, 11 + loss_percent);
        world.run(5_000);
        let whole = completeness(&world);
        assert!(whole >= at_least, "{loss_percent} % loss: {whole}; {:?}", world.sfu.stats());
    }
}

#[test]
fn nothing_comes_twice_and_each_slot_carries_what_was_wished() {
    let mut world = meeting(Weather { loss_percent: 10, delay_ms: 10, jitter_ms: 15 }, 5);
    world.run(3_000);
    for client in world.clients.values() {
        let others: Vec<u8> = (1..=6).filter(|&other| other != client.name).collect();
        for slot in 0..8 {
            let (publisher, context) = if slot < 5 { (others[slot], 0) } else { (others[slot - 5], 1) };
            let heard = client.on(slot);
            assert!(heard.iter().all(|&(from, of, _)| (from, of) == (publisher, context)));
            let mut numbers: Vec<u32> = heard.iter().map(|&(.., number)| number).collect();
            let before = numbers.len();
            numbers.sort_unstable();
            numbers.dedup();
            assert_eq!(numbers.len(), before);
        }
    }
}
