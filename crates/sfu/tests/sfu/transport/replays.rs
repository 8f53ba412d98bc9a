//! What a forger has who only listened: datagrams that were good once.
use super::{PICTURE, PUBLISHER, SUBSCRIBER, give, is_media, path, talking, tapped};
use crate::support::link::{FAIR, To, Weather};
use crate::support::world::World;
use wire::rtp::is_rtcp;

/// The stream of the subscriber's picture.
pub(super) fn picture_ssrc(world: &mut World) -> u32 {
    let client = world.clients.get_mut(&SUBSCRIBER).unwrap();
    let mid = client.slots[PICTURE];
    *client.rtc.direct_api().stream_rx_by_mid(mid, None).unwrap().ssrc()
}

/// What the subscriber sends to ask for a key frame.
pub(super) fn wish_for_a_key_frame(world: &mut World) -> Vec<u8> {
    let ssrc = picture_ssrc(world);
    let client = world.clients.get_mut(&SUBSCRIBER).unwrap();
    client.rtc.direct_api().send_pli_feedback(1.into(), ssrc.into());
    let datagrams = client.drain(world.now);
    datagrams.into_iter().map(|(_, datagram)| datagram).find(|datagram| is_rtcp(datagram)).unwrap()
}

#[test]
fn packets_that_came_before_are_not_forwarded_again() {
    let mut world = talking(51);
    world.link.tap = Some(Vec::new());
    world.run(500);
    let packets = tapped(&world, To::Sfu, PUBLISHER);
    let before = (world.sfu.stats(), world.clients[&SUBSCRIBER].on(PICTURE).len());
    let old: Vec<_> = packets.iter().filter(|datagram| is_media(datagram) && !is_rtcp(datagram)).collect();
    assert!(old.len() > 30);
    // Those of the last milliseconds are still under way.
    for datagram in &old[..old.len() - 5] {
        assert!(give(&mut world, PUBLISHER, datagram).is_empty());
    }
    assert_eq!((world.sfu.stats(), world.clients[&SUBSCRIBER].on(PICTURE).len()), before);
}

#[test]
fn a_wish_for_a_key_frame_counts_once() {
    let mut world = talking(52);
    let wish = wish_for_a_key_frame(&mut world);
    let publisher = path(&world, PUBLISHER);
    let asked = give(&mut world, SUBSCRIBER, &wish);
    assert!(asked.iter().any(|(to, datagram)| *to == publisher && is_rtcp(datagram)), "it is passed on");
    let counted = world.sfu.stats();
    for _ in 0..5 {
        world.run(400);
        assert!(give(&mut world, SUBSCRIBER, &wish).is_empty());
    }
    let after = world.sfu.stats();
    assert_eq!((after.key_frames_asked, after.key_frames_withheld), (counted.key_frames_asked, counted.key_frames_withheld));
}

#[test]
fn requests_to_send_again_count_once() {
    let mut world = talking(53);
    let addr = world.clients[&SUBSCRIBER].addr;
    world.link.elsewhere.insert(addr, Weather { loss_percent: 30, ..FAIR });
    world.link.tap = Some(Vec::new());
    world.run(1_000);
    let resend_type = 1 + *world.clients[&SUBSCRIBER].payload_type(str0m::media::MediaKind::Video);
    let sent_again = tapped(&world, To::Client, SUBSCRIBER).iter().filter(|datagram| datagram[1] & 0x7f == resend_type).count();
    assert!(sent_again > 5, "{sent_again} packets were sent again");
    world.link.elsewhere.clear();
    world.run(50);
    let reports = tapped(&world, To::Sfu, SUBSCRIBER);
    world.link.tap = None;
    for report in reports.iter().filter(|datagram| is_media(datagram) && is_rtcp(datagram)) {
        // The ones that were lost are new to the SFU.
        give(&mut world, SUBSCRIBER, report);
    }
    world.run(100);
    for report in reports.iter().filter(|datagram| is_media(datagram) && is_rtcp(datagram)) {
        assert!(give(&mut world, SUBSCRIBER, report).is_empty());
    }
}
