//! Events, with the union of what each kind has.
use crate::settings::name;
use node::Event;
use node::sfu;
use node::turn::Ending;
use pyo3::prelude::*;

/// One event of the node; what its kind does not have is None.
#[pyclass(frozen, get_all, module = "incamera._native.node")]
pub(crate) struct NodeEvent {
    kind: &'static str,
    user: Option<String>,
    room: Option<u64>,
    transport: Option<&'static str>,
    reason: Option<&'static str>,
    bytes_from_client: u64,
    bytes_to_client: u64,
    shard: Option<u16>,
    leg_id: Option<String>,
    slots: Option<Vec<(String, String, u8)>>,
}

impl NodeEvent {
    const fn of(kind: &'static str) -> Self {
        Self {
            kind,
            user: None,
            room: None,
            transport: None,
            reason: None,
            bytes_from_client: 0,
            bytes_to_client: 0,
            shard: None,
            leg_id: None,
            slots: None,
        }
    }

    fn of_leg(kind: &'static str, participant: String, leg_id: String) -> Self {
        Self { user: Some(participant), leg_id: Some(leg_id), ..Self::of(kind) }
    }
}

impl From<Event> for NodeEvent {
    fn from(event: Event) -> Self {
        match event {
            Event::Allocated { user, room, transport } => Self { user: Some(user), room, transport: Some(name(transport)), ..Self::of("allocated") },
            Event::Ended { user, room, transport, reason, bytes_from_client, bytes_to_client } => {
                let reason = match reason {
                    Ending::Released => "released",
                    Ending::Expired => "expired",
                    Ending::Evicted => "evicted",
                    Ending::Closed => "closed",
                };
                let (user, transport, reason) = (Some(user), Some(name(transport)), Some(reason));
                Self { user, room, transport, reason, bytes_from_client, bytes_to_client, ..Self::of("ended") }
            }
            Event::Refused { user } => Self { user: Some(user), ..Self::of("refused") },
            Event::Panicked { shard } => Self { shard: Some(shard), ..Self::of("panicked") },
            Event::Sfu(event) => event.into(),
            Event::Stopped { shard } => Self { shard: Some(shard), ..Self::of("stopped") },
        }
    }
}

impl From<sfu::Event> for NodeEvent {
    fn from(event: sfu::Event) -> Self {
        match event {
            sfu::Event::Connected { participant, leg_id } => Self::of_leg("sfu-connected", participant, leg_id),
            sfu::Event::Slots { participant, leg_id, slots } => Self { slots: Some(slots), ..Self::of_leg("sfu-slots", participant, leg_id) },
            sfu::Event::Ended { participant, leg_id, reason } => {
                let reason = match reason {
                    sfu::Ending::Closed => "closed",
                    sfu::Ending::Replaced => "replaced",
                    sfu::Ending::Lost => "lost",
                    sfu::Ending::Failed => "failed",
                    sfu::Ending::Panicked => "panicked",
                };
                Self { reason: Some(reason), ..Self::of_leg("sfu-ended", participant, leg_id) }
            }
        }
    }
}
