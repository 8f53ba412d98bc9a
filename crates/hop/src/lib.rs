//! What protects the hop between a client and this server: the DTLS server of a leg, SRTP under its keys, and names that nobody can guess.
//!
//! The hop ends here, so this crate opens what the hop sealed, and nothing else: what members seal for each other is inside and stays sealed. Its keys come
//! from one handshake, live in one leg, and are never printed.
//!
//! *Trust*: the other end of the hop is whoever holds the certificate that the offer named. *Bounds*: one record, one packet.
#![forbid(unsafe_code)]

mod dtls;
mod fresh;
mod srtp;
mod trust;

pub use dtls::{Server, State};
pub use fresh::{number, word};
pub use srtp::{Direction, Keys};
