//! What is reported when, and whose reports are heard.
use super::{EVERY, Reports, SENDERS_MAX};
use crate::session::{Front, Packet};
use crate::transport::answer::Named;
use crate::transport::bench::{TRANSPORT_CC, VP8, both_ends, media};
use crate::transport::description::Media;
use crate::transport::incoming::Incoming;
use crate::transport::outgoing::{Door, Outgoing};
use hop::{Direction, Keys};
use std::time::{Duration, Instant};
use wire::rtcp::emit::{picture_loss, receiver_report};
use wire::rtcp::transport_cc::STATUSES_MAX;
use wire::rtcp::{Block, Rtcp, packets};
use wire::rtp::{Fixed, emit};

const SLOT_SSRC: u32 = 100;
/// The screen, as the offer names it.
const SCREEN_SSRC: u32 = 3;

struct Bench {
    reports: Reports,
    incoming: Incoming,
    outgoing: Outgoing,
    ours: Keys,
    theirs: Keys,
    now: Instant,
}

impl Bench {
    fn new() -> Self {
        let (now, media, (ours, theirs)) = (Instant::now(), media(), both_ends());
        let slots: Vec<&Media> = media[2..].iter().collect();
        let outgoing = Outgoing::new(now, &slots, &[Named { ssrc: SLOT_SSRC, resend: Some(200) }], 2_500_000).unwrap();
        Self { reports: Reports::new(now, SLOT_SSRC, "name".to_owned()), incoming: Incoming::new(&media), outgoing, ours, theirs, now }
    }

    /// Compounds that leave now, opened as the client does.
    fn told(&mut self) -> Vec<Vec<u8>> {
        let mut sealed = Vec::new();
        self.reports.tell(self.now, &self.ours.ours, &mut self.incoming, &mut self.outgoing, &mut |datagram: &[u8]| sealed.push(datagram.to_vec()));
        sealed.iter().map(|datagram| self.theirs.theirs.open_rtcp(datagram, &mut Vec::new()).unwrap().to_vec()).collect()
    }

    fn send(&mut self, sequence: u64) {
        self.reports.sending(self.now);
        let payload = vec![0; 100].into();
        let packet = Packet { stream: 0, layer: 0, sequence, timestamp: 90_000, marker: true, payload, front: Front::default() };
        self.outgoing.send(&packet, &mut Door { now: self.now, keys: &self.ours.ours, out: &mut |_| () });
    }

    fn come(&mut self, sequence: u16) {
        let mut packet = Vec::new();
        let fixed = Fixed { payload_type: VP8, sequence, ssrc: SCREEN_SSRC, ..Fixed::default() };
        emit(&mut packet, &fixed, &[(TRANSPORT_CC, &sequence.to_be_bytes())], false);
        let header_bytes = packet.len();
        self.theirs.ours.seal_rtp(&mut packet, header_bytes, (SCREEN_SSRC, sequence.into())).unwrap();
        assert!(self.incoming.receive(self.now, &self.ours.theirs, &packet).is_some());
    }

    /// How many packets of a compound of the client's are heard.
    fn hear(&mut self, mut compound: Vec<u8>, number: u32) -> usize {
        self.theirs.ours.seal_rtcp(&mut compound, number).unwrap();
        let mut heard = 0;
        self.reports.receive(&self.ours.theirs, &compound, |_, _| heard += 1);
        heard
    }
}

fn wish(sender: u32) -> Vec<u8> {
    let mut compound = Vec::new();
    receiver_report(&mut compound, sender, &[]);
    picture_loss(&mut compound, sender, SLOT_SSRC);
    compound
}

#[test]
fn who_is_silent_is_not_reported_on() {
    let mut bench = Bench::new();
    assert_eq!(bench.reports.next(&bench.incoming), None);
    bench.now += Duration::from_secs(60);
    assert!(bench.told().is_empty());
}

#[test]
fn a_stream_is_reported_on_each_second_until_it_is_silent() {
    let mut bench = Bench::new();
    bench.send(1);
    assert_eq!(bench.reports.next(&bench.incoming), Some(bench.now + EVERY));
    assert!(bench.told().is_empty(), "not at once");
    for second in 1..=4_u32 {
        bench.now += EVERY;
        let told = bench.told();
        let Some(Rtcp::SenderReport { ssrc, rtp, .. }) = packets(&told[0]).next() else { panic!("a sender report") };
        assert_eq!((told.len(), ssrc, rtp), (1, SLOT_SSRC, 90_000 + second * 90_000), "the stream's clock goes on");
    }
    bench.now += EVERY;
    bench.told();
    assert_eq!(bench.reports.next(&bench.incoming), None, "the last one says nothing of it");
}

