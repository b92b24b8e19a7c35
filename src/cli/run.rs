//! `postil run` and `postil ask`: one job through the same engine and the same hands as the daemon's, in this process.

use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;

use crate::action::file_parts::model_choice;
use crate::action::{Action, ActionName, EngineKind, ModelChoice, Sink, Source};
use crate::cli::arguments::{Ask, Cost, How, Run};
use crate::cli::each;
use crate::cli::environment;
use crate::cli::input::{self, Origin};
use crate::cli::printer::{Plans, Printer};
use crate::cli::question;
use crate::cli::refusal::wrong_use;
use crate::cli::{NOT_SENT, WRONG_USE, apart, printer};
use crate::config::Settings;
use crate::config::paths::Paths;
use crate::daemon;
use crate::daemon::hands::Hands;
use crate::daemon::{Inbox, Loop, Report, now, seed};
use crate::desktop::TriggerContext;
use crate::engine::effect::Print;
use crate::engine::event::{Event, Overrides, Trigger, What, Which};
use crate::engine::outcome::{Answer, Failure, Note, Outcome};
use crate::engine::{self, Engine, plan};
use crate::ipc::message as wire;
use crate::ipc::place;
use crate::llm::request::Conversation;
use crate::llm::roster::{self, Survey};
use crate::sinks::clipboard;
use crate::store::{conversation, told};
use crate::text::sealed::UserText;

/// Runs a stored action.
pub fn run(arguments: Run) -> anyhow::Result<ExitCode> {
    run_showing(arguments, Plans::Whole)
}

/// What a run would use and cost; nothing is sent.
pub fn cost(arguments: Cost) -> anyhow::Result<ExitCode> {
    let Cost { action, text, from, models, json, options } = arguments;
    let how = How { from, to: Vec::new(), models, json, dry_run: true };
    run_showing(Run { action, text, how, options, each: None, resume: None }, Plans::Cost)
}

fn run_showing(arguments: Run, plans: Plans) -> anyhow::Result<ExitCode> {
    let Some(mut session) = Session::open()? else { return Ok(ExitCode::from(WRONG_USE)) };
    let name = ActionName::new(arguments.action.to_lowercase());
    let (mut overrides, pieces) = match arguments.each {
        None => (overrides(&arguments.how, arguments.text)?, None),
        Some(each) => (without_text(&arguments.how), Some((each, input::stream(arguments.text, &arguments.how.from)?))),
    };
    overrides.options = arguments.options.into_iter().collect();
    if acts_on_the_desktop(&overrides) && arguments.each.is_none() {
        let run = wire::Run { action: Some(name.as_str().to_owned()), ..run_apart_of(&overrides) };
        let (code, _) = runtime()?.block_on(apart::run(run, Printer::new(arguments.how.json)))?;
        return Ok(code);
    }
    let asked = match session.settings.actions.get(&name) {
        Some(action) if action.engine == EngineKind::Model => models_asked(action, &overrides, &session.settings),
        _ => Vec::new(),
    };
    let mut printer = Printer::new(arguments.how.json);
    if overrides.dry_run {
        printer = printer.of_plans(plans, session.looped.hands().books());
    }
    let trigger = trigger(What::Action(name), overrides);
    runtime()?.block_on(async {
        session.begin(&asked).await;
        match pieces {
            Some((each, text)) => each::run(session, trigger, each, text, arguments.resume, printer).await,
            None => Ok(exit_code(&session.finish(trigger, printer).await)),
        }
    })
}

/// Runs an instruction of the moment, and keeps the conversation for the next `--continue`.
pub fn ask(arguments: Ask) -> anyhow::Result<ExitCode> {
    let Some(mut session) = Session::open()? else { return Ok(ExitCode::from(WRONG_USE)) };
    let earlier = if arguments.go_on { earlier(&session.paths)? } else { Conversation::default() };
    let mut overrides = overrides(&arguments.how, arguments.text)?;
    // Who goes on in a conversation speaks of what was said, not of what happens to be selected.
    if arguments.go_on && overrides.text.is_none() && overrides.from.is_none() {
        overrides.text = Some((Source::Stdin, UserText::default().into()));
    }
    if acts_on_the_desktop(&overrides) {
        return ask_apart(
            arguments.instruction,
            &earlier,
            &overrides,
            &session.paths,
            Printer::new(arguments.how.json),
        );
    }
    let asked = models_asked(&engine::ask(), &overrides, &session.settings);
    let trigger = trigger(What::Instruction { instruction: arguments.instruction.into(), earlier }, overrides);
    let mut printer = Printer::new(arguments.how.json);
    if arguments.how.dry_run {
        printer = printer.of_plans(Plans::Whole, session.looped.hands().books());
    }
    let outcome = runtime()?.block_on(async {
        session.begin(&asked).await;
        session.finish(trigger, printer).await
    });
    if let Outcome::Answered(Answer { conversation: Some(said), .. }) = &outcome {
        keep_or_say(&session.paths, said);
    }
    Ok(exit_code(&outcome))
}

