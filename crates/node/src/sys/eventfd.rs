//! An eventfd: how one thread wakes another one that sleeps in epoll, or in asyncio.
use super::checked;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

/// A counter that is readable while it is not zero.
#[derive(Debug)]
pub(crate) struct EventFd(OwnedFd);

impl EventFd {
    /// One at zero.
    pub(crate) fn new() -> io::Result<Self> {
        // SAFETY: takes no memory; the descriptor it returns is new and ours.
        let fd = unsafe { OwnedFd::from_raw_fd(checked(libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK))?) };
        Ok(Self(fd))
    }

    /// Makes it readable. When it is so already, nothing more needs to be said.
    pub(crate) fn signal(&self) {
        let one = 1_u64.to_ne_bytes();
        // SAFETY: eight bytes are read from `one`.
        let _ = unsafe { libc::write(self.0.as_raw_fd(), one.as_ptr().cast(), one.len()) };
    }

    /// Makes it silent again.
    pub(crate) fn drain(&self) {
        let mut count = [0_u8; 8];
        // SAFETY: eight bytes are written to `count`.
        let _ = unsafe { libc::read(self.0.as_raw_fd(), count.as_mut_ptr().cast(), count.len()) };
    }
}

impl AsFd for EventFd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
