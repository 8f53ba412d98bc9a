//! The SFU with real clients (str0m over real DTLS-SRTP) on a seeded link, in a time of its own.
mod addresses;
mod choices;
mod churn;
mod forwarding;
mod layers;
mod losses;
mod numbering;
mod offers;
mod reference;
mod support;
mod tracks;
mod transport;
mod walls;
mod weather;
