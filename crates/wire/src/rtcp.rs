//! RTCP that a forwarding unit reads and writes: reports (RFC 3550 §6.4), feedback (RFC 4585, RFC 5104), goodbye, and transport-wide feedback.
//!
//! *Trust*: what is read was authenticated as a client's, who may say anything. *Bounds*: a compound packet is one datagram.
pub mod emit;
pub mod transport_cc;

use transport_cc::Arrivals;

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const SOURCE_DESCRIPTION: u8 = 202;
const GOODBYE: u8 = 203;
const TRANSPORT_FEEDBACK: u8 = 205;
const PAYLOAD_FEEDBACK: u8 = 206;
const NACK: u8 = 1;
const TRANSPORT_CC: u8 = 15;
const PLI: u8 = 1;
const FIR: u8 = 4;
const BLOCK_BYTES: usize = 24;

/// What one receiver says of one stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The stream.
    pub ssrc: u32,
    /// Of 256, since the last report.
    pub fraction_lost: u8,
    /// Since the beginning; 24 bits on the wire.
    pub lost: u32,
    /// The highest number with its cycles.
    pub highest: u32,
    /// In units of the stream's clock.
    pub jitter: u32,
    /// The middle of the last sender report's time.
    pub last_report: u32,
    /// Since then, in units of 1/65,536 s.
    pub delay: u32,
}

impl Block {
    fn read(bytes: &[u8; BLOCK_BYTES]) -> Self {
        let word = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        Self {
            ssrc: word(0),
            fraction_lost: bytes[4],
            lost: word(4) & 0x00ff_ffff,
            highest: word(8),
            jitter: word(12),
            last_report: word(16),
            delay: word(20),
        }
    }
}

/// One packet of a compound.
#[derive(Clone, Debug)]
pub enum Rtcp<'a> {
    /// A sender says when it sent what, and perhaps how others arrive.
    SenderReport {
        /// Whose.
        ssrc: u32,
        /// NTP time, 32.32.
        ntp: u64,
        /// The same moment on the stream's clock.
        rtp: u32,
        /// How others arrive.
        blocks: Blocks<'a>,
    },
    /// How streams arrive.
    ReceiverReport(Blocks<'a>),
    /// Packets of a stream are missing.
    Nack {
        /// The stream.
        media: u32,
        /// Which.
        lost: Lost<'a>,
    },
    /// A key frame of a stream is wanted.
    KeyFrameWanted {
        /// The stream.
        media: u32,
    },
    /// How packets of the whole transport arrived.
    TransportCc(Arrivals<'a>),
    /// Streams end.
    Goodbye,
}

/// Reads a compound; what is not known or not whole is left out.
pub fn packets(compound: &[u8]) -> impl Iterator<Item = Rtcp<'_>> {
    let mut rest = compound;
    std::iter::from_fn(move || {
        let (head, _) = rest.split_first_chunk::<4>()?;
        let bytes = 4 * (usize::from(u16::from_be_bytes([head[2], head[3]])) + 1);
        if head[0] >> 6 != 2 || bytes > rest.len() {
            return None;
        }
        let (packet, after) = rest.split_at(bytes);
        rest = after;
        Some(packet)
    })
    .filter_map(read)
}

fn read(packet: &[u8]) -> Option<Rtcp<'_>> {
    let (head, body) = packet.split_first_chunk::<4>()?;
    let count = head[0] & 0x1f;
    let word = |at: usize| body.get(at..at + 4).map(|bytes| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
    match (head[1], count) {
        (SENDER_REPORT, _) => {
            let ntp = u64::from(word(4)?) << 32 | u64::from(word(8)?);
            Some(Rtcp::SenderReport { ssrc: word(0)?, ntp, rtp: word(12)?, blocks: Blocks::new(body.get(24..)?, count) })
        }
        (RECEIVER_REPORT, _) => Some(Rtcp::ReceiverReport(Blocks::new(body.get(4..)?, count))),
        (GOODBYE, _) => Some(Rtcp::Goodbye),
        (TRANSPORT_FEEDBACK, NACK) => Some(Rtcp::Nack { media: word(4)?, lost: Lost { pairs: body.get(8..)?, pair: None } }),
        (TRANSPORT_FEEDBACK, TRANSPORT_CC) => Some(Rtcp::TransportCc(Arrivals::read(body.get(8..)?)?)),
        (PAYLOAD_FEEDBACK, PLI) => Some(Rtcp::KeyFrameWanted { media: word(4)? }),
        // The stream stands in the entry; a sender names one at a time.
        (PAYLOAD_FEEDBACK, FIR) => Some(Rtcp::KeyFrameWanted { media: word(8)? }),
        _ => None,
    }
}

/// Report blocks.
#[derive(Clone, Debug)]
pub struct Blocks<'a>(&'a [u8]);

impl<'a> Blocks<'a> {
    fn new(body: &'a [u8], count: u8) -> Self {
        Self(body.get(..BLOCK_BYTES * usize::from(count)).unwrap_or_default())
    }
}

impl Iterator for Blocks<'_> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        let (block, rest) = self.0.split_first_chunk::<BLOCK_BYTES>()?;
        self.0 = rest;
        Some(Block::read(block))
    }
}

/// The numbers in a NACK, in its order.
#[derive(Clone, Debug)]
pub struct Lost<'a> {
    pairs: &'a [u8],
    /// The number that comes next, with those behind it as bits.
    pair: Option<(u16, u16)>,
}

impl Iterator for Lost<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        if let Some((number, behind)) = self.pair.take() {
            if behind != 0 {
                let steps = behind.trailing_zeros() + 1;
                let step = u16::try_from(steps).unwrap_or(16);
                self.pair = Some((number.wrapping_add(step), behind.checked_shr(steps).unwrap_or(0)));
            }
            return Some(number);
        }
        let (pair, rest) = self.pairs.split_first_chunk::<4>()?;
        self.pairs = rest;
        self.pair = Some((u16::from_be_bytes([pair[0], pair[1]]), u16::from_be_bytes([pair[2], pair[3]])));
        self.next()
    }
}
