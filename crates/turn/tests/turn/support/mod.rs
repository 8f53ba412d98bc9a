//! A server, a world that writes down what it was asked to do, and clients that sign. Seeded, without a clock.
mod caller;
mod lab;
mod open_door;

pub(crate) use caller::{Answer, Caller, SECRET, START_UNIX_S, credential, xor};
pub(crate) use lab::{Heard, Lab, config, public_config};
pub(crate) use open_door::OpenDoor;
