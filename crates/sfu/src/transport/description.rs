//! What an offer says of each m-line: payload types, extensions, encodings and streams.
//!
//! *Trust*: the client wrote it; [`Offer`](crate::offer::Offer) bounded and judged it. What makes no sense here is left out, and then nothing of it is used.
use crate::limits::{ICE_WORD_BYTES_MAX, LAYERS, SOURCES_MAX};
use crate::offer::Kind;
use wire::rtp::EXTENSION_ID_MAX;

/// Simulcast encodings, from the smallest (spec/11).
pub(super) const RIDS: [&str; LAYERS] = ["q", "h", "f"];
const MID: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
const RID: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
const REPAIRED_RID: &str = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
const TRANSPORT_CC: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

/// Ids of extensions; 0 where the client has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extensions {
    pub(super) mid: u8,
    pub(super) rid: u8,
    pub(super) repaired_rid: u8,
    pub(super) transport_cc: u8,
}

impl Extensions {
    /// Each that there is, with its name.
    pub(super) fn list(&self) -> impl Iterator<Item = (u8, &'static str)> {
        let all = [(self.mid, MID), (self.transport_cc, TRANSPORT_CC), (self.rid, RID), (self.repaired_rid, REPAIRED_RID)];
        all.into_iter().filter(|&(id, _)| id != 0)
    }

    fn note(&mut self, id: u8, uri: &str) {
        match uri {
            MID => self.mid = id,
            RID => self.rid = id,
            REPAIRED_RID => self.repaired_rid = id,
            TRANSPORT_CC => self.transport_cc = id,
            _ => {}
        }
    }
}

/// One m-line.
#[derive(Clone, Debug)]
pub(super) struct Media {
    pub(super) kind: Kind,
    pub(super) mid: String,
    pub(super) extensions: Extensions,
    /// Opus or VP8.
    pub(super) payload_type: Option<u8>,
    /// Its retransmissions.
    pub(super) resend_type: Option<u8>,
    /// Whether transport-wide feedback is understood for it.
    pub(super) has_transport_cc: bool,
    pub(super) has_reduced_size: bool,
    /// Encodings that are sent, by the place in `RIDS`; empty without simulcast.
    pub(super) rids: Vec<usize>,
    /// Streams that were named: the stream itself, and the one that repairs it.
    pub(super) streams: Vec<(u32, Option<u32>)>,
}

/// An offer.
pub(super) struct Description {
    pub(super) media: Vec<Media>,
    /// SHA-256 of the client's certificate.
    pub(super) fingerprint: [u8; 32],
    /// What its checks and their answers are signed with.
    pub(super) ufrag: String,
    pub(super) password: String,
}

impl Description {
    /// Reads a text that was judged. `None` when it names no certificate, or no ICE credentials that are as long as they may be.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut media: Vec<Reader> = Vec::new();
        let (mut fingerprint, mut ufrag, mut password) = (None, None, None);
        for line in text.lines() {
            if let Some(value) = line.strip_prefix("a=fingerprint:") {
                fingerprint = fingerprint.or(digest(value));
            } else if let Some(value) = line.strip_prefix("a=ice-ufrag:") {
                ufrag.get_or_insert(value.to_owned());
            } else if let Some(value) = line.strip_prefix("a=ice-pwd:") {
                password.get_or_insert(value.to_owned());
            } else if let Some(value) = line.strip_prefix("m=") {
                media.push(Reader::new(value));
            } else if let (Some(reader), Some(attribute)) = (media.last_mut(), line.strip_prefix("a=")) {
                reader.note(attribute);
            }
        }
        let within = |word: &String| word.len() <= ICE_WORD_BYTES_MAX;
        let (ufrag, password) = (ufrag.filter(within)?, password.filter(within)?);
        Some(Self { media: media.into_iter().map(Reader::done).collect(), fingerprint: fingerprint?, ufrag, password })
    }
}

fn digest(value: &str) -> Option<[u8; 32]> {
    let (_, hex) = value.split_once(' ')?;
    let bytes: Option<Vec<u8>> = hex.trim().split(':').map(|pair| u8::from_str_radix(pair, 16).ok()).collect();
    bytes?.try_into().ok()
}

struct Reader {
    media: Media,
    /// RTX: its payload type and the one that it repairs.
    repairs: Vec<(u8, u8)>,
    feedback: Vec<u8>,
}

impl Reader {
    fn new(line: &str) -> Self {
        let kind = match line.split(' ').next() {
            Some("audio") => Kind::Audio,
            Some("video") => Kind::Video,
            _ => Kind::Application,
        };
        let media = Media {
            kind,
            mid: String::new(),
            extensions: Extensions::default(),
            payload_type: None,
            resend_type: None,
            has_transport_cc: false,
            has_reduced_size: false,
            rids: Vec::new(),
            streams: Vec::new(),
        };
        Self { media, repairs: Vec::new(), feedback: Vec::new() }
    }