/// Whether the answer is to stand in a document, which the daemon sees to: with the text that is selected there.
fn acts_on_the_desktop(overrides: &Overrides) -> bool {
    let wants = overrides.to.iter().flatten().any(|sink| matches!(sink, Sink::Replace | Sink::Append));
    wants && overrides.text.is_none() && !overrides.dry_run
}

/// The run for another process of ours.
fn run_apart_of(overrides: &Overrides) -> wire::Run {
    let sources = |from: &Vec<Source>| from.iter().map(|source| source.word().to_owned()).collect();
    wire::Run {
        from: overrides.from.as_ref().map(sources),
        to: overrides.to.iter().flatten().map(|sink| sink.word().to_owned()).collect(),
        models: overrides.models.iter().map(word_of).collect(),
        options: overrides.options.clone(),
        ..wire::Run::default()
    }
}

fn word_of(model: &ModelChoice) -> String {
    match model {
        ModelChoice::Auto => "auto".to_owned(),
        ModelChoice::Named(name) => name.clone(),
    }
}

/// The same for an instruction, with its conversation there and back.
fn ask_apart(
    instruction: String,
    earlier: &Conversation,
    overrides: &Overrides,
    paths: &Paths,
    printer: Printer,
) -> anyhow::Result<ExitCode> {
    let earlier = (!earlier.turns.is_empty()).then(|| conversation::to_json(earlier)).transpose()?;
    let run = wire::Run { instruction: Some(instruction), earlier, ..run_apart_of(overrides) };
    let (code, ended) = runtime()?.block_on(apart::run(run, printer))?;
    if let Some(said) = ended.and_then(|ended| ended.conversation) {
        keep_or_say(paths, &conversation::from_json(said)?);
    }
    Ok(code)
}

/// The child of such a run where no daemon does it.
pub fn run_apart() -> anyhow::Result<ExitCode> {
    let paths = environment::paths()?;
    let Ok(settings) = environment::settings(&paths) else { return Ok(ExitCode::from(WRONG_USE)) };
    runtime()?.block_on(daemon::apart::serve(paths, settings, printer::end))
}

fn keep_or_say(paths: &Paths, said: &Conversation) {
    if let Err(error) = keep(paths, said) {
        // The answer is there, and it is what was asked for.
        eprintln!("postil: the conversation could not be kept for --continue: {error:#}");
    }
}

fn keep(paths: &Paths, said: &Conversation) -> anyhow::Result<()> {
    Ok(conversation::keep(&place::own_folder(paths)?, said)?)
}

fn earlier(paths: &Paths) -> anyhow::Result<Conversation> {
    match conversation::load(&place::own_folder(paths)?) {
        Ok(Some(earlier)) => Ok(earlier),
        Ok(None) => Err(wrong_use("there is no conversation to go on in; `postil ask INSTRUCTION` begins one")),
        Err(error) => Err(wrong_use(format!(
            "the last conversation cannot be read ({error}); `postil ask INSTRUCTION` begins a new one"
        ))),
    }
}

