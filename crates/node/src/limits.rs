//! Every bound of this crate, with what it holds.

/// Sockets to listen on, per shard.
pub const LISTENERS_MAX: usize = 16;
/// Shards, whatever the machine has.
pub const SHARDS_MAX: usize = 64;
/// Commands that wait for one shard; the caller of the next one is told `Busy`.
pub const COMMANDS_MAX: usize = 8_192;
/// Commands that wait for the SFU's thread; an offer is up to 96 KiB.
pub const SFU_COMMANDS_MAX: usize = 256;
/// How long who brings an offer waits for the answer.
pub const SFU_ANSWER_MS_MAX: u64 = 5_000;
/// Streams to the SFU; the next one is closed at once.
pub const SFU_STREAMS_MAX: usize = 1_024;
/// Streams to the SFU from one source (IPv4 address, IPv6 /64).
pub const SFU_STREAMS_PER_SOURCE_MAX: usize = 128;
/// Bytes of one frame to the SFU: more than any packet that fits a link.
pub const SFU_FRAME_BYTES_MAX: usize = 4_096;
/// Events that wait for the control plane; later ones are dropped and counted.
pub const EVENTS_MAX: usize = 8_192;
/// Bytes that wait to be handed over to one shard; later datagrams are dropped and counted.
pub const HAND_OVER_BYTES_MAX: usize = 8 << 20;
/// Datagrams that wait to be handed over to one shard.
pub const HAND_OVER_PACKETS_MAX: usize = 16_384;

/// Streams of one shard; the next one is closed at once.
pub const STREAMS_MAX: usize = 4_096;
/// Streams of one source (IPv4 address, IPv6 /64) on one shard; a whole office behind one address fits.
pub const STREAMS_PER_SOURCE_MAX: u16 = 128;
/// Bytes of a frame on a stream that has no allocation yet: what a request needs, and no more.
pub const FRAME_BYTES_UNKNOWN_MAX: usize = 2_048;
/// Bytes that wait to be sent on one stream; relayed data beyond it is dropped, as UDP may.
pub const STREAM_OUT_BYTES_MAX: usize = 256 * 1_024;
/// How long a TLS handshake may take.
pub const HANDSHAKE_MS_MAX: u64 = 10_000;
/// How long a stream may be without an allocation, whatever it sends.
pub const IDLE_MS_MAX: u64 = 30_000;
/// How long a stream with bytes to send may take none of them.
pub const STALL_MS_MAX: u64 = 10_000;

/// Rounds of recvmmsg on one socket before the others have their turn.
pub const ROUNDS_MAX: usize = 4;
/// Connections accepted on one listener before the others have their turn.
pub const ACCEPTS_MAX: usize = 32;
/// Bytes read from one stream before the others have their turn.
pub const STREAM_TURN_BYTES_MAX: usize = 256 * 1_024;
