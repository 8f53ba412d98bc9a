//! What the SFU tells the control plane. No event has an address, a key or a payload.

/// Why a leg ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The control plane closed it, or the client said goodbye.
    Closed,
    /// A newer leg of the same participant took its place.
    Replaced,
    /// It was silent for too long.
    Lost,
    /// It never came up.
    Failed,
    /// Handling something of it failed by a mistake of ours.
    Panicked,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A leg's DTLS is up.
    Connected {
        /// Whose.
        participant: String,
        /// Which.
        leg_id: String,
    },
    /// What the slots of a leg carry from now on; one that is not named carries nothing.
    Slots {
        /// Whose.
        participant: String,
        /// Which.
        leg_id: String,
        /// Mid, publisher, context.
        slots: Vec<(String, String, u8)>,
    },
    /// A leg is gone.
    Ended {
        /// Whose.
        participant: String,
        /// Which.
        leg_id: String,
        /// Why.
        reason: Ending,
    },
}
