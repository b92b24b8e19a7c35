//! How a job ended. What the user reads of it is rendered in `text::sentences`, so that it can be translated.

use std::time::Duration;

use crate::action::{ActionName, Sink, Source, Split};
use crate::desktop::ReadFailure;
use crate::desktop::paste::NotPasted;
use crate::engine::call::{Backend, Label, Request};
use crate::engine::event::{BackendFailure, SinkFailure};
use crate::engine::job::consent::Question;
use crate::engine::plan::Sighting;
use crate::llm::request::{CallFailure, Conversation, Finish, KeyName, Usage};
use crate::llm::roster::Unresolved;
use crate::llm::spending::Spent;
use crate::offline::correction::Correction;
use crate::offline::{Builtin, BuiltinFailure};
use crate::text::language::Language;
use crate::text::redaction::Kind;
use crate::text::sealed::{AnswerText, UserText};

/// The end of a job.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Answered(Answer),
    /// `partial`: what had arrived before it failed; it is not lost.
    Failed {
        failure: Failure,
        partial: Option<AnswerText>,
    },
    /// Nothing was sent: this is what would have been (`--dry-run`).
    Planned(Box<Planned>),
    /// By the user, or by a second press of the same shortcut.
    Cancelled,
}

/// What a run would send, and to whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// In the order in which they would be sent. Never empty.
    pub calls: Vec<PlannedCall>,
    pub notes: Vec<Note>,
}

/// One call that would be made.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedCall {
    pub backend: Backend,
    pub request: Request,
    /// Which of the lanes, where there are several.
    pub label: Option<Label>,
    /// Which step, which part; empty where there is one call.
    pub places: Vec<Place>,
}

/// Where in a job of several calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// `number` counts from 1. `name`: empty for the prompt file's body.
    Step {
        number: usize,
        of: usize,
        name: String,
    },
    Part {
        number: usize,
        of: usize,
    },
}

/// A whole answer and what is to be said with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub text: AnswerText,
    pub finish: Finish,
    /// `PROVIDER/NAME`, or the built-in's or program's name.
    pub by: String,
    pub usage: Option<Usage>,
    /// All that was said, this answer included: what a follow-up goes on from. None where no model was asked.
    pub conversation: Option<Conversation>,
    pub notes: Vec<Note>,
    pub toll: Toll,
    /// Which of several lanes this is.
    pub label: Option<Label>,
    /// Its number among them.
    pub lane: u16,
    /// What the other lanes came to, in their order.
    pub beside: Vec<Beside>,
}

/// What another lane than the first that answered came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    pub label: Label,
    pub lane: u16,
    pub result: Result<AnswerText, Failure>,
    /// What a follow-up of this one goes on from.
    pub conversation: Option<Conversation>,
    pub notes: Vec<Note>,
}

/// What an answer took.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Toll {
    pub took: Duration,
    /// US dollars; none where that is not known.
    pub dollars: Option<f64>,
}

/// Something that the user has to know about an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Note {
    /// The selection gave nothing, so the clipboard was used.
    FellThrough { used: Source, missing: Vec<(Source, ReadFailure)> },
    /// The first time that text goes to this provider.
    SentTo { provider: String, host: String },
    /// Another model answered, because the first could not.
    StoodIn { wanted: String, why: Box<BackendFailure> },
    /// A provider would not take a key, and took another.
    OtherKey { provider: String, passed: KeyName, why: Box<CallFailure>, used: KeyName },
    /// The oldest turns of the conversation had no room any more.
    Forgotten { turns: usize },
    /// The text had no room in one request.
    InParts(usize),
    /// Secrets of these kinds were kept here, with words in their place.
    Masked(Vec<Kind>),
    /// Of a dry run: the person would be asked this first.
    WouldAsk(Box<Question>),
    /// One of several models side by side gave no answer.
    LaneFailed { label: Label, failure: Box<Failure> },
    /// The output limit cut the answer.
    CutByModel,
    /// The provider's filter cut the answer.
    CutByFilter,
    /// Made without a model, because none is ready.
    Offline(Builtin),
    /// What was put right in the text, in order.
    Corrected(Vec<Correction>),
    /// What may be wrong in it, and was left as it is.
    Proposed(Vec<Correction>),
    /// What was calculated, as it was read.
    Reckoned(UserText),
    /// Translated by rules, whose quality is not that of a model.
    ByRules { from: Language, to: Language },
    /// What became of it where it was to take the selection's place.
    Placed(Placed),
    /// Little is left of the month's budget.
    BudgetNear(Spent),
    /// There is a budget, and what this model costs is not known.
    Unpriced,
    /// The answer is also on the clipboard.
    Copied,
    /// Of several answers this one is.
    CopiedOf(Label),
}

