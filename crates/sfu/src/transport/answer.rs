//! The answer to an offer: every m-line in its place, all on one transport (RFC 8829 §5.3, RFC 8843).
use super::description::{Description, Media, RIDS};
use crate::offer::Kind;
use crate::session::Protocol;
use std::fmt::{self, Write};
use std::net::SocketAddr;

/// The streams of one slot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    pub(super) ssrc: u32,
    pub(super) resend: Option<u32>,
}

/// What the answer says of us.
pub(super) struct Ourselves<'a> {
    pub(super) ufrag: &'a str,
    pub(super) password: &'a str,
    pub(super) fingerprint: &'a str,
    pub(super) cname: &'a str,
    pub(super) session: u64,
    pub(super) locals: &'a [(Protocol, SocketAddr)],
}

/// Writes it. `tracks` m-lines are the client's, the others are slots with their streams, in order.
pub(super) fn write(offer: &Description, tracks: usize, slots: &[Named], us: &Ourselves<'_>) -> Result<String, fmt::Error> {
    let mut out = String::with_capacity(1_024 * offer.media.len());
    write!(out, "v=0\r\no=- {} 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE", us.session >> 1)?;
    for media in offer.media.iter().filter(|media| media.kind != Kind::Application) {
        write!(out, " {}", media.mid)?;
    }
    out.write_str("\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS *\r\na=ice-lite\r\n")?;
    let mut slots = slots.iter();
    for (place, media) in offer.media.iter().enumerate() {
        if media.kind == Kind::Application {
            // Refused: the SFU carries media only.
            write!(out, "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:{}\r\na=inactive\r\n", media.mid)?;
            continue;
        }
        line(&mut out, media, us)?;
        if place == 0 {
            candidates(&mut out, us.locals)?;
        }
        if place < tracks {
            track(&mut out, media)?;
        } else if let Some(named) = slots.next() {
            slot(&mut out, media, named, us.cname)?;
        }
    }
    Ok(out)
}

fn line(out: &mut String, media: &Media, us: &Ourselves<'_>) -> fmt::Result {
    let (kind, codec) = if media.kind == Kind::Video { ("video", "VP8/90000") } else { ("audio", "opus/48000/2") };
    let number = media.payload_type.unwrap_or(0);
    write!(out, "m={kind} 9 UDP/TLS/RTP/SAVPF {number}")?;
    if let Some(resend) = media.resend_type {
        write!(out, " {resend}")?;
    }
    write!(out, "\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=ice-options:trickle\r\n", us.ufrag, us.password)?;
    write!(out, "a=fingerprint:sha-256 {}\r\na=setup:passive\r\na=mid:{}\r\n", us.fingerprint, media.mid)?;
    for (id, name) in media.extensions.list() {
        write!(out, "a=extmap:{id} {name}\r\n")?;
    }
    out.write_str("a=rtcp-mux\r\n")?;
    if media.has_reduced_size {
        out.write_str("a=rtcp-rsize\r\n")?;
    }
    write!(out, "a=rtpmap:{number} {codec}\r\n")?;
    if media.kind == Kind::Audio {
        write!(out, "a=fmtp:{number} minptime=10;useinbandfec=1\r\n")?;
    }
    if media.has_transport_cc {
        write!(out, "a=rtcp-fb:{number} transport-cc\r\n")?;
    }
    if media.kind == Kind::Video {
        write!(out, "a=rtcp-fb:{number} ccm fir\r\na=rtcp-fb:{number} nack\r\na=rtcp-fb:{number} nack pli\r\n")?;
    }
    if let Some(resend) = media.resend_type {
        write!(out, "a=rtpmap:{resend} rtx/90000\r\na=fmtp:{resend} apt={number}\r\n")?;
    }
    Ok(())
}

fn track(out: &mut String, media: &Media) -> fmt::Result {
    out.write_str("a=recvonly\r\n")?;
    let rids: Vec<&str> = media.rids.iter().map(|&layer| RIDS[layer]).collect();
    for rid in &rids {
        write!(out, "a=rid:{rid} recv\r\n")?;
    }
    if !rids.is_empty() {
        write!(out, "a=simulcast:recv {}\r\n", rids.join(";"))?;
    }
    Ok(())
}

fn slot(out: &mut String, media: &Media, named: &Named, cname: &str) -> fmt::Result {
    write!(out, "a=sendonly\r\na=msid:- slot{}\r\na=ssrc:{} cname:{cname}\r\n", media.mid, named.ssrc)?;
    if let Some(resend) = named.resend {
        write!(out, "a=ssrc:{resend} cname:{cname}\r\na=ssrc-group:FID {} {resend}\r\n", named.ssrc)?;
    }
    Ok(())
}

/// RFC 8445 §5.1.2: host candidates, UDP before TCP.
fn candidates(out: &mut String, locals: &[(Protocol, SocketAddr)]) -> fmt::Result {
    for (index, (protocol, addr)) in locals.iter().enumerate() {
        let preference = 65_535 - index.min(1_000);
        let (name, kind, of_type) = match protocol {
            Protocol::Udp => ("udp", "", 126),
            Protocol::Tcp => ("tcp", " tcptype passive", 90),
        };
        let priority = (of_type << 24) + (preference << 8) + 255;
        write!(out, "a=candidate:{} 1 {name} {priority} {} {} typ host{kind}\r\n", index + 1, addr.ip(), addr.port())?;
    }
    out.write_str("a=end-of-candidates\r\n")
}
