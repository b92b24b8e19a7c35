//! Everything that the engine can want done. The daemon does it and knows nothing of why.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::action::{ActionName, Source};
use crate::config::{Binding, Settings};
use crate::desktop::paste::{NotPasted, Paste, PasteId};
use crate::desktop::{BindingId, Found, TriggerContext};
use crate::engine::call::{Backend, CallId, JobId, Label, Request};
use crate::engine::compute::{Work, WorkId};
use crate::engine::event::Button;
use crate::engine::gate::{CallRecord, Reservation, Sent, Settlement};
use crate::engine::job::consent::Question;
use crate::engine::outcome::{Failure, Outcome, Place, Toll};
use crate::llm::request::{CallFailure, KeyName};
use crate::llm::roster::Target;
use crate::panel::protocol::ToPanel;
use crate::text::diff::Piece;
use crate::text::sealed::{AnswerText, UserText};

/// Output of the engine.
#[derive(Debug)]
pub enum Effect {
    /// Read this source as it is now, bounded in time and size; answered by `Event::Text`.
    Read { job: JobId, source: Source, context: TriggerContext },
    /// The clipboard for a prompt that names it; answered by `Event::Clipboard`.
    ReadClipboard { job: JobId, context: TriggerContext },
    /// Do this on another thread; answered by `Event::Computed`.
    Compute { id: WorkId, work: Work },
    /// Open the connection now, without a key, so that it stands when the text is there.
    Warm(Target),
    /// Answered by any number of `Event::Delta` and one `Event::Done`. `key`: the one that is tried before others.
    Run { call: CallId, backend: Backend, request: Box<Request>, key: Option<KeyName> },
    /// Ask the books whether this call may begin, and set aside what it needs; answered by `Event::Admitted`.
    Reserve(Box<Reservation>),
    /// Tell the books that a request goes out now.
    Sent(Box<Sent>),
    /// Put right in the books what was set aside for a call that has ended.
    Settle(Box<Settlement>),
    /// Write down what a call used.
    Record(Box<CallRecord>),
    /// Stop it and close its connection; nothing more is wanted of it.
    Abort(CallId),
    /// Show or update the job's one notification.
    Notify { job: JobId, notice: Notice },
    /// Take the job's notification away.
    Unnotify(JobId),
    /// Answered by `Event::Delivered`.
    Copy { job: JobId, text: AnswerText },
    /// An answer will be pasted into this window: the clipboard is kept from now on. Answered by `Event::Paste`.
    PreparePaste { id: PasteId, context: TriggerContext },
    /// Write `journal` down, and then paste. Answered by `Event::Paste`.
    Paste { paste: Box<Paste>, journal: Box<Unfinished> },
    /// Nothing will be pasted after all.
    AbandonPaste(PasteId),
    /// Bring the clipboard back as it was before this paste; answered by `Event::GaveBack`.
    GiveBack(PasteId),
    /// What would be lost now if this process died, in place of what was written down for this paste.
    Journal { id: PasteId, entry: Option<Box<Unfinished>> },
    /// For who asked to take the last replacement back.
    Undone(Undone),
    /// Show the whole of an answer that had no room in its notification.
    Show { title: String, text: AnswerText },
    /// For the panel, which is started if it does not run. Its ends are answered by [`PanelEvent::Seen`], and if there is
    /// no panel after all, by [`PanelEvent::Lost`].
    ///
    /// [`PanelEvent::Seen`]: crate::engine::event::PanelEvent::Seen
    /// [`PanelEvent::Lost`]: crate::engine::event::PanelEvent::Lost
    Panel(ToPanel),
    /// For the terminal that runs this job.
    Print { job: JobId, print: Print },
    /// The job is over, and this is how.
    Ended { job: JobId, outcome: Box<Outcome> },
    /// Bind these shortcuts and no others; their numbers are the `BindingId`s.
    Bind(Vec<Binding>),
    /// Look which providers are ready; answered by `Event::Surveyed`.
    Survey(Arc<Settings>),
    /// What the tray shows has changed.
    Tray(Box<TrayStatus>),
    /// The user has been told that text goes to this provider; keep that.
    RememberTold(String),
    /// Tell from now on what is selected with the mouse, or do not; told by `Event::Selected`.
    WatchSelections(bool),
    /// Keep which actions were picked last, the last first.
    RememberPicked(Vec<ActionName>),
}

