//! Every sentence that the user reads about a job: what it answered, what failed and what to do about it.
//!
//! The one place where outcomes become words, so that they can be translated. Each failure is one sentence that ends in
//! the way out. Words of servers and programs are quoted here, on the user's own screen, and nowhere else.

pub mod calls;
pub mod keys;
mod models;
mod offline;
mod paste;
pub mod picking;
pub mod privacy;
mod spending;

use std::time::Duration;

use crate::action::{Sink, Source};
use crate::config::diagnostic::Diagnostic;
use crate::desktop::{BindFailure, ReadFailure};
use crate::engine::effect::{Doing, Notice, NoticeKind};
use crate::engine::event::{BackendFailure, Button, SinkFailure};
use crate::engine::outcome::{Answer, Failure, Note, Outcome, Withheld};
use crate::llm::request::{CallFailure, Waiting};
use crate::llm::roster::Unresolved;
use crate::text::sealed::ForeignText;
use crate::text::shorten::shorten;

pub use models::model_facts;
pub use paste::{change, left_behind, not_undone, tried_again, undone};
pub use spending::{dollars, forecast, rough};

/// A server's own words are quoted up to here.
const LONGEST_QUOTE: usize = 300;

/// As many mistakes as fit a notification; `postil config check` has them all.
const MISTAKES_SHOWN: usize = 3;

/// What the picker is called where it has nothing to show.
pub const PICKER: &str = "Pick an action";

/// How much of the text the picker shows above its list.
const PICKER_EXCERPT: usize = 120;

/// The sign that it works.
pub fn working(title: &str, doing: &Doing) -> Notice {
    let body = calls::doing(doing);
    Notice { kind: NoticeKind::Working, title: title.to_owned(), body: body.into(), buttons: Vec::new() }
}

/// How a job ended, as its notification.
pub fn notice(title: &str, outcome: &Outcome) -> Notice {
    match outcome {
        Outcome::Answered(answer) => answered(title, answer),
        Outcome::Failed { failure: problem, partial } => {
            let mut notice = Notice {
                kind: NoticeKind::Failure,
                title: format!("{title}: failed"),
                body: failure(problem).into(),
                buttons: Vec::new(),
            };
            if let Some(partial) = partial.as_ref().filter(|partial| !partial.is_blank()) {
                notice.body = format!("{}\n\nUntil then: {}", notice.body.expose(), partial.expose()).into();
                notice.buttons = answer_buttons();
            }
            notice
        }
        Outcome::Planned(_) | Outcome::Cancelled => Notice {
            kind: NoticeKind::Advice,
            title: title.to_owned(),
            body: "nothing was sent".into(),
            buttons: Vec::new(),
        },
    }
}

fn answered(title: &str, answer: &Answer) -> Notice {
    let notes: Vec<_> = answer.notes.iter().map(note).chain(calls::beside(answer)).collect();
    let text = calls::labelled(answer);
    let body = match notes.is_empty() {
        true => text,
        false => format!("{}\n\n({})", text.expose().trim_end(), notes.join("; ")).into(),
    };
    let placed = answer.notes.iter().find_map(|note| if let Note::Placed(placed) = note { Some(placed) } else { None });
    let buttons = placed.map_or_else(answer_buttons, paste::buttons);
    Notice { kind: NoticeKind::Answer, title: title.to_owned(), body, buttons }
}

fn answer_buttons() -> Vec<(Button, String)> {
    vec![(Button::Copy, "Copy".to_owned()), (Button::Show, "Show".to_owned())]
}

