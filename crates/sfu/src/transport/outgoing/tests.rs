//! What leaves of a slot, and what a client gets that asks for it again.
use super::{Door, Outgoing};
use crate::limits::RESEND_MS;
use crate::session::{Front, Packet};
use crate::transport::answer::Named;
use crate::transport::bench::{MID, RTX, TRANSPORT_CC, VP8, both_ends, media};
use crate::transport::description::Media;
use hop::Keys;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use wire::rtp::Header;

const ESTIMATE: u64 = 2_500_000;
const AUDIO: usize = 0;
const VIDEO: usize = 1;
const AUDIO_SSRC: u32 = 100;
const VIDEO_SSRC: u32 = 101;
const RESEND_SSRC: u32 = 201;

/// A slot of sound and one of a picture, with both ends' keys and a clock.
struct Bench {
    outgoing: Outgoing,
    ours: Keys,
    theirs: Keys,
    now: Instant,
    left: Vec<Vec<u8>>,
}

impl Bench {
    fn new() -> Self {
        let (now, media) = (Instant::now(), media());
        let slots: Vec<&Media> = media[..2].iter().collect();
        let named = [Named { ssrc: AUDIO_SSRC, resend: None }, Named { ssrc: VIDEO_SSRC, resend: Some(RESEND_SSRC) }];
        let (ours, theirs) = both_ends();
        Self { outgoing: Outgoing::new(now, &slots, &named, ESTIMATE).unwrap(), ours, theirs, now, left: Vec::new() }
    }

