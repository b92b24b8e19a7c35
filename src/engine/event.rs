//! Everything that can wake the program. Threads and callbacks only send these.

use std::sync::Arc;

use crate::action::{ActionName, ModelChoice, OptionValues, Sink, Source};
use crate::config::Settings;
use crate::config::diagnostic::Diagnostic;
use crate::desktop::paste::{PasteId, PasteStep};
use crate::desktop::{BindingId, Bindings, Found, ReadFailure, Stroke, TriggerContext};
use crate::engine::call::{CallId, JobId};
use crate::engine::compute::{Computed, WorkId};
use crate::engine::effect::Unfinished;
use crate::engine::gate::Admission;
use crate::engine::job::consent::Permission;
use crate::engine::job::placing::Decision;
use crate::llm::limits::Urgency;
use crate::llm::request::{CallFailure, Chunk, Completion, Conversation, Going};
use crate::llm::roster::Survey;
use crate::offline::BuiltinFailure;
pub use crate::panel::picking::How;
use crate::text::language::Language;
use crate::text::sealed::{AnswerText, ForeignText, PromptText, UserText};

/// Input of the engine.
#[derive(Debug)]
pub enum Event {
    /// A shortcut that is bound went down.
    Pressed {
        binding: BindingId,
        context: TriggerContext,
    },
    /// Somebody wants an action: a menu, the command line, the socket.
    Triggered(Box<Trigger>),
    /// The picker is wanted.
    PickerWanted {
        context: TriggerContext,
    },
    /// What a [`Read`](crate::engine::effect::Effect::Read) found.
    Text {
        job: JobId,
        source: Source,
        result: Result<Found, ReadFailure>,
    },
    /// What the clipboard holds, for a prompt that names it.
    Clipboard {
        job: JobId,
        result: Result<Found, ReadFailure>,
    },
    /// What work came to that an [`Effect::Compute`](crate::engine::effect::Effect::Compute) gave out.
    Computed {
        id: WorkId,
        done: Computed,
    },
    /// What the books say to a [`Reserve`](crate::engine::effect::Effect::Reserve).
    Admitted {
        call: CallId,
        admission: Admission,
    },
    /// The call's request goes out now.
    Going {
        call: CallId,
        going: Going,
    },
    Delta {
        call: CallId,
        chunk: Chunk,
    },
    Done {
        call: CallId,
        result: Result<Completion, BackendFailure>,
    },
    /// How a sink fared that can fail.
    Delivered {
        job: JobId,
        sink: Sink,
        result: Result<(), SinkFailure>,
    },
    /// A button of a notification.
    Button {
        job: JobId,
        button: Button,
    },
    /// A paste is a step further.
    Paste {
        id: PasteId,
        step: PasteStep,
    },
    /// Whether the clipboard is as it was before this paste.
    GaveBack {
        id: PasteId,
        is_back: bool,
    },
    /// Whether something may leave this machine that the person was asked about.
    Permitted {
        job: JobId,
        permission: Permission,
    },
    /// What a person said to the change that the job has shown them.
    Decided {
        job: JobId,
        decision: Decision,
    },
    /// Of the panel, or of a button in it.
    Panel(PanelEvent),
    /// What the picker in the panel is used for.
    Picker(PickerEvent),
    /// Something was selected with the mouse, which is told while that is wanted.
    Selected {
        context: TriggerContext,
        stroke: Stroke,
    },
    /// A click in the bar beside it.
    Bar(BarEvent),
    /// The last replacement is to be taken back.
    Undo,
    /// What an earlier process was in the middle of when it died.
    LeftBehind(Vec<Unfinished>),
    Cancel(Which),
    /// New settings are in force.
    Settings(Arc<Settings>),
    /// A change of the files was not taken: the last good settings stay.
    Mistakes(Vec<Diagnostic>),
    /// How binding the shortcuts went.
    Bound(Bindings),
    /// What a look found, begun under these settings.
    Surveyed {
        settings: Arc<Settings>,
        survey: Survey,
    },
    /// The tray's menu opens.
    MenuOpened,
    Pause,
    Resume,
    /// A moment that [`next_deadline`](crate::engine::Engine::next_deadline) named has come.
    Deadline,
}

