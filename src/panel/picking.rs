//! What can be chosen for a text, and which of it stands in the list: the last used first, folders for what belongs
//! together, and what fits that which is typed.

use serde::{Deserialize, Serialize};

use super::protocol::Words;
use super::ranking::{Named, Query};

/// What is to be picked from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub job: u64,
    /// The beginning of the text; none where it is still to be typed.
    pub text: Option<Words>,
    /// What the text is, or why there is none.
    pub about: String,
    /// In the order in which they are offered.
    pub entries: Vec<Entry>,
}

/// An action.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Entry {
    pub name: String,
    pub title: String,
    pub description: String,
    pub icon: String,
    /// Empty: it stands by itself.
    pub folder: String,
    /// The keys that run it without the picker; empty for none.
    pub shortcut: String,
    /// One of the last that were picked: it stands before the folders, its own too.
    pub is_recent: bool,
}

/// A bar of actions beside what was selected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    pub job: u64,
    /// Where the pointer went down and up, in pixels of the screen.
    pub from: (i32, i32),
    pub to: (i32, i32),
    pub buttons: Vec<Button>,
}

/// An action in the bar.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Button {
    pub name: String,
    pub title: String,
    pub description: String,
    pub icon: String,
}

/// How an action is run from the bar: what was held while it was clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    AsItSays,
    /// The answer takes the place of what is selected.
    Replace,
    Copy,
    OtherModel,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// By its place among the entries. `letters`: which of its title were typed.
    Action {
        entry: usize,
        letters: Vec<usize>,
    },
    Folder {
        name: String,
        holds: usize,
    },
    /// What is typed is what to do.
    Ask,
}

/// What there is to ask without an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Nothing is typed that could be an instruction.
    Nothing,
    Typed,
}

/// The list for what is typed, in a folder or outside of all.
pub fn rows(entries: &[Entry], folder: Option<&str>, typed: &str, asks: Asks) -> Vec<Row> {
    let query = Query::new(typed);
    let mut rows = match (query.is_blank(), folder) {
        (true, None) => outside(entries),
        (true, Some(folder)) => all(entries, |entry| entry.folder == folder),
        (false, folder) => found(entries, folder, &query),
    };
    if asks == Asks::Typed {
        rows.push(Row::Ask);
    }
    rows
}

fn all(entries: &[Entry], is_meant: impl Fn(&Entry) -> bool) -> Vec<Row> {
    let meant = entries.iter().enumerate().filter(|(_, entry)| is_meant(entry));
    meant.map(|(entry, _)| Row::Action { entry, letters: Vec::new() }).collect()
}

/// What was picked last, what is in no folder, and the folders. One that holds a single action is none.
fn outside(entries: &[Entry]) -> Vec<Row> {
    let holds = |folder: &str| entries.iter().filter(|entry| entry.folder == folder).count();
    let is_alone = |entry: &Entry| entry.folder.is_empty() || holds(&entry.folder) == 1;
    let mut rows = all(entries, |entry| entry.is_recent || is_alone(entry));
    let mut names: Vec<&str> = Vec::new();
    for entry in entries.iter().filter(|entry| !is_alone(entry)) {
        if !names.contains(&entry.folder.as_str()) {
            names.push(&entry.folder);
        }
    }
    rows.extend(names.iter().map(|name| Row::Folder { name: (*name).to_owned(), holds: holds(name) }));
    rows
}

/// The best first; among equals they stay in their order, in which the last used are the first.
fn found(entries: &[Entry], folder: Option<&str>, query: &Query) -> Vec<Row> {
    let mut found: Vec<_> = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| folder.is_none_or(|folder| entry.folder == folder))
        .filter_map(|(place, entry)| Some((query.rank(named(entry))?, place)))
        .collect();
    found.sort_by_key(|(rank, _)| rank.key());
    found.into_iter().map(|(rank, entry)| Row::Action { entry, letters: rank.letters }).collect()
}

fn named(entry: &Entry) -> Named<'_> {
    Named { title: &entry.title, name: &entry.name, folder: &entry.folder, description: &entry.description }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry> {
        let entry = |title: &str, folder: &str, is_recent: bool| Entry {
            name: title.to_lowercase(),
            title: title.into(),
            folder: folder.into(),
            is_recent,
            ..Entry::default()
        };
        vec![
            entry("Upper case", "Text tools", true),
            entry("Translate", "", false),
            entry("Tighten", "Writing", false),
            entry("Trim", "Text tools", false),
            entry("Lower case", "Text tools", false),
        ]
    }

    /// The rows as a line each.
    #[track_caller]
    fn check(folder: Option<&str>, typed: &str, asks: Asks, expected: &[&str]) {
        let entries = entries();
        let line = |row: Row| match row {
            Row::Action { entry, .. } => entries[entry].title.clone(),
            Row::Folder { name, holds } => format!("{name} ({holds})"),
            Row::Ask => "ask".into(),
        };
        let rows: Vec<_> = rows(&entries, folder, typed, asks).into_iter().map(line).collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn what_belongs_together_is_in_a_folder_but_what_was_used_last_is_at_hand() {
        check(None, " ", Asks::Nothing, &["Upper case", "Translate", "Tighten", "Text tools (3)"]);
        check(Some("Text tools"), "", Asks::Nothing, &["Upper case", "Trim", "Lower case"]);
    }

    #[test]
    fn what_is_typed_is_looked_for_in_all_folders_or_in_the_open_one() {
        check(None, "t", Asks::Typed, &["Translate", "Tighten", "Trim", "Upper case", "Lower case", "ask"]);
        check(Some("Text tools"), "tr", Asks::Typed, &["Trim", "ask"]);
        check(None, "make it rhyme", Asks::Typed, &["ask"]);
    }
}
