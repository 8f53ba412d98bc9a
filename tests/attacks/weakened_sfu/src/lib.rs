//! The SFU without its defences: the product's sources, and in place of each page that holds a defence a variant that lies here.
//!
//! The attacks are compiled twice. Here, where they name the crate `sfu`, they get this one; in `tests/` they get the product.
#![forbid(unsafe_code)]
extern crate self as sfu;

mod allowance;
mod checks;
pub mod limits;
mod nomination;
mod rewriter;
mod window;
mod wishes;

#[path = "../../../../crates/sfu/src"]
mod product {
    pub(crate) mod allotment;
    pub(crate) mod choice;
    pub(crate) mod event;
    pub(crate) mod leg;
    pub(crate) mod offer;
    pub(crate) mod picture_ids;
    pub(crate) mod session;
    pub(crate) mod sfu;
    pub(crate) mod stats;
    pub(crate) mod track;
    pub(crate) mod transport;
    pub(crate) mod vp8;
}
use product::{allotment, choice, event, leg, offer, picture_ids, session, stats, track, transport, vp8};

pub use choice::Choice;
pub use event::{Ending, Event};
pub use offer::{Kind, Line, Offer, OfferError};
pub use product::sfu::{Sfu, Sink, Wish};
pub use rewriter::Rewriter;
pub use session::{Answer, Appetite, Front, Output, Packet, Path, Protocol, Session};
pub use stats::Stats;
pub use track::Track;
pub use transport::RtpTransport;

#[path = "../attacks/mod.rs"]
pub mod attacks;
