//! Forms of verbs: `does not contains`, `we translates`, `this mean that`, `can be accomplish`.

use super::super::Edit;
use super::super::lexicon::Part;
use super::Place;
use super::forms::{base_of_third, past_of, third_of};

/// After `does not` and its like a verb has no ending.
pub fn after_do(place: Place<'_>) -> Option<Edit> {
    let at = match (place.word().small.as_str(), place.next(1)?) {
        ("doesn't" | "don't" | "didn't" | "can't" | "won't" | "couldn't" | "wouldn't" | "shouldn't", _) => 1,
        ("does" | "do" | "did" | "will" | "would" | "should" | "could" | "must" | "may" | "might", "not") => 2,
        _ => return None,
    };
    let verb = place.next_word(at)?;
    // "Why do not users …": a question has its subject here.
    if verb.text != verb.small || sentence_asks(place) {
        return None;
    }
    let base = if verb.small == "has" { "have".to_owned() } else { base_of_third(place, &verb.small)? };
    // A plural of nouns alone would have been a subject.
    place.on(at).replace(0, &base)
}

fn sentence_asks(place: Place<'_>) -> bool {
    let opener = place.prose.words[..=place.at].iter().rev().find(|word| word.opens);
    opener
        .is_some_and(|word| matches!(word.small.as_str(), "why" | "how" | "what" | "when" | "where" | "who" | "which"))
        || place.word().opens
}

/// `they` and `we` have verbs without an ending.
pub fn after_we(place: Place<'_>) -> Option<Edit> {
    let subject = place.word().small.as_str();
    let verb = place.next_word(1)?;
    let you = subject == "you" && matches!(verb.small.as_str(), "was" | "has" | "is" | "does");
    if !(matches!(subject, "they" | "we") || you) {
        return None;
    }
    // "none of you was", "with which they and we is": the subject is another.
    if matches!(
        place.before(),
        "of" | "with" | "for" | "to" | "by" | "about" | "and" | "or" | "nor" | "than" | "like" | "is" | "was"
    ) {
        return None;
    }
    let right = match verb.small.as_str() {
        "is" => "are".to_owned(),
        "was" => "were".to_owned(),
        "has" => "have".to_owned(),
        "does" => "do".to_owned(),
        "doesn't" => "don't".to_owned(),
        "hasn't" => "haven't".to_owned(),
        "isn't" => "aren't".to_owned(),
        "wasn't" => "weren't".to_owned(),
        word => base_of_third(place, word)?,
    };
    place.on(1).replace(0, &right)
}

/// Verbs that `this` and `it` have in technical prose, with what follows them.
const OF_THINGS: &[&str] = &[
    "mean",
    "make",
    "allow",
    "require",
    "include",
    "need",
    "cause",
    "happen",
    "seem",
    "work",
    "depend",
    "contain",
    "give",
    "take",
    "return",
    "provide",
    "use",
    "show",
    "look",
    "let",
    "help",
    "have",
    "do",
    "want",
    "create",
    "come",
    "become",
    "get",
    "give",
    "keep",
    "start",
    "add",
    "apply",
    "prevent",
    "enable",
    "ensure",
    "lead",
    "follow",
    "exist",
    "represent",
    "describe",
];

/// What follows a verb here, so that it is one.
const AFTER_VERB: &[&str] = &[
    "that", "the", "a", "an", "it", "you", "us", "to", "all", "only", "in", "on", "no", "not", "sense", "sure", "more",
    "like", "any", "some", "this", "from", "into", "for", "by", "at", "your", "our", "their", "its",
];

/// `this mean that`, `it take a while`, at the beginning of a clause.
pub fn of_it(place: Place<'_>) -> Option<Edit> {
    let subject = place.word().small.as_str();
    let clause = place.opens_clause()
        || matches!(place.before(), "and" | "but" | "because" | "which" | "when" | "since" | "so") && subject != "this";
    if !matches!(subject, "this" | "it" | "he" | "she") || !clause {
        return None;
    }
    let verb = place.next_word(1)?;
    // "It provide": what can be nothing but a verb.
    let alone = place.word().opens
        && subject == "it"
        && place.is_verb_alone(1, Part::Verb)
        && !place.can_be(&verb.small, Part::Participle)
        && verb.small.len() > 3;
    if alone {
        return place.on(1).replace(0, &third_of(place, &verb.small)?);
    }
    if verb.text != verb.small
        || !OF_THINGS.contains(&verb.small.as_str())
        || !place.next(2).is_some_and(|word| AFTER_VERB.contains(&word))
    {
        return None;
    }
    // "it need not": right as it is.
    if verb.small == "need" && place.next(2) == Some("not") {
        return None;
    }
    // "and it let us": a past form, or what somebody makes it do.
    if matches!(verb.small.as_str(), "let" | "become" | "come") && !place.word().opens || sentence_has_helper(place) {
        return None;
    }
    place.on(1).replace(0, &third_of(place, &verb.small)?)
}

/// "Does it, in the end, …", "let him and it make": a helper before the clause takes the ending away.
fn sentence_has_helper(place: Place<'_>) -> bool {
    let start = place.prose.words[..=place.at].iter().rposition(|word| word.opens).unwrap_or(0);
    place.prose.words[start..place.at].iter().any(|word| {
        matches!(
            word.small.as_str(),
            "does"
                | "do"
                | "did"
                | "can"
                | "could"
                | "will"
                | "would"
                | "should"
                | "may"
                | "might"
                | "must"
                | "let"
                | "make"
                | "makes"
                | "help"
                | "helps"
                | "have"
                | "to"
                | "suggest"
                | "require"
                | "requires"
                | "that"
                | "whether"
        )
    })
}

/// `be accomplish`: what was done needs its ending, where the word is a verb and nothing else.
pub fn after_be(place: Place<'_>) -> Option<Edit> {
    if !matches!(place.word().small.as_str(), "be" | "been" | "is" | "are" | "was" | "were" | "being") {
        return None;
    }
    let verb = place.next_word(1)?;
    let word = verb.small.as_str();
    let only_verb = place.can_be(word, Part::Verb)
        && ![Part::Noun, Part::Adjective, Part::Adverb, Part::Function, Part::Participle, Part::Plural]
            .iter()
            .any(|part| place.can_be(word, *part));
    // Of these nothing is done.
    if matches!(word, "exist" | "happen" | "occur" | "appear" | "seem" | "belong" | "become" | "consist" | "remain") {
        return None;
    }
    let done = past_of(place, word)?;
    let fits = verb.text == verb.small && only_verb && word.len() > 4;
    let continues = place.closes_clause(1)
        || place.next(2).is_some_and(|next| {
            AFTER_VERB.contains(&next)
                || (word == "consider" && place.can_be(next, Part::Adjective))
                || matches!(next, "with" | "as" | "before" | "after" | "when" | "using" | "here" | "and" | "or")
        });
    // "all it does is reduce": what follows is what it does.
    let names = matches!(place.word().small.as_str(), "is" | "was")
        && (place.before() == "does" || place.before() == "do" || place.before() == "to");
    (fits && continues && !names && !sentence_asks(place)).then(|| place.on(1).replace(0, &done)).flatten()
}
