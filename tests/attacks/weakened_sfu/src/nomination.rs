//! A leg that is up follows at once, as one does that is not.
#[path = "../../../../crates/sfu/src/nomination.rs"]
mod genuine;

pub(crate) use genuine::{Nominated, Step};

pub(crate) fn step(held: &Nominated, wanted: &Nominated, _: bool) -> Step {
    genuine::step(held, wanted, false)
}
