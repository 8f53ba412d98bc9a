//! `incamera._native`: the one door between Python and Rust, a submodule per tenant. Its types are in `src/incamera/_native.pyi`.
//!
//! Python never sees a packet: settings and commands go in, events and numbers come out. What may block lets go of the GIL.
mod event;
mod media_node;
mod settings;

use pyo3::pymodule;

/// The extension module.
#[pymodule]
#[pyo3(name = "_native")]
mod native {
    /// The media node. Its one importer is `incamera.adapters.media_node`.
    #[pymodule]
    mod node {
        #[pymodule_export]
        use crate::event::NodeEvent;
        #[pymodule_export]
        use crate::media_node::{CommandRefused, Node, OfferRefused, StartRefused};
    }

    use super::pymodule;
}
