//! What a node counts. Numbers only: no address, no user, no room.
use crate::egress::Sent;
use turn::Stats;

/// One shard's numbers, or the sum of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// What the TURN server counts.
    pub turn: Stats,
    /// Datagrams that came in over UDP.
    pub udp_packets_in: u64,
    /// Their bytes.
    pub udp_bytes_in: u64,
    /// Calls of recvmmsg that brought some.
    pub udp_calls_in: u64,
    /// Datagrams that did not fit, or came without an address.
    pub udp_packets_unreadable: u64,
    /// Datagrams given to the kernel.
    pub udp_packets_out: u64,
    /// Their bytes.
    pub udp_bytes_out: u64,
    /// Calls of sendmmsg.
    pub udp_calls_out: u64,
    /// Datagrams dropped since the socket's buffer was full.
    pub udp_dropped_full: u64,
    /// Datagrams that the kernel refused to send.
    pub udp_dropped_refused: u64,
    /// Datagrams dropped since another shard was behind.
    pub dropped_between_shards: u64,
    /// Datagrams handed over to another shard.
    pub handed_over: u64,
    /// Streams open now.
    pub streams: u64,
    /// Streams accepted.
    pub streams_accepted: u64,
    /// Streams closed at once, since there were too many.
    pub streams_refused: u64,
    /// Streams closed for taking too long with a handshake or a first allocation, or for taking no bytes.
    pub streams_timed_out: u64,
    /// Streams closed for what they sent: no frame, or no TLS.
    pub streams_broken: u64,
    /// Frames that came in over streams.
    pub stream_frames_in: u64,
    /// Bytes that came in over streams, before TLS was taken off.
    pub stream_bytes_in: u64,
    /// Bytes that went out over streams, after TLS was put on.
    pub stream_bytes_out: u64,
    /// Relayed messages dropped since a stream's buffer was full.
    pub stream_dropped_full: u64,
    /// Relay sockets open now.
    pub relay_sockets: u64,
    /// Packets whose handling panicked.
    pub panics: u64,
    /// Shards that make runs (UDP GSO) still.
    pub gso_shards: u64,
}

macro_rules! listed {
    ($($name:ident: $field:ident $(. $inner:ident)?),* $(,)?) => {
        impl Counters {
            /// Adds another shard's.
            pub fn add(&mut self, other: &Self) {
                $( self.$field $(. $inner)? += other.$field $(. $inner)?; )*
            }

            /// Each number with its name.
            pub fn list(&self) -> Vec<(&'static str, u64)> {
                vec![$( (stringify!($name), self.$field $(. $inner)?) ),*]
            }
        }
    };
}

listed! {
    allocations: turn.allocations, allocations_made: turn.allocations_made,
    packets_from_clients: turn.packets_from_clients, packets_to_clients: turn.packets_to_clients,
    bytes_from_clients: turn.bytes_from_clients, bytes_to_clients: turn.bytes_to_clients,
    challenges: turn.challenges, challenges_withheld: turn.challenges_withheld,
    peers_denied: turn.peers_denied, quota_refusals: turn.quota_refusals,
    packets_over_rate: turn.packets_over_rate, packets_malformed: turn.packets_malformed,
    udp_packets_in: udp_packets_in, udp_bytes_in: udp_bytes_in, udp_calls_in: udp_calls_in, udp_packets_unreadable: udp_packets_unreadable,
    udp_packets_out: udp_packets_out, udp_bytes_out: udp_bytes_out, udp_calls_out: udp_calls_out,
    udp_dropped_full: udp_dropped_full, udp_dropped_refused: udp_dropped_refused,
    dropped_between_shards: dropped_between_shards, handed_over: handed_over,
    streams: streams, streams_accepted: streams_accepted, streams_refused: streams_refused, streams_timed_out: streams_timed_out,
    streams_broken: streams_broken, stream_frames_in: stream_frames_in, stream_bytes_in: stream_bytes_in, stream_bytes_out: stream_bytes_out,
    stream_dropped_full: stream_dropped_full, relay_sockets: relay_sockets, panics: panics, gso_shards: gso_shards,
}

impl Counters {
    /// Takes over what the egress counted.
    pub(crate) fn set_sent(&mut self, sent: &Sent) {
        self.udp_packets_out = sent.packets;
        self.udp_bytes_out = sent.bytes;
        self.udp_calls_out = sent.calls;
        self.udp_dropped_full = sent.dropped_full;
        self.udp_dropped_refused = sent.dropped_refused;
    }
}

impl Counters {
    /// Counts one datagram that came in.
    pub(crate) fn count_datagram(&mut self, datagram: &[u8]) {
        self.udp_packets_in += 1;
        self.udp_bytes_in += datagram.len() as u64;
    }
}
