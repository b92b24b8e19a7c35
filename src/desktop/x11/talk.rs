//! Who wants a selection, and in which conversation: somebody waits for its text, or a paste keeps all that it holds.

use x11rb::errors::ConnectionError;
use x11rb::protocol::xproto::Atom;

use super::atoms::Atoms;
use super::contents::Contents;
use super::display::Display;
use super::keeping::{self, Keeping};
use super::pieces::Property;
use super::transfer::{self, Finding, Transfer};
use crate::desktop::paste::PasteId;
use crate::desktop::reply::Reply;
use crate::desktop::{Pick, ReadFailure};
use crate::text::sealed::UserText;

/// The answer to one read.
pub type TextReply = Reply<Result<UserText, ReadFailure>>;

/// One conversation with an owner.
pub struct Talk {
    wants: Wants,
    by: By,
}

enum Wants {
    Text(Transfer, Option<Finding>),
    All(Keeping, Option<Contents>),
}

enum By {
    Caller(TextReply),
    Paste(PasteId, Pick),
}

/// What to do next.
pub enum Next {
    Convert(Atom),
    Finish,
    TooLarge,
}

/// A read for a paste has come to its end.
#[derive(Debug)]
pub enum Ended {
    Kept { paste: PasteId, pick: Pick, result: Result<Contents, ReadFailure> },
    Text { paste: PasteId, result: Result<UserText, ReadFailure> },
}

impl Talk {
    /// Somebody waits for the text.
    pub fn for_caller(reply: TextReply, atoms: &Atoms) -> Self {
        Self { wants: Wants::Text(Transfer::start(atoms), None), by: By::Caller(reply) }
    }

    /// Somebody waits for what was copied, unless it is a password.
    pub fn for_caller_unless_secret(reply: TextReply, atoms: &Atoms) -> Self {
        Self { wants: Wants::Text(Transfer::start_unless_secret(atoms), None), by: By::Caller(reply) }
    }

    /// A paste wants to know what is selected.
    pub fn for_check(paste: PasteId, atoms: &Atoms) -> Self {
        Self { wants: Wants::Text(Transfer::start(atoms), None), by: By::Paste(paste, Pick::Selection) }
    }

    /// A paste keeps all formats.
    pub fn to_keep(paste: PasteId, pick: Pick, atoms: &Atoms) -> Self {
        Self { wants: Wants::All(Keeping::start(atoms).0, None), by: By::Paste(paste, pick) }
    }

    pub fn first_target(&self, atoms: &Atoms) -> Atom {
        match &self.wants {
            Wants::Text(transfer, _) => transfer.first(),
            Wants::All(..) => Keeping::start(atoms).1,
        }
    }

    pub fn is_kept(&self) -> bool {
        matches!(self.wants, Wants::All(..))
    }

    pub fn is_of(&self, paste: PasteId) -> bool {
        matches!(self.by, By::Paste(id, _) if id == paste)
    }

    pub fn keeps(&self, paste: PasteId, pick: Pick) -> bool {
        self.is_kept() && matches!(self.by, By::Paste(id, of) if (id, of) == (paste, pick))
    }

    /// `None`: the owner refused.
    pub fn hear(&mut self, answer: Option<Property>, display: &Display) -> Result<Next, ConnectionError> {
        let atoms = &display.atoms;
        Ok(match &mut self.wants {
            Wants::Text(transfer, found) => match transfer.hear(answer, atoms) {
                transfer::Step::Convert(target) => Next::Convert(target),
                transfer::Step::Finish(finding) => {
                    *found = Some(finding);
                    Next::Finish
                }
            },
            Wants::All(keeping, kept) => {
                let mut step = keeping.hear(answer, atoms);
                if let keeping::Step::Name(targets) = step {
                    step = keeping.choose(display.names_of(targets)?, atoms);
                }
                match step {
                    keeping::Step::Convert(target) => Next::Convert(target),
                    keeping::Step::Finish(contents) => {
                        *kept = Some(contents);
                        Next::Finish
                    }
                    keeping::Step::TooLarge | keeping::Step::Name(_) => Next::TooLarge,
                }
            }
        })
    }

    /// After [`Next::Finish`]. Callers have their answer then; what is for a paste is handed back.
    pub fn finish(self, display: &Display) -> Result<Option<Ended>, ConnectionError> {
        Ok(match self.wants {
            Wants::Text(_, found) => {
                let result = text_of(found.unwrap_or(Finding::Nothing), display)?;
                self.by.hear_text(result)
            }
            Wants::All(keeping, kept) => self.by.hear_kept(Ok(kept.unwrap_or_else(|| keeping.so_far()))),
        })
    }

    pub fn fail(self, why: ReadFailure) -> Option<Ended> {
        match self.wants {
            Wants::Text(..) => self.by.hear_text(Err(why)),
            Wants::All(..) => self.by.hear_kept(Err(why)),
        }
    }

    /// What it has not sent yet will not come. What was kept so far is all that can be.
    pub fn owner_ended(self) -> Option<Ended> {
        match self.wants {
            Wants::Text(..) => self.by.hear_text(Err(ReadFailure::Nothing)),
            Wants::All(keeping, _) => self.by.hear_kept(Ok(keeping.so_far())),
        }
    }
}

impl By {
    fn hear_text(self, result: Result<UserText, ReadFailure>) -> Option<Ended> {
        match self {
            Self::Caller(reply) => {
                reply.give(result);
                None
            }
            Self::Paste(paste, _) => Some(Ended::Text { paste, result }),
        }
    }

    fn hear_kept(self, result: Result<Contents, ReadFailure>) -> Option<Ended> {
        match self {
            Self::Paste(paste, pick) => Some(Ended::Kept { paste, pick, result }),
            // Callers want texts alone.
            Self::Caller(_) => None,
        }
    }
}

fn text_of(finding: Finding, display: &Display) -> Result<Result<UserText, ReadFailure>, ConnectionError> {
    Ok(match finding {
        Finding::Text(text) => Ok(UserText::from(text)),
        Finding::Nothing => Err(ReadFailure::Nothing),
        Finding::Secret => Err(ReadFailure::Secret),
        Finding::NotText(kind) => Err(ReadFailure::NotText { kind: display.name_of(kind)? }),
    })
}
