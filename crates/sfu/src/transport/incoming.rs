//! What the client sends: which stream is whose, opened, in no order but once each.
//!
//! *Trust*: a header is nobody's until its packet opened. *Bounds*: `SOURCES_MAX` streams; their windows and lists.
use super::arrivals::Arrivals;
use super::description::{Extensions, Media, RIDS};
use super::missing::Missing;
use super::reception::Reception;
use crate::limits::{LAYERS, SOURCES_MAX};
use crate::offer::Kind;
use crate::session::{Front, Packet};
use crate::window::Window;
use hop::Direction;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use wire::rtcp::Block;
use wire::rtp::Header;

/// Bytes in front of a retransmission's payload: the number that the packet had (RFC 4588 §4).
const RESENT_NUMBER_BYTES: usize = 2;

/// What a stream is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Role {
    track: usize,
    layer: usize,
    repairs: bool,
}

#[derive(Debug)]
struct Source {
    role: Role,
    /// Numbers that opened.
    window: Window,
    /// Numbers that were given on, by themselves or by their retransmission.
    given: Window,
    missing: Missing,
    reception: Reception,
    /// Whether the client sends retransmissions of it.
    is_repaired: bool,
    /// Added to numbers, where this stream goes on what another one of the same track and layer began.
    shift: u64,
    /// Numbers before it would fall on what that one sent.
    begin: u64,
}

/// All streams of a leg.
#[derive(Debug)]
pub(super) struct Incoming {
    tracks: Vec<Media>,
    extensions: Extensions,
    sources: HashMap<u32, Source>,
    /// The stream of a track's layer.
    main: [[Option<u32>; LAYERS]; crate::limits::TRACKS],
    pub(super) arrivals: Arrivals,
    scratch: Vec<u8>,
}

impl Incoming {
    /// For these m-lines.
    pub(super) fn new(tracks: &[Media]) -> Self {
        let mut extensions = Extensions::default();
        for media in tracks {
            let of = media.extensions;
            let first = |known: u8, found: u8| if known == 0 { found } else { known };
            extensions = Extensions {
                mid: first(extensions.mid, of.mid),
                rid: first(extensions.rid, of.rid),
                repaired_rid: first(extensions.repaired_rid, of.repaired_rid),
                transport_cc: first(extensions.transport_cc, of.transport_cc),
            };
        }
        Self {
            tracks: tracks.to_vec(),
            extensions,
            sources: HashMap::new(),
            main: Default::default(),
            arrivals: Arrivals::default(),
            scratch: Vec::new(),
        }
    }

