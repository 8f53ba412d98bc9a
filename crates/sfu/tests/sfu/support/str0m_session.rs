//! A [`Session`] by str0m in RTP mode: the implementation of others that ours is held against, packet by packet.
mod aead_only;

use sfu::limits::{LAYERS, RESEND_MS, RESEND_PACKETS_VIDEO, SOURCES_MAX};
use sfu::{Answer, Appetite, Front, Kind, Line, Offer, OfferError, Output, Packet, Path, Protocol, Session};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use str0m::bwe::{Bitrate, BweKind};
use str0m::change::SdpOffer;
use str0m::config::DtlsVersion;
use str0m::format::{Codec, CodecConfig, PayloadParams};
use str0m::media::{KeyframeRequestKind, Mid, Pt, Rid};
use str0m::net::{Protocol as NetProtocol, Receive, TcpType};
use str0m::rtp::{Extension, ExtensionMap, RtpPacket, RtpWrite, Ssrc};
use str0m::{Candidate, Event, Input, Rtc, RtcConfig};

/// Packets that wait in a slot at most.
const QUEUE_PACKETS_MAX: usize = 512;
const RESEND_PACKETS_AUDIO: usize = 64;
/// Where the bandwidth estimate begins.
const BITRATE_START_KBPS: u64 = 2_500;
/// Simulcast encodings, from the smallest.
const RIDS: [&str; LAYERS] = ["q", "h", "f"];

struct Slot {
    mid: Mid,
    kind: Kind,
    /// The names of its streams in the answer.
    ssrc: Ssrc,
    resend_ssrc: Option<Ssrc>,
    /// Whether str0m has its streams: from the first packet on, since str0m looks at every stream that it has for each packet of any.
    is_open: bool,
}

/// One client, by str0m.
pub struct Str0mSession {
    rtc: Rtc,
    tracks: Vec<Mid>,
    slots: Vec<Slot>,
    opus: Option<Pt>,
    vp8: Option<Pt>,
    sources: HashMap<Ssrc, (usize, usize)>,
}

impl Session for Str0mSession {
    fn answer(offer: &Offer, locals: &[(Protocol, SocketAddr)], now: Instant) -> Result<(Self, Answer), OfferError> {
        let parsed = SdpOffer::from_sdp_string(&offer.sdp).map_err(|_| OfferError::Malformed("it is no SDP"))?;
        let mut rtc = config().build(now);
        for &(protocol, addr) in locals {
            if let Some(candidate) = candidate(protocol, addr) {
                rtc.add_local_candidate(candidate);
            }
        }
        let answer = rtc.sdp_api().accept_offer(parsed).map_err(|_| OfferError::Malformed("it cannot be answered"))?;
        let credentials = rtc.direct_api().local_ice_credentials();
        let payload_type = |codec| rtc.codec_config().find(|params| params.spec().codec == codec).map(PayloadParams::pt);
        let (opus, vp8) = (payload_type(Codec::Opus), payload_type(Codec::Vp8));
        let tracks = offer.tracks.iter().map(|line| Mid::from(line.mid.as_str())).collect();
        let slots = offer.slots.iter().map(|line| closed_slot(&mut rtc, line)).collect::<Option<_>>();
        let slots = slots.ok_or(OfferError::Malformed("a slot has no stream"))?;
        let session = Self { rtc, tracks, slots, opus, vp8, sources: HashMap::new() };
        let answer = Answer { sdp: answer.to_sdp_string(), ufrag: credentials.ufrag, password: credentials.pass };
        Ok((session, answer))
    }

    fn receive(&mut self, now: Instant, path: &Path, datagram: &[u8]) {
        let protocol = match path.protocol {
            Protocol::Udp => NetProtocol::Udp,
            Protocol::Tcp => NetProtocol::Tcp,
        };
        let Ok(receive) = Receive::new(protocol, path.remote, path.local, datagram) else { return };
        // What it says is about one datagram, which anybody on the way may have made up. A leg that never comes up ends by its deadline.
        let _ = self.rtc.handle_input(Input::Receive(now, receive));
    }

    fn timeout(&mut self, now: Instant) {
        let _ = self.rtc.handle_input(Input::Timeout(now));
    }

    fn poll(&mut self) -> Output {
        loop {
            let output = match self.rtc.poll_output() {
                Ok(str0m::Output::Timeout(at)) => return Output::Idle(at),
                Ok(str0m::Output::Transmit(transmit)) => {
                    let protocol = if transmit.proto == NetProtocol::Udp { Protocol::Udp } else { Protocol::Tcp };
                    let path = Path { protocol, local: transmit.source, remote: transmit.destination };
                    return Output::Transmit(path, transmit.contents.into());
                }
                Ok(str0m::Output::Event(event)) => self.told(event),
                Err(_) => Some(Output::Closed),
            };
            if let Some(output) = output {
                return output;
            }
        }
    }

    fn send(&mut self, now: Instant, packet: &Packet, _: &mut impl FnMut(&Path, &[u8])) -> bool {
        let Some(slot) = self.slots.get_mut(packet.stream) else { return false };
        if !std::mem::replace(&mut slot.is_open, true) {
            open(&mut self.rtc, slot);
        }
        let (ssrc, kind) = (slot.ssrc, slot.kind);
        let Some(payload_type) = (if kind == Kind::Video { self.vp8 } else { self.opus }) else { return false };
        let mut direct = self.rtc.direct_api();
        let Some(stream) = direct.stream_tx(&ssrc) else { return false };
        if stream.queue_info().is_some_and(|queue| queue.packet_count() > QUEUE_PACKETS_MAX) {
            return false;
        }
        let write = RtpWrite::new(payload_type, packet.sequence.into(), packet.timestamp, now, packet.parts().concat());
        stream.write_rtp(write.marker(packet.marker).nackable(kind == Kind::Video));
        true
    }

