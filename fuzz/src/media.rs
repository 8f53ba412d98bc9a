//! RTP and RTCP on the same bytes; what they give must lie in them and stay below its bounds.
use wire::rtcp::transport_cc::STATUSES_MAX;
use wire::rtcp::{Rtcp, packets};
use wire::rtp::{Header, is_rtcp};

/// Feeds both, whatever the bytes say that they are; returns how many values were read.
///
/// # Panics
/// When one breaks a promise.
pub fn parse_media(bytes: &[u8]) -> usize {
    let _ = is_rtcp(bytes);
    extensions(bytes) + reports(bytes)
}

fn extensions(bytes: &[u8]) -> usize {
    let Some(header) = Header::parse(bytes) else { return 0 };
    assert!(header.bytes <= bytes.len());
    let values = (0..=u8::MAX).filter_map(|id| header.extension(id));
    values.inspect(|value| assert!(value.len() < header.bytes)).count()
}

fn reports(bytes: &[u8]) -> usize {
    let mut read = 0;
    for packet in packets(bytes) {
        let (values, most) = match packet {
            Rtcp::SenderReport { blocks, .. } | Rtcp::ReceiverReport(blocks) => (blocks.count(), 31),
            Rtcp::Nack { lost, .. } => (lost.count(), bytes.len() / 4 * 17),
            Rtcp::TransportCc(arrivals) => (arrivals.count(), STATUSES_MAX),
            Rtcp::KeyFrameWanted { .. } | Rtcp::Goodbye => (1, 1),
        };
        assert!(values <= most, "{values} of at most {most}");
        read += values;
    }
    read
}
