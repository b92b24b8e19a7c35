//! Whether what stands beside a secret's name looks like the secret itself, and not like code, a type, a word of a
//! sentence, or what stands in its place in examples.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::assignments::{By, Quoted, Shouted, Value};
use super::likely;
use super::names::Expects;

/// Words that stand beside the name of a secret and are none: types, states, fields of forms.
const WORDS: &[&str] = &[
    "string",
    "str",
    "text",
    "none",
    "null",
    "nil",
    "undefined",
    "true",
    "false",
    "required",
    "optional",
    "password",
    "passwd",
    "passwort",
    "secret",
    "token",
    "hidden",
    "missing",
    "invalid",
    "incorrect",
    "wrong",
    "empty",
    "default",
    "value",
    "input",
    "prompt",
    "reset",
    "forgot",
    "forgotten",
    "change",
    "changed",
    "expired",
    "valid",
    "unknown",
    "disabled",
    "enabled",
    "masked",
    "encrypted",
    "hashed",
    "plaintext",
    "bytes",
    "object",
    "number",
    "boolean",
    "varchar",
    "securestring",
    "secretstr",
    "current-password",
    "new-password",
    "off",
    "on",
    "yes",
    "no",
    "login",
    "credentials",
    "admin",
    "root",
    "guest",
    "username",
    "user",
    "email",
    "same",
    "protected",
    "needed",
    "not",
    "stored",
    "sent",
    "blank",
    "somepassword",
    "mypassword",
    "bearer",
    "basic",
    "kennwort",
    "contraseña",
    "senha",
    "apikey",
    "n/a",
    "tbd",
    "private",
    "public",
    "self",
    "this",
    "await",
    "function",
    "const",
    "option",
    "requireds",
    "set",
    "unset",
    "correct",
    "accepted",
    "test",
    "testing",
    "foo",
    "bar",
    "foobar",
    "baz",
    "env",
    "file",
    "prompted",
    "keyring",
    "vault",
];

/// A password is at least as long as this, and a single word at least as long as that.
const SHORTEST_PASSWORD: usize = 4;
const SHORTEST_WORD: usize = 6;
/// With nothing between it and its name.
const SHORTEST_BESIDE: usize = 8;
/// Longer is no password that a person has, but may be a token.
const LONGEST_PASSWORD: usize = 128;
const SHORTEST_TOKEN: usize = 16;

pub fn is_secret(value: &Value<'_>) -> bool {
    let words = value.words;
    if words.is_empty() || likely::is_placeholder(words) || is_code(value) || is_path(words) {
        return false;
    }
    match value.expects {
        Expects::Password => is_password(value),
        Expects::Secret => is_token(value) || (words.len() >= 8 && is_mixed(words) && is_password(value)),
        Expects::Token => is_token(value),
        Expects::Authorization => is_credential(value),
    }
}

/// An expression or a variable, of a program or a shell.
fn is_code(value: &Value<'_>) -> bool {
    let words = value.words;
    let is_rule = words.split('|').next().is_some_and(|first| first.len() < words.len() && WORDS.contains(&first));
    let is_tag = words.starts_with('!') && words[1..].bytes().all(|byte| byte.is_ascii_alphabetic());
    let opens = words.starts_with(['$', '%', '{', '<', '&', '(', '[']) && !words.contains(|c: char| c.is_ascii_digit());
    let is_variable = words.starts_with("$") && words[1..].chars().all(|c| c.is_alphanumeric() || c == '_');
    if value.quoted == Quoted::Yes {
        return is_variable || words.starts_with("%s") || words.starts_with("{{") || words.starts_with("${");
    }
    let is_name = |part: &str| {
        part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    };
    let is_path_of_names = words.contains('.') && words.split('.').all(is_name) && !likely::is_random(words);
    let is_snake = words.contains('_')
        && is_name(words)
        && !words.bytes().any(|byte| byte.is_ascii_digit())
        && !likely::is_jumbled(words);
    let calls = words.contains('(')
        && words.split('(').next().is_some_and(|name| {
            !name.is_empty() && name.split(['.', ':']).all(|part| part.is_empty() || is_name(part))
        });
    let indexes = words.contains("[\"")
        || words.contains("['")
        || (words.contains('[') && words.split('[').next().is_some_and(is_name));
    opens
        || is_rule
        || is_tag
        || is_variable
        || is_path_of_names
        || is_snake
        || calls
        || indexes
        || words.contains("::")
        || words.contains("->")
}

fn is_path(words: &str) -> bool {
    words.starts_with("./")
        || words.starts_with("~/")
        || (words.starts_with('/') && words[1..].contains('/') && !likely::is_jumbled(words))
        || words.contains("://")
        || words.starts_with("arn:")
        || words.starts_with("projects/")
}

