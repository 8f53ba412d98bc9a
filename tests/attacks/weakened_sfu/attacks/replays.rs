//! What somebody on the way sends again, who can open none of it.
use super::call::{ALICE, BOB, Call};
use super::client::{PICTURE, PICTURE_SLOT, SOUND};

/// Alice's packets are sent on again, in the SFU's own name.
pub fn packets() -> bool {
    let mut call = Call::of_two(SOUND, 0);
    let addr = call.clients[ALICE].addr;
    let packets: Vec<Vec<u8>> = (0..20).map(|_| call.clients[ALICE].packet(SOUND, 100)).collect();
    for packet in &packets {
        call.give(addr, packet);
    }
    assert_eq!((call.clients[BOB].heard, call.clients[BOB].came), (20, 20));
    call.wait(1_000);
    for packet in &packets {
        call.give(addr, packet);
    }
    call.clients[BOB].came > 20
}

/// One wish of Bob's for a key frame makes Alice send many, of which each is as large as a second of pictures.
pub fn reports() -> bool {
    let mut call = Call::of_two(PICTURE, PICTURE_SLOT);
    call.say(PICTURE, 100);
    call.wait(1_000);
    let before = call.clients[ALICE].asked;
    let (addr, wish) = (call.clients[BOB].addr, call.clients[BOB].wish_for_key_frame(PICTURE_SLOT));
    call.give(addr, &wish);
    assert_eq!(call.clients[ALICE].asked, before + 1);
    for _ in 0..10 {
        call.wait(400);
        call.say(PICTURE, 100);
        call.give(addr, &wish);
    }
    call.clients[ALICE].asked > before + 1
}
