//! The arrows between the rooms point down, and what must stand in one place stands there.
//! `docs/architecture.md` says why.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms that touch nothing, but for the files that are named after them here.
const PURE: &[&str] = &["engine", "action", "text", "config", "llm", "panel"];

/// Files in pure rooms that are effects: what touches the network or the disk.
const EFFECTS_IN_PURE_ROOMS: &[&str] =
    &["llm/client", "llm/keys", "config/watch", "config/load", "config/last_good", "config/init", "config/paths"];

/// What pure files may know of the rooms that are not: types that decisions are made of.
const TYPES_OF_OTHERS: &[&str] = &["crate::desktop", "crate::offline"];

struct File {
    /// Below `src`, without the ending: `llm/client`.
    name: String,
    /// Without its tests and comments.
    code: String,
}

fn files() -> Vec<File> {
    let mut paths = Vec::new();
    walk(Path::new("src"), &mut paths);
    let file = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let code = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        let name = path.strip_prefix("src").unwrap().with_extension("").to_str().unwrap().to_owned();
        File { name, code }
    };
    paths.iter().map(file).collect()
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => walk(&path, paths),
            false if path.extension().is_some_and(|e| e == "rs") => paths.push(path),
            false => {}
        }
    }
}

fn room(file: &File) -> &str {
    file.name.split('/').next().unwrap_or_default()
}

fn is_test(file: &File) -> bool {
    file.name.ends_with("tests") || file.name.contains("_tests")
}

fn is_pure(file: &File) -> bool {
    let effect =
        EFFECTS_IN_PURE_ROOMS.iter().any(|name| file.name == *name || file.name.starts_with(&format!("{name}/")));
    PURE.contains(&room(file)) && !effect && !is_test(file)
}

#[track_caller]
fn none(offenders: Vec<String>) {
    assert!(offenders.is_empty(), "{}", offenders.join("\n"));
}

fn lines_with<'a>(file: &'a File, words: &'a [&str]) -> impl Iterator<Item = String> + 'a {
    let hits = file.code.lines().filter(move |line| words.iter().any(|word| line.contains(word)));
    hits.map(|line| format!("{}: {}", file.name, line.trim()))
}

#[test]
fn pure_rooms_import_only_pure_rooms() {
    let above = ["crate::sinks", "crate::store", "crate::ipc", "crate::tray", "crate::daemon", "crate::cli"];
    let files = files();
    none(files.iter().filter(|file| is_pure(file)).flat_map(|file| lines_with(file, &above)).collect());
    assert!(TYPES_OF_OTHERS.iter().all(|room| !above.contains(room)));
}

#[test]
fn pure_rooms_touch_nothing() {
    let effects = [
        "std::fs",
        "net::Tcp",
        "net::Udp",
        "std::process",
        "std::thread",
        "std::env::",
        "tokio::",
        "reqwest",
        "Instant::now",
        "SystemTime::now",
        "Zoned::now",
    ];
    let files = files();
    none(files.iter().filter(|file| is_pure(file)).flat_map(|file| lines_with(file, &effects)).collect());
}

#[test]
fn rooms_below_do_not_know_the_loop_or_the_commands() {
    let above = ["crate::daemon", "crate::cli"];
    let below = |file: &&File| !matches!(room(file), "daemon" | "cli" | "lib" | "main");
    none(files().iter().filter(below).flat_map(|file| lines_with(file, &above)).collect());
}

#[test]
fn one_file_knows_http() {
    let other = |file: &&File| !file.name.starts_with("llm/client");
    none(files().iter().filter(other).flat_map(|file| lines_with(file, &["reqwest::", "hyper::"])).collect());
}

#[test]
fn systems_are_told_apart_at_the_boundaries_alone() {
    let boundary = |name: &str| {
        [
            "desktop",
            "tray",
            "sinks",
            "ipc",
            "offline/command",
            "offline/define/mapped",
            "process",
            "store/file",
            "store/journal",
            "store/keyring",
            "cli/hardening",
            "config/paths",
            "cli/input",
            "cli/change",
            "cli/each/progress",
            "daemon/serve",
            "daemon/rest",
            "daemon/holder",
            "action/shipped",
            "config/load_tests",
            "bin/postil-panel/main",
        ]
        .iter()
        .any(|allowed| name == *allowed || name.starts_with(&format!("{allowed}/")))
    };
    let words = ["cfg(target_os", "cfg(unix", "cfg(not(unix", "cfg(any(target_os", "cfg(windows"];
    none(files().iter().filter(|file| !boundary(&file.name)).flat_map(|file| lines_with(file, &words)).collect());
}

#[test]
fn nothing_sleeps_or_polls() {
    none(files().iter().flat_map(|file| lines_with(file, &["thread::sleep", "interval("])).collect());
}

/// Sealed texts are opened where they are sent, shown, matched or rendered, and in no log line.
#[test]
fn no_log_line_opens_a_sealed_text() {
    let logs =
        |line: &str| ["log::", "warn!", "error!", "info!", "debug!", "trace!"].iter().any(|word| line.contains(word));
    let opens = |line: &str| line.contains("expose()");
    let files = files();
    let offenders = files.iter().flat_map(|file| {
        let lines = file.code.lines().filter(|line| logs(line) && opens(line));
        lines.map(|line| format!("{}: {}", file.name, line.trim()))
    });
    none(offenders.collect());
}

#[test]
fn every_file_says_what_it_is() {
    let mut paths = Vec::new();
    walk(Path::new("src"), &mut paths);
    let silent = paths.iter().filter(|path| !fs::read_to_string(path).unwrap().starts_with("//!"));
    none(silent.map(|path| path.display().to_string()).collect());
}