/// What is said with an answer, as a clause.
pub fn note(note: &Note) -> String {
    match note {
        Note::FellThrough { used, missing } => {
            let why = missing.iter().map(|(source, failure)| no_text(*source, failure)).collect::<Vec<_>>();
            format!("from {}: {}", source_name(*used), why.join(", "))
        }
        Note::SentTo { provider, host } => format!("your text went to {provider} at {host}; this is said once"),
        Note::StoodIn { wanted, why } => format!("in place of {wanted}: {}", backend_failure(wanted, why)),
        Note::Masked(kinds) => privacy::masked(kinds),
        Note::WouldAsk(question) => privacy::would_ask(question),
        Note::OtherKey { provider, passed, why, used } => keys::other_key(provider, passed, why, used),
        Note::Forgotten { turns } => calls::forgotten(*turns),
        Note::InParts(parts) => format!("worked on in {parts} parts, as it is too long for one request"),
        Note::LaneFailed { label, failure } => calls::lane_failed(label, failure),
        Note::CutByModel => "cut at the model's output limit; raise max_tokens or select less".to_owned(),
        Note::CutByFilter => "cut by the provider's content filter".to_owned(),
        Note::Offline(builtin) => {
            format!("made offline by {}, because no model is ready; `postil setup` sets one up", builtin.name())
        }
        Note::Placed(placed) => paste::placed(placed),
        Note::Corrected(corrections) => offline::corrected(corrections),
        Note::Proposed(corrections) => offline::proposed(corrections),
        Note::Reckoned(expression) => format!("reckoned: {}", expression.expose()),
        Note::ByRules { from, to } => offline::by_rules(*from, *to),
        Note::BudgetNear(spent) => spending::budget_near(spent),
        Note::Unpriced => spending::unpriced(),
        Note::Copied => "copied".to_owned(),
        Note::CopiedOf(label) => format!("the answer of {label} is copied"),
    }
}

/// What failed and what to do, in one sentence without its full stop.
pub fn failure(failure: &Failure) -> String {
    match failure {
        Failure::UnknownAction { name, near } => match near {
            Some(near) => format!("no action is called {name}; did you mean {near}?"),
            None => format!("no action is called {name}; `postil actions` lists them"),
        },
        Failure::UnknownOption { action, option, known } if known.is_empty() => {
            format!("{action} has no option {option}, nor any other")
        }
        Failure::UnknownOption { action, option, known } => {
            format!("{action} has no option {option}; it has {}", known.join(", "))
        }
        Failure::UnknownChoice { option, value, choices } => {
            format!("{option} cannot be {value}; it is one of {}", choices.join(", "))
        }
        Failure::NoText(missing) => nothing_to_work_on(missing),
        Failure::DoesNotFit(action) => {
            format!("{action} is not for this text or application, as its `when` says")
        }
        Failure::NoSecondLanguage(language) => format!(
            "the text is in {} already; name a second language in the config, as in languages = [\"{}\", \"fr\"]",
            language.english_name(),
            language.code()
        ),
        Failure::NotBuilt { action, builtin } => format!(
            "{action} asks for {}, which this build of postil was made without; install one that has it",
            builtin.name()
        ),
        Failure::NoModel(problem) => unresolved(problem),
        Failure::Backend { by, failure } => backend_failure(by, failure),
        Failure::OfflineToo { by, failure } => offline::offline_too(*by, failure),
        Failure::EmptyAnswer { by } => format!("{by} answered without a word; try again or choose another model"),
        Failure::Filtered { by } => {
            format!("the content filter of {by} withheld the answer; choose another model or other words")
        }
        Failure::Template(problem) => format!("the prompt could not be filled in: {problem}; mend its prompt file"),
        Failure::Sink(sink, problem) => sink_failure(*sink, problem),
        Failure::Withheld(withheld) => withheld_sentence(withheld),
        Failure::TooLong { by, excess, split } => calls::too_long(by, excess, *split),
        Failure::At { place, failure } => calls::failure_at(place, failure),
        Failure::EachFailed(failures) => calls::each_failed(failures),
        Failure::FellOver => "postil fell over this text, which is a mistake in it; please report it".to_owned(),
        Failure::Paused => "postil is paused; `postil resume` or the tray's menu wakes it".to_owned(),
    }
}

fn nothing_to_work_on(missing: &[(Source, ReadFailure)]) -> String {
    let reasons: Vec<_> = missing.iter().map(|(source, failure)| no_text(*source, failure)).collect();
    match reasons.as_slice() {
        [] => "there is no text to work on; select some, or give it as an argument".to_owned(),
        _ if missing.iter().all(|(_, failure)| *failure == ReadFailure::NoDesktop) => {
            let sources = missing.iter().map(|(source, _)| source_name(*source)).collect::<Vec<_>>().join(" or ");
            format!("there is no desktop to read {sources} from; give the text as an argument or on stdin")
        }
        reasons => {
            let way_out = missing.iter().map(|(source, failure)| way_to_text(*source, failure)).next_back();
            format!("{}; {}", reasons.join(", "), way_out.unwrap_or_default())
        }
    }
}

