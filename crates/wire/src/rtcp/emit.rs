//! Writing RTCP, packet by packet, behind what a buffer holds.
use super::{Block, GOODBYE, NACK, PAYLOAD_FEEDBACK, PLI, RECEIVER_REPORT, SENDER_REPORT, SOURCE_DESCRIPTION, TRANSPORT_FEEDBACK};

/// Blocks of one report.
pub const BLOCKS_MAX: usize = 31;
/// Bytes of a CNAME.
const CNAME_BYTES_MAX: usize = 64;

/// Begins a packet and returns where; `finish` writes its length.
pub(super) fn begin(buffer: &mut Vec<u8>, kind: u8, count: u8) -> usize {
    let start = buffer.len();
    buffer.extend_from_slice(&[0x80 | count & 0x1f, kind, 0, 0]);
    start
}

/// Pads to whole words and says how many there are.
pub(super) fn finish(buffer: &mut Vec<u8>, start: usize) {
    let bytes = buffer.len() - start;
    buffer.resize(start + bytes.next_multiple_of(4), 0);
    let words = u16::try_from(bytes.div_ceil(4).saturating_sub(1)).unwrap_or(0);
    buffer[start + 2..start + 4].copy_from_slice(&words.to_be_bytes());
}

/// What a sender says of its own stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The stream.
    pub ssrc: u32,
    /// NTP time, 32.32.
    pub ntp: u64,
    /// The same moment on the stream's clock.
    pub rtp: u32,
    /// Packets since the beginning.
    pub packets: u32,
    /// Bytes of payload since the beginning.
    pub octets: u32,
}

/// A sender report with what else arrives, at most `BLOCKS_MAX`.
pub fn sender_report(buffer: &mut Vec<u8>, sent: &Sent, blocks: &[Block]) {
    let start = begin(buffer, SENDER_REPORT, count(blocks));
    buffer.extend_from_slice(&sent.ssrc.to_be_bytes());
    buffer.extend_from_slice(&sent.ntp.to_be_bytes());
    for word in [sent.rtp, sent.packets, sent.octets] {
        buffer.extend_from_slice(&word.to_be_bytes());
    }
    put_blocks(buffer, blocks);
    finish(buffer, start);
}

/// A receiver report, at most `BLOCKS_MAX` blocks.
pub fn receiver_report(buffer: &mut Vec<u8>, ssrc: u32, blocks: &[Block]) {
    let start = begin(buffer, RECEIVER_REPORT, count(blocks));
    buffer.extend_from_slice(&ssrc.to_be_bytes());
    put_blocks(buffer, blocks);
    finish(buffer, start);
}

fn count(blocks: &[Block]) -> u8 {
    u8::try_from(blocks.len().min(BLOCKS_MAX)).unwrap_or(0)
}

fn put_blocks(buffer: &mut Vec<u8>, blocks: &[Block]) {
    for block in blocks.iter().take(BLOCKS_MAX) {
        let lost = u32::from(block.fraction_lost) << 24 | block.lost.min(0x7f_ffff);
        for word in [block.ssrc, lost, block.highest, block.jitter, block.last_report, block.delay] {
            buffer.extend_from_slice(&word.to_be_bytes());
        }
    }
}

/// The CNAME of a stream.
pub fn source_description(buffer: &mut Vec<u8>, ssrc: u32, cname: &str) {
    let start = begin(buffer, SOURCE_DESCRIPTION, 1);
    let name = &cname.as_bytes()[..cname.len().min(CNAME_BYTES_MAX)];
    buffer.extend_from_slice(&ssrc.to_be_bytes());
    buffer.extend_from_slice(&[1, u8::try_from(name.len()).unwrap_or(0)]);
    buffer.extend_from_slice(name);
    // An item of type 0 ends the chunk.
    buffer.push(0);
    finish(buffer, start);
}

/// Asks for packets of a stream again; `lost` ascends.
pub fn nack(buffer: &mut Vec<u8>, ssrc: u32, media: u32, lost: &[u16]) {
    let start = feedback(buffer, (TRANSPORT_FEEDBACK, NACK), ssrc, media);
    let mut lost = lost.iter().copied().peekable();
    while let Some(first) = lost.next() {
        let mut behind = 0_u16;
        while let Some(distance @ 1..=16) = lost.peek().map(|next| next.wrapping_sub(first)) {
            behind |= 1 << (distance - 1);
            lost.next();
        }
        buffer.extend_from_slice(&first.to_be_bytes());
        buffer.extend_from_slice(&behind.to_be_bytes());
    }
    finish(buffer, start);
}

