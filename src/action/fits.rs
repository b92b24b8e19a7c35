//! Whether an action is for a given text and application. Pure, and cheap enough for every action of a menu.

use crate::action::{TextKind, When};
use crate::text::language::Language;

/// Whether all conditions hold. `app`: the focused application, where it is known. A language that was not recognised
/// is not held against a text.
pub fn fits(when: &When, text: &str, app: Option<&str>, language: Option<Language>) -> bool {
    let is_app = |name: &String| app.is_some_and(|app| app.eq_ignore_ascii_case(name));
    (when.kinds.is_empty() || when.kinds.iter().any(|kind| holds(*kind, text)))
        && when.matches.as_ref().is_none_or(|pattern| pattern.is_match(text))
        && (when.apps.is_empty() || when.apps.iter().any(is_app))
        && !when.not_apps.iter().any(is_app)
        && (when.languages.is_empty()
            || language.is_none_or(|language| when.languages.iter().any(|code| code == language.code())))
}

/// Every kind that `text` is of.
pub fn kinds_of(text: &str) -> Vec<TextKind> {
    TextKind::ALL.iter().copied().filter(|kind| holds(*kind, text)).collect()
}

fn holds(kind: TextKind, text: &str) -> bool {
    let text = text.trim();
    match kind {
        TextKind::Text => !text.is_empty(),
        TextKind::Url => is_url(text),
        TextKind::Email => is_email(text.strip_prefix("mailto:").unwrap_or(text)),
        TextKind::Path => is_path(text),
        TextKind::Code => is_code(text),
        TextKind::Word => is_word(text),
    }
}

/// Endings of host names that are not those of files as well (`main.rs` and `notes.md` are files).
const HOST_ENDINGS: &[&str] =
    &["com", "org", "net", "edu", "gov", "info", "io", "dev", "app", "eu", "de", "fr", "uk", "at", "ch"];

/// Longer than any word that one looks up, German ones included.
const LONGEST_WORD: usize = 60;

/// Chinese and Japanese write without spaces: what is longer than this is rather a sentence.
const LONGEST_UNSPACED_WORD: usize = 6;

/// So much of a text is looked at to tell code from prose.
const LINES_LOOKED_AT: usize = 60;

fn is_url(text: &str) -> bool {
    if text.contains(char::is_whitespace) {
        return false;
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        let known = ["http", "https", "ftp", "ftps", "file"];
        return known.iter().any(|known| scheme.eq_ignore_ascii_case(known)) && !rest.is_empty();
    }
    let (host, path) = text.split_at(text.find(['/', '?', '#']).unwrap_or(text.len()));
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    is_host(host)
        && (host.starts_with("www.")
            || !path.is_empty()
            || HOST_ENDINGS.iter().any(|ending| ends_with_label(host, ending)))
}

fn ends_with_label(host: &str, label: &str) -> bool {
    host.rsplit('.').next().is_some_and(|last| last.eq_ignore_ascii_case(label))
}

/// `a.b.c`, whose last part has letters alone.
fn is_host(host: &str) -> bool {
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains('.') && host.split('.').all(label) && last.len() >= 2 && last.chars().all(char::is_alphabetic)
}

fn is_email(text: &str) -> bool {
    let local = |local: &str| {
        !local.is_empty() && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c))
    };
    text.split_once('@').is_some_and(|(before, host)| local(before) && is_host(host))
}

fn is_path(text: &str) -> bool {
    if text.contains('\n') || text.contains("://") || text.starts_with("//") {
        return false;
    }
    let begins = |beginning: &str| text.strip_prefix(beginning).is_some_and(|rest| !rest.starts_with([' ', '\t']));
    let is_drive = matches!(text.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    let is_absolute = begins("/") && (text[1..].contains('/') || !text.contains(' ')) && text.len() > 1;
    is_absolute || is_drive || ["~/", "./", "../", "\\\\"].into_iter().any(begins) || is_relative_path(text)
}

/// `src/main.rs`: parts without spaces, the last with an ending. Not a host, and not `and/or`.
fn is_relative_path(text: &str) -> bool {
    let Some((folders, file)) = text.rsplit_once('/') else {
        return false;
    };
    let ending = file.rsplit_once('.').map(|(_, ending)| ending);
    !text.contains(char::is_whitespace)
        && !folders.contains('.')
        && ending
            .is_some_and(|ending| (1..=5).contains(&ending.len()) && ending.chars().all(|c| c.is_ascii_alphanumeric()))
}

fn is_word(text: &str) -> bool {
    let surrounds = |c: char| !c.is_alphanumeric() && !"/\\~@#$_".contains(c);
    let word = text.trim_matches(surrounds);
    let length = word.chars().count();
    let longest = if word.chars().any(is_unspaced) { LONGEST_UNSPACED_WORD } else { LONGEST_WORD };
    let joins = |c: char| matches!(c, '-' | '\'' | '’' | '·' | '\u{ad}');
    (1..=longest).contains(&length)
        && word.chars().any(char::is_alphabetic)
        && word.chars().all(|c| c.is_alphanumeric() || joins(c) || is_combining(c))
}

/// Han, Hiragana and Katakana.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

/// Accents that stand for themselves, and the vowel signs of Indic scripts.
fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}')
}

/// Whether at least half of the lines look like code, and one surely.
fn is_code(text: &str) -> bool {
    if text.starts_with("#!/") || text.starts_with("```") || text.starts_with("<?php") || text.starts_with("<!DOCTYPE")
    {
        return true;
    }
    let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).take(LINES_LOOKED_AT).collect();
    let signs: Vec<_> = lines.iter().map(|line| signs_of_code(line)).collect();
    let with_signs = signs.iter().filter(|signs| **signs > 0).count();
    signs.iter().any(|signs| *signs >= 2) && 2 * with_signs >= lines.len()
}

