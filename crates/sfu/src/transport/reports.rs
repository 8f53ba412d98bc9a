//! RTCP of one leg, both ways: reports each second, feedback when it is due, and what the client asks for.
use super::incoming::Incoming;
use super::outgoing::Outgoing;
use super::reception::{middle, units};
use crate::window::Window;
use hop::Direction;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use wire::rtcp::emit::{BLOCKS_MAX, goodbye, nack, picture_loss, receiver_report, sender_report, source_description};
use wire::rtcp::transport_cc::{Arrivals, PERIOD_US, STATUSES_MAX};
use wire::rtcp::{Block, Rtcp, packets};

const EVERY: Duration = Duration::from_secs(1);
/// Sender reports of one compound: it stays below what a datagram carries.
const REPORTS_MAX: usize = 24;
/// NTP seconds of the moment a leg begins. Nobody compares it with another clock; it must not be 0.
const NTP_BEGIN: u64 = 0x8000_0000 << 32;
/// Senders of RTCP that a client may have: one of each of its streams.
const SENDERS_MAX: usize = 64;
/// A longer one is none.
const ROUND_TRIP_MAX: Duration = Duration::from_secs(5);

/// The state of RTCP.
#[derive(Debug)]
pub(super) struct Reports {
    /// Under which name we ask.
    ssrc: u32,
    cname: String,
    began: Instant,
    /// The next number of SRTCP.
    number: u32,
    /// Numbers of the client's that opened, by its stream.
    windows: HashMap<u32, Window>,
    due: Option<Instant>,
    round_trip: Option<Duration>,
    /// The last arrival that the client told of, without the wrap of its clock.
    told_us: Option<i64>,
    scratch: Vec<u8>,
}

impl Reports {
    pub(super) fn new(now: Instant, ssrc: u32, cname: String) -> Self {
        Self { ssrc, cname, began: now, number: 0, windows: HashMap::new(), due: None, round_trip: None, told_us: None, scratch: Vec::new() }
    }

    /// Something is sent: it will be reported on.
    pub(super) fn sending(&mut self, now: Instant) {
        self.due.get_or_insert(now + EVERY);
    }

