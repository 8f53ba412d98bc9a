//! A leg that is up, and was not named for a second, follows at once, as one does that is not up; and at once to wherever a packet comes from.
#[path = "../../../../crates/sfu/src/nomination.rs"]
mod genuine;

use crate::session::Path;
pub(crate) use genuine::{Nominated, Step};
use std::time::Duration;

pub(crate) fn step(held: &Nominated, wanted: &Nominated, is_up: bool) -> Step {
    genuine::step(held, wanted, is_up && wanted.at < held.at + Duration::from_secs(1))
}

pub(crate) fn heard(held: &Nominated, path: &Path, is_up: bool) -> Step {
    if is_up { Step::Follow } else { genuine::heard(held, path, is_up) }
}