/// How many things speak for a line being code. Each of them alone may stand in prose.
fn signs_of_code(line: &str) -> usize {
    const BEGINNINGS: &[&str] = &[
        "#include",
        "#define",
        "@",
        "async ",
        "class ",
        "const ",
        "def ",
        "elif ",
        "else",
        "enum ",
        "export ",
        "fn ",
        "for (",
        "from ",
        "func ",
        "function ",
        "if (",
        "impl ",
        "import ",
        "let ",
        "package ",
        "private ",
        "protected ",
        "pub ",
        "public ",
        "return",
        "static ",
        "struct ",
        "switch ",
        "try",
        "type ",
        "use ",
        "using ",
        "var ",
        "void ",
        "while ",
        "//",
        "/*",
        "*/",
        "</",
        "SELECT ",
        "INSERT ",
        "UPDATE ",
        "CREATE ",
        "sudo ",
        "$ ",
    ];
    const ENDINGS: &[&str] =
        &[";", "{", "}", "};", "})", "});", "):", "),", "(", "[", "],", "->", "=>", "\\", "/>", "*/"];
    const INSIDE: &[&str] = &[
        "==", "!=", "&&", "||", "::", "->", "=>", ":=", "+=", "();", "()", " = ", "[i]", "</", "${", "%s", " --",
        " | ", "* FROM ",
    ];
    let code = line.trim();
    let called = code.find('(').is_some_and(|at| code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        && code.contains(')');
    usize::from(BEGINNINGS.iter().any(|beginning| code.starts_with(beginning)))
        + usize::from(ENDINGS.iter().any(|ending| code.ends_with(ending)))
        + INSIDE.iter().filter(|inside| code.contains(**inside)).count()
        + usize::from(called)
        + usize::from(line.starts_with("    ") || line.starts_with('\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let kinds: Vec<_> = kinds_of(text).into_iter().map(TextKind::word).collect();
        assert_eq!(kinds.join(" "), expected, "{text:?}");
    }

    #[test]
    fn addresses_are_known() {
        for text in [
            "https://example.com",
            "HTTP://x/y?q=a#b",
            "www.example.co.uk",
            "example.com/a?b",
            "sub.example.org",
            " https://x.y \n",
        ] {
            check(text, "text url");
        }
        check("file:///etc/hosts", "text url");
        check("me@example.com", "text email");
        check("mailto:me+tag@example.co.uk", "text email");
        check("see https://example.com", "text");
        check("version 1.2.3", "text");
    }

    #[test]
    fn paths_are_known() {
        for text in [
            "/etc/hosts",
            "~/notes",
            "./run.sh",
            "../a b/c",
            "C:\\Users\\me",
            "/tmp",
            "src/main.rs",
            "/home/me/My Files/x",
        ] {
            check(text, "text path");
        }
        check("and/or", "text");
        check("/ by zero", "text");
        check("main.rs", "text");
        check("// a comment", "text");
    }

    #[test]
    fn words_are_known() {
        for text in [
            "serendipity",
            "Donaudampfschifffahrtsgesellschaft",
            "mother-in-law",
            "l’été",
            "“word”,",
            "слово",
            "語彙",
            "हिन्दी",
        ] {
            check(text, "text word");
        }
        check("two words", "text");
        check("これは文です。長い文です", "text");
        check("42", "text");
        check("", "");
        check("  \n", "");
    }

    #[test]
    fn code_is_known() {
        for text in [
            "fn main() {\n    println!(\"hi\");\n}",
            "def f(x):\n    return x + 1",
            "const a = b => b.c();",
            "#!/bin/sh\necho hi",
            "SELECT * FROM t WHERE a = 1;",
            "for (int i = 0; i < n; i++) sum += a[i];",
            "import os\nfrom sys import argv\n\nprint(argv[1])\nx = os.getcwd()",
            "<div class=\"a\">\n  <p>Hi</p>\n</div>",
        ] {
            check(text, "text code");
        }
    }

    #[test]
    fn prose_is_no_code() {
        for text in [
            "The function returns early; the caller waits.",
            "Dear Anna,\nthank you for the (long) letter.\n\nYours, Bob",
            "From here it is 5 km (3 miles) to the station.",
            "- buy milk\n- call Tom (again)\n- return the book",
            "\"Let us use the type of class that you import,\" she said.",
        ] {
            check(text, "text");
        }
    }

    #[test]
    fn all_conditions_have_to_hold() {
        let (en, de) = (Language::from_code("en"), Language::from_code("de"));
        let when = When {
            kinds: vec![TextKind::Word, TextKind::Url],
            matches: Some(regex::Regex::new("^h").unwrap()),
            apps: vec!["gedit".into(), "firefox".into()],
            not_apps: vec!["firefox".into()],
            languages: vec!["en".into()],
        };
        assert!(fits(&when, "hello", Some("Gedit"), en));
        assert!(fits(&when, "http://x", Some("gedit"), None));
        assert!(!fits(&when, "hello", Some("gedit"), de));
        assert!(!fits(&when, "hello world", Some("gedit"), en));
        assert!(!fits(&when, "jello", Some("gedit"), en));
        assert!(!fits(&when, "hello", Some("firefox"), en));
        assert!(!fits(&when, "hello", None, en));
        assert!(fits(&When::default(), "", None, None));
    }
}
