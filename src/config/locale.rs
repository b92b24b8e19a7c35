//! The user's languages where they wrote none: the locale's, as POSIX names it.

use crate::config::paths::Env;
use crate::text::language::Language;

const ENGLISH: &str = "en";

/// The locale's language, and English as the second where that is another. Never empty.
pub fn languages(env: Env<'_>) -> Vec<Language> {
    let english = Language::from_code(ENGLISH).expect("English is among the languages");
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| env(name).filter(|value| !value.is_empty()));
    let first = locale.and_then(|locale| of_locale(&locale)).unwrap_or(english);
    if first == english { vec![english] } else { vec![first, english] }
}

/// `de_AT.UTF-8@euro` → German. `C` and `POSIX` have none.
fn of_locale(locale: &str) -> Option<Language> {
    let code = locale.split(['_', '.', '@', '-']).next()?;
    Language::from_code(&code.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], expected: &[&str]) {
        let env = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string());
        let codes: Vec<_> = languages(&env).into_iter().map(Language::code).collect();
        assert_eq!(codes, expected);
    }

    #[test]
    fn the_locale_says_the_first_language() {
        check(&[("LANG", "de_AT.UTF-8")], &["de", "en"]);
        check(&[("LANG", "en_GB.UTF-8")], &["en"]);
        check(&[("LANG", "fr_FR"), ("LC_ALL", "de_DE")], &["de", "en"]);
        check(&[("LANG", "C.UTF-8")], &["en"]);
        check(&[("LC_ALL", ""), ("LANG", "fr")], &["fr", "en"]);
        check(&[], &["en"]);
    }
}
