//! The engine as a table: events in, effects out, both as text.

mod placing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::call::{Backend, CallId, JobId};
use super::compute::{Computed, Work, WorkId};
use super::effect::{Effect, NoticeKind, Print};
use super::event::{BackendFailure, Button, Event, Overrides, SinkFailure, Trigger, What, Which};
use super::gate::Admission;
use super::outcome::Outcome;
use super::{Engine, Now};
use crate::action::template::{Names, Template};
use crate::action::{Action, ActionName, AnswerForm, EngineKind, ModelChoice, Sink, Source};
use crate::config::{Binding, Bound, Provider, ProviderKind, Settings};
use crate::desktop::{App, BindFailure, BindingId, Found, ReadFailure, TriggerContext};
use crate::llm::limits::Leave;
use crate::llm::request::{CallFailure, Chunk, Completion, Conversation, Finish, Turn, Usage};
use crate::llm::roster::{Readiness, Survey};
use crate::llm::spending::Budgeted;
use crate::offline::Builtin;
use crate::text::diff;
use crate::text::language::Language;
use crate::text::sentences;

/// An engine, a clock, and what came out so far.
struct Desk {
    engine: Engine,
    now: Now,
    log: Vec<String>,
}

impl Desk {
    /// Two models (one on this machine) and a few actions.
    fn new() -> Self {
        Self::with(settings())
    }

    fn with(settings: Settings) -> Self {
        let now = Now { at: Instant::now(), today: "2026-11-21".into() };
        let ready = |models: &[&str]| Readiness::Ready { models: models.iter().map(|m| m.to_string()).collect() };
        let survey = Survey::from([("here".into(), ready(&["small"])), ("there".into(), ready(&[]))]);
        let mut engine = Engine::new(Arc::new(settings), survey, BTreeSet::new(), now.clone());
        engine.begin();
        Self { engine, now, log: Vec::new() }
    }

    fn event(&mut self, event: Event) -> &mut Self {
        let effects = self.engine.handle(event, self.now.clone());
        self.log.extend(effects.iter().filter_map(line));
        // The books allow everything here; what they can say else is the gate's business (`gate::tests`).
        for effect in &effects {
            if let Effect::Reserve(reservation) = effect {
                let budgeted = Budgeted::Fine;
                let leave = Leave { limited: true, ..Leave::default() };
                let admission = Admission::Go { leave, cost: 0.0, budgeted };
                self.event(Event::Admitted { call: reservation.call, admission });
            }
        }
        self
    }

    fn press(&mut self, binding: u32) -> &mut Self {
        self.event(Event::Pressed { binding: BindingId(binding), context: context("gedit") })
    }

    fn run(&mut self, action: &str, overrides: Overrides) -> &mut Self {
        self.run_in("gedit", action, overrides)
    }

    fn run_in(&mut self, app: &str, action: &str, overrides: Overrides) -> &mut Self {
        let what = What::Action(ActionName::new(action));
        self.trigger(Trigger { what, context: context(app), supersedes: true, overrides })
    }

    fn trigger(&mut self, trigger: Trigger) -> &mut Self {
        let (started, effects) = self.engine.trigger(trigger, self.now.clone());
        if let Err(failure) = started {
            self.log.push(format!("refused: {}", sentences::failure(&failure)));
        }
        self.log.extend(effects.iter().filter_map(line));
        self
    }

    fn text(&mut self, job: u64, source: Source, result: Result<&str, ReadFailure>) -> &mut Self {
        self.event(Event::Text { job: JobId(job), source, result: result.map(Into::into) })
    }

    fn selected(&mut self, job: u64, text: &str) -> &mut Self {
        self.text(job, Source::Selection, Ok(text))
    }

    fn chunk(&mut self, job: u64, text: &str) -> &mut Self {
        self.event(Event::Delta { call: call(job, 0), chunk: Chunk::Answer(text.into()) })
    }

    fn done(&mut self, job: u64, finish: Finish) -> &mut Self {
        let usage = Some(Usage { input: 5, output: 7, ..Usage::default() });
        let completion = Completion { usage, ..Completion::bare(finish) };
        self.event(Event::Done { call: call(job, 0), result: Ok(completion) })
    }

    /// An answer of one call of several.
    fn says(&mut self, call: CallId, text: &str) -> &mut Self {
        self.event(Event::Delta { call, chunk: Chunk::Answer(text.into()) });
        self.event(Event::Done { call, result: Ok(Completion::bare(Finish::Stop)) })
    }

    fn fails(&mut self, call: CallId, failure: CallFailure) -> &mut Self {
        self.event(Event::Done { call, result: Err(BackendFailure::Model(failure)) })
    }

