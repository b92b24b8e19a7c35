//! Where data that other packages install is looked for: dictionaries, spelling lists, translation pairs.

use std::path::PathBuf;

use crate::config::paths::{Env, process_env};

/// Where nothing else is said (XDG Base Directory Specification), and Homebrew's on macOS, which says nothing.
const DATA_DIRS: &str = "/usr/local/share:/usr/share:/opt/homebrew/share";

/// The folders `name` of this user and of the system, in the order in which they count. They need not be there.
pub fn folders(name: &str) -> Vec<PathBuf> {
    folders_in(&process_env, name)
}

fn folders_in(env: Env<'_>, name: &str) -> Vec<PathBuf> {
    let home = env("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    let own = env("XDG_DATA_HOME").map(PathBuf::from).or(home);
    let dirs = env("XDG_DATA_DIRS").unwrap_or_else(|| DATA_DIRS.to_owned());
    let all = own.into_iter().chain(std::env::split_paths(&dirs));
    all.filter(|folder| folder.is_absolute()).map(|folder| folder.join(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_own_comes_first() {
        let env = |name: &str| match name {
            "HOME" => Some("/home/u".to_owned()),
            "XDG_DATA_DIRS" => Some("/a:relative:/b".to_owned()),
            _ => None,
        };
        let expected = ["/home/u/.local/share/dictd", "/a/dictd", "/b/dictd"].map(PathBuf::from);
        assert_eq!(folders_in(&env, "dictd"), expected);
        assert_eq!(folders_in(&|_| None, "x")[1], PathBuf::from("/usr/share/x"));
    }
}
