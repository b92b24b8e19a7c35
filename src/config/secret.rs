//! What in a configuration file could be a key. Such values are refused and never shown.
//!
//! It errs towards seeing one too many: the worst of that is a mistake that quotes nothing.

/// What is offered to whoever writes a key into a file.
pub const WAY_OUT: &str = "keys do not belong in a file: run `postil key set PROVIDER`, or write \
    `api_key_env = \"VARIABLE\"` or `api_key_command = [\"program\", \"argument\"]`";

/// Names that end like those of keys and hold none: they say where a key is, are about tokens of text, or about keys
/// that one presses.
const HARMLESS: &[&str] = &[
    "api_key_env",
    "api_key_command",
    "max_tokens",
    "max_completion_tokens",
    "tokens_per_minute",
    "tokens_per_day",
    "input_tokens_per_minute",
    "output_tokens_per_minute",
    "hotkey",
    "hot_key",
    "shortcut_key",
];

/// What the names of keys, in files and in HTTP headers, end with once `-` and `_` are taken out.
const ENDINGS: &[&str] = &[
    "apikey",
    "key",
    "token",
    "authorization",
    "auth",
    "password",
    "passwd",
    "secret",
    "cookie",
    "credential",
    "credentials",
];

/// What the keys of well-known providers begin with.
const BEGINNINGS: &[&str] = &["sk-", "sk_", "gsk_", "xai-", "AIza", "hf_", "Bearer ", "bearer ", "Basic "];

/// Whether a setting or header of this name holds a key.
pub fn is_secret_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    if HARMLESS.contains(&lower.as_str()) {
        return false;
    }
    let bare = lower.replace(['-', '_', '.', ' '], "");
    ENDINGS.iter().any(|ending| bare.ends_with(ending))
}

/// Whether this value looks like a key by itself.
pub fn looks_like_one(value: &str) -> bool {
    BEGINNINGS.iter().any(|beginning| value.trim_start().starts_with(beginning))
}

/// Whether a line of a file could hold a key: it sets something that is named like one, or has the look of one in it.
pub fn may_hold_one(line: &str) -> bool {
    let is_part_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut rest = line;
    while let Some(at) = rest.find(['=', ':']) {
        let name = rest[..at].trim_end().trim_end_matches(['"', '\'']);
        let name = name.rsplit(|c| !is_part_of_name(c)).next().unwrap_or_default();
        if is_secret_name(name.rsplit('.').next().unwrap_or(name)) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    let words = line.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '=' | ',' | '[' | '{' | ':'));
    words.into_iter().any(|word| looks_like_one(word) || word.eq_ignore_ascii_case("bearer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_keys_are_known() {
        for name in
            ["api_key", "api-key", "apiKey", "x-api-key", "Authorization", "access_token", "X-Goog-Api-Key", "Cookie"]
        {
            assert!(is_secret_name(name), "{name}");
        }
        for name in
            ["api_key_env", "api_key_command", "max_tokens", "X-Team", "model", "secrets", "tokens_per_day", "hotkey"]
        {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn lines_that_hold_one_are_known() {
        for line in
            ["api_key = abc", "headers = { Authorization = \"Bearer abc\" }", "provider.x.api_key='a'", "a = 'sk-1'"]
        {
            assert!(may_hold_one(line), "{line}");
        }
        for line in
            ["model = \"gpt\"", "[provider.work]", "secrets = \"aks\"", "tokens_per_minute = 9", "a = \"task-list\""]
        {
            assert!(!may_hold_one(line), "{line}");
        }
    }
}
