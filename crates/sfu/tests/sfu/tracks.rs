//! What is known of a track: which encodings are there, how tall they are and what they take.
use sfu::Track;
use std::time::{Duration, Instant};

fn heard(track: &mut Track, heights: &[(usize, Option<u32>)], now: Instant) {
    for &(layer, height) in heights {
        track.heard(layer, 1_000, true, height, now);
    }
}

fn layers(track: &Track, height_max: u32, now: Instant) -> Vec<usize> {
    track.choices(height_max, now).into_iter().map(|(layer, _)| layer).collect()
}

#[test]
fn the_smallest_that_is_tall_enough_is_the_last_choice() {
    let (mut track, now) = (Track::default(), Instant::now());
    heard(&mut track, &[(0, Some(180)), (1, Some(360)), (2, Some(720))], now);
    for (height_max, many) in [(1, 1), (180, 1), (240, 1), (241, 2), (480, 2), (481, 3), (2_000, 3), (0, 3)] {
        assert_eq!(layers(&track, height_max, now).len(), many, "{height_max}");
    }
    // The same names for a small capture, whose key frames say how small.
    heard(&mut track, &[(0, Some(90)), (1, Some(180)), (2, Some(360))], now);
    assert_eq!(layers(&track, 180, now), [0, 1]);
}

#[test]
fn what_is_not_sent_any_more_is_no_choice() {
    let (mut track, now) = (Track::default(), Instant::now());
    heard(&mut track, &[(0, None), (2, None)], now);
    assert_eq!(layers(&track, 0, now), [0, 2]);
    let later = now + Duration::from_secs(2);
    assert!(track.heard(0, 1_000, true, None, later), "it is there again");
    assert_eq!(layers(&track, 0, later), [0]);
    assert!(layers(&Track::default(), 0, now).is_empty());
}

#[test]
fn what_an_encoding_takes_is_measured_and_forgotten_slowly() {
    let (mut track, mut now) = (Track::default(), Instant::now());
    let cost = |track: &Track, now: Instant| track.choices(0, now)[0].1;
    heard(&mut track, &[(2, None)], now);
    assert_eq!(cost(&track, now), 120_000, "the only one");
    let mut send = |track: &mut Track, bytes, packets| -> u64 {
        for _ in 0..packets {
            now += Duration::from_millis(10);
            track.heard(2, bytes, true, None, now);
        }
        cost(track, now)
    };
    for (bytes, packets, expected) in [(928, 120, 780_000..820_000), (178, 110, 600_000..700_000), (178, 1_500, 200_000..240_000)] {
        let measured = send(&mut track, bytes, packets);
        assert!(expected.contains(&measured), "{measured} of {expected:?}");
    }
}

#[test]
fn sound_brings_no_more_than_sound_may_take() {
    let (mut track, start) = (Track::default(), Instant::now());
    let mut admitted = |bytes: usize, every_us: u64| {
        let count = 10_000_000 / every_us;
        (0..count).filter(|step| track.admits_sound(bytes, start + Duration::from_micros(step * every_us))).count()
    };
    assert_eq!(admitted(160, 20_000), 500, "a voice");
    let (mut track, start) = (Track::default(), Instant::now());
    let flood = (0..50_000).filter(|step| track.admits_sound(1_200, start + Duration::from_micros(step * 200))).count();
    assert!((500..800).contains(&flood), "{flood} packets of 50,000 in ten seconds");
}