    fn note(&mut self, attribute: &str) {
        let (name, value) = attribute.split_once(':').unwrap_or((attribute, ""));
        let (first, rest) = value.split_once(' ').unwrap_or((value, ""));
        match name {
            "mid" => value.clone_into(&mut self.media.mid),
            "rtcp-rsize" => self.media.has_reduced_size = true,
            "extmap" => self.extension(first, rest),
            "rtpmap" => self.codec(first, rest),
            "fmtp" => self.repairs.extend(payload_type(first).zip(rest.split(';').find_map(|part| payload_type(part.trim().strip_prefix("apt=")?)))),
            "rtcp-fb" if rest == "transport-cc" => self.feedback.extend(payload_type(first)),
            "rid" if rest.starts_with("send") => self.media.rids.extend(RIDS.iter().position(|&rid| rid == first)),
            "ssrc" => self.stream(first),
            "ssrc-group" if first == "FID" => self.repaired(rest),
            _ => {}
        }
    }

    /// Those that we would have to send as something else than one byte of header allows are not used.
    fn extension(&mut self, id: &str, uri: &str) {
        let id = id.split('/').next().and_then(|id| id.parse().ok());
        if let Some(id) = id.filter(|id| (1..=EXTENSION_ID_MAX).contains(id)) {
            self.media.extensions.note(id, uri.split(' ').next().unwrap_or(uri));
        }
    }

    fn codec(&mut self, number: &str, name: &str) {
        let wanted = if self.media.kind == Kind::Video { "VP8/90000" } else { "opus/48000/2" };
        if self.media.payload_type.is_none() && name.eq_ignore_ascii_case(wanted) {
            self.media.payload_type = payload_type(number);
        }
    }

    fn stream(&mut self, ssrc: &str) {
        let Ok(ssrc) = ssrc.parse() else { return };
        let is_known = self.media.streams.iter().any(|&(stream, repair)| stream == ssrc || repair == Some(ssrc));
        if !is_known && self.media.streams.len() < SOURCES_MAX {
            self.media.streams.push((ssrc, None));
        }
    }

    fn repaired(&mut self, pair: &str) {
        let Some((Ok(ssrc), Ok(repair))) = pair.split_once(' ').map(|(ssrc, repair)| (ssrc.parse(), repair.trim().parse())) else { return };
        self.media.streams.retain(|&(stream, _)| stream != ssrc && stream != repair);
        if self.media.streams.len() < SOURCES_MAX {
            self.media.streams.push((ssrc, Some(repair)));
        }
    }

    fn done(mut self) -> Media {
        let Some(codec) = self.media.payload_type else { return self.media };
        self.media.resend_type = self.repairs.iter().find(|&&(_, of)| of == codec).map(|&(repair, _)| repair);
        self.media.has_transport_cc = self.feedback.contains(&codec) && self.media.extensions.transport_cc != 0;
        self.media
    }
}

fn payload_type(text: &str) -> Option<u8> {
    text.parse().ok().filter(|number| *number < 128)
}

#[cfg(test)]
mod tests {
    use super::{Description, Extensions};
    use crate::offer::Kind;

    const OFFER: &str = "v=0\r\na=ice-ufrag:them\r\na=ice-pwd:theirs\r\na=fingerprint:sha-256 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\na=mid:0\r\na=extmap:4/sendonly urn:ietf:params:rtp-hdrext:sdes:mid\r\na=rtpmap:0 PCMU/8000\r\n\
        a=rtpmap:111 opus/48000/2\r\na=ssrc:7 cname:x\r\na=ssrc:7 msid:- x\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 120 124\r\na=mid:1\r\na=extmap:200 urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
        a=extmap:7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\na=fmtp:124 apt=120\r\na=rtpmap:120 VP8/90000\r\n\
        a=rtpmap:124 rtx/90000\r\na=rtcp-fb:120 transport-cc\r\na=rid:q send\r\na=rid:f send\r\na=rid:z send\r\na=ssrc:1 cname:x\r\na=ssrc:2 cname:x\r\n\
        a=ssrc-group:FID 1 2\r\na=rtcp-rsize\r\n";

    #[test]
    fn each_m_line_has_its_own() {
        let read = Description::read(OFFER).unwrap();
        assert_eq!((&read.fingerprint[..3], &*read.ufrag, &*read.password), (&[0, 1, 2][..], "them", "theirs"));
        let [audio, video] = &read.media[..] else { panic!("two m-lines") };
        assert_eq!((audio.kind, audio.payload_type, audio.resend_type, audio.has_transport_cc), (Kind::Audio, Some(111), None, false));
        assert_eq!(audio.extensions, Extensions { mid: 4, ..Extensions::default() });
        assert_eq!(audio.streams, [(7, None)]);
        assert_eq!((video.kind, video.payload_type, video.resend_type, video.has_transport_cc), (Kind::Video, Some(120), Some(124), true));
        assert_eq!(video.extensions, Extensions { transport_cc: 7, ..Extensions::default() }, "an id that does not fit one byte is not used");
        assert_eq!((&video.rids[..], &video.streams[..], video.has_reduced_size), (&[0, 2][..], &[(1, Some(2))][..], true));
    }

    #[test]
    fn without_a_certificate_it_is_nothing() {
        assert!(Description::read("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n").is_none());
        assert!(Description::read("v=0\r\na=fingerprint:sha-256 00:01\r\n").is_none());
        assert!(Description::read(&OFFER.replace("a=ice-pwd", "a=x")).is_none());
    }

    #[test]
    fn a_name_that_would_fill_datagrams_is_none() {
        let named = |chars: usize| OFFER.replacen("a=ice-ufrag:them", &format!("a=ice-ufrag:{}", "x".repeat(chars)), 1);
        assert!(Description::read(&named(256)).is_some());
        assert!(Description::read(&named(257)).is_none());
    }
}
