//! Any certificate will do, and whatever is not understood is the end.
use dimpl::Error;

pub(crate) fn is_named(_: &[u8], _: &[u8; 32]) -> bool {
    true
}

pub(crate) fn ends(_: &Error) -> bool {
    true
}
