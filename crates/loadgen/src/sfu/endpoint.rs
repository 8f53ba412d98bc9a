//! One participant's transport: str0m on a socket of its own, as the client.
use super::media::{Kind, Source, Stamp};
use super::tally::Tally;
use super::weather::{Link, Weather};
use crate::sys::room_for;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{Extension, ExtensionMap, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc};

/// Bytes that wait for an endpoint which is busy: a key frame of everybody in a meeting.
const RECEIVE_BYTES: usize = 2 << 20;
/// Datagrams read before others have their turn.
const READS_MAX: usize = 64;
/// What str0m may say in a row; more is a mistake.
const OUTPUTS_MAX: usize = 100_000;
const DATAGRAM_BYTES_MAX: usize = 2_048;

/// The m-lines of an offer.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// spec/11: four tracks, then slots of sound and of picture.
    Leg { audio: usize, video: usize },
    /// One track of sound and one of picture, sent.
    Publisher,
}

/// A datagram towards the server, or from it.
type Datagram = (bool, SocketAddr, Vec<u8>);

/// An endpoint.
pub struct Endpoint {
    pub number: u16,
    pub is_connected: bool,
    pub due: Instant,
    pub sources: Vec<Source>,
    pub tally: Tally,
    /// Mids of what it offered to receive.
    pub slots: Vec<Mid>,
    pub(super) socket: UdpSocket,
    local: SocketAddr,
    rtc: Rtc,
    /// Of the contexts of spec/9; a publisher has the first two.
    tracks: Vec<Mid>,
    pending: Option<SdpPendingOffer>,
    link: Link<Datagram>,
    origin: Instant,
}

impl Endpoint {
    /// One whose socket is bound to `ip`; stamps count from `origin`.
    pub fn new(number: u16, ip: IpAddr, origin: Instant, now: Instant) -> io::Result<Self> {
        let socket = UdpSocket::bind((ip, 0))?;
        socket.set_nonblocking(true)?;
        room_for(&socket, RECEIVE_BYTES)?;
        let local = socket.local_addr()?;
        let mut rtc = Rtc::builder().set_rtp_mode(true).clear_codecs().enable_opus(true, false).enable_vp8(true).set_stats_interval(None);
        *rtc.extension_map() = extensions();
        let mut rtc = rtc.build(now);
        rtc.add_local_candidate(Candidate::host(local, "udp").expect("an address that can be a candidate"));
        Ok(Self {
            number,
            is_connected: false,
            due: now,
            sources: Vec::new(),
            tally: Tally::default(),
            slots: Vec::new(),
            socket,
            local,
            rtc,
            tracks: Vec::new(),
            pending: None,
            link: Link::new(u64::from(number) + 1),
            origin,
        })
    }

    /// Makes an offer.
    pub fn offer(&mut self, shape: Shape) -> String {
        let mut api = self.rtc.sdp_api();
        let mut add = |kind, direction| api.add_media(kind, direction, None, None, None);
        let (tracks, audio, video) = match shape {
            Shape::Leg { audio, video } => (vec![MediaKind::Audio, MediaKind::Video, MediaKind::Video, MediaKind::Audio], audio, video),
            Shape::Publisher => (vec![MediaKind::Audio, MediaKind::Video], 0, 0),
        };
        self.tracks = tracks.into_iter().map(|kind| add(kind, Direction::SendOnly)).collect();
        let slots = std::iter::repeat_n(MediaKind::Audio, audio).chain(std::iter::repeat_n(MediaKind::Video, video));
        self.slots = slots.map(|kind| add(kind, Direction::RecvOnly)).collect();
        let (offer, pending) = api.apply().expect("an offer with something in it");
        self.pending = Some(pending);
        offer.to_sdp_string()
    }

