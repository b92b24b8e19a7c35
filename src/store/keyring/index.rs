//! Which keys were put into the keyring, in the order in which they are used, and when: a line each in the state folder.
//! Never a key, nor a part of one.
//!
//! So it is known without asking the keyring, which may be locked, whether there is a key; and what was put there by
//! others is none of ours.

use std::fs;
use std::io;
use std::path::Path;

use super::Entry;
use crate::store::file;

const FILE: &str = "keys";

/// A key that was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub entry: Entry,
    /// The day: `2026-11-25`.
    pub on: String,
}

/// All keys, in the order of their use. A file that cannot be read has none.
pub fn load(state_dir: &Path) -> Vec<Stored> {
    let lines = fs::read_to_string(state_dir.join(FILE)).unwrap_or_default();
    lines.lines().filter_map(read_line).collect()
}

fn read_line(line: &str) -> Option<Stored> {
    let mut fields = line.split('\t');
    let (provider, label, on) = (fields.next()?, fields.next()?, fields.next()?);
    Some(Stored { entry: Entry::new(provider, label), on: on.to_owned() })
}

/// The labels of one provider's keys, in the order of their use.
pub fn labels(state_dir: &Path, provider: &str) -> Vec<String> {
    let stored = load(state_dir).into_iter().filter(|stored| stored.entry.provider == provider);
    stored.map(|stored| stored.entry.label).collect()
}

/// A key was stored. One of the same name keeps its turn.
pub fn add(state_dir: &Path, entry: &Entry, on: &str) -> io::Result<()> {
    let mut all = load(state_dir);
    let stored = Stored { entry: entry.clone(), on: on.to_owned() };
    match all.iter_mut().find(|other| other.entry == *entry) {
        Some(other) => *other = stored,
        None => all.push(stored),
    }
    save(state_dir, &all)
}

/// A key is gone. Says whether it was known.
pub fn remove(state_dir: &Path, entry: &Entry) -> io::Result<bool> {
    let mut all = load(state_dir);
    let before = all.len();
    all.retain(|stored| stored.entry != *entry);
    if all.len() < before {
        save(state_dir, &all)?;
    }
    Ok(all.len() < before)
}

fn save(state_dir: &Path, all: &[Stored]) -> io::Result<()> {
    let line = |stored: &Stored| format!("{}\t{}\t{}\n", stored.entry.provider, stored.entry.label, stored.on);
    file::replace(&state_dir.join(FILE), all.iter().map(line).collect::<String>().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_in_the_order_of_their_use() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(load(dir.path()), []);
        let entry = |label| Entry::new("openai", label);
        add(dir.path(), &entry("home"), "2026-11-01").unwrap();
        add(dir.path(), &entry("work"), "2026-11-02").unwrap();
        add(dir.path(), &Entry::new("groq", "default"), "2026-11-02").unwrap();
        add(dir.path(), &entry("home"), "2026-11-03").unwrap();
        assert_eq!(labels(dir.path(), "openai"), ["home", "work"]);
        assert_eq!(load(dir.path())[0].on, "2026-11-03");
        assert!(remove(dir.path(), &entry("home")).unwrap());
        assert!(!remove(dir.path(), &entry("home")).unwrap());
        assert_eq!(labels(dir.path(), "openai"), ["work"]);
    }
}
