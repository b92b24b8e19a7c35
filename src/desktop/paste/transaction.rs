//! One paste, from the keeping of the old clipboard to its return: a state machine. Pure; any desktop can drive it.
//!
//! Why so much ado: no system says whether a paste was taken. But an application that pastes asks for the text, and it
//! can be seen who asks. So the text is offered, the keys are pressed, and each request of the target for it is a
//! receipt. Some ask several times, and given back in between, they would paste the old contents; so these come back
//! only when it has been quiet for a while. An application that is busy asks later, however long that takes, which is
//! where every fixed delay fails.
//!
//! How long is a while? An application of several processes may pause in the middle of its paste for longer than anybody
//! wants to wait for the clipboard. So the old contents come back twice: soon for everybody but the target, and for the
//! target when it has been quiet for much longer, or a hand moves, whose next paste must be of the old.
//!
//! Invariants, whatever the order of the inputs: what was taken is given back, unless somebody else has taken it or the
//! application never asked; no key is pressed before the old contents are safe, and none after the paste was told to
//! have ended. Every paste that was wanted has one end.

use std::time::{Duration, Instant};

use super::{NotPasted, PasteStep, Pasted};
use crate::text::sealed::UserText;

/// The longest that a hand may stay on the keys once the answer is there. After that modifiers are let go for it.
pub const LONGEST_HOLD: Duration = Duration::from_secs(1);
/// A window that was asked to the front is there within this.
const LONGEST_LOOK: Duration = Duration::from_secs(1);
/// To select what was pasted before, key by key.
const LONGEST_SELECTING: Duration = Duration::from_secs(2);
/// An application that has not asked for the text by then will hardly do so.
const LONGEST_SILENCE: Duration = Duration::from_secs(2);
/// Applications that ask several times do so within 8 ms; the rest is for machines under load.
const QUIET: Duration = Duration::from_millis(70);
/// Of the target, before it gets the old contents too. Chromium has paused for a third of a second under load.
const LONG_QUIET: Duration = Duration::from_secs(1);
/// Chromium now and then overlooks that what it has asked for is there, and stands still in the middle of its paste until
/// anything else comes: in one of 200 pastes on a screen on which nothing else happens.
const NUDGED_AFTER: Duration = Duration::from_millis(30);
/// Of all quiet times together: who asks for ever (a clipboard manager in the application itself) is not waited for.
const LONGEST_PASTE: Duration = Duration::from_secs(5);

/// What the machine hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The old contents are safe.
    Kept {
        text: Option<UserText>,
    },
    /// Something that it needs cannot be had, or the person has moved on.
    Failed(NotPasted),
    /// The answer is there, and no other paste is under way. `over`: see [`Over`](super::Over).
    Wanted(Start),
    /// No key is held any more.
    KeysUp,
    /// The target is as it has to be.
    Fits,
    /// What stands before the cursor is selected, and is what it has to be.
    Selected,
    /// The text is on offer. `asks_first`: how long the target is given to ask what there is before it can paste.
    Taken {
        asks_first: Option<Duration>,
    },
    /// The keys are pressed.
    Pressed,
    /// The target has asked for something that is on offer.
    Asked(Asked),
    /// The person has pressed a key or a button.
    Touched,
    /// Somebody else has taken the clipboard.
    Lost,
    Abandoned,
    GiveBack,
    /// The moment that [`deadline`](Transaction::deadline) named has come.
    Deadline,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    OverSelection,
    /// What was pasted before is selected first.
    OverFormer,
    /// The text is offered, and no key is pressed.
    OverNothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The text itself: a receipt.
    Text,
    /// What there is, or when it came.
    Other,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Answered by [`Input::KeysUp`].
    AwaitKeys,
    /// Let go of the modifiers for the person; then [`Input::KeysUp`], or it failed.
    LiftKeys,
    /// Whether the target is as it has to be: [`Input::Fits`], or it failed.
    Look,
    /// Answered by [`Input::Selected`], or it failed.
    Select,
    /// What was selected is not what it had to be: back to where the cursor was.
    Deselect,
    /// Offer the text: [`Input::Taken`], or it failed.
    Take,
    /// Press the keys: [`Input::Pressed`], or it failed.
    Press,
    /// Have something of no meaning come to the target, where it may have overlooked something.
    Nudge,
    /// Put the old contents back for everybody but the target, unless somebody else has taken the clipboard. Where one
    /// cannot be told from the other, for all, and [`Input::Touched`].
    GiveBackToOthers,
    /// Put the old contents back, unless somebody else has taken the clipboard.
    GiveBack,
    Tell(PasteStep),
    /// It is over; what was kept for it is of no use any more.
    Forget,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    /// The old contents are being fetched. The answer may be there already.
    Keeping(Option<Start>),
    /// They are safe, and the answer is not there yet.
    Kept,
    /// It cannot be pasted, which is told when the answer is there.
    Doomed(NotPasted),
    Keys(Start, Instant),
    Looking(Start, Instant),
    Selecting(Instant),
    Taking,
    /// The same for a text that is pasted nowhere.
    Offering,
    /// The target is to see what is on offer before the keys are pressed.
    Offered(Instant),
    Pressing,
    /// No receipt so far.
    Pressed {
        /// Once it has asked for anything.
        nudge: Option<Instant>,
        until: Instant,
        ends: Instant,
    },
    Quiet {
        nudge: Option<Instant>,
        until: Instant,
        ends: Instant,
        receipts: u32,
    },
    /// Told to have ended well. The target may still be at it.
    Confirmed {
        nudge: Option<Instant>,
        until: Instant,
        ends: Instant,
    },
    /// Never taken: the text stays where it is.
    Left,
    Over,
}