#[test]
fn arrivals_and_gaps_are_told_behind_a_report_of_nothing() {
    let mut bench = Bench::new();
    bench.come(1);
    bench.come(4);
    bench.now = bench.reports.next(&bench.incoming).unwrap();
    let first = bench.told();
    bench.now = bench.incoming.arrivals.due().unwrap();
    let second = bench.told();
    let told: Vec<Vec<Rtcp<'_>>> = first.iter().chain(&second).map(|compound| packets(compound).collect()).collect();
    assert!(told.iter().all(|compound| matches!(&compound[0], Rtcp::ReceiverReport(blocks) if blocks.clone().count() == 0)));
    let Rtcp::Nack { media: SCREEN_SSRC, lost } = &told[0][1] else { panic!("what is missing: {told:?}") };
    assert_eq!(lost.clone().collect::<Vec<_>>(), [2, 3]);
    let arrivals = told[1..].iter().find_map(|compound| if let Rtcp::TransportCc(arrivals) = &compound[1] { Some(arrivals.clone()) } else { None });
    assert_eq!(arrivals.unwrap().map(|(number, at)| (number, at.is_some())).collect::<Vec<_>>(), [(1, true), (2, false), (3, false), (4, true)]);
}

#[test]
fn a_report_is_heard_once() {
    let mut bench = Bench::new();
    assert_eq!(bench.hear(wish(7), 5), 2);
    assert_eq!(bench.hear(wish(7), 5), 0, "a replay");
    assert_eq!(bench.hear(wish(7), 4), 2, "out of turn");
    assert_eq!(bench.hear(wish(8), 5), 2, "another sender");
    assert_eq!(bench.hear(wish(7), 2_000), 2);
    assert_eq!(bench.hear(wish(7), 6), 0, "too far behind to say");
}

#[test]
fn there_is_a_bound_to_senders_and_those_that_are_known_are_heard() {
    let mut bench = Bench::new();
    let bound = u32::try_from(SENDERS_MAX).unwrap();
    for sender in 0..bound {
        assert_eq!(bench.hear(wish(sender), 1), 2);
    }
    assert_eq!(bench.hear(wish(bound), 1), 0);
    assert_eq!(bench.hear(wish(0), 2), 2);
    assert_eq!(bench.reports.windows.len(), SENDERS_MAX);
}

#[test]
fn a_forged_report_does_not_use_up_its_number() {
    let mut bench = Bench::new();
    let mut forged = wish(7);
    bench.theirs.ours.seal_rtcp(&mut forged, 5).unwrap();
    forged[9] ^= 1;
    let mut heard = 0;
    bench.reports.receive(&bench.ours.theirs, &forged, |_, _| heard += 1);
    assert_eq!((heard, Direction::rtcp_number(&forged), bench.reports.windows.len()), (0, Some((7, 5)), 0));
    assert_eq!(bench.hear(wish(7), 5), 2);
}

#[test]
fn the_round_trip_is_what_is_left_of_the_time_since_our_report() {
    let mut bench = Bench::new();
    bench.send(1);
    bench.now += EVERY;
    let told = bench.told();
    let Some(Rtcp::SenderReport { ntp, .. }) = packets(&told[0]).next() else { panic!("a sender report") };
    let last_report = u32::try_from(ntp >> 16 & 0xffff_ffff).unwrap();
    bench.now += Duration::from_millis(350);
    let block = Block { ssrc: SLOT_SSRC, last_report, delay: 65_536 / 4, ..Block::default() };
    bench.reports.reported(bench.now, &block, &mut bench.outgoing);
    let round_trip = bench.reports.round_trip().unwrap();
    assert!(round_trip.abs_diff(Duration::from_millis(100)) < Duration::from_millis(1), "{round_trip:?}");
    let liar = Block { delay: u32::MAX, ..block };
    bench.reports.reported(bench.now + Duration::from_secs(20), &liar, &mut bench.outgoing);
    assert_eq!(bench.reports.round_trip(), Some(round_trip), "what cannot be is not believed");
}

#[test]
fn one_datagram_tells_of_a_bounded_number_of_packets() {
    let mut bench = Bench::new();
    // A run of 4,096 that did not arrive takes two bytes.
    let feedback = [0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0x10, 0x00, 0, 0, 0, 1, 0x1f, 0xff, 0, 0];
    let mut compound = feedback.repeat(50);
    bench.theirs.ours.seal_rtcp(&mut compound, 1).unwrap();
    let mut statuses = 0;
    bench.reports.receive(&bench.ours.theirs, &compound, |_, packet| {
        let Rtcp::TransportCc(arrivals) = packet else { panic!("feedback") };
        statuses += arrivals.count();
    });
    assert_eq!(statuses, STATUSES_MAX);
}
