//! A member: str0m as the client that offers, sends made-up media and writes down what comes.
use super::camera::{Camera, RIDS, simulcast};
use sfu::{Path, Protocol};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::media::{Direction, KeyframeRequestKind, MediaKind, Mid, Pt, Rid};
use str0m::net::Receive;
use str0m::rtp::{ExtensionMap, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc};

/// What a received packet said: who sent it, in which context, and its number there.
pub type Heard = (u8, u8, u32);

pub struct Client {
    pub name: u8,
    pub addr: SocketAddr,
    pub rtc: Rtc,
    pub tracks: Vec<Mid>,
    pub slots: Vec<Mid>,
    pub is_connected: bool,
    pub due: Instant,
    /// By slot, in the order of arrival.
    pub heard: BTreeMap<String, Vec<Heard>>,
    /// The same packets' payloads, as hashes.
    pub payloads: BTreeMap<String, Vec<u64>>,
    /// Key frames that were asked for, by track.
    pub asked: [u32; 4],
    /// What sends its camera in three sizes, if it does.
    pub camera: Camera,
    films: bool,
    wants_key_frame: [bool; 4],
    sent: [u32; 4],
    /// The sequence number of each track's first packet.
    pub sequence_begin: u64,
    pending: Option<SdpPendingOffer>,
}

impl Client {
    /// With so many slots for audio and for video.
    pub fn new(name: u8, now: Instant, audio: usize, video: usize) -> (Self, String) {
        Self::build(name, now, (audio, video), false)
    }

    /// One whose camera is sent in three sizes.
    pub fn filming(name: u8, now: Instant, audio: usize, video: usize) -> (Self, String) {
        Self::build(name, now, (audio, video), true)
    }

    fn build(name: u8, now: Instant, (audio, video): (usize, usize), films: bool) -> (Self, String) {
        let mut rtc = Rtc::builder().set_rtp_mode(true).clear_codecs().enable_opus(true, false).enable_vp8(true);
        *rtc.extension_map() = ExtensionMap::standard();
        let mut rtc = rtc.build(now);
        let addr = SocketAddr::from(([127, 0, 1, name], 40_000));
        rtc.add_local_candidate(Candidate::host(addr, "udp").unwrap());
        let mut api = rtc.sdp_api();
        let mut add = |kind, direction, sizes| api.add_media(kind, direction, None, None, sizes);
        let kinds = [(MediaKind::Audio, false), (MediaKind::Video, films), (MediaKind::Video, false), (MediaKind::Audio, false)];
        let tracks = kinds.map(|(kind, in_sizes)| add(kind, Direction::SendOnly, in_sizes.then(simulcast))).to_vec();
        let kinds = std::iter::repeat_n(MediaKind::Audio, audio).chain(std::iter::repeat_n(MediaKind::Video, video));
        let slots = kinds.map(|kind| add(kind, Direction::RecvOnly, None)).collect();
        let (offer, pending) = api.apply().unwrap();
        let client = Self {
            name,
            addr,
            rtc,
            tracks,
            slots,
            is_connected: false,
            due: now,
            heard: BTreeMap::new(),
            payloads: BTreeMap::new(),
            asked: [0; 4],
            camera: Camera::default(),
            films,
            wants_key_frame: [false; 4],
            sent: [0; 4],
            sequence_begin: 1,
            pending: Some(pending),
        };
        (client, offer.to_sdp_string())
    }

    pub fn answered(&mut self, answer: &str) {
        let answer = SdpAnswer::from_sdp_string(answer).expect("an answer that a client can read");
        self.rtc.sdp_api().accept_answer(self.pending.take().unwrap(), answer).expect("an answer that fits the offer");
        let camera = RIDS.map(|rid| (self.tracks[1], self.films.then(|| Rid::from(rid))));
        for (mid, rid) in camera.into_iter().chain([(self.tracks[2], None)]) {
            // str0m stops to resend at 15 % of what it sends, which browsers do not.
            self.rtc.direct_api().stream_tx_by_mid(mid, rid).unwrap().set_rtx_cache(1_024, Duration::from_secs(3), None);
        }
    }