/// How long it is quiet after the target's last request before its paste is taken for done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    pub done: Duration,
    /// After fewer than so many requests it may not have come to its paste.
    pub asks: u32,
    pub early: Duration,
}

impl Default for Quiet {
    fn default() -> Self {
        Self { done: QUIET, asks: 0, early: QUIET }
    }
}

impl Quiet {
    fn after(self, receipts: u32) -> Duration {
        if receipts < self.asks { self.early } else { self.done }
    }
}

/// One paste.
#[derive(Debug)]
pub struct Transaction {
    stage: Stage,
    /// To be set before the keys are pressed, where a desktop has its own.
    pub quiet: Quiet,
}

impl Default for Transaction {
    fn default() -> Self {
        Self { stage: Stage::Keeping(None), quiet: Quiet::default() }
    }
}

impl Transaction {
    pub fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    /// Whether it holds the clipboard or is about to: another has to wait for its end.
    pub fn is_under_way(&self) -> bool {
        matches!(self.stage, Stage::Keeping(Some(_)) | Stage::Keys(..) | Stage::Looking(..) | Stage::Selecting(_))
            || self.has_taken()
    }

    /// Whether the text stays on the clipboard until it is called back.
    pub fn is_left(&self) -> bool {
        self.stage == Stage::Left
    }

    /// Whether keys and buttons that go down are of importance.
    pub fn minds_hands(&self) -> bool {
        self.is_before_taking() || self.is_confirmed()
    }

    pub fn is_confirmed(&self) -> bool {
        matches!(self.stage, Stage::Confirmed { .. })
    }

    /// Whether it can still be called off without a trace.
    pub fn is_before_taking(&self) -> bool {
        matches!(
            self.stage,
            Stage::Keeping(_) | Stage::Kept | Stage::Keys(..) | Stage::Looking(..) | Stage::Selecting(_)
        )
    }

    /// Whether the clipboard is taken for it, and will be given back.
    pub fn has_taken(&self) -> bool {
        matches!(
            self.stage,
            Stage::Taking
                | Stage::Offering
                | Stage::Offered(_)
                | Stage::Pressing
                | Stage::Pressed { .. }
                | Stage::Quiet { .. }
        )
    }

    pub fn awaits_keys(&self) -> bool {
        matches!(self.stage, Stage::Keys(..))
    }

    pub fn is_looking(&self) -> bool {
        matches!(self.stage, Stage::Looking(..))
    }

    pub fn is_selecting(&self) -> bool {
        matches!(self.stage, Stage::Selecting(_))
    }

    /// Whether the target's requests count.
    pub fn awaits_requests(&self) -> bool {
        matches!(self.stage, Stage::Offered(_) | Stage::Pressed { .. } | Stage::Quiet { .. } | Stage::Confirmed { .. })
    }

    pub fn deadline(&self) -> Option<Instant> {
        match self.stage {
            Stage::Keys(_, until) | Stage::Looking(_, until) | Stage::Selecting(until) => Some(until),
            Stage::Offered(until) => Some(until),
            Stage::Pressed { nudge, until, ends }
            | Stage::Quiet { nudge, until, ends, .. }
            | Stage::Confirmed { nudge, until, ends } => Some(nudge.unwrap_or(ends).min(until).min(ends)),
            _ => None,
        }
    }