fn source_name(source: Source) -> &'static str {
    match source {
        Source::Selection => "the selection",
        Source::Clipboard => "the clipboard",
        Source::Input => "the input",
        Source::Stdin => "stdin",
    }
}

/// Why a source gave no text, as a clause.
fn no_text(source: Source, failure: &ReadFailure) -> String {
    let name = source_name(source);
    let application = |app: &Option<String>| app.clone().unwrap_or_else(|| "the application".to_owned());
    match (source, failure) {
        (Source::Selection, ReadFailure::Nothing) => "nothing is selected".to_owned(),
        (_, ReadFailure::Nothing) => format!("{name} is empty"),
        (_, ReadFailure::NotText { kind }) => format!("{name} holds no text but {kind}"),
        (_, ReadFailure::Stale { app: Some(app) }) => format!("{name} is an old one in {app}"),
        (_, ReadFailure::Stale { app: None }) => format!("{name} is an old one in another window"),
        (_, ReadFailure::Hung { app, after }) => {
            format!("{} did not hand out {name} within {}", application(app), seconds(*after))
        }
        (_, ReadFailure::Secret) => format!("{name} is marked as a password, which is never read"),
        (_, ReadFailure::TooLarge) => format!("{name} is larger than postil reads"),
        (_, ReadFailure::NoDesktop) => format!("there is no desktop to read {name} from"),
        (_, ReadFailure::NotTold) => "the desktop has not told of anything selected yet".to_owned(),
        (_, ReadFailure::Unsupported) => format!("{name} cannot be read on this system yet"),
    }
}

fn way_to_text(source: Source, failure: &ReadFailure) -> String {
    match (source, failure) {
        (_, ReadFailure::Hung { .. }) => "try again when it responds".to_owned(),
        (_, ReadFailure::TooLarge) => "select less".to_owned(),
        (_, ReadFailure::NotTold) => {
            "select some text and try again; if it does not tell of that either, copy the text".to_owned()
        }
        (_, ReadFailure::Unsupported) => "copy the text and use an action on the clipboard".to_owned(),
        (_, ReadFailure::NoDesktop) => "give the text as an argument or on stdin".to_owned(),
        (Source::Stdin | Source::Input, _) => "give it a text to work on".to_owned(),
        (Source::Clipboard, _) => "select or copy some text and try again".to_owned(),
        _ => "select some text and try again".to_owned(),
    }
}

/// Why no model could be settled on.
pub fn unresolved(problem: &Unresolved) -> String {
    match problem {
        Unresolved::NothingReady { empty, .. } if !empty.is_empty() => {
            format!("no model is ready: {} runs without a model; load one there, or set a key", empty.join(", "))
        }
        Unresolved::NothingReady { .. } => {
            "no model is ready: set OPENAI_API_KEY, start Ollama, or run `postil setup`".to_owned()
        }
        Unresolved::UnknownProvider { name, near: Some(near) } => {
            format!("no provider is called {name}; did you mean {near}?")
        }
        Unresolved::UnknownProvider { name, near: None } => {
            format!("no provider is called {name}; `postil models` lists those that are known")
        }
        Unresolved::NoKey { provider, env: Some(env) } => {
            format!("there is no key for {provider}; run `postil key set {provider}`, or set {env}")
        }
        Unresolved::NoKey { provider, env: None } => {
            format!(
                "there is no key for {provider}; run `postil key set {provider}`, or name one by `api_key_env` in the config"
            )
        }
        Unresolved::Unreachable { provider, base_url } => {
            format!("{provider} does not run at {base_url}; start it or choose another model")
        }
        Unresolved::NoModelNamed { provider } => {
            format!("no model of {provider} is named; write {provider}/NAME, or set its `model` in the config")
        }
    }
}

