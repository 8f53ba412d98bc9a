//! Which encoding a slot gets, and how often key frames are asked for.
use crate::support::actor::{Actor, script};
use crate::support::client::Client;
use crate::support::world::Out;
use sfu::{Front, Output, Packet, Protocol, Sfu, Wish};
use std::time::{Duration, Instant};

const CAMERA: usize = 1;
/// The only video slot, behind the only audio slot.
const SLOT: usize = 1;

/// So that the smallest encoding takes more than sound does: one that does not is never taken away.
const FRAME_BYTES: usize = 220;

struct Stage {
    sfu: Sfu<Actor>,
    now: Instant,
    out: Out,
    mid: String,
    sent: u64,
    /// Encodings that are sent, from the smallest.
    layers: usize,
}

impl Stage {
    /// Leg 0 sends, leg 1 receives.
    fn new() -> Self {
        let now = Instant::now();
        let (client, offer) = Client::new(1, now, 1, 1);
        let mid = client.slots[SLOT].to_string();
        let mut stage =
            Self { sfu: Sfu::new(vec![(Protocol::Udp, "127.0.0.1:5000".parse().unwrap())]), now, out: Out::default(), mid, sent: 0, layers: 3 };
        for participant in ["sender", "receiver"] {
            stage.sfu.offer(now, 7, participant, "leg", &offer, &mut stage.out).unwrap();
        }
        stage.says(0, Output::Connected);
        stage.says(1, Output::Connected);
        stage
    }

    fn says(&mut self, leg: usize, output: Output) {
        script(|script| script.say.entry(leg).or_default().push_back(output));
        self.now += Duration::from_millis(10);
        self.sfu.timeout(self.now, &mut self.out);
    }

    fn wants(&mut self, height_max: u32) {
        let wish = Wish { mid: self.mid.clone(), publisher: "sender".to_owned(), context: 1, height_max };
        self.sfu.subscribe(self.now, 7, "receiver", "leg", &[wish], &mut self.out);
    }

    /// A frame in each encoding.
    fn frame(&mut self, is_key: bool) {
        self.sent += 1;
        for layer in 0..self.layers {
            let [high, low] = (1_000 * (layer as u64 + 1) + self.sent).to_be_bytes()[6..] else { unreachable!() };
            let [tl0, ..] = (50 * layer as u64 + self.sent).to_le_bytes();
            let mut payload = vec![0x90, 0xe0, high | 0x80, low, tl0, 0, u8::from(!is_key), u8::try_from(layer).unwrap()];
            payload.resize(FRAME_BYTES, 0);
            let payload = payload.into();
            let packet = Packet {
                stream: CAMERA,
                layer,
                sequence: 1_000 * (layer as u64 + 1) + self.sent,
                timestamp: 0,
                marker: true,
                payload,
                front: Front::default(),
            };
            self.says(0, Output::Packet(packet));
        }
    }

    /// The encodings that the receiver got since it was last asked; the numbers have no gap.
    fn got() -> Vec<u8> {
        let sent = script(|script| std::mem::take(&mut script.sent));
        assert!(sent.iter().all(|(leg, packet)| *leg == 1 && packet.stream == SLOT));
        assert!(sent.windows(2).all(|pair| pair[1].1.sequence == pair[0].1.sequence + 1));
        assert!(sent.windows(2).all(|pair| ids(&pair[1].1) == (ids(&pair[0].1).0 + 1, ids(&pair[0].1).1.wrapping_add(1))), "picture ids go on");
        sent.iter().map(|(_, packet)| packet.parts().concat()[7]).collect()
    }

    /// Frames, a key frame among them now and then, for so long; what came last.
    fn films(&mut self, milliseconds: u64) -> Option<u8> {
        for frame in 0..milliseconds / 30 {
            self.frame(frame % 5 == 0);
        }
        Self::got().last().copied()
    }
}

/// Picture id and TL0PICIDX.
fn ids(packet: &Packet) -> (u16, u8) {
    let payload = packet.parts().concat();
    (u16::from_be_bytes([payload[2] & 0x7f, payload[3]]), payload[4])
}

