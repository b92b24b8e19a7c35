//! The commands that speak to the running daemon: one request, one reply, printed.

use std::process::ExitCode;

use anyhow::Context;

use crate::cli::output::say;
use crate::cli::{environment, printer};
use crate::daemon::serve;
use crate::ipc::client::{self, AskError};
use crate::ipc::message::{Reply, Request, Status};

/// No daemon runs.
const NO_DAEMON: u8 = 3;

pub fn trigger(action: String) -> anyhow::Result<ExitCode> {
    tell(&Request::Trigger { action })
}

pub fn pick() -> anyhow::Result<ExitCode> {
    tell(&Request::Pick)
}

/// What a launcher does: the picker of the daemon that runs, or a daemon that begins with it.
pub fn pick_or_start() -> anyhow::Result<ExitCode> {
    match ask(&Request::Pick)? {
        Err(AskError::NoDaemon) => serve::main(environment::paths()?, printer::end, Some(Request::Pick)),
        reply => finish(reply),
    }
}

pub fn cancel(job: Option<u64>) -> anyhow::Result<ExitCode> {
    tell(&Request::Cancel { job })
}

pub fn stop() -> anyhow::Result<ExitCode> {
    tell(&Request::Stop)
}

pub fn reload() -> anyhow::Result<ExitCode> {
    tell(&Request::Reload)
}

pub fn pause() -> anyhow::Result<ExitCode> {
    tell(&Request::Pause)
}

pub fn resume() -> anyhow::Result<ExitCode> {
    tell(&Request::Resume)
}

pub fn undo() -> anyhow::Result<ExitCode> {
    tell(&Request::Undo)
}

pub fn last(number: usize, copy: bool, json: bool) -> anyhow::Result<ExitCode> {
    let reply = ask(&Request::Last { copy, before: number.saturating_sub(1) })?;
    match reply {
        Ok(Reply::Last { title, answer }) => {
            match json {
                true => say(&serde_json::json!({ "action": title, "answer": answer }).to_string())?,
                false => say(&answer)?,
            }
            Ok(ExitCode::SUCCESS)
        }
        other => finish(other),
    }
}

pub fn status(json: bool) -> anyhow::Result<ExitCode> {
    match ask(&Request::Status)? {
        Ok(Reply::Status(status)) => {
            match json {
                true => say(&serde_json::to_string_pretty(&status).context("the status could not be written")?)?,
                false => say(&in_words(&status))?,
            }
            Ok(ExitCode::SUCCESS)
        }
        other => finish(other),
    }
}

/// The status as lines for a person.
fn in_words(status: &Status) -> String {
    let state = match (status.paused, status.running.len()) {
        (true, _) => "paused".to_owned(),
        (false, 0) => "ready".to_owned(),
        (false, 1) => "working on 1 job".to_owned(),
        (false, many) => format!("working on {many} jobs"),
    };
    let mut lines = vec![format!("postil {} (process {}) is {state}", status.version, status.pid)];
    lines.extend(status.running.iter().map(|running| format!("  job {}: {}", running.job, running.action)));
    lines.push(match (&status.model, &status.model_missing) {
        (Some(model), _) => format!("model: {model}"),
        (None, missing) => format!("model: {}", missing.as_deref().unwrap_or("none")),
    });
    for shortcut in &status.shortcuts {
        lines.push(match &shortcut.failure {
            None => format!("{}: {}", shortcut.shortcut, shortcut.action),
            Some(failure) => format!("{}: {} does not work: {failure}", shortcut.shortcut, shortcut.action),
        });
    }
    lines.push(format!("tray: {}", status.tray));
    lines.extend(status.desktop.iter().map(|probe| format!("desktop: {probe}")));
    lines.push(format!("config: {}", status.config));
    lines.join("\n")
}

/// A request that has no answer but whether it was done.
fn tell(request: &Request) -> anyhow::Result<ExitCode> {
    finish(ask(request)?)
}

fn ask(request: &Request) -> anyhow::Result<Result<Reply, AskError>> {
    Ok(client::ask(&environment::socket()?, request))
}

fn finish(reply: Result<Reply, AskError>) -> anyhow::Result<ExitCode> {
    match reply {
        Ok(Reply::Refused { sentence, exit }) => {
            eprintln!("postil: {sentence}");
            Ok(ExitCode::from(exit))
        }
        Ok(Reply::Said { sentence }) => {
            say(&sentence)?;
            Ok(ExitCode::SUCCESS)
        }
        Ok(_) => Ok(ExitCode::SUCCESS),
        Err(AskError::NoDaemon) => {
            eprintln!("postil: {}", AskError::NoDaemon);
            Ok(ExitCode::from(NO_DAEMON))
        }
        Err(error) => Err(error.into()),
    }
}
