//! Who makes a leg go where its client is not.
use super::call::{ALICE, BOB, Call, MALLORY, elsewhere};
use super::client::{Client, SOUND};
use wire::attribute::USE_CANDIDATE;
use wire::demux::{Protocol, demux};
use wire::emit::Emitter;
use wire::stun::{Class, Message, Method};

/// Somebody overhears a check of Bob's and sends it from elsewhere: what was for him goes there, to a victim or to who wants it dropped.
pub fn an_overheard_check() -> bool {
    let mut call = Call::of_two(SOUND, 0);
    call.say(SOUND, 100);
    assert_eq!(call.clients[BOB].heard, 1);
    // Bob named his path more than a second ago.
    call.wait(1_100);
    let overheard = call.clients[BOB].check(true);
    call.give(elsewhere(), &overheard);
    (0..10).for_each(|_| call.say(SOUND, 100));
    call.astray.iter().any(|(_, datagram)| demux(datagram) == Some(Protocol::Rtp)) || call.clients[BOB].heard < 11
}

/// Somebody on the way holds a packet of Bob's back and sends it from elsewhere: what is for him goes there.
pub fn a_packet_that_was_held_back() -> bool {
    let mut call = Call::of_two(SOUND, 0);
    call.say(SOUND, 100);
    assert_eq!(call.clients[BOB].heard, 1);
    let (check, held) = (call.clients[BOB].check(false), call.clients[BOB].packet(SOUND, 100));
    call.give(elsewhere(), &check);
    call.give(elsewhere(), &held);
    (0..10).for_each(|_| call.say(SOUND, 100));
    call.astray.iter().any(|(_, datagram)| demux(datagram) == Some(Protocol::Rtp)) || call.clients[BOB].heard < 11
}

/// Somebody on the way writes behind the signature of a check that this is the path, and sends it from elsewhere: the handshake goes there.
pub fn a_nomination_behind_the_signature() -> bool {
    let mut call = Call::new();
    let bob = call.offer();
    let (addr, check) = (call.clients[bob].addr, call.clients[bob].check(false));
    call.give(addr, &check);
    let mut forged = check;
    forged.extend_from_slice(&USE_CANDIDATE.to_be_bytes());
    forged.extend_from_slice(&[0, 0]);
    let length = u16::try_from(forged.len() - 20).unwrap();
    forged[2..4].copy_from_slice(&length.to_be_bytes());
    call.give(elsewhere(), &forged);
    call.shake_hands(bob);
    let led_away = call.astray.iter().any(|(_, datagram)| demux(datagram) == Some(Protocol::Dtls));
    led_away || !call.clients[bob].is_up()
}

/// Somebody who saw the name of a leg in one of its checks, and knows no password, writes a check from elsewhere: the handshake goes there.
pub fn a_check_without_the_password() -> bool {
    let mut call = Call::new();
    let bob = call.offer();
    let (addr, check) = (call.clients[bob].addr, call.clients[bob].check(false));
    call.give(addr, &check);
    let forged = call.clients[bob].check_signed_with("guessed", true);
    call.give(elsewhere(), &forged);
    call.shake_hands(bob);
    !call.astray.is_empty() || !call.clients[bob].is_up()
}

/// Somebody sends an overheard check from elsewhere and answers what the SFU asks there, without the password that Bob would sign it with.
pub fn an_answer_without_the_password() -> bool {
    let mut call = Call::of_two(SOUND, 0);
    let overheard = call.clients[BOB].better_check();
    call.give(elsewhere(), &overheard);
    let asked = call.astray.iter().filter_map(|(_, datagram)| Message::parse(datagram)).find(|message| message.class == Class::Request);
    let (mut answer, id) = (Vec::new(), asked.expect("the SFU asks").transaction_id());
    Emitter::new(&mut answer, Class::Success, Method::Binding, id).integrity_sha1(b"guessed");
    call.give(elsewhere(), &answer);
    (0..10).for_each(|_| call.say(SOUND, 100));
    call.clients[BOB].heard < 10
}

/// Mallory names two addresses of a victim's in turn: the SFU would send more there than she takes to make it.
pub fn checks_to_a_third_party() -> bool {
    let mut call = Call::new();
    call.join();
    let check = call.clients[0].better_check();
    for step in 0..1_000 {
        call.give((elsewhere().ip(), 1 + step % 2).into(), &check);
        call.wait(1);
    }
    let bytes: usize = call.astray.iter().map(|(_, datagram)| datagram.len()).sum();
    bytes > 1_000 * check.len()
}

/// Mallory has a name of some thousand letters, which stands in each check that the SFU sends to the address that she names.
pub fn a_long_name() -> bool {
    let mut call = Call::new();
    let Some(mallory) = call.offer_of(Client::with_a_long_name) else { return false };
    call.come_up(mallory);
    let check = call.clients[mallory].better_check();
    call.give(elsewhere(), &check);
    call.astray.iter().any(|(_, datagram)| datagram.len() > 10 * check.len())
}

/// Mallory checks from one address after the other: the SFU would keep them all, and each would be hers and nobody else's.
pub fn addresses_without_end() -> bool {
    let mut call = Call::new();
    let mallory = call.offer();
    let check = call.clients[mallory].check(false);
    for port in 1..=1_000 {
        call.give((elsewhere().ip(), port).into(), &check);
    }
    assert!(call.addresses() > 1, "one may have several");
    call.addresses() > 8
}

/// Mallory sends a good check of her own with Alice's address as its source: what Alice sends is then taken for hers, and nobody hears Alice.
pub fn another_members_address() -> bool {
    let mut call = Call::of_two(SOUND, 0);
    call.join();
    call.say(SOUND, 100);
    assert_eq!(call.clients[BOB].heard, 1);
    let (check, victim) = (call.clients[MALLORY].check(true), call.clients[ALICE].addr);
    call.give(victim, &check);
    (0..10).for_each(|_| call.say(SOUND, 100));
    call.clients[BOB].heard < 11
}
