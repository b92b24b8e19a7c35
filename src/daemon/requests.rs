//! What the daemon answers to commands over its socket.

use crate::action::ActionName;
use crate::config::Binding;
use crate::config::diagnostic::Diagnostic;
use crate::config::paths::Paths;
use tokio::sync::oneshot;

use crate::daemon::runs::Runs;
use crate::daemon::{Loop, Report, Wake};
use crate::desktop::{BindingId, Bindings, TriggerContext};
use crate::engine::call::JobId;
use crate::engine::effect::Undone;
use crate::engine::event::{Button, Event, Overrides, Trigger, What, Which};
use crate::engine::outcome::Failure;
use crate::ipc::message::{Reply, Request, Running, ShortcutStatus, Status};
use crate::text::sentences;
use crate::tray::TrayState;

/// The exit code of a command that met a mistake in the configuration.
const WRONG_CONFIGURATION: u8 = 2;

/// Whether the request needs to know what has the focus.
pub fn acts_on_the_desktop(request: &Request) -> bool {
    matches!(request, Request::Trigger { .. } | Request::Pick | Request::Run(_))
}

/// Requests that only wake something, and whose answer is that it was done.
pub fn wake_of(request: &Request) -> Option<Wake> {
    Some(match request {
        Request::Stop => Wake::Stop,
        Request::Pause => Wake::Event(Event::Pause),
        Request::Resume => Wake::Event(Event::Resume),
        _ => return None,
    })
}

/// Whether the request is about a job that a command waits for.
pub fn is_of_a_run(request: &Request) -> bool {
    matches!(request, Request::Run(_) | Request::Await { .. } | Request::Decide { .. } | Request::Permit { .. })
}

/// Answers those; what the others are answered is no business of a run.
pub fn of_a_run(
    runs: &mut Runs,
    looped: &mut Loop,
    request: Request,
    context: TriggerContext,
    reply: oneshot::Sender<Reply>,
) -> Vec<Report> {
    let (answer, reports) = match request {
        Request::Await { job } => {
            runs.wait(JobId(job), reply);
            return Vec::new();
        }
        Request::Run(run) => runs.start(looped, *run, context),
        Request::Decide { job, accept } => (Reply::Done, runs.decide(looped, JobId(job), accept)),
        Request::Permit { job, permission } => (Reply::Done, runs.permit(looped, JobId(job), permission)),
        _ => (Reply::Done, Vec::new()),
    };
    // Who has hung up needs no answer.
    let _ = reply.send(answer);
    reports
}

/// Answers the others. `context` is there where the request acts on the desktop.
pub fn answer(
    looped: &mut Loop,
    request: Request,
    context: Option<TriggerContext>,
    paths: &Paths,
) -> (Reply, Vec<Report>) {
    let context = context.unwrap_or_else(TriggerContext::nowhere);
    match request {
        Request::Trigger { action } => trigger(looped, action, context),
        Request::Pick if looped.engine().is_paused() => (refused(&Failure::Paused), Vec::new()),
        Request::Pick => (Reply::Done, looped.handle(Event::PickerWanted { context })),
        Request::Cancel { job } => cancel(looped, job),
        Request::Last { copy, before } => last(looped, copy, before),
        Request::Status => (Reply::Status(status(looped, paths)), Vec::new()),
        Request::Run(_) | Request::Await { .. } | Request::Decide { .. } | Request::Permit { .. } => {
            (Reply::Done, Vec::new())
        }
        Request::Undo | Request::Reload | Request::Stop | Request::Pause | Request::Resume => (Reply::Done, Vec::new()),
    }
}

/// How reading the files again went.
pub fn reloaded(mistakes: &[Diagnostic]) -> Reply {
    match mistakes {
        [] => Reply::Done,
        mistakes => {
            let lines: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
            Reply::Refused { sentence: lines.join("\n"), exit: WRONG_CONFIGURATION }
        }
    }
}

