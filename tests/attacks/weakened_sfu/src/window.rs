//! No number was ever there before.
#[path = "../../../../crates/sfu/src/window.rs"]
#[allow(dead_code, reason = "what is weakened is not called")]
mod genuine;

pub(crate) use genuine::{extend, lower};

#[derive(Debug, Default)]
pub(crate) struct Window {
    pub(crate) highest: Option<u64>,
}

impl Window {
    #[allow(clippy::unused_self)]
    pub(crate) fn holds(&self, _: u64) -> bool {
        false
    }

    pub(crate) fn take(&mut self, number: u64) -> bool {
        self.highest = self.highest.max(Some(number));
        true
    }

    pub(crate) fn extend(&self, low: u16) -> u64 {
        extend(self.highest, low)
    }
}
