//! What holds for every mistake that is told, of whichever file.

use postil::config::diagnostic::Diagnostic;
use postil::config::locate::Source;

/// Looks like a key where a word begins with it.
const KEY: &str = "sk-c4n4ry";

/// Sixty characters and `…`: see `config::locate`.
const LONGEST_QUOTE: usize = 61;

/// After so many a file has no more; syntax errors and others together.
const MOST: usize = 100;

/// There is a mistake; each stands in the file, quotes one short line of it, and shows no key.
pub fn check(source: &Source, mistakes: &[Diagnostic]) {
    assert!(!mistakes.is_empty(), "refused without a mistake");
    assert!(mistakes.len() <= MOST, "{} mistakes", mistakes.len());
    let is_sealed = keys_begin_words(source.text());
    for mistake in mistakes {
        let line = source.text().split('\n').nth(mistake.line - 1).expect("the line is in the file");
        assert!((1..=line.chars().count() + 1).contains(&mistake.column), "{mistake:?}");
        assert!(!mistake.problem.is_empty() && !mistake.found.contains('\n'), "{mistake:?}");
        assert!(mistake.found.chars().count() <= LONGEST_QUOTE, "{mistake:?}");
        assert!(!is_sealed || !mistake.to_string().contains(KEY), "a key is shown: {mistake}");
    }
}

/// Whether each [`KEY`] stands where it can be told from a part of another word.
fn keys_begin_words(text: &str) -> bool {
    let before = |at: usize| text[..at].chars().next_back();
    let begins = |letter: Option<char>| letter.is_none_or(|c| c.is_whitespace() || "\"'=,[{:".contains(c));
    text.match_indices(KEY).all(|(at, _)| begins(before(at)))
}
