//! A member who writes each datagram by hand: ICE by `wire`, DTLS by dimpl, SRTP by `hop`.
use dimpl::certificate::generate_self_signed_certificate;
use dimpl::{Config, Dtls, DtlsCertificate, Output, SrtpProfile};
use hop::Keys;
use std::collections::HashMap;
use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use wire::attribute::{PRIORITY, USE_CANDIDATE, USERNAME};
use wire::demux::{Protocol, demux};
use wire::emit::Emitter;
use wire::rtcp::emit::{nack, picture_loss, receiver_report};
use wire::rtcp::{Rtcp, packets};
use wire::rtp::{Fixed, Header, emit, is_rtcp};
use wire::stun::{Class, Method};

/// Contexts of what a member sends (spec/9), and slots that each has.
pub const SOUND: usize = 0;
pub const PICTURE: usize = 1;
pub const SOUND_SLOTS: usize = 16;
/// The first slot of a picture.
pub const PICTURE_SLOT: usize = SOUND_SLOTS;
const SLOTS: usize = SOUND_SLOTS + 1;
const OPUS: u8 = 111;
const VP8: u8 = 96;
const RTX: u8 = 97;
const PRIORITY_OF_FIRST: u32 = 100;
const MID_EXTENSION: u8 = 4;
/// The name of a member's stream of each context is this and the context.
const SSRC: u32 = 1_000;
/// Under which name reports are sent.
const REPORTER: u32 = 7;
/// Bytes of IP and UDP around a datagram.
const OUTSIDE_BYTES: usize = 28;

pub struct Client {
    pub addr: SocketAddr,
    dtls: Dtls,
    keys: Option<Keys>,
    /// The SFU's, which checks are signed with.
    ufrag: String,
    password: String,
    /// The streams of its slots, in order.
    slots: Vec<u32>,
    /// The next number of each track, and of reports.
    numbers: [u64; 4],
    reports: u32,
    /// The highest whole number that opened, by stream.
    highest: HashMap<u32, u64>,
    /// Packets of media that came and opened, and bytes of their datagrams on the way.
    pub heard: usize,
    pub heard_bytes: usize,
    /// Packets of media that came, opened or not, and the largest.
    pub came: usize,
    pub largest: usize,
    /// Key frames that it was asked for.
    pub asked: usize,
}

impl Client {
    /// With its offer.
    pub fn new(now: Instant, host: u8) -> (Self, String) {
        let certificate = generate_self_signed_certificate().unwrap();
        let named = certificate.fingerprint_str();
        Self::with(certificate, &named, now, host)
    }

    /// One whose offer names somebody else's certificate.
    pub fn with_another_certificate(now: Instant, host: u8) -> (Self, String) {
        let (own, named) = (generate_self_signed_certificate().unwrap(), generate_self_signed_certificate().unwrap());
        Self::with(own, &named.fingerprint_str(), now, host)
    }

    /// One whose name for ICE is as long as a line of an offer may be.
    pub fn with_a_long_name(now: Instant, host: u8) -> (Self, String) {
        let (client, offer) = Self::new(now, host);
        (client, offer.replacen("a=ice-ufrag:them", &format!("a=ice-ufrag:{}", "x".repeat(8_000)), 1))
    }

    fn with(certificate: DtlsCertificate, named: &str, now: Instant, host: u8) -> (Self, String) {
        let offer = offer(named);
        let mut dtls = Dtls::new_12(Arc::new(Config::builder().build().unwrap()), certificate, now);
        dtls.set_active(true);
        let client = Self {
            addr: ([127, 0, 1, host], 40_000).into(),
            dtls,
            keys: None,
            ufrag: String::new(),
            password: String::new(),
            slots: Vec::new(),
            numbers: [1; 4],
            reports: 0,
            highest: HashMap::new(),
            heard: 0,
            heard_bytes: 0,
            came: 0,
            largest: 0,
            asked: 0,
        };
        (client, offer)
    }

    pub fn answered(&mut self, answer: &str) {
        let value = |name: &str| answer.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
        (self.ufrag, self.password) = (value("a=ice-ufrag:"), value("a=ice-pwd:"));
        let slots = answer.split("m=").skip(5);
        self.slots = slots.map(|slot| slot.split("a=ssrc:").nth(1).and_then(|of| of.split(' ').next()).unwrap().parse().unwrap()).collect();
    }

