//! Verbs beside pronouns and the few nouns that decide their form: `he don't`, `everyone have`, `these doesn't`, `did you
//! saw`, `has became`, `the number of users are`.

use super::super::Edit;
use super::super::lexicon::Part;
use super::super::words::Word;
use super::Place;
use super::forms::{singular_of, third_of};

/// Where one of these stands before a pronoun it may not be the subject: "of you", "you and he".
const OTHER_SUBJECT: &[&str] = &[
    "of", "with", "for", "to", "by", "about", "and", "or", "nor", "than", "like", "as", "let", "make", "makes", "see",
    "that", "whether", "lest", "from", "in", "on", "at", "is", "was", "if", "wish", "though",
];

/// The form for one of a verb that stands for several. What can be a past or a wish (`were`) is left.
fn of_one(verb: &str) -> Option<&'static str> {
    Some(match verb {
        "don't" => "doesn't",
        "haven't" => "hasn't",
        "aren't" => "isn't",
        "are" => "is",
        _ => return None,
    })
}

/// And for several of one that stands for one.
fn of_several(verb: &str) -> Option<&'static str> {
    Some(match verb {
        "doesn't" => "don't",
        "hasn't" => "haven't",
        "isn't" => "aren't",
        "wasn't" => "weren't",
        _ => return None,
    })
}

/// `he don't`, `she go` at the beginning of a sentence, `I has`, `these doesn't`, `that don't` at the beginning.
pub fn pronoun(place: Place<'_>) -> Option<Edit> {
    let subject = place.word().small.as_str();
    let verb = place.next_word(1)?;
    let alone = !OTHER_SUBJECT.contains(&place.before());
    let right = match subject {
        "he" | "she" | "it" if alone && verb.small != "are" => of_one(&verb.small),
        "he" | "she" if alone => of_one(&verb.small),
        "this" if alone && place.opens_clause() && verb.small != "are" => of_one(&verb.small),
        // "files that don't": only where a sentence begins it is no relative clause.
        "that" if place.word().opens && verb.small != "are" => of_one(&verb.small),
        // "one of these doesn't"
        "these" | "those" if place.before() != "of" => of_several(&verb.small),
        "i" if alone && place.word().text == "I" && place.opens_clause() => match verb.small.as_str() {
            "has" => Some("have"),
            "doesn't" => Some("don't"),
            "hasn't" => Some("haven't"),
            _ => None,
        },
        _ => None,
    };
    if let Some(right) = right {
        return place.on(1).replace(0, right);
    }
    if !matches!(subject, "he" | "she") || !place.word().opens || verb.text != verb.small {
        return None;
    }
    let word = verb.small.as_str();
    let is_verb = matches!(word, "have" | "go" | "do")
        || place.is_verb_alone(1, Part::Verb)
            && !place.can_be(word, Part::Participle)
            && !place.can_be(word, Part::Past);
    is_verb.then(|| place.on(1).replace(0, &third_of(place, word)?)).flatten()
}

/// What is not counted, written as if it were: the word itself is put right as a misspelling.
const UNCOUNTED: &[&str] = &["informations", "softwares", "equipments", "advices", "furnitures", "hardwares"];

/// `informations are`, `these informations`.
pub fn uncounted(place: Place<'_>) -> Option<Edit> {
    let word = place.word().small.as_str();
    if UNCOUNTED.contains(&word) {
        let right = match place.next(1)? {
            "are" => "is",
            "were" => "was",
            "have" => "has",
            _ => return None,
        };
        return place.on(1).replace(0, right);
    }
    let right = match word {
        "these" => "this",
        "those" => "that",
        "many" => "much",
        _ => return None,
    };
    UNCOUNTED.contains(&place.next(1)?).then(|| place.replace(0, right)).flatten()
}

/// `Everyone have`, `Each of the options have`, `The number of users are`, `The function don't`: one, at the beginning.
pub fn one_thing(place: Place<'_>) -> Option<Edit> {
    const EVERYONE: &[&str] = &[
        "everyone",
        "everybody",
        "someone",
        "somebody",
        "anyone",
        "anybody",
        "nobody",
        "everything",
        "something",
        "nothing",
    ];
    /// Groups that may be several, and what has one form for both.
    const GROUPS: &[&str] = &[
        "audience",
        "band",
        "bulk",
        "committee",
        "community",
        "company",
        "couple",
        "crew",
        "crowd",
        "data",
        "deer",
        "family",
        "fish",
        "folk",
        "former",
        "government",
        "group",
        "half",
        "latter",
        "list",
        "lot",
        "majority",
        "management",
        "media",
        "minority",
        "number",
        "pair",
        "people",
        "police",
        "press",
        "public",
        "remainder",
        "rest",
        "series",
        "set",
        "sheep",
        "species",
        "staff",
        "team",
        "top",
        "variety",
    ];
    let word = place.word();
    if !word.opens {
        return None;
    }
    let small = word.small.as_str();
    if EVERYONE.contains(&small) {
        return one(place, 1);
    }
    if matches!(small, "each" | "one") && place.next(1) == Some("of") {
        let noun = match place.next(2)? {
            "the" | "these" | "those" | "your" | "our" | "its" | "their" => 3,
            _ => return None,
        };
        singular_of(place, place.next(noun)?)?;
        return one(place, noun + 1);
    }
    if small == "the" && place.next(1) == Some("number") && place.next(2) == Some("of") {
        singular_of(place, place.next(3)?)?;
        return one(place, 4);
    }
    // "the api's are there": several, as some write them.
    let is_noun = |noun: &&Word<'_>| noun.text == noun.small && !noun.small.contains('\'');
    let noun = place.next_word(1).filter(|noun| matches!(small, "the" | "this" | "a" | "an") && is_noun(noun))?;
    let name = noun.small.as_str();
    let thing = place.can_be(name, Part::Noun)
        && ![
            Part::Plural,
            Part::Mass,
            Part::Adjective,
            Part::Function,
            Part::Participle,
            Part::Progressive,
            Part::Past,
        ]
        .iter()
        .any(|part| place.can_be(name, *part))
        && !GROUPS.contains(&name);
    thing.then(|| place.on(2).replace(0, of_one(place.next(2)?)?)).flatten()
}

