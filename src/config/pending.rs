//! Keys that are read and checked, and whose capability comes with another version. Who wrote one must not believe that it
//! is in force: above all those of privacy.

use crate::config::Settings;

/// Keys, or the beginnings of keys, and what is not done yet. `*` stands for any name.
const PENDING: &[(&str, &str)] = &[];

/// A sentence for each key of the user's that is not in force in this version, with its place.
pub fn pending(settings: &Settings) -> Vec<String> {
    not_in_force(settings, PENDING)
}

fn not_in_force(settings: &Settings, not_yet: &[(&str, &str)]) -> Vec<String> {
    let written = &settings.written;
    let sentence = |(key, line): (&String, &usize)| {
        let below = |other: &String| other.strip_prefix(key.as_str()).is_some_and(|rest| rest.starts_with('.'));
        if !key.contains('.') || written.lines.keys().any(below) {
            return None; // A table's heading, with or without keys, sets nothing; its keys are told.
        }
        let (_, why) = not_yet.iter().find(|(pending, _)| is_of(key, pending))?;
        Some(format!("{}:{line}: `{key}` is not in force in this version: {why}", written.file.display()))
    };
    written.lines.iter().filter_map(sentence).collect()
}

/// Whether `key` is `pending` or stands below it.
fn is_of(key: &str, pending: &str) -> bool {
    let mut parts = key.split('.');
    pending.split('.').all(|wanted| parts.next().is_some_and(|part| wanted == "*" || wanted == part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(keys: &[&str], expected: &[&str]) {
        let mut settings = Settings::bare();
        settings.written.file = "c".into();
        settings.written.lines = keys.iter().zip(1..).map(|(key, line)| ((*key).to_owned(), line)).collect();
        assert_eq!(not_in_force(&settings, &[("panel", "there is no panel yet")]), expected);
    }

    #[test]
    fn only_what_was_written_and_is_not_in_force_is_told() {
        check(&["model", "privacy.never_apps", "provider.work.model"], &[]);
        check(&["budget", "panel", "paste"], &[]);
        check(
            &["budget", "budget.month", "panel.bar_on_selection", "provider.work.tokens_per_day"],
            &["c:3: `panel.bar_on_selection` is not in force in this version: there is no panel yet"],
        );
    }
}
