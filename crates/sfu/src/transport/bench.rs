//! What the tests of this floor share: an offer's m-lines and both ends' keys.
use super::description::{Description, Media};
use dimpl::SrtpProfile;
use hop::Keys;

/// A microphone, a camera in three sizes and a screen.
const OFFER: &str = "v=0\r\na=ice-ufrag:them\r\na=ice-pwd:theirs\r\na=fingerprint:sha-256 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:a\r\na=rtpmap:111 opus/48000/2\r\na=ssrc:1 cname:x\r\n\
    m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:c\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n\
    a=rid:q send\r\na=rid:h send\r\na=rid:f send\r\n\
    m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:s\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=ssrc-group:FID 3 4\r\n";

pub(super) const MID: u8 = 4;
pub(super) const RID: u8 = 10;
pub(super) const REPAIRED_RID: u8 = 11;
pub(super) const TRANSPORT_CC: u8 = 3;
pub(super) const OPUS: u8 = 111;
pub(super) const VP8: u8 = 96;
pub(super) const RTX: u8 = 97;

/// The offer's m-lines, each with all extensions.
pub(super) fn media() -> Vec<Media> {
    let mut media = Description::read(OFFER).unwrap().media;
    for line in &mut media {
        let ids = &mut line.extensions;
        (ids.mid, ids.rid, ids.repaired_rid, ids.transport_cc) = (MID, RID, REPAIRED_RID, TRANSPORT_CC);
    }
    media
}

/// The SFU's keys and the client's.
pub(super) fn both_ends() -> (Keys, Keys) {
    let material: Vec<u8> = (0..56).collect();
    let ours = Keys::of_server(&material, SrtpProfile::AEAD_AES_128_GCM).unwrap();
    let swapped = [&material[16..32], &material[..16], &material[44..], &material[32..44]].concat();
    (ours, Keys::of_server(&swapped, SrtpProfile::AEAD_AES_128_GCM).unwrap())
}
