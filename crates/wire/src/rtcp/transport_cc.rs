//! Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1): when each packet of a transport arrived, if it did.
//!
//! ```text
//! | base number, 16 | status count, 16 | reference time, 24 (64 ms) | feedback number, 8 |
//! | chunks of statuses, 16 each … | deltas of those that arrived, 8 or 16 each, in 250 µs … |
//! ```
use super::emit::{feedback, finish};
use super::{TRANSPORT_CC, TRANSPORT_FEEDBACK};

/// Microseconds of the reference time's unit.
const REFERENCE_US: i64 = 64_000;
/// Microseconds of a delta's unit.
const DELTA_US: i64 = 250;
/// After so many µs the reference time begins anew.
pub const PERIOD_US: i64 = REFERENCE_US << 24;
/// Statuses that one feedback may tell of.
pub const STATUSES_MAX: usize = 4_096;

const MISSING: u16 = 0;
const SMALL: u16 = 1;
const LARGE: u16 = 2;

/// One feedback, read where it stands.
#[derive(Clone, Debug)]
pub struct Arrivals<'a> {
    base: u16,
    left: u16,
    time_us: i64,
    chunks: &'a [u8],
    deltas: &'a [u8],
    /// Statuses of the chunk that is being read, and how many of them.
    open: (Chunk, u16),
}

#[derive(Clone, Copy, Debug)]
enum Chunk {
    Run(u16),
    /// Bits with the next status on top, and how wide each is.
    Vector(u16, u16),
}

impl<'a> Arrivals<'a> {
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        let (head, rest) = body.split_first_chunk::<8>()?;
        let left = u16::from_be_bytes([head[2], head[3]]);
        if usize::from(left) > STATUSES_MAX {
            return None;
        }
        let reference = i32::from_be_bytes([head[4], head[5], head[6], 0]) >> 8;
        let chunks_bytes = chunks_bytes(rest, left)?;
        let (chunks, deltas) = rest.split_at(chunks_bytes);
        let time_us = i64::from(reference) * REFERENCE_US;
        Some(Self { base: u16::from_be_bytes([head[0], head[1]]), left, time_us, chunks, deltas, open: (Chunk::Run(MISSING), 0) })
    }

    /// Of how many packets it still tells.
    pub fn statuses(&self) -> usize {
        usize::from(self.left)
    }

    fn status(&mut self) -> Option<u16> {
        if self.open.1 == 0 {
            let (chunk, rest) = self.chunks.split_first_chunk::<2>()?;
            self.chunks = rest;
            self.open = chunk_of(u16::from_be_bytes(*chunk));
        }
        self.open.1 -= 1;
        Some(match &mut self.open.0 {
            Chunk::Run(status) => *status,
            Chunk::Vector(bits, width) => {
                let status = *bits >> (16 - *width);
                *bits <<= *width;
                status
            }
        })
    }

    fn delta(&mut self, status: u16) -> Option<i64> {
        if status == SMALL {
            let (&delta, rest) = self.deltas.split_first()?;
            self.deltas = rest;
            return Some(i64::from(delta));
        }
        let (delta, rest) = self.deltas.split_first_chunk::<2>()?;
        self.deltas = rest;
        Some(i64::from(i16::from_be_bytes(*delta)))
    }
}

/// Each packet's number and its arrival in µs of the receiver's clock, modulo `PERIOD_US`.
impl Iterator for Arrivals<'_> {
    type Item = (u16, Option<i64>);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let number = self.base;
        self.base = self.base.wrapping_add(1);
        let status = self.status()?;
        if status != SMALL && status != LARGE {
            return Some((number, None));
        }
        self.time_us += self.delta(status)? * DELTA_US;
        Some((number, Some(self.time_us)))
    }
}

fn chunk_of(bits: u16) -> (Chunk, u16) {
    match bits >> 14 {
        0b00 | 0b01 => (Chunk::Run(bits >> 13 & 0b11), bits & 0x1fff),
        0b10 => (Chunk::Vector(bits << 2, 1), 14),
        _ => (Chunk::Vector(bits << 2, 2), 7),
    }
}

/// Bytes of the chunks that hold so many statuses.
fn chunks_bytes(rest: &[u8], statuses: u16) -> Option<usize> {
    let (mut left, mut bytes) = (statuses, 0);
    while left > 0 {
        let chunk = rest.get(bytes..bytes + 2)?;
        let (_, holds) = chunk_of(u16::from_be_bytes([chunk[0], chunk[1]]));
        if holds == 0 {
            return None;
        }
        left = left.saturating_sub(holds);
        bytes += 2;
    }
    Some(bytes)
}

