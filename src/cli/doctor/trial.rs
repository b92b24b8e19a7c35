//! `doctor --try`: each thing that the examination looked at is done once, for real. What reaches other windows, or may ask
//! for a password, is done only after the person has said so; where there is no terminal they cannot, and it is left.
//!
//! Invariant: what was there before is there again afterwards. The clipboard is kept and given back as for a paste.

pub mod clipboard;

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::PATIENCE;
use super::desktop::{text, why_not_read};
use super::finding::Finding;
use crate::cli::run::runtime;
use crate::config::Settings;
use crate::config::paths::process_env;
use crate::desktop::paste::Ability;
use crate::desktop::{Desktop, Pick, TriggerContext};
use crate::sinks::notification::{self, show_once};
use crate::store::keyring::{self, Entry};
use crate::text::sealed::Secret;
use crate::text::sentences;

/// What was tried, in this order.
pub const NAMES: &[&str] = &["try-selection", "try-clipboard", "try-notify", "try-paste", "try-keyring"];

/// A person finds the window, and selects something.
const PERSON_SELECTS: Duration = Duration::from_secs(30);
/// Between looks at what the person is doing.
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

const NEEDS_TERMINAL: &str = "run it in a terminal, where you can be asked first";

/// Tries everything, one after the other, and reports each as soon as it is known.
pub fn try_all(settings: Option<&Settings>, mut report: impl FnMut(Finding)) {
    let desktop = Desktop::connect(process_env, |_| {});
    report(selection(&desktop, settings));
    report(clipboard::try_it());
    report(notification());
    report(paste(&desktop));
    report(keyring());
}

/// Whether there is somebody to ask.
fn has_person() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

/// What the person answers; nothing where they end the conversation.
fn asked(question: &str) -> Option<String> {
    eprint!("{question} ");
    // Where that fails the question is not seen, and nothing is agreed to.
    let _ = stderr().flush();
    let mut line = String::new();
    let read = stdin().lock().read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim().to_lowercase())
}

/// Only the words for it agree.
fn agrees(question: &str) -> bool {
    asked(question).is_some_and(|answer| matches!(answer.as_str(), "y" | "yes"))
}

fn selection(desktop: &Desktop, settings: Option<&Settings>) -> Finding {
    let name = NAMES[0];
    if has_person() {
        asked("\nSelect some text in any window, then press Enter here.");
    }
    let context = desktop.context_within(PATIENCE);
    if let Some(refusal) = why_not_read(settings, &context) {
        return Finding::limited(name, refusal, "").how("your config");
    }
    let (sender, receiver) = channel();
    let begun = Instant::now();
    desktop.read(Pick::Selection, context, move |result| {
        // The trial may have given up on it.
        let _ = sender.send(result);
    });
    let read = receiver.recv_timeout(PATIENCE).ok();
    text(name, read).how(format!("reading it, within {} ms", begun.elapsed().as_millis()))
}

fn notification() -> Finding {
    let name = NAMES[2];
    let shown = runtime().map(|runtime| {
        runtime.block_on(show_once(
            &notification::Bus::Session,
            "postil",
            "A notification, as `postil doctor --try` shows it.",
        ))
    });
    let finding = match shown {
        Ok(Ok(server)) if has_person() => match agrees("\nA notification was sent. Do you see it? [y/n]") {
            true => Finding::ok(name, format!("{server} has shown it, as you say")),
            false => Finding::limited(
                name,
                format!("{server} has taken it, and you do not see it"),
                "see whether notifications are silenced (do not disturb)",
            ),
        },
        Ok(Ok(server)) => Finding::ok(name, format!("{server} has taken it")),
        Ok(Err(error)) => Finding::missing(name, error.to_string(), "install and start one, such as dunst or mako"),
        Err(error) => Finding::missing(name, error.to_string(), "try again"),
    };
    finding.how("showing one")
}

