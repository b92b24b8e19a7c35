//! Verbs after the words that decide their form: `can exposed by`, `to finds`, `will received the`, `have include`.

use super::super::Edit;
use super::super::lexicon::Part;
use super::Place;
use super::forms::{base_of_past, base_of_progressive, base_of_third, past_of};

const MODALS: &[&str] =
    &["can", "could", "will", "would", "should", "must", "may", "might", "cannot", "can't", "won't"];

/// `will`, `can` and `must` are nouns after these.
const BEFORE_NOUNS: &[&str] = &["the", "a", "an", "this", "that", "his", "her", "my", "your", "their", "of", "its"];

/// What follows something that is done.
const AFTER_DONE: &[&str] = &[
    "by", "using", "with", "in", "from", "to", "as", "when", "for", "on", "at", "if", "here", "via", "before", "after",
];

/// `can exposed by` to `can be exposed by`; `will received the` to `will receive the`; `can finds` to `can find`.
pub fn after_modal(place: Place<'_>) -> Option<Edit> {
    let word = place.word();
    if !MODALS.contains(&word.small.as_str()) || word.opens || BEFORE_NOUNS.contains(&place.before()) || inverts(place)
    {
        return None;
    }
    let between = matches!(
        place.next(1)?,
        "not" | "also" | "only" | "then" | "never" | "always" | "actually" | "just" | "simply" | "easily"
    );
    let by = if between { 2 } else { 1 };
    let verb = place.next(by)?;
    let just = by == 2 && matches!(place.next(1), Some("just" | "always" | "never" | "simply" | "easily"));
    if place.is_verb_alone(by, Part::VerbOfOne) || just && place.can_be(verb, Part::VerbOfOne) {
        return place.on(by).replace(0, &base_of_third(place, verb)?);
    }
    // "must exports a": a noun would have no object.
    if place.can_be(verb, Part::VerbOfOne) && place.object_begins(by + 1) {
        return place.on(by).replace(0, &base_of_third(place, verb)?);
    }
    if verb.ends_with("ing") && place.can_be(verb, Part::Progressive) && place.object_begins(by + 1) {
        return place.on(by).replace(0, &base_of_progressive(place, verb)?);
    }
    let past = place.can_be(verb, Part::Past) && !place.can_be(verb, Part::Verb) && !place.can_be(verb, Part::Noun);
    if !past || !verb.ends_with("ed") || place.next_word(by)?.text != verb {
        return None;
    }
    if place.object_begins(by + 1) || matches!(place.next(by + 1), Some("other" | "multiple" | "different" | "several"))
    {
        return place.on(by).replace(0, &base_of_past(place, verb)?);
    }
    let done = place.closes_clause(by) || place.next(by + 1).is_some_and(|next| AFTER_DONE.contains(&next));
    done.then(|| place.on(by).replace(0, &format!("be {verb}"))).flatten()
}

/// "Only then will cached files …", "nor can signed …": the subject comes after the helper.
fn inverts(place: Place<'_>) -> bool {
    let start = place.prose.words[..=place.at].iter().rposition(|word| word.opens).unwrap_or(0);
    place.prose.words[start..place.at].iter().any(|word| {
        matches!(
            word.small.as_str(),
            "only" | "nor" | "neither" | "why" | "how" | "what" | "when" | "where" | "so" | "than"
        )
    })
}

/// `have include the` to `have included the`.
pub fn after_have(place: Place<'_>) -> Option<Edit> {
    let word = place.word();
    let have = matches!(word.small.as_str(), "have" | "has" | "had" | "we've" | "you've" | "they've" | "i've");
    // "the hosts that you want to have communicate": they do.
    if !have || word.opens || place.before() == "to" {
        return None;
    }
    let by =
        if matches!(place.next(1)?, "not" | "also" | "only" | "already" | "never" | "always" | "just") { 2 } else { 1 };
    let verb = place.next(by)?;
    let fits = place.is_verb_alone(by, Part::Verb) && !place.can_be(verb, Part::Participle) && verb.len() > 4;
    let continues = place.closes_clause(by)
        || place.object_begins(by + 1)
        || place.next(by + 1).is_some_and(|next| AFTER_DONE.contains(&next));
    (fits && continues).then(|| place.on(by).replace(0, &past_of(place, verb)?)).flatten()
}

/// `to finds`, `to created a`.
pub fn after_to(place: Place<'_>) -> Option<Edit> {
    if place.word().small != "to" {
        return None;
    }
    let verb = place.next(1)?;
    // "to recursively follows"
    let by = if verb.ends_with("ly") && place.can_be(verb, Part::Adverb) { 2 } else { 1 };
    let after_adverb = by == 2 && place.next(2).is_some_and(|verb| place.can_be(verb, Part::VerbOfOne));
    if after_adverb || place.is_verb_alone(by, Part::VerbOfOne) {
        return place.on(by).replace(0, &base_of_third(place, place.next(by)?)?);
    }
    const LEADS: &[&str] = &[
        "able", "want", "need", "have", "has", "order", "how", "used", "allows", "going", "possible", "wants", "needs",
    ];
    let past = place.is_verb_alone(1, Part::Past) && verb.ends_with("ed");
    let leads = LEADS.contains(&place.before()) && place.object_begins(2);
    (past && leads).then(|| place.on(1).replace(0, &base_of_past(place, verb)?)).flatten()
}

