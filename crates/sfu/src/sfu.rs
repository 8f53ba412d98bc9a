//! The table of legs: offers and wishes in, datagrams in and out, timeouts.
mod forwarding;
mod layers;
mod routes;

use crate::checks::{Check, is_response, is_signed};
use crate::event::{Ending, Event};
use crate::leg::{Leg, LegKey, Source};
use crate::limits::{ID_BYTES_MAX, LEGS_MAX, LEGS_PER_ROOM_MAX, TIMEOUTS_IN_A_ROW_MAX};
use crate::offer::{Offer, OfferError};
use crate::session::{Output, Path, Protocol, Session};
use crate::stats::Stats;
use foldhash::quality::RandomState as FastHash;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use wire::demux::{Protocol as Wire, demux};

/// Where an SFU's output goes, in order, during a call. A sink never fails: what cannot be sent is dropped.
pub trait Sink {
    /// Sends one datagram, or one frame of a stream.
    fn transmit(&mut self, path: &Path, datagram: &[u8]);

    /// Tells the control plane what happened.
    fn event(&mut self, event: Event);
}

/// What one slot shall carry, as the control plane says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The slot.
    pub mid: String,
    /// Whose track, by participant.
    pub publisher: String,
    /// Which one (spec/9).
    pub context: u8,
    /// Pixels that are shown; 0 for no opinion.
    pub height_max: u32,
}

/// The SFU of a node. *Bounds*: `LEGS_MAX`, and what a leg has.
pub struct Sfu<S> {
    legs: HashMap<LegKey, Leg<S>, FastHash>,
    rooms: HashMap<u64, HashMap<String, LegKey>>,
    by_ufrag: HashMap<String, LegKey>,
    by_source: HashMap<Source, LegKey, FastHash>,
    /// The slots that carry a leg's track of a context.
    carriers: HashMap<(LegKey, usize), Vec<(LegKey, usize)>, FastHash>,
    /// Room for those whom a packet is given.
    receivers: Vec<(LegKey, usize)>,
    due: BTreeSet<(Instant, LegKey)>,
    /// Legs that were given packets since `timeout` was called: each is asked once what it has to say.
    filled: Vec<LegKey>,
    /// When the first of them was.
    filled_at: Option<Instant>,
    /// What sessions said and nobody has handled yet; empty between calls.
    said: VecDeque<(LegKey, Output)>,
    locals: Vec<(Protocol, SocketAddr)>,
    opened: LegKey,
    stats: Stats,
}

impl<S: Session> Sfu<S> {
    /// One whose clients reach it at these addresses.
    pub fn new(locals: Vec<(Protocol, SocketAddr)>) -> Self {
        Self {
            legs: HashMap::default(),
            rooms: HashMap::new(),
            by_ufrag: HashMap::new(),
            by_source: HashMap::default(),
            carriers: HashMap::default(),
            receivers: Vec::new(),
            due: BTreeSet::new(),
            filled: Vec::new(),
            filled_at: None,
            said: VecDeque::new(),
            locals,
            opened: 0,
            stats: Stats::default(),
        }
    }

    /// Opens a leg and returns the answer; an older leg of the participant ends.
    pub fn offer(&mut self, now: Instant, room: u64, participant: &str, leg_id: &str, sdp: &str, sink: &mut impl Sink) -> Result<String, OfferError> {
        if [participant, leg_id].iter().any(|id| id.is_empty() || id.len() > ID_BYTES_MAX) {
            return Err(OfferError::Malformed("an id is too long"));
        }
        let older = self.leg_of(room, participant);
        let of_room = self.rooms.get(&room).map_or(0, HashMap::len);
        if older.is_none() && (self.legs.len() >= LEGS_MAX || of_room >= LEGS_PER_ROOM_MAX) {
            return Err(OfferError::Full);
        }
        let offer = Offer::parse(sdp)?;
        // Unwind safety: what panics is a new session, which nothing else has seen.
        let answered = catch_unwind(AssertUnwindSafe(|| S::answer(&offer, &self.locals, now)));
        let (session, answer) = answered.unwrap_or_else(|_| {
            self.stats.panics += 1;
            Err(OfferError::Malformed("it cannot be answered"))
        })?;
        if let Some(older) = older {
            self.end(now, older, Ending::Replaced, sink);
        }
        self.opened += 1;
        self.stats.legs_opened += 1;
        let key = self.opened;
        self.by_ufrag.insert(answer.ufrag.clone(), key);
        self.rooms.entry(room).or_default().insert(participant.to_owned(), key);
        self.legs.insert(key, Leg::new(session, &offer, &answer, (room, participant, leg_id), now));
        self.route(now, room, sink);
        self.with_session(now, key, sink, |_| ());
        self.settle(now, sink);
        Ok(answer.sdp)
    }

