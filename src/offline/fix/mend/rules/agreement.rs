//! One and several: `these is`, `various way`, `there is many`.

use super::super::Edit;
use super::super::lexicon::Part;
use super::super::words::Plain;
use super::Place;
use super::forms::{base_of_third, plural_of, singular_of, third_of};

/// `this` and `these` before what tells whether it is one thing.
pub fn this_and_these(place: Place<'_>) -> Option<Edit> {
    let next = place.next(1)?;
    // "one of these is", "neither of those was"
    if place.before() == "of" {
        return None;
    }
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
    if matches!(word, "kind" | "type" | "sort") && place.next(2) == Some("of") {
        return place.on(1).replace(0, &plural_of(word));
    }
    let alone = place.can_be(word, Part::Noun)
        && ![Part::Plural, Part::Adjective, Part::Adverb, Part::Function, Part::Participle]
            .iter()
            .any(|part| place.can_be(word, *part))
        && !word.ends_with('s')
        && !SEVERAL.contains(&word);
    // "a factor of two speedup"
    let ratio = place.before() == "of" && place.at >= 2 && place.prose.words[place.at - 2].small == "factor";
    // "by a few percent"; "a multiple failure".
    let measure = word == "percent" || (place.word().small == "multiple" && matches!(place.before(), "a" | "the"));
    let ends =
        !ratio && !measure && (place.closes_clause(1) || place.next(2).is_some_and(|next| AFTER_NOUN.contains(&next)));
    // "those who", "these to be": a verb.
    let verb = place.can_be(word, Part::Verb)
        && matches!(place.word().small.as_str(), "these" | "those" | "many" | "several" | "few" | "two" | "three");
    let plural = plural_of(word);
    // "two-factor"; "various build, spelling and other fixes".
    let hyphen = place.rest(1).starts_with(['-', ',']);
    if !alone
        || !ends
        || hyphen
        // "These include, for example": a verb.
        || verb
            && place.opens_clause()
            && matches!(place.word().small.as_str(), "these" | "those" | "many" | "several")
            && !matches!(place.next(2), Some("are" | "were"))
        || verb && !matches!(place.next(2), Some("of" | "are" | "were")) && !place.closes_clause(1)
        || !place.can_be(&plural, Part::Plural)
    {
        return None;
    }
    place.on(1).replace(0, &plural)
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
    let clause =
        place.opens_clause() || matches!(place.before(), "when" | "if" | "because" | "that" | "where" | "while");
    if !matches!(place.word().small.as_str(), "this" | "each" | "every" | "a" | "an") || !clause {
        return None;
    }
    let noun = place.next_word(1)?.small.as_str();
    let verb = place.next(2)?;
    let of_one = matches!(verb, "is" | "has" | "was" | "does" | "requires")
        || (matches!(verb, "may" | "can" | "will" | "must" | "should") && place.word().small.len() <= 2)
        || (place.can_be(verb, Part::VerbOfOne) && !place.can_be(verb, Part::Plural));
    let other = [Part::Adjective, Part::Function].iter().any(|part| place.can_be(noun, *part));
    let one = singular_of(place, noun).filter(|_| of_one && !other)?;
    place.on(1).replace(0, &one)
}

/// `a method that extract some`: one thing before `that`, and a verb that is nothing else.
pub fn that_needs(place: Place<'_>) -> Option<Edit> {
    if place.word().small != "that" || !place.word().follows || place.at < 2 {
        return None;
    }
    let noun = place.before();
    let one = place.can_be(noun, Part::Noun)
        && ![Part::Plural, Part::Mass, Part::Adjective, Part::Adverb, Part::Function]
            .iter()
            .any(|part| place.can_be(noun, *part));
    let verb = place.next(1).filter(|verb| verb.len() > 3 && !place.can_be(verb, Part::Participle))?;
    let before: Vec<_> =
        place.prose.words[..place.at - 1].iter().rev().take(5).map(|word| word.small.as_str()).collect();
    let article =
        before.iter().take(4).any(|word| matches!(*word, "a" | "an" | "own" | "this" | "its" | "our" | "your"));
    let several = before.iter().any(|word| {
        place.can_be(word, Part::Plural) || matches!(*word, "and" | "or" | "of" | "require" | "requires" | "suggest")
    });
    let object = matches!(
        place.next(2),
        Some("a" | "an" | "the" | "some" | "all" | "any" | "your" | "its" | "you" | "us" | "them" | "it")
    );
    let is_verb = place.is_verb_alone(1, Part::Verb) || (object && place.can_be(verb, Part::Verb));
    (one && article && !several && is_verb).then(|| place.on(1).replace(0, &third_of(place, verb)?)).flatten()
}

