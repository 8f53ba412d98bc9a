//! What members do to make an SFU send more than it should, to themselves or to others.
use super::call::{ALICE, BOB, Call};
use super::client::{PICTURE, PICTURE_SLOT, SOUND, SOUND_SLOTS};
use sfu::limits::SOUND_BYTES_MAX;

/// What a way is thought to carry before anything is known of it, in two seconds.
const WAY_BYTES: usize = 2 * 2_500_000 / 8;

/// Bob asks for the same packets again and again, each time in a report of its own: for some bytes he gets thousands.
pub fn asking_again() -> bool {
    let mut call = Call::of_two(PICTURE, PICTURE_SLOT);
    for _ in 0..250 {
        call.say(PICTURE, 1_100);
        call.wait(4);
    }
    assert_eq!(call.clients[BOB].came, 250);
    let before = call.clients[BOB].heard_bytes;
    for _ in 0..100 {
        call.wait(20);
        let (addr, report) = (call.clients[BOB].addr, call.clients[BOB].ask_again(PICTURE_SLOT, 1..=250));
        call.give(addr, &report);
    }
    call.clients[BOB].heard_bytes - before > WAY_BYTES * 5 / 4
}

/// Alice sends what is no sound: nobody's way is asked whether it carries that.
pub fn sound() -> bool {
    let mut call = Call::of_two(SOUND, 0);
    for _ in 0..2_000 {
        call.say(SOUND, 1_100);
        call.wait(1);
    }
    assert!(call.clients[BOB].heard > 100, "sound that is one is heard");
    // Two seconds, and the second that may gather.
    call.clients[BOB].heard_bytes as u64 > 3 * SOUND_BYTES_MAX
}

/// Bob wishes for one track in each of his slots: what Alice sends once comes sixteen times.
pub fn one_track_in_all_slots() -> bool {
    let mut call = Call::of_two(SOUND, 0);
    let slots: Vec<usize> = (0..SOUND_SLOTS).collect();
    call.wish(BOB, &slots, SOUND);
    (0..10).for_each(|_| call.say(SOUND, 100));
    assert!(call.clients[BOB].heard >= 10);
    call.clients[BOB].heard > 10
}

/// Bob asks for a key frame each 10 ms: Alice would send nothing else, to everybody.
pub fn key_frames() -> bool {
    let mut call = Call::of_two(PICTURE, PICTURE_SLOT);
    call.say(PICTURE, 100);
    let before = call.clients[ALICE].asked;
    for _ in 0..100 {
        call.wait(10);
        let (addr, wish) = (call.clients[BOB].addr, call.clients[BOB].wish_for_key_frame(PICTURE_SLOT));
        call.give(addr, &wish);
    }
    assert!(call.clients[ALICE].asked > before, "one wish is passed on");
    call.clients[ALICE].asked > before + 5
}

/// Alice sends a datagram that a usual link does not carry: on Bob's side the SFU would have it taken to pieces, or lost.
pub fn large_datagrams() -> bool {
    let mut call = Call::of_two(SOUND, 0);
    call.say(SOUND, 1_400);
    assert_eq!(call.clients[BOB].heard, 1);
    call.say(SOUND, 9_000);
    call.clients[BOB].largest > 1_500
}

/// Alice sends each packet as a stream of its own: the SFU would keep a window, and what not, for each of them.
pub fn streams_without_end() -> bool {
    let mut call = Call::of_two(SOUND, 0);
    let addr = call.clients[ALICE].addr;
    for ssrc in 5_000..5_200 {
        let packet = call.clients[ALICE].packet_of(ssrc, SOUND, 1, 100);
        call.give(addr, &packet);
        call.wait(10);
    }
    assert!(call.clients[BOB].heard > 1, "one may have several");
    call.clients[BOB].heard > 32
}