    /// How long the client took to answer the last time that it told.
    pub(super) fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }

    /// When `tell` has something to do.
    pub(super) fn next(&self, incoming: &Incoming) -> Option<Instant> {
        self.due.into_iter().chain(incoming.arrivals.due()).chain(incoming.missing_due()).min()
    }

    fn ntp(&self, now: Instant) -> u64 {
        let micros = u64::try_from(now.saturating_duration_since(self.began).as_micros()).unwrap_or(u64::MAX);
        let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
        NTP_BEGIN.wrapping_add(seconds << 32).wrapping_add((rest << 32) / 1_000_000)
    }

    /// Sends what is due.
    pub(super) fn tell(&mut self, now: Instant, keys: &Direction, incoming: &mut Incoming, outgoing: &mut Outgoing, send: &mut impl FnMut(&[u8])) {
        self.feedback(now, keys, incoming, send);
        if self.due.is_some_and(|at| at <= now) {
            self.report(now, keys, incoming, outgoing, send);
        }
    }

    fn feedback(&mut self, now: Instant, keys: &Direction, incoming: &mut Incoming, send: &mut impl FnMut(&[u8])) {
        let (ssrc, mut told) = (self.ssrc, Vec::new());
        incoming.arrivals.tell(now, ssrc, |packet| told.push(std::mem::take(packet)));
        incoming.ask(now, self.round_trip, |media, lost| {
            let mut packet = Vec::new();
            nack(&mut packet, ssrc, media, lost);
            told.push(packet);
        });
        if !told.is_empty() {
            self.due.get_or_insert(now + EVERY);
        }
        for feedback in told {
            self.send_feedback(keys, &feedback, send);
        }
    }

    fn report(&mut self, now: Instant, keys: &Direction, incoming: &mut Incoming, outgoing: &mut Outgoing, send: &mut impl FnMut(&[u8])) {
        let mut blocks = incoming.blocks(now);
        blocks.truncate(BLOCKS_MAX);
        outgoing.forget_old(now);
        let ours = outgoing.reports(now, self.ntp(now));
        self.due = (!ours.is_empty() || !blocks.is_empty()).then_some(now + EVERY);
        let mut compound = Vec::with_capacity(256);
        if ours.is_empty() {
            receiver_report(&mut compound, self.ssrc, &blocks);
            source_description(&mut compound, self.ssrc, &self.cname);
            return self.seal(keys, compound, send);
        }
        for some in ours.chunks(REPORTS_MAX) {
            let mut compound = std::mem::take(&mut compound);
            for report in some {
                sender_report(&mut compound, report, &std::mem::take(&mut blocks));
            }
            source_description(&mut compound, some[0].ssrc, &self.cname);
            self.seal(keys, compound, send);
        }
    }

    /// A report of nothing in front: what does not begin with one is no compound (RFC 3550 §6.1).
    fn send_feedback(&mut self, keys: &Direction, feedback: &[u8], send: &mut impl FnMut(&[u8])) {
        let mut compound = Vec::with_capacity(8 + feedback.len() + 20);
        receiver_report(&mut compound, self.ssrc, &[]);
        compound.extend_from_slice(feedback);
        self.seal(keys, compound, send);
    }

    fn seal(&mut self, keys: &Direction, mut compound: Vec<u8>, send: &mut impl FnMut(&[u8])) {
        // 2³¹ packets are more than a leg lives to send; after them it is silent rather than repeat a number.
        let Some(next) = self.number.checked_add(1).filter(|next| *next < 1 << 31) else { return };
        self.number = next;
        if keys.seal_rtcp(&mut compound, next).is_some() {
            send(&compound);
        }
    }

    /// Asks the client for a key frame.
    pub(super) fn ask_key_frame(&mut self, keys: &Direction, media: u32, send: &mut impl FnMut(&[u8])) {
        let mut feedback = Vec::with_capacity(12);
        picture_loss(&mut feedback, self.ssrc, media);
        self.send_feedback(keys, &feedback, send);
    }

    /// Says that streams end.
    pub(super) fn goodbye(&mut self, keys: &Direction, streams: &[u32], send: &mut impl FnMut(&[u8])) {
        let mut feedback = Vec::new();
        goodbye(&mut feedback, streams);
        self.send_feedback(keys, &feedback, send);
    }

    /// Opens what the client reports, once; `act` is done to each packet of it, up to as many statuses as one feedback may have: a few bytes can name
    /// thousands.
    pub(super) fn receive(&mut self, keys: &Direction, datagram: &[u8], mut act: impl FnMut(&mut Self, Rtcp<'_>)) -> bool {
        let Some((sender, number)) = Direction::rtcp_number(datagram) else { return false };
        let known = self.windows.get(&sender);
        if known.map_or(self.windows.len() >= SENDERS_MAX, |window| window.holds(u64::from(number))) {
            return false;
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        let opened = keys.open_rtcp(datagram, &mut scratch);
        let is_new = opened.is_some();
        if let Some(compound) = opened {
            self.windows.entry(sender).or_default().take(u64::from(number));
            let mut statuses = 0;
            let within = |packet: &Rtcp<'_>| {
                statuses += if let Rtcp::TransportCc(arrivals) = packet { arrivals.statuses() } else { 0 };
                statuses <= STATUSES_MAX
            };
            packets(compound).take_while(within).for_each(|packet| act(self, packet));
        }
        self.scratch = scratch;
        is_new
    }

    /// Takes transport-wide feedback.
    pub(super) fn arrived(&mut self, now: Instant, arrivals: Arrivals<'_>, outgoing: &mut Outgoing) {
        let mut told_us = self.told_us;
        let whole: Vec<(u64, Option<i64>)> = arrivals
            .map(|(low, at)| {
                let at = at.map(|at| unwrapped(told_us, at));
                told_us = at.or(told_us);
                (outgoing.whole_number(low), at)
            })
            .collect();
        self.told_us = told_us;
        outgoing.estimate.feedback(now, whole);
    }

    /// Takes a report on one of our streams.
    pub(super) fn reported(&mut self, now: Instant, block: &Block, outgoing: &mut Outgoing) {
        outgoing.reported(block.ssrc);
        if block.last_report == 0 {
            return;
        }
        let elapsed = middle(self.ntp(now)).wrapping_sub(block.last_report).wrapping_sub(block.delay);
        if elapsed < units(ROUND_TRIP_MAX) {
            self.round_trip = Some(Duration::from_micros(u64::from(elapsed) * 1_000_000 / 65_536));
        }
    }
}

/// An arrival with the periods of its clock, the nearest to the one before.
fn unwrapped(before: Option<i64>, at_us: i64) -> i64 {
    let Some(before) = before else { return at_us };
    let distance = at_us.wrapping_sub(before).rem_euclid(PERIOD_US);
    before.wrapping_add(if distance > PERIOD_US / 2 { distance - PERIOD_US } else { distance })
}

#[cfg(test)]
mod tests;
