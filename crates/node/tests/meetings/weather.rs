//! Links that lose, delay and reorder, in both directions: less arrives, but every stream goes on and no leg ends.
use crate::meeting::Meeting;
use loadgen::sfu::Weather;
use std::time::Duration;

const NAMES: [u16; 4] = [0, 1, 2, 3];
const WHILE: Duration = Duration::from_secs(3);
const STRAGGLERS: Duration = Duration::from_secs(2);

#[test]
fn less_arrives_over_worse_links_and_no_stream_ends() {
    let mut meeting = Meeting::open();
    for name in NAMES {
        meeting.join(name, 1, &NAMES);
    }
    meeting.settle();
    let mut shares = Vec::new();
    for (loss_percent, jitter_ms) in [(0, 0), (5, 10), (15, 20), (30, 40)] {
        for endpoint in meeting.stage.endpoints.values_mut() {
            endpoint.set_weather(Weather { loss_percent, delay_ms: 10, jitter_ms });
        }
        meeting.stage.count();
        meeting.run(WHILE);
        // What is under way, on a machine that may be busy.
        meeting.stage.play(false);
        meeting.run(STRAGGLERS);
        let count = meeting.stage.count();
        meeting.stage.play(true);
        let (audio, video) = (share(count.received.audio, count.sent_audio), share(count.received.video, count.sent_video));
        println!(
            "{loss_percent:3} % lost each way, up to {jitter_ms} ms late: {:.1} % of sound and {:.1} % of picture arrive",
            100.0 * audio,
            100.0 * video
        );
        shares.push((audio, video));
    }
    // Sound is not sent again: two links of 30 % leave half. Picture is, as long as it is asked for in time.
    let (audio, video) = shares[3];
    assert!((0.3..0.8).contains(&audio) && video > audio, "{shares:?}");
    assert!(shares[0].0 > 0.9 && shares[0].1 > 0.9, "{shares:?}");
    for endpoint in meeting.stage.endpoints.values_mut() {
        endpoint.set_weather(Weather::FAIR);
    }
    meeting.run(Duration::from_secs(3));
    meeting.settle();
    assert_eq!(meeting.counter("sfu_legs"), NAMES.len() as u64);
    assert_eq!(meeting.counter("sfu_legs_opened"), NAMES.len() as u64);
}

/// Of what was sent to everybody else, how much arrived.
fn share(received: u64, sent: u64) -> f64 {
    let [received, wanted] = [received, sent * (NAMES.len() as u64 - 1)].map(|count| u32::try_from(count).map(f64::from).unwrap());
    received / wanted
}
