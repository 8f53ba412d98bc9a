//! Whose a packet is, what of it is new, and where it goes.
use super::Incoming;
use crate::limits::{LAYERS, SOURCES_MAX};
use crate::session::Packet;
use crate::transport::bench::{MID, OPUS, REPAIRED_RID, RID, RTX, VP8, both_ends, media};
use hop::Keys;
use std::time::Instant;
use wire::rtp::{Fixed, emit};

const MICROPHONE: usize = 0;
const CAMERA: usize = 1;
const SCREEN: usize = 2;
/// As the offer names the screen's two.
const SCREEN_SSRC: u32 = 3;
const SCREEN_RESEND_SSRC: u32 = 4;

type Extension<'a> = (u8, &'a [u8]);

struct Bench {
    incoming: Incoming,
    ours: Keys,
    theirs: Keys,
    now: Instant,
}

impl Bench {
    fn new() -> Self {
        let (ours, theirs) = both_ends();
        Self { incoming: Incoming::new(&media()), ours, theirs, now: Instant::now() }
    }

    /// A packet as a client seals it, whose last byte may count padding.
    fn sealed(&self, kind: u8, (ssrc, number): (u32, u64), extensions: &[Extension<'_>], payload: &[u8], has_padding: bool) -> Vec<u8> {
        let sequence = u16::try_from(number & 0xffff).unwrap();
        let mut packet = Vec::new();
        emit(&mut packet, &Fixed { payload_type: kind, sequence, ssrc, ..Fixed::default() }, extensions, has_padding);
        let header_bytes = packet.len();
        packet.extend_from_slice(payload);
        self.theirs.ours.seal_rtp(&mut packet, header_bytes, (ssrc, number)).unwrap();
        packet
    }

    fn take(&mut self, datagram: &[u8]) -> Option<Packet> {
        self.incoming.receive(self.now, &self.ours.theirs, datagram)
    }

    fn give(&mut self, kind: u8, stream: (u32, u64), extensions: &[Extension<'_>], payload: &[u8]) -> Option<Packet> {
        self.take(&self.sealed(kind, stream, extensions, payload, false))
    }

    fn give_padded(&mut self, number: u64, payload: &[u8]) -> Option<Packet> {
        self.take(&self.sealed(VP8, (SCREEN_SSRC, number), &[], payload, true))
    }
}

/// Track, layer and number.
fn place(packet: Option<Packet>) -> Option<(usize, usize, u64)> {
    packet.map(|packet| (packet.stream, packet.layer, packet.sequence))
}

#[test]
fn a_stream_is_known_by_the_names_in_its_first_packet() {
    let mut bench = Bench::new();
    for (layer, rid) in ["q", "h", "f"].into_iter().enumerate() {
        let ssrc = 50 + u32::try_from(layer).unwrap();
        let named = [(MID, &b"c"[..]), (RID, rid.as_bytes())];
        assert_eq!(place(bench.give(VP8, (ssrc, 7), &named, b"x")), Some((CAMERA, layer, 7)));
        assert_eq!(place(bench.give(VP8, (ssrc, 8), &[], b"x")), Some((CAMERA, layer, 8)), "from then on by its number");
        assert_eq!(bench.incoming.stream_of(CAMERA, layer), Some(ssrc));
    }
    assert_eq!(place(bench.give(OPUS, (60, 1), &[(MID, b"a")], b"x")), Some((MICROPHONE, LAYERS - 1, 1)));
}

#[test]
fn a_stream_without_names_is_known_by_the_offer() {
    let mut bench = Bench::new();
    assert_eq!(place(bench.give(OPUS, (1, 1), &[], b"x")), Some((MICROPHONE, LAYERS - 1, 1)));
    assert_eq!(place(bench.give(VP8, (SCREEN_SSRC, 1), &[], b"x")), Some((SCREEN, LAYERS - 1, 1)));
    assert_eq!(place(bench.give(RTX, (SCREEN_RESEND_SSRC, 1), &[], &[0, 2, b'x'])), Some((SCREEN, LAYERS - 1, 2)));
}

#[test]
fn what_is_nobody_s_is_dropped() {
    let mut bench = Bench::new();
    assert!(bench.give(VP8, (99, 1), &[], b"x").is_none(), "no name, and not in the offer");
    assert!(bench.give(VP8, (99, 1), &[(MID, b"z")], b"x").is_none(), "no such m-line");
    assert!(bench.give(VP8, (99, 1), &[(MID, b"c")], b"x").is_none(), "which size?");
    assert!(bench.give(VP8, (99, 1), &[(MID, b"c"), (RID, b"z")], b"x").is_none(), "no such size");
    assert!(bench.give(OPUS, (99, 1), &[(MID, b"c"), (RID, b"q")], b"x").is_none(), "sound on a picture's m-line");
    assert!(bench.give(100, (1, 1), &[], b"x").is_none(), "another codec");
    assert!(bench.give(VP8, (99, 1), &[(MID, b"\xff\xfe"), (RID, b"q")], b"x").is_none(), "no text");
    assert!(bench.incoming.sources.is_empty());
}

#[test]
fn a_packet_that_does_not_open_makes_nothing_known() {
    let mut bench = Bench::new();
    let named = [(MID, &b"c"[..]), (RID, &b"q"[..])];
    let mut forged = bench.sealed(VP8, (50, 1), &named, b"x", false);
    *forged.last_mut().unwrap() ^= 1;
    assert!(bench.take(&forged).is_none() && bench.incoming.sources.is_empty());
    assert!(bench.give(VP8, (50, 1), &named, b"x").is_some());
}

#[test]
fn there_is_a_bound_to_streams_and_those_that_are_known_go_on() {
    let mut bench = Bench::new();
    let named = [(MID, &b"s"[..])];
    let bound = u32::try_from(SOURCES_MAX).unwrap();
    for ssrc in 100..100 + bound {
        assert!(bench.give(VP8, (ssrc, 1), &named, b"x").is_some());
    }
    assert!(bench.give(VP8, (100 + bound, 1), &named, b"x").is_none());
    assert!(bench.give(VP8, (100, 2), &named, b"x").is_some());
}

#[test]
fn each_number_is_given_once_by_itself_or_by_its_repair() {
    let mut bench = Bench::new();
    let screen = |number| (SCREEN_SSRC, number);
    assert!(bench.give(VP8, screen(10), &[], b"ten").is_some());
    assert!(bench.give(VP8, screen(10), &[], b"ten").is_none(), "a replay");
    assert!(bench.give(VP8, screen(12), &[], b"twelve").is_some());
    let repaired = bench.give(RTX, (SCREEN_RESEND_SSRC, 1), &[], b"\x00\x0beleven").unwrap();
    assert_eq!((repaired.sequence, &repaired.payload[..]), (11, &b"eleven"[..]));
    assert!(bench.give(RTX, (SCREEN_RESEND_SSRC, 2), &[], b"\x00\x0beleven").is_none(), "again");
    assert!(bench.give(RTX, (SCREEN_RESEND_SSRC, 3), &[], b"\x00\x0ctwelve").is_none(), "it came by itself");
    assert!(bench.give(VP8, screen(11), &[], b"eleven").is_none(), "it was only late");
    assert!(bench.give(VP8, screen(13), &[], b"thirteen").is_some());
}

#[test]
fn a_repair_of_nothing_is_dropped() {
    let mut bench = Bench::new();
    assert!(bench.give(RTX, (SCREEN_RESEND_SSRC, 1), &[], b"\x00\x01x").is_none(), "no stream yet that it repairs");
    assert!(bench.give(VP8, (SCREEN_SSRC, 1), &[], b"x").is_some());
    for short in [&b""[..], b"\x00"] {
        assert!(bench.give(RTX, (SCREEN_RESEND_SSRC, 2 + short.len() as u64), &[], short).is_none(), "no room for a number");
    }
}

#[test]
fn a_repair_of_a_size_names_it() {
    let mut bench = Bench::new();
    bench.give(VP8, (50, 1), &[(MID, b"c"), (RID, b"q")], b"x");
    bench.give(VP8, (51, 1), &[(MID, b"c"), (RID, b"h")], b"x");
    let named = [(MID, &b"c"[..]), (REPAIRED_RID, &b"h"[..])];
    assert_eq!(place(bench.give(RTX, (61, 1), &named, b"\x00\x02x")), Some((CAMERA, 1, 2)));
    assert!(bench.give(RTX, (62, 1), &[(MID, b"c"), (RID, b"q")], b"\x00\x02x").is_none(), "the name of a stream is none of a repair");
}

#[test]
fn padding_is_taken_off_and_what_counts_it_wrongly_is_dropped() {
    let mut bench = Bench::new();
    assert_eq!(bench.give_padded(1, b"picture\0\0\x03").unwrap().payload[..], b"picture"[..]);
    assert_eq!(bench.give_padded(2, b"\0\0\x03").unwrap().payload.len(), 0, "nothing but padding");
    assert!(bench.give_padded(3, b"picture\0").is_none(), "no padding at all");
    assert!(bench.give_padded(4, b"picture\x09").is_none(), "more than there is");
    assert!(bench.give_padded(5, b"").is_none());
    assert!(bench.give_padded(6, b"picture\x01").is_some());
}

#[test]
fn a_stream_that_replaces_another_goes_on_behind_it() {
    let mut bench = Bench::new();
    let named = [(MID, &b"s"[..])];
    for number in [30_000, 30_001] {
        assert_eq!(place(bench.give(VP8, (70, number), &named, b"x")), Some((SCREEN, 2, number)));
    }
    for (number, expected) in [(5, 30_002), (6, 30_003), (8, 30_005), (7, 30_004)] {
        assert_eq!(place(bench.give(VP8, (71, number), &named, b"x")), Some((SCREEN, 2, expected)));
    }
    assert_eq!(place(bench.give(VP8, (72, 40_000), &named, b"x")), Some((SCREEN, 2, 30_006)), "and once more");
    assert_eq!(place(bench.give(VP8, (72, 39_999), &named, b"x")), None, "that number is of another's packet");
    assert_eq!(bench.incoming.stream_of(SCREEN, 2), Some(72));
}

#[test]
fn numbers_go_on_over_their_end_also_for_repairs() {
    let mut bench = Bench::new();
    for number in [65_534, 65_537, 65_535] {
        assert_eq!(place(bench.give(VP8, (SCREEN_SSRC, number), &[], b"x")), Some((SCREEN, 2, number)));
    }
    assert_eq!(place(bench.give(RTX, (SCREEN_RESEND_SSRC, 65_535), &[], b"\x00\x00x")), Some((SCREEN, 2, 65_536)));
    assert_eq!(place(bench.give(RTX, (SCREEN_RESEND_SSRC, 65_536), &[], b"\x00\x02x")), Some((SCREEN, 2, 65_538)));
}

#[test]
fn what_is_missing_is_asked_for_where_repairs_were_agreed_on() {
    let mut bench = Bench::new();
    for number in [1, 4] {
        bench.give(VP8, (SCREEN_SSRC, number), &[], b"x");
        bench.give(OPUS, (1, number), &[], b"x");
    }
    let due = bench.incoming.missing_due().unwrap();
    let mut asked = Vec::new();
    bench.incoming.ask(due, None, |ssrc, lost| asked.push((ssrc, lost.to_vec())));
    assert_eq!(asked, [(SCREEN_SSRC, vec![2, 3])]);
}
