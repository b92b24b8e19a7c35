//! What the keyboard does: the picker's shortcut, those of the prompt files, and `[shortcuts]` laid over them.
//!
//! Invariant: no combination does two things. What the user wrote wins over what is shipped; between two prompt files
//! of the user's the first by name wins and the other is told.

use std::collections::{BTreeMap, BTreeSet};

use crate::action::file::{PICKER, PromptFile};
use crate::action::{ActionName, Origin, shipped};
use crate::config::diagnostic::Diagnostic;
use crate::config::file::{WrittenBinding, WrittenShortcut};
use crate::config::reader::Report;
use crate::config::{Binding, Bound};
use crate::desktop::shortcut::Shortcut;
use crate::text::near::nearest;

/// The actions that a combination may name.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub files: &'a BTreeMap<ActionName, PromptFile>,
    /// They will be there again when their mistakes are gone.
    pub broken: &'a BTreeSet<ActionName>,
}

/// The bindings, and the clashes between prompt files. Mistakes of `[shortcuts]` go to `report`.
pub fn settle(report: &Report<'_>, written: &[WrittenShortcut], known: Known<'_>) -> (Vec<Binding>, Vec<Diagnostic>) {
    let mut bound = Bindings::default();
    bound.put(shipped::pick_shortcut(), Bound::Pick);
    bound.put_all(known.files.values().filter(|file| file.action.file == Origin::Shipped));
    let users: Vec<_> = known.files.values().filter(|file| file.action.file != Origin::Shipped).collect();
    let settled: BTreeSet<_> = written.iter().map(|line| line.shortcut.value.to_string()).collect();
    let clashes = clashes(&users, &settled);
    // In reverse, so that the first by name has the last word.
    bound.put_all(users.into_iter().rev());
    for line in written {
        match &line.does {
            None => bound.take_away(line.shortcut.value),
            Some(does) => {
                if let Some(does) = meant(report, does, known) {
                    bound.put(line.shortcut.value, does);
                }
            }
        }
    }
    (bound.bindings, clashes)
}

#[derive(Default)]
struct Bindings {
    bindings: Vec<Binding>,
}

impl Bindings {
    fn put(&mut self, shortcut: Shortcut, does: Bound) {
        self.take_away(shortcut);
        self.bindings.push(Binding { shortcut, does });
    }

    fn put_all<'a>(&mut self, files: impl Iterator<Item = &'a PromptFile>) {
        for file in files {
            if let Some(shortcut) = file.action.shortcut {
                self.put(shortcut, Bound::Action { action: file.action.name.clone(), from: None, to: None });
            }
        }
    }

    fn take_away(&mut self, shortcut: Shortcut) {
        self.bindings.retain(|binding| binding.shortcut != shortcut);
    }
}

/// Prompt files of the user's whose combination another one before them has, unless `[shortcuts]` settles it.
fn clashes(users: &[&PromptFile], settled: &BTreeSet<String>) -> Vec<Diagnostic> {
    let mut owners: BTreeMap<String, &ActionName> = BTreeMap::new();
    let mut clashes = Vec::new();
    for file in users {
        let (Some(shortcut), Some(place)) = (file.action.shortcut, &file.shortcut_at) else { continue };
        let combination = shortcut.to_string();
        if settled.contains(&combination) {
            continue;
        }
        match owners.get(&combination) {
            Some(owner) => {
                let help = "give one of them another, or say in `[shortcuts]` which one is meant";
                clashes.push(file.source.mistake(place, format!("`{owner}` has this shortcut too"), help));
            }
            None => {
                owners.insert(combination, &file.action.name);
            }
        }
    }
    clashes
}

/// `None` for an action that is not there (now).
fn meant(report: &Report<'_>, written: &WrittenBinding, known: Known<'_>) -> Option<Bound> {
    let name = &written.action.value;
    if name == PICKER {
        return Some(Bound::Pick);
    }
    let action = ActionName::new(name.to_lowercase());
    if known.files.contains_key(&action) {
        return Some(Bound::Action { action, from: written.from.clone(), to: written.to.clone() });
    }
    if !known.broken.contains(&action) {
        let names = known.files.keys().map(ActionName::as_str).chain([PICKER]);
        let help = match nearest(name, names) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "`postil actions` lists them".to_owned(),
        };
        report.mistake(&written.action.span, "unknown action", help);
    }
    None
}