    pub fn hear(&mut self, input: Input, now: Instant) -> Vec<Output> {
        match input {
            Input::Kept { text } => self.kept(text, now),
            Input::Wanted(start) => self.wanted(start, now),
            Input::Failed(why) => self.failed(why),
            Input::Asked(asked) => self.asked(asked, now),
            Input::Touched if self.is_confirmed() => self.end(vec![Output::GiveBack]),
            Input::Touched => Vec::new(),
            Input::Lost => self.lost(),
            Input::Abandoned => self.abandoned(),
            Input::Deadline => self.late(now),
            Input::KeysUp | Input::Fits | Input::Selected | Input::Taken { .. } | Input::Pressed => {
                self.advance(&input, now)
            }
            Input::GiveBack if self.stage == Stage::Left => self.end(vec![Output::GiveBack]),
            Input::GiveBack => Vec::new(),
        }
    }

    /// Kept again, where the same words were copied anew, changes nothing else.
    fn kept(&mut self, text: Option<UserText>, now: Instant) -> Vec<Output> {
        let mut outputs = vec![Output::Tell(PasteStep::Kept { text })];
        match self.stage {
            Stage::Keeping(Some(start)) => outputs.extend(self.begin(start, now)),
            Stage::Keeping(None) => self.stage = Stage::Kept,
            Stage::Kept => {}
            _ => outputs.clear(),
        }
        outputs
    }