fn backend_failure(by: &str, failure: &BackendFailure) -> String {
    match failure {
        BackendFailure::Model(failure) => call_failure(failure),
        BackendFailure::Builtin(failure) => offline::builtin_failure(failure),
        BackendFailure::CommandMissing { program } => {
            format!("the program {program} could not be started; is it installed and in the PATH?")
        }
        BackendFailure::CommandFailed { program, status, message } => {
            format!("{program} failed ({status}){}; run it by hand on the same text", quoted(message))
        }
        BackendFailure::CannotOpen => {
            format!("nothing on this desktop opens what {by} asks for; choose a default browser in its settings")
        }
    }
}

/// Why a call gave no whole answer.
pub fn call_failure(failure: &CallFailure) -> String {
    match failure {
        CallFailure::Unreachable { host } => {
            format!("nothing answers at {host}; is the server running and the network up?")
        }
        CallFailure::Tls { host } => {
            format!(
                "no secure connection to {host}: its certificate is not trusted on this machine; check the address, or add it to the system's certificates"
            )
        }
        CallFailure::TimedOut { host, waiting, after } => timed_out(host, *waiting, *after),
        CallFailure::NoKey { provider } => {
            format!("there is no key for {provider}; run `postil key set {provider}`, or set its environment variable")
        }
        CallFailure::KeyCommand { provider, program, message } => {
            format!("the command {program} gave no key for {provider}{}; run it by hand", quoted(message))
        }
        CallFailure::Keyring { provider, problem } => {
            format!("there is no key for {provider}: {}", keys::keyring(*problem))
        }
        CallFailure::KeyInClear { provider, host } => format!(
            "the key for {provider} was not sent, because {host} is spoken to without TLS; use https, \
             or set `allow_http = true` for it"
        ),
        CallFailure::KeyRefused { provider, status } => {
            format!("{provider} refused the key (HTTP {status}); set a valid one by `postil key set {provider}`")
        }
        CallFailure::QuotaUsedUp { provider, message } => {
            format!("the quota at {provider} is used up{}; add credit there or choose another model", quoted(message))
        }
        CallFailure::OverBudget { spent, .. } => spending::over_budget(spent),
        CallFailure::RateLimited { provider, retry_after, message, .. } => match retry_after {
            Some(after) => format!("{provider} limits the rate; try again in {}", seconds(*after)),
            None => format!("{provider} limits the rate{}; try again in a moment", quoted(message)),
        },
        CallFailure::Overloaded { provider, status, .. } => {
            format!("{provider} is overloaded (HTTP {status}); try again in a moment or choose another model")
        }
        CallFailure::ModelUnknown { provider, model } => {
            format!("{provider} has no model {model}; `postil models` lists what can be used")
        }
        CallFailure::TooLong { provider, model } => {
            format!("the text is longer than {provider}/{model} takes; select less or choose a larger model")
        }
        CallFailure::Filtered { provider, message } => {
            format!("the filter of {provider} refused the text{}; change it or choose another model", quoted(message))
        }
        CallFailure::Refused { provider, status, message } => {
            format!(
                "{provider} refused the request (HTTP {status}){}; change the action or choose another model",
                quoted(message)
            )
        }
        CallFailure::InStream { provider, message } => {
            format!("{provider} broke off with an error{}; try again", quoted(message))
        }
        CallFailure::BrokenOff { host } => {
            format!("the connection to {host} ended before the answer was complete; try again")
        }
        CallFailure::NotAnAnswer { host, what } => {
            format!("{host} sent {what} instead of an answer; check the provider's base_url")
        }
        CallFailure::Redirected { host, to } => {
            format!("{host} redirects to {to}, and a key is never sent along; set that as base_url if it is right")
        }
    }
}

fn timed_out(host: &str, waiting: Waiting, after: Duration) -> String {
    let after = seconds(after);
    match waiting {
        Waiting::Connect => format!("{host} did not take the connection within {after}; is the network up?"),
        Waiting::FirstByte => format!("{host} did not begin to answer within {after}; try again or raise its timeout"),
        Waiting::NextByte => format!("{host} fell silent for {after} in mid-answer; try again"),
    }
}

fn sink_failure(sink: Sink, failure: &SinkFailure) -> String {
    match (sink, failure) {
        (_, SinkFailure::NoNotifications) => {
            "no notification daemon answers; install and start one, such as dunst or mako".to_owned()
        }
        (_, SinkFailure::NoButtons) => {
            "the notification daemon shows no buttons to answer with; choose one that has them, such as dunst"
                .to_owned()
        }
        (_, SinkFailure::NoClipboard) => "the clipboard could not be written; copy the answer from here".to_owned(),
    }
}