/// Holds what stdin says on the clipboard until another program takes it. Says on stdout when it is there.
pub fn hold_clipboard() -> anyhow::Result<ExitCode> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).context("the text for the clipboard could not be read")?;
    clipboard::hold(&text.into(), || {
        // Whoever waits for this line may be gone.
        let _ = io::stdout().write_all(b"held\n").and_then(|()| io::stdout().flush());
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Current-thread: what is waited for is the network and the desktop, never this machine's cores.
pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("the runtime could not start")
}

/// What the arguments say in place of the prompt file.
fn overrides(how: &How, text: Option<String>) -> anyhow::Result<Overrides> {
    let (text, from) = match input::origin(text, &how.from)? {
        Origin::Given(source, text) => (Some((source, text.into())), Some(Vec::new())),
        Origin::Sources(sources) => (None, Some(sources)),
        Origin::OfTheAction => (None, None),
    };
    Ok(Overrides { text, from, ..without_text(how) })
}

fn without_text(how: &How) -> Overrides {
    let to = if how.to.is_empty() { vec![Sink::Stdout] } else { how.to.clone() };
    let models = how.models.iter().map(|name| model_choice(name)).collect();
    Overrides { to: Some(to), models, dry_run: how.dry_run, awaited: true, ..Overrides::default() }
}

/// Every model that the action may come to ask.
fn models_asked(action: &Action, overrides: &Overrides, settings: &Settings) -> Vec<ModelChoice> {
    let of_steps = action.steps.iter().filter_map(|step| step.model.as_ref());
    let wanted = plan::choices(action, &overrides.models).iter().chain(of_steps);
    wanted.chain(&action.fallback).chain(&settings.fallback).cloned().collect()
}

fn trigger(what: What, overrides: Overrides) -> Trigger {
    Trigger { what, context: TriggerContext::nowhere(), supersedes: false, overrides }
}

/// What has the focus decides what may be read and sent: asked where the text is still to be read from the desktop.
const FOCUS_WITHIN: Duration = Duration::from_millis(500);

/// One process's use of the engine.
pub struct Session {
    pub paths: Paths,
    pub settings: Arc<Settings>,
    looped: Loop,
    inbox: Inbox,
}

impl Session {
    /// Reads the configuration. `None` where it has mistakes, which have been printed then.
    fn open() -> anyhow::Result<Option<Self>> {
        let paths = environment::paths()?;
        let Ok(settings) = environment::settings(&paths) else { return Ok(None) };
        let engine =
            Engine::new(settings.clone(), Survey::new(), told::load(&paths.state_dir), now()).with_seed(seed());
        let (looped, inbox) = Loop::new(engine, |inbox| Hands::of_a_command(inbox, &paths));
        Ok(Some(Self { paths, settings, looped, inbox }))
    }

    /// From here on Ctrl+C cancels; before, while stdin is read, it ends the process as it does any other. Looks which
    /// models are ready, as far as those that may be asked make it necessary.
    async fn begin(&mut self, asked: &[ModelChoice]) {
        cancel_on_interrupt(self.inbox.clone());
        // It listens once it has run.
        tokio::task::yield_now().await;
        if asked.is_empty() {
            return;
        }
        self.looped.know_limits();
        let providers = roster::worth_a_look(asked, &self.settings);
        let survey = self.looped.hands().survey(&providers).await;
        self.looped.handle(Event::Surveyed { settings: self.settings.clone(), survey });
    }

    pub fn looped(&mut self) -> &mut Loop {
        &mut self.looped
    }

    /// Runs one job to its end and prints what it says.
    async fn finish(&mut self, mut trigger: Trigger, mut printer: Printer) -> Outcome {
        if trigger.overrides.text.is_none() {
            trigger.context = self.looped.hands().desktop().context_within(FOCUS_WITHIN);
        }
        let (started, mut reports) = self.looped.trigger(trigger);
        if let Err(failure) = started {
            let outcome = failed(failure);
            printer.ended(&outcome);
            return outcome;
        }
        loop {
            for report in reports {
                match report {
                    Report::Print(job, print) => {
                        printer.print(&print);
                        if let Print::Question(question) = &print {
                            let permission = question::ask(question);
                            self.inbox.event(Event::Permitted { job, permission });
                        }
                    }
                    Report::Ended(_, outcome) => {
                        printer.ended(&outcome);
                        self.looped.hands().flush().await;
                        return *outcome;
                    }
                    Report::Undone(_) | Report::Wake(_) => {}
                }
            }
            reports = self.looped.next().await;
        }
    }
}

/// As the outcome has it; of a dry run that of the real one, where nobody could be asked what it would ask.
fn exit_code(outcome: &Outcome) -> ExitCode {
    let would_ask = |note: &Note| matches!(note, Note::WouldAsk(_));
    match outcome {
        Outcome::Planned(planned) if planned.notes.iter().any(would_ask) && !question::can_be_asked() => {
            eprintln!("postil: nobody can be asked here, so it would not be sent");
            ExitCode::from(NOT_SENT)
        }
        outcome => ExitCode::from(outcome.exit_code()),
    }
}

/// A failure before there was a job.
pub fn failed(failure: Failure) -> Outcome {
    Outcome::Failed { failure, partial: None }
}

/// Until Ctrl+C.
pub async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Ctrl+C cancels the jobs, which closes their connections; the exit code is then 130.
fn cancel_on_interrupt(inbox: Inbox) {
    tokio::spawn(async move {
        interrupted().await;
        inbox.event(Event::Cancel(Which::All));
    });
}