/// By the same way as every answer that takes a selection's place, and with an engine that sends nothing to anybody.
fn paste(desktop: &Desktop) -> Finding {
    let name = NAMES[3];
    let how = "`postil run upper --from selection --to replace`";
    if !matches!(desktop.ability(), Ability::Keys(_) | Ability::XWaylandOnly) {
        return Finding::limited(name, "not tried, as it cannot go well here: see paste", "").how("the examination");
    }
    if !has_person() {
        return Finding::limited(name, "not tried, as it presses keys", NEEDS_TERMINAL).how("there is no terminal");
    }
    let question = "\nWrite a word into a text field somewhere. If you press y and Enter here, go there and select the \
                    word within 30 seconds, postil will write it in capitals. [y/n]";
    if !agrees(question) {
        return Finding::limited(name, "not tried, as you did not wish it", "").how("your answer");
    }
    let Some(app) = selected_elsewhere(desktop) else {
        return Finding::limited(name, "not tried: nothing was selected in another window in time", "try it again")
            .how("waiting");
    };
    match replaced() {
        Ok(()) => Finding::ok(name, format!("the selection in {app} was replaced")),
        Err(said) => {
            Finding::limited(name, format!("in {app}: {said}"), "docs/replace.md says what is done, and when not")
        }
    }
    .how(how)
}

/// Waits until something is selected in another window than this terminal's. Gives its application.
fn selected_elsewhere(desktop: &Desktop) -> Option<String> {
    let begun = desktop.context_within(PATIENCE);
    eprintln!("Waiting for you to select a word in another window …");
    let end = Instant::now() + PERSON_SELECTS;
    // Nobody sends anything: it is the time that is waited for.
    let (_sender, nothing) = channel::<()>();
    let mut before = begun.selection;
    while Instant::now() < end {
        let _ = nothing.recv_timeout(BETWEEN_LOOKS);
        let TriggerContext { window, selection, app, .. } = desktop.context_within(PATIENCE);
        // A drag changes it many times: it is taken once it stays as it is.
        let is_settled = selection.is_some() && selection == before && selection != begun.selection;
        if is_settled && window.is_some() && window != begun.window {
            return Some(app.map_or_else(|| "the window".to_owned(), |app| app.name));
        }
        before = selection;
    }
    None
}

/// Where it does not stand in place of the selection, what was said of it.
fn replaced() -> Result<(), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.args(["run", "upper", "--from", "selection", "--to", "replace", "--json"]).stdin(Stdio::null());
    let output = command.output().map_err(|error| error.to_string())?;
    let events = String::from_utf8_lossy(&output.stdout);
    let events = events.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).collect::<Vec<_>>();
    match events.iter().find(|event| event["event"] == "done") {
        Some(done) if done["placed"] == "done" => Ok(()),
        Some(done) => {
            Err(done["notes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join("; "))
        }
        None => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}

/// Stores, reads and removes an entry of the trial's own.
fn keyring() -> Finding {
    let name = NAMES[4];
    if !has_person() {
        return Finding::limited(name, "not tried, as it may ask for a password", NEEDS_TERMINAL)
            .how("there is no terminal");
    }
    if !agrees("\nStore a test entry in your keyring, read it and remove it? It may ask for its password. [y/n]") {
        return Finding::limited(name, "not tried, as you did not wish it", "").how("your answer");
    }
    let tried = runtime().map(|runtime| {
        runtime.block_on(async {
            let (entry, key) = (Entry::new("doctor", "trial"), Secret::from("nothing but a test"));
            keyring::write(&entry, &key).await?;
            let read = keyring::read(&entry).await;
            let removed = keyring::remove(&entry).await;
            Ok((read? == Some(key), removed?))
        })
    });
    let finding = match tried {
        Ok(Ok((true, true))) => Finding::ok(name, "an entry was stored, read and removed"),
        Ok(Ok((read, _))) => {
            let found = if read {
                "an entry was stored and read, and was not there to be removed"
            } else {
                "what was stored was not read again"
            };
            Finding::missing(name, found, "look at the keyring with its own program")
        }
        Ok(Err(problem)) => {
            Finding::missing(name, sentences::keys::keyring(problem), "keys in the environment work without")
        }
        Err(error) => Finding::missing(name, error.to_string(), "try again"),
    };
    finding.how("storing, reading and removing one")
}