    fn broken(&mut self, job: u64, attempt: u16, failure: CallFailure) -> &mut Self {
        self.event(Event::Done { call: call(job, attempt), result: Err(BackendFailure::Model(failure)) })
    }

    fn delivered(&mut self, job: u64, sink: Sink, result: Result<(), SinkFailure>) -> &mut Self {
        self.event(Event::Delivered { job: JobId(job), sink, result })
    }

    fn pass(&mut self, millis: u64) -> &mut Self {
        self.now.at += Duration::from_millis(millis);
        if self.engine.next_deadline().is_some_and(|deadline| deadline <= self.now.at) {
            self.event(Event::Deadline);
        }
        self
    }

    /// Asserts what came out since the last time. The tray's updates are left out.
    #[track_caller]
    fn gives(&mut self, expected: &str) -> &mut Self {
        let expected: Vec<_> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let log: Vec<_> = self.log.iter().map(|line| line.trim_end()).collect();
        assert_eq!(log, expected, "\n{}", log.join("\n"));
        self.log.clear();
        self
    }
}

mod bar;
mod lanes;
mod panel;
mod parts;
mod picker;
mod retries;
mod secrets;
mod steps;

fn call(job: u64, attempt: u16) -> CallId {
    CallId { job: JobId(job), lane: 0, step: 0, part: 0, attempt }
}

fn context(app: &str) -> TriggerContext {
    let app = App { name: app.into(), title: "Letter".into() };
    TriggerContext { at: Instant::now(), app: Some(app), window: Some(1), selection: None }
}

fn settings() -> Settings {
    let provider = |name: &str, url: &str, model: Option<&str>| {
        let provider = Provider::new(name, ProviderKind::OpenAi, url);
        (name.to_owned(), Arc::new(Provider { model: model.map(str::to_owned), ..provider }))
    };
    let bind = |shortcut: &str, does| Binding { shortcut: shortcut.parse().unwrap(), does };
    let does = |action: &str| Bound::Action { action: ActionName::new(action), from: None, to: None };
    Settings {
        providers: BTreeMap::from([
            provider("here", "http://127.0.0.1:1/v1", None),
            provider("there", "https://api.example.com/v1", Some("large")),
        ]),
        auto_order: vec!["here".into(), "there".into()],
        actions: actions().into_iter().map(|action| (action.name.clone(), Arc::new(action))).collect(),
        bindings: vec![bind("Ctrl+Alt+Y", does("explain")), bind("Ctrl+Alt+Space", Bound::Pick)],
        ..Settings::bare()
    }
}

fn actions() -> Vec<Action> {
    let template = |body: &str| Template::compile(body, Names::default()).unwrap();
    let action = |name: &str, to: Sink| Action { to: vec![to], ..Action::new(ActionName::new(name), name) };
    vec![
        Action { prompt: template("Explain in {{ answer_language }}."), ..action("explain", Sink::Notify) },
        Action { prompt: template("Today is {{ date }}: {{ text }}"), ..action("inline", Sink::Notify) },
        Action { prompt: template("Compare with {{ clipboard }}."), ..action("compare", Sink::Notify) },
        Action { engine: EngineKind::Builtin(Builtin::Upper), ..action("upper", Sink::Copy) },
        Action {
            prompt: template("Fix."),
            answer: AnswerForm::Plain,
            models: vec![ModelChoice::Named("there".into())],
            fallback: vec![ModelChoice::Named("here/small".into())],
            ..action("fix", Sink::Notify)
        },
        Action { models: vec![ModelChoice::Auto; 2], ..action("both", Sink::Notify) },
        Action {
            engine: EngineKind::Open(template("https://example.com/?q={{ text | urlencode }}")),
            from: vec![Source::Selection],
            ..action("search", Sink::Panel)
        },
    ]
}