/// `more than one nodes`, `components themselves depends`.
pub fn counted(place: Place<'_>) -> Option<Edit> {
    match place.word().small.as_str() {
        "theses" if place.next(1).is_some_and(|noun| place.can_be(noun, Part::Plural)) => place.replace(0, "these"),
        "themselves" if place.is_verb_alone(1, Part::VerbOfOne) => {
            place.on(1).replace(0, &base_of_third(place, place.next(1)?)?)
        }
        "than" if place.before() == "more" && place.next(1) == Some("one") => {
            let by = if singular_of(place, place.next(2)?).is_some() { 2 } else { 3 };
            let noun = place.next(by).filter(|noun| by == 2 || !place.can_be(noun, Part::VerbOfOne))?;
            // "if more than one matches,": a verb.
            if by == 2 && place.can_be(noun, Part::VerbOfOne) && place.closes_clause(2) {
                return None;
            }
            let modifies =
                by == 2 || place.can_be(place.next(2)?, Part::Noun) && !place.can_be(place.next(2)?, Part::Function);
            modifies.then(|| place.on(by).replace(0, &singular_of(place, noun)?)).flatten()
        }
        _ => None,
    }
}

/// What may follow a noun that ends its group, and is no verb.
const AFTER_GROUP: &[&str] = &["of", "in", "on", "to", "for", "with", "from", "at", "by", "when", "as", "and", "or"];

fn ends_group(place: Place<'_>, by: usize) -> bool {
    !place.rest(by).starts_with('-')
        && (place.closes_clause(by) || place.next(by + 1).is_some_and(|next| AFTER_GROUP.contains(&next)))
}

/// `follow this steps:`
pub fn this_with_several(place: Place<'_>) -> Option<Edit> {
    let right = match place.word().small.as_str() {
        "this" => "these",
        "that" if matches!(place.before(), "of" | "in" | "all" | "with") => "those",
        _ => return None,
    };
    let noun = place.next(1)?;
    let before = place.before();
    let several = singular_of(place, noun).is_some()
        && (!place.can_be(noun, Part::VerbOfOne)
            || matches!(before, "follow" | "use" | "see" | "add" | "change" | "set" | "repeat"));
    let object = matches!(before, "of" | "in" | "with" | "all" | "from" | "to" | "by")
        || (place.can_be(before, Part::Verb) && before != "do" && !place.can_be(before, Part::Function));
    (several && ends_group(place, 1) && object).then(|| place.replace(0, right)).flatten()
}

/// `a pipelines and`: one too many, or the article is.
pub fn a_with_several(place: Place<'_>) -> Option<Edit> {
    const OF_ONE: &[&str] = &[
        "barracks",
        "crossroads",
        "gallows",
        "glasses",
        "innings",
        "jeans",
        "odds",
        "pants",
        "premises",
        "proceeds",
        "savings",
        "sports",
        "sweepstakes",
        "thousands",
        "hundreds",
        "dozens",
        "millions",
        "billions",
    ];
    if !matches!(place.word().small.as_str(), "a" | "an") || place.before() == "such" {
        return None;
    }
    let noun = place.next_word(1).filter(|noun| noun.text == noun.small)?.small.as_str();
    let other = place.can_be(noun, Part::VerbOfOne) || place.can_be(noun, Part::Adjective) || OF_ONE.contains(&noun);
    let one = singular_of(place, noun).filter(|_| !other && ends_group(place, 1))?;
    place.on(1).propose(0, &one)
}

