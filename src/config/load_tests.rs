//! Files on the disk in, settings and mistakes out, over a series of changes.

use std::fs;
use std::path::Path;

use super::load::{check, load, start};
use super::paths::Paths;
use super::*;
use crate::action::Origin;

struct Home {
    _folder: tempfile::TempDir,
    paths: Paths,
}

fn no_env(_: &str) -> Option<String> {
    None
}

fn home() -> Home {
    let folder = tempfile::tempdir().unwrap();
    let env = |name: &str| (name == "HOME").then(|| folder.path().to_str().unwrap().to_owned());
    let paths = Paths::from_env(&env).unwrap();
    fs::create_dir_all(&paths.prompts_dir).unwrap();
    Home { _folder: folder, paths }
}

impl Home {
    fn write(&self, name: &str, text: &str) {
        fs::write(self.paths.config_dir().join(name), text).unwrap();
    }

    /// Loads, keeps what is good, and says what was wrong.
    fn load(&self) -> (Option<Settings>, String) {
        match load(&self.paths, &no_env, None) {
            Ok(loaded) => {
                loaded.keep(&self.paths).unwrap();
                (Some(loaded.settings), self.lines(&loaded.mistakes))
            }
            Err(mistakes) => (None, self.lines(&mistakes)),
        }
    }

    fn lines(&self, mistakes: &[diagnostic::Diagnostic]) -> String {
        let lines: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        lines.join("\n").replace(&format!("{}/", self.paths.config_dir().display()), "")
    }
}

fn title(settings: &Settings, name: &str) -> Option<String> {
    settings.actions.get(&ActionName::new(name)).map(|action| action.title.clone())
}

#[test]
fn without_files_there_are_the_defaults() {
    let home = home();
    fs::remove_dir(&home.paths.prompts_dir).unwrap();
    let (settings, mistakes) = home.load();
    assert_eq!(mistakes, "");
    assert_eq!(title(&settings.unwrap(), "translate").as_deref(), Some("Translate"));
}

#[test]
fn the_users_file_takes_the_shipped_ones_place() {
    let home = home();
    home.write("prompts/Translate.md", "---\nname: Mine\n---\nBody");
    home.write("prompts/.hidden.md", "---\nbad");
    home.write("prompts/notes.txt", "---\nbad");
    let (settings, mistakes) = home.load();
    let settings = settings.unwrap();
    assert_eq!((mistakes.as_str(), title(&settings, "translate").as_deref()), ("", Some("Mine")));
    let origin = &settings.actions[&ActionName::new("translate")].file;
    assert_eq!(*origin, Origin::User(home.paths.prompts_dir.join("Translate.md")));
}

#[test]
fn mistakes_of_all_files_come_at_once_and_in_order() {
    let home = home();
    home.write("config.toml", "modle = 1\n[budget]\nmoth = 1");
    home.write("prompts/b.md", "---\nto: panle\n---\nx");
    home.write("prompts/a.md", "{{ txt }}");
    let (settings, mistakes) = home.load();
    assert!(settings.is_none());
    assert_eq!(
        mistakes,
        "config.toml:1:1: unknown key: `modle`; did you mean `model`?\n\
         config.toml:3:1: unknown key: `moth`; did you mean `month`?\n\
         prompts/a.md:1:4: unknown variable: `txt`; did you mean `text`?\n\
         prompts/b.md:2:5: unknown word: `panle`; did you mean `panel`?"
    );
}

#[test]
fn a_bad_prompt_file_keeps_its_last_good_version() {
    let home = home();
    home.write("prompts/mine.md", "---\nname: First\n---\nx");
    home.load();
    home.write("prompts/mine.md", "---\nname: [\n---\nx");
    home.write("prompts/other.md", "---\nname: [\n---\nx");
    home.write("config.toml", "[shortcuts]\n'Ctrl+Alt+O' = 'other'");
    for _ in 0..2 {
        let (settings, mistakes) = home.load();
        let settings = settings.expect("config.toml is good");
        assert_eq!(title(&settings, "mine").as_deref(), Some("First"));
        assert_eq!(title(&settings, "other"), None);
        assert_eq!(mistakes.lines().count(), 2, "{mistakes}");
    }
    fs::remove_file(home.paths.prompts_dir.join("mine.md")).unwrap();
    assert_eq!(title(&home.load().0.unwrap(), "mine"), None);
    home.write("prompts/mine.md", "---\nname: [\n---\nx");
    assert_eq!(title(&home.load().0.unwrap(), "mine"), None);
}

#[test]
fn a_running_process_needs_no_copy() {
    let home = home();
    home.write("prompts/mine.md", "---\nname: First\n---\nx");
    let in_force = load(&home.paths, &no_env, None).unwrap().settings;
    home.write("prompts/mine.md", "---\nname: [\n---\nx");
    let loaded = load(&home.paths, &no_env, Some(&in_force)).unwrap();
    assert_eq!(title(&loaded.settings, "mine").as_deref(), Some("First"));
    assert_eq!(loaded.mistakes.len(), 1);
    fs::remove_file(home.paths.prompts_dir.join("mine.md")).unwrap();
    let loaded = load(&home.paths, &no_env, Some(&in_force)).unwrap();
    assert_eq!(title(&loaded.settings, "mine"), None);
}

