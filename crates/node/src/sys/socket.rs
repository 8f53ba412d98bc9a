//! Sockets with the options this node needs; all of them non-blocking and closed on exec.
use super::{RawAddress, checked, size_of_c};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

/// Connections that wait to be accepted.
const BACKLOG: libc::c_int = 512;

/// What a UDP socket is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UdpOptions {
    /// Shares its port with the other shards.
    pub(crate) reuse_port: bool,
    /// Takes several datagrams of one flow as one, with the size of each.
    pub(crate) gro: bool,
    /// Bytes that the kernel keeps in each direction; it may give less.
    pub(crate) buffer_bytes: i32,
}

fn set<T>(fd: &impl AsFd, level: libc::c_int, option: libc::c_int, value: &T) -> io::Result<()> {
    let value: *const T = value;
    // SAFETY: the kernel reads size_of::<T>() bytes of a value that lives for the call.
    checked(unsafe { libc::setsockopt(fd.as_fd().as_raw_fd(), level, option, value.cast(), size_of_c::<T>()) })?;
    Ok(())
}

fn socket(addr: &SocketAddr, kind: libc::c_int) -> io::Result<OwnedFd> {
    let family = if addr.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
    // SAFETY: takes no memory; the descriptor it returns is new and ours.
    let fd = unsafe { OwnedFd::from_raw_fd(checked(libc::socket(family, kind | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK, 0))?) };
    if addr.is_ipv6() {
        // IPv4 has sockets of its own; without this a client's address could come in two spellings.
        set(&fd, libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, &1_i32)?;
    }
    Ok(fd)
}

fn bind(fd: &OwnedFd, addr: &SocketAddr) -> io::Result<()> {
    let (raw, length) = RawAddress::of(addr);
    // SAFETY: the address lives for the call and has `length` bytes.
    checked(unsafe { libc::bind(fd.as_raw_fd(), raw.as_ptr(), length) })?;
    Ok(())
}

/// The address that a socket got.
pub(crate) fn local_address(fd: &impl AsFd) -> io::Result<SocketAddr> {
    let mut raw = RawAddress::empty();
    let mut length = size_of_c::<libc::sockaddr_storage>();
    // SAFETY: the kernel writes at most `length` bytes into the storage.
    checked(unsafe { libc::getsockname(fd.as_fd().as_raw_fd(), raw.as_mut_ptr(), &raw mut length) })?;
    raw.read().ok_or_else(|| io::Error::from(io::ErrorKind::Unsupported))
}

/// Binds once without sharing, to learn whether somebody else has the address, and which port it gets for port 0.
///
/// `SO_REUSEPORT` alone would let two servers of one user take each other's packets without a word.
pub(crate) fn bind_exclusively(addr: &SocketAddr, stream: bool) -> io::Result<SocketAddr> {
    let fd = socket(addr, if stream { libc::SOCK_STREAM } else { libc::SOCK_DGRAM })?;
    if stream {
        set(&fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, &1_i32)?;
    }
    bind(&fd, addr)?;
    if stream {
        // SAFETY: takes no memory.
        checked(unsafe { libc::listen(fd.as_raw_fd(), 1) })?;
    }
    local_address(&fd)
}

/// A bound UDP socket.
pub(crate) fn bind_udp(addr: &SocketAddr, options: UdpOptions) -> io::Result<OwnedFd> {
    let fd = socket(addr, libc::SOCK_DGRAM)?;
    if options.reuse_port {
        set(&fd, libc::SOL_SOCKET, libc::SO_REUSEPORT, &1_i32)?;
    }
    for (forced, asked) in [(libc::SO_RCVBUFFORCE, libc::SO_RCVBUF), (libc::SO_SNDBUFFORCE, libc::SO_SNDBUF)] {
        // Beyond the system's limit only for those who may; the others get the limit.
        set(&fd, libc::SOL_SOCKET, forced, &options.buffer_bytes).or_else(|_| set(&fd, libc::SOL_SOCKET, asked, &options.buffer_bytes))?;
    }
    if options.gro {
        // An old kernel hands out single datagrams instead; nothing else changes.
        let _ = set(&fd, libc::SOL_UDP, libc::UDP_GRO, &1_i32);
    }
    if addr.ip().is_unspecified() {
        // An answer must leave from the address that was asked.
        match addr.ip() {
            IpAddr::V4(_) => set(&fd, libc::IPPROTO_IP, libc::IP_PKTINFO, &1_i32)?,
            IpAddr::V6(_) => set(&fd, libc::IPPROTO_IPV6, libc::IPV6_RECVPKTINFO, &1_i32)?,
        }
    }
    bind(&fd, addr)?;
    Ok(fd)
}