fn withheld_sentence(withheld: &Withheld) -> String {
    match withheld {
        Withheld::NeverApp(app) => {
            format!("nothing is read in {app}, because it is one of `never_apps` in the config")
        }
        Withheld::LocalOnlyApp { app, by } => format!(
            "not sent: text from {app} goes only to models on this machine (`local_only_apps`), and {by} is not; \
             choose a local one"
        ),
        Withheld::Secrets { seen, to, why } => privacy::withheld(seen, to, *why),
        Withheld::UnknownApp { to, why } => privacy::withheld_unknown(to, *why),
        Withheld::NoGoodConfig => {
            "not sent: the config has mistakes, so the privacy rules are not known; see `postil config check`"
                .to_owned()
        }
    }
}

/// A server's or program's own words, after a colon, on one line and not too long.
fn quoted(message: &ForeignText) -> String {
    let line = message.expose().split_whitespace().collect::<Vec<_>>().join(" ");
    match line.is_empty() {
        true => String::new(),
        false => format!(": “{}”", shorten(&line, LONGEST_QUOTE).0),
    }
}

fn seconds(duration: Duration) -> String {
    match duration {
        d if d < Duration::from_secs(1) => format!("{} ms", d.as_millis()),
        d if d.as_secs() < 120 => format!("{} s", d.as_secs()),
        d if d.as_secs() <= 120 * 60 => format!("{} min", d.as_secs().div_ceil(60)),
        d => format!("{} h", d.as_secs().div_ceil(3600)),
    }
}

/// Mistakes in the files, as the notification that appears while the last good configuration stays in force.
pub fn mistakes(mistakes: &[Diagnostic], something_stays: bool) -> Notice {
    let shown: Vec<_> = mistakes.iter().take(MISTAKES_SHOWN).map(ToString::to_string).collect();
    let more = match mistakes.len().saturating_sub(MISTAKES_SHOWN) {
        0 => String::new(),
        more => format!("\n… and {more} more: `postil config check`"),
    };
    let stays = match something_stays {
        true => "What was in force before stays so.",
        false => "Until they are mended nothing is sent, because the privacy rules are not known.",
    };
    let body = format!("{}{more}\n{stays}", shown.join("\n"));
    let title = match mistakes.len() {
        1 => "A mistake in the configuration".to_owned(),
        many => format!("{many} mistakes in the configuration"),
    };
    Notice { kind: NoticeKind::Advice, title, body: body.into(), buttons: Vec::new() }
}

/// Shortcuts that could not be had.
pub fn shortcuts_failed<'a>(failures: impl Iterator<Item = &'a BindFailure>, others_work: bool) -> Notice {
    let lines: Vec<_> = failures.map(bind_failure).collect();
    let others = if others_work { "The other shortcuts work. " } else { "" };
    let body = format!("{}\n{others}Choose another combination in the config.", lines.join("\n"));
    Notice {
        kind: NoticeKind::Advice,
        title: "A shortcut does not work".to_owned(),
        body: body.into(),
        buttons: Vec::new(),
    }
}

/// Why a shortcut does not work.
pub fn bind_failure(failure: &BindFailure) -> String {
    failure.to_string()
}

/// The picker as a list.
pub fn pick(source: Source, text: &str, buttons: Vec<(Button, String)>) -> Notice {
    let excerpt = shorten(&text.split_whitespace().collect::<Vec<_>>().join(" "), PICKER_EXCERPT).0;
    let (title, body) = match buttons.is_empty() {
        true => ("No action fits this text".to_owned(), excerpt),
        false => (format!("What to do with {}?", source_name(source)), excerpt),
    };
    Notice { kind: NoticeKind::Advice, title, body: body.into(), buttons }
}

/// The picker without a text to pick for.
pub fn nothing_to_pick_for(missing: &[(Source, ReadFailure)]) -> Notice {
    Notice {
        kind: NoticeKind::Advice,
        title: PICKER.to_owned(),
        body: nothing_to_work_on(missing).into(),
        buttons: Vec::new(),
    }
}