/// An effect as a line; `None` for what the tests do not speak of.
fn line(effect: &Effect) -> Option<String> {
    Some(match effect {
        Effect::Read { job, source, .. } => format!("{job}: read {}", source.word()),
        Effect::ReadClipboard { job, .. } => format!("{job}: read the clipboard too"),
        Effect::Compute { id, work: Work::Plan(_) } => format!("{}: plan apart", id.job),
        Effect::Compute { id, work: Work::Diff { .. } } => format!("{}: compare apart", id.job),
        Effect::PreparePaste { .. }
        | Effect::Paste { .. }
        | Effect::AbandonPaste(_)
        | Effect::GiveBack(_)
        | Effect::Journal { .. }
        | Effect::Undone(_) => placing::line(effect),
        Effect::Warm(target) => format!("warm {}", target.label()),
        Effect::Run { call, backend, request, .. } => {
            let said = match backend {
                Backend::Model(_) => conversation_line(&request.conversation),
                Backend::Open(_) => String::new(),
                Backend::Builtin(_) | Backend::Command(_) => request.text.expose().to_owned(),
            };
            format!("{}: ask {} {said}", call_line(call), backend_line(backend)).trim_end().to_owned()
        }
        Effect::Abort(call) if call.lane + call.step == 0 && call.part == 0 => format!("{}: abort", call.job),
        Effect::Abort(call) => format!("{}: abort", call_line(call)),
        Effect::Notify { job, notice } => {
            let kind = match notice.kind {
                NoticeKind::Working => "sign",
                NoticeKind::Answer => "answer",
                NoticeKind::Failure => "failure",
                NoticeKind::Advice => "advice",
                NoticeKind::Question => "question",
            };
            let buttons: Vec<_> = notice.buttons.iter().map(|(_, label)| label.as_str()).collect();
            let body = notice.body.expose().replace('\n', "|");
            format!("{job}: {kind} “{}” {body} <{}>", notice.title, buttons.join(" "))
        }
        Effect::Unnotify(job) => format!("{job}: unnotify"),
        Effect::Copy { job, text } => format!("{job}: copy {}", text.expose()),
        Effect::Show { text, .. } => format!("show {}", text.expose()),
        Effect::Print { job, print } => format!("{job}: print {}", printed(print)),
        Effect::Panel(message) => panel::line(message),
        Effect::Ended { job, outcome } => format!("{job}: over, {}", ending(outcome)),
        Effect::Bind(shortcuts) => format!("bind {}", shortcuts.len()),
        Effect::Survey(_) => "look for models".into(),
        Effect::RememberTold(provider) => format!("told of {provider}"),
        Effect::WatchSelections(wanted) => format!("watch selections: {wanted}"),
        Effect::RememberPicked(names) => {
            format!("picked {}", names.iter().map(ActionName::as_str).collect::<Vec<_>>().join(", "))
        }
        Effect::Tray(_) | Effect::Reserve(_) | Effect::Sent(_) | Effect::Settle(_) | Effect::Record(_) => return None,
    })
}

