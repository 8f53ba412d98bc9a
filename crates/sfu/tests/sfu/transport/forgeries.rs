//! What a forger makes who has no key: datagrams with a bit changed, in the clear, or with records of DTLS.
use super::replays::{picture_ssrc, wish_for_a_key_frame};
use super::{PICTURE, PUBLISHER, SUBSCRIBER, assert_whole, give, is_media, talking};
use crate::support::link::FAIR;
use crate::support::world::{World, name};
use sfu::{Event, Protocol};
use wire::rtcp::emit::{nack, picture_loss, receiver_report};
use wire::rtp::{Header, is_rtcp};

/// A packet of the publisher's picture that has not arrived yet.
fn fresh_packet(world: &mut World) -> Vec<u8> {
    let client = world.clients.get_mut(&PUBLISHER).unwrap();
    client.say(world.now, 1);
    let datagrams = client.drain(world.now);
    datagrams.into_iter().map(|(_, datagram)| datagram).find(|datagram| is_media(datagram) && !is_rtcp(datagram)).unwrap()
}

/// The same with one bit changed, at each byte in turn.
fn flipped(datagram: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..datagram.len()).map(|at| {
        let mut flipped = datagram.to_vec();
        flipped[at] ^= 1 << (at % 8);
        flipped
    })
}

#[test]
fn a_packet_with_a_bit_changed_is_dropped_and_does_not_spoil_the_genuine_one() {
    let mut world = talking(54);
    let packet = fresh_packet(&mut world);
    let before = world.sfu.stats();
    for forged in flipped(&packet) {
        assert!(give(&mut world, PUBLISHER, &forged).is_empty());
    }
    assert_eq!(world.sfu.stats().packets_in, before.packets_in);
    assert_eq!(give(&mut world, PUBLISHER, &packet).len(), 1);
    assert_eq!(world.sfu.stats().packets_in, before.packets_in + 1);
}

#[test]
fn a_report_with_a_bit_changed_is_dropped_and_does_not_spoil_the_genuine_one() {
    let mut world = talking(55);
    let wish = wish_for_a_key_frame(&mut world);
    let before = world.sfu.stats();
    for forged in flipped(&wish) {
        assert!(give(&mut world, SUBSCRIBER, &forged).is_empty());
    }
    assert_eq!(world.sfu.stats().key_frames_asked, before.key_frames_asked);
    assert!(!give(&mut world, SUBSCRIBER, &wish).is_empty());
    assert_eq!(world.sfu.stats().key_frames_asked, before.key_frames_asked + 1);
}

#[test]
fn nothing_in_the_clear_is_read() {
    let mut world = talking(56);
    let mut packet = fresh_packet(&mut world);
    let header_bytes = Header::parse(&packet).unwrap().bytes;
    packet.truncate(header_bytes);
    packet.extend_from_slice(&[0x90, 0x80, 0x11, 0, 0xee, 0xee]);
    let ssrc = picture_ssrc(&mut world);
    let mut compound = Vec::new();
    receiver_report(&mut compound, 1, &[]);
    picture_loss(&mut compound, 1, ssrc);
    nack(&mut compound, 1, ssrc, &[1, 2, 3, 4, 5]);
    let before = world.sfu.stats();
    // By itself, and with a number behind it as SRTCP has: not encrypted, and said to be.
    for trailer in [&[][..], &[0, 0, 1, 0], &[0x80, 0, 1, 0]] {
        assert!(give(&mut world, SUBSCRIBER, &[&compound, trailer].concat()).is_empty());
    }
    assert!(give(&mut world, PUBLISHER, &packet).is_empty());
    assert_eq!(world.sfu.stats(), before);
}

/// Records that anybody can write: an alert that closes, one that is fatal, a hello, and such that are cut or sealed by nobody.
fn records() -> Vec<Vec<u8>> {
    let record = |kind: u8, epoch: u8, body: &[u8]| {
        let length = u16::try_from(body.len()).unwrap().to_be_bytes();
        [&[kind, 254, 253, 0, epoch, 0, 0, 0, 0, 0, 9], &length[..], body].concat()
    };
    let hello = [&[1, 0, 0, 40, 0, 0, 0, 0, 0, 0, 0, 40, 254, 253][..], &[7; 38]].concat();
    vec![
        record(21, 0, &[1, 0]),
        record(21, 0, &[2, 40]),
        record(22, 0, &hello),
        record(22, 0, &[0xff; 60]),
        record(20, 0, &[1]),
        record(23, 0, b"data"),
        record(21, 1, &[0x55; 26]),
        record(22, 1, &[0x55; 40]),
        record(23, 1, &[0x55; 40]),
        vec![22, 254, 253],
        vec![63; 200],
    ]
}

#[test]
fn forged_records_do_not_keep_a_handshake_from_its_end() {
    let mut world = World::new(FAIR, 58);
    world.join(PUBLISHER, 7, 1, 1);
    let addr = world.clients[&PUBLISHER].addr;
    world.run_until("a check came", 1_000, |world| world.sfu.knows(Protocol::Udp, addr));
    let records = records();
    for step in 0..3_000 {
        if world.clients[&PUBLISHER].is_connected {
            break;
        }
        give(&mut world, PUBLISHER, &records[step % records.len()]);
        world.run(1);
    }
    world.run(100);
    let up = Event::Connected { participant: name(PUBLISHER), leg_id: "leg".to_owned() };
    assert_eq!(world.out.events, [up]);
}

#[test]
fn forged_records_do_not_end_a_leg_that_is_up() {
    let mut world = talking(57);
    for record in records() {
        give(&mut world, PUBLISHER, &record);
        give(&mut world, SUBSCRIBER, &record);
        assert_eq!(world.sfu.stats().legs, 2, "{record:?}");
    }
    let before = world.clients[&SUBSCRIBER].on(PICTURE).len();
    world.run(1_000);
    let heard: Vec<u32> = world.clients[&SUBSCRIBER].on(PICTURE).iter().map(|&(.., number)| number).collect();
    assert!(heard.len() > before + 25);
    assert_whole(&heard);
}