/// `each options of`
pub fn each_of_several(place: Place<'_>) -> Option<Edit> {
    if !matches!(place.word().small.as_str(), "each" | "every" | "another") {
        return None;
    }
    let noun = place.next(1)?;
    let verb = place.can_be(noun, Part::VerbOfOne) || place.can_be(noun, Part::Adjective);
    let one = singular_of(place, noun).filter(|_| !verb && ends_group(place, 1))?;
    place.on(1).replace(0, &one)
}

/// `one of the option`
pub fn one_of(place: Place<'_>) -> Option<Edit> {
    const GROUPS: &[&str] = &[
        "above",
        "below",
        "following",
        "same",
        "kind",
        "two",
        "group",
        "team",
        "family",
        "set",
        "list",
        "pair",
        "staff",
        "rest",
        "former",
        "latter",
        "best",
        "most",
        "community",
        "lot",
        "crowd",
    ];
    let one = place.word().small == "one" && place.next(1) == Some("of") && place.next(2) == Some("the");
    let noun = place.next_word(3).filter(|_| one)?;
    let word = noun.small.as_str();
    let alone = noun.text == word
        && place.can_be(word, Part::Noun)
        && ![Part::Plural, Part::Mass, Part::Adjective, Part::Adverb, Part::Function, Part::Past, Part::Participle]
            .iter()
            .any(|part| place.can_be(word, *part));
    let several = plural_of(word);
    let right = alone && !GROUPS.contains(&word) && place.can_be(&several, Part::Plural) && ends_group(place, 3);
    right.then(|| place.on(3).replace(0, &several)).flatten()
}

/// `frameworks that doesn't`: several before `that`, and a verb of one after it.
pub fn that_need(place: Place<'_>) -> Option<Edit> {
    if !matches!(place.word().small.as_str(), "that" | "which") || !place.word().follows || place.at < 2 {
        return None;
    }
    singular_of(place, place.before()).filter(|_| place.prose.words[place.at - 1].plain == Plain::Yes)?;
    // "records which allows us": all that was said before.
    if place.word().small == "which" && place.next(1).is_some_and(|verb| OF_ALL_THAT.contains(&verb)) {
        return None;
    }
    // "a list of files that needs", "the option for users that needs": who knows which one it is.
    let group = place.prose.words[..place.at].iter().rev().skip(1).take(5);
    let words: Vec<&str> = group.take_while(|word| word.follows).map(|word| word.small.as_str()).collect();
    let other = |word: &&str| {
        matches!(
            *word,
            "a" | "an" | "one" | "each" | "every" | "this" | "tell" | "tells" | "that" | "which" | "and" | "or"
        ) || AFTER_GROUP.contains(word)
    };
    // A preposition belongs to the group, unless it joins it to a noun before.
    let noun = |word: &str| {
        place.can_be(word, Part::Noun) && ![Part::Adverb, Part::VerbOfOne].iter().any(|part| place.can_be(word, *part))
    };
    let nested = words.iter().enumerate().any(|(at, word)| {
        let verb_before = words.get(at + 2).is_some_and(|word| matches!(*word, "to" | "can" | "will" | "not"));
        other(word) && (!AFTER_GROUP.contains(word) || words.get(at + 1).is_some_and(|word| noun(word) && !verb_before))
    });
    if nested {
        return None;
    }
    let right = plural_verb(place, 1, false)?;
    place.on(1).replace(0, &right)
}

/// Verbs of what was said, as of things.
const OF_ALL_THAT: &[&str] = &[
    "allows", "breaks", "causes", "enables", "ensures", "gives", "helps", "implies", "leads", "lets", "makes", "means",
    "prevents", "requires", "results", "saves",
];

/// What stands before a name: `the argument flags specifies`.
const BEFORE_NAMES: &[&str] = &[
    "argument",
    "attribute",
    "class",
    "column",
    "command",
    "directive",
    "directory",
    "field",
    "file",
    "flag",
    "function",
    "key",
    "keyword",
    "macro",
    "member",
    "method",
    "module",
    "option",
    "package",
    "parameter",
    "program",
    "property",
    "section",
    "setting",
    "table",
    "target",
    "term",
    "type",
    "value",
    "variable",
    "word",
];