    pub fn receive(&mut self, now: Instant, path: &Path, datagram: &[u8]) {
        if let Ok(receive) = Receive::new(str0m::net::Protocol::Udp, path.local, path.remote, datagram) {
            let _ = self.rtc.handle_input(Input::Receive(now, receive));
        }
    }

    /// Takes what it has to say; datagrams come back.
    pub fn drain(&mut self, now: Instant) -> Vec<(Path, Vec<u8>)> {
        let mut out = Vec::new();
        for _ in 0..1_000 {
            match self.rtc.poll_output().unwrap() {
                Output::Timeout(at) if at > now => {
                    self.due = at;
                    return out;
                }
                Output::Timeout(_) => self.rtc.handle_input(Input::Timeout(now)).unwrap(),
                Output::Transmit(transmit) => {
                    let path = Path { protocol: Protocol::Udp, local: transmit.destination, remote: transmit.source };
                    out.push((path, transmit.contents.to_vec()));
                }
                Output::Event(event) => self.told(event),
            }
        }
        panic!("a client that never comes to rest");
    }

    fn told(&mut self, event: Event) {
        match event {
            Event::Connected => self.is_connected = true,
            Event::KeyframeRequest(request) => {
                assert_eq!(request.kind, KeyframeRequestKind::Pli);
                let track = self.tracks.iter().position(|&mid| mid == request.mid).unwrap();
                match request.rid.and_then(|rid| RIDS.iter().position(|&name| Rid::from(name) == rid)) {
                    Some(layer) => self.camera.wants_key_frame[layer] = true,
                    None => self.wants_key_frame[track] = true,
                }
                self.asked[track] += 1;
            }
            Event::RtpPacket(packet) => {
                let mid = self.rtc.direct_api().stream_rx(&packet.header.ssrc).map(|stream| stream.mid().to_string());
                let body = &packet.payload[packet.payload.len() - 6..];
                let heard = (body[0], body[1], u32::from_be_bytes(body[2..6].try_into().unwrap()));
                let mut hasher = DefaultHasher::new();
                packet.payload.hash(&mut hasher);
                self.payloads.entry(mid.clone().unwrap()).or_default().push(hasher.finish());
                self.heard.entry(mid.unwrap()).or_default().push(heard);
            }
            _ => {}
        }
    }

    pub fn payload_type(&self, kind: MediaKind) -> Pt {
        self.rtc.codec_config().find(|params| params.spec().codec.is_video() == (kind == MediaKind::Video)).unwrap().pt()
    }

    /// Sends one packet of a track: for video, each is a frame; a key frame at first and whenever one was asked for.
    pub fn say(&mut self, now: Instant, context: usize) {
        let video = matches!(context, 1 | 2);
        let number = self.sent[context];
        let key = number == 0 || std::mem::take(&mut self.wants_key_frame[context]);
        self.sent[context] += 1;
        let mut payload = if video { vec![0x90, 0x80, 0x11, u8::from(!key)] } else { Vec::new() };
        payload.extend_from_slice(&[0xee; 200]);
        payload.extend_from_slice(&[self.name, u8::try_from(context).unwrap()]);
        payload.extend_from_slice(&number.to_be_bytes());
        let payload_type = self.payload_type(if video { MediaKind::Video } else { MediaKind::Audio });
        let mid = self.tracks[context];
        let mut direct = self.rtc.direct_api();
        let stream = direct.stream_tx_by_mid(mid, None).expect("a stream to send on");
        let write =
            RtpWrite::new(payload_type, (self.sequence_begin + u64::from(number)).into(), number * 960, now, payload).marker(true).nackable(true);
        stream.write_rtp(write);
    }

    /// What came on a slot.
    pub fn on(&self, slot: usize) -> &[Heard] {
        self.heard.get(&self.slots[slot].to_string()).map_or(&[], Vec::as_slice)
    }
}