    /// The mid of a slot.
    pub fn mid(slot: usize) -> String {
        (4 + slot).to_string()
    }

    /// A good check.
    pub fn check(&self, nominates: bool) -> Vec<u8> {
        self.check_signed_with(&self.password, nominates)
    }

    /// A check as one writes it who knows this much.
    pub fn check_signed_with(&self, password: &str, nominates: bool) -> Vec<u8> {
        self.check_of(password, nominates, PRIORITY_OF_FIRST)
    }

    /// A good check that names a better path than the first.
    pub fn better_check(&self) -> Vec<u8> {
        self.check_of(&self.password, true, 2 * PRIORITY_OF_FIRST)
    }

    fn check_of(&self, password: &str, nominates: bool, priority: u32) -> Vec<u8> {
        let mut check = Vec::new();
        let mut emitter = Emitter::new(&mut check, Class::Request, Method::Binding, [9; 12]);
        emitter.attribute(USERNAME, format!("{}:them", self.ufrag).as_bytes()).attribute(PRIORITY, &priority.to_be_bytes());
        if nominates {
            emitter.attribute(USE_CANDIDATE, &[]);
        }
        emitter.integrity_sha1(password.as_bytes());
        check
    }

    pub fn is_up(&self) -> bool {
        self.keys.is_some()
    }

    /// Begins the handshake, or goes on with it; records to send.
    pub fn handshake(&mut self, now: Instant) -> Vec<Vec<u8>> {
        self.dtls.handle_timeout(now).unwrap();
        let (mut records, mut buffer) = (Vec::new(), vec![0; 65_536]);
        loop {
            match self.dtls.poll_output(&mut buffer) {
                Output::Packet(record) => records.push(record.to_vec()),
                Output::KeyingMaterial(material, profile) => self.keys = Some(of_client(&material, profile)),
                Output::Timeout(_) => return records,
                _ => {}
            }
        }
    }

    /// Takes what came; records to send.
    pub fn receive(&mut self, now: Instant, datagram: &[u8]) -> Vec<Vec<u8>> {
        match demux(datagram) {
            Some(Protocol::Dtls) => {
                self.dtls.handle_packet(datagram).unwrap();
                return self.handshake(now);
            }
            Some(Protocol::Rtp) if is_rtcp(datagram) => self.told(datagram),
            Some(Protocol::Rtp) => self.hear(datagram),
            _ => {}
        }
        Vec::new()
    }

    fn told(&mut self, datagram: &[u8]) {
        let (Some(keys), mut scratch) = (&self.keys, Vec::new()) else { return };
        let compound = keys.theirs.open_rtcp(datagram, &mut scratch).unwrap();
        self.asked += packets(compound).filter(|packet| matches!(packet, Rtcp::KeyFrameWanted { .. })).count();
    }

    fn hear(&mut self, datagram: &[u8]) {
        let (Some(keys), Some(header)) = (&self.keys, Header::parse(datagram)) else { return };
        (self.came, self.largest) = (self.came + 1, self.largest.max(datagram.len()));
        let ssrc = header.fixed.ssrc;
        let number = self.highest.get(&ssrc).map_or(u64::from(header.fixed.sequence), |&highest| nearest(highest, header.fixed.sequence));
        if keys.theirs.open_rtp(datagram, header.bytes, (ssrc, number), &mut Vec::new()).is_some() {
            self.highest.insert(ssrc, number.max(self.highest.get(&ssrc).copied().unwrap_or(0)));
            self.heard += 1;
            self.heard_bytes += datagram.len() + OUTSIDE_BYTES;
        }
    }

    /// Leaves out so many numbers of a track.
    pub fn leap(&mut self, context: usize, numbers: u64) {
        self.numbers[context] += numbers;
    }

    /// The next packet of a track, with a payload of so many bytes; each of a picture is a frame, the first a key frame.
    pub fn packet(&mut self, context: usize, bytes: usize) -> Vec<u8> {
        let number = self.numbers[context];
        self.numbers[context] += 1;
        self.packet_of(SSRC + u32::try_from(context).unwrap(), context, number, bytes)
    }

