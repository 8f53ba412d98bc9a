//! What is counted. Numbers only: no address, no name.

/// Counters since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Allocations alive now.
    pub allocations: u64,
    /// Allocations made.
    pub allocations_made: u64,
    /// Datagrams from clients that were passed on.
    pub packets_from_clients: u64,
    /// Datagrams passed to clients.
    pub packets_to_clients: u64,
    /// Payload bytes from clients that were passed on.
    pub bytes_from_clients: u64,
    /// Payload bytes passed to clients.
    pub bytes_to_clients: u64,
    /// 401 and 438 sent.
    pub challenges: u64,
    /// Replies not sent because their source had too many.
    pub challenges_withheld: u64,
    /// Requests refused with 403 and datagrams dropped because the peer may not be reached.
    pub peers_denied: u64,
    /// Requests refused with 486 or 508.
    pub quota_refusals: u64,
    /// Datagrams dropped because their user was over its bytes per second.
    pub packets_over_rate: u64,
    /// Input that was neither a request, an indication nor `ChannelData`, or came without an allocation.
    pub packets_malformed: u64,
}
