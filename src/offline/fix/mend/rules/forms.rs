//! The forms of a verb or noun, by their endings; the dictionary says which of them are words.

use super::super::lexicon::Part;
use super::Place;

/// `takes` to `take`, if that is what it comes from.
pub fn base_of_third(place: Place<'_>, word: &str) -> Option<String> {
    if !place.can_be(word, Part::VerbOfOne) || word.len() < 4 {
        return None;
    }
    let stems = [
        word.strip_suffix("ies").map(|stem| format!("{stem}y")),
        word.strip_suffix("es")
            .filter(|stem| stem.ends_with(['s', 'x', 'z', 'o']) || stem.ends_with("ch") || stem.ends_with("sh"))
            .map(str::to_owned),
        word.strip_suffix('s').map(str::to_owned),
    ];
    stems.into_iter().flatten().find(|stem| place.can_be(stem, Part::Verb))
}

/// `changed` to `change`, `planned` to `plan`, if that is what it comes from.
pub fn base_of_past(place: Place<'_>, word: &str) -> Option<String> {
    let stem = word.strip_suffix("ed")?;
    let single = stem
        .char_indices()
        .next_back()
        .map(|(at, _)| &stem[..at])
        .filter(|short| short.chars().next_back() == stem.chars().next_back());
    let stems = [
        stem.strip_suffix('i').map(|stem| format!("{stem}y")),
        Some(format!("{stem}e")),
        Some(stem.to_owned()),
        single.map(str::to_owned),
    ];
    stems.into_iter().flatten().find(|stem| place.can_be(stem, Part::Verb))
}

/// `making` to `make`, `running` to `run`, if that is what it comes from.
pub fn base_of_progressive(place: Place<'_>, word: &str) -> Option<String> {
    base_of_past(place, &format!("{}ed", word.strip_suffix("ing")?))
}

/// `take` to `takes`.
pub fn third_of(place: Place<'_>, word: &str) -> Option<String> {
    let form = match word {
        "have" => "has".to_owned(),
        "do" => "does".to_owned(),
        "go" => "goes".to_owned(),
        _ => plural_of(word),
    };
    (place.can_be(word, Part::Verb) && (place.can_be(&form, Part::VerbOfOne) || matches!(word, "have" | "do")))
        .then_some(form)
}

/// `work` to `worked`; only what the dictionary has as a past form.
pub fn past_of(place: Place<'_>, word: &str) -> Option<String> {
    let doubled = || word.chars().next_back().map(|last| format!("{word}{last}ed"));
    let forms = match word.strip_suffix('e') {
        Some(stem) => [Some(format!("{stem}ed")), None],
        None => match word.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
            Some(stem) => [Some(format!("{stem}ied")), None],
            None => [Some(format!("{word}ed")), doubled()],
        },
    };
    forms.into_iter().flatten().find(|form| place.can_be(form, Part::Past))
}

/// `field` to `fields`.
pub fn plural_of(word: &str) -> String {
    match word.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
        Some(stem) => format!("{stem}ies"),
        None if word.ends_with(['s', 'x', 'z']) || word.ends_with("ch") || word.ends_with("sh") => format!("{word}es"),
        None => format!("{word}s"),
    }
}

/// `fields` to `field`, if the one stands for several of the other and for nothing else.
pub fn singular_of(place: Place<'_>, word: &str) -> Option<String> {
    // `news`, `series`, `status`, `physics`: they look like several.
    const NONE: &[&str] = &[
        "news",
        "series",
        "means",
        "species",
        "works",
        "headquarters",
        "contents",
        "thanks",
        "lots",
        "times",
        "details",
        "goods",
        "scissors",
        "windows",
        "statistics",
        "data",
        "plus",
        "lens",
        "specifics",
    ];
    let plural = place.can_be(word, Part::Plural) && word.ends_with('s') && !word.ends_with("ss");
    if !plural || word.ends_with("ics") || NONE.contains(&word) || word.len() < 5 {
        return None;
    }
    let stems = [
        word.strip_suffix("ies").map(|stem| format!("{stem}y")),
        word.strip_suffix("es")
            .filter(|stem| stem.ends_with(['s', 'x', 'z']) || stem.ends_with("ch") || stem.ends_with("sh"))
            .map(str::to_owned),
        word.strip_suffix('s').map(str::to_owned),
    ];
    stems.into_iter().flatten().find(|stem| place.can_be(stem, Part::Noun) && plural_of(stem) == word)
}