/// The verb `by` places on, for one.
fn one(place: Place<'_>, by: usize) -> Option<Edit> {
    let verb = place.next_word(by)?;
    let word = verb.small.as_str();
    if let Some(right) = of_one(word) {
        return place.on(by).replace(0, right);
    }
    let is_verb = word == "have"
        || by == 1
            && verb.text == word
            && place.is_verb_alone(by, Part::Verb)
            && !place.can_be(word, Part::Participle)
            && !place.can_be(word, Part::Past);
    is_verb.then(|| place.on(by).replace(0, &third_of(place, word)?)).flatten()
}

/// Verbs with forms of their own: as they are, what they were, and what is done. Those are left out whose past is another
/// word too (`rose`, `saw`, `spoke`, `drove`, `found`).
const FORMS: &[[&str; 3]] = &[
    ["become", "became", "become"],
    ["begin", "began", "begun"],
    ["break", "broke", "broken"],
    ["choose", "chose", "chosen"],
    ["come", "came", "come"],
    ["draw", "drew", "drawn"],
    ["eat", "ate", "eaten"],
    ["fly", "flew", "flown"],
    ["forget", "forgot", "forgotten"],
    ["freeze", "froze", "frozen"],
    ["give", "gave", "given"],
    ["go", "went", "gone"],
    ["grow", "grew", "grown"],
    ["know", "knew", "known"],
    ["run", "ran", "run"],
    ["shake", "shook", "shaken"],
    ["steal", "stole", "stolen"],
    ["swim", "swam", "swum"],
    ["take", "took", "taken"],
    ["throw", "threw", "thrown"],
    ["wake", "woke", "woken"],
    ["write", "wrote", "written"],
];

/// Those, and what can be mistaken for nothing else after `did`.
const AFTER_DID: &[[&str; 2]] = &[
    ["bring", "brought"],
    ["build", "built"],
    ["buy", "bought"],
    ["catch", "caught"],
    ["get", "got"],
    ["have", "had"],
    ["keep", "kept"],
    ["make", "made"],
    ["say", "said"],
    ["see", "saw"],
    ["send", "sent"],
    ["teach", "taught"],
    ["tell", "told"],
    ["think", "thought"],
    ["understand", "understood"],
];

fn base_of(past: &str) -> Option<&'static str> {
    let forms = FORMS.iter().map(|[base, past, _]| (base, past));
    let more = AFTER_DID.iter().map(|[base, past]| (base, past));
    forms.chain(more).find(|(_, form)| **form == past).map(|(base, _)| *base)
}

/// `didn't went`, `did you saw`, `does he has`: after `did` and `does` a verb is as it is.
pub fn after_did(place: Place<'_>) -> Option<Edit> {
    const SUBJECTS: &[&str] = &["he", "she", "it", "they", "we", "you", "i", "this", "that"];
    let helper = place.word().small.as_str();
    let by = match helper {
        "didn't" => 1,
        "did" if place.next(1) == Some("not") => 2,
        // A question: where `did` is the verb itself, another may follow ("what it did you had better").
        "did" | "does" | "do"
            if (place.word().opens
                || matches!(place.before(), "what" | "why" | "how" | "where" | "when" | "who" | "which"))
                && SUBJECTS.contains(&place.next(1)?) =>
        {
            2
        }
        _ => return None,
    };
    let verb = place.next(by)?;
    let right = match (helper, verb) {
        ("does" | "do", "has" | "had") => "have",
        ("does" | "do", _) => return None,
        // "did not that", "didn't had better": nothing of the kind is said.
        _ => base_of(verb)?,
    };
    place.on(by).replace(0, right)
}

/// `has became`, `was wrote`: after `have` and `be` stands what is done.
pub fn done(place: Place<'_>) -> Option<Edit> {
    let helper = place.word().small.as_str();
    let have =
        matches!(helper, "have" | "has" | "had" | "haven't" | "hasn't" | "hadn't" | "i've" | "we've" | "they've");
    let be = matches!(helper, "is" | "are" | "was" | "were" | "be" | "been" | "being");
    if !(have || be) {
        return None;
    }
    let by = if matches!(place.next(1)?, "not" | "already" | "never" | "also" | "just") { 2 } else { 1 };
    let verb = place.next(by)?;
    let [.., done] = FORMS.iter().find(|[_, past, _]| *past == verb)?;
    // "what he has came from": a clause of its own.
    let clause = place.prose.words[..place.at].iter().rev().take(2);
    let own = clause.into_iter().any(|word| matches!(word.small.as_str(), "what" | "whatever" | "all" | "everything"))
        || be && matches!(verb, "broke" | "went" | "came" | "became");
    (!own).then(|| place.on(by).replace(0, done)).flatten()
}
