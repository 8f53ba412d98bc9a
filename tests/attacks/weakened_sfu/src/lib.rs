//! The SFU and its hop without their defences: the product's sources, and in place of each page that holds a defence a variant that lies here.
//!
//! The attacks are compiled twice. Here, where they and the sources name the crates `sfu` and `hop`, they get this one; in `tests/` they get the product.
#![forbid(unsafe_code)]
extern crate self as hop;
extern crate self as sfu;

mod allowance;
mod checks;
pub mod limits;
mod nomination;
mod rewriter;
mod trust;
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
#[path = "../../../../crates/hop/src"]
mod product_hop {
    pub(crate) mod dtls;
    pub(crate) mod fresh;
    pub(crate) mod srtp;
}
use product::{allotment, choice, event, leg, offer, picture_ids, session, stats, track, transport, vp8};
use product_hop::srtp;

pub use choice::Choice;
pub use event::{Ending, Event};
pub use offer::{Kind, Line, Offer, OfferError};
pub use product::sfu::{Sfu, Sink, Wish};
pub use product_hop::dtls::{Server, State};
pub use product_hop::fresh::{number, word};
pub use rewriter::Rewriter;
pub use session::{Answer, Appetite, Front, Output, Packet, Path, Protocol, Session};
pub use srtp::{Direction, Keys};
pub use stats::Stats;
pub use track::Track;
pub use transport::RtpTransport;

#[path = "../attacks/mod.rs"]
pub mod attacks;
