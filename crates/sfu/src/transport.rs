//! A [`Session`] of our own: ICE-lite, DTLS 1.2, SRTP with AES-GCM, retransmission, transport-wide feedback both ways.
//!
//! ```text
//!   check ─▶ ice ─▶ response                         offer ─▶ description ─▶ answer
//!   DTLS ──▶ dtls ─▶ keys ─────────┬────────────┐
//!   SRTP ──▶ incoming ─▶ Packet    ▼            ▼
//!             └ arrivals, missing ─▶ reports ─▶ SRTCP ◀─ outgoing ◀─ Packet
//!   SRTCP ─▶ reports ─▶ estimate, retransmissions, key frames wanted
//! ```
//!
//! A packet is opened once and sealed for each subscriber straight into what leaves: no queue, no clock of its own for idle streams.
//! *Trust*: the client. What does not open changes nothing. *Bounds*: of each part in its own page.
mod answer;
mod arrivals;
#[cfg(test)]
mod bench;
mod description;
mod ice;
mod incoming;
mod kept;
mod missing;
mod outgoing;
mod reception;
mod reports;

use crate::limits::{DATAGRAM_BYTES_MAX, NACKS_MAX, TRACKS};
use crate::offer::{Kind, Offer, OfferError};
use crate::session::{Answer, Appetite, Output, Packet, Path, Protocol, Session};
use answer::{Named, Ourselves};
use description::{Description, Media};
use hop::{Keys, Server, State, number, word};
use ice::{Credentials, Ice};
use incoming::Incoming;
use outgoing::{Door, Outgoing};
use reports::Reports;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use wire::demux::{Protocol as Wire, demux};
use wire::rtcp::Rtcp;
use wire::rtp::is_rtcp;

/// Where the bandwidth estimate begins, in bits per second.
const ESTIMATE_START: u64 = 2_500_000;
const UFRAG_CHARS: usize = 16;
const PASSWORD_CHARS: usize = 32;
/// Datagrams of the hop itself that wait to be taken: responses, records, reports.
const SAYS_MAX: usize = 256;
/// When there is nothing to wait for.
const IDLE: Duration = Duration::from_secs(5);

/// One client.
pub struct RtpTransport {
    ice: Ice,
    /// Where records of the handshake were sent last.
    flown: Option<Path>,
    dtls: Server,
    keys: Option<Keys>,
    incoming: Incoming,
    outgoing: Outgoing,
    reports: Reports,
    says: VecDeque<Output>,
    now: Instant,
    is_closed: bool,
}

impl Session for RtpTransport {
    fn answer(offer: &Offer, locals: &[(Protocol, SocketAddr)], now: Instant) -> Result<(Self, Answer), OfferError> {
        let description = Description::read(&offer.sdp).ok_or(OfferError::Insecure("it names no certificate, or no ICE credentials"))?;
        let failed = OfferError::Malformed("it cannot be answered");
        let media: Vec<&Media> = description.media.iter().filter(|media| media.kind != Kind::Application).collect();
        let (tracks, slots) = media.split_at_checked(TRACKS).ok_or(failed.clone())?;
        if media.iter().any(|media| media.payload_type.is_none()) {
            return Err(OfferError::Malformed("an m-line has neither Opus nor VP8"));
        }
        let named = name(slots).ok_or(failed.clone())?;
        let (dtls, fingerprint) = Server::new(now, description.fingerprint).ok_or(failed.clone())?;
        let (ufrag, password) = (word(UFRAG_CHARS).ok_or(failed.clone())?, word(PASSWORD_CHARS).ok_or(failed.clone())?);
        let (cname, session) = (word(UFRAG_CHARS).ok_or(failed.clone())?, number().ok_or(failed.clone())?);
        let us = Ourselves { ufrag: &ufrag, password: &password, fingerprint: &fingerprint, cname: &cname, session, locals };
        let sdp = answer::write(&description, TRACKS, &named, &us).map_err(|_| failed.clone())?;
        let (our_ufrag, our_password) = (ufrag.clone(), password.clone());
        let credentials =
            Credentials { our_ufrag, our_password, their_ufrag: description.ufrag.clone(), their_password: description.password.clone() };
        let tracks: Vec<Media> = tracks.iter().map(|&media| media.clone()).collect();
        let ssrc = named.first().map_or(1, |named| named.ssrc);
        let session = Self {
            ice: Ice::new(credentials),
            flown: None,
            dtls,
            keys: None,
            incoming: Incoming::new(&tracks),
            outgoing: Outgoing::new(now, slots, &named, ESTIMATE_START).ok_or(failed)?,
            reports: Reports::new(now, ssrc, cname),
            says: VecDeque::new(),
            now,
            is_closed: false,
        };
        Ok((session, Answer { sdp, ufrag, password }))
    }

