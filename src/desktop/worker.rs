//! A thread that owns a connection to the display, and the way to it: commands are queued and the thread is woken.
//!
//! Invariant: nothing here waits for the thread but the drop, and a command to a thread that has ended is dropped, which
//! answers it as it is ([`Reply`](super::reply::Reply)).

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::thread::JoinHandle;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};

use super::wake;

/// The other threads' side.
pub struct Worker<C> {
    name: &'static str,
    commands: Option<Sender<C>>,
    wake: Arc<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

/// Another way to the thread. It has to go before the [`Worker`] does, whose drop waits for the thread's end, and the
/// thread ends when nobody can send it anything any more.
pub struct Sending<C> {
    commands: Sender<C>,
    wake: Arc<OwnedFd>,
}

/// The thread's own side.
pub struct Inbox<C> {
    commands: Receiver<C>,
    wake: Arc<OwnedFd>,
}

/// What there is to do.
pub enum Next<C> {
    Perform(C),
    /// Nothing until the next wake-up.
    Wait,
    /// The [`Worker`] is gone.
    Stop,
}

impl<C: Send + 'static> Worker<C> {
    /// Starts the thread, which ends when this is dropped. `wake` is made by [`wake::new`] beforehand, as that may fail.
    pub fn spawn(name: &'static str, wake: OwnedFd, run: impl FnOnce(Inbox<C>) + Send + 'static) -> Self {
        let (commands, receiver) = mpsc::channel();
        let wake = Arc::new(wake);
        let inbox = Inbox { commands: receiver, wake: Arc::clone(&wake) };
        let thread = std::thread::Builder::new().name(name.into()).spawn(move || run(inbox));
        // As std::thread::spawn: without a thread more there is no program.
        Self { name, commands: Some(commands), wake, thread: Some(thread.expect("the system gives a thread")) }
    }

    pub fn send(&self, command: C) {
        if let Some(commands) = &self.commands {
            _ = commands.send(command);
            wake::wake(&self.wake);
        }
    }
}

impl<C> Worker<C> {
    /// `None` once this is being dropped.
    pub fn sending(&self) -> Option<Sending<C>> {
        let commands = self.commands.clone()?;
        Some(Sending { commands, wake: Arc::clone(&self.wake) })
    }
}

impl<C> Sending<C> {
    pub fn send(&self, command: C) {
        _ = self.commands.send(command);
        wake::wake(&self.wake);
    }
}

impl<C> Inbox<C> {
    /// What other threads wake this one by: to be polled.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }

    /// Before the commands are looked at, so that one sent meanwhile wakes again.
    pub fn clear(&self) {
        wake::clear(&self.wake);
    }

    pub fn next(&self) -> Next<C> {
        match self.commands.try_recv() {
            Ok(command) => Next::Perform(command),
            Err(TryRecvError::Empty) => Next::Wait,
            Err(TryRecvError::Disconnected) => Next::Stop,
        }
    }
}

impl<C> Drop for Worker<C> {
    fn drop(&mut self) {
        self.commands = None;
        wake::wake(&self.wake);
        // An event may be what makes its receiver drop the desktop: a thread cannot wait for itself.
        let other = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id());
        if let Some(thread) = other
            && thread.join().is_err()
        {
            log::error!("the {} thread panicked", self.name);
        }
    }
}