/// Whether datagrams from this socket may be fragmented on their way (`false` sets DF and refuses what is too large).
pub(crate) fn prefer_fragments(fd: &impl AsFd, family: IpAddr, fragments: bool) -> io::Result<()> {
    match (family, fragments) {
        (IpAddr::V4(_), true) => set(fd, libc::IPPROTO_IP, libc::IP_MTU_DISCOVER, &libc::IP_PMTUDISC_DONT),
        (IpAddr::V4(_), false) => set(fd, libc::IPPROTO_IP, libc::IP_MTU_DISCOVER, &libc::IP_PMTUDISC_DO),
        (IpAddr::V6(_), true) => set(fd, libc::IPPROTO_IPV6, libc::IPV6_MTU_DISCOVER, &libc::IPV6_PMTUDISC_DONT),
        (IpAddr::V6(_), false) => set(fd, libc::IPPROTO_IPV6, libc::IPV6_MTU_DISCOVER, &libc::IPV6_PMTUDISC_DO),
    }
}

/// Whether the kernel cuts one large send into datagrams (`UDP_SEGMENT`, Linux 4.18).
pub(crate) fn supports_gso() -> bool {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    socket(&any, libc::SOCK_DGRAM).is_ok_and(|fd| set(&fd, libc::SOL_UDP, libc::UDP_SEGMENT, &1_200_i32).is_ok())
}

/// A listening TCP socket that shares its port with the other shards.
pub(crate) fn listen_tcp(addr: &SocketAddr) -> io::Result<OwnedFd> {
    let fd = socket(addr, libc::SOCK_STREAM)?;
    set(&fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, &1_i32)?;
    set(&fd, libc::SOL_SOCKET, libc::SO_REUSEPORT, &1_i32)?;
    bind(&fd, addr)?;
    // SAFETY: takes no memory.
    checked(unsafe { libc::listen(fd.as_raw_fd(), BACKLOG) })?;
    Ok(fd)
}

/// The next waiting connection and who made it.
pub(crate) fn accept(listener: &OwnedFd) -> io::Result<(OwnedFd, SocketAddr)> {
    let mut raw = RawAddress::empty();
    let mut length = size_of_c::<libc::sockaddr_storage>();
    // SAFETY: the kernel writes at most `length` bytes into the storage; the descriptor it returns is new and ours.
    let fd = unsafe {
        let flags = libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
        OwnedFd::from_raw_fd(checked(libc::accept4(listener.as_raw_fd(), raw.as_mut_ptr(), &raw mut length, flags))?)
    };
    let remote = raw.read().ok_or_else(|| io::Error::from(io::ErrorKind::Unsupported))?;
    Ok((fd, remote))
}

/// Sends small pieces at once; media cannot wait for more.
pub(crate) fn tune_stream(fd: &OwnedFd) -> io::Result<()> {
    set(fd, libc::IPPROTO_TCP, libc::TCP_NODELAY, &1_i32)
}

/// A descriptor by its number, where the owner is known to keep it open.
pub(crate) fn borrowed<'a>(fd: RawFd) -> BorrowedFd<'a> {
    // SAFETY: callers only pass sockets of their own shard, which closes none between a push to the egress and its flush.
    unsafe { BorrowedFd::borrow_raw(fd) }
}