#[test]
fn a_small_tile_gets_the_small_encoding_and_changes_at_a_key_frame() {
    let mut stage = Stage::new();
    stage.frame(true);
    stage.wants(180);
    stage.frame(false);
    assert_eq!(Stage::got(), [] as [u8; 0], "not before a key frame");
    stage.frame(true);
    stage.frame(false);
    assert_eq!(Stage::got(), [0, 0]);
    stage.wants(720);
    stage.frame(false);
    assert_eq!(Stage::got(), [0], "the small one goes on until the large one begins");
    assert!(script(|script| script.asked.contains(&(0, CAMERA, 2))), "which is asked for");
    stage.frame(true);
    assert_eq!(Stage::got().last(), Some(&2));
}

#[test]
fn a_narrow_way_gets_the_small_encoding_whatever_is_wished() {
    let mut stage = Stage::new();
    stage.says(1, Output::Estimate(250_000));
    stage.frame(true);
    stage.wants(0);
    stage.frame(true);
    assert_eq!(Stage::got(), [0]);
}

#[test]
fn a_way_that_gets_narrow_is_heeded_at_once_and_one_that_gets_wide_after_two_seconds() {
    let mut stage = Stage::new();
    stage.wants(0);
    assert_eq!(stage.films(3_000), Some(2));
    stage.says(1, Output::Estimate(60_000));
    assert_eq!(stage.films(300), Some(0), "the smallest takes some 75 kbit/s, and may take a half more than there is");
    stage.says(1, Output::Estimate(2_000_000));
    assert_eq!(stage.films(1_500), Some(0));
    stage.says(1, Output::Estimate(60_000));
    stage.says(1, Output::Estimate(2_000_000));
    assert_eq!(stage.films(1_500), Some(0), "a break begins the wait anew");
    assert_eq!(stage.films(1_500), Some(2));
}

#[test]
fn a_way_without_room_loses_the_picture_and_gets_it_back() {
    let mut stage = Stage::new();
    stage.wants(0);
    assert_eq!(stage.films(3_000), Some(2));
    stage.says(1, Output::Estimate(5_000));
    stage.films(1_500);
    script(|script| script.asked.clear());
    assert_eq!(stage.films(3_000), None, "nothing is carried");
    assert!(script(|script| script.asked.is_empty()), "and no key frame asked for");
    assert_eq!(stage.sfu.stats().pictures_paused, 1);
    stage.says(1, Output::Estimate(2_000_000));
    assert_eq!(stage.films(1_500), None);
    assert_eq!(stage.films(4_500), Some(2));
}

#[test]
fn a_way_is_probed_for_what_is_wanted_and_for_the_next_larger_picture() {
    let wanted = || script(|script| script.wanted.get(&1).copied()).unwrap_or_default();
    let mut stage = Stage::new();
    stage.wants(0);
    stage.films(500);
    assert!(wanted().most >= 2_500_000 / 2 && wanted().next == 0, "{:?}: it has the largest", wanted());
    stage.wants(100);
    assert!(wanted().most <= 250_000 && wanted().next == 0, "{:?}: a small tile", wanted());
    stage.wants(0);
    stage.says(1, Output::Estimate(200_000));
    assert!(wanted().next > 200_000 && wanted().next < wanted().most, "{:?}: there would be more", wanted());
}

#[test]
fn an_encoding_that_ends_is_replaced_by_one_that_is_sent() {
    let mut stage = Stage::new();
    stage.wants(0);
    assert_eq!(stage.films(3_000), Some(2));
    stage.layers = 2;
    assert_eq!(stage.films(750), Some(1), "after 16 pictures, what a review takes, and the next key frame");
    assert_eq!(stage.films(2_250), Some(1));
    stage.layers = 3;
    assert_eq!(stage.films(4_000), Some(2));
}

#[test]
fn an_encoding_that_shows_little_is_there_as_long_as_smaller_ones_show_no_more() {
    let mut stage = Stage::new();
    stage.wants(0);
    assert_eq!(stage.films(3_000), Some(2));
    for _ in 0..10 {
        stage.now += Duration::from_secs(1);
        stage.frame(false);
    }
    assert_eq!(Stage::got(), [2; 10]);
}

#[test]
fn key_frame_requests_are_passed_on_three_times_a_second_at_most() {
    let mut stage = Stage::new();
    stage.frame(true);
    stage.wants(0);
    stage.frame(true);
    script(|script| script.asked.clear());
    for _ in 0..200 {
        stage.says(1, Output::KeyFrameWanted(SLOT));
    }
    let asked = script(|script| script.asked.len());
    assert!((6..=7).contains(&asked), "{asked} in two seconds");
}
