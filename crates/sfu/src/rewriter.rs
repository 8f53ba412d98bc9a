//! Makes one gapless stream of what a slot carries one after the other: sequence numbers and timestamps go on where the last source stopped.
use std::time::Instant;

/// Numbers that a source may leave out at once. A receiver knows only the lower 16 bits of each number: of two long jumps, one lost, it would count one
/// rollover too few, and open nothing of that stream again.
const JUMP_MAX: u64 = 256;

/// Where a source's numbers are put. Numbers of the source before `from` are not sent.
#[derive(Clone, Copy, Debug)]
struct Mapping {
    from: u64,
    to: u64,
    /// Added to timestamps, modulo 2³².
    shift: u32,
}

/// The numbering of one slot.
#[derive(Debug)]
pub struct Rewriter {
    clock_hz: u64,
    mapping: Option<Mapping>,
    /// The highest sequence number sent.
    highest: u64,
    /// The timestamp of that packet, and when it came.
    last: Option<(u32, Instant)>,
}

impl Rewriter {
    /// For a codec whose timestamps count `clock_hz`.
    pub fn new(clock_hz: u64) -> Self {
        Self { clock_hz, mapping: None, highest: 0, last: None }
    }

    /// The next packet is of another source, or of another encoding.
    pub fn switch(&mut self) {
        self.mapping = None;
    }

    /// The numbers that a packet gets; `None` for one from before the switch, or from before a jump.
    pub fn rewrite(&mut self, sequence: u64, timestamp: u32, now: Instant) -> Option<(u64, u32)> {
        let mapping = match self.mapping {
            Some(mapping) if mapping.to.saturating_add(sequence.saturating_sub(mapping.from)) <= self.highest.saturating_add(JUMP_MAX) => mapping,
            // A gap stays, so that a receiver sees that something is missing.
            Some(mapping) => *self.mapping.insert(Mapping { from: sequence, to: self.highest + 2, ..mapping }),
            None => *self.mapping.insert(Mapping { from: sequence, to: self.highest + 1, shift: self.resume(now).wrapping_sub(timestamp) }),
        };
        let out = mapping.to + sequence.checked_sub(mapping.from)?;
        let timestamp = timestamp.wrapping_add(mapping.shift);
        if out > self.highest {
            self.highest = out;
            self.last = Some((timestamp, now));
        }
        Some((out, timestamp))
    }

    /// The timestamp that is due now, had the last source gone on.
    fn resume(&self, now: Instant) -> u32 {
        let Some((timestamp, at)) = self.last else { return 0 };
        let elapsed_ms = u64::try_from(now.saturating_duration_since(at).as_millis()).unwrap_or(u64::MAX);
        let ticks = (elapsed_ms.saturating_mul(self.clock_hz) / 1_000).max(1);
        timestamp.wrapping_add(u32::try_from(ticks & u64::from(u32::MAX)).unwrap_or(1))
    }
}
