//! One and several: `these is`, `various way`, `there is many`.

use super::super::Edit;
use super::super::lexicon::Part;
use super::Place;

/// `this` and `these` before what tells whether it is one thing.
pub fn this_and_these(place: Place<'_>) -> Option<Edit> {
    let next = place.next(1)?;
    let after = place.next(2);
    let one = matches!(after, Some("a" | "an"));
    match (place.word().small.as_str(), next) {
        ("this" | "that", "are") if one && place.opens_clause() => {
            place.replace(1, &format!("{} is", place.word().small))
        }
        ("this", "are") if place.opens_clause() => {
            match after.is_some_and(|word| place.can_be(word, Part::Plural) && !place.can_be(word, Part::VerbOfOne)) {
                true => place.replace(0, "these"),
                false => place.propose(1, "this is"),
            }
        }
        ("these" | "those", "is" | "was") if place.opens_clause() && one => place.replace(0, "this"),
        ("these" | "those", "is") => place.replace(1, &format!("{} are", place.word().small)),
        ("these" | "those", "was") => place.replace(1, &format!("{} were", place.word().small)),
        ("these" | "those", "has") => place.replace(1, &format!("{} have", place.word().small)),
        ("these" | "those", "does") => place.replace(1, &format!("{} do", place.word().small)),
        ("this", "have") if place.opens_clause() => place.replace(1, "this has"),
        _ => None,
    }
}

const SEVERAL: &[&str] = &[
    "these", "those", "many", "several", "various", "two", "three", "four", "five", "six", "multiple", "numerous",
    "few",
];

/// What may follow a noun that ends its group.
const AFTER_NOUN: &[&str] = &[
    "are", "were", "have", "of", "that", "which", "in", "on", "to", "for", "with", "from", "at", "by", "when", "where",
    "will", "can", "do", "must", "should", "who", "as",
];

/// A noun that stands for one after a word that says there are several: `various way to`.
pub fn of_several(place: Place<'_>) -> Option<Edit> {
    let several = SEVERAL.contains(&place.word().small.as_str());
    if !several
        || place.word().small == "few" && !matches!(place.before(), "many" | "several" | "two" | "three" | "a" | "lots")
    {
        return None;
    }
    let noun = place.next_word(1)?;
    let word = noun.small.as_str();
    let alone = place.can_be(word, Part::Noun)
        && ![Part::Plural, Part::Adjective, Part::Adverb, Part::Function, Part::Participle]
            .iter()
            .any(|part| place.can_be(word, *part))
        && !word.ends_with('s');
    let ends = place.closes_clause(1) || place.next(2).is_some_and(|next| AFTER_NOUN.contains(&next));
    // "those who", "these to be": a verb.
    let verb = place.can_be(word, Part::Verb)
        && matches!(place.word().small.as_str(), "these" | "those" | "many" | "several" | "few" | "two" | "three");
    let plural = plural_of(word);
    let hyphen = place.rest(1).starts_with('-');
    if !alone
        || !ends
        || hyphen
        || verb && place.next(2) != Some("of") && !place.closes_clause(1)
        || !place.can_be(&plural, Part::Plural)
    {
        return None;
    }
    place.on(1).replace(0, &plural)
}

pub fn plural_of(word: &str) -> String {
    match word.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
        Some(stem) => format!("{stem}ies"),
        None if word.ends_with(['s', 'x', 'z']) || word.ends_with("ch") || word.ends_with("sh") => format!("{word}es"),
        None => format!("{word}s"),
    }
}

/// `there is many`.
pub fn there_are(place: Place<'_>) -> Option<Edit> {
    if place.word().small != "there" {
        return None;
    }
    let many = matches!(
        place.next(2)?,
        "many" | "several" | "various" | "multiple" | "numerous" | "two" | "three" | "four" | "five"
    );
    let right = match place.next(1)? {
        "is" => "are",
        "was" => "were",
        "isn't" => "aren't",
        _ => return None,
    };
    // "there is many a", "there is two-factor": not followed by what it counts.
    let counted = place.next(3).is_some_and(|word| word != "a" && word != "an" && word != "of");
    (many && counted && !place.rest(2).starts_with('-')).then(|| place.replace(1, &format!("there {right}"))).flatten()
}

/// `this fields specifies`: the verb says that it is one.
pub fn of_one(place: Place<'_>) -> Option<Edit> {
    if !matches!(place.word().small.as_str(), "this" | "each" | "every" | "a" | "an") || !place.opens_clause() {
        return None;
    }
    let noun = place.next_word(1)?.small.as_str();
    let verb = place.next(2)?;
    let of_one = matches!(verb, "is" | "has" | "was" | "does")
        || (place.can_be(verb, Part::VerbOfOne) && !place.can_be(verb, Part::Plural));
    let plural = place.can_be(noun, Part::Plural)
        && ![Part::Adjective, Part::Function].iter().any(|part| place.can_be(noun, *part));
    let stem = noun.strip_suffix('s').filter(|stem| !stem.ends_with(['s', 'i', 'e']) && place.can_be(stem, Part::Noun));
    // "Each process has", "this means is": one already, or a verb.
    let one =
        stem.filter(|stem| of_one && plural && !place.can_be(noun, Part::VerbOfOne) | place.can_be(stem, Part::Noun));
    one.filter(|_| noun.len() > 4 && noun != "means" && noun != "lots").and_then(|stem| place.on(1).replace(0, stem))
}
