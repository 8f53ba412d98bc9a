//! epoll, level-triggered: what is not drained is told again.
use super::checked;
use std::io;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};

/// What to be told about a file descriptor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Interest {
    /// Nothing but its failure.
    Nothing,
    /// That there is something to read.
    Read,
    /// That, and that there is room to write.
    ReadWrite,
}

/// One epoll instance.
pub(crate) struct Epoll {
    fd: OwnedFd,
    told: Vec<libc::epoll_event>,
}

impl Epoll {
    /// An instance that tells of `events_max` descriptors at a time.
    pub(crate) fn new(events_max: usize) -> io::Result<Self> {
        // SAFETY: takes no memory; the descriptor it returns is new and ours.
        let fd = unsafe { OwnedFd::from_raw_fd(checked(libc::epoll_create1(libc::EPOLL_CLOEXEC))?) };
        Ok(Self { fd, told: vec![libc::epoll_event { events: 0, u64: 0 }; events_max] })
    }

    /// Watches a descriptor until it is closed; `token` comes back with what happened.
    pub(crate) fn add(&self, fd: &impl AsFd, token: u64, interest: Interest) -> io::Result<()> {
        self.control(libc::EPOLL_CTL_ADD, fd, token, interest)
    }

    /// Changes what to be told about it.
    pub(crate) fn modify(&self, fd: &impl AsFd, token: u64, interest: Interest) -> io::Result<()> {
        self.control(libc::EPOLL_CTL_MOD, fd, token, interest)
    }

    fn control(&self, operation: libc::c_int, fd: &impl AsFd, token: u64, interest: Interest) -> io::Result<()> {
        let events = match interest {
            Interest::Nothing => 0,
            Interest::Read => libc::EPOLLIN | libc::EPOLLRDHUP,
            Interest::ReadWrite => libc::EPOLLIN | libc::EPOLLRDHUP | libc::EPOLLOUT,
        };
        let mut event = libc::epoll_event { events: events.cast_unsigned(), u64: token };
        // SAFETY: the event lives for the call, the descriptors are open.
        checked(unsafe { libc::epoll_ctl(self.fd.as_raw_fd(), operation, fd.as_fd().as_raw_fd(), &raw mut event) })?;
        Ok(())
    }

    /// Waits for at most `timeout_ms` (-1: for ever) and returns how many tokens can be asked for.
    pub(crate) fn wait(&mut self, timeout_ms: i32) -> io::Result<usize> {
        let room = i32::try_from(self.told.len()).unwrap_or(i32::MAX);
        // SAFETY: `told` has room for `room` events and outlives the call.
        let told = checked(unsafe { libc::epoll_wait(self.fd.as_raw_fd(), self.told.as_mut_ptr(), room, timeout_ms) });
        match told {
            Ok(count) => Ok(usize::try_from(count).unwrap_or(0)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// The token of the `index`-th descriptor of the last wait.
    pub(crate) fn token(&self, index: usize) -> u64 {
        self.told[index].u64
    }
}
