//! `postil run` and `postil ask`: one job through the same engine and the same hands as the daemon's, in this process.

use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;

use crate::action::{Action, ActionName, EngineKind, ModelChoice, Sink, Source};
use crate::cli::arguments::{Ask, How, Run};
use crate::cli::each;
use crate::cli::environment;
use crate::cli::input;
use crate::cli::printer::Printer;
use crate::config::Settings;
use crate::config::paths::Paths;
use crate::daemon::hands::Hands;
use crate::daemon::{Inbox, Loop, Report, now};
use crate::desktop::TriggerContext;
use crate::engine::Engine;
use crate::engine::event::{Event, Overrides, Trigger, What, Which};
use crate::engine::outcome::{Failure, Outcome};
use crate::ipc::place;
use crate::llm::roster::Survey;
use crate::sinks::clipboard;
use crate::store::{conversation, told};
use crate::text::sealed::UserText;

/// Runs a stored action.
pub fn run(arguments: Run) -> anyhow::Result<ExitCode> {
    let Some(mut session) = Session::open()? else { return Ok(ExitCode::from(crate::cli::WRONG_USE)) };
    let name = ActionName::new(arguments.action.to_lowercase());
    let action = session.settings.actions.get(&name).cloned();
    let mut overrides = overrides(&arguments.how, arguments.text)?;
    overrides.options = arguments.options.into_iter().collect();
    let asks_model = action.as_deref().is_some_and(asks_model);
    let printer = Printer::new(arguments.how.json);
    let trigger = session.trigger(What::Action(name), overrides);
    runtime()?.block_on(async {
        session.look(asks_model).await;
        match arguments.each {
            Some(each) => each::run(session, trigger, each, arguments.resume, printer).await,
            None => Ok(ExitCode::from(session.finish(trigger, printer).await.exit_code())),
        }
    })
}

/// Runs an instruction of the moment, and keeps the conversation for the next `--continue`.
pub fn ask(arguments: Ask) -> anyhow::Result<ExitCode> {
    let Some(mut session) = Session::open()? else { return Ok(ExitCode::from(crate::cli::WRONG_USE)) };
    let earlier = match arguments.go_on {
        true => conversation::load(&place::folder(&session.paths)).context("there is no conversation to go on in")?,
        false => Default::default(),
    };
    let mut overrides = overrides(&arguments.how, arguments.text)?;
    // Who goes on in a conversation speaks of what was said, not of what happens to be selected.
    if arguments.go_on && overrides.text.is_none() && overrides.from.is_none() {
        overrides.text = Some((Source::Stdin, UserText::default()));
    }
    let what = What::Instruction { instruction: arguments.instruction.into(), earlier };
    let trigger = session.trigger(what, overrides);
    let printer = Printer::new(arguments.how.json);
    let runtime_dir = place::folder(&session.paths);
    let outcome = runtime()?.block_on(async {
        session.look(true).await;
        session.finish(trigger, printer).await
    });
    if let Outcome::Answered(answer) = &outcome
        && let Some(said) = &answer.conversation
    {
        conversation::keep(&runtime_dir, said).context("the conversation could not be kept for --continue")?;
    }
    Ok(ExitCode::from(outcome.exit_code()))
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
    let (text, from) = input::text_or_sources(text, &how.from)?;
    let to = if how.to.is_empty() { vec![Sink::Stdout] } else { how.to.clone() };
    let model = how.model.as_deref().map(|name| match name {
        "auto" => ModelChoice::Auto,
        name => ModelChoice::Named(name.to_owned()),
    });
    Ok(Overrides { text, from, to: Some(to), model, dry_run: how.dry_run, ..Overrides::default() })
}

fn asks_model(action: &Action) -> bool {
    action.engine == EngineKind::Model
}

/// One process's use of the engine.
pub struct Session {
    pub paths: Paths,
    pub settings: Arc<Settings>,
    looped: Loop,
}

impl Session {
    /// Reads the configuration. `None` where it has mistakes, which have been printed then.
    fn open() -> anyhow::Result<Option<Self>> {
        let paths = environment::paths()?;
        let Ok(settings) = environment::settings(&paths) else { return Ok(None) };
        let engine = Engine::new(settings.clone(), Survey::new(), told::load(&paths.state_dir), now());
        let (looped, inbox) = Loop::new(engine, |inbox| Hands::of_a_command(inbox, &paths));
        cancel_on_interrupt(&inbox);
        Ok(Some(Self { paths, settings, looped }))
    }

    fn trigger(&self, what: What, overrides: Overrides) -> Trigger {
        Trigger { what, context: TriggerContext::nowhere(), supersedes: false, overrides }
    }

    /// Looks which models are ready, where the action needs to know.
    async fn look(&mut self, needed: bool) {
        if needed {
            let survey = self.looped.hands().survey(&self.settings.providers).await;
            self.looped.handle(Event::Surveyed(survey));
        }
    }

    pub fn looped(&mut self) -> &mut Loop {
        &mut self.looped
    }

    /// Runs one job to its end and prints what it says.
    async fn finish(&mut self, trigger: Trigger, mut printer: Printer) -> Outcome {
        let (started, mut reports) = self.looped.trigger(trigger);
        if let Err(failure) = started {
            let outcome = failed(failure);
            printer.ended(&outcome);
            return outcome;
        }
        loop {
            for report in reports {
                match report {
                    Report::Print(_, print) => printer.print(&print),
                    Report::Ended(_, outcome) => {
                        printer.ended(&outcome);
                        return *outcome;
                    }
                    Report::Wake(_) => {}
                }
            }
            reports = self.looped.next().await;
        }
    }
}

/// A failure before there was a job.
pub fn failed(failure: Failure) -> Outcome {
    Outcome::Failed { failure, partial: None }
}

/// Ctrl+C cancels the jobs, which closes their connections; the exit code is then 130.
fn cancel_on_interrupt(inbox: &Inbox) {
    let inbox = inbox.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            inbox.event(Event::Cancel(Which::All));
        }
    });
}