/// One wish to run an action.
#[derive(Debug)]
pub struct Trigger {
    pub what: What,
    pub context: TriggerContext,
    /// Whether a running job of the same action is cancelled for this one, as a second press of its key does. A
    /// command that runs many at a time does not.
    pub supersedes: bool,
    pub overrides: Overrides,
}

#[derive(Debug, Clone)]
pub enum What {
    Action(ActionName),
    /// An instruction of the moment, in a conversation that may have begun earlier.
    Instruction {
        instruction: PromptText,
        earlier: Conversation,
    },
}

/// What this run has in place of what the prompt file says.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// The text itself: no source is read.
    pub text: Option<(Source, Found)>,
    pub from: Option<Vec<Source>>,
    pub to: Option<Vec<Sink>>,
    /// Side by side; empty for the action's own.
    pub models: Vec<ModelChoice>,
    pub options: OptionValues,
    /// Plan it and send nothing.
    pub dry_run: bool,
    /// What the conversation is about that this is a question in, and where that was read.
    pub about: Option<(Source, Found)>,
    /// The language to translate into, in place of the one that follows from the text's.
    pub target: Option<Language>,
    /// Somebody waits for the end and is told of it, as at a terminal: no notification is needed for that alone.
    pub awaited: bool,
    pub urgency: Urgency,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    All,
    Job(JobId),
}

/// What the panel has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PanelEvent {
    /// From now on one can be had. `picks`: it can take the keyboard, for the picker.
    There {
        picks: bool,
    },
    /// It could not be started, or has died, or hangs: none can be had.
    Lost,
    /// The end of this job is on the screen.
    Seen(JobId),
    /// The answer of one of its lanes.
    Copy(JobId, u16),
    /// A code in one of its answers, which may still be under way.
    CopyCode(JobId, AnswerText),
    /// Over what was selected (`Replace`), or below it (`Append`).
    Place(JobId, u16, Sink),
    /// The same once more, with the same text; of this model, into this language.
    Retry(JobId, Option<String>, Option<Language>),
    /// A question in the conversation that the answer of this lane is of.
    Follow(JobId, u16, PromptText),
    Cancel(JobId),
    /// The user has closed what shows this job.
    Closed(JobId),
}

/// What is wanted of the picker in the panel; `job` is its number. `text`: what was typed, where nothing is selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PickerEvent {
    Run {
        job: JobId,
        action: ActionName,
        text: Option<UserText>,
    },
    Ask {
        job: JobId,
        instruction: PromptText,
        text: Option<UserText>,
    },
    /// This is the text by now, and something else may fit it.
    Typed {
        job: JobId,
        text: UserText,
    },
}

/// What is wanted of the bar; `job` is its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BarEvent {
    Run {
        job: JobId,
        action: ActionName,
        how: How,
    },
    /// All that fits, in the picker.
    More {
        job: JobId,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    Copy,
    /// The whole answer, where the notification had room for a part.
    Show,
    /// Make the change that is shown.
    Accept,
    /// Leave the text as it is, or here.
    Keep,
    /// Send it with words in the place of its secrets.
    SendMasked,
    /// Send it as it is.
    Send,
    /// Paste it after all: over what is selected in the window it was for.
    Replace,
    /// Paste several lines into a terminal.
    Insert,
    /// Bring the clipboard back as it was.
    PutBack,
    /// The old text or clipboard that this notification offers.
    CopyOld,
    /// One of the actions that the picker's list offers.
    Entry(u16),
}

/// Why a backend gave no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BackendFailure {
    #[error(transparent)]
    Model(#[from] CallFailure),
    #[error(transparent)]
    Builtin(#[from] BuiltinFailure),
    #[error("{program} could not be started")]
    CommandMissing { program: String },
    /// `message`: the last line of its stderr.
    #[error("{program} failed ({status})")]
    CommandFailed { program: String, status: String, message: ForeignText },
    #[error("nothing on this desktop opens addresses")]
    CannotOpen,
}

/// Why an answer did not arrive where it was to go.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SinkFailure {
    #[error("no notification daemon answers")]
    NoNotifications,
    #[error("the notification daemon shows no buttons")]
    NoButtons,
    #[error("the clipboard could not be written")]
    NoClipboard,
}
