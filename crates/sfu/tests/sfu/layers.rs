//! Which encoding a slot gets, and how often key frames are asked for.
use crate::support::actor::{Actor, script};
use crate::support::client::Client;
use crate::support::world::Out;
use sfu::{Output, Packet, Protocol, Sfu, Wish};
use std::time::{Duration, Instant};

const CAMERA: usize = 1;
/// The only video slot, behind the only audio slot.
const SLOT: usize = 1;

struct Stage {
    sfu: Sfu<Actor>,
    now: Instant,
    out: Out,
    mid: String,
    sent: u64,
}

impl Stage {
    /// Leg 0 sends, leg 1 receives.
    fn new() -> Self {
        let now = Instant::now();
        let (client, offer) = Client::new(1, now, 1, 1);
        let mid = client.slots[SLOT].to_string();
        let mut stage = Self { sfu: Sfu::new(vec![(Protocol::Udp, "127.0.0.1:5000".parse().unwrap())]), now, out: Out::default(), mid, sent: 0 };
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
        for layer in 0..3 {
            let payload = vec![0x10, u8::from(!is_key), u8::try_from(layer).unwrap()].into();
            let packet = Packet { stream: CAMERA, layer, sequence: 1_000 * (layer as u64 + 1) + self.sent, timestamp: 0, marker: true, payload };
            self.says(0, Output::Packet(packet));
        }
    }

    /// The encodings that the receiver got since it was last asked; the numbers have no gap.
    fn got() -> Vec<u8> {
        let sent = script(|script| std::mem::take(&mut script.sent));
        assert!(sent.iter().all(|(leg, packet)| *leg == 1 && packet.stream == SLOT));
        assert!(sent.windows(2).all(|pair| pair[1].1.sequence == pair[0].1.sequence + 1));
        sent.iter().map(|(_, packet)| packet.payload[2]).collect()
    }
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
