//! `postil doctor`: what this desktop can and cannot do, how that was found out, and what to do. It changes nothing and
//! never hangs: each question has a bound.

mod offline;

use std::process::ExitCode;
use std::sync::mpsc::channel;
use std::time::Duration;

use serde_json::json;

use crate::action::ModelChoice;
use crate::cli::output::say;
use crate::cli::run::runtime;
use crate::cli::{autostart, environment};
use crate::config::load::{self, Loaded};
use crate::config::paths::{Paths, process_env};
use crate::config::{Settings, pending};
use crate::desktop::{BindFailure, BindingId, Desktop, DesktopEvent, Pick, ReadFailure, TriggerContext};
use crate::engine::plan::may_read;
use crate::ipc::client::{self, AskError};
use crate::ipc::message::{Reply, Request, Status};
use crate::llm::client::Client;
use crate::llm::roster;
use crate::sinks::notification::{Bus, NoServer, server};
use crate::text::sentences;

/// How long the desktop may take for one answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// What one examination found.
struct Finding {
    name: &'static str,
    state: State,
    /// What is so, and how it was found out.
    found: String,
    /// What to do about it; empty where nothing needs to be done.
    advice: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ok,
    Limited,
    Missing,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Limited => "limited",
            Self::Missing => "missing",
        }
    }
}

