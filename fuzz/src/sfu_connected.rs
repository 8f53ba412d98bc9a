//! Datagrams into a leg whose DTLS is up: RTP, RTCP and DTLS as a member's browser, or whoever knows its address, may send them.
//!
//! One world lives through all inputs of a thread: its handshakes take longer than an input. Whatever came before, the promises hold.
use crate::cursor::Cursor;
use crate::support::link::FAIR;
use crate::support::world::{World, name};
use sfu::{Path, Protocol};
use std::cell::RefCell;
use str0m::format::PayloadParams;
use str0m::rtp::RtpWrite;

const STEPS_MAX: usize = 60;
const PUBLISHER: u8 = 1;
const SUBSCRIBER: u8 = 2;
const VIDEO: usize = 1;

struct Pair {
    world: World,
    path: Path,
    sequence: u64,
}

thread_local! {
    static PAIR: RefCell<Option<Pair>> = const { RefCell::new(None) };
}

/// Sends what `bytes` say, and returns how many packets the SFU forwarded of it.
///
/// # Panics
/// When the SFU loses a leg over it, or panics.
pub fn connected(bytes: &[u8]) -> u64 {
    PAIR.with_borrow_mut(|pair| {
        let pair = pair.get_or_insert_with(Pair::connect);
        let before = pair.world.sfu.stats().packets_forwarded;
        let mut cursor = Cursor::new(bytes);
        for _ in 0..STEPS_MAX {
            if pair.step(&mut cursor).is_none() {
                break;
            }
        }
        pair.world.run(20);
        let stats = pair.world.sfu.stats();
        assert_eq!((stats.legs, stats.panics), (2, 0));
        stats.packets_forwarded - before
    })
}

impl Pair {
    fn connect() -> Self {
        let mut world = World::new(FAIR, 1);
        world.join(PUBLISHER, 1, 1, 1);
        world.join(SUBSCRIBER, 1, 1, 1);
        world.run_until("both are up", 10_000, |world| world.clients.values().all(|client| client.is_connected));
        world.wish(SUBSCRIBER, &[(0, PUBLISHER, 0), (1, PUBLISHER, 1)]);
        let remote = world.clients[&PUBLISHER].addr;
        assert!(world.sfu.knows(Protocol::Udp, remote), "{} proved its address", name(PUBLISHER));
        Self { world, path: Path { protocol: Protocol::Udp, local: ([127, 0, 0, 1], 5_000).into(), remote }, sequence: 0 }
    }

    fn step(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let deed = cursor.byte()? % 7;
        let datagram = match deed {
            0 => self.payload(cursor)?,
            1 => {
                let mut damaged = self.genuine(VIDEO);
                let at = cursor.below(damaged.len().min(256))?;
                damaged[at] ^= cursor.byte()?;
                damaged
            }
            2 => {
                let mut cut = self.genuine(0);
                cut.truncate(cursor.below(cut.len() + 1)?);
                cut
            }
            3 => [&[0x80 | cursor.byte()? & 0x3f][..], cursor.some()?].concat(),
            4 => [&[0x80 | cursor.byte()? & 0x1f, 200 + cursor.byte()? % 8, 0, cursor.byte()? & 15][..], cursor.some()?].concat(),
            // The first bytes of STUN and DTLS.
            5 => [&[cursor.byte()? & 0x3f][..], cursor.some()?].concat(),
            _ => {
                self.world.run(u64::from(cursor.byte()? % 40));
                return Some(());
            }
        };
        // Twice: what came is what a forger has.
        for _ in 0..2 {
            self.world.sfu.receive(self.world.now, &self.path, &datagram, &mut self.world.out);
        }
        Some(())
    }

    /// What a member may put into a packet of its picture: any descriptor, any bytes behind it.
    fn payload(&mut self, cursor: &mut Cursor<'_>) -> Option<Vec<u8>> {
        Some(self.write(VIDEO, cursor.some()?))
    }

    /// A datagram as the member's browser makes it; pictures are key frames.
    fn genuine(&mut self, context: usize) -> Vec<u8> {
        self.write(context, if context == VIDEO { &[0x90, 0x80, 0x11, 0, 0xee, 0xee] } else { &[0xee; 6] })
    }

    fn write(&mut self, context: usize, body: &[u8]) -> Vec<u8> {
        let Some(client) = self.world.clients.get_mut(&PUBLISHER) else { return Vec::new() };
        let of_kind = |params: &PayloadParams| params.spec().codec.is_video() == (context == VIDEO);
        let Some(payload_type) = client.rtc.codec_config().find(of_kind).map(PayloadParams::pt) else { return Vec::new() };
        self.sequence += 1;
        let (mid, context) = (client.tracks[context], u8::try_from(context).unwrap_or(0));
        // The subscriber looks for its sender at the end.
        let payload = [body, &[PUBLISHER, context, 0, 0, 0, 0]].concat();
        if let Some(stream) = client.rtc.direct_api().stream_tx_by_mid(mid, None) {
            let write = RtpWrite::new(payload_type, self.sequence.into(), 960, self.world.now, payload);
            stream.write_rtp(write.marker(true));
        }
        client.drain(self.world.now).into_iter().map(|(_, datagram)| datagram).next_back().unwrap_or_default()
    }
}