    fn receive(&mut self, now: Instant, path: &Path, datagram: &[u8]) {
        self.now = now;
        match demux(datagram) {
            Some(Wire::Stun) => {
                let says = &mut self.says;
                self.ice.receive(now, path, datagram, fresh_id, |datagram| say(says, Output::Transmit(*path, datagram)));
            }
            Some(Wire::Dtls) => {
                // The client has what we said before, or it could not go on: it is where that was sent.
                let flown = self.flown;
                self.fly(now, *path, |dtls, send| dtls.receive(now, datagram, send));
                self.after_dtls(now, flown);
            }
            Some(Wire::Rtp) if datagram.len() > DATAGRAM_BYTES_MAX => {}
            Some(Wire::Rtp) if is_rtcp(datagram) => self.report(now, path, datagram),
            Some(Wire::Rtp) => {
                let Some(keys) = &self.keys else { return };
                if let Some(packet) = self.incoming.receive(now, &keys.theirs, datagram) {
                    say(&mut self.says, Output::Packet(packet));
                    self.heard(now, path);
                }
            }
            _ => {}
        }
    }

    fn timeout(&mut self, now: Instant) {
        self.now = now;
        if self.dtls.due().is_some_and(|at| at <= now)
            && let Some(path) = self.ice.path().copied()
        {
            self.fly(now, path, |dtls, send| dtls.timeout(now, send));
        }
        let (Some(keys), Some(&path)) = (&self.keys, self.ice.path()) else { return };
        let says = &mut self.says;
        let mut send = |datagram: &[u8]| say(says, Output::Transmit(path, datagram.to_vec()));
        self.reports.tell(now, &keys.ours, &mut self.incoming, &mut self.outgoing, &mut send);
        let padding = self.outgoing.estimate.probe(now);
        if padding > 0 {
            self.outgoing.fill(padding, &mut Door { now, keys: &keys.ours, out: &mut send });
        }
        self.estimated();
    }

    fn poll(&mut self) -> Output {
        if let Some(said) = self.says.pop_front() {
            return said;
        }
        if self.dtls.state() == State::Over && !std::mem::replace(&mut self.is_closed, true) {
            return Output::Closed;
        }
        Output::Idle(self.next())
    }

    fn send(&mut self, now: Instant, packet: &Packet, out: &mut impl FnMut(&Path, &[u8])) -> bool {
        let (Some(keys), Some(&path)) = (&self.keys, self.ice.path()) else { return false };
        self.now = now;
        self.reports.sending(now);
        self.outgoing.send(packet, &mut Door { now, keys: &keys.ours, out: &mut |datagram| out(&path, datagram) });
        true
    }

    fn ask_key_frame(&mut self, track: usize, layer: usize) {
        let (Some(keys), Some(&path)) = (&self.keys, self.ice.path()) else { return };
        let Some(media) = self.incoming.stream_of(track, layer) else { return };
        let says = &mut self.says;
        self.reports.ask_key_frame(&keys.ours, media, &mut |datagram| say(says, Output::Transmit(path, datagram.to_vec())));
    }

    fn want(&mut self, appetite: Appetite) {
        self.outgoing.estimate.want(appetite.next, appetite.most);
    }

    fn close(&mut self) {
        let Some(&path) = self.ice.path() else { return };
        let says = &mut self.says;
        let mut send = |datagram: &[u8]| say(says, Output::Transmit(path, datagram.to_vec()));
        if let Some(keys) = &self.keys {
            self.reports.goodbye(&keys.ours, &self.outgoing.streams(), &mut send);
        }
        self.dtls.close(&mut send);
        self.is_closed = true;
    }
}

impl RtpTransport {
    /// Lets DTLS do something; its records go where the client is, or where it was heard.
    fn fly(&mut self, now: Instant, heard: Path, act: impl FnOnce(&mut Server, &mut dyn FnMut(&[u8]))) {
        self.now = now;
        let (path, says, flown) = (self.ice.path().copied().unwrap_or(heard), &mut self.says, &mut self.flown);
        act(&mut self.dtls, &mut |record| {
            *flown = Some(path);
            say(says, Output::Transmit(path, record.to_vec()));
        });
    }

