//! A `config.toml` of any text becomes settings or mistakes. Settings are whole: nothing is named twice, nothing that
//! is named is missing, and they can be shown.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use postil::action::file::PromptFile;
use postil::action::{ModelChoice, shipped};
use postil::config::resolve::{self, Actions};
use postil::config::{Bound, Settings, file, locate::Source, show::show};

use super::diagnostics;

pub fn check(bytes: &[u8]) {
    let source = Source::new("config.toml", &String::from_utf8_lossy(bytes));
    let read = file::read(&source).and_then(|file| {
        let names = resolve::names(&file, &no_environment);
        resolve::settings(&source, &file, names, actions(), &no_environment)
    });
    match read {
        Ok((settings, _)) => check_settings(&settings),
        Err(mistakes) => diagnostics::check(&source, &mistakes),
    }
}

fn no_environment(_: &str) -> Option<String> {
    None
}

/// Some of those that are shipped, read once.
fn actions() -> Actions {
    static FILES: OnceLock<Vec<PromptFile>> = OnceLock::new();
    let some = |file: &PromptFile| ["translate", "fix", "polish"].contains(&file.action.name.as_str());
    let files = FILES.get_or_init(|| shipped::files().into_iter().filter(some).collect());
    let by_name = files.iter().map(|file| (file.action.name.clone(), file.clone()));
    Actions { files: by_name.collect(), broken: BTreeSet::new() }
}

fn check_settings(settings: &Settings) {
    assert!(!settings.languages.is_empty());
    let shortcuts: BTreeSet<_> = settings.bindings.iter().map(|binding| binding.shortcut.to_string()).collect();
    assert_eq!(shortcuts.len(), settings.bindings.len(), "a shortcut does two things");
    for binding in &settings.bindings {
        assert!(
            matches!(&binding.does, Bound::Action { action, .. } if settings.actions.contains_key(action))
                || binding.does == Bound::Pick
        );
    }
    let order: BTreeSet<_> = settings.auto_order.iter().collect();
    assert_eq!(order.len(), settings.auto_order.len(), "a provider is asked twice");
    assert!(order.iter().all(|name| settings.providers.contains_key(*name)));
    for choice in [&settings.model].into_iter().chain(&settings.fallback) {
        assert!(leads_to_a_provider(settings, choice), "{choice:?}");
    }
    show(settings);
}

fn leads_to_a_provider(settings: &Settings, choice: &ModelChoice) -> bool {
    let ModelChoice::Named(name) = choice else { return true };
    let meant = settings.aliases.get(name).unwrap_or(name);
    meant == "auto" || settings.providers.contains_key(meant.split('/').next().unwrap_or_default())
}