    fn ask_key_frame(&mut self, track: usize, layer: usize) {
        let Some(&mid) = self.tracks.get(track) else { return };
        let mut direct = self.rtc.direct_api();
        let with_rid = RIDS.get(layer).map(|&rid| Rid::from(rid));
        let rid = if direct.stream_rx_by_mid(mid, with_rid).is_some() { with_rid } else { None };
        if let Some(stream) = direct.stream_rx_by_mid(mid, rid) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
    }

    fn want(&mut self, appetite: Appetite) {
        self.rtc.bwe().set_bitrate(Bitrate::from(appetite.next), Bitrate::from(appetite.most));
    }

    fn close(&mut self) {
        let _ = self.rtc.close();
    }
}

impl Str0mSession {
    fn told(&mut self, event: Event) -> Option<Output> {
        match event {
            Event::Connected => Some(Output::Connected),
            Event::RtpPacket(packet) => self.packet(packet).map(Output::Packet),
            Event::KeyframeRequest(request) => self.slots.iter().position(|slot| slot.mid == request.mid).map(Output::KeyFrameWanted),
            Event::EgressBitrateEstimate(BweKind::Twcc { estimate, .. }) => Some(Output::Estimate(estimate.as_u64())),
            Event::Closed => Some(Output::Closed),
            _ => None,
        }
    }

    fn packet(&mut self, packet: RtpPacket) -> Option<Packet> {
        let (stream, layer) = self.source(packet.header.ssrc)?;
        Some(Packet {
            stream,
            layer,
            sequence: *packet.seq_no,
            timestamp: packet.header.timestamp,
            marker: packet.header.marker,
            payload: packet.payload,
            front: Front::default(),
        })
    }

    /// The track and the layer that a stream belongs to.
    fn source(&mut self, ssrc: Ssrc) -> Option<(usize, usize)> {
        if let Some(&known) = self.sources.get(&ssrc) {
            return Some(known);
        }
        let mut direct = self.rtc.direct_api();
        let stream = direct.stream_rx(&ssrc)?;
        let (mid, rid) = (stream.mid(), stream.rid());
        let track = self.tracks.iter().position(|&track| track == mid)?;
        let layer = match rid {
            None => LAYERS - 1,
            Some(rid) => RIDS.iter().position(|&name| Rid::from(name) == rid)?,
        };
        if self.sources.len() >= SOURCES_MAX {
            self.sources.clear();
        }
        self.sources.insert(ssrc, (track, layer));
        Some((track, layer))
    }
}

/// A slot whose streams were named in the answer, and are given up until there is something to send.
fn closed_slot(rtc: &mut Rtc, line: &Line) -> Option<Slot> {
    let mid = Mid::from(line.mid.as_str());
    let mut direct = rtc.direct_api();
    let stream = direct.stream_tx_by_mid(mid, None)?;
    let (ssrc, resend_ssrc) = (stream.ssrc(), stream.rtx());
    direct.remove_stream_tx(ssrc);
    Some(Slot { mid, kind: line.kind, ssrc, resend_ssrc, is_open: false })
}

fn open(rtc: &mut Rtc, slot: &Slot) {
    let packets = if slot.kind == Kind::Video { RESEND_PACKETS_VIDEO } else { RESEND_PACKETS_AUDIO };
    let mut direct = rtc.direct_api();
    let stream = direct.declare_stream_tx(slot.ssrc, slot.resend_ssrc, slot.mid, None);
    // Without a cap on their share: 30 % loss wants more than the usual 15 %. The cache bounds them.
    stream.set_rtx_cache(packets, Duration::from_millis(RESEND_MS), None);
    // The publisher paces already. Held back to an estimate that loss has pushed down, media would only come later and later.
    stream.set_unpaced(true);
}

fn config() -> RtcConfig {
    let mut extensions = ExtensionMap::empty();
    extensions.set(2, Extension::AbsoluteSendTime);
    extensions.set(3, Extension::TransportSequenceNumber);
    extensions.set(4, Extension::RtpMid);
    extensions.set(10, Extension::RtpStreamId);
    extensions.set(11, Extension::RepairedRtpStreamId);
    let mut config = RtcConfig::new()
        .set_crypto_provider(aead_only::provider())
        .set_dtls_version(DtlsVersion::Dtls12)
        .set_ice_lite(true)
        .set_rtp_mode(true)
        .clear_codecs()
        .enable_opus(true, false)
        .enable_vp8(true)
        .set_extension_map(extensions)
        .set_stats_interval(None)
        .set_send_buffer_video(RESEND_PACKETS_VIDEO)
        .set_send_buffer_audio(RESEND_PACKETS_AUDIO)
        .enable_bwe(Some(Bitrate::kbps(BITRATE_START_KBPS)));
    let mut codecs = config.codec_config().params().to_vec();
    for params in codecs.iter_mut().filter(|params| params.spec().codec.is_audio()) {
        // Before there is anything to send, str0m probes with empty packets of a stream that no description names, in the first slot whose codec has this
        // feedback. In one of sound, Chromium takes them for what it shall play, and never plays the slot's own stream.
        params.set_fb_transport_cc(false);
    }
    *config.codec_config() = CodecConfig::new_from_payload_params(codecs);
    config
}

fn candidate(protocol: Protocol, addr: SocketAddr) -> Option<Candidate> {
    match protocol {
        Protocol::Udp => Candidate::host(addr, NetProtocol::Udp).ok(),
        Protocol::Tcp => Candidate::builder().tcp().host(addr).tcptype(TcpType::Passive).build().ok(),
    }
}
