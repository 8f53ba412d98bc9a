//! One client's transport: ICE, DTLS, SRTP and the feedback of RTP. The forwarding logic knows no other; an implementation stands behind this trait.
use crate::offer::{Offer, OfferError};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

/// How datagrams travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// One datagram each.
    Udp,
    /// Framed as RFC 4571 says, which the node does.
    Tcp,
}

/// Both ends of a datagram's way. `local` is an address as candidates have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    /// UDP or TCP.
    pub protocol: Protocol,
    /// Ours.
    pub local: SocketAddr,
    /// The client's.
    pub remote: SocketAddr,
}

/// The answer to an offer, and the credentials that checks of this client will have. Nothing prints it.
#[derive(Clone)]
pub struct Answer {
    /// SDP.
    pub sdp: String,
    /// Our part of a check's USERNAME.
    pub ufrag: String,
    /// The key of its MESSAGE-INTEGRITY.
    pub password: String,
}

/// One RTP packet without its header. The payload is never looked into beyond the codec's descriptor.
#[derive(Clone, Debug)]
pub struct Packet {
    /// What it belongs to: the index of the track when it comes from a client, of the slot when it goes to one.
    pub stream: usize,
    /// Which encoding of the track, from the smallest (0) to the largest; a track without simulcast has the largest only.
    pub layer: usize,
    /// The extended sequence number.
    pub sequence: u64,
    /// In units of the codec's clock.
    pub timestamp: u32,
    /// The marker bit.
    pub marker: bool,
    /// What the header carries; shared by everybody who gets it.
    pub payload: Arc<[u8]>,
    /// What stands in place of its first bytes.
    pub front: Front,
}

impl Packet {
    /// The payload as it goes out, in two parts.
    pub fn parts(&self) -> [&[u8]; 2] {
        self.front.parts(&self.payload)
    }
}

/// First bytes of a payload that one receiver gets in place of those that came: a codec's numbers, in front of what is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Front {
    bytes: [u8; FRONT_BYTES_MAX],
    length: u8,
}

/// VP8's descriptor up to TL0PICIDX has five; the rest makes it a word.
const FRONT_BYTES_MAX: usize = 7;

impl Front {
    /// These bytes; `None` when they are too many.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mut front = Self { length: u8::try_from(bytes.len()).ok()?, ..Self::default() };
        front.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(front)
    }

    /// A payload with it in place.
    pub fn parts<'a>(&'a self, payload: &'a [u8]) -> [&'a [u8]; 2] {
        let length = usize::from(self.length);
        [&self.bytes[..length], payload.get(length..).unwrap_or_default()]
    }
}

/// Bits per second towards a client that there would be a use for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appetite {
    /// For what is sent and one larger picture; 0 when all are as large as is wanted. Worth some padding, or nobody would know when a way is wide again.
    pub next: u64,
    /// For everything that is wanted.
    pub most: u64,
}

/// What a session has to say.
#[derive(Debug)]
pub enum Output {
    /// A datagram to send.
    Transmit(Path, Vec<u8>),
    /// DTLS is up.
    Connected,
    /// A packet of a track.
    Packet(Packet),
    /// The client wants a key frame on a slot.
    KeyFrameWanted(usize),
    /// Bits per second that the way to the client is thought to carry.
    Estimate(u64),
    /// The client said goodbye.
    Closed,
    /// Nothing more for now; `timeout` is due then.
    Idle(Instant),
}

/// A session. After each call of the others, `poll` is called until it says `Idle`; after several calls of `send`, once for all of them.
/// What `send` makes leaves by `out` at once where a session can, and else waits for `poll`.
pub trait Session: Sized {
    /// Answers an offer that was judged. `locals` are the addresses that clients can reach.
    fn answer(offer: &Offer, locals: &[(Protocol, SocketAddr)], now: Instant) -> Result<(Self, Answer), OfferError>;

    /// Takes a datagram from an address that proved itself.
    fn receive(&mut self, now: Instant, path: &Path, datagram: &[u8]);

    /// Time has passed.
    fn timeout(&mut self, now: Instant);

    /// The next thing it has to say.
    fn poll(&mut self) -> Output;

    /// Sends a packet on a slot. `false` when it was dropped: nothing can be sent yet, or too much waits.
    fn send(&mut self, now: Instant, packet: &Packet, out: &mut impl FnMut(&Path, &[u8])) -> bool;

    /// Asks the client for a key frame of one encoding of a track.
    fn ask_key_frame(&mut self, track: usize, layer: usize);

    /// What the way to the client would be used for: what it is probed for.
    fn want(&mut self, appetite: Appetite);

    /// Says goodbye.
    fn close(&mut self);
}
