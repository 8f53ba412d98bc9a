//! Where a thread runs, and which signals it does not take.
use super::checked;
use std::io;
use std::mem::MaybeUninit;

/// The cores that this process may use, in order.
pub(crate) fn allowed_cores() -> Vec<usize> {
    let mut set = MaybeUninit::<libc::cpu_set_t>::zeroed();
    // SAFETY: all zeroes is an empty set; the kernel fills at most its size.
    let set = unsafe {
        if libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), set.as_mut_ptr()) != 0 {
            return vec![0];
        }
        set.assume_init()
    };
    let bits = usize::try_from(libc::CPU_SETSIZE).unwrap_or(0);
    // SAFETY: CPU_ISSET reads inside the set for a core below CPU_SETSIZE.
    (0..bits).filter(|&core| unsafe { libc::CPU_ISSET(core, &set) }).collect()
}

/// Keeps the calling thread on one core.
pub(crate) fn pin_to_core(core: usize) -> io::Result<()> {
    let mut set = MaybeUninit::<libc::cpu_set_t>::zeroed();
    // SAFETY: all zeroes is an empty set; CPU_SET panics above its size rather than writing there.
    unsafe {
        libc::CPU_SET(core, &mut *set.as_mut_ptr());
        checked(libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), set.as_ptr()))?;
    }
    Ok(())
}

/// Runs `spawn` with every signal blocked, so that the threads it starts never take one that is meant for Python's main thread.
pub(crate) fn without_signals<T>(spawn: impl FnOnce() -> T) -> T {
    let mut all = MaybeUninit::<libc::sigset_t>::zeroed();
    let mut before = MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: both sets are ours and large enough; the mask is the calling thread's own.
    unsafe {
        libc::sigfillset(all.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
    }
    let result = spawn();
    // SAFETY: `before` was filled above.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), std::ptr::null_mut()) };
    result
}