fn printed(print: &Print) -> String {
    let of = |lane: u16| if lane == 0 { String::new() } else { format!("(lane {lane}) ") };
    match print {
        Print::Question(question) => format!("question {}", question.to),
        Print::Lanes(labels) => {
            format!("lanes {}", labels.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        Print::Answer { lane, text } => format!("{}{}", of(*lane), text.expose()),
        Print::Reasoning { lane, text } => format!("{}reasoning {}", of(*lane), text.expose()),
        Print::LaneOver { lane, failure: None, .. } => format!("lane {lane} over"),
        Print::LaneOver { lane, failure: Some(failure), .. } => {
            format!("lane {lane} over: {}", sentences::failure(failure))
        }
        Print::Change(change) => format!("change {}", diff::full(change, diff::Marks::Signs)),
        Print::Working(doing) => format!("working: {}", sentences::calls::doing(doing)),
    }
}

/// Job and attempt, and what is not the first: lane, step, part.
fn call_line(call: &CallId) -> String {
    let mut line = format!("{}.{}", call.job, call.attempt);
    for (word, number) in [("lane", u32::from(call.lane)), ("step", call.step.into()), ("part", call.part)] {
        if number > 0 {
            line += &format!(" {word} {number}");
        }
    }
    line
}

fn conversation_line(conversation: &Conversation) -> String {
    let instructions = conversation.instructions.iter().map(|p| format!("[{}]", p.expose()));
    instructions.chain(conversation.turns.iter().map(turn)).collect::<Vec<_>>().join(" ")
}

fn turn(turn: &Turn) -> String {
    match turn {
        Turn::Text(text) => format!("text:{}", text.expose()),
        Turn::Prompt(text) => format!("prompt:{}", text.expose()),
        Turn::Answer(text) => format!("answer:{}", text.expose()),
    }
}

fn backend_line(backend: &Backend) -> String {
    match backend {
        Backend::Model(target) => target.label(),
        Backend::Builtin(builtin) => builtin.name().into(),
        Backend::Command(command) => command.join(" "),
        Backend::Open(address) => address.expose().into(),
    }
}

fn ending(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answered(answer) => format!("answered by {}", answer.by),
        Outcome::Failed { failure, .. } => sentences::failure(failure),
        Outcome::Planned(planned) => format!("planned for {}", backend_line(&planned.calls[0].backend)),
        Outcome::Cancelled => "cancelled".into(),
    }
}

#[test]
fn a_key_press_goes_straight_to_its_answer() {
    let mut desk = Desk::new();
    desk.press(0).gives("warm here/small\n1: read selection");
    desk.selected(1, "Osmosis").gives("1.0: ask here/small [Explain in English.] text:Osmosis");
    desk.chunk(1, "Water ").chunk(1, "moves.").gives("");
    desk.done(1, Finish::Stop).gives("1: answer “explain” Water moves. <Copy Show>");
    desk.delivered(1, Sink::Notify, Ok(())).gives("1: over, answered by here/small");
    assert_eq!(desk.engine.next_deadline(), None);
}

#[test]
fn what_takes_long_shows_that_it_works_once() {
    let mut desk = Desk::new();
    desk.press(0).selected(1, "x").pass(299).log.clear();
    desk.pass(1).gives("1: sign “explain” asking here/small … <>");
    desk.pass(5000).gives("");
}

#[test]
fn nothing_selected_falls_through_and_says_so() {
    let mut desk = Desk::new();
    desk.press(0).text(1, Source::Selection, Err(ReadFailure::Nothing));
    desk.gives("warm here/small\n1: read selection\n1: read clipboard");
    desk.text(1, Source::Clipboard, Ok("copied")).chunk(1, "a").done(1, Finish::Stop).gives(
        "1.0: ask here/small [Explain in English.] text:copied
         1: answer “explain” a||(from the clipboard: nothing is selected) <Copy Show>",
    );
}

#[test]
fn an_old_selection_is_not_used_in_silence() {
    let mut desk = Desk::new();
    let stale = ReadFailure::Stale { app: Some("XTerm".into()) };
    desk.press(0).text(1, Source::Selection, Err(stale)).text(1, Source::Clipboard, Err(ReadFailure::Nothing));
    let sentence =
        "the selection is an old one in XTerm, the clipboard is empty; select or copy some text and try again";
    desk.gives(&format!(
        "warm here/small
         1: read selection
         1: read clipboard
         1: failure “explain: failed” {sentence} <>"
    ));
    desk.delivered(1, Sink::Notify, Ok(())).gives(&format!("1: over, {sentence}"));
}

#[test]
fn a_hung_owner_does_not_fall_through() {
    let mut desk = Desk::new();
    let hung = ReadFailure::Hung { app: Some("Writer".into()), after: Duration::from_millis(500) };
    desk.press(0).text(1, Source::Selection, Err(hung));
    desk.gives(
        "warm here/small
         1: read selection
         1: failure “explain: failed” Writer did not hand out the selection within 500 ms; try again when it responds <>",
    );
}

#[test]
fn a_second_press_cancels_the_first_job() {
    let mut desk = Desk::new();
    desk.press(0).selected(1, "x").log.clear();
    desk.press(0).gives("1: abort\n1: unnotify\n1: over, cancelled\nwarm here/small\n2: read selection");
    // What still comes of the first is stale.
    desk.chunk(1, "late").done(1, Finish::Stop).gives("");
}

#[test]
fn what_had_arrived_is_not_lost() {
    let mut desk = Desk::new();
    let to_terminal = Overrides { to: Some(vec![Sink::Stdout, Sink::Notify]), ..Overrides::default() };
    // What was shown cannot be begun anew.
    desk.run("explain", to_terminal).selected(1, "x").chunk(1, "Half an").log.clear();
    desk.broken(1, 0, CallFailure::BrokenOff { host: "127.0.0.1:1".into() }).gives(
        "1: failure “explain: failed” the connection to 127.0.0.1:1 ended before the answer was complete; try \
         again||Until then: Half an <Copy Show>",
    );
    desk.event(Event::Button { job: JobId(1), button: Button::Copy }).gives("1: copy Half an");
}

#[test]
fn a_cut_answer_says_that_it_is_cut() {
    let mut desk = Desk::new();
    desk.press(0).selected(1, "x").chunk(1, "Half an").log.clear();
    desk.done(1, Finish::Length).gives(
        "1: answer “explain” Half an||(cut at the model's output limit; raise max_tokens or select less) <Copy Show>",
    );
}

#[test]
fn an_answer_without_a_word_is_a_failure() {
    let mut desk = Desk::new();
    desk.press(0).selected(1, "x").chunk(1, " \n").log.clear();
    desk.done(1, Finish::Stop)
        .gives("1: failure “explain: failed” here/small answered without a word; try again or choose another model <>");
    desk.press(0).selected(2, "x").log.clear();
    desk.done(2, Finish::Filtered).gives(
        "2: failure “explain: failed” the content filter of here/small withheld the answer; choose another model or \
         other words <>",
    );
}

#[test]
fn another_model_stands_in_before_anything_was_shown() {
    let mut desk = Desk::new();
    desk.run("fix", Overrides::default()).selected(1, "teh").gives(
        "warm there/large
         1: read selection
         1.0: ask there/large [Fix.] text:teh",
    );
    let refused = CallFailure::KeyRefused { provider: "there".into(), status: 401 };
    desk.broken(1, 0, refused).gives("1.1: ask here/small [Fix.] text:teh");
    let call = call(1, 1);
    desk.event(Event::Delta { call, chunk: Chunk::Answer("the".into()) });
    let completion = Completion::bare(Finish::Stop);
    desk.event(Event::Done { call, result: Ok(completion) }).gives(
        "told of there
         1: answer “fix” the||(your text went to there at api.example.com; this is said once; in place of there/large: \
         there refused the key (HTTP 401); set a valid one by `postil key set there`) \
         <Copy Show>",
    );
}

#[test]
fn where_nobody_can_stand_in_the_wanted_model_is_spoken_of() {
    let mut desk = Desk::new();
    desk.run("fix", Overrides::default()).selected(1, "teh").log.clear();
    desk.broken(1, 0, CallFailure::KeyRefused { provider: "there".into(), status: 401 }).log.clear();
    desk.broken(1, 1, CallFailure::Unreachable { host: "127.0.0.1:1".into() });
    assert!(desk.log[0].contains("there refused the key (HTTP 401)"), "{:?}", desk.log);
}

#[test]
fn no_model_stands_in_for_one_that_was_named_for_this_run() {
    let mut desk = Desk::with(Settings { fallback: vec![ModelChoice::Named("there".into())], ..settings() });
    let named = Overrides { models: vec![ModelChoice::Named("here/small".into())], ..Overrides::default() };
    desk.run("explain", named).selected(1, "x").log.clear();
    desk.broken(1, 0, CallFailure::Unreachable { host: "127.0.0.1:1".into() });
    assert!(desk.log[0].starts_with("1: failure"), "{:?}", desk.log);
    // Nor does the config's list take elsewhere what was asked of a model of this machine.
    desk.run("explain", Overrides::default()).selected(2, "x").log.clear();
    desk.broken(2, 0, CallFailure::Unreachable { host: "127.0.0.1:1".into() });
    assert!(desk.log[0].starts_with("2: failure"), "{:?}", desk.log);
}

#[test]
fn what_holds_for_an_application_holds_for_its_text_everywhere() {
    let mut settings = settings();
    settings.privacy.never_apps = vec!["KeePassXC".into()];
    settings.privacy.local_only_apps = vec!["thunderbird".into()];
    let mut desk = Desk::with(settings);
    let of = |owner: &str| Ok(Found { text: "words".into(), owner: Some(owner.into()) });
    desk.run("explain", Overrides::default()).text(1, Source::Selection, Err(ReadFailure::Nothing)).log.clear();
    desk.event(Event::Text { job: JobId(1), source: Source::Clipboard, result: of("keepassxc") }).gives(
        "1: failure “explain: failed” nothing is read in keepassxc, because it is one of `never_apps` in the config <>",
    );
    desk.delivered(1, Sink::Notify, Ok(())).run("search", Overrides::default()).log.clear();
    desk.event(Event::Text { job: JobId(2), source: Source::Selection, result: of("Thunderbird") });
    assert!(desk.log[0].contains("not sent: text from Thunderbird"), "{:?}", desk.log);
    desk.delivered(2, Sink::Notify, Ok(())).press(1).log.clear();
    desk.event(Event::Text { job: JobId(3), source: Source::Selection, result: of("keepassxc") });
    assert!(desk.log[0].contains("nothing is read in keepassxc"), "{:?}", desk.log);
}

#[test]
fn text_that_stays_here_is_not_put_into_an_address() {
    let mut settings = settings();
    settings.privacy.local_only_apps = vec!["thunderbird".into()];
    let mut desk = Desk::with(settings);
    desk.run_in("thunderbird", "search", Overrides::default()).log.clear();
    desk.selected(1, "secret").gives(
        "1: failure “search: failed” not sent: text from thunderbird goes only to models on this machine \
         (`local_only_apps`), and what the address leads to is not; choose a local one <>",
    );
}

#[test]
fn who_reloads_or_misses_a_model_has_them_looked_for() {
    let mut desk = Desk::new();
    desk.event(Event::Settings(desk.engine.settings().clone())).gives("look for models");
    desk.event(Event::MenuOpened).gives("look for models");
    let stale = Event::Surveyed { settings: Arc::new(settings()), survey: Survey::new() };
    desk.event(stale).run("explain", Overrides::default()).gives("warm here/small\n1: read selection");
    let settings = desk.engine.settings().clone();
    desk.event(Event::Surveyed { settings, survey: Survey::new() }).run("explain", Overrides::default());
    desk.delivered(2, Sink::Notify, Ok(()));
    assert_eq!(desk.log.last().map(String::as_str), Some("look for models"));
}

#[test]
fn the_user_is_told_once_where_text_goes() {
    let mut desk = Desk::new();
    let to = Overrides { models: vec![ModelChoice::Named("there".into())], ..Overrides::default() };
    desk.run("explain", to.clone()).selected(1, "x").chunk(1, "a").done(1, Finish::Stop);
    assert!(desk.log.iter().any(|line| line == "told of there"));
    desk.delivered(1, Sink::Notify, Ok(())).log.clear();
    desk.run("explain", to).selected(2, "x").chunk(2, "a").done(2, Finish::Stop);
    assert!(!desk.log.iter().any(|line| line.contains("told of") || line.contains("went to")), "{:?}", desk.log);
}

#[test]
fn a_text_that_ends_its_line_leaves_no_gap_before_the_notes() {
    let mut desk = Desk::new();
    desk.run("upper", Overrides::default()).selected(1, "x\n").chunk(1, "X\n").done(1, Finish::Stop);
    assert_eq!(desk.log.last().map(String::as_str), Some("1: answer “upper” X||(copied) <Copy Show>"));
}

#[test]
fn copy_alone_is_seen_too() {
    let mut desk = Desk::new();
    desk.run("upper", Overrides::default()).selected(1, "x").chunk(1, "X").done(1, Finish::Stop).gives(
        "1: read selection
         1.0: ask upper x
         1: copy X
         1: answer “upper” X||(copied) <Copy Show>",
    );
    desk.delivered(1, Sink::Notify, Ok(())).gives("");
    desk.delivered(1, Sink::Copy, Err(SinkFailure::NoClipboard)).gives(
        "1: failure “upper: failed” the clipboard could not be written; copy the answer from here||Until then: X \
         <Copy Show>
         1: over, the clipboard could not be written; copy the answer from here",
    );
}

#[test]
fn a_terminal_gets_the_pieces_as_they_come() {
    let mut desk = Desk::new();
    let to =
        Overrides { to: Some(vec![Sink::Stdout]), text: Some((Source::Stdin, "x".into())), ..Overrides::default() };
    // What is seen to come needs no sign that it will.
    desk.run("explain", to.clone()).chunk(1, "a ").pass(300).chunk(1, "b").done(1, Finish::Stop).gives(
        "1.0: ask here/small [Explain in English.] text:x
         1: print a
         1: print b
         1: over, answered by here/small",
    );
    // A plain answer has to be whole before what the model put around it can go.
    desk.run("fix", to).chunk(2, "```\nthe").chunk(2, "\n```").log.clear();
    desk.done(2, Finish::Stop).gives("told of there\n2: print the\n2: over, answered by there/large");
}

#[test]
fn a_prompt_with_text_inside_is_one_message_and_its_text_is_never_evaluated() {
    let mut desk = Desk::new();
    desk.run("inline", Overrides::default()).log.clear();
    desk.selected(1, "{{ about_me }}").gives("1.0: ask here/small prompt:Today is 2026-11-21: {{ about_me }}");
}

#[test]
fn a_prompt_that_names_the_clipboard_gets_it() {
    let mut desk = Desk::new();
    desk.run("compare", Overrides::default()).log.clear();
    desk.selected(1, "new").gives("1: read the clipboard too");
    desk.event(Event::Clipboard { job: JobId(1), result: Ok("old".into()) })
        .gives("1.0: ask here/small [Compare with old.] text:new");
}

#[test]
fn an_address_is_opened_and_nothing_more_is_shown() {
    let mut desk = Desk::new();
    desk.run("search", Overrides::default()).log.clear();
    desk.selected(1, "a&b c").gives("1.0: ask https://example.com/?q=a%26b%20c");
    desk.done(1, Finish::Stop).gives("1: over, answered by open");
}

#[test]
fn no_text_leaves_an_application_that_is_never_read() {
    let mut settings = settings();
    settings.privacy.never_apps = vec!["KeePassXC".into()];
    settings.privacy.local_only_apps = vec!["thunderbird".into()];
    let mut desk = Desk::with(settings);
    desk.run_in("keepassxc", "explain", Overrides::default()).gives(
        "1: failure “explain: failed” nothing is read in keepassxc, because it is one of `never_apps` in the config <>",
    );
    desk.delivered(1, Sink::Notify, Ok(())).log.clear();
    let there = Overrides { models: vec![ModelChoice::Named("there".into())], ..Overrides::default() };
    desk.run_in("Thunderbird", "explain", there).selected(2, "x").gives(
        "warm there/large
         2: read selection
         2: failure “explain: failed” not sent: text from Thunderbird goes only to models on this machine \
         (`local_only_apps`), and there/large is not; choose a local one <>",
    );
    desk.delivered(2, Sink::Notify, Ok(())).log.clear();
    desk.run_in("Thunderbird", "explain", Overrides::default()).selected(3, "x").gives(
        "warm here/small
         3: read selection
         3.0: ask here/small [Explain in English.] text:x",
    );
}

#[test]
fn without_good_privacy_rules_nothing_is_sent() {
    let mut desk = Desk::with(Settings { sending_allowed: false, ..settings() });
    desk.run("explain", Overrides::default()).gives(
        "1: failure “explain: failed” not sent: the config has mistakes, so the privacy rules are not known; see `postil \
         config check` <>",
    );
    desk.run("upper", Overrides::default()).gives("2: read selection");
}

#[test]
fn a_dry_run_connects_to_nobody() {
    let mut desk = Desk::new();
    let overrides = Overrides { dry_run: true, text: Some((Source::Stdin, "x".into())), ..Overrides::default() };
    desk.run("explain", overrides).gives("1: over, planned for here/small");
}

#[test]
fn a_text_in_the_only_language_is_not_translated_into_itself() {
    let prompt = Template::compile("Into {{ target_language }}, or {{ second_language }}.", Names::default());
    let name = ActionName::new("translate");
    let action = Action { prompt: prompt.unwrap(), to: vec![Sink::Notify], ..Action::new(name.clone(), "Translate") };
    let mut one = settings();
    one.actions.insert(name, Arc::new(action));
    let mut two = one.clone();
    two.languages.push(Language::from_code("de").unwrap());
    let english = "This is a sentence in the English language, and a long one.";
    let mut desk = Desk::with(one);
    desk.run("translate", Overrides::default()).log.clear();
    desk.selected(1, english).gives(
        "1: failure “Translate: failed” the text is in English already; name a second language in the config, as in \
         languages = [\"en\", \"fr\"] <>",
    );
    desk.delivered(1, Sink::Notify, Ok(())).run("translate", Overrides::default()).log.clear();
    desk.selected(2, "12").gives("2.0: ask here/small [Into English, or .] text:12");
    let mut desk = Desk::with(two);
    desk.run("translate", Overrides::default()).log.clear();
    desk.selected(1, english).gives(&format!("1.0: ask here/small [Into German, or German.] text:{english}"));
}

#[test]
fn an_unknown_action_or_option_is_wrong_use() {
    let mut desk = Desk::new();
    desk.run("explian", Overrides::default()).gives("refused: no action is called explian; did you mean explain?");
    let overrides = Overrides {
        options: BTreeMap::from([("tone".into(), "odd".into())]),
        text: Some((Source::Stdin, "x".into())),
        ..Overrides::default()
    };
    desk.run("explain", overrides).gives("1: failure “explain: failed” explain has no option tone, nor any other <>");
}

#[test]
fn an_instruction_of_the_moment_goes_on_in_its_conversation() {
    let mut desk = Desk::new();
    let ask = |instruction: &str, earlier, text: &str| Trigger {
        what: What::Instruction { instruction: instruction.into(), earlier },
        context: context("xterm"),
        supersedes: false,
        overrides: Overrides {
            text: Some((Source::Stdin, text.into())),
            to: Some(vec![Sink::Stdout]),
            ..Overrides::default()
        },
    };
    desk.trigger(ask("make it rhyme", Conversation::default(), "roses")).log.clear();
    let (started, effects) = desk.engine.trigger(
        ask("shorter", Conversation { instructions: None, turns: vec![Turn::Answer("long".into())] }, ""),
        desk.now.clone(),
    );
    assert!(started.is_ok());
    let lines: Vec<_> = effects.iter().filter_map(line).collect();
    assert_eq!(lines, ["2.0: ask here/small answer:long prompt:shorter"]);
}

#[test]
fn paused_it_holds_no_shortcut_and_runs_nothing() {
    let mut desk = Desk::new();
    desk.event(Event::Pause).gives("bind 0");
    desk.run("explain", Overrides::default())
        .gives("refused: postil is paused; `postil resume` or the tray's menu wakes it");
    desk.event(Event::Resume).gives("bind 2");
}

#[test]
fn shortcuts_that_are_taken_are_named_once() {
    let mut desk = Desk::new();
    let failures = vec![(BindingId(0), BindFailure::Taken("Ctrl+Alt+Y".parse().unwrap()))];
    desk.event(Event::Bound(failures.clone().into())).gives(
        "1: advice “A shortcut does not work” Ctrl+Alt+Y is taken by another program|The other shortcuts work. Choose \
         another combination in the config. <>",
    );
    desk.event(Event::Bound(failures.into())).gives("");
    assert_eq!(desk.engine.status().troubles, ["Ctrl+Alt+Y is taken by another program"]);
}

#[test]
fn the_picker_offers_what_fits_and_runs_it_on_that_text() {
    let mut desk = Desk::new();
    desk.press(1).gives("1: read selection");
    desk.text(1, Source::Selection, Err(ReadFailure::Nothing)).gives("1: read clipboard");
    desk.text(1, Source::Clipboard, Ok("words"))
        .gives("1: advice “What to do with the clipboard?” words <explain both compare fix inline upper>");
    desk.event(Event::Button { job: JobId(1), button: Button::Entry(5) }).gives(
        "1: unnotify
         2.0: ask upper words",
    );
}

#[test]
fn the_picker_says_why_there_is_nothing_to_pick_for() {
    let mut desk = Desk::new();
    let hung = ReadFailure::Hung { app: None, after: Duration::from_millis(500) };
    desk.press(1).text(1, Source::Selection, Err(hung)).text(1, Source::Clipboard, Err(ReadFailure::Nothing)).gives(
        "1: read selection
         1: read clipboard
         1: advice “Pick an action” the application did not hand out the selection within 500 ms, the clipboard is \
         empty; select or copy some text and try again <>",
    );
    let mut settings = settings();
    settings.privacy.never_apps = vec!["gedit".into()];
    Desk::with(settings).press(1).gives(
        "1: failure “Pick an action: failed” nothing is read in gedit, because it is one of `never_apps` in the config <>",
    );
}

#[test]
fn what_a_menu_wants_and_is_gone_is_said() {
    let mut desk = Desk::new();
    let what = What::Action(ActionName::new("gone"));
    let trigger = Trigger { what, context: context("gedit"), supersedes: true, overrides: Overrides::default() };
    desk.event(Event::Triggered(Box::new(trigger)))
        .gives("1: failure “gone: failed” no action is called gone; `postil actions` lists them <>");
}

#[test]
fn cancelling_ends_every_job() {
    let mut desk = Desk::new();
    desk.press(0).run("upper", Overrides::default()).selected(2, "x").log.clear();
    desk.event(Event::Cancel(Which::All)).gives(
        "1: unnotify
         1: over, cancelled
         2: abort
         2: unnotify
         2: over, cancelled",
    );
    assert_eq!(desk.engine.running(), []);
}

#[test]
fn a_provider_that_is_gone_is_looked_for_again() {
    let mut desk = Desk::new();
    desk.press(0).selected(1, "x").log.clear();
    desk.broken(1, 0, CallFailure::Unreachable { host: "127.0.0.1:1".into() }).delivered(1, Sink::Notify, Ok(()));
    assert_eq!(desk.log.last().map(String::as_str), Some("look for models"));
}

#[test]
fn the_last_answers_are_kept_newest_first() {
    let mut desk = Desk::new();
    for job in 1..=12 {
        desk.press(0).selected(job, "x").chunk(job, &format!("answer {job}")).done(job, Finish::Stop);
        desk.delivered(job, Sink::Notify, Ok(()));
    }
    let kept: Vec<_> = desk.engine.answers().map(|past| past.answer.expose().to_owned()).collect();
    assert_eq!(kept.len(), 10);
    assert_eq!(kept[0], "answer 12");
    desk.log.clear();
    desk.event(Event::Button { job: JobId(12), button: Button::Show }).gives("show answer 12");
}

#[test]
fn a_long_text_is_planned_on_another_thread() {
    let mut desk = Desk::new();
    desk.press(0).log.clear();
    let effects = desk.engine.handle(
        Event::Text { job: JobId(1), source: Source::Selection, result: Ok("word ".repeat(10_000).as_str().into()) },
        desk.now.clone(),
    );
    let Some(Effect::Compute { id, work }) = effects.into_iter().find(|effect| line(effect).is_some()) else {
        panic!("it is planned at once");
    };
    let done = work.perform();
    // What the job does not wait for is nobody's.
    let other = WorkId { job: id.job, number: id.number + 1 };
    desk.event(Event::Computed { id: other, done: Computed::FellOver }).gives("");
    desk.event(Event::Computed { id, done });
    assert!(desk.log[0].starts_with("1.0: ask here/small [Explain in English.] text:word word"), "{}", desk.log[0]);
    desk.event(Event::Cancel(Which::All)).log.clear();
    desk.event(Event::Computed { id, done: Computed::FellOver }).gives("");
}

#[test]
fn work_that_panicked_is_told() {
    let mut desk = Desk::new();
    desk.press(0).selected(1, &"word ".repeat(10_000)).log.clear();
    desk.event(Event::Computed { id: WorkId { job: JobId(1), number: 0 }, done: Computed::FellOver }).gives(
        "1: failure “explain: failed” postil fell over this text, which is a mistake in it; please report it <>",
    );
}
