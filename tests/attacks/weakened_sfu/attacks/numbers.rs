//! What a publisher does with its numbers to those who get them.
use super::call::{ALICE, BOB, Call};
use super::client::SOUND;

/// Almost as far as a receiver can follow, which knows the lower 16 bits alone.
const LEAP: u64 = 32_000;

/// Alice leaves out most of a round of numbers, some times in a row. Bob loses two packets of those, as happens, and opens nothing of that slot any more.
pub fn leaps() -> bool {
    let mut call = Call::of_two(SOUND, 0);
    (0..10).for_each(|_| call.say(SOUND, 100));
    for step in 0..4 {
        call.clients[ALICE].leap(SOUND, LEAP);
        let addr = call.clients[BOB].addr;
        if step < 2 {
            // Nobody is at this address while they pass.
            call.clients[BOB].addr.set_port(1);
        }
        call.say(SOUND, 100);
        call.clients[BOB].addr = addr;
    }
    let before = call.clients[BOB].heard;
    assert!(before >= 10);
    (0..50).for_each(|_| call.say(SOUND, 100));
    assert!(call.clients[BOB].came >= 50, "they come");
    call.clients[BOB].heard < before + 50
}