    fn after_dtls(&mut self, now: Instant, flown: Option<Path>) {
        if let (Some(keys), Some(path)) = (self.dtls.take_keys(), flown) {
            self.keys = Some(keys);
            self.ice.came_up(now, path);
            say(&mut self.says, Output::Connected);
        }
    }

    /// What came by this path is the client's own: nobody else can have written it, nor sent it again.
    fn heard(&mut self, now: Instant, path: &Path) {
        if let Some(check) = self.ice.heard(now, path, fresh_id) {
            say(&mut self.says, Output::Transmit(*path, check));
        }
    }

    fn report(&mut self, now: Instant, from: &Path, datagram: &[u8]) {
        let (Some(keys), Some(&path)) = (&self.keys, self.ice.path()) else { return };
        let (says, incoming, outgoing) = (&mut self.says, &mut self.incoming, &mut self.outgoing);
        let mut asked = 0;
        let is_new = self.reports.receive(&keys.theirs, datagram, |reports, packet| match packet {
            Rtcp::SenderReport { ssrc, ntp, blocks, .. } => {
                incoming.sender_reported(now, ssrc, ntp);
                blocks.for_each(|block| reports.reported(now, &block, outgoing));
            }
            Rtcp::ReceiverReport(blocks) => blocks.for_each(|block| reports.reported(now, &block, outgoing)),
            Rtcp::Nack { media, lost } => {
                let out = &mut |datagram: &[u8]| say(says, Output::Transmit(path, datagram.to_vec()));
                let lost = lost.take_while(|_| {
                    asked += 1;
                    asked <= NACKS_MAX
                });
                outgoing.resend(media, lost, reports.round_trip(), &mut Door { now, keys: &keys.ours, out });
            }
            Rtcp::KeyFrameWanted { media } => {
                if let Some(slot) = outgoing.slot_of(media) {
                    say(says, Output::KeyFrameWanted(slot));
                }
            }
            Rtcp::TransportCc(arrivals) => reports.arrived(now, arrivals, outgoing),
            // Slots are asked for and left by wishes.
            Rtcp::Goodbye => {}
        });
        if is_new {
            self.heard(now, from);
        }
        self.estimated();
    }

    fn estimated(&mut self) {
        if let Some(estimate) = self.outgoing.estimate.changed() {
            say(&mut self.says, Output::Estimate(estimate));
        }
    }

    /// When `timeout` has something to do.
    fn next(&self) -> Instant {
        let idle = self.now + IDLE;
        let handshake = self.dtls.due().filter(|_| self.ice.path().is_some());
        let running = self.keys.as_ref().map(|_| [self.reports.next(&self.incoming), self.outgoing.estimate.next()]);
        running.into_iter().flatten().flatten().chain(handshake).fold(idle, Instant::min)
    }
}

/// Queues something to say; what a client does not let leave is dropped, as UDP may.
fn say(says: &mut VecDeque<Output>, output: Output) {
    if says.len() < SAYS_MAX || !matches!(output, Output::Transmit(..) | Output::KeyFrameWanted(_)) {
        says.push_back(output);
    }
}

/// Streams for slots, each with a name of its own.
fn name(slots: &[&Media]) -> Option<Vec<Named>> {
    let mut taken = Vec::with_capacity(2 * slots.len());
    slots
        .iter()
        .map(|media| {
            let ssrc = fresh(&mut taken)?;
            let resend = if media.resend_type.is_some() { Some(fresh(&mut taken)?) } else { None };
            Some(Named { ssrc, resend })
        })
        .collect()
}

fn fresh(taken: &mut Vec<u32>) -> Option<u32> {
    loop {
        let ssrc = u32::try_from(number()? >> 32).ok()?;
        if ssrc != 0 && !taken.contains(&ssrc) {
            taken.push(ssrc);
            return Some(ssrc);
        }
    }
}

/// An id for a check of ours.
fn fresh_id() -> Option<[u8; 12]> {
    let mut id = [0; 12];
    id[..8].copy_from_slice(&number()?.to_be_bytes());
    id[4..].iter_mut().zip(number()?.to_be_bytes()).for_each(|(byte, more)| *byte ^= more);
    Some(id)
}
