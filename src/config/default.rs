//! The file that `postil config init` writes: every key explained, none set.

/// Valid as it stands, and with every `#` in front of a key taken away.
pub const TEXT: &str = include_str!("default.toml");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::defaults;
    use crate::config::locate::Source;
    use crate::config::paths::Env;
    use crate::config::resolve::{self, Actions};
    use crate::config::{Settings, file};

    const NO_ENV: Env<'static> = &|_| None;

    fn settings(text: &str) -> Settings {
        let source = Source::new("default.toml", text);
        let show = |mistakes: Vec<_>| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        let read = || {
            let file = file::read(&source)?;
            let files = crate::action::shipped::files().into_iter().map(|one| (one.action.name.clone(), one)).collect();
            let actions = Actions { files, ..Actions::default() };
            resolve::settings(&source, &file, resolve::names(&file, NO_ENV), actions, NO_ENV)
        };
        read().unwrap_or_else(|mistakes| panic!("{}", show(mistakes))).0
    }

    /// A comment is `# words`; a key that is taken back is `#key`.
    fn uncommented() -> String {
        let lines = TEXT.lines().map(|line| match line.strip_prefix('#') {
            Some(key) if !key.starts_with(' ') => key,
            _ => line,
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn as_it_stands_it_changes_nothing() {
        let mut written = settings(TEXT);
        written.written = Default::default();
        assert_eq!(written, defaults(NO_ENV));
    }

    #[test]
    fn every_line_is_right_when_it_is_taken_back() {
        let settings = settings(&uncommented());
        assert_eq!(settings.providers["work"].model.as_deref(), Some("big-one"));
        assert_eq!(settings.privacy.never_apps, defaults(NO_ENV).privacy.never_apps);
    }

    #[test]
    fn every_key_is_in_it() {
        use crate::config::{file, provider_file};
        let text = uncommented();
        let keys =
            [file::KEYS, file::AUTO_KEYS, file::SHORTCUT_KEYS, file::PRIVACY_KEYS, file::BUDGET_KEYS, file::PASTE_KEYS];
        let more = [file::PANEL_KEYS, provider_file::KEYS, provider_file::MODEL_KEYS, provider_file::TIMEOUT_KEYS];
        for key in keys.into_iter().chain(more).flatten() {
            assert!(text.contains(key), "{key}");
        }
    }
}
