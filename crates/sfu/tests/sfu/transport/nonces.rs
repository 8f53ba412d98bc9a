//! AES-GCM breaks when a nonce is used twice: no number of a stream leaves twice, whatever the story.
use crate::support::link::{FAIR, To, Weather};
use crate::support::world::{FILM, World};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use wire::rtp::{Header, is_rtcp};

const PUBLISHERS: [u8; 3] = [1, 2, 3];
const SUBSCRIBER: u8 = 9;

/// Slots change hands, sizes change with the way, packets are lost and sent again.
fn story() -> World {
    let mut world = World::new(FAIR, 71);
    world.link.tap = Some(Vec::new());
    for client in PUBLISHERS {
        world.join_filming(client, 7, 1, 1);
        world.speaks.insert(client, vec![0, FILM]);
    }
    world.join(SUBSCRIBER, 7, 2, 2);
    world.run_until("all are connected", 5_000, |world| world.clients.values().all(|client| client.is_connected));
    let addr = world.clients[&SUBSCRIBER].addr;
    for round in 0..12_u8 {
        let [first, second] = [1 + round % 3, 1 + (round + 1) % 3];
        world.wish(SUBSCRIBER, &[(0, first, 0), (1, second, 0), (2, first, 1), (3, second, 1)]);
        world.wish(first, &[(1, second, 1)]);
        let weather = Weather { loss_percent: u64::from(round % 4) * 8, delay_ms: 10, jitter_ms: 25 };
        world.link.elsewhere.insert(addr, weather);
        world.run(1_500);
    }
    world
}

/// The number with its rollovers, by the highest of its stream so far.
fn whole(highest: &mut u64, low: u16) -> u64 {
    let ahead = low.wrapping_sub(u16::try_from(*highest & 0xffff).unwrap()).cast_signed();
    let number = highest.checked_add_signed(i64::from(ahead)).unwrap_or(u64::from(low));
    *highest = number.max(*highest);
    number
}

/// Each outgoing datagram of a kind, by the client that gets it.
fn outgoing(world: &World, rtcp: bool) -> impl Iterator<Item = (SocketAddr, &[u8])> {
    let media = world.link.tap.iter().flatten().filter(move |(to, _, datagram)| *to == To::Client && (128..=191).contains(&datagram[0]));
    media.filter(move |(.., datagram)| is_rtcp(datagram) == rtcp).map(|(_, path, datagram)| (path.remote, &datagram[..]))
}

#[test]
fn no_number_of_a_stream_is_sealed_twice() {
    let world = story();
    let (mut highest, mut seen, mut streams) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::<_, u64>::new());
    for (to, datagram) in outgoing(&world, false) {
        let fixed = Header::parse(datagram).unwrap().fixed;
        let number = whole(highest.entry((to, fixed.ssrc)).or_insert(u64::from(fixed.sequence)), fixed.sequence);
        assert!(seen.insert((to, fixed.ssrc, number)), "{:x} sent {number} twice", fixed.ssrc);
        *streams.entry((to, fixed.payload_type)).or_default() += 1;
    }
    let to_subscriber = streams.iter().filter(|((to, _), _)| *to == world.clients[&SUBSCRIBER].addr);
    let counts: Vec<u64> = to_subscriber.map(|(_, &count)| count).collect();
    assert!(counts.len() == 3 && counts.iter().all(|&count| count > 100), "sound, pictures and retransmissions: {counts:?}");
}

#[test]
fn no_number_of_reports_is_sealed_twice() {
    let world = story();
    let mut seen = BTreeSet::new();
    for (to, datagram) in outgoing(&world, true) {
        let trailer: [u8; 4] = datagram[datagram.len() - 4..].try_into().unwrap();
        assert!(trailer[0] & 0x80 != 0, "it says that it is encrypted");
        assert!(seen.insert((to, trailer)), "{trailer:?} twice");
    }
    assert!(seen.len() > 500, "{} reports", seen.len());
}