/// The form for several of the verb `by` places on. `is`, too, where it surely is the verb.
fn plural_verb(place: Place<'_>, by: usize, be: bool) -> Option<String> {
    let verb = place.next_word(by)?;
    let right = match verb.small.as_str() {
        "is" if be => "are",
        "was" if be => "were",
        "has" if be || place.next(by + 1) == Some("been") => "have",
        "does" if be || place.next(by + 1) == Some("not") => "do",
        "isn't" => "aren't",
        "wasn't" => "weren't",
        "hasn't" => "haven't",
        "doesn't" => "don't",
        "needs" if place.next(by + 1) == Some("to") => "need",
        "uses" if place.object_begins(by + 1) => "use",
        "makes" if place.object_begins(by + 1) => "make",
        "shows" if be => "show",
        "works" if !be => "work",
        "depends" if place.next(by + 1) == Some("on") => "depend",
        word if place.is_verb_alone(by, Part::VerbOfOne) => return base_of_third(place, word),
        _ => return None,
    };
    Some(right.to_owned())
}

/// `The examples uses a`, `Time limits does not`: a subject of several at the beginning of a sentence.
pub fn subject(place: Place<'_>) -> Option<Edit> {
    const SEVERAL_OR_ALL: &[&str] =
        &["the", "these", "those", "some", "many", "most", "all", "several", "both", "our", "your"];
    if !place.word().opens {
        return None;
    }
    let first = place.word().small.as_str();
    let modifies = |by: usize| {
        place.next_word(by).is_some_and(|word| {
            word.text == word.small
                && (place.can_be(&word.small, Part::Adjective) || place.can_be(&word.small, Part::Noun))
                && !place.can_be(&word.small, Part::Function)
                && !place.can_be(&word.small, Part::Plural)
        })
    };
    let noun = match SEVERAL_OR_ALL.contains(&first) {
        true if first == "all" && place.next(1) == Some("the") => 2,
        true if place.next(1).is_some_and(|noun| singular_of(place, noun).is_some()) => 1,
        true if modifies(1) || place.next(1) == Some("following") => 2,
        // "Task names are": a noun before a noun.
        false
            if place.can_be(first, Part::Noun)
                && (!place.can_be(first, Part::Verb) || matches!(place.next(2), Some("does" | "doesn't")))
                && ![Part::Function, Part::Progressive, Part::Adverb, Part::Plural]
                    .iter()
                    .any(|part| place.can_be(first, *part)) =>
        {
            1
        }
        _ => return None,
    };
    let several = place.next_word(noun)?;
    singular_of(place, &several.small).filter(|_| several.text == several.small)?;
    if place.next(noun - 1).is_some_and(|before| BEFORE_NAMES.contains(&before)) {
        return None;
    }
    let verb = match place.next(noun + 1)? {
        "also" | "often" | "usually" | "always" | "still" | "now" | "only" | "then" => noun + 2,
        _ => noun + 1,
    };
    let right = plural_verb(place, verb, true)?;
    place.on(verb).replace(0, &right)
}

/// `If the user want to`: a thing alone after `if` and `when`, and a verb that is nothing else.
pub fn of_condition(place: Place<'_>) -> Option<Edit> {
    const OWNERS: &[&str] = &["the", "your", "a", "an", "this", "our", "its", "their"];
    let condition = matches!(place.word().small.as_str(), "if" | "when") && OWNERS.contains(&place.next(1)?);
    let noun = place.next_word(2).filter(|noun| condition && noun.text == noun.small)?;
    let thing = place.can_be(&noun.small, Part::Noun)
        && ![Part::Plural, Part::Mass, Part::Adjective, Part::Function, Part::Past, Part::Participle]
            .iter()
            .any(|part| place.can_be(&noun.small, *part))
        && !matches!(noun.small.as_str(), "data" | "media" | "people" | "police" | "staff" | "rest" | "number");
    let verb = place.next(3)?;
    let fits = thing && place.is_verb_alone(3, Part::Verb) && !place.can_be(verb, Part::Participle) && verb.len() > 3;
    let wants = thing && verb == "want" && place.next(4) == Some("to");
    (fits || wants).then(|| place.on(3).replace(0, &third_of(place, verb)?)).flatten()
}