/// Examines everything and prints it. Exit 1 if something is missing.
pub fn examine(json: bool) -> anyhow::Result<ExitCode> {
    let paths = environment::paths()?;
    let asked = ask_daemon();
    let daemon = asked.as_ref().ok();
    let (config, settings) = config(&paths);
    let mut findings = vec![config];
    findings.extend(desktop(settings.as_ref(), daemon));
    let runtime = runtime()?;
    findings.push(runtime.block_on(notifications()));
    findings.push(tray(daemon));
    if let Some(settings) = &settings {
        findings.push(runtime.block_on(models(settings)));
    }
    if let Some(settings) = &settings {
        findings.extend(offline::findings(&settings.languages));
    }
    findings.push(running(&asked));
    findings.push(login());
    match json {
        true => say(&as_json(&findings))?,
        false => say(&in_words(&findings))?,
    }
    let missing = findings.iter().any(|finding| finding.state == State::Missing);
    Ok(if missing { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn as_json(findings: &[Finding]) -> String {
    let finding = |finding: &Finding| json!({ "name": finding.name, "state": finding.state.word(), "found": finding.found, "advice": finding.advice });
    serde_json::Value::from(findings.iter().map(finding).collect::<Vec<_>>()).to_string()
}

fn in_words(findings: &[Finding]) -> String {
    let line = |finding: &Finding| {
        let line = format!("{:<8} {:<14} {}", finding.state.word(), finding.name, finding.found);
        match finding.advice.as_str() {
            "" => line,
            advice => format!("{line}\n{:24}→ {advice}", ""),
        }
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn ask_daemon() -> Result<Status, AskError> {
    let socket = environment::socket().map_err(|_| AskError::NoDaemon)?;
    match client::ask(&socket, &Request::Status)? {
        Reply::Status(status) => Ok(status),
        _ => Err(AskError::Silent),
    }
}

fn config(paths: &Paths) -> (Finding, Option<Settings>) {
    let name = "config";
    let file = paths.config_file.display().to_string();
    let (mistakes, settings) = match load::load(paths, &process_env, None) {
        Ok(Loaded { settings, mistakes, .. }) => (mistakes, Some(settings)),
        Err(mistakes) => (mistakes, None),
    };
    let pending = settings.as_ref().map(pending::pending).unwrap_or_default();
    let finding = match mistakes.first() {
        None if !pending.is_empty() => Finding {
            name,
            state: State::Limited,
            found: pending.join("; "),
            advice: "do not rely on it yet".to_owned(),
        },
        None => {
            let found =
                if paths.config_file.exists() { file } else { format!("{file} is not there, so all is default") };
            Finding { name, state: State::Ok, found, advice: String::new() }
        }
        Some(first) => Finding {
            name,
            state: if settings.is_some() { State::Limited } else { State::Missing },
            found: match mistakes.len() {
                1 => format!("1 mistake: {first}"),
                many => format!("{many} mistakes, the first: {first}"),
            },
            advice: "`postil config check` lists all".to_owned(),
        },
    };
    (finding, settings)
}

/// The display, and what it gives: shortcuts, selection, clipboard.
fn desktop(settings: Option<&Settings>, daemon: Option<&Status>) -> Vec<Finding> {
    let (sender, events) = channel();
    let desktop = Desktop::connect(process_env, move |event| {
        // Nobody listens any more once the examination is over.
        let _ = sender.send(event);
    });
    let mut findings = vec![display(&desktop)];
    if let Some(settings) = settings {
        findings.push(match daemon {
            Some(status) => shortcuts_of_daemon(status),
            None if desktop.asks_for_shortcuts() => not_asked_for(),
            None => shortcuts(&desktop, settings, &events),
        });
    }
    findings.push(text("selection", &desktop, Pick::Selection, settings));
    findings.push(text("clipboard", &desktop, Pick::Clipboard, settings));
    findings
}

fn display(desktop: &Desktop) -> Finding {
    let probe = |probe: &crate::desktop::Probe| match &probe.result {
        Ok(found) => format!("{}: {found}", probe.name),
        Err(reason) => format!("no {} ({reason})", probe.name),
    };
    let found = desktop.probes().iter().map(probe).collect::<Vec<_>>().join("; ");
    let usable = desktop.probes().iter().any(|probe| probe.result.is_ok());
    let (state, advice) = match usable {
        true => (State::Ok, ""),
        false => (State::Missing, "run it inside a graphical session; `postil run` works without one"),
    };
    Finding { name: "display", state, found, advice: advice.to_owned() }
}

fn shortcuts_of_daemon(status: &Status) -> Finding {
    let failed: Vec<_> = status.shortcuts.iter().filter_map(|shortcut| shortcut.failure.clone()).collect();
    let unsupported = sentences::bind_failure(&BindFailure::Unsupported);
    if !failed.is_empty() && failed.iter().all(|failure| *failure == unsupported) {
        return none_given();
    }
    let working = status.shortcuts.len() - failed.len();
    judged(working, failed, "held by the running daemon")
}

/// The desktop keeps its keys to itself.
fn none_given() -> Finding {
    Finding {
        name: "shortcuts",
        state: State::Missing,
        found: BindFailure::Unsupported.to_string(),
        advice: "bind `postil trigger ACTION` in the desktop's own settings: `postil actions --bindings sway` (or \
                 hyprland, niri, gnome, kde, i3)"
            .to_owned(),
    }
}

/// The desktop would ask the person about shortcuts that nobody holds yet.
fn not_asked_for() -> Finding {
    Finding {
        name: "shortcuts",
        state: State::Limited,
        found: "not tried, as the desktop would ask you about them".to_owned(),
        advice:
            "start the daemon with `postil`; where the desktop gives none, `postil actions --bindings` has the lines \
                 that do the same"
                .to_owned(),
    }
}

/// Takes the shortcuts for a moment, as the daemon would, and lets go of them.
fn shortcuts(desktop: &Desktop, settings: &Settings, events: &std::sync::mpsc::Receiver<DesktopEvent>) -> Finding {
    desktop.bind(settings.bindings.clone());
    let failures = loop {
        match events.recv_timeout(PATIENCE) {
            Ok(DesktopEvent::Bound(bound)) => break bound.failures,
            Ok(_) => {}
            Err(_) => break Vec::new(),
        }
    };
    desktop.bind(Vec::new());
    let named = |(id, failure): &(BindingId, BindFailure)| {
        let does = settings.bindings.get(id.0 as usize).map(|binding| binding.does.to_string());
        format!("{} ({})", sentences::bind_failure(failure), does.unwrap_or_default())
    };
    if failures.iter().any(|(_, failure)| *failure == BindFailure::Unsupported) {
        return none_given();
    }
    let working = settings.bindings.len() - failures.len();
    judged(working, failures.iter().map(named).collect(), "tried")
}

fn judged(working: usize, failed: Vec<String>, how: &str) -> Finding {
    let (state, advice) = match (working, failed.is_empty()) {
        (_, true) => (State::Ok, ""),
        (0, false) => (State::Missing, "choose other combinations in the config's [shortcuts]"),
        (_, false) => (State::Limited, "choose other combinations in the config's [shortcuts]"),
    };
    let found = match failed.is_empty() {
        true => format!("{working} work ({how})"),
        false => format!("{working} work ({how}); {}", failed.join(", ")),
    };
    Finding { name: "shortcuts", state, found, advice: advice.to_owned() }
}

/// Reads as a key press would, under the same privacy rules, and says the size alone.
fn text(name: &'static str, desktop: &Desktop, pick: Pick, settings: Option<&Settings>) -> Finding {
    let context = desktop.context_within(PATIENCE);
    if let Some(refusal) = why_not_read(settings, &context) {
        return Finding { name, state: State::Limited, found: refusal, advice: String::new() };
    }
    let (sender, receiver) = channel();
    desktop.read(pick, context, move |result| {
        // The examination may have given up on it.
        let _ = sender.send(result);
    });
    let (state, found, advice) = match receiver.recv_timeout(PATIENCE) {
        Ok(Ok(found)) => (State::Ok, format!("read: {} bytes", found.text.expose().len()), ""),
        Ok(Err(ReadFailure::Nothing)) => (State::Ok, "read: it is empty now".to_owned(), ""),
        Ok(Err(failure @ (ReadFailure::NotText { .. } | ReadFailure::Stale { .. }))) => {
            (State::Ok, format!("read: {failure}"), "")
        }
        Ok(Err(failure @ (ReadFailure::NoDesktop | ReadFailure::Unsupported))) => {
            (State::Missing, failure.to_string(), "give the text as an argument or on stdin")
        }
        Ok(Err(failure)) => (State::Limited, failure.to_string(), "the application that owns it does not answer"),
        Err(_) => (State::Limited, "the display did not answer in time".to_owned(), "try again"),
    };
    Finding { name, state, found, advice: advice.to_owned() }
}

/// What forbids reading here, if anything does. A config with mistakes may forbid what cannot be known from it.
fn why_not_read(settings: Option<&Settings>, context: &TriggerContext) -> Option<String> {
    match settings.map(|rules| may_read(rules, context)) {
        Some(Ok(())) => None,
        Some(Err(failure)) => Some(format!("not read: {}", sentences::failure(&failure))),
        None => Some("not read: the config has mistakes, so the privacy rules are not known".to_owned()),
    }
}

async fn notifications() -> Finding {
    let name = "notifications";
    match server(&Bus::Session).await {
        Ok(server) => {
            let can = |word: &str| server.capabilities.iter().any(|capability| capability == word);
            let found = format!("{} {}: {}", server.name, server.version, server.capabilities.join(", "));
            let (state, advice) = match can("actions") {
                true => (State::Ok, ""),
                false => (State::Limited, "it has no buttons; `postil last --copy` does what Copy would"),
            };
            Finding { name, state, found, advice: advice.to_owned() }
        }
        Err(error) => {
            let advice = match &error {
                NoServer::NoBus(_) => "log in to a graphical session, or start the program by dbus-run-session",
                NoServer::Absent(_) => "install and start one, such as dunst or mako",
                NoServer::Silent => "it hangs: start it again",
            };
            Finding { name, state: State::Missing, found: error.to_string(), advice: advice.to_owned() }
        }
    }
}

fn tray(daemon: Option<&Status>) -> Finding {
    let name = "tray";
    match daemon {
        Some(status) if status.tray == "shown" => {
            Finding { name, state: State::Ok, found: "shown (said by the daemon)".to_owned(), advice: String::new() }
        }
        Some(status) => Finding {
            name,
            state: State::Limited,
            found: status.tray.clone(),
            advice: "start a tray host (a panel; on GNOME the AppIndicator extension); shortcuts work without"
                .to_owned(),
        },
        None => Finding {
            name,
            state: State::Limited,
            found: "not known without a daemon that answers".to_owned(),
            advice: "start it with `postil`".to_owned(),
        },
    }
}

async fn models(settings: &Settings) -> Finding {
    let name = "model";
    let survey = Client::default().survey(&settings.providers).await;
    match roster::resolve(&ModelChoice::Auto, settings, &survey) {
        Ok(target) => {
            let found = format!("auto is {} at {}", target.label(), target.provider.base_url);
            Finding { name, state: State::Ok, found, advice: String::new() }
        }
        Err(unresolved) => Finding {
            name,
            state: State::Limited,
            found: "none is ready; text tools work without".to_owned(),
            advice: sentences::unresolved(&unresolved),
        },
    }
}

fn running(asked: &Result<Status, AskError>) -> Finding {
    let (state, found, advice) = match asked {
        Ok(status) => {
            let found = format!("postil {} runs (process {})", status.version, status.pid);
            match status.paused {
                true => (State::Limited, found, "it is paused: `postil resume`"),
                false => (State::Ok, found, ""),
            }
        }
        Err(AskError::NoDaemon) => (State::Limited, "none runs in this session".to_owned(), "start it with `postil`"),
        Err(error) => (State::Missing, error.to_string(), "end its process and start it again with `postil`"),
    };
    Finding { name: "daemon", state, found, advice: advice.to_owned() }
}

fn login() -> Finding {
    let (found, advice) = match autostart::is_on() {
        true => ("starts at login (XDG autostart file)", ""),
        false => ("does not start at login", "`postil setup --autostart on` changes that"),
    };
    Finding { name: "autostart", state: State::Ok, found: found.to_owned(), advice: advice.to_owned() }
}
