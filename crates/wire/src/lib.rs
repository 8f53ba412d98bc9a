//! Bytes and values of STUN, TURN, `ChannelData`, RTP and RTCP: parsing borrows, emitting writes into a buffer it is given; nothing here allocates per packet, except for reports.
//!
//! *Trust*: every input comes from the network. A parser here returns a value or `None`; it never panics and never guesses.
#![forbid(unsafe_code)]

pub mod attribute;
pub mod channel_data;
pub mod demux;
pub mod emit;
pub mod framing;
pub mod integrity;
pub mod rtcp;
pub mod rtp;
pub mod stun;
pub mod xor_address;
