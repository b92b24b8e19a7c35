//! Whether an action is for this text in this application.

use super::When;

/// Whether all of `when`'s conditions hold.
pub fn fits(when: &When, text: &str, app: Option<&str>) -> bool {
    let named = |apps: &[String]| app.is_some_and(|app| apps.iter().any(|name| name.eq_ignore_ascii_case(app)));
    when.matches.as_ref().is_none_or(|pattern| pattern.is_match(text))
        && (when.apps.is_empty() || named(&when.apps))
        && !named(&when.not_apps)
}
