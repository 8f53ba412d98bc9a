//! `incamera._native` by an evil operator: the product's door and node, and between the SFU and each client a session that obeys a test's orders.
//!
//! The door's own sources are compiled here once more; where they name the crate `node` they get this one, in which `Node` starts the evil SFU.
extern crate self as node;

mod deed;
mod evil;
mod evil_node;
mod ledger;
mod orders;
mod slot;
mod tape;

pub use evil_node::Node;
pub use honest::{CommandError, Config, Event, Identity, Listen, SfuDoor, SfuError, StartError, Transport, sfu, turn};

#[path = "../../../../crates/py/src/event.rs"]
mod event;
#[path = "../../../../crates/py/src/media_node.rs"]
mod media_node;
#[path = "../../../../crates/py/src/settings.rs"]
mod settings;

use pyo3::pymodule;

/// The extension module.
#[pymodule]
#[pyo3(name = "_native")]
mod native {
    /// The media node.
    #[pymodule]
    mod node {
        #[pymodule_export]
        use crate::event::NodeEvent;
        #[pymodule_export]
        use crate::media_node::{CommandRefused, Node, OfferRefused, StartRefused};
    }

    use super::pymodule;
}