    /// Ends a participant's leg, if there is one.
    pub fn close(&mut self, now: Instant, room: u64, participant: &str, sink: &mut impl Sink) {
        if let Some(key) = self.leg_of(room, participant) {
            self.end(now, key, Ending::Closed, sink);
            self.settle(now, sink);
        }
    }

    /// Ends all legs.
    pub fn close_all(&mut self, now: Instant, sink: &mut impl Sink) {
        let mut keys: Vec<_> = self.legs.keys().copied().collect();
        keys.sort_unstable();
        for key in keys {
            self.end(now, key, Ending::Closed, sink);
        }
        self.settle(now, sink);
    }

    /// Takes what arrived.
    pub fn receive(&mut self, now: Instant, path: &Path, datagram: &[u8], sink: &mut impl Sink) {
        let key = match demux(datagram) {
            // To a check of a session's own, which knows what it asked.
            Some(Wire::Stun) if is_response(datagram) => match self.by_source.get(&(path.protocol, path.remote)) {
                Some(&key) => key,
                None => return self.stats.datagrams_unknown += 1,
            },
            Some(Wire::Stun) => match self.admit_check(now, path, datagram) {
                Some(key) => key,
                None => return self.stats.checks_refused += 1,
            },
            Some(Wire::Dtls | Wire::Rtp) => match self.by_source.get(&(path.protocol, path.remote)) {
                Some(&key) => key,
                None => return self.stats.datagrams_unknown += 1,
            },
            _ => return self.stats.datagrams_unknown += 1,
        };
        self.with_session(now, key, sink, |session| session.receive(now, path, datagram));
        self.settle(now, sink);
    }

    /// A stream is closed; its address means nothing any more.
    pub fn stream_closed(&mut self, remote: SocketAddr) {
        let source = (Protocol::Tcp, remote);
        if let Some(leg) = self.by_source.remove(&source).and_then(|key| self.legs.get_mut(&key)) {
            leg.forget(source);
        }
    }

    /// Whether an address is a leg's.
    pub fn knows(&self, protocol: Protocol, remote: SocketAddr) -> bool {
        self.by_source.contains_key(&(protocol, remote))
    }

    /// Does what is due, and sends what legs were given since.
    pub fn timeout(&mut self, now: Instant, sink: &mut impl Sink) {
        self.empty(now, sink);
        self.do_due(now, sink);
        // What was due may have brought packets for others.
        while !self.filled.is_empty() {
            self.empty(now, sink);
        }
    }

    fn do_due(&mut self, now: Instant, sink: &mut impl Sink) {
        while let Some(&(at, key)) = self.due.first()
            && at <= now
        {
            self.due.pop_first();
            let Some(leg) = self.legs.get_mut(&key) else { continue };
            leg.due = None;
            if leg.deadline() <= now {
                let reason = if leg.is_connected { Ending::Lost } else { Ending::Failed };
                self.end(now, key, reason, sink);
            } else {
                self.review(now, key, sink);
                self.with_session(now, key, sink, |session| session.timeout(now));
            }
            self.settle(now, sink);
        }
    }

    /// When `timeout` has something to do: at once when legs were given packets.
    pub fn next_timeout(&self) -> Option<Instant> {
        self.filled_at.or_else(|| self.due.first().map(|&(at, _)| at))
    }

    /// Numbers since the start.
    pub fn stats(&self) -> Stats {
        Stats { legs: self.legs.len() as u64, ..self.stats }
    }

    /// Entries of the tables of legs, rooms, names of checks and addresses: what must not grow with time.
    pub fn entries(&self) -> (usize, usize, usize, usize) {
        (self.legs.len(), self.rooms.len(), self.by_ufrag.len(), self.by_source.len())
    }

    fn leg_of(&self, room: u64, participant: &str) -> Option<LegKey> {
        self.rooms.get(&room)?.get(participant).copied()
    }