/// Asks for a key frame of a stream.
pub fn picture_loss(buffer: &mut Vec<u8>, ssrc: u32, media: u32) {
    let start = feedback(buffer, (PAYLOAD_FEEDBACK, PLI), ssrc, media);
    finish(buffer, start);
}

/// Ends streams, at most 31.
pub fn goodbye(buffer: &mut Vec<u8>, streams: &[u32]) {
    let streams = &streams[..streams.len().min(31)];
    let start = begin(buffer, GOODBYE, u8::try_from(streams.len()).unwrap_or(0));
    for ssrc in streams {
        buffer.extend_from_slice(&ssrc.to_be_bytes());
    }
    finish(buffer, start);
}

/// Begins feedback of a kind and a format.
pub(super) fn feedback(buffer: &mut Vec<u8>, (kind, format): (u8, u8), ssrc: u32, media: u32) -> usize {
    let start = begin(buffer, kind, format);
    buffer.extend_from_slice(&ssrc.to_be_bytes());
    buffer.extend_from_slice(&media.to_be_bytes());
    start
}

#[cfg(test)]
mod tests {
    use super::{Block, Sent, goodbye, nack, picture_loss, receiver_report, sender_report, source_description};
    use crate::rtcp::{Rtcp, packets};

    const BLOCK: Block = Block { ssrc: 7, fraction_lost: 12, lost: 345, highest: 0x0001_0002, jitter: 6, last_report: 0x1234_5678, delay: 0x9abc };

    #[test]
    fn reports_read_back() {
        let mut buffer = Vec::new();
        sender_report(&mut buffer, &Sent { ssrc: 1, ntp: 0x0102_0304_0506_0708, rtp: 9, packets: 10, octets: 11 }, &[BLOCK]);
        source_description(&mut buffer, 1, "name");
        receiver_report(&mut buffer, 2, &[BLOCK, BLOCK]);
        goodbye(&mut buffer, &[1, 2]);
        let mut read = packets(&buffer);
        let Some(Rtcp::SenderReport { ssrc: 1, ntp: 0x0102_0304_0506_0708, rtp: 9, blocks }) = read.next() else { panic!("a sender report") };
        assert_eq!(blocks.collect::<Vec<_>>(), [BLOCK]);
        let Some(Rtcp::ReceiverReport(blocks)) = read.next() else { panic!("a receiver report; the description is passed over") };
        assert_eq!(blocks.collect::<Vec<_>>(), [BLOCK, BLOCK]);
        assert!(matches!(read.next(), Some(Rtcp::Goodbye)) && read.next().is_none());
    }

    #[test]
    fn what_is_missing_reads_back_over_the_end_of_numbers() {
        let lost = [65_530, 65_531, 65_535, 10, 11, 500];
        let mut buffer = Vec::new();
        nack(&mut buffer, 1, 2, &lost);
        assert_eq!(buffer.len(), 12 + 3 * 4, "one pair for sixteen that follow");
        let Some(Rtcp::Nack { media: 2, lost: read }) = packets(&buffer).next() else { panic!("a nack") };
        assert_eq!(read.collect::<Vec<_>>(), lost);
    }

    #[test]
    fn a_key_frame_is_asked_for() {
        let mut buffer = Vec::new();
        picture_loss(&mut buffer, 1, 2);
        assert!(matches!(packets(&buffer).next(), Some(Rtcp::KeyFrameWanted { media: 2 })));
        let full = [0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 3, 0, 0, 0];
        assert!(matches!(packets(&full).next(), Some(Rtcp::KeyFrameWanted { media: 9 })));
    }

    #[test]
    fn what_is_cut_off_is_left_out() {
        let mut buffer = Vec::new();
        receiver_report(&mut buffer, 2, &[BLOCK]);
        for length in 0..buffer.len() {
            assert_eq!(packets(&buffer[..length]).count(), 0);
        }
    }
}
