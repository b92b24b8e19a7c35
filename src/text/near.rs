//! Did you mean …? The nearest of some names to one that is not among them.

/// How many mistyped characters still are the same word: one in a short word, two in a longer one.
fn tolerance(word: &str) -> usize {
    if word.chars().count() <= 4 { 1 } else { 2 }
}

/// The one of `known` that `word` was most likely meant to be: mistyped by little, or begun and not ended.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let scored = known.into_iter().filter_map(|candidate| Some((score(&word, &candidate.to_lowercase())?, candidate)));
    scored.min_by_key(|(score, _)| *score).map(|(_, candidate)| candidate)
}

/// Less is nearer; `None` is another word.
fn score(word: &str, candidate: &str) -> Option<usize> {
    match distance(word, candidate).filter(|distance| *distance <= tolerance(candidate)) {
        Some(distance) => Some(distance),
        None => (word.chars().count() >= BEGINNING && candidate.starts_with(word)).then_some(tolerance(candidate) + 1),
    }
}

/// The time that it takes to compare two words grows with the product of their lengths.
fn distance(word: &str, candidate: &str) -> Option<usize> {
    (word.len().max(candidate.len()) <= LONGEST).then(|| strsim::osa_distance(word, candidate))
}

/// In bytes. Longer than any name of an action, a model or a key.
const LONGEST: usize = 200;

/// So many first letters tell which word was begun.
const BEGINNING: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wanted: &str, expected: Option<&str>) {
        let names = ["translate", "explain", "explain-code", "fix", "summarize"];
        assert_eq!(nearest(wanted, names), expected, "{wanted}");
    }

    #[test]
    fn slips_are_near_and_other_words_are_not() {
        check("translat", Some("translate"));
        check("tranlsate", Some("translate"));
        check("Fix", Some("fix"));
        check("fxi", Some("fix"));
        check("sum", Some("summarize"));
        check("explian", Some("explain"));
        check("rhyme", None);
        check("", None);
        let long = "fix".repeat(100_000);
        assert_eq!(nearest(&long, [long.as_str()]), Some(long.as_str()), "as one that was begun");
    }
}
