//! A client's offer, judged before anything else reads it.
//!
//! *Trust*: the client wrote every byte. *Bounds*: bytes, lines, m-lines and mids, in `limits`. What passes has the m-lines of a leg in their order:
//! microphone, camera, screen, screen audio, then receive slots; among them perhaps a data channel.
use crate::limits::{AUDIO_SLOTS_MAX, LINE_BYTES_MAX, MID_BYTES_MAX, OFFER_BYTES_MAX, OFFER_LINES_MAX, TRACKS, VIDEO_SLOTS_MAX};
use std::fmt;

/// Why an offer was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfferError {
    /// It is not what a client of ours writes.
    Malformed(&'static str),
    /// It would weaken the transport: keys in the text, another profile, no single certificate.
    Insecure(&'static str),
    /// There are too many legs.
    Full,
}

impl fmt::Display for OfferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(what) | Self::Insecure(what) => write!(f, "the offer is refused: {what}"),
            Self::Full => f.write_str("there is no room for another leg"),
        }
    }
}

impl std::error::Error for OfferError {}

/// What an m-line carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Opus.
    Audio,
    /// VP8.
    Video,
    /// A data channel, which the SFU does not use.
    Application,
}

/// One m-line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it carries.
    pub kind: Kind,
    /// Its name, unique in the offer.
    pub mid: String,
    sends: bool,
    receives: bool,
    /// Port 0 without `bundle-only`: the client wants nothing of it.
    off: bool,
}

/// An offer that passed.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The text without the client's candidates, which an ICE-lite agent has no use for.
    pub sdp: String,
    /// What the client sends, by context.
    pub tracks: Vec<Line>,
    /// What the client receives, in order.
    pub slots: Vec<Line>,
}

const KINDS: [Kind; TRACKS] = [Kind::Audio, Kind::Video, Kind::Video, Kind::Audio];

impl Offer {
    /// Judges a text.
    pub fn parse(text: &str) -> Result<Self, OfferError> {
        if text.len() > OFFER_BYTES_MAX || text.lines().count() > OFFER_LINES_MAX {
            return Err(OfferError::Malformed("it is too long"));
        }
        if !text.starts_with("v=0") || text.lines().any(|line| line.len() > LINE_BYTES_MAX) {
            return Err(OfferError::Malformed("a line is too long, or no SDP"));
        }
        check_transport(text)?;
        let mut lines = lines(text)?;
        if lines.len() < TRACKS {
            return Err(OfferError::Malformed("an m-line is missing"));
        }
        let mut slots = lines.split_off(TRACKS);
        // Browsers put it behind all media, wherever it was asked for.
        if let Some(channel) = slots.iter().position(|line| line.kind == Kind::Application) {
            slots.remove(channel);
        }
        check_order(&lines, &slots)?;
        Ok(Self { sdp: without_candidates(text), tracks: lines, slots })
    }
}

/// Refuses what would weaken DTLS-SRTP, whatever else the text says.
fn check_transport(text: &str) -> Result<(), OfferError> {
    let mut fingerprint: Option<String> = None;
    for line in text.lines() {
        if line.starts_with("a=crypto") {
            return Err(OfferError::Insecure("it has keys in the text"));
        }
        if line == "a=ice-lite" {
            return Err(OfferError::Malformed("both ends would be ICE-lite"));
        }
        if let Some(setup) = line.strip_prefix("a=setup:")
            && !matches!(setup, "actpass" | "active")
        {
            return Err(OfferError::Malformed("the client must be the DTLS client"));
        }
        if let Some(value) = line.strip_prefix("a=fingerprint:") {
            let value = value.to_ascii_lowercase();
            if !value.starts_with("sha-256 ") || fingerprint.as_ref().is_some_and(|known| *known != value) {
                return Err(OfferError::Insecure("it does not name one certificate by SHA-256"));
            }
            fingerprint = Some(value);
        }
    }
    if fingerprint.is_some() { Ok(()) } else { Err(OfferError::Insecure("it names no certificate")) }
}

fn lines(text: &str) -> Result<Vec<Line>, OfferError> {
    let mut lines: Vec<Line> = Vec::new();
    for line in text.lines() {
        if let Some(media) = line.strip_prefix("m=") {
            if lines.len() > TRACKS + AUDIO_SLOTS_MAX + VIDEO_SLOTS_MAX {
                return Err(OfferError::Malformed("it has too many m-lines"));
            }
            lines.push(Line { kind: kind(media)?, mid: String::new(), sends: true, receives: true, off: media.split(' ').nth(1) == Some("0") });
        } else if let Some(last) = lines.last_mut() {
            match line {
                "a=sendonly" => last.receives = false,
                "a=recvonly" => last.sends = false,
                "a=bundle-only" => last.off = false,
                "a=inactive" => (last.sends, last.receives) = (false, false),
                _ => {
                    if let Some(mid) = line.strip_prefix("a=mid:") {
                        mid.clone_into(&mut last.mid);
                    }
                }
            }
        }
    }
    if lines.iter().any(|line| line.off) {
        return Err(OfferError::Malformed("an m-line is switched off"));
    }
    for (index, line) in lines.iter().enumerate() {
        let sound =
            (1..=MID_BYTES_MAX).contains(&line.mid.len()) && line.mid.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !sound || lines[..index].iter().any(|other| other.mid == line.mid) {
            return Err(OfferError::Malformed("a mid is missing, strange or there twice"));
        }
    }
    Ok(lines)
}

/// The kind of an m-line, whose profile must be the secure one.
fn kind(media: &str) -> Result<Kind, OfferError> {
    let mut words = media.split(' ');
    let (name, _, profile) = (words.next(), words.next(), words.next());
    match (name, profile) {
        (Some("audio"), Some("UDP/TLS/RTP/SAVPF")) => Ok(Kind::Audio),
        (Some("video"), Some("UDP/TLS/RTP/SAVPF")) => Ok(Kind::Video),
        (Some("application"), Some("UDP/DTLS/SCTP")) => Ok(Kind::Application),
        (Some("audio" | "video" | "application"), _) => Err(OfferError::Insecure("an m-line has another profile")),
        _ => Err(OfferError::Malformed("an m-line is of no known kind")),
    }
}

fn check_order(tracks: &[Line], slots: &[Line]) -> Result<(), OfferError> {
    if tracks.iter().zip(KINDS).any(|(line, kind)| line.kind != kind || line.receives) {
        return Err(OfferError::Malformed("the first m-lines are not microphone, camera, screen and screen audio, all sendonly"));
    }
    let audio = slots.iter().take_while(|line| line.kind == Kind::Audio).count();
    let video = slots[audio..].iter().take_while(|line| line.kind == Kind::Video).count();
    if audio + video != slots.len() || slots.iter().any(|line| line.sends) {
        return Err(OfferError::Malformed("the rest are not audio slots, then video slots, all recvonly"));
    }
    if audio > AUDIO_SLOTS_MAX || video > VIDEO_SLOTS_MAX {
        return Err(OfferError::Malformed("it has too many slots"));
    }
    Ok(())
}

fn without_candidates(text: &str) -> String {
    let kept = text.lines().filter(|line| !line.starts_with("a=candidate:") && !line.starts_with("a=end-of-candidates"));
    kept.fold(String::with_capacity(text.len()), |mut whole, line| {
        whole.push_str(line);
        whole.push_str("\r\n");
        whole
    })
}
