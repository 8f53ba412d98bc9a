//! One participant's transport with its tracks and slots.
use crate::choice::Choice;
use crate::limits::{ADDRESS_MS, ADDRESSES_PER_LEG_EVER_MAX, ADDRESSES_PER_LEG_MAX, CONNECT_MS_MAX, SILENCE_MS_MAX, TRACKS};
use crate::offer::{Kind, Line, Offer};
use crate::picture_ids::PictureIds;
use crate::rewriter::Rewriter;
use crate::session::{Answer, Appetite, Front, Packet, Path, Protocol, Session};
use crate::track::Track;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// A leg's number, never used again.
pub(crate) type LegKey = u64;
/// Where a datagram comes from.
pub(crate) type Source = (Protocol, SocketAddr);

/// Each context's kind (spec/9).
pub(crate) const KINDS: [Kind; TRACKS] = [Kind::Audio, Kind::Video, Kind::Video, Kind::Audio];

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
    pub(crate) choice: Choice,
    rewriter: Rewriter,
    pictures: PictureIds,
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
            choice: Choice::default(),
            rewriter: Rewriter::new(clock_hz),
            pictures: PictureIds::default(),
        }
    }

    /// Begins anew: nothing of what it carried goes on.
    pub(crate) fn carry(&mut self, source: Option<(LegKey, usize)>) {
        self.source = source;
        self.choice = Choice::default();
        self.rest();
    }

    /// Carries nothing until a key frame begins.
    pub(crate) fn rest(&mut self) {
        self.layer = None;
        self.rewriter.switch();
        self.pictures.switch();
    }

    /// Whether a packet of an encoding goes through; audio always, video from a key frame on.
    pub(crate) fn takes(&mut self, layer: usize, begins_key_frame: bool) -> bool {
        if self.layer == Some(layer) {
            return true;
        }
        let enters = self.kind == Kind::Audio || (Some(layer) == self.choice.target && begins_key_frame);
        if enters {
            self.rest();
            self.layer = Some(layer);
        }
        enters
    }

    /// Whether a packet that does not go through is a reason to ask for a key frame: of the encoding that this slot shall change to, or of any while it waits.
    pub(crate) fn awaits(&self, layer: usize) -> Option<usize> {
        self.choice.target.filter(|&target| self.layer.is_none() || (self.layer != Some(target) && layer == target))
    }

    /// The packet as it goes out on this slot, the `index`th; `None` for one from before the last switch.
    pub(crate) fn rewrite(&mut self, index: usize, packet: &Packet, now: Instant) -> Option<Packet> {
        let (sequence, timestamp) = self.rewriter.rewrite(packet.sequence, packet.timestamp, now)?;
        let front = if self.kind == Kind::Video { self.pictures.rewrite(&packet.payload) } else { Front::default() };
        Some(Packet { stream: index, sequence, timestamp, front, ..packet.clone() })
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
    /// When to look again at what its way carries; `None` while it wants no picture.
    pub(crate) review_at: Option<Instant>,
    /// What its way was last said to be wanted for.
    pub(crate) appetite: Appetite,
    /// Whether it was given packets since its session was last asked what it has to say.
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
            review_at: None,
            appetite: Appetite::default(),
            is_filled: false,
            due: None,
            addresses: Vec::new(),
            addresses_ever: 0,
            heard_at: now,
            connect_by: now + Duration::from_millis(CONNECT_MS_MAX),
        }
    }

    /// When something of it is due that is not its session's.
    pub(crate) fn next(&self) -> Instant {
        self.review_at.map_or(self.deadline(), |at| at.min(self.deadline()))
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
        if let Some(known) = self.addresses.iter_mut().find(|address| address.source == source) {
            (known.checked_at, self.heard_at) = (now, now);
            return Ok(None);
        }
        if self.addresses_ever >= ADDRESSES_PER_LEG_EVER_MAX {
            return Err(());
        }
        self.heard_at = now;
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
