//! What the C library is asked for: epoll for as many sockets as a benchmark has flows, sending several datagrams at once, a network for a test alone.
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

const EVENTS_MAX: usize = 256;

/// Tells which sockets have something to read.
pub struct Poll {
    fd: OwnedFd,
    told: Vec<libc::epoll_event>,
}

impl Poll {
    pub fn new() -> io::Result<Self> {
        // SAFETY: takes no memory; the descriptor it returns is new and ours.
        let fd = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: as above.
        let fd = unsafe { OwnedFd::from_raw_fd(fd) };
        Ok(Self { fd, told: vec![libc::epoll_event { events: 0, u64: 0 }; EVENTS_MAX] })
    }

    pub fn add(&self, socket: &impl AsRawFd, token: u64) -> io::Result<()> {
        let mut event = libc::epoll_event { events: libc::EPOLLIN.cast_unsigned(), u64: token };
        // SAFETY: the event lives for the call.
        match unsafe { libc::epoll_ctl(self.fd.as_raw_fd(), libc::EPOLL_CTL_ADD, socket.as_raw_fd(), &raw mut event) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// The tokens of those that are readable now; does not wait.
    pub fn readable(&mut self) -> impl Iterator<Item = u64> {
        self.readable_within(0)
    }

    /// The tokens of those that are readable now, or else within so many milliseconds.
    pub fn readable_within(&mut self, milliseconds: i32) -> impl Iterator<Item = u64> {
        // SAFETY: `told` has room for EVENTS_MAX events and outlives the call.
        let count = unsafe { libc::epoll_wait(self.fd.as_raw_fd(), self.told.as_mut_ptr(), EVENTS_MAX as libc::c_int, milliseconds) };
        self.told.iter().take(usize::try_from(count).unwrap_or(0)).map(|event| event.u64)
    }
}

/// Makes the kernel cut each send into datagrams of this size, which then leave, and on loopback arrive, together.
pub fn cut_into(socket: &impl AsRawFd, bytes: usize) -> io::Result<()> {
    let bytes = libc::c_int::try_from(bytes).unwrap_or(libc::c_int::MAX);
    let length = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: the kernel reads `length` bytes of a value that lives for the call.
    match unsafe { libc::setsockopt(socket.as_raw_fd(), libc::SOL_UDP, libc::UDP_SEGMENT, (&raw const bytes).cast(), length) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Lets more bytes wait on a socket than the system's default; as many as it allows.
pub fn room_for(socket: &impl AsRawFd, bytes: usize) -> io::Result<()> {
    let bytes = libc::c_int::try_from(bytes).unwrap_or(libc::c_int::MAX);
    let length = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: the kernel reads `length` bytes of a value that lives for the call.
    match unsafe { libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, libc::SO_RCVBUF, (&raw const bytes).cast(), length) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Gives this thread, and those that it starts from now on, a network of its own with nothing in it. It goes when the last of them does.
pub fn enter_new_network() -> io::Result<()> {
    // SAFETY: takes no memory; only this thread's view of the network changes.
    match unsafe { libc::unshare(libc::CLONE_NEWNET) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