/// Writes one feedback that tells of all numbers from `base` on, of which the first of `arrived` did; they ascend by number, with their arrival in µs. Returns of
/// how many it tells: those behind a gap or a wait too long are for the next one.
pub fn emit(buffer: &mut Vec<u8>, (ssrc, media): (u32, u32), count: u8, base: u64, arrived: &[(u64, i64)]) -> usize {
    let Some(&(_, first_us)) = arrived.first() else { return 0 };
    let reference = first_us.div_euclid(REFERENCE_US);
    let mut time = reference * (REFERENCE_US / DELTA_US);
    let (mut statuses, mut deltas, mut told) = (Vec::new(), Vec::new(), 0);
    for &(number, at_us) in arrived {
        let Ok(place) = usize::try_from(number.wrapping_sub(base)) else { break };
        let delta = at_us.div_euclid(DELTA_US) - time;
        let Ok(delta) = i16::try_from(delta) else { break };
        if place >= STATUSES_MAX || place < statuses.len() {
            break;
        }
        statuses.resize(place, MISSING);
        if let Ok(small) = u8::try_from(delta) {
            statuses.push(SMALL);
            deltas.push(small);
        } else {
            statuses.push(LARGE);
            deltas.extend_from_slice(&delta.to_be_bytes());
        }
        time += i64::from(delta);
        told += 1;
    }
    let start = feedback(buffer, (TRANSPORT_FEEDBACK, TRANSPORT_CC), ssrc, media);
    let [_, _, _, _, _, high, middle, low] = reference.to_be_bytes();
    let [.., base_high, base_low] = base.to_be_bytes();
    let [statuses_high, statuses_low] = u16::try_from(statuses.len()).unwrap_or(0).to_be_bytes();
    buffer.extend_from_slice(&[base_high, base_low, statuses_high, statuses_low, high, middle, low, count]);
    put_chunks(buffer, &statuses);
    buffer.extend_from_slice(&deltas);
    finish(buffer, start);
    told
}

fn put_chunks(buffer: &mut Vec<u8>, statuses: &[u16]) {
    let mut rest = statuses;
    while let Some(&first) = rest.first() {
        let run = rest.iter().take_while(|&&status| status == first).count().min(0x1fff);
        let (chunk, taken) = if run > 7 || run == rest.len() {
            (first << 13 | u16::try_from(run).unwrap_or(0), run)
        } else {
            let taken = rest.len().min(7);
            let bits = rest[..taken].iter().enumerate().fold(0, |bits, (place, status)| bits | status << (12 - 2 * place));
            (0xc000 | bits, taken)
        };
        buffer.extend_from_slice(&chunk.to_be_bytes());
        rest = &rest[taken..];
    }
}

#[cfg(test)]
mod tests {
    use super::{REFERENCE_US, emit};
    use crate::rtcp::{Rtcp, packets};

    fn through(arrived: &[(u64, i64)]) -> (usize, Vec<(u16, Option<i64>)>) {
        let mut buffer = Vec::new();
        let told = emit(&mut buffer, (1, 2), 3, arrived[0].0, arrived);
        let Some(Rtcp::TransportCc(read)) = packets(&buffer).next() else { panic!("feedback") };
        (told, read.collect())
    }

    #[test]
    fn arrivals_read_back_with_the_gaps_between_them() {
        let start = 100 * REFERENCE_US;
        let arrived = [(65_534, start), (65_535, start + 250), (65_537, start + 100_000), (65_538, start + 99_000), (65_600, start + 120_000)];
        let (told, read) = through(&arrived);
        assert_eq!(told, 5);
        assert_eq!(read.len(), 67);
        for (number, at_us) in arrived {
            let [.., high, low] = number.to_be_bytes();
            assert!(read.contains(&(u16::from_be_bytes([high, low]), Some(at_us))), "{number}");
        }
        assert_eq!(read.iter().filter(|(_, at)| at.is_none()).count(), 62);
    }

    #[test]
    fn a_wait_that_no_delta_can_say_is_for_the_next_feedback() {
        let (told, read) = through(&[(1, 0), (2, 250), (3, 60_000_000)]);
        assert_eq!((told, read.len()), (2, 2));
    }

    #[test]
    fn all_runs_and_all_mixtures() {
        for step in 1..12_u64 {
            let arrived: Vec<(u64, i64)> = (0..300).map(|n| (n * step, i64::try_from(n * step % 7 * 30_000).unwrap())).collect();
            let (told, read) = through(&arrived);
            assert_eq!(told, 300);
            let there: Vec<i64> = read.iter().filter_map(|&(_, at)| at).collect();
            assert_eq!(there, arrived.iter().map(|&(_, at)| at).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_is_missing_in_front_is_told_as_well() {
        let mut buffer = Vec::new();
        assert_eq!(emit(&mut buffer, (1, 2), 3, 10, &[(13, 500), (14, 750)]), 2);
        let Some(Rtcp::TransportCc(read)) = packets(&buffer).next() else { panic!("feedback") };
        assert_eq!(read.collect::<Vec<_>>(), [(10, None), (11, None), (12, None), (13, Some(500)), (14, Some(750))]);
    }

    #[test]
    fn a_time_before_the_beginning() {
        let (_, read) = through(&[(5, -1_000), (6, 500)]);
        assert_eq!(read, [(5, Some(-1_000)), (6, Some(500))]);
    }
}
