//! Which actions were picked last, the last first: a name a line in the state folder.

use std::fs;
use std::io;
use std::path::Path;

use crate::action::ActionName;
use crate::store::file;

const FILE: &str = "picked";

/// What was picked in earlier runs. A file that cannot be read means that nothing was.
pub fn load(state_dir: &Path) -> Vec<ActionName> {
    let names = fs::read_to_string(state_dir.join(FILE)).unwrap_or_default();
    names.lines().filter(|name| !name.is_empty()).map(ActionName::new).collect()
}

pub fn keep(state_dir: &Path, picked: &[ActionName]) -> io::Result<()> {
    let lines: String = picked.iter().map(|name| format!("{name}\n")).collect();
    file::replace(&state_dir.join(FILE), lines.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_picked_is_known_the_next_time() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(load(dir.path()), []);
        let names = ["fix", "translate"].map(ActionName::new);
        keep(dir.path(), &names).unwrap();
        assert_eq!(load(dir.path()), names);
    }
}
