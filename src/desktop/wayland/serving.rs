//! Selections that are ours: offered to whoever asks, until somebody else selects or copies.
//!
//! Whoever asks gives a pipe, and may read it as slowly as it likes: what does not fit is written when there is room. It
//! keeps nobody waiting, as nothing here blocks, and is forgotten when its pipe is closed.

use std::sync::Arc;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use wayland_client::backend::ObjectId;

use super::contents::Contents;
use super::control::Source;
use crate::desktop::Pick;

#[derive(Default)]
pub struct Serving {
    held: Vec<Held>,
    /// Replaced by us, and not cancelled yet: somebody may have asked for it before the compositor knew.
    leaving: Vec<Held>,
    outgoing: Vec<Outgoing>,
}

/// One selection that is ours.
struct Held {
    pick: Pick,
    source: Source,
    contents: Contents,
}

/// What somebody has asked for and not read yet.
struct Outgoing {
    pipe: OwnedFd,
    bytes: Arc<[u8]>,
    written: usize,
}

/// More than anybody asks for at once.
const MOST_OUTGOING: usize = 256;

impl Serving {
    /// Holds `contents` in a selection from now on, by this source. What it held before is served until it is cancelled.
    pub fn hold(&mut self, pick: Pick, source: Source, contents: Contents) {
        self.release(pick);
        self.held.push(Held { pick, source, contents });
    }

    /// Serves a selection no longer than until it is cancelled.
    pub fn release(&mut self, pick: Pick) {
        self.leaving.extend(self.held.extract_if(.., |held| held.pick == pick));
    }

    /// Somebody else has selected or copied: this source is of no use any more. Says whether it was in force.
    pub fn cancelled(&mut self, source: &ObjectId) -> bool {
        for left in self.leaving.extract_if(.., |held| held.source.id() == *source) {
            left.source.destroy();
        }
        let Some(place) = self.held.iter().position(|held| held.source.id() == *source) else { return false };
        self.held.swap_remove(place).source.destroy();
        true
    }

    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    pub fn contents(&self, pick: Pick) -> Option<&Contents> {
        self.held.iter().find(|held| held.pick == pick).map(|held| &held.contents)
    }

    /// Somebody wants this source's contents as `mime`.
    pub fn send(&mut self, source: &ObjectId, mime: &str, pipe: OwnedFd) {
        let held = self.held.iter().chain(&self.leaving).find(|held| held.source.id() == *source);
        let Some(bytes) = held.and_then(|held| held.contents.bytes(mime)) else { return };
        if fcntl_getfl(&pipe).and_then(|flags| fcntl_setfl(&pipe, flags | OFlags::NONBLOCK)).is_err() {
            return;
        }
        let mut outgoing = Outgoing { pipe, bytes, written: 0 };
        if outgoing.write() && self.outgoing.len() < MOST_OUTGOING {
            self.outgoing.push(outgoing);
        }
    }

    /// The pipes that wait for room, in the order that [`writable`](Self::writable) counts them in.
    pub fn pipes(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.outgoing.iter().map(|outgoing| outgoing.pipe.as_fd())
    }

    /// Writes on where there is room.
    pub fn writable(&mut self, is_ready: impl Fn(usize) -> bool) {
        let mut number = 0;
        self.outgoing.retain_mut(|outgoing| {
            number += 1;
            !is_ready(number - 1) || outgoing.write()
        });
    }
}

impl Outgoing {
    /// Writes what there is room for. Says whether more is to come.
    fn write(&mut self) -> bool {
        while self.written < self.bytes.len() {
            match rustix::io::write(&self.pipe, &self.bytes[self.written..]) {
                Ok(written) => self.written += written,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return true,
                // Nobody reads it any more.
                Err(_) => return false,
            }
        }
        false
    }
}