/// What became of an answer that was to take the selection's place, or to stand below it.
#[derive(Debug, Clone, PartialEq)]
pub enum Placed {
    /// It stands there, and the clipboard is as it was.
    Done,
    /// The keys were pressed, but the application did not take it: it is on the clipboard.
    Unconfirmed {
        app: Option<String>,
    },
    Not {
        why: NotPasted,
        app: Option<String>,
    },
    /// It is what was selected already.
    NothingToChange,
    /// The person looked at the change and did not want it.
    Declined,
    /// The change could not be shown, and nothing is changed unseen that is to be seen first.
    NotAsked,
    /// The text was not read from the selection.
    NotSelected(Option<Source>),
}

impl Placed {
    /// Whether the person sees it without being told.
    pub fn is_seen_where_it_is(&self) -> bool {
        matches!(self, Self::Done | Self::Declined)
    }
}

/// Why a job gave no whole answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    UnknownAction {
        name: ActionName,
        near: Option<ActionName>,
    },
    UnknownOption {
        action: ActionName,
        option: String,
        known: Vec<String>,
    },
    /// The option cannot have this value.
    UnknownChoice {
        option: String,
        value: String,
        choices: Vec<String>,
    },
    /// None of the action's sources had text; why, for each in the order tried.
    NoText(Vec<(Source, ReadFailure)>),
    /// The action's `when` does not hold for this text.
    DoesNotFit(ActionName),
    /// The text is in the user's only language already, so there is none to translate it into.
    NoSecondLanguage(Language),
    /// The action asks for a built-in that this build was made without.
    NotBuilt {
        action: ActionName,
        builtin: Builtin,
    },
    NoModel(Unresolved),
    Backend {
        by: String,
        failure: BackendFailure,
    },
    /// No model is ready, and the engine that was to stand in could not either.
    OfflineToo {
        by: Builtin,
        failure: BuiltinFailure,
    },
    /// A complete answer without a word in it.
    EmptyAnswer {
        by: String,
    },
    /// The provider's filter withheld the answer.
    Filtered {
        by: String,
    },
    Template(String),
    Sink(Sink, SinkFailure),
    Withheld(Withheld),
    /// The text has no room in the model's window, and is not to be split, or not small enough.
    TooLong {
        by: String,
        excess: Excess,
        split: Split,
    },
    /// One of several calls failed, and the job with it.
    At {
        place: Place,
        failure: Box<Failure>,
    },
    /// Of several models side by side none answered; why, for each.
    EachFailed(Vec<(Label, Failure)>),
    /// A mistake of ours met this text.
    FellOver,
    /// The daemon is paused.
    Paused,
}

/// More tokens than a model takes, as far as they can be told before it has counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excess {
    pub tokens: u64,
    pub limit: u64,
}

/// Why nothing was read or sent, on purpose.
#[derive(Debug, Clone, PartialEq)]
pub enum Withheld {
    /// The application is one of `never_apps`.
    NeverApp(String),
    /// The application is one of `local_only_apps` and the model is not on this machine.
    LocalOnlyApp { app: String, by: String },
    /// There are secrets in it.
    Secrets { seen: Vec<Sighting>, to: String, why: Withholding },
    /// It is not known which application it is from, and some have rules.
    UnknownApp { to: String, why: Withholding },
    /// There is no configuration without mistakes, so the privacy rules are not known.
    NoGoodConfig,
}

/// Who kept it here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withholding {
    /// The config does.
    Blocked,
    /// The person was asked, and does not want it sent.
    Refused,
    NobodyAsked,
}

impl Failure {
    /// The exit code of a command whose job ended like this (spec: 1 failed, 2 wrong use, 4 not sent on purpose).
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::UnknownAction { .. } | Self::UnknownOption { .. } | Self::UnknownChoice { .. } => 2,
            Self::NoModel(Unresolved::UnknownProvider { .. } | Unresolved::NoModelNamed { .. }) => 2,
            Self::Withheld(_) | Self::TooLong { .. } => 4,
            Self::At { failure, .. } => failure.exit_code(),
            Self::EachFailed(all) => all.first().map_or(1, |(_, failure)| failure.exit_code()),
            Self::Backend { failure: BackendFailure::Model(CallFailure::OverBudget { .. }), .. } => 4,
            Self::NoText(missing) if missing.iter().any(|(_, failure)| is_withheld(failure)) => 4,
            _ => 1,
        }
    }
}

