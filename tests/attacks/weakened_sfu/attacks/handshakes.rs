//! Who puts an end to a handshake, or makes one in somebody's place.
use super::call::Call;
use super::client::Client;

/// An alert in the clear that says that all is over: level, fatal; description, the handshake failed.
const ALERT: [u8; 15] = [21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40];

/// Mallory stands on the way, with a certificate of her own, and speaks for who offered: all that the SFU sends there is hers to open.
pub fn another_certificate() -> bool {
    let mut call = Call::new();
    let mallory = call.offer_of(Client::with_another_certificate).expect("an offer that is taken");
    let (addr, check) = (call.clients[mallory].addr, call.clients[mallory].check(true));
    call.give(addr, &check);
    call.shake_hands(mallory);
    call.came_up(mallory)
}

/// Somebody writes an alert in Bob's name, who is about to shake hands.
pub fn a_forged_alert() -> bool {
    let mut call = Call::new();
    let bob = call.offer();
    let (addr, check) = (call.clients[bob].addr, call.clients[bob].check(true));
    call.give(addr, &check);
    call.give(addr, &ALERT);
    call.shake_hands(bob);
    !call.came_up(bob)
}
