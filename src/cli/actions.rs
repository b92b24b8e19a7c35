//! `postil actions`: what there is, or the lines that bind it in a desktop that gives programs no global shortcuts.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde_json::json;

use crate::action::{Action, EngineKind, ModelChoice, Origin};
use crate::cli::arguments::{Actions, BindingsFor};
use crate::cli::output::say;
use crate::cli::{WRONG_USE, environment};
use crate::config::{Bound, Settings};
use crate::desktop::bindings;
use crate::ipc::client;
use crate::ipc::message::{Reply, Request};

pub fn list(arguments: &Actions) -> anyhow::Result<ExitCode> {
    let Ok(settings) = environment::settings(&environment::paths()?) else { return Ok(ExitCode::from(WRONG_USE)) };
    match (arguments.bindings, arguments.json) {
        (Some(desktop), _) => say(&lines_for(desktop, &settings))?,
        (None, true) => say(&as_json(&settings, &chosen_keys()))?,
        (None, false) => say(&in_words(&settings, &chosen_keys()))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Shortcuts for which the person chose other keys in the desktop's settings, and those keys. Only the daemon knows.
fn chosen_keys() -> BTreeMap<String, String> {
    let socket = environment::socket().ok();
    let status = socket.and_then(|socket| match client::ask(&socket, &Request::Status) {
        Ok(Reply::Status(status)) => Some(status),
        _ => None,
    });
    let shortcuts = status.map(|status| status.shortcuts).unwrap_or_default();
    shortcuts.into_iter().filter_map(|shortcut| Some((shortcut.shortcut, shortcut.chosen?))).collect()
}

fn lines_for(desktop: BindingsFor, settings: &Settings) -> String {
    let desktop = match desktop {
        BindingsFor::Sway => bindings::Desktop::Sway,
        BindingsFor::Hyprland => bindings::Desktop::Hyprland,
        BindingsFor::Niri => bindings::Desktop::Niri,
        BindingsFor::Gnome => bindings::Desktop::Gnome,
        BindingsFor::Kde => bindings::Desktop::Kde,
        BindingsFor::I3 => bindings::Desktop::I3,
        BindingsFor::Cosmic => bindings::Desktop::Cosmic,
        BindingsFor::Labwc => bindings::Desktop::Labwc,
        BindingsFor::Wayfire => bindings::Desktop::Wayfire,
        BindingsFor::River => bindings::Desktop::River,
    };
    bindings::lines(desktop, &settings.bindings)
}

fn as_json(settings: &Settings, chosen: &BTreeMap<String, String>) -> String {
    let actions: Vec<_> = settings.actions.values().map(|action| action_as_json(action, settings, chosen)).collect();
    serde_json::Value::from(actions).to_string()
}

fn action_as_json(action: &Action, settings: &Settings, chosen: &BTreeMap<String, String>) -> serde_json::Value {
    json!({
        "name": action.name.as_str(),
        "title": action.title,
        "description": action.description,
        "shortcuts": shortcuts(action, settings, chosen),
        "from": action.from.iter().map(|source| source.word()).collect::<Vec<_>>(),
        "to": action.to.iter().map(|sink| sink.word()).collect::<Vec<_>>(),
        "engine": engine(action),
        "models": action.models.iter().map(model).collect::<Vec<_>>(),
        "file": file(action),
    })
}

/// A line per action, in columns.
fn in_words(settings: &Settings, chosen: &BTreeMap<String, String>) -> String {
    let heading = ["NAME", "SHORTCUT", "FROM", "TO", "BY", "FILE"].map(str::to_owned);
    let rows: Vec<[String; 6]> =
        std::iter::once(heading).chain(settings.actions.values().map(|a| row(a, settings, chosen))).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<_> = (0..6).map(width).collect();
    let line = |row: &[String; 6]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn row(action: &Action, settings: &Settings, chosen: &BTreeMap<String, String>) -> [String; 6] {
    let by = match action.engine {
        EngineKind::Model => action.models.iter().map(model).collect::<Vec<_>>().join(","),
        _ => engine(action),
    };
    [
        action.name.to_string(),
        shortcuts(action, settings, chosen).join(","),
        action.from.iter().map(|source| source.word()).collect::<Vec<_>>().join(","),
        action.to.iter().map(|sink| sink.word()).collect::<Vec<_>>().join(","),
        by,
        file(action).unwrap_or_else(|| "shipped".to_owned()),
    ]
}

fn shortcuts(action: &Action, settings: &Settings, chosen: &BTreeMap<String, String>) -> Vec<String> {
    let of_action = settings
        .bindings
        .iter()
        .filter(|binding| matches!(&binding.does, Bound::Action { action: bound, .. } if *bound == action.name));
    let keys = |shortcut: String| chosen.get(&shortcut).cloned().unwrap_or(shortcut);
    of_action.map(|binding| keys(binding.shortcut.to_string())).collect()
}

fn engine(action: &Action) -> String {
    match &action.engine {
        EngineKind::Model => "model".to_owned(),
        EngineKind::Builtin(builtin) => builtin.name().to_owned(),
        EngineKind::Command(command) => format!("command {}", command.first().map_or("", String::as_str)),
        EngineKind::Open(_) => "open".to_owned(),
    }
}

fn model(choice: &ModelChoice) -> String {
    match choice {
        ModelChoice::Auto => "auto".to_owned(),
        ModelChoice::Named(name) => name.clone(),
    }
}

fn file(action: &Action) -> Option<String> {
    match &action.file {
        Origin::Shipped => None,
        Origin::User(path) => Some(path.display().to_string()),
    }
}