/// How taking the last replacement back went.
pub fn undone(end: &Undone) -> Reply {
    match sentences::undone(end) {
        Ok(sentence) => Reply::Said { sentence },
        Err(sentence) => Reply::Refused { sentence, exit: 1 },
    }
}

fn trigger(looped: &mut Loop, action: String, context: TriggerContext) -> (Reply, Vec<Report>) {
    let what = What::Action(ActionName::new(action.to_lowercase()));
    let trigger = Trigger { what, context, supersedes: true, overrides: Overrides::default() };
    let (started, reports) = looped.trigger(trigger);
    let reply = match started {
        Ok(job) => Reply::Started { job: job.0 },
        Err(failure) => refused(&failure),
    };
    (reply, reports)
}

fn cancel(looped: &mut Loop, job: Option<u64>) -> (Reply, Vec<Report>) {
    let runs = |id: u64| looped.engine().running().iter().any(|(job, _)| *job == JobId(id));
    match job {
        None => (Reply::Done, looped.handle(Event::Cancel(Which::All))),
        Some(id) if runs(id) => (Reply::Done, looped.handle(Event::Cancel(Which::Job(JobId(id))))),
        Some(id) => (Reply::Refused { sentence: format!("no job {id} is running"), exit: 1 }, Vec::new()),
    }
}

fn last(looped: &mut Loop, copy: bool, before: usize) -> (Reply, Vec<Report>) {
    let Some(past) = looped.engine().answers().nth(before).cloned() else {
        let sentence = match looped.engine().answers().count() {
            0 => "there is no answer yet".to_owned(),
            1 => "there is one answer alone".to_owned(),
            many => format!("there are {many} answers alone"),
        };
        return (Reply::Refused { sentence, exit: 1 }, Vec::new());
    };
    let reports = match copy {
        true => looped.handle(Event::Button { job: past.job, button: Button::Copy }),
        false => Vec::new(),
    };
    (Reply::Last { title: past.title, answer: past.answer.expose().to_owned() }, reports)
}

fn refused(failure: &Failure) -> Reply {
    Reply::Refused { sentence: sentences::failure(failure), exit: failure.exit_code() }
}

fn status(looped: &mut Loop, paths: &Paths) -> Status {
    let tray = match looped.hands().tray_state() {
        Some(TrayState::Shown) => "shown".to_owned(),
        Some(TrayState::Starting) | None => "starting".to_owned(),
        Some(TrayState::NoHost) => "no tray host in this session; it appears when one comes".to_owned(),
        Some(TrayState::NoBus(reason)) => format!("no session bus: {reason}"),
    };
    let probes = looped.hands().desktop().probes().iter();
    let desktop = probes.map(|probe| match &probe.result {
        Ok(found) => format!("{}: {found}", probe.name),
        Err(reason) => format!("not {}: {reason}", probe.name),
    });
    let desktop = desktop.collect();
    let engine = looped.engine();
    let shown = engine.status();
    let bindings = engine.settings().bindings.iter().enumerate();
    Status {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        pid: std::process::id(),
        paused: engine.is_paused(),
        model_missing: shown.model.as_ref().err().cloned(),
        model: shown.model.ok(),
        running: shown.running.into_iter().map(|(job, action)| Running { job: job.0, action }).collect(),
        shortcuts: bindings
            .map(|(number, binding)| shortcut(binding, BindingId(number as u32), engine.bindings()))
            .collect(),
        tray,
        desktop,
        config: paths.config_file.display().to_string(),
    }
}

fn shortcut(binding: &Binding, number: BindingId, bound: &Bindings) -> ShortcutStatus {
    let failed = bound.failures.iter().find(|(id, _)| *id == number);
    let chosen = bound.chosen.iter().find(|(id, _)| *id == number);
    ShortcutStatus {
        shortcut: binding.shortcut.to_string(),
        action: binding.does.to_string(),
        failure: failed.map(|(_, failure)| sentences::bind_failure(failure)),
        chosen: chosen.map(|(_, keys)| keys.clone()),
    }
}