    fn act(&mut self, act: impl FnOnce(&mut Outgoing, &mut Door<'_>)) -> Vec<Vec<u8>> {
        let left = &mut self.left;
        let mut out = |datagram: &[u8]| left.push(datagram.to_vec());
        act(&mut self.outgoing, &mut Door { now: self.now, keys: &self.ours.ours, out: &mut out });
        std::mem::take(&mut self.left)
    }

    fn send(&mut self, stream: usize, sequence: u64) -> Vec<Vec<u8>> {
        let packet = Packet { stream, layer: 0, sequence, timestamp: 7, marker: true, payload: payload(sequence).into(), front: Front::default() };
        self.act(|outgoing, door| outgoing.send(&packet, door))
    }

    fn ask(&mut self, ssrc: u32, lost: impl IntoIterator<Item = u16>) -> Vec<Vec<u8>> {
        self.act(|outgoing, door| outgoing.resend(ssrc, lost.into_iter(), None, door))
    }

    /// The header's stream and the payload, opened as the client does.
    fn open(&self, datagram: &[u8], number: u64) -> Option<(u32, Vec<u8>)> {
        let header = Header::parse(datagram)?;
        let mut scratch = Vec::new();
        let payload = self.theirs.theirs.open_rtp(datagram, header.bytes, (header.fixed.ssrc, number), &mut scratch)?;
        Some((header.fixed.ssrc, payload.to_vec()))
    }
}

fn payload(sequence: u64) -> Vec<u8> {
    [&sequence.to_be_bytes()[..], &[0xee; 1_192]].concat()
}

#[test]
fn a_packet_that_is_asked_for_comes_again_under_its_old_number() {
    let mut bench = Bench::new();
    for sequence in 1..=3 {
        let left = bench.send(VIDEO, sequence);
        assert_eq!(bench.open(&left[0], sequence), Some((VIDEO_SSRC, payload(sequence))));
    }
    let again = bench.ask(VIDEO_SSRC, [2]);
    let header = Header::parse(&again[0]).unwrap();
    assert_eq!((header.fixed.payload_type, header.fixed.timestamp, header.fixed.marker), (RTX, 7, true));
    assert_eq!(bench.open(&again[0], 1), Some((RESEND_SSRC, [&[0, 2][..], &payload(2)].concat())));
    assert_eq!(again.len(), 1);
}

#[test]
fn who_asks_for_what_there_is_not_gets_nothing() {
    let mut bench = Bench::new();
    assert!(bench.ask(VIDEO_SSRC, [0, 1, 65_535]).is_empty(), "before anything was sent");
    for sequence in 1..=10 {
        bench.send(VIDEO, sequence);
        bench.send(AUDIO, sequence);
    }
    assert!(bench.ask(VIDEO_SSRC, [0, 11, 12, 1_000, 40_000, 65_535]).is_empty(), "never sent");
    assert!(bench.ask(AUDIO_SSRC, 0..20).is_empty(), "sound is not sent again");
    assert!(bench.ask(RESEND_SSRC, 0..20).is_empty(), "nor are repairs");
    assert!(bench.ask(0xdead_beef, 0..20).is_empty(), "somebody else's stream");
    bench.now += Duration::from_millis(RESEND_MS + 1);
    assert!(bench.ask(VIDEO_SSRC, 0..20).is_empty(), "too old");
}

#[test]
fn who_asks_for_a_packet_twice_at_once_gets_it_once() {
    let mut bench = Bench::new();
    bench.send(VIDEO, 1);
    assert_eq!(bench.ask(VIDEO_SSRC, [1; 1_000]).len(), 1);
    bench.now += Duration::from_millis(19);
    assert!(bench.ask(VIDEO_SSRC, [1]).is_empty());
    bench.now += Duration::from_millis(1);
    assert_eq!(bench.ask(VIDEO_SSRC, [1]).len(), 1);
}

#[test]
fn a_flood_of_requests_gets_no_more_than_the_way_is_thought_to_carry() {
    const SECONDS: u64 = 5;
    let mut bench = Bench::new();
    let (mut bytes, mut sequence) = (0, 0);
    for step in 0..SECONDS * 1_000 {
        bench.now += Duration::from_millis(1);
        if step % 10 == 0 {
            sequence += 1;
            bench.send(VIDEO, sequence);
        }
        let last = u16::try_from(sequence).unwrap();
        bytes += bench.ask(VIDEO_SSRC, last.saturating_sub(300)..=last).iter().map(Vec::len).sum::<usize>();
    }
    let carried = usize::try_from(ESTIMATE / 8 * SECONDS).unwrap();
    assert!(bytes > carried / 4, "{bytes} bytes: the flood reaches something");
    assert!(bytes < carried * 5 / 4, "{bytes} bytes in {SECONDS} s");
}

#[test]
fn a_number_is_sealed_once() {
    let mut bench = Bench::new();
    assert_eq!(bench.send(VIDEO, 5).len(), 1);
    assert!(bench.send(VIDEO, 5).is_empty());
    assert_eq!(bench.send(VIDEO, 3_000).len(), 1);
    assert!(bench.send(VIDEO, 6).is_empty(), "too far behind to say");
    assert_eq!(bench.send(VIDEO, 2_999).len(), 1, "out of turn");
}

#[test]
fn numbers_go_on_over_their_end_and_are_found_behind_it() {
    let mut bench = Bench::new();
    for sequence in 65_500..65_600 {
        // Below what the way carries: the rest is for what is asked for.
        bench.now += Duration::from_millis(5);
        let left = bench.send(VIDEO, sequence);
        assert_eq!(bench.open(&left[0], sequence), Some((VIDEO_SSRC, payload(sequence))));
    }
    let again = bench.ask(VIDEO_SSRC, [65_535, 0, 63]);
    let opened = again.iter().zip(1..).map(|(datagram, number)| bench.open(datagram, number).unwrap().1);
    let sequences: Vec<u64> = opened.map(|again| u64::from_be_bytes(again[2..10].try_into().unwrap())).collect();
    assert_eq!(sequences, [65_535, 65_536, 65_599]);
}

#[test]
fn the_m_line_is_named_until_the_client_knows_the_stream() {
    let mut bench = Bench::new();
    let mid = |left: &[Vec<u8>]| Header::parse(&left[0]).unwrap().extension(MID).map(<[u8]>::to_vec);
    assert_eq!(mid(&bench.send(VIDEO, 1)), Some(b"c".to_vec()));
    bench.outgoing.reported(AUDIO_SSRC);
    assert_eq!(mid(&bench.send(VIDEO, 2)), Some(b"c".to_vec()));
    bench.outgoing.reported(VIDEO_SSRC);
    assert_eq!(mid(&bench.send(VIDEO, 3)), None);
    assert_eq!(mid(&bench.ask(VIDEO_SSRC, [3])), None);
}

#[test]
fn all_streams_share_one_count_of_the_transport() {
    let mut bench = Bench::new();
    let mut left = bench.send(AUDIO, 1);
    left.extend(bench.send(VIDEO, 1));
    left.extend(bench.ask(VIDEO_SSRC, [1]));
    left.extend(bench.act(|outgoing, door| outgoing.fill(2_000, door)));
    let numbers = left.iter().map(|datagram| {
        let number = Header::parse(datagram).unwrap().extension(TRANSPORT_CC).unwrap();
        u16::from_be_bytes(number.try_into().unwrap())
    });
    assert_eq!(numbers.collect::<Vec<_>>(), (1..=u16::try_from(left.len()).unwrap()).collect::<Vec<_>>());
}

#[test]
fn padding_is_of_repairs_only_bounded_and_each_with_its_number() {
    let mut bench = Bench::new();
    bench.send(AUDIO, 1);
    assert!(bench.act(|outgoing, door| outgoing.fill(10_000, door)).is_empty(), "sound carries none");
    bench.send(VIDEO, 1);
    let padding = bench.act(|outgoing, door| outgoing.fill(usize::MAX, door));
    let bytes: usize = padding.iter().map(Vec::len).sum();
    assert!((30_000..=45_000).contains(&bytes), "{bytes} bytes");
    let mut numbers = BTreeSet::new();
    for datagram in &padding {
        let header = Header::parse(datagram).unwrap();
        assert_eq!((header.fixed.ssrc, header.fixed.payload_type == VP8), (RESEND_SSRC, false));
        let (_, payload) = bench.open(datagram, u64::from(header.fixed.sequence)).unwrap();
        assert!(!header.has_padding || payload.last().map(|&count| usize::from(count)) == Some(payload.len()));
        assert!(numbers.insert(header.fixed.sequence));
    }
}
