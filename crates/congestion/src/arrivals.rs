//! What feedback told lately, in pieces of some 50 ms: sums and minima instead of packets.
use crate::history::Sent;
use crate::limits::{MEASURE_US_MIN, PIECE_US, PIECES, STANDING_PACKETS_MIN, STANDING_US, STANDING_US_MAX};
use crate::rate::bits_per_second;

/// What one piece of time told.
#[derive(Clone, Copy, Debug, Default)]
struct Piece {
    opened_us: u64,
    /// When the last feedback of it came, by our clock.
    at_us: u64,
    /// Bytes that arrived, that did not, and that no feedback spoke of because it was lost itself.
    arrived: u64,
    missing: u64,
    unknown: u64,
    packets: u32,
    least_delay_us: i64,
    /// When the first of what arrived was sent.
    sent_first_us: u64,
    /// The latest arrival so far, by the client's clock.
    arrived_last_us: i64,
    /// Packets whose fate is final.
    kept: u64,
    lost: u64,
}

impl Piece {
    /// Bytes that arrived, with a share of those that are unknown.
    fn delivered(&self) -> u64 {
        let known = self.arrived.saturating_add(self.missing).max(1);
        self.arrived.saturating_add(self.unknown.saturating_mul(self.arrived) / known)
    }
}

/// The delay that all packets of `STANDING_US` had at least.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    pub(crate) least_delay_us: i64,
    /// By how much it is more than in the half before.
    pub(crate) growth_us: i64,
}

/// The last two seconds. *Bounds*: `PIECES`.
#[derive(Debug)]
pub(crate) struct Arrivals {
    pieces: [Piece; PIECES],
    newest: usize,
    count: usize,
}

impl Default for Arrivals {
    fn default() -> Self {
        Self { pieces: [Piece::default(); PIECES], newest: 0, count: 0 }
    }
}

impl Arrivals {
    /// Feedback came.
    pub(crate) fn open(&mut self, now_us: u64) {
        if self.count > 0 && now_us.saturating_sub(self.pieces[self.newest].opened_us) < PIECE_US {
            self.pieces[self.newest].at_us = now_us;
            return;
        }
        let arrived_last_us = if self.count == 0 { i64::MIN } else { self.pieces[self.newest].arrived_last_us };
        self.newest = (self.newest + 1) % PIECES;
        self.count = (self.count + 1).min(PIECES);
        self.pieces[self.newest] =
            Piece { opened_us: now_us, at_us: now_us, arrived_last_us, least_delay_us: i64::MAX, sent_first_us: u64::MAX, ..Piece::default() };
    }

    /// A packet arrived. `is_late`: feedback that was lost had been about it.
    pub(crate) fn arrived(&mut self, sent: &Sent, arrived_us: i64, is_late: bool) {
        let piece = &mut self.pieces[self.newest];
        let bytes = u64::from(sent.bytes);
        piece.arrived += bytes;
        piece.packets = piece.packets.saturating_add(1);
        piece.least_delay_us = piece.least_delay_us.min(sent.delay_us);
        piece.sent_first_us = piece.sent_first_us.min(sent.at_us);
        piece.arrived_last_us = piece.arrived_last_us.max(arrived_us);
        if is_late {
            piece.unknown = piece.unknown.saturating_sub(bytes);
        }
    }

    pub(crate) fn missing(&mut self, bytes: u16) {
        self.pieces[self.newest].missing += u64::from(bytes);
    }

    pub(crate) fn unknown(&mut self, bytes: u16) {
        self.pieces[self.newest].unknown += u64::from(bytes);
    }

    /// A packet's fate is final.
    pub(crate) fn settled(&mut self, is_lost: bool) {
        let piece = &mut self.pieces[self.newest];
        piece.lost += u64::from(is_lost);
        piece.kept += u64::from(!is_lost);
    }

    /// The least delay of late, of what was sent at `since_us` or after it; `None` while too little came.
    pub(crate) fn standing(&self, now_us: u64, since_us: u64) -> Option<Standing> {
        let (mut packets, mut older, mut newer) = (0_u32, i64::MAX, i64::MAX);
        for piece in self.since(now_us, STANDING_US_MAX).filter(|piece| piece.packets > 0 && piece.sent_first_us >= since_us) {
            let age_us = now_us.saturating_sub(piece.at_us);
            if age_us > STANDING_US && packets >= STANDING_PACKETS_MIN {
                break;
            }
            packets = packets.saturating_add(piece.packets);
            let half = if age_us > STANDING_US / 2 { &mut older } else { &mut newer };
            *half = piece.least_delay_us.min(*half);
        }
        let growth_us = if older == i64::MAX || newer == i64::MAX { 0 } else { newer.saturating_sub(older) };
        (packets >= STANDING_PACKETS_MIN).then(|| Standing { least_delay_us: older.min(newer), growth_us })
    }

    /// Bits per second that arrived over about `span_us`; `None` when that cannot be said.
    pub(crate) fn delivered(&self, now_us: u64, span_us: u64) -> Option<u64> {
        let count = self.since(now_us, span_us).count().min(self.count.saturating_sub(1));
        let bytes = self.latest().take(count).fold(0, |sum: u64, piece| sum.saturating_add(piece.delivered()));
        let (last, before) = (self.latest().next()?, self.latest().nth(count)?);
        let passed_us = last.at_us.saturating_sub(before.at_us);
        if passed_us < MEASURE_US_MIN {
            return None;
        }
        // The client's clock says it more exactly; what it says must be possible.
        let arrived_us = u64::try_from(last.arrived_last_us.saturating_sub(before.arrived_last_us)).unwrap_or(0);
        Some(bits_per_second(bytes, arrived_us.clamp(passed_us / 2, passed_us.saturating_mul(2))))
    }

    /// Packets that were lost, per mille; `None` while fewer than `packets_min` are known.
    pub(crate) fn loss(&self, now_us: u64, span_us: u64, packets_min: u64) -> Option<u64> {
        let (kept, lost) = self.since(now_us, span_us).fold((0, 0), |(kept, lost), piece| (kept + piece.kept, lost + piece.lost));
        (kept + lost >= packets_min.max(1)).then(|| lost * 1_000 / (kept + lost).max(1))
    }

    /// From the newest.
    fn latest(&self) -> impl Iterator<Item = &Piece> {
        (0..self.count).map(|back| &self.pieces[(self.newest + PIECES - back) % PIECES])
    }

    fn since(&self, now_us: u64, span_us: u64) -> impl Iterator<Item = &Piece> {
        self.latest().take_while(move |piece| now_us.saturating_sub(piece.at_us) <= span_us)
    }
}
