//! Every bound of this crate, with what it holds. Nothing fed from the wire grows past a number on this page.

/// Allocations of one shard, whatever the configuration says.
pub const ALLOCATIONS_MAX: usize = 65_536;
/// Users admitted to one shard.
pub const USERS_MAX: usize = 65_536;
/// Bytes of a user's name behind `expiry:`.
pub const USER_BYTES_MAX: usize = 128;
/// Users whose credential was revoked before it ran out (`Peers::Public` only).
pub const REVOKED_MAX: usize = 16_384;
/// Peers' addresses (without port) that one allocation may have permissions for.
pub const PERMISSIONS_PER_ALLOCATION_MAX: usize = 64;
/// Channels of one allocation.
pub const CHANNELS_PER_ALLOCATION_MAX: usize = 64;
/// XOR-PEER-ADDRESS attributes of one `CreatePermission`.
pub const PEERS_PER_REQUEST_MAX: usize = 16;
/// Ports kept for a RESERVATION-TOKEN at one time.
pub const RESERVATIONS_MAX: usize = 64;
/// Services of this node that relayed addresses may reach.
pub const SERVICES_MAX: usize = 8;
/// Addresses of this host that are never a peer.
pub const OWN_ADDRESSES_MAX: usize = 64;
/// Ranges an operator may deny.
pub const DENY_RANGES_MAX: usize = 64;
/// Secrets in use at one time.
pub const SECRETS_MAX: usize = 4;
/// Bytes of a secret at least.
pub const SECRET_BYTES_MIN: usize = 16;
/// Bytes of the realm.
pub const REALM_BYTES_MAX: usize = 32;
/// Buckets that count unauthenticated replies; sources share one when they collide, memory never grows.
pub const SOURCE_BUCKETS: usize = 8_192;
/// Bytes by which a reply may exceed the request of somebody who proved nothing: ERROR-CODE 8, REALM up to 36, NONCE 16; 36 with the default realm.
pub const UNAUTHENTICATED_GROWTH_BYTES_MAX: usize = 60;
/// Bytes per second that a user may be given.
pub const BYTES_PER_SECOND_MAX: u64 = 1 << 40;
/// Ports tried for one allocation before it is refused with 508.
pub const PORT_TRIES_MAX: usize = 16;
/// Unknown attributes named in one 420.
pub const UNKNOWN_ATTRIBUTES_MAX: usize = 8;
/// Attributes read of one message; what has more is dropped.
pub const ATTRIBUTES_MAX: usize = wire::stun::ATTRIBUTES_MAX;
/// Payload bytes of one relayed datagram: with 48 bytes of a Data indication in front and 3 of padding it still is one datagram.
pub const DATA_BYTES_MAX: usize = 65_507 - 48 - 3;

/// Lifetime of a permission (RFC 8656 §9).
pub const PERMISSION_LIFETIME_MS: u64 = 300_000;
/// Lifetime of a channel (RFC 8656 §12).
pub const CHANNEL_LIFETIME_MS: u64 = 600_000;
/// How long a reserved port waits for its token (RFC 8656 §7.2).
pub const RESERVATION_LIFETIME_MS: u64 = 30_000;
/// A nonce is good in the window it was made in and in the next one.
pub const NONCE_WINDOW_MS: u64 = 600_000;
