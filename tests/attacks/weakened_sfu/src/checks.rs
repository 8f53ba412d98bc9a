//! A check is good whoever wrote it, and names a path wherever in it that is written.
#[path = "../../../../crates/sfu/src/checks.rs"]
#[allow(dead_code, reason = "what is weakened is not called")]
mod genuine;

pub(crate) use genuine::{Check, is_response};
use wire::attribute::{PRIORITY, USE_CANDIDATE};
use wire::stun::Message;

pub(crate) fn is_signed(_: &Message<'_>, _: &str) -> bool {
    true
}

pub(crate) fn nominates(check: &Message<'_>) -> Option<u32> {
    let value = |kind: u16| check.attributes().find(|attribute| attribute.kind == kind).map(|attribute| attribute.value);
    value(USE_CANDIDATE)?;
    Some(value(PRIORITY).and_then(|value| value.try_into().ok()).map_or(0, u32::from_be_bytes))
}
