//! What is believed of a handshake's datagrams, which anybody on the way may have made up.
use dimpl::Error;
use dimpl::certificate::calculate_fingerprint;

/// Whether a certificate is the one that the offer named.
pub(crate) fn is_named(certificate: &[u8], fingerprint: &[u8; 32]) -> bool {
    calculate_fingerprint(certificate) == fingerprint
}

/// Whether all is over when a datagram was not taken: never. An alert in the clear proves nothing, and a leg that does not come up ends by its deadline.
pub(crate) fn ends(_: &Error) -> bool {
    false
}
