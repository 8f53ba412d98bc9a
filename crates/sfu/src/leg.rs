//! One participant's transport with its tracks and slots.
use crate::limits::{ADDRESS_MS, ADDRESSES_PER_LEG_EVER_MAX, ADDRESSES_PER_LEG_MAX, CONNECT_MS_MAX, LAYER_MS, LAYERS, SILENCE_MS_MAX, TRACKS};
use crate::offer::{Kind, Line, Offer};
use crate::rewriter::Rewriter;
use crate::session::{Answer, Path, Protocol, Session};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// A leg's number, never used again.
pub(crate) type LegKey = u64;
/// Where a datagram comes from.
pub(crate) type Source = (Protocol, SocketAddr);

/// Each context's kind (spec/9).
pub(crate) const KINDS: [Kind; TRACKS] = [Kind::Audio, Kind::Video, Kind::Video, Kind::Audio];

/// What a client sends in one context.
#[derive(Debug, Default)]
pub(crate) struct Track {
    /// When a packet of each encoding came last.
    pub(crate) heard: [Option<Instant>; LAYERS],
    /// When a key frame of each was asked for last.
    pub(crate) asked: [Option<Instant>; LAYERS],
}

impl Track {
    /// Whether an encoding is being sent.
    pub(crate) fn is_live(&self, layer: usize, now: Instant) -> bool {
        self.heard[layer].is_some_and(|at| within(at, now, LAYER_MS))
    }

    /// The encoding that is sent and comes closest to the wanted one, from below first.
    pub(crate) fn closest(&self, wanted: usize, now: Instant) -> usize {
        let below = (0..=wanted).rev().find(|&layer| self.is_live(layer, now));
        below.or_else(|| (wanted..LAYERS).find(|&layer| self.is_live(layer, now))).unwrap_or(LAYERS - 1)
    }
}

/// What a slot shall carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) publisher: String,
    pub(crate) context: usize,
    pub(crate) height_max: u32,
}

/// One receive slot.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) mid: String,
    pub(crate) kind: Kind,
    pub(crate) wanted: Option<Wanted>,
    /// Whose track it carries.
    pub(crate) source: Option<(LegKey, usize)>,
    /// Which encoding it carries now; `None` while it waits for a key frame.
    pub(crate) layer: Option<usize>,
    /// Which encoding it shall carry from that encoding's next key frame on.
    pub(crate) target: usize,
    pub(crate) rewriter: Rewriter,
}

impl Slot {
    fn new(line: &Line) -> Self {
        let clock_hz = if line.kind == Kind::Video { 90_000 } else { 48_000 };
        Self {
            mid: line.mid.clone(),
            kind: line.kind,
            wanted: None,
            source: None,
            layer: None,
            target: LAYERS - 1,
            rewriter: Rewriter::new(clock_hz),
        }
    }

    /// Begins anew: nothing of what it carried goes on.
    pub(crate) fn carry(&mut self, source: Option<(LegKey, usize)>) {
        self.source = source;
        self.layer = None;
        self.target = LAYERS - 1;
        self.rewriter.switch();
    }

    /// Whether a packet of an encoding goes through; audio always, video from a key frame on.
    pub(crate) fn takes(&mut self, layer: usize, begins_key_frame: bool) -> bool {
        if self.layer == Some(layer) {
            return true;
        }
        let enters = self.kind == Kind::Audio || (layer == self.target && begins_key_frame);
        if enters {
            self.layer = Some(layer);
            self.rewriter.switch();
        }
        enters
    }
}

struct Address {
    source: Source,
    checked_at: Instant,
}

/// A leg.
pub(crate) struct Leg<S> {
    pub(crate) session: S,
    pub(crate) room: u64,
    pub(crate) participant: String,
    pub(crate) id: String,
    pub(crate) ufrag: String,
    pub(crate) password: String,
    pub(crate) tracks: [Track; TRACKS],
    pub(crate) slots: Vec<Slot>,
    pub(crate) is_connected: bool,
    /// Bits per second towards the client, when there is an estimate.
    pub(crate) estimate: Option<u64>,
    /// Whether it was given packets that it has not sent yet.
    pub(crate) is_filled: bool,
    /// When it stands in the table of timeouts.
    pub(crate) due: Option<Instant>,
    addresses: Vec<Address>,
    addresses_ever: u32,
    heard_at: Instant,
    connect_by: Instant,
}

impl<S: Session> Leg<S> {
    pub(crate) fn new(session: S, offer: &Offer, answer: &Answer, (room, participant, leg_id): (u64, &str, &str), now: Instant) -> Self {
        Self {
            session,
            room,
            participant: participant.to_owned(),
            id: leg_id.to_owned(),
            ufrag: answer.ufrag.clone(),
            password: answer.password.clone(),
            tracks: Default::default(),
            slots: offer.slots.iter().map(Slot::new).collect(),
            is_connected: false,
            estimate: None,
            is_filled: false,
            due: None,
            addresses: Vec::new(),
            addresses_ever: 0,
            heard_at: now,
            connect_by: now + Duration::from_millis(CONNECT_MS_MAX),
        }
    }

    /// When it ends unless something comes before.
    pub(crate) fn deadline(&self) -> Instant {
        if self.is_connected { self.heard_at + Duration::from_millis(SILENCE_MS_MAX) } else { self.connect_by }
    }

    /// Whether an address proved itself so lately that nobody else may take it.
    pub(crate) fn holds(&self, source: Source, now: Instant) -> bool {
        self.addresses.iter().any(|address| address.source == source && within(address.checked_at, now, ADDRESS_MS))
    }

    /// Takes note of a good check on a path. `Err` when the leg has proved too many addresses; else what has to give way to a new one.
    pub(crate) fn checked(&mut self, path: &Path, now: Instant) -> Result<Option<Source>, ()> {
        let source = (path.protocol, path.remote);
        self.heard_at = now;
        if let Some(known) = self.addresses.iter_mut().find(|address| address.source == source) {
            known.checked_at = now;
            return Ok(None);
        }
        if self.addresses_ever >= ADDRESSES_PER_LEG_EVER_MAX {
            return Err(());
        }
        self.addresses_ever += 1;
        let full = self.addresses.len() >= ADDRESSES_PER_LEG_MAX;
        let oldest = self.addresses.iter().enumerate().min_by_key(|(_, address)| address.checked_at).map(|(index, _)| index);
        let gone = oldest.filter(|_| full).map(|index| self.addresses.swap_remove(index).source);
        self.addresses.push(Address { source, checked_at: now });
        Ok(gone)
    }

    /// Forgets an address, whose stream was closed or which somebody else has now.
    pub(crate) fn forget(&mut self, source: Source) {
        self.addresses.retain(|address| address.source != source);
    }

    /// Every address it is known by.
    pub(crate) fn sources(&self) -> impl Iterator<Item = Source> {
        self.addresses.iter().map(|address| address.source)
    }
}

fn within(at: Instant, now: Instant, milliseconds: u64) -> bool {
    now.saturating_duration_since(at) < Duration::from_millis(milliseconds)
}
