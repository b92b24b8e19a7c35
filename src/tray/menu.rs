//! What the tray's menu lists, from what the program is doing and what was there when the menu opened. Pure: every
//! desktop draws the same [`Entry`]s in its own way.
//!
//! Invariant: a menu's choices name the source that was looked at for this menu; what a click means never depends on
//! what has changed since.

use std::sync::Arc;

use super::label::quote;
use crate::action::{Action, Source};
use crate::desktop::Found;
use crate::engine::effect::{MenuChoice, PastAnswer, Peek, TrayIcon, TrayStatus};
use crate::engine::offer;
use crate::text::line::one_line;
use crate::text::sealed::UserText;

/// One line of the menu. Labels are plain text on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Something to know; it cannot be clicked.
    Line(String),
    Item {
        label: String,
        choice: MenuChoice,
    },
    Separator,
    Submenu {
        label: String,
        entries: Vec<Entry>,
    },
}

/// The whole menu. `peek`: what was selected and copied when it opened; none, where that is not known yet.
pub fn entries(status: &TrayStatus, peek: Option<&Peek>) -> Vec<Entry> {
    let sections = [texts(status, peek), running(status), past(status), state(status), program(status)];
    let filled = sections.into_iter().filter(|section| !section.is_empty());
    filled.reduce(|menu, section| [menu, vec![Entry::Separator], section].concat()).unwrap_or_default()
}

/// The actions for the selection, and those for the clipboard.
fn texts(status: &TrayStatus, peek: Option<&Peek>) -> Vec<Entry> {
    let Some(peek) = peek else { return actions(status, Source::Selection, None, None) };
    let app = peek.context.app.as_ref().map(|app| app.name.as_str());
    let there = |found: &Option<Found>| found.as_ref().map(|found| found.text.clone()).filter(|text| !text.is_blank());
    match (there(&peek.selection), there(&peek.clipboard)) {
        (None, None) => vec![Entry::Line("Nothing is selected or copied".into())],
        (None, Some(copied)) => {
            let head = ["Nothing is selected".to_owned(), clipboard_head(&copied)].map(Entry::Line);
            [head.to_vec(), actions(status, Source::Clipboard, Some(&copied), app)].concat()
        }
        (Some(selected), copied) => {
            let head = Entry::Line(format!("Selected: {}", quote(selected.expose())));
            let variants = copied.map(|copied| Entry::Submenu {
                entries: actions(status, Source::Clipboard, Some(&copied), app),
                label: clipboard_head(&copied),
            });
            let list = actions(status, Source::Selection, Some(&selected), app);
            [vec![head], list, variants.into_iter().collect()].concat()
        }
    }
}

fn clipboard_head(copied: &UserText) -> String {
    format!("On the clipboard: {}", quote(copied.expose()))
}

/// The actions that fit `text` from `source`, the text tools in a submenu. Before the first look at a text that is all of
/// them: a host that never says that its menu opens has a whole one then, and one that does knows how large it will be.
fn actions(status: &TrayStatus, source: Source, text: Option<&UserText>, app: Option<&str>) -> Vec<Entry> {
    let (tools, others): (Vec<_>, Vec<_>) =
        offer::offered(&status.settings, source, text, app).into_iter().partition(|action| offer::is_tool(action));
    let item = |action: &Arc<Action>| Entry::Item {
        label: label(status, action, source),
        choice: MenuChoice::Run { action: action.name.clone(), source },
    };
    let mut list: Vec<Entry> = others.into_iter().map(item).collect();
    if !tools.is_empty() {
        list.push(Entry::Submenu { label: "Text tools".into(), entries: tools.into_iter().map(item).collect() });
    }
    if list.is_empty() {
        list.push(Entry::Line("No action fits this text".into()));
    }
    list
}

/// `🌐 Translate (Ctrl+Alt+Y)`. The shortcut stands in the label, as not every tray host shows a menu's shortcuts.
fn label(status: &TrayStatus, action: &Action, source: Source) -> String {
    let name = one_line(&format!("{} {}", action.icon, action.title));
    let Some((id, shortcut)) = offer::shortcut(&status.settings, action, source) else { return name };
    match status.chosen.iter().find(|(chosen, _)| *chosen == id) {
        Some((_, keys)) => format!("{name} ({})", one_line(keys)),
        None => format!("{name} ({shortcut})"),
    }
}

fn running(status: &TrayStatus) -> Vec<Entry> {
    let cancel = |(job, title): &(_, String)| Entry::Item {
        label: format!("Cancel {}", one_line(title)),
        choice: MenuChoice::Cancel(Some(*job)),
    };
    let mut list: Vec<Entry> = status.running.iter().map(cancel).collect();
    if list.len() > 1 {
        list.push(Entry::Item { label: "Cancel all".into(), choice: MenuChoice::Cancel(None) });
    }
    list
}

/// What can still be had, and taken back.
fn past(status: &TrayStatus) -> Vec<Entry> {
    let undo =
        |title: &String| Entry::Item { label: format!("Undo replace: {}", one_line(title)), choice: MenuChoice::Undo };
    status.undo.iter().map(undo).chain(answers(&status.answers)).collect()
}

fn answers(past: &[PastAnswer]) -> Vec<Entry> {
    if past.is_empty() {
        return Vec::new();
    }
    vec![Entry::Submenu { label: "Last answers".into(), entries: past.iter().map(answer).collect() }]
}

fn answer(past: &PastAnswer) -> Entry {
    Entry::Submenu {
        label: format!("{}: {}", one_line(&past.title), quote(past.answer.expose())),
        entries: vec![
            Entry::Item { label: "Copy".into(), choice: MenuChoice::CopyAnswer(past.job) },
            Entry::Item { label: "Show".into(), choice: MenuChoice::ShowAnswer(past.job) },
        ],
    }
}

/// What answers, and what does not work.
fn state(status: &TrayStatus) -> Vec<Entry> {
    let model = match &status.model {
        Ok(model) => format!("Model: {}", one_line(model)),
        Err(missing) => one_line(missing),
    };
    // The same of several shortcuts is said once.
    let mut troubles: Vec<_> = status.troubles.iter().map(|trouble| format!("⚠ {}", one_line(trouble))).collect();
    troubles.dedup();
    std::iter::once(model).chain(troubles).map(Entry::Line).collect()
}

fn program(status: &TrayStatus) -> Vec<Entry> {
    let pause = match status.icon {
        TrayIcon::Paused => ("Resume", MenuChoice::Resume),
        TrayIcon::Idle | TrayIcon::Working | TrayIcon::Failed => ("Pause", MenuChoice::Pause),
    };
    let items = [
        pause,
        ("Open configuration", MenuChoice::OpenConfig),
        ("Reload configuration", MenuChoice::Reload),
        ("Quit", MenuChoice::Quit),
    ];
    items.map(|(label, choice)| Entry::Item { label: label.into(), choice }).to_vec()
}

#[cfg(test)]
#[path = "menu_tests.rs"]
mod tests;
