//! A word that stands twice in a row.

use super::super::Edit;
use super::super::lexicon::Part;
use super::Place;

/// Words that stand twice in good English, or are said twice.
const TWICE: &[&str] = &[
    "that", "had", "very", "really", "many", "much", "long", "far", "so", "more", "well", "never", "again", "over",
    "bye", "ha", "no", "yes", "knock", "tut", "blah", "hip", "night", "hear", "there", "now", "too", "ping", "bang",
    "tick", "who", "what", "do", "her", "you", "his", "it's", "is", "are", "was", "were", "can", "did", "out",
    "through", "up", "down", "on", "in",
];

/// Those that never do, whatever they stand between.
const ONCE: &[&str] = &[
    "the", "a", "an", "of", "and", "or", "to", "for", "with", "from", "by", "at", "as", "this", "be", "we", "they",
    "if", "but", "not", "its", "our", "their", "your", "when", "which", "into", "than", "then", "also", "will",
    "would", "should", "could", "may", "must", "have", "has", "does", "only", "it",
];

/// Shorter words double as sounds and names of things (`cd cd`, `log log`).
const SHORTEST: usize = 4;

pub fn doubled(place: Place<'_>) -> Option<Edit> {
    let word = place.word();
    let next = place.next_word(1)?;
    if word.small != next.small || (next.text != next.small) {
        return None;
    }
    // What a third one means nobody knows.
    if place.next(2) == Some(next.small.as_str()) || place.before() == word.small {
        return None;
    }
    let once = ONCE.contains(&word.small.as_str());
    // "is is", "in in" and the like: wrong nearly always, and right in "what it is is" or "log in in".
    let between = ["is", "are", "was", "were", "in", "on", "can", "you", "do"].contains(&word.small.as_str());
    let surely = match word.small.as_str() {
        "is" | "are" | "was" | "were" | "can" => !asks_what(place),
        "on" => !["turn", "log", "switch", "sign", "hold", "mov", "go", "based", "click", "pass"]
            .iter()
            .any(|verb| place.before().starts_with(verb)),
        _ => false,
    };
    let content = next.same_line
        && word.small.len() >= SHORTEST
        && word.text == word.small
        && place.knows(&word.small)
        && !place.can_be(&word.small, Part::Function)
        && !TWICE.contains(&word.small.as_str());
    // Manual pages lose their markup, and then "the port port" is right: a noun is only proposed.
    match (once || surely || content && !place.can_be(&word.small, Part::Noun), content || between) {
        (true, _) => place.replace(1, &word.small),
        (_, true) => place.propose(1, &word.small),
        _ => None,
    }
}

/// "What it is is", "all you can can": a clause that is a subject.
fn asks_what(place: Place<'_>) -> bool {
    let start = place.prose.words[..=place.at].iter().rposition(|word| word.opens).unwrap_or(0);
    place.prose.words[start..place.at].iter().any(|word| {
        matches!(
            word.small.as_str(),
            "what"
                | "how"
                | "where"
                | "who"
                | "whatever"
                | "all"
                | "that"
                | "which"
                | "thing"
                | "whether"
                | "it"
                | "this"
                | "there"
        )
    })
}