    /// A packet of any stream, which says of which track it is.
    pub fn packet_of(&self, ssrc: u32, context: usize, number: u64, bytes: usize) -> Vec<u8> {
        let sequence = u16::try_from(number & 0xffff).unwrap();
        let mut packet = Vec::new();
        let payload_type = if context == PICTURE { VP8 } else { OPUS };
        let fixed = Fixed { payload_type, sequence, ssrc, marker: true, timestamp: 0 };
        emit(&mut packet, &fixed, &[(MID_EXTENSION, context.to_string().as_bytes())], false);
        let header_bytes = packet.len();
        if context == PICTURE {
            packet.extend_from_slice(&[0x90, 0x80, 0x11, u8::from(number != 1)]);
        }
        packet.resize(header_bytes + bytes, 0xee);
        self.keys.as_ref().unwrap().ours.seal_rtp(&mut packet, header_bytes, (ssrc, number)).unwrap();
        packet
    }

    /// A report that asks for a key frame on a slot.
    pub fn wish_for_key_frame(&mut self, slot: usize) -> Vec<u8> {
        let ssrc = self.slots[slot];
        self.report(|compound| picture_loss(compound, REPORTER, ssrc))
    }

    /// A report that asks for packets of a slot again.
    pub fn ask_again(&mut self, slot: usize, lost: impl Iterator<Item = u16>) -> Vec<u8> {
        let (ssrc, lost) = (self.slots[slot], lost.collect::<Vec<_>>());
        self.report(|compound| nack(compound, REPORTER, ssrc, &lost))
    }

    fn report(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut compound = Vec::new();
        receiver_report(&mut compound, REPORTER, &[]);
        write(&mut compound);
        self.reports += 1;
        self.keys.as_ref().unwrap().ours.seal_rtcp(&mut compound, self.reports).unwrap();
        compound
    }
}

/// The four tracks, then the slots.
fn offer(fingerprint: &str) -> String {
    let mut offer = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n".to_owned();
    for place in 0..4 + SLOTS {
        let is_track = place < 4;
        let is_picture = if is_track { matches!(place, 1 | 2) } else { place - 4 >= SOUND_SLOTS };
        let line = if is_picture {
            format!("m=video 9 UDP/TLS/RTP/SAVPF {VP8} {RTX}\r\na=rtpmap:{VP8} VP8/90000\r\na=rtpmap:{RTX} rtx/90000\r\na=fmtp:{RTX} apt={VP8}\r\n")
        } else {
            format!("m=audio 9 UDP/TLS/RTP/SAVPF {OPUS}\r\na=rtpmap:{OPUS} opus/48000/2\r\n")
        };
        let stream =
            if is_track { format!("a=sendonly\r\na=ssrc:{} cname:x\r\n", SSRC + u32::try_from(place).unwrap()) } else { "a=recvonly\r\n".to_owned() };
        write!(offer, "{line}a=ice-ufrag:them\r\na=ice-pwd:theirs+theirs+theirs+theirs\r\na=fingerprint:sha-256 {fingerprint}\r\n").unwrap();
        write!(offer, "a=setup:active\r\na=mid:{place}\r\na=rtcp-mux\r\n{stream}").unwrap();
        write!(offer, "a=extmap:{MID_EXTENSION} urn:ietf:params:rtp-hdrext:sdes:mid\r\n").unwrap();
    }
    offer
}

/// What DTLS exports, with its ends in each other's place: `ours` seals what the client sends.
fn of_client(material: &[u8], profile: SrtpProfile) -> Keys {
    let key_bytes = if profile == SrtpProfile::AEAD_AES_128_GCM { 16 } else { 32 };
    let (keys, salts) = material.split_at(2 * key_bytes);
    let (ours, theirs) = keys.split_at(key_bytes);
    let (our_salt, their_salt) = salts.split_at(12);
    Keys::of_server(&[theirs, ours, their_salt, our_salt].concat(), profile).unwrap()
}

/// The whole number that a receiver takes these 16 bits for (RFC 3711 §3.3.1).
fn nearest(highest: u64, low: u16) -> u64 {
    let of_round = |round: u64| (round << 16) + u64::from(low);
    let round = highest >> 16;
    (round.saturating_sub(1)..=round + 1).map(of_round).min_by_key(|number| number.abs_diff(highest)).unwrap()
}