    /// Takes a packet; what of it is new comes back.
    pub(super) fn receive(&mut self, now: Instant, keys: &Direction, datagram: &[u8]) -> Option<Packet> {
        let header = Header::parse(datagram)?;
        let ssrc = header.fixed.ssrc;
        let known = self.sources.get(&ssrc);
        let role = known.map_or_else(|| self.identify(&header), |source| Some(source.role))?;
        let number = known.map_or(u64::from(header.fixed.sequence), |source| source.window.extend(header.fixed.sequence));
        if known.is_some_and(|source| source.window.holds(number)) || (known.is_none() && self.sources.len() >= SOURCES_MAX) {
            return None;
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        let opened = keys.open_rtp(datagram, header.bytes, (ssrc, number), &mut scratch);
        let payload = opened.and_then(|payload| if header.has_padding { unpadded(payload) } else { Some(payload) });
        let packet = payload.and_then(|payload| self.opened(now, role, &header, number, payload));
        self.scratch = scratch;
        packet
    }

    fn opened(&mut self, now: Instant, role: Role, header: &Header<'_>, number: u64, payload: &[u8]) -> Option<Packet> {
        let ssrc = header.fixed.ssrc;
        if let Some(&[high, low]) = header.extension(self.extensions.transport_cc) {
            self.arrivals.came(now, ssrc, u16::from_be_bytes([high, low]));
        }
        if !self.sources.contains_key(&ssrc) {
            self.add(ssrc, role, number);
        }
        let source = self.sources.get_mut(&ssrc)?;
        source.window.take(number);
        source.reception.came(now, number, header.fixed.timestamp);
        if !role.repairs {
            return source.give(now, role, number, header, payload);
        }
        let (original, payload) = payload.split_first_chunk::<RESENT_NUMBER_BYTES>()?;
        let main = self.main[role.track][role.layer]?;
        let source = self.sources.get_mut(&main)?;
        let number = source.given.extend(u16::from_be_bytes(*original));
        source.give(now, role, number, header, payload)
    }

    fn add(&mut self, ssrc: u32, role: Role, number: u64) {
        let clock_hz = if self.tracks[role.track].kind == Kind::Video { 90_000 } else { 48_000 };
        let (mut shift, mut begin) = (0, 0);
        if !role.repairs {
            let before = self.main[role.track][role.layer].replace(ssrc).and_then(|before| self.sources.get(&before));
            let highest = before.and_then(|before| Some(before.given.highest?.wrapping_add(before.shift)));
            (shift, begin) = highest.map_or((0, 0), |highest| (highest.wrapping_add(1).wrapping_sub(number), number));
        }
        let is_repaired = self.tracks[role.track].resend_type.is_some();
        let (window, given) = (Window::default(), Window::default());
        let source = Source { role, window, given, missing: Missing::default(), reception: Reception::new(clock_hz), is_repaired, shift, begin };
        self.sources.insert(ssrc, source);
    }

    /// Whose a stream is: by the names in its packets, by the names in the offer, or by the m-line alone.
    fn identify(&self, header: &Header<'_>) -> Option<Role> {
        let ssrc = header.fixed.ssrc;
        let text = |id: u8| header.extension(id).filter(|_| id != 0).and_then(|value| std::str::from_utf8(value).ok());
        let named = |media: &Media| media.streams.iter().any(|&(stream, repair)| stream == ssrc || repair == Some(ssrc));
        let track = match text(self.extensions.mid) {
            Some(mid) => self.tracks.iter().position(|media| media.mid == mid)?,
            None => self.tracks.iter().position(named)?,
        };
        let media = &self.tracks[track];
        let kind = Some(header.fixed.payload_type);
        let repairs = kind == media.resend_type;
        if !repairs && kind != media.payload_type {
            return None;
        }
        if media.rids.is_empty() {
            return Some(Role { track, layer: LAYERS - 1, repairs });
        }
        let rid = text(if repairs { self.extensions.repaired_rid } else { self.extensions.rid });
        let layer = match rid {
            Some(rid) => RIDS.iter().position(|&name| name == rid),
            None => media.streams.iter().find(|(_, repair)| *repair == Some(ssrc)).and_then(|(stream, _)| Some(self.sources.get(stream)?.role.layer)),
        };
        Some(Role { track, layer: layer?, repairs })
    }

    /// The stream of a track's layer.
    pub(super) fn stream_of(&self, track: usize, layer: usize) -> Option<u32> {
        *self.main.get(track)?.get(layer)?
    }

    /// The client said when it sent what.
    pub(super) fn sender_reported(&mut self, now: Instant, ssrc: u32, ntp: u64) {
        if let Some(source) = self.sources.get_mut(&ssrc) {
            source.reception.sender_reported(now, ntp);
        }
    }

    /// How all streams arrive.
    pub(super) fn blocks(&mut self, now: Instant) -> Vec<Block> {
        self.sources.iter_mut().filter(|(_, source)| !source.role.repairs).filter_map(|(&ssrc, source)| source.reception.block(now, ssrc)).collect()
    }

    /// When packets are to be asked for again.
    pub(super) fn missing_due(&self) -> Option<Instant> {
        self.sources.values().filter_map(|source| source.missing.due()).min()
    }

    /// Each stream with what is to be asked for now.
    pub(super) fn ask(&mut self, now: Instant, round_trip: Option<Duration>, mut ask: impl FnMut(u32, &[u16])) {
        let mut wanted = Vec::new();
        for (&ssrc, source) in &mut self.sources {
            wanted.clear();
            source.missing.ask(now, round_trip, &mut wanted);
            if !wanted.is_empty() {
                ask(ssrc, &wanted);
            }
        }
    }
}

impl Source {
    fn give(&mut self, now: Instant, role: Role, number: u64, header: &Header<'_>, payload: &[u8]) -> Option<Packet> {
        let highest = self.given.highest;
        if number < self.begin || !self.given.take(number) {
            return None;
        }
        if self.is_repaired {
            self.missing.came(now, highest, number);
        }
        Some(Packet {
            stream: role.track,
            layer: role.layer,
            sequence: number.wrapping_add(self.shift),
            timestamp: header.fixed.timestamp,
            marker: header.fixed.marker,
            payload: payload.into(),
            front: Front::default(),
        })
    }
}

/// A payload without the padding that its last byte counts.
fn unpadded(payload: &[u8]) -> Option<&[u8]> {
    let &count = payload.last()?;
    payload.len().checked_sub(usize::from(count)).filter(|_| count > 0).map(|kept| &payload[..kept])
}

#[cfg(test)]
mod tests;
