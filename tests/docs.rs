//! What the documentation shows is read by what it documents: every `toml` block as a configuration, every `markdown`
//! block as a prompt file; and every key stands in its page.

use std::fs;
use std::path::{Path, PathBuf};

use postil::action::{Origin, file as prompt_file};
use postil::config::locate::Source;
use postil::config::paths::Paths;
use postil::config::{file as config_file, load, provider_file};

/// The pages for those who use it.
fn pages() -> Vec<PathBuf> {
    let docs = fs::read_dir("docs").expect("the folder of the documentation").flatten().map(|entry| entry.path());
    let pages = docs.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.chain(["README.md".into(), "CHANGELOG.md".into()]).collect()
}

fn text_of(page: &Path) -> String {
    fs::read_to_string(page).unwrap_or_else(|error| panic!("{}: {error}", page.display()))
}

/// The page's blocks in this language, each with its first line's number.
fn blocks(page: &str, language: &str) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(bool, usize, String)> = None;
    for (line, number) in page.lines().zip(1..) {
        open = match (open, line.strip_prefix("```")) {
            (None, Some(named)) => Some((named == language, number + 1, String::new())),
            (Some((wanted, first, text)), Some("")) => {
                blocks.extend(wanted.then_some((first, text)));
                None
            }
            (Some((wanted, first, text)), _) => Some((wanted, first, text + line + "\n")),
            (None, None) => None,
        };
    }
    blocks
}

/// Reads every block of this language on every page by `mistakes`, which gives none for at least `fewest` of them.
fn check(language: &str, fewest: usize, mistakes: impl Fn(&str) -> Vec<String>) {
    let mut read = 0;
    let mut wrong = Vec::new();
    for path in pages() {
        for (line, block) in blocks(&text_of(&path), language) {
            read += 1;
            wrong.extend(mistakes(&block).iter().map(|mistake| format!("{}:{line}: {mistake}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read >= fewest, "{read} blocks of {language}");
}

#[test]
fn every_configuration_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let paths =
        Paths { config_file: at("config.toml"), prompts_dir: at("prompts"), state_dir: at("state"), runtime_dir: None };
    check("toml", 4, |block| {
        fs::write(&paths.config_file, block).unwrap();
        load::check(&paths, &|_| None).iter().map(ToString::to_string).collect()
    });
}

#[test]
fn every_prompt_file_is_right() {
    check("markdown", 6, |block| {
        let read = prompt_file::read(Source::new("example.md", block), Origin::User("example.md".into()));
        read.err().unwrap_or_default().iter().map(ToString::to_string).collect()
    });
}

#[track_caller]
fn names_all(page: &str, keys: &[&[&str]]) {
    let text = text_of(&Path::new("docs").join(page));
    let missing: Vec<_> = keys.iter().copied().flatten().filter(|key| !text.contains(**key)).collect();
    assert!(missing.is_empty(), "{page} does not name {missing:?}");
}

#[test]
fn every_key_has_its_place() {
    names_all(
        "actions.md",
        &[prompt_file::KEYS, prompt_file::WHEN_KEYS, prompt_file::STEP_KEYS, prompt_file::OPTION_KEYS],
    );
    names_all("config.md", &[config_file::KEYS, config_file::AUTO_KEYS, config_file::SHORTCUT_KEYS]);
    names_all("config.md", &[config_file::PRIVACY_KEYS, config_file::BUDGET_KEYS, config_file::PASTE_KEYS]);
    names_all("config.md", &[config_file::PANEL_KEYS, provider_file::KEYS, provider_file::TIMEOUT_KEYS]);
}

#[test]
fn what_a_page_links_to_is_there() {
    let mut broken = Vec::new();
    for path in pages() {
        let text = text_of(&path);
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        let here = targets.filter(|target| !target.is_empty() && !target.contains("://"));
        let missing = here.filter(|target| !path.parent().unwrap().join(target).exists());
        broken.extend(missing.map(|target| format!("{}: {target}", path.display())));
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
