//! The providers of which the user was told that text goes there: a name a line in the state folder.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use crate::store::file;

const FILE: &str = "told";

/// What was told in earlier runs. A file that cannot be read means that it is told again.
pub fn load(state_dir: &Path) -> BTreeSet<String> {
    let names = fs::read_to_string(state_dir.join(FILE)).unwrap_or_default();
    names.lines().filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Adds a provider.
pub fn add(state_dir: &Path, provider: &str) -> io::Result<()> {
    let mut names = load(state_dir);
    names.insert(provider.to_owned());
    let lines: String = names.iter().map(|name| format!("{name}\n")).collect();
    file::replace(&state_dir.join(FILE), lines.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_known_the_next_time() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(load(dir.path()), BTreeSet::new());
        add(dir.path(), "openai").unwrap();
        add(dir.path(), "work").unwrap();
        add(dir.path(), "openai").unwrap();
        assert_eq!(load(dir.path()), BTreeSet::from(["openai".to_owned(), "work".to_owned()]));
    }
}
