//! Sentences of the engines that need no model: what a text is not, what is not installed and which package brings it.

use crate::offline::correction::Correction;
use crate::offline::{Builtin, BuiltinFailure};
use crate::text::language::Language;
use crate::text::sealed::AnswerText;
use crate::text::shorten::shorten;

/// Why a built-in gave no answer, and what to do.
pub fn builtin_failure(failure: &BuiltinFailure) -> String {
    match failure {
        BuiltinFailure::NotInDictionaries { near } if near.is_empty() => {
            "no installed dictionary has this word; is it a name, or of another language?".to_owned()
        }
        BuiltinFailure::NotInDictionaries { near } => {
            let near: Vec<_> = near.iter().map(|word| word.expose()).collect();
            format!("no installed dictionary has this word; did you mean {}?", or(&near))
        }
        BuiltinFailure::NotInstalled { what, packages } if packages.is_empty() => {
            format!("no {what} is installed, and Debian has none; choose another language or an action with a model")
        }
        BuiltinFailure::NotInstalled { what, packages } => {
            let packages: Vec<_> = packages.iter().map(String::as_str).collect();
            format!("no {what} is installed; install {} (as Debian calls it)", or(&packages))
        }
        BuiltinFailure::Unusable { what, why } => format!("{what} cannot be used, because {why}; install it again"),
        BuiltinFailure::Broken { what, did } => format!("{what} {did}; try again, it is started anew"),
        BuiltinFailure::Updated => {
            "postil was updated while it runs; start it again: `postil stop`, then `postil`".to_owned()
        }
        BuiltinFailure::NotFitting(_) | BuiltinFailure::NotBuilt(_) => failure.to_string(),
    }
}

/// Neither a model nor what stands in for one: the way to a model is said too.
pub fn offline_too(by: Builtin, failure: &BuiltinFailure) -> String {
    let reason = match failure {
        // Nothing can be done about it but to have a model.
        BuiltinFailure::NotInstalled { what, packages } if packages.is_empty() => format!("no {what} is to be had"),
        failure => builtin_failure(failure),
    };
    let by = by.name();
    format!(
        "no model is ready: set OPENAI_API_KEY, start Ollama, or run `postil setup` ({by} cannot stand in: {reason})"
    )
}

/// More corrections than these are counted alone; the text has them all.
const CORRECTIONS_SHOWN: usize = 8;

/// What was put right.
pub fn corrected(corrections: &[Correction]) -> String {
    match corrections {
        [] => "found nothing to correct".to_owned(),
        corrections => format!("corrected {}", pairs(corrections)),
    }
}

/// What was left for the person to look at.
pub fn proposed(corrections: &[Correction]) -> String {
    format!("left as it is, but look at {}", pairs(corrections))
}

fn pairs(corrections: &[Correction]) -> String {
    let shown: Vec<_> = corrections.iter().take(CORRECTIONS_SHOWN).map(pair).collect();
    match corrections.len().saturating_sub(CORRECTIONS_SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn pair(correction: &Correction) -> String {
    let words = |text: &AnswerText| shorten(text.expose(), LONGEST_WORDS).0;
    format!("“{}” → “{}”", words(&correction.from), words(&correction.to))
}

/// Of the words of a correction.
const LONGEST_WORDS: usize = 60;

/// What a translation by rules is worth.
pub fn by_rules(from: Language, to: Language) -> String {
    format!(
        "from {} to {} by rules, word by word: good between languages that are close, rough between others, so check it",
        from.english_name(),
        to.english_name()
    )
}

/// `a, b or c`.
fn or(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [before @ .., last] => format!("{} or {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_a_model_is_said_where_nothing_stands_in() {
        let none = |packages: &[&str]| BuiltinFailure::NotInstalled {
            what: "translator from German to Catalan".to_owned(),
            packages: packages.iter().map(|package| (*package).to_owned()).collect(),
        };
        let way = "no model is ready: set OPENAI_API_KEY, start Ollama, or run `postil setup`";
        assert_eq!(
            offline_too(Builtin::Apertium, &none(&[])),
            format!("{way} (apertium cannot stand in: no translator from German to Catalan is to be had)")
        );
        assert!(
            offline_too(Builtin::Apertium, &none(&["apertium-x"]))
                .ends_with("install apertium-x (as Debian calls it))")
        );
    }

    #[test]
    fn each_ends_in_the_way_out() {
        let packages = |packages: &[&str]| BuiltinFailure::NotInstalled {
            what: "dictionary".to_owned(),
            packages: packages.iter().map(|package| (*package).to_owned()).collect(),
        };
        for (failure, sentence) in [
            (
                BuiltinFailure::NotInDictionaries { near: vec!["house".into(), "hose".into(), "horse".into()] },
                "no installed dictionary has this word; did you mean house, hose or horse?",
            ),
            (
                packages(&["dict-wn", "dict-gcide"]),
                "no dictionary is installed; install dict-wn or dict-gcide (as Debian calls it)",
            ),
            (
                packages(&[]),
                "no dictionary is installed, and Debian has none; choose another language or an action with a model",
            ),
            (
                BuiltinFailure::Unusable { what: "the dictionary wn".into(), why: "it cannot be read".into() },
                "the dictionary wn cannot be used, because it cannot be read; install it again",
            ),
            (
                BuiltinFailure::Broken { what: "the process that mends text", did: "did not answer" },
                "the process that mends text did not answer; try again, it is started anew",
            ),
            (BuiltinFailure::Updated, "postil was updated while it runs; start it again: `postil stop`, then `postil`"),
            (BuiltinFailure::NotFitting("this is not JSON".into()), "this is not JSON"),
        ] {
            assert_eq!(builtin_failure(&failure), sentence);
        }
    }
}