#[test]
fn a_bad_file_in_a_shipped_ones_place_does_not_bring_the_shipped_one_back() {
    let home = home();
    home.write("prompts/translate.md", "---\nmodel: nobody/x\n---\nx");
    let (settings, mistakes) = home.load();
    assert_eq!(title(&settings.unwrap(), "translate"), None);
    assert_eq!(mistakes, "prompts/translate.md:2:8: unknown provider: `nobody/x`; describe it in `[provider.nobody]`");
}

#[test]
fn two_prompt_files_with_one_shortcut_are_told() {
    let home = home();
    home.write("prompts/a.md", "---\nshortcut: Ctrl+Alt+A\n---\nx");
    home.write("prompts/b.md", "---\nname: B\nshortcut: alt+ctrl+a\n---\nx");
    home.write("prompts/c.md", "---\nshortcut: Ctrl+Alt+Y\n---\nx");
    let (settings, mistakes) = home.load();
    let expected = "prompts/b.md:3:11: `a` has this shortcut too: `alt+ctrl+a`; \
        give one of them another, or say in `[shortcuts]` which one is meant";
    assert_eq!(mistakes, expected);
    let names = |settings: Settings| {
        let bound = settings.bindings.iter().filter_map(|binding| match &binding.does {
            Bound::Action { action, .. } => Some(action.to_string()),
            Bound::Pick => None,
        });
        bound.collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(names(settings.unwrap()), ["a", "c"].map(str::to_owned).into());
    home.write("config.toml", "[shortcuts]\n'Ctrl+Alt+A' = 'b'");
    let (settings, mistakes) = home.load();
    assert_eq!((mistakes.as_str(), names(settings.unwrap())), ("", ["b", "c"].map(str::to_owned).into()));
}

#[test]
fn a_start_with_a_bad_file_uses_the_last_good_one() {
    let home = home();
    home.write("config.toml", "about_me = 'a chemist'\n[privacy]\nnever_apps = ['x']");
    home.write("prompts/mine.md", "x");
    home.load();
    home.write("config.toml", "about_me =");
    start(&home.paths, &no_env).keep(&home.paths).unwrap();
    home.write("prompts/mine.md", "---\n");
    let loaded = start(&home.paths, &no_env);
    assert_eq!(title(&loaded.settings, "mine").as_deref(), Some("Mine"));
    assert_eq!((loaded.settings.about_me.as_str(), loaded.settings.sending_allowed), ("a chemist", true));
    assert_eq!(loaded.settings.privacy.never_apps, ["x"]);
    assert_eq!(loaded.mistakes.len(), 2);
}

#[test]
fn with_no_good_file_at_all_nothing_may_be_sent() {
    let home = home();
    home.write("config.toml", "about_me =");
    home.write("prompts/mine.md", "x");
    let loaded = start(&home.paths, &no_env);
    assert!(!loaded.settings.sending_allowed);
    assert_eq!(title(&loaded.settings, "upper").as_deref(), Some("Upper case"));
    assert_eq!(title(&loaded.settings, "mine"), None);
    assert_eq!(check(&home.paths, &no_env).len(), 1);
}

#[test]
fn files_that_are_no_text_are_told() {
    let home = home();
    fs::write(home.paths.prompts_dir.join("a.md"), b"ab\n\xff").unwrap();
    fs::create_dir(home.paths.prompts_dir.join("b.md")).unwrap();
    fs::write(home.paths.prompts_dir.join("c.md"), "x".repeat(300 << 10)).unwrap();
    let (settings, mistakes) = home.load();
    assert!(settings.is_some());
    assert_eq!(
        mistakes,
        "prompts/a.md:2:1: not UTF-8 text; save it as UTF-8\n\
         prompts/b.md:1:1: this file cannot be read; it is no plain file\n\
         prompts/c.md:1:1: this file cannot be read; it is larger than 262144 bytes"
    );
}

#[cfg(unix)]
#[test]
fn copies_are_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = home();
    home.write("prompts/mine.md", "x");
    home.load();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = home.paths.last_good_dir();
    assert_eq!(
        (mode(&folder), mode(&folder.join("config.toml")), mode(&folder.join("prompts/mine.md"))),
        (0o700, 0o600, 0o600)
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_a_mistake() {
    let home = home();
    let kept = home.paths.config_dir().join("dotfiles.toml");
    fs::write(&kept, "[privacy]\nnever_apps = [\"keepassxc\"]\n").unwrap();
    std::os::unix::fs::symlink(&kept, &home.paths.config_file).unwrap();
    assert_eq!(home.load().1, "");

    fs::remove_file(&kept).unwrap();
    let (settings, mistakes) = home.load();
    assert!(settings.is_none());
    assert!(mistakes.contains("this file leads nowhere"), "{mistakes}");
    assert_eq!(start(&home.paths, &no_env).settings.privacy.never_apps, ["keepassxc"], "the rules of before hold");
    fs::remove_dir_all(home.paths.last_good_dir()).unwrap();
    assert!(!start(&home.paths, &no_env).settings.sending_allowed);

    // The same where it is the folder that is a link.
    let folder = home.paths.config_dir();
    fs::remove_dir_all(folder).unwrap();
    std::os::unix::fs::symlink("no-such-folder", folder).unwrap();
    assert!(home.load().1.contains("this file leads nowhere"));
    fs::create_dir(folder.with_file_name("no-such-folder")).unwrap();
    assert_eq!(home.load().1, "");
}
