//! What the C library is asked for: the only module with unsafe code. Everything it hands out owns its memory and its file descriptors.
mod address;
mod epoll;
mod eventfd;
mod interfaces;
mod receive;
mod send;
mod socket;
mod thread;

pub(crate) use address::RawAddress;
pub(crate) use epoll::{Epoll, Interest};
pub(crate) use eventfd::EventFd;
pub(crate) use interfaces::own_addresses;
pub(crate) use receive::ReceiveBatch;
pub(crate) use send::{Message, SendBatch};
pub(crate) use socket::{
    UdpOptions, accept, bind_exclusively, bind_udp, borrowed, listen_tcp, local_address, prefer_fragments, supports_gso, tune_stream,
};
pub(crate) use thread::{allowed_cores, pin_to_core, without_signals};

use std::io;

/// The result of a system call that says -1 when it failed.
fn checked(result: libc::c_int) -> io::Result<libc::c_int> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

/// The size of a value as the C library counts it.
fn size_of_c<T>() -> libc::socklen_t {
    libc::socklen_t::try_from(size_of::<T>()).expect("a structure of the C library is small")
}