/// Chosen by a person. A word alone is one only where it stands as a value does, and not in a sentence.
fn is_password(value: &Value<'_>) -> bool {
    let words = value.words;
    let length = words.chars().count();
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&length) || WORDS.contains(&words.to_lowercase().as_str()) {
        return false;
    }
    if words.contains(char::is_whitespace) {
        return is_phrase(value);
    }
    let has = |of: fn(char) -> bool| words.chars().any(of);
    let every_kind = || has(char::is_lowercase) && has(char::is_uppercase) && has(|c| c.is_ascii_digit());
    match value.by {
        By::Word | By::Apart => return length >= SHORTEST_WORD && is_mixed(words) && !is_count(words),
        By::Nothing => return length >= SHORTEST_BESIDE && every_kind(),
        _ => {}
    }
    (is_mixed(words) && !is_count(words))
        || words.bytes().all(|byte| byte.is_ascii_digit())
        || (is_word_of_letters(words) && stands_as_a_value(value) && length >= SHORTEST_WORD)
}

/// Several words in quotes, where nobody would label a field with them.
fn is_phrase(value: &Value<'_>) -> bool {
    let mut words = value.words.split(' ');
    value.quoted == Quoted::Yes
        && value.shouted == Shouted::Yes
        && value.words.split(' ').count() >= 4
        && words.all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// Marks that stand in passwords, and in no word.
const MARKS: &[char] =
    &['!', '@', '#', '$', '%', '^', '&', '*', '?', '+', '=', '~', '|', '{', '}', '[', ']', '<', '>', ';', '(', ')'];

/// Letters with digits, or with marks that no word has; or capitals within.
fn is_mixed(words: &str) -> bool {
    let has = |of: fn(char) -> bool| words.chars().any(of);
    let marks = words.matches(MARKS).count();
    has(char::is_alphabetic) && (has(|c| c.is_ascii_digit()) || marks >= 2 || (marks == 1 && !words.ends_with(MARKS)))
}

fn is_word_of_letters(words: &str) -> bool {
    let is_title = words.chars().skip(1).all(char::is_lowercase) && words.starts_with(char::is_uppercase);
    words.is_ascii() && !is_title && words.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
}

/// `DB_PASSWORD=opensesame`, `"password": "opensesame"`; not “password: opensesame” of a page, nor `password = opensesame`
/// of a program.
fn stands_as_a_value(value: &Value<'_>) -> bool {
    match (value.quoted, value.shouted) {
        (_, Shouted::Yes) => value.by == By::Equals || value.quoted == Quoted::Yes,
        (Quoted::Yes, Shouted::No) => matches!(value.by, By::Equals | By::Colon) && !value.words.contains('-'),
        (Quoted::No, Shouted::No) => value.by == By::Bracket,
    }
}

/// `8-64`, `12-character`, `16px`, `2.0.1`: a number of something.
fn is_count(words: &str) -> bool {
    const LONGEST_UNIT: usize = 2;
    let rest = words.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '+' | 'x'));
    let is_word = |unit: &str| unit.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    match rest.strip_prefix('-') {
        Some(unit) => is_word(unit.trim_start_matches(|c: char| c.is_ascii_digit())),
        None => words.starts_with(|c: char| c.is_ascii_digit()) && rest.len() <= LONGEST_UNIT && is_word(rest),
    }
}

fn is_token(value: &Value<'_>) -> bool {
    let words = value.words;
    if words.len() < SHORTEST_TOKEN
        || words.contains(char::is_whitespace)
        || value.by == By::Word && !likely::is_random(words)
    {
        return false;
    }
    if likely::is_uuid(words) {
        return value.expects == Expects::Secret || value.by == By::Equals || value.quoted == Quoted::Yes;
    }
    let is_of_tokens =
        |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | '\\' | '(' | ')' | '{' | '}');
    let is_drawn = likely::is_random(words) || likely::is_jumbled(words);
    // With marks among them no part need be long: a secret that a framework made.
    let has_marks =
        || words.bytes().filter(u8::is_ascii_digit).count() >= 2 && is_mixed(words) && words.contains(MARKS);
    match value.quoted {
        Quoted::Yes => words.is_ascii() && (is_drawn || has_marks()),
        Quoted::No => words.chars().all(is_of_tokens) && (is_drawn || has_marks()),
    }
}

/// What stands behind `Bearer`, `Basic` and the like.
fn is_credential(value: &Value<'_>) -> bool {
    let words = value.words.trim_end_matches('=');
    let is_of_tokens = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '+' | '/' | '=');
    let is_basic = || {
        STANDARD_NO_PAD.decode(words).is_ok_and(|plain| plain.contains(&b':') && plain.iter().all(u8::is_ascii_graphic))
    };
    value.words.chars().all(is_of_tokens)
        && ((words.len() >= SHORTEST_TOKEN && (likely::is_random(words) || likely::is_jumbled(words)))
            || (words.len() >= 8 && is_basic()))
}
