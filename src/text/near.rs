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
    let distance = strsim::osa_distance(word, candidate);
    match distance <= tolerance(candidate) {
        true => Some(distance),
        false => (word.chars().count() >= BEGINNING && candidate.starts_with(word)).then_some(tolerance(candidate) + 1),
    }
}

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
    }
}
