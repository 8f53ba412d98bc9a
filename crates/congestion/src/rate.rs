//! Arithmetic of rates that neither overflows nor divides by nothing.

/// What `bytes` in `span_us` are in bits per second.
pub(crate) fn bits_per_second(bytes: u64, span_us: u64) -> u64 {
    bytes.saturating_mul(8_000_000) / span_us.max(1)
}

/// The bytes that a rate makes in a time.
pub(crate) fn bytes_in(bits_per_second: u64, span_us: u64) -> u64 {
    bits_per_second.saturating_mul(span_us) / 8_000_000
}

/// So many per mille of it.
pub(crate) fn per_mille(of: u64, parts: u64) -> u64 {
    of.saturating_mul(parts) / 1_000
}
