//! How other threads wake the one that sleeps in `poll`: an eventfd.

use rustix::event::{EventfdFlags, eventfd};
use rustix::fd::{AsFd, OwnedFd};

pub fn new() -> rustix::io::Result<OwnedFd> {
    eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
}

/// Fails only where the counter is full, and then the thread is awake already.
pub fn wake(fd: impl AsFd) {
    _ = rustix::io::write(fd, &1u64.to_ne_bytes());
}

/// Before the commands are looked at, so that one sent meanwhile wakes again.
pub fn clear(fd: impl AsFd) {
    _ = rustix::io::read(fd, &mut [0; 8]);
}
