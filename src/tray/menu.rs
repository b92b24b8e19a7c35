//! What the tray's menu lists, from what the program is doing and what was there when the menu opened. Pure: every
//! desktop draws the same [`Entry`]s in its own way.
//!
//! Invariant: a menu's choices name the source that was looked at for this menu; what a click means never depends on
//! what has changed since.

use std::sync::Arc;

use super::label::quote;
use crate::action::fits::fits;
use crate::action::{Action, ActionName, EngineKind, Source};
use crate::config::{Binding, Bound, Settings};
use crate::engine::effect::{MenuChoice, PastAnswer, Peek, TrayIcon, TrayStatus};
use crate::text::language;
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
    let sections =
        [texts(&status.settings, peek), running(status), answers(&status.answers), state(status), program(status)];
    let filled = sections.into_iter().filter(|section| !section.is_empty());
    filled.reduce(|menu, section| [menu, vec![Entry::Separator], section].concat()).unwrap_or_default()
}

/// The actions for the selection, and those for the clipboard.
fn texts(settings: &Settings, peek: Option<&Peek>) -> Vec<Entry> {
    let Some(peek) = peek else { return listed(settings, Source::Selection, |_| true) };
    let app = peek.context.app.as_ref().map(|app| app.name.as_str());
    let there = |text: &Option<UserText>| text.clone().filter(|text| !text.is_blank());
    match (there(&peek.selection), there(&peek.clipboard)) {
        (None, None) => vec![Entry::Line("Nothing is selected or copied".into())],
        (None, Some(copied)) => {
            let head = ["Nothing is selected".to_owned(), clipboard_head(&copied)].map(Entry::Line);
            [head.to_vec(), actions(settings, Source::Clipboard, &copied, app)].concat()
        }
        (Some(selected), copied) => {
            let head = Entry::Line(format!("Selected: {}", quote(selected.expose())));
            let variants = copied.map(|copied| Entry::Submenu {
                entries: actions(settings, Source::Clipboard, &copied, app),
                label: clipboard_head(&copied),
            });
            let list = actions(settings, Source::Selection, &selected, app);
            [vec![head], list, variants.into_iter().collect()].concat()
        }
    }
}

fn clipboard_head(copied: &UserText) -> String {
    format!("On the clipboard: {}", quote(copied.expose()))
}

/// The actions that fit `text` from `source`: those with a shortcut first, the text tools in a submenu.
fn actions(settings: &Settings, source: Source, text: &UserText, app: Option<&str>) -> Vec<Entry> {
    let language = language::detect(text.expose(), &settings.languages);
    listed(settings, source, |action| fits(&action.when, text.expose(), app, language))
}

/// The actions from `source` that `fit`. Before the first look at a text that is all of them: a host that never says that
/// its menu opens has a whole one then, and one that does knows how large it will be.
fn listed(settings: &Settings, source: Source, fit: impl Fn(&Action) -> bool) -> Vec<Entry> {
    let from_there = settings.actions.values().filter(|action| action.from.contains(&source));
    let mut fitting: Vec<&Arc<Action>> = from_there.filter(|action| fit(action)).collect();
    fitting.sort_by_cached_key(|action| (shortcut(settings, &action.name, source).is_none(), title(action)));
    let (tools, others): (Vec<_>, Vec<_>) =
        fitting.into_iter().partition(|action| matches!(action.engine, EngineKind::Builtin(_)));
    let item = |action: &Arc<Action>| Entry::Item {
        label: label(settings, action, source),
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

fn title(action: &Action) -> String {
    one_line(&action.title)
}

/// `🌐 Translate (Ctrl+Alt+Y)`. The shortcut stands in the label, as not every tray host shows a menu's shortcuts.
fn label(settings: &Settings, action: &Action, source: Source) -> String {
    let name = one_line(&format!("{} {}", action.icon, action.title));
    match shortcut(settings, &action.name, source) {
        Some(shortcut) => format!("{name} ({shortcut})"),
        None => name,
    }
}

/// The shortcut that runs the action on a text from `source`.
fn shortcut(settings: &Settings, name: &ActionName, source: Source) -> Option<String> {
    let runs = |binding: &&Binding| match &binding.does {
        Bound::Action { action, from, .. } if action == name => match from {
            Some(sources) => sources.first() == Some(&source),
            None => settings.actions.get(name).is_some_and(|action| action.from.first() == Some(&source)),
        },
        _ => false,
    };
    settings.bindings.iter().find(runs).map(|binding| binding.shortcut.to_string())
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
    let troubles = status.troubles.iter().map(|trouble| format!("⚠ {}", one_line(trouble)));
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