    /// The leg that a check is for, when the sender knows its password; from then on the address is the leg's.
    ///
    /// An address that another leg proved lately stays there: a member could otherwise silence another one with a forged source.
    fn admit_check(&mut self, now: Instant, path: &Path, datagram: &[u8]) -> Option<LegKey> {
        let check = Check::read(datagram)?;
        let key = *self.by_ufrag.get(check.ufrag)?;
        if !is_signed(&check.message, &self.legs.get(&key)?.password) {
            return None;
        }
        let source = (path.protocol, path.remote);
        if let Some(other) = self.by_source.get(&source).filter(|&&other| other != key).and_then(|other| self.legs.get_mut(other)) {
            if other.holds(source, now) {
                return None;
            }
            other.forget(source);
        }
        let gone = self.legs.get_mut(&key)?.checked(path, now).ok()?;
        if let Some(gone) = gone {
            self.by_source.remove(&gone);
        }
        self.by_source.insert(source, key);
        Some(key)
    }

    /// Lets a session do something and takes all it says afterwards. A panic ends its leg, and nothing else.
    fn with_session(&mut self, now: Instant, key: LegKey, sink: &mut impl Sink, act: impl FnOnce(&mut S)) {
        let Some(leg) = self.legs.get_mut(&key) else { return };
        let said = &mut self.said;
        // Unwind safety: the session is dropped if it panics; the rest is pushed to only.
        let idle = catch_unwind(AssertUnwindSafe(|| {
            act(&mut leg.session);
            drain(&mut leg.session, now, |output| match output {
                Output::Transmit(path, datagram) => sink.transmit(&path, &datagram),
                other => said.push_back((key, other)),
            })
        }));
        let Ok(idle) = idle else {
            self.stats.panics += 1;
            return self.end(now, key, Ending::Panicked, sink);
        };
        let due = idle.min(leg.next());
        if let Some(before) = leg.due.replace(due)
            && before != due
        {
            self.due.remove(&(before, key));
        }
        self.due.insert((due, key));
    }

    /// Lets legs send what they were given.
    fn empty(&mut self, now: Instant, sink: &mut impl Sink) {
        self.filled_at = None;
        let mut filled = std::mem::take(&mut self.filled);
        for key in filled.drain(..) {
            if let Some(leg) = self.legs.get_mut(&key) {
                leg.is_filled = false;
                self.with_session(now, key, sink, |_| ());
            }
        }
        self.filled = filled;
        self.settle(now, sink);
    }

    /// Ends a leg and takes it out of every table.
    fn end(&mut self, now: Instant, key: LegKey, reason: Ending, sink: &mut impl Sink) {
        let Some(mut leg) = self.legs.remove(&key) else { return };
        self.by_ufrag.remove(&leg.ufrag);
        if let Some(due) = leg.due {
            self.due.remove(&(due, key));
        }
        for source in leg.sources() {
            self.by_source.remove(&source);
        }
        if let Some(room) = self.rooms.get_mut(&leg.room) {
            room.retain(|_, other| *other != key);
            if room.is_empty() {
                self.rooms.remove(&leg.room);
            }
        }
        if matches!(reason, Ending::Closed | Ending::Replaced) {
            // Unwind safety: the leg is dropped right after.
            let _ = catch_unwind(AssertUnwindSafe(|| {
                leg.session.close();
                drain(&mut leg.session, now, |output| {
                    if let Output::Transmit(path, datagram) = output {
                        sink.transmit(&path, &datagram);
                    }
                })
            }));
        }
        self.stop_carrying(key, &leg);
        let (room, participant, leg_id) = (leg.room, leg.participant, leg.id);
        sink.event(Event::Ended { participant, leg_id, reason });
        self.route(now, room, sink);
    }
}

/// Takes all a session says until it is idle, and returns until when.
fn drain<S: Session>(session: &mut S, now: Instant, mut take: impl FnMut(Output)) -> Instant {
    let mut in_a_row = 0;
    loop {
        match session.poll() {
            Output::Idle(at) if at > now => return at,
            Output::Idle(_) if in_a_row >= TIMEOUTS_IN_A_ROW_MAX => return now + Duration::from_millis(1),
            Output::Idle(_) => {
                in_a_row += 1;
                session.timeout(now);
            }
            other => {
                // It gets on: what waits leaves now, and there is a bound to what can wait.
                in_a_row = 0;
                take(other);
            }
        }
    }
}