/// `This is happens when`, `names are describes in`, `it's corresponds to`, `This is can be`.
pub fn after_is(place: Place<'_>) -> Option<Edit> {
    let verb = place.next(1)?;
    let clause = matches!(place.before(), "this" | "it" | "which");
    match place.word().small.as_str() {
        "is" if clause && matches!(verb, "can" | "will" | "should" | "must" | "could" | "would") => {
            place.next(2).filter(|next| *next == "be" || *next == "not")?;
            place.replace(1, verb)
        }
        "is" if clause && place.is_verb_alone(1, Part::VerbOfOne) && !asks(place) => place.replace(1, verb),
        "it's" if place.is_verb_alone(1, Part::VerbOfOne) => place.replace(0, "it"),
        "are" | "were" | "be" | "been"
            if place.is_verb_alone(1, Part::VerbOfOne)
                && place.next(2).is_some_and(|next| AFTER_DONE.contains(&next)) =>
        {
            place.on(1).replace(0, &past_of(place, &base_of_third(place, verb)?)?)
        }
        "be" | "been" | "being"
            if verb == "use" && matches!(place.next(2)?, "to" | "by" | "as" | "for" | "with" | "when") =>
        {
            place.on(1).replace(0, "used")
        }
        "is" | "are" | "was" | "were" if verb == "use" && place.next(2) == Some("to") => place.on(1).propose(0, "used"),
        // "are not enable by": what is done, with `not` before it.
        "is" | "are" | "was" | "were" | "be" if verb == "not" && place.is_verb_alone(2, Part::Verb) && !asks(place) => {
            let word = place.next(2).filter(|word| word.len() > 4 && !place.can_be(word, Part::Participle))?;
            let done = place.closes_clause(2) || place.next(3).is_some_and(|next| AFTER_DONE.contains(&next));
            done.then(|| place.on(2).replace(0, &past_of(place, word)?)).flatten()
        }
        _ => None,
    }
}

/// `be explicit declared`, `from begin used`: how something is done, and that it is done.
pub fn done_how(place: Place<'_>) -> Option<Edit> {
    let word = place.word().small.as_str();
    let next = place.next(1)?;
    let done =
        |by: usize| place.is_verb_alone(by, Part::Past) && place.next(by).is_some_and(|verb| verb.ends_with("ed"));
    if word == "begin" && matches!(place.before(), "from" | "of" | "without" | "by") && done(1) {
        return place.replace(0, "being");
    }
    let surely = place.is_verb_alone(1, Part::Verb) || matches!(next, "add" | "create" | "define" | "remove" | "write");
    if word == "by" && surely && place.object_begins(2) && next.len() > 2 {
        let forms = [format!("{next}ing"), format!("{}ing", next.strip_suffix('e').unwrap_or(next))];
        let doing = forms.into_iter().find(|form| place.can_be(form, Part::Progressive))?;
        return place.on(1).replace(0, &doing);
    }
    let adverb = format!("{next}ly");
    let done = |by: usize| place.next(by).is_some_and(|verb| verb.ends_with("ed") && place.can_be(verb, Part::Past));
    let how = place.can_be(next, Part::Adjective)
        && ![Part::Noun, Part::Adverb, Part::Past, Part::Function].iter().any(|part| place.can_be(next, *part))
        && place.can_be(&adverb, Part::Adverb);
    (matches!(word, "be" | "been" | "is" | "are" | "was" | "were") && how && done(2))
        .then(|| place.on(1).replace(0, &adverb))
        .flatten()
}

fn asks(place: Place<'_>) -> bool {
    let start = place.prose.words[..=place.at].iter().rposition(|word| word.opens).unwrap_or(0);
    let asked = |word: &str| matches!(word, "what" | "all" | "how" | "whatever" | "that" | "thing" | "does" | "do");
    place.prose.words[start..place.at].iter().any(|word| asked(&word.small))
}

/// `you want reach`, `be able find`, `allows you create`: `to` is missing.
pub fn without_to(place: Place<'_>) -> Option<Edit> {
    let word = place.word().small.as_str();
    let leads = match word {
        "want" | "need" => matches!(place.before(), "you" | "we" | "they" | "i"),
        "wants" | "able" | "unable" => true,
        "you" | "us" | "users" => matches!(place.before(), "allow" | "allows" | "enables" | "allowing"),
        _ => false,
    };
    let verb = place.next(1)?;
    // "you need only", "we need be": set phrases.
    let fits = leads && place.is_verb_alone(1, Part::Verb) && verb.len() > 3 && !place.can_be(verb, Part::Participle);
    fits.then(|| place.replace(0, &format!("{} to", place.word().text))).flatten()
}

/// `lets it runs`, `makes you thinks`.
pub fn made_to(place: Place<'_>) -> Option<Edit> {
    let made = matches!(place.before(), "lets" | "let" | "makes" | "make" | "helps" | "help")
        && matches!(place.word().small.as_str(), "it" | "you" | "us" | "them");
    let verb = place.next(1).filter(|_| made && place.is_verb_alone(1, Part::VerbOfOne))?;
    place.on(1).replace(0, &base_of_third(place, verb)?)
}
