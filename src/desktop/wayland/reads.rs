//! Reads that are under way: an offer's source writes into a pipe, as fast or as slowly as it likes.
//!
//! Nothing here blocks: the pipes are polled with everything else, and each read has the same bounds as on X11. A source
//! that does not write in time costs its own read and nobody else's; its pipe is closed, and what it writes later is lost.

use std::time::{Duration, Instant};

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};

use super::control::Offer;
use super::mime;
use super::seats::Kept;
use crate::desktop::paste::{LONGEST_KEEPING, PasteId, SelectionMark};
use crate::desktop::reply::Reply;
use crate::desktop::{Found, LARGEST_TEXT, Pick, ReadFailure};
use crate::text::sealed::UserText;

/// Nothing for so long, and the source hangs.
const SILENCE: Duration = Duration::from_millis(500);

/// For all of a text. A source that trickles is not waited for longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What one `read` takes; a pipe holds as much by default.
const PIECE: usize = 64 << 10;

#[derive(Default)]
pub struct Reads {
    active: Vec<Read>,
    ended: Vec<Ended>,
    piece: Vec<u8>,
}

struct Read {
    pipe: OwnedFd,
    kind: String,
    bytes: Vec<u8>,
    silent_until: Instant,
    ends: Instant,
    by: By,
}

/// Who wants it.
pub enum By {
    /// `owner`: what had the focus when the offer came, the best that is known of whose text it is.
    Caller { owner: Option<String>, reply: Reply<Result<Found, ReadFailure>> },
    /// To keep this format (by its place in the list) for a paste.
    Keeping { paste: PasteId, pick: Pick, place: usize },
    /// To see what a paste has selected, or is about to go over.
    Check { paste: PasteId, mark: Option<SelectionMark> },
}

/// A read that was for a paste.
pub enum Ended {
    Format {
        paste: PasteId,
        pick: Pick,
        place: usize,
        result: Result<Vec<u8>, ReadFailure>,
    },
    /// `mark`: of the selection that was read.
    Checked {
        paste: PasteId,
        mark: Option<SelectionMark>,
        result: Result<UserText, ReadFailure>,
    },
}

/// What became of a read.
enum Progress {
    More,
    Whole,
    TooLarge,
}

impl Reads {
    /// Asks for the offer's text.
    pub fn start_text(&mut self, kept: &Kept, by: By, now: Instant) {
        match mime::text_type(&kept.types) {
            Ok(kind) => self.start(&kept.offer, kind, by, now),
            Err(failure) => self.ended.extend(by.hear(Err(failure), "")),
        }
    }

    /// Asks for an offer in one of its types.
    pub fn start(&mut self, offer: &Offer, kind: &str, by: By, now: Instant) {
        let Ok((pipe, theirs)) = pipe() else {
            log::warn!("no pipe to read a selection by: too many files are open");
            return self.ended.extend(by.hear(Err(ReadFailure::Nothing), kind));
        };
        offer.receive(kind, theirs.as_fd());
        let patience = if matches!(by, By::Keeping { .. }) { LONGEST_KEEPING } else { PATIENCE };
        let (silent_until, ends) = (now + SILENCE, now + patience);
        self.active.push(Read { pipe, kind: kind.to_owned(), bytes: Vec::new(), silent_until, ends, by });
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
                Some(Progress::Whole) => {
                    let Read { by, kind, bytes, .. } = self.active.remove(index);
                    self.ended.extend(by.hear(Ok(bytes), &kind));
                }
                Some(Progress::TooLarge) => {
                    let Read { by, kind, .. } = self.active.remove(index);
                    self.ended.extend(by.hear(Err(ReadFailure::TooLarge), &kind));
                }
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
            let after = if read.silent_until <= now { SILENCE } else { PATIENCE };
            let app = read.by.owner();
            self.ended.extend(read.by.hear(Err(ReadFailure::Hung { app, after }), &read.kind));
        }
    }

    /// What is wanted for this paste is wanted no more.
    pub fn forget(&mut self, is_meant: impl Fn(&By) -> bool) {
        self.active.retain(|read| !is_meant(&read.by));
    }

    pub fn take_ended(&mut self) -> Vec<Ended> {
        std::mem::take(&mut self.ended)
    }
}

impl By {
    pub fn is_of(&self, id: PasteId) -> bool {
        matches!(self, Self::Keeping { paste, .. } | Self::Check { paste, .. } if *paste == id)
    }

    fn owner(&self) -> Option<String> {
        match self {
            Self::Caller { owner, .. } => owner.clone(),
            Self::Keeping { .. } | Self::Check { .. } => None,
        }
    }

    /// A caller has its answer then; what is for a paste is handed back.
    fn hear(self, result: Result<Vec<u8>, ReadFailure>, kind: &str) -> Option<Ended> {
        match self {
            Self::Caller { owner, reply } => {
                let text = result.and_then(|bytes| mime::decode(kind, bytes));
                reply.give(text.map(|text| Found { text, owner }));
                None
            }
            Self::Keeping { paste, pick, place } => Some(Ended::Format { paste, pick, place, result }),
            Self::Check { paste, mark } => {
                let result = result.and_then(|bytes| mime::decode(kind, bytes));
                Some(Ended::Checked { paste, mark, result })
            }
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
}

/// Our end, which never blocks, and the source's, which does as sources expect.
fn pipe() -> rustix::io::Result<(OwnedFd, OwnedFd)> {
    let (ours, theirs) = pipe_with(PipeFlags::CLOEXEC)?;
    fcntl_setfl(&ours, fcntl_getfl(&ours)? | OFlags::NONBLOCK)?;
    Ok((ours, theirs))
}
