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

/// They have an `in` of their own: "it kicks in in the menu".
const WITH_IN: &[&str] = &[
    "kick", "log", "sign", "plug", "check", "opt", "turn", "come", "go", "step", "build", "break", "fill", "type",
    "drop", "move", "zoom", "set", "give", "fit", "put", "bring", "hand", "fade",
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
    // "what was listened to to avoid": the first belongs to the verb before it.
    let of_verb = word.small == "to" && place.can_be(place.before(), Part::Past);
    let once = ONCE.contains(&word.small.as_str()) && !of_verb;
    // "is is", "in in" and the like: wrong nearly always, and right in "what it is is" or "log in in".
    let between =
        ["is", "are", "was", "were", "in", "on", "can", "you", "do"].contains(&word.small.as_str()) || of_verb;
    let surely = is_sure(place);
    let content = next.same_line
        && word.small.len() >= SHORTEST
        && word.text == word.small
        && place.knows(&word.small)
        && !place.can_be(&word.small, Part::Function)
        && !TWICE.contains(&word.small.as_str());
    let verb = next.same_line && is_verb(place);
    // Manual pages lose their markup, and then "the port port" is right: a noun is only proposed.
    match (once || surely || verb || content && !place.can_be(&word.small, Part::Noun), content || between) {
        (true, _) => place.replace(1, &word.small),
        (_, true) => place.propose(1, &word.small),
        _ => None,
    }
}

/// Whether one of two small words is too many here: "this is is a", "the file are are".
fn is_sure(place: Place<'_>) -> bool {
    const WITH_ON: &[&str] = &["turn", "log", "switch", "sign", "hold", "mov", "go", "based", "click", "pass"];
    let before = place.before();
    let begins = |verbs: &[&str]| verbs.iter().any(|verb| before.starts_with(verb));
    match place.word().small.as_str() {
        // An article comes after the verb itself.
        "is" if matches!(before, "this" | "it" | "there") && matches!(place.next(2), Some("a" | "an" | "the")) => true,
        "is" | "are" | "was" | "were" | "can" => !before.is_empty() && !asks_what(place),
        "in" => {
            let verb = [Part::Verb, Part::Past, Part::Progressive].iter().any(|part| place.can_be(before, *part));
            !verb && !begins(WITH_IN)
        }
        "on" => !begins(WITH_ON),
        _ => false,
    }
}

/// "You need need": after who does it or what helps it, a verb.
fn is_verb(place: Place<'_>) -> bool {
    const BEFORE: &[&str] =
        &["you", "we", "they", "i", "it", "this", "which", "will", "can", "should", "must", "may", "could", "would"];
    let word = place.word().small.as_str();
    word.len() >= 3
        && !TWICE.contains(&word)
        && (place.can_be(word, Part::Verb) || place.can_be(word, Part::VerbOfOne))
        && BEFORE.contains(&place.before())
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