    fn wanted(&mut self, start: Start, now: Instant) -> Vec<Output> {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Kept => self.begin(start, now),
            Stage::Keeping(None) => {
                self.stage = Stage::Keeping(Some(start));
                Vec::new()
            }
            Stage::Doomed(why) => self.end(vec![tell(Pasted::Not(why))]),
            other => {
                self.stage = other;
                Vec::new()
            }
        }
    }

    fn begin(&mut self, start: Start, now: Instant) -> Vec<Output> {
        if start == Start::OverNothing {
            self.stage = Stage::Offering;
            return vec![Output::Take];
        }
        self.stage = Stage::Keys(start, now + LONGEST_HOLD);
        vec![Output::AwaitKeys]
    }

    /// The straight line.
    fn advance(&mut self, input: &Input, now: Instant) -> Vec<Output> {
        let (stage, output) = match (&self.stage, input) {
            (Stage::Keys(start, _), Input::KeysUp) => (Stage::Looking(*start, now + LONGEST_LOOK), Output::Look),
            (Stage::Looking(Start::OverSelection, _), Input::Fits) => (Stage::Taking, Output::Take),
            (Stage::Looking(Start::OverFormer, _), Input::Fits) => {
                (Stage::Selecting(now + LONGEST_SELECTING), Output::Select)
            }
            (Stage::Selecting(_), Input::Selected) => (Stage::Taking, Output::Take),
            (Stage::Taking, Input::Taken { asks_first: None }) => (Stage::Pressing, Output::Press),
            (Stage::Taking, Input::Taken { asks_first: Some(time) }) => {
                self.stage = Stage::Offered(now + *time);
                return Vec::new();
            }
            (Stage::Offering, Input::Taken { .. }) => {
                self.stage = Stage::Left;
                return vec![tell(Pasted::Unconfirmed)];
            }
            (Stage::Pressing, Input::Pressed) => {
                self.stage = Stage::Pressed { nudge: None, until: now + LONGEST_SILENCE, ends: now + LONGEST_PASTE };
                return Vec::new();
            }
            _ => return Vec::new(),
        };
        self.stage = stage;
        vec![output]
    }

    fn failed(&mut self, why: NotPasted) -> Vec<Output> {
        match self.stage {
            Stage::Keeping(None) | Stage::Kept => {
                self.stage = Stage::Doomed(why);
                Vec::new()
            }
            Stage::Keeping(Some(_)) | Stage::Keys(..) | Stage::Looking(..) | Stage::Selecting(_) => {
                self.end(vec![tell(Pasted::Not(why))])
            }
            // Pressed: that they were not after all may be told late.
            Stage::Taking | Stage::Offering | Stage::Offered(_) | Stage::Pressing | Stage::Pressed { .. } => {
                self.end(vec![Output::GiveBack, tell(Pasted::Not(why))])
            }
            _ => Vec::new(),
        }
    }

    fn asked(&mut self, asked: Asked, now: Instant) -> Vec<Output> {
        let (later, quiet) = (Some(now + NUDGED_AFTER), self.quiet);
        match (&mut self.stage, asked) {
            (Stage::Offered(_), _) => return self.press(),
            (Stage::Pressed { ends, .. }, Asked::Text) => {
                self.stage = Stage::Quiet { nudge: later, until: now + quiet.after(1), ends: *ends, receipts: 1 };
            }
            // It is at it, only slowly.
            (Stage::Pressed { nudge, until, .. }, Asked::Other) => (*nudge, *until) = (later, now + LONGEST_SILENCE),
            (Stage::Quiet { nudge, until, receipts, .. }, asked) => {
                *receipts += u32::from(asked == Asked::Text);
                (*nudge, *until) = (later, now + quiet.after(*receipts));
            }
            (Stage::Confirmed { nudge, until, .. }, _) => (*nudge, *until) = (later, now + LONG_QUIET),
            _ => {}
        }
        Vec::new()
    }

    fn press(&mut self) -> Vec<Output> {
        self.stage = Stage::Pressing;
        vec![Output::Press]
    }

    fn lost(&mut self) -> Vec<Output> {
        match self.stage {
            Stage::Taking | Stage::Offering | Stage::Offered(_) | Stage::Pressing | Stage::Pressed { .. } => {
                self.end(vec![tell(Pasted::Not(NotPasted::ClipboardChanged))])
            }
            Stage::Quiet { receipts, .. } => self.end(vec![tell(Pasted::Confirmed { receipts })]),
            Stage::Confirmed { .. } | Stage::Left => self.end(Vec::new()),
            _ => Vec::new(),
        }
    }

    /// What has begun goes on: half a paste is worse than one that nobody wants.
    fn abandoned(&mut self) -> Vec<Output> {
        match self.stage {
            Stage::Keeping(_)
            | Stage::Kept
            | Stage::Doomed(_)
            | Stage::Keys(..)
            | Stage::Looking(..)
            | Stage::Selecting(_) => self.end(Vec::new()),
            _ => Vec::new(),
        }
    }

    fn late(&mut self, now: Instant) -> Vec<Output> {
        if self.deadline().is_none_or(|deadline| deadline > now) {
            return Vec::new();
        }
        if self.is_nudged(now) {
            return vec![Output::Nudge];
        }
        match self.stage {
            Stage::Keys(start, _) => {
                // It cannot be late a second time: what cannot be lifted fails.
                self.stage = Stage::Keys(start, now + LONGEST_HOLD);
                vec![Output::LiftKeys]
            }
            Stage::Looking(..) => self.failed(NotPasted::FocusChanged),
            // Perhaps this one does not ask.
            Stage::Offered(_) => self.press(),
            Stage::Selecting(_) => self.end(vec![Output::Deselect, tell(Pasted::Not(NotPasted::SelectionChanged))]),
            Stage::Pressed { .. } => {
                self.stage = Stage::Left;
                vec![tell(Pasted::Unconfirmed)]
            }
            Stage::Quiet { ends, receipts, .. } => {
                self.stage = Stage::Confirmed { nudge: None, until: now + LONG_QUIET, ends: ends + LONG_QUIET };
                vec![Output::GiveBackToOthers, Output::Nudge, tell(Pasted::Confirmed { receipts })]
            }
            Stage::Confirmed { .. } => self.end(vec![Output::GiveBack]),
            _ => Vec::new(),
        }
    }

    /// Whether it is only time for a nudge. One is enough for each request.
    fn is_nudged(&mut self, now: Instant) -> bool {
        let (Stage::Pressed { nudge, until, ends }
        | Stage::Quiet { nudge, until, ends, .. }
        | Stage::Confirmed { nudge, until, ends }) = &mut self.stage
        else {
            return false;
        };
        nudge.take_if(|nudge| *nudge <= now).is_some() && now < *until.min(ends)
    }

    fn end(&mut self, mut outputs: Vec<Output>) -> Vec<Output> {
        self.stage = Stage::Over;
        outputs.push(Output::Forget);
        outputs
    }
}

fn tell(end: Pasted) -> Output {
    Output::Tell(PasteStep::Ended(end))
}

#[cfg(test)]
#[path = "transaction_tests.rs"]
mod tests;