/// What is written down while it could be lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// What the action is called.
    pub title: String,
    /// What was to be pasted.
    pub text: Option<AnswerText>,
    /// What was on the clipboard before.
    pub clipboard: Option<UserText>,
}

/// What came of taking the last replacement back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undone {
    /// The original stands in its place again.
    Replaced {
        title: String,
    },
    /// The old clipboard is back.
    ClipboardBack,
    /// The old clipboard is not brought back, because somebody has copied since.
    CopiedSince,
    /// There is nothing to take back.
    Nothing,
    /// The keys were pressed, but the application did not take the original.
    Unconfirmed,
    Failed(NotPasted),
}

/// A notification as the user reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    pub kind: NoticeKind,
    pub title: String,
    /// Plain text. The sink escapes it where the server reads markup, and shortens it at a word where it is too long.
    pub body: AnswerText,
    /// Shown where the server has actions.
    pub buttons: Vec<(Button, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// It works; gone when the answer comes.
    Working,
    Answer,
    Failure,
    /// Something to know that is no answer: a key taken, a mistake in a file.
    Advice,
    /// It waits for one of its buttons; taken away without one, it is a no.
    Question,
}

/// What a terminal gets to see of its job.
#[derive(Debug, Clone, PartialEq)]
pub enum Print {
    /// What it is doing, where that takes a while.
    Working(Doing),
    /// There are several lanes, and this is what they are called. Said before anything else of them.
    Lanes(Vec<Label>),
    Answer {
        lane: u16,
        text: AnswerText,
    },
    Reasoning {
        lane: u16,
        text: AnswerText,
    },
    /// One of several lanes has answered, or could not.
    LaneOver {
        lane: u16,
        failure: Option<Box<Failure>>,
        toll: Toll,
    },
    /// Whether this may leave. Nothing leaves until it is said (`Event::Permitted`).
    Question(Question),
    /// What the answer would change. Nothing happens until it is decided (`Event::Decided`).
    Change(Vec<Piece>),
}

/// What a job is doing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Doing {
    /// Who is being asked; empty while the text is still being read.
    pub by: String,
    /// Which step, and how many parts are done; empty where there is one call.
    pub places: Vec<Place>,
    /// Nobody is asked until then.
    pub waiting: Option<Wait>,
}

/// A wait with its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait {
    pub until: Instant,
    /// From the moment that it began.
    pub after: Duration,
    pub why: Box<CallFailure>,
}

/// All that the tray's icon and menu are drawn from.
#[derive(Debug, Clone)]
pub struct TrayStatus {
    pub icon: TrayIcon,
    pub settings: Arc<Settings>,
    /// The model that `auto` means now, or the sentence that says what is missing.
    pub model: Result<String, String>,
    /// Running jobs: id and the action's title.
    pub running: Vec<(JobId, String)>,
    /// The newest first.
    pub answers: Vec<PastAnswer>,
    /// Shortcuts that do not work, each with its sentence.
    pub troubles: Vec<String>,
    /// What the last replacement was called, if it can be taken back.
    pub undo: Option<String>,
    /// Keys that the person chose in the desktop's settings in place of ours.
    pub chosen: Vec<(BindingId, String)>,
}

/// An answer that can still be had.
#[derive(Debug, Clone)]
pub struct PastAnswer {
    pub job: JobId,
    pub title: String,
    pub answer: AnswerText,
    /// As it is read: with those of other models beside it.
    pub whole: AnswerText,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrayIcon {
    Idle,
    Working,
    Paused,
    /// The last job failed; until the next one or until the menu was opened.
    Failed,
}

/// What was there when the tray's menu opened.
#[derive(Debug, Clone)]
pub struct Peek {
    pub context: TriggerContext,
    pub selection: Option<Found>,
    pub clipboard: Option<Found>,
}

/// What a click in the tray's menu wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuChoice {
    /// With the text that was there when the menu opened.
    Run {
        action: ActionName,
        source: Source,
    },
    Cancel(Option<JobId>),
    CopyAnswer(JobId),
    ShowAnswer(JobId),
    Undo,
    Pause,
    Resume,
    OpenConfig,
    Reload,
    Quit,
}
