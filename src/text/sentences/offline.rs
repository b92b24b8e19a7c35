//! Sentences of the engines that need no model: what a text is not, what is not installed and which package brings it.

use crate::offline::BuiltinFailure;

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
        BuiltinFailure::NotFitting(_) | BuiltinFailure::NotBuilt(_) => failure.to_string(),
    }
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
            (BuiltinFailure::NotFitting("this is not JSON".into()), "this is not JSON"),
        ] {
            assert_eq!(builtin_failure(&failure), sentence);
        }
    }
}