impl Outcome {
    /// See [`Failure::exit_code`].
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Answered(_) | Self::Planned(_) => 0,
            Self::Failed { failure, .. } => failure.exit_code(),
            Self::Cancelled => 130,
        }
    }
}

impl Failure {
    /// Whether the same action on another text would fail like this too, so that a run over many texts ends with it:
    /// what is wrong is the provider, the key, the program, the configuration or the use, and not the text.
    pub fn meets_others(&self) -> bool {
        match self {
            Self::Backend { failure: BackendFailure::Model(failure), .. } => is_of_the_provider(failure),
            Self::Backend { failure: BackendFailure::CommandMissing { .. } | BackendFailure::CannotOpen, .. } => true,
            Self::Backend { failure: BackendFailure::Builtin(BuiltinFailure::NotInstalled { .. }), .. } => true,
            Self::Backend { failure: BackendFailure::Builtin(_) | BackendFailure::CommandFailed { .. }, .. } => false,
            Self::OfflineToo { failure, .. } => matches!(failure, BuiltinFailure::NotInstalled { .. }),
            Self::EmptyAnswer { .. } | Self::Filtered { .. } | Self::FellOver => false,
            Self::DoesNotFit(_) | Self::NoSecondLanguage(_) => false,
            Self::TooLong { .. } => false,
            Self::Withheld(Withheld::Secrets { .. }) => false,
            Self::At { failure, .. } => failure.meets_others(),
            Self::EachFailed(all) => all.iter().all(|(_, failure)| failure.meets_others()),
            _ => true,
        }
    }
}

impl Outcome {
    /// Whether a provider is not what the last look said, so that `auto` is to be settled anew: also where another model
    /// answered instead.
    pub fn is_about_readiness(&self) -> bool {
        match self {
            Self::Failed { failure, .. } => failure.is_about_readiness(),
            Self::Answered(answer) => answer.notes.iter().any(|note| match note {
                Note::StoodIn { why, .. } => is_about_readiness(why),
                _ => false,
            }),
            Self::Planned(_) | Self::Cancelled => false,
        }
    }
}

impl Failure {
    fn is_about_readiness(&self) -> bool {
        match self {
            Self::NoModel(_) => true,
            Self::Backend { failure, .. } => is_about_readiness(failure),
            Self::At { failure, .. } => failure.is_about_readiness(),
            Self::EachFailed(all) => all.iter().any(|(_, failure)| failure.is_about_readiness()),
            _ => false,
        }
    }
}

fn is_about_readiness(failure: &BackendFailure) -> bool {
    let BackendFailure::Model(failure) = failure else { return false };
    matches!(
        failure,
        CallFailure::Unreachable { .. }
            | CallFailure::NoKey { .. }
            | CallFailure::Keyring { .. }
            | CallFailure::KeyRefused { .. }
            | CallFailure::ModelUnknown { .. }
    )
}

/// Whether there is a text, which is not used on purpose.
fn is_withheld(failure: &ReadFailure) -> bool {
    matches!(failure, ReadFailure::TooLarge | ReadFailure::Secret)
}

/// Failures of a call that have nothing to do with what was asked, and do not pass by themselves.
fn is_of_the_provider(failure: &CallFailure) -> bool {
    matches!(
        failure,
        CallFailure::Unreachable { .. }
            | CallFailure::Tls { .. }
            | CallFailure::NoKey { .. }
            | CallFailure::KeyCommand { .. }
            | CallFailure::Keyring { .. }
            | CallFailure::KeyInClear { .. }
            | CallFailure::KeyRefused { .. }
            | CallFailure::OverBudget { .. }
            | CallFailure::QuotaUsedUp { .. }
            | CallFailure::ModelUnknown { .. }
            | CallFailure::NotAnAnswer { .. }
            | CallFailure::Redirected { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_one_text_does_not_meet_the_others() {
        let of = |failure: BackendFailure| Failure::Backend { by: "x".into(), failure };
        for failure in [
            Failure::EmptyAnswer { by: "x".into() },
            Failure::DoesNotFit(ActionName::new("x")),
            of(BuiltinFailure::NotFitting("this is not JSON".into()).into()),
        ] {
            assert!(!failure.meets_others(), "{failure:?}");
        }
        for failure in [
            Failure::Paused,
            Failure::Withheld(Withheld::NoGoodConfig),
            of(CallFailure::NoKey { provider: "x".into() }.into()),
            of(BackendFailure::CommandMissing { program: "x".into() }),
        ] {
            assert!(failure.meets_others(), "{failure:?}");
        }
    }
}
