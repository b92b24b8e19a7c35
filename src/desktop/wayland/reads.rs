//! Reads that are under way: an offer's source writes into a pipe, as fast or as slowly as it likes.
//!
//! Nothing here blocks: the pipes are polled with everything else, and each read has the same bounds as on X11. A source
//! that does not write in time costs its own read and nobody else's; its pipe is closed, and what it writes later is lost.

use std::time::{Duration, Instant};

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};

use super::seats::Kept;
use crate::desktop::reply::Reply;
use crate::desktop::{Found, LARGEST_TEXT, ReadFailure};

use super::mime;

/// Nothing for so long, and the source hangs.
const SILENCE: Duration = Duration::from_millis(500);

/// For all of a text. A source that trickles is not waited for longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What one `read` takes; a pipe holds as much by default.
const PIECE: usize = 64 << 10;

#[derive(Default)]
pub struct Reads {
    active: Vec<Read>,
    piece: Vec<u8>,
}

struct Read {
    pipe: OwnedFd,
    kind: String,
    bytes: Vec<u8>,
    /// What had the focus when the offer came: the best that is known of whose text it is.
    owner: Option<String>,
    silent_until: Instant,
    ends: Instant,
    reply: Reply<Result<Found, ReadFailure>>,
}

/// What became of a read.
enum Progress {
    More,
    Whole,
    TooLarge,
}

impl Reads {
    /// Asks the offer's source for its text.
    pub fn start(&mut self, kept: &Kept, reply: Reply<Result<Found, ReadFailure>>, now: Instant) {
        let kind = match mime::text_type(&kept.types) {
            Ok(kind) => kind.to_owned(),
            Err(failure) => return reply.give(Err(failure)),
        };
        let Ok((pipe, theirs)) = pipe() else {
            log::warn!("no pipe to read a selection by: too many files are open");
            return drop(reply);
        };
        kept.offer.receive(&kind, theirs.as_fd());
        let owner = kept.under.as_ref().map(|window| window.app.clone());
        let (silent_until, ends) = (now + SILENCE, now + PATIENCE);
        self.active.push(Read { pipe, kind, bytes: Vec::new(), owner, silent_until, ends, reply });
    }

    /// The pipes, to be polled, in the order that [`readable`](Self::readable) counts them in.
    pub fn pipes(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.active.iter().map(|read| read.pipe.as_fd())
    }

    /// Takes what the pipes have for which `is_ready`, given their number.
    pub fn readable(&mut self, is_ready: impl Fn(usize) -> bool, now: Instant) {
        self.piece.resize(PIECE, 0);
        let mut number = 0;
        let mut index = 0;
        while index < self.active.len() {
            let ready = is_ready(number);
            number += 1;
            match ready.then(|| self.active[index].take(&mut self.piece, now)) {
                None | Some(Progress::More) => index += 1,
                Some(Progress::Whole) => self.active.remove(index).finish(),
                Some(Progress::TooLarge) => self.active.remove(index).reply.give(Err(ReadFailure::TooLarge)),
            }
        }
        if self.active.is_empty() {
            self.piece = Vec::new();
        }
    }

    /// When the first read is given up, if nothing happens before.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.active.iter().map(Read::deadline).min()
    }

    /// Gives up the reads whose deadline has come.
    pub fn expire(&mut self, now: Instant) {
        for read in self.active.extract_if(.., |read| read.deadline() <= now) {
            let after = if read.ends <= now { PATIENCE } else { SILENCE };
            read.reply.give(Err(ReadFailure::Hung { app: read.owner, after }));
        }
    }
}

impl Read {
    fn deadline(&self) -> Instant {
        self.silent_until.min(self.ends)
    }

    fn take(&mut self, piece: &mut [u8], now: Instant) -> Progress {
        loop {
            match rustix::io::read(&self.pipe, &mut *piece) {
                Ok(0) => return Progress::Whole,
                Ok(length) => {
                    self.silent_until = now + SILENCE;
                    self.bytes.extend_from_slice(&piece[..length]);
                    if self.bytes.len() > LARGEST_TEXT {
                        return Progress::TooLarge;
                    }
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Progress::More,
                // A pipe has no other failures that would pass.
                Err(_) => return Progress::Whole,
            }
        }
    }

    fn finish(self) {
        let owner = self.owner;
        self.reply.give(mime::decode(&self.kind, self.bytes).map(|text| Found { text, owner }));
    }
}

/// Our end, which never blocks, and the source's, which does as sources expect.
fn pipe() -> rustix::io::Result<(OwnedFd, OwnedFd)> {
    let (ours, theirs) = pipe_with(PipeFlags::CLOEXEC)?;
    fcntl_setfl(&ours, fcntl_getfl(&ours)? | OFlags::NONBLOCK)?;
    Ok((ours, theirs))
}
