//! Every bound of this crate, with what it holds. Nothing fed from the wire grows past a number on this page.

/// Legs of one SFU.
pub const LEGS_MAX: usize = 2_048;
/// Legs of one room.
pub const LEGS_PER_ROOM_MAX: usize = 64;
/// Bytes of an offer.
pub const OFFER_BYTES_MAX: usize = 98_304;
/// Lines of an offer.
pub const OFFER_LINES_MAX: usize = 4_096;
/// Bytes of one line of an offer; the one that names all streams has a few thousand.
pub const LINE_BYTES_MAX: usize = 8_192;
/// Bytes of a client's name or password for ICE (RFC 8839 §5.4). Its name stands in each check of ours, which may go to an address that is forged.
pub const ICE_WORD_BYTES_MAX: usize = 256;
/// Bytes of a mid.
pub const MID_BYTES_MAX: usize = 16;
/// Tracks that a leg may send: one for each context of spec/9 that is in use.
pub const TRACKS: usize = 4;
/// Audio slots of a leg.
pub const AUDIO_SLOTS_MAX: usize = 16;
/// Video slots of a leg.
pub const VIDEO_SLOTS_MAX: usize = 30;
/// Wishes of one command.
pub const WISHES_MAX: usize = AUDIO_SLOTS_MAX + VIDEO_SLOTS_MAX;
/// Bytes of a participant's id or a leg's.
pub const ID_BYTES_MAX: usize = 64;
/// Encodings of one track.
pub const LAYERS: usize = 3;

/// Addresses that a leg may be reached at, at one time.
pub const ADDRESSES_PER_LEG_MAX: usize = 8;
/// Addresses that a leg may have proved over its life; checks from others are dropped.
pub const ADDRESSES_PER_LEG_EVER_MAX: u32 = 256;
/// Streams whose source is known, per leg.
pub const SOURCES_MAX: usize = 32;
/// Packets kept for retransmission to one subscriber, per video slot.
pub const RESEND_PACKETS_VIDEO: usize = 1_024;
/// How long they are kept.
pub const RESEND_MS: u64 = 3_000;
/// Numbers of one datagram that may ask for packets again; a larger gap wants a key frame.
pub const NACKS_MAX: usize = 256;
/// Bytes of a datagram with media: what does not fit a usual link is none of a browser's.
pub const DATAGRAM_BYTES_MAX: usize = 1_500;
/// Timeouts of one session handled in a row, of which nothing came, before others have their turn.
pub const TIMEOUTS_IN_A_ROW_MAX: u32 = 32;

/// How long after its offer a leg may take to come up.
pub const CONNECT_MS_MAX: u64 = 30_000;
/// How long a leg that was up may be silent: browsers check every few seconds.
pub const SILENCE_MS_MAX: u64 = 30_000;
/// How long an address stays a leg's after its last check, so that nobody else takes it.
pub const ADDRESS_MS: u64 = 15_000;
/// Between two checks of ours to one client, whatever paths are named.
pub const CHECK_MS_MIN: u64 = 100;
/// Between two key-frame requests to one encoding because a subscriber asks.
pub const KEY_FRAME_MS_MIN: u64 = 300;
/// Between two because a slot still waits for its first one.
pub const KEY_FRAME_AGAIN_MS: u64 = 1_000;
/// How long an encoding that sends nothing counts as being there.
pub const LAYER_MS: u64 = 1_500;
/// Pictures of smaller encodings without anything of a larger one, after which that one has ended: a quarter of a second where two smaller ones are sent.
pub const OVERTAKEN_MAX: u8 = 16;
/// Over which time what an encoding takes is measured.
pub const METER_MS: u64 = 1_000;
/// Bytes around a payload: IP, UDP, RTP with its extensions, the tag of SRTP.
pub const PACKET_OVERHEAD_BYTES: usize = 72;
/// Between two looks at what a leg's way carries, when nothing else makes one.
pub const REVIEW_MS: u64 = 250;
/// Bytes per second that a track of sound may bring: Opus at its best, and music with it.
pub const SOUND_BYTES_MAX: u64 = 100_000;
/// What each packet of it counts for, so that many small ones are bounded too.
pub const SOUND_PACKET_BYTES: usize = 400;
/// How much of it may come at once, after a wait on the way.
pub const SOUND_BURST_MS: u64 = 1_000;
/// Bits per second that are kept for each stream of sound, before any picture.
pub const SOUND_BITRATE: u64 = 64_000;
/// How long there must be no room for even the smallest encoding before a picture goes.
pub const PAUSE_MS: u64 = 1_000;
/// How long a larger encoding must fit before a slot changes to it.
pub const RISE_MS: u64 = 2_000;
/// The same after rises that were mistakes.
pub const RISE_MS_MAX: u64 = 16_000;
/// A rise that has to be taken back within this time was a mistake.
pub const REGRET_MS: u64 = 10_000;
/// How long a new source's encodings may take to appear one after the other.
pub const YOUTH_MS: u64 = 1_000;
/// The most that a leg is said to have use for, in bits per second: what its way is probed for.
pub const APPETITE_MAX: u64 = 20_000_000;
