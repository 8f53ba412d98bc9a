//! Six members, of whom each hears the other five and sees three of them.
use super::link::{FAIR, Weather};
use super::world::WorldOf;
use sfu::Session;

pub const MEMBERS: u8 = 6;
/// Slots of each: those of sound, then those of pictures.
pub const SOUND_SLOTS: usize = 5;
pub const SLOTS: usize = 8;

/// The publisher and the context that a slot of a member carries.
pub fn on_slot(member: u8, slot: usize) -> (u8, u8) {
    let others: Vec<u8> = (1..=MEMBERS).filter(|&other| other != member).collect();
    if slot < SOUND_SLOTS { (others[slot], 0) } else { (others[slot - SOUND_SLOTS], 1) }
}

pub fn meeting<S: Session>(weather: Weather, seed: u64) -> WorldOf<S> {
    let mut world = WorldOf::new(FAIR, seed);
    for member in 1..=MEMBERS {
        world.join(member, 7, SOUND_SLOTS, SLOTS - SOUND_SLOTS);
        world.speaks.insert(member, vec![0, 1]);
    }
    for member in 1..=MEMBERS {
        let wishes: Vec<_> = (0..SLOTS).map(|slot| (slot, on_slot(member, slot).0, on_slot(member, slot).1)).collect();
        world.wish(member, &wishes);
    }
    world.run_until("all are connected", 15_000, |world| world.clients.values().all(|client| client.is_connected));
    // A handshake on the worst of these links takes many seconds: DTLS waits one, two, four before it repeats itself.
    world.link.weather = weather;
    world
}