    /// Takes the answer to its offer.
    pub fn answered(&mut self, sdp: &str) -> Result<(), String> {
        let answer = SdpAnswer::from_sdp_string(sdp).map_err(|error| error.to_string())?;
        let pending = self.pending.take().ok_or("it made no offer")?;
        self.rtc.sdp_api().accept_answer(pending, answer).map_err(|error| error.to_string())?;
        // Whatever it waited for before.
        self.due = Instant::now();
        for &mid in &self.tracks {
            if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, None) {
                // str0m stops to resend at 15 % of what it sends, which browsers do not.
                stream.set_rtx_cache(1_024, Duration::from_secs(3), None);
            }
        }
        Ok(())
    }

    /// Answers an offer of the server.
    pub fn accept(&mut self, sdp: &str) -> Result<String, String> {
        let offer = SdpOffer::from_sdp_string(sdp).map_err(|error| error.to_string())?;
        let answer = self.rtc.sdp_api().accept_offer(offer).map_err(|error| error.to_string())?;
        self.due = Instant::now();
        Ok(answer.to_sdp_string())
    }

    pub fn set_weather(&mut self, weather: Weather) {
        self.link.weather = weather;
    }

    /// Sends the frames that are due; how many packets of sound and of picture.
    pub fn say(&mut self, now: Instant) -> (u64, u64) {
        let mut sent = (0, 0);
        for index in 0..self.sources.len() {
            while self.sources[index].due <= now {
                let packets = self.frame(index, now);
                if self.sources[index].kind == Kind::Audio {
                    sent.0 += packets;
                } else {
                    sent.1 += packets;
                }
            }
        }
        sent
    }

    fn frame(&mut self, index: usize, now: Instant) -> u64 {
        let source = &mut self.sources[index];
        let is_key = std::mem::take(&mut source.wants_key_frame);
        let sent_ns = u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(0);
        let video = source.kind == Kind::Video;
        let payload_type = self.rtc.codec_config().find(|params| params.spec().codec.is_video() == video).expect("its codec").pt();
        let timestamp = source.timestamp();
        let Some(&mid) = self.tracks.get(usize::from(source.context)) else { return 0 };
        for packet in 0..source.packets {
            let sequence = u64::from(source.number) + 1;
            let payload = source.payload(self.number, packet, is_key, sent_ns);
            let write = RtpWrite::new(payload_type, sequence.into(), timestamp, now, payload).marker(packet + 1 == source.packets).nackable(video);
            if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, None) {
                stream.write_rtp(write);
            }
        }
        source.frames = source.frames.wrapping_add(1);
        source.due += source.every;
        let packets = source.packets as u64;
        self.drain(now);
        packets
    }

    /// Takes what arrived on its socket.
    pub fn read(&mut self, now: Instant) {
        let mut buffer = [0; DATAGRAM_BYTES_MAX];
        for _ in 0..READS_MAX {
            let Ok((length, from)) = self.socket.recv_from(&mut buffer) else { break };
            if self.link.is_fair() {
                self.receive(now, from, &buffer[..length]);
            } else {
                self.link.send(now, (false, from, buffer[..length].to_vec()));
            }
        }
        self.drain(now);
    }

    /// Does what is due.
    pub fn timeout(&mut self, now: Instant) {
        while let Some((up, other, datagram)) = self.link.arrived(now) {
            if up {
                let _ = self.socket.send_to(&datagram, other);
            } else {
                self.receive(now, other, &datagram);
            }
        }
        self.drain(now);
    }

    fn receive(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) {
        if let Ok(receive) = Receive::new(Protocol::Udp, from, self.local, datagram) {
            let _ = self.rtc.handle_input(Input::Receive(now, receive));
            // One packet waits for its reader at a time.
            self.drain(now);
        }
    }

    fn drain(&mut self, now: Instant) {
        for _ in 0..OUTPUTS_MAX {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(at)) if at > now => {
                    self.due = self.link.due().map_or(at, |link| link.min(at));
                    return;
                }
                Ok(Output::Timeout(_)) => {
                    let _ = self.rtc.handle_input(Input::Timeout(now));
                }
                Ok(Output::Transmit(transmit)) => self.transmit(now, transmit.destination, &transmit.contents),
                Ok(Output::Event(event)) => self.told(event, now),
                Err(error) => panic!("endpoint {}: {error}", self.number),
            }
        }
        panic!("endpoint {} never comes to rest", self.number);
    }

    fn transmit(&mut self, now: Instant, to: SocketAddr, datagram: &[u8]) {
        if self.link.is_fair() {
            // A full socket drops, as a link does.
            let _ = self.socket.send_to(datagram, to);
        } else {
            self.link.send(now, (true, to, datagram.to_vec()));
        }
    }

    fn told(&mut self, event: Event, now: Instant) {
        match event {
            Event::Connected => self.is_connected = true,
            Event::KeyframeRequest(request) => {
                if let Some(context) = self.tracks.iter().position(|&mid| mid == request.mid)
                    && let Some(source) = self.sources.iter_mut().find(|source| usize::from(source.context) == context)
                {
                    source.wants_key_frame = true;
                }
            }
            Event::RtpPacket(packet) => {
                let now_ns = u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(0);
                if let Some(stamp) = Stamp::read(&packet.payload) {
                    self.tally.add(&stamp, matches!(stamp.context, 1 | 2), now, now_ns);
                }
            }
            _ => {}
        }
    }
}

/// Those of spec/11, so that an offer has no others.
fn extensions() -> ExtensionMap {
    let mut map = ExtensionMap::empty();
    map.set(2, Extension::AbsoluteSendTime);
    map.set(3, Extension::TransportSequenceNumber);
    map.set(4, Extension::RtpMid);
    map.set(10, Extension::RtpStreamId);
    map.set(11, Extension::RepairedRtpStreamId);
    map
}
