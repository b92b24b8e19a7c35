//! Words that sound alike.

use super::super::Edit;
use super::super::lexicon::Part;
use super::Place;
use super::forms::singular_of;

/// `list`: words with spaces between them.
fn one_of(word: &str, list: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

fn is(word: Option<&str>, list: &str) -> bool {
    word.is_some_and(|word| one_of(word, list))
}

const PREPOSITIONS: &str =
    "of in with from by on at into within during through under over against between about using via without to";

/// `its` and `it's`.
pub fn its(place: Place<'_>) -> Option<Edit> {
    let next = place.next(1)?;
    match place.word().small.as_str() {
        "its" => {
            let certain = match next {
                "been" | "the" => true,
                "a" | "an" | "not" | "probably" | "because" => {
                    place.opens_clause()
                        || one_of(
                            place.before(),
                            "that if because so but think since as and when where while although though",
                        )
                }
                "going" => place.next(2) == Some("to"),
                // "make sure its added": what is done to it.
                done if place.can_be(done, Part::Past) && !place.can_be(done, Part::Adjective) => {
                    one_of(place.before(), "sure if that when because since until once")
                        && (place.closes_clause(1) || is(place.next(2), "to by in as from"))
                }
                "too" | "possible" | "impossible" | "important" | "easy" | "hard" | "better" => {
                    place.opens_clause() && is(place.next(2), "to that for")
                }
                _ => false,
            };
            certain.then(|| place.replace(0, "it's")).flatten()
        }
        "it's" => {
            let owned = |word: &str| {
                place.can_be(word, Part::Noun) && !place.can_be(word, Part::Function) && !word.ends_with("ing")
            };
            let own = next == "own" && !place.closes_clause(1);
            let after_preposition = one_of(place.before(), PREPOSITIONS)
                && (owned(next) || place.can_be(next, Part::Adjective) && place.next(2).is_some_and(owned))
                && !one_of(
                    next,
                    "a an the not so too no all like best worth time fine ok okay good possible hard easy \
                        better something just true false",
                );
            // "since it's first release": without an article no one thing is counted.
            let first = is(Some(place.before()), "since until after before for with")
                && one_of(next, "first last next initial")
                && place.next(2).is_some_and(|noun| owned(noun) && !place.can_be(noun, Part::Adverb));
            let inner =
                one_of(next, "underlying corresponding respective internal entire remaining previous original parent")
                    && place.next(2).is_some_and(|noun| owned(noun) && !place.can_be(noun, Part::Adjective))
                    && place.closes_clause(2)
                    && !place.before().is_empty();
            (own || after_preposition || first || inner || owns_thing(place)).then(|| place.replace(0, "its")).flatten()
        }
        _ => None,
    }
}

/// `change it's behavior in`, `but it's behavior differs`: a thing that is counted would have an article after `it is`.
fn owns_thing(place: Place<'_>) -> bool {
    const DOING: &str = "do does did change changes changed has have use uses using set sets get gets call calls keep keeps lose update \
        updates updating run runs finish complete return returns read reads write writes store stores define defines changing";
    let Some(next) = place.next(1) else { return false };
    let thing = place.can_be(next, Part::Noun)
        && ![
            Part::Mass,
            Part::Adjective,
            Part::Adverb,
            Part::Function,
            Part::Past,
            Part::Participle,
            Part::Progressive,
            Part::Name,
        ]
        .iter()
        .any(|part| place.can_be(next, *part));
    let after_verb = one_of(place.before(), DOING)
        && (place.closes_clause(1) || is(place.next(2), "in to with for from when at on by and or before after as"));
    let before_verb =
        is(Some(place.before()), "and but because if when that") && place.is_verb_alone(2, Part::VerbOfOne);
    let begins = place.opens_clause() || one_of(place.before(), "now so then and but");
    thing && (after_verb || before_verb) || begins && is_subject(place)
}

/// "It's plugin system allows": what follows is the subject of another verb, up to three words long.
fn is_subject(place: Place<'_>) -> bool {
    const VERBS: &str = "will can is has was does should must may";
    let part_of_name = |by: usize| {
        place.next_word(by).is_some_and(|word| {
            word.text == word.small
                && (place.can_be(&word.small, Part::Noun) || place.can_be(&word.small, Part::Adjective))
                && ![Part::Function, Part::Adverb, Part::Plural, Part::Progressive, Part::Past, Part::Mass]
                    .iter()
                    .any(|part| place.can_be(&word.small, *part))
        })
    };
    let verb = (1..=3).take_while(|by| part_of_name(*by)).last().map(|last| last + 1);
    let noun_before = |by: usize| place.next(by - 1).is_some_and(|word| place.can_be(word, Part::Noun));
    verb.is_some_and(|by| noun_before(by) && (is(place.next(by), VERBS) || place.is_verb_alone(by, Part::VerbOfOne)))
}

/// `your` and `you're`.
pub fn your(place: Place<'_>) -> Option<Edit> {
    match place.word().small.as_str() {
        "your" => {
            let next = place.next(1)?;
            let welcome = next == "welcome" && place.closes_clause(1);
            let verb = one_of(next, "not a an the gonna probably very")
                || (one_of(
                    next,
                    "going trying about supposed able allowed unable likely wrong looking talking thinking",
                ) && is(place.next(2), "to for about at"));
            // "create your a disk": something else is wrong.
            let subject = place.opens_clause()
                || one_of(
                    place.before(),
                    "if that when because and but or so think know hope sure unless while since where what whatever \
                     once until as then than",
                );
            (welcome || verb && subject).then(|| place.replace(0, "you're")).flatten()
        }
        "you're" => {
            let next = place.next(1)?;
            let owned = one_of(
                next,
                "own life code computer name email data account password work team project application \
                        program system request message help time question answer machine browser files settings",
            );
            owned.then(|| place.replace(0, "your")).flatten()
        }
        "you" => {
            // "rebuild you crates": after what gives something to somebody, `you` is right.
            let noun = place.next(1)?;
            let own = noun == "own"
                && one_of(place.before(), "on of with in for use write create make define add provide build");
            // "If you task does": a verb of one after what would be the verb of `you`.
            let task = one_of(place.before(), "if when while whether that")
                && place.can_be(noun, Part::Noun)
                && !place.can_be(noun, Part::Adverb)
                && !place.can_be(noun, Part::Function)
                && (is(place.next(2), "does doesn't is isn't has hasn't") || place.is_verb_alone(2, Part::VerbOfOne));
            // "for you contribution", where a thing alone follows.
            let thing = one_of(place.before(), "for in of on with from to")
                && is_thing_alone(place, noun)
                && (place.closes_clause(1) || is(place.next(2), "is in and or to for from with"));
            (own || task || thing).then(|| place.replace(0, "your")).flatten()
        }
        _ => None,
    }
}

/// Whether it names a thing, and is nothing else.
fn is_thing_alone(place: Place<'_>, word: &str) -> bool {
    place.can_be(word, Part::Noun)
        && ![
            Part::Verb,
            Part::VerbOfOne,
            Part::Adjective,
            Part::Adverb,
            Part::Function,
            Part::Past,
            Part::Participle,
            Part::Progressive,
            Part::Plural,
        ]
        .iter()
        .any(|part| place.can_be(word, *part))
}

/// `there`, `their` and `they're`.
pub fn there(place: Place<'_>) -> Option<Edit> {
    let next = place.next(1)?;
    match place.word().small.as_str() {
        "their" | "they're" if one_of(next, "is are was were isn't aren't wasn't") => place.replace(0, "there"),
        "their" if one_of(next, "will has have must may might should could") && is(place.next(2), "be been") => {
            place.replace(0, "there")
        }
        "there" | "they're" if next == "own" => place.replace(0, "their"),
        "there" if one_of(place.before(), "of with in on for by to all change use") => {
            let owned = one_of(
                next,
                "name names value values data code work respective corresponding contents users children \
                        arguments way house car friends parents job jobs homework",
            );
            owned.then(|| place.replace(0, "their")).flatten()
        }
        "their" | "there"
            if matches!(next, "going" | "trying") && place.next(2) == Some("to") && place.opens_clause() =>
        {
            place.replace(0, "they're")
        }
        _ => None,
    }
}

const COMPARATIVES: &str = "larger smaller greater higher lower bigger older newer longer shorter fewer slower faster better worse \
    easier harder simpler stronger weaker cheaper heavier lighter taller younger deeper wider narrower";

/// `, the later using`: of two, the one that was named last.
pub fn latter(place: Place<'_>) -> Option<Edit> {
    let names =
        place.word().small == "the" && place.next(1) == Some("later") && place.opens_clause() && !place.word().opens;
    (names && is(place.next(2), "using being is has was can will does for requires needs"))
        .then(|| place.on(1).replace(0, "latter"))
        .flatten()
}

/// `then` after what compares, `than` after a condition.
pub fn than(place: Place<'_>) -> Option<Edit> {
    let before = place.before();
    let sentence = sentence_before(place);
    let conditional = || {
        sentence.split_whitespace().any(|word| one_of(word.to_lowercase().as_str(), "if when once unless until while"))
    };
    match place.word().small.as_str() {
        "then" => {
            place.next(1)?;
            let compared = matches!(before, "other" | "rather") || (one_of(before, COMPARATIVES) && !conditional());
            let more = place.at >= 2 && place.word().follows && {
                let two_before = Place { at: place.at - 1, ..place };
                matches!(two_before.before(), "more" | "less")
                    && place.can_be(before, Part::Adjective)
                    && !conditional()
            };
            // "a more practical example then logging"
            let example = place.at >= 4 && place.word().follows && !conditional() && {
                let before: Vec<_> = (1..=4).map(|by| place.prose.words[place.at - by].small.as_str()).collect();
                one_of(before[3], "a no much any")
                    && one_of(before[2], "more less")
                    && place.can_be(before[0], Part::Noun)
            };
            let more_then = matches!(before, "more" | "less") && !conditional();
            (compared || more || example || more_then).then(|| place.replace(0, "than")).flatten()
        }
        "than" => {
            let condition = sentence.to_lowercase();
            let condition = condition.starts_with("if ") || condition.starts_with("when ");
            let comma = place.prose.text[..place.word().at.start].trim_end().ends_with(',');
            let compares = sentence.split_whitespace().any(|word| {
                let word = word.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
                one_of(word.as_str(), "more less rather other different") || word.ends_with("er")
            });
            (comma && condition && !compares).then(|| place.replace(0, "then")).flatten()
        }
        _ => None,
    }
}

fn sentence_before<'a>(place: Place<'a>) -> &'a str {
    let start = place.prose.words[..=place.at].iter().rev().find(|word| word.opens).map_or(0, |word| word.at.start);
    &place.prose.text[start..place.word().at.start]
}

/// `Lets look` is an invitation; `it lets you look` is not.
pub fn lets(place: Place<'_>) -> Option<Edit> {
    const INVITED: &str = "look see say try take start go first now talk assume consider add create use begin break discuss get make \
    run write imagine suppose have not move explore define call do keep change examine walk think just put \
    review check be find test continue quickly spend return turn dive";
    let invites = place.word().small == "lets" && is(place.next(1), INVITED);
    let place_is_right = place.opens_clause() || one_of(place.before(), "now so then but and first");
    (invites && place_is_right).then(|| place.replace(0, "let's")).flatten()
}

/// `loose` where something is lost.
pub fn lose(place: Place<'_>) -> Option<Edit> {
    let wrong = match place.word().small.as_str() {
        "loose" => "lose",
        "looses" => "loses",
        _ => return None,
    };
    let before = one_of(
        place.before(),
        "to will would can could may might not don't doesn't didn't won't you we they it never \
                        cannot can't shouldn't however",
    );
    let after = is(
        place.next(1),
        "the a an my your its their his her our it all any some data information track precision \
                        control access time money weight everything focus this that these those equality them \
                        interest value",
    );
    let how = place.before().ends_with("ly") && place.can_be(place.before(), Part::Adverb);
    (after && (before || how || wrong == "loses")).then(|| place.replace(0, wrong)).flatten()
}

/// `where` for `were`.
pub fn were(place: Place<'_>) -> Option<Edit> {
    if place.word().small != "where" {
        return None;
    }
    let next = place.next(1)?;
    let done = place.can_be(next, Part::Participle) || one_of(next, "not being also able supposed going");
    let subject = matches!(place.before(), "they" | "we" | "you") && !one_of(next, "put set read cut hit");
    let those = one_of(place.before(), "those these that which")
        && (next == "not" && place.before() != "this"
            || place.can_be(next, Part::Participle)
                && !place.can_be(next, Part::Adjective)
                && !place.can_be(next, Part::Noun));
    (subject && done || those).then(|| place.replace(0, "were")).flatten()
}

/// `to` for `too`, and the other way round.
pub fn too(place: Place<'_>) -> Option<Edit> {
    const DEGREES: &str = "big small large long short slow fast late early hard old broad narrow wide high low complex complicated \
    expensive difficult heavy few";
    match place.word().small.as_str() {
        "to" => {
            let be = one_of(place.before(), "is are was were be it's way far much");
            let degree = is(place.next(1), DEGREES) && (place.closes_clause(1) || is(place.next(2), "to for and or"));
            let much = one_of(place.before(), "way far is it's") && is(place.next(1), "much many");
            (be && degree || much).then(|| place.replace(0, "too")).flatten()
        }
        "too" => {
            let verb = is(place.next(1), "be do make get use have see the");
            let before = one_of(
                place.before(),
                "want wants need needs have has able try trying going used due according thanks addition",
            );
            let object = place.is_verb_alone(1, Part::Verb) && place.object_begins(2);
            let allowed = one_of(place.before(), "you us them")
                && place.at >= 2
                && one_of(&place.prose.words[place.at - 2].small, "allow allows allowing enable enables")
                && place.next(1).is_some_and(|next| place.can_be(next, Part::Verb) || next.ends_with("ly"));
            (verb && before || object || allowed).then(|| place.replace(0, "to")).flatten()
        }
        _ => None,
    }
}

/// Verbs of two words that are written as the noun: `to setup the`.
pub fn two_words(place: Place<'_>) -> Option<Edit> {
    let apart = match place.word().small.as_str() {
        "setup" => "set up",
        "backup" => "back up",
        "shutdown" => "shut down",
        "cleanup" => "clean up",
        "lookup" => "look up",
        "rollback" => "roll back",
        "workaround" => "work around",
        _ => return None,
    };
    let before = place.before();
    let verb = one_of(before, "to can will must should you we they not could would may")
        || (before.ends_with("ly") && place.can_be(before, Part::Adverb));
    let object = is(place.next(1), "the a an your our its their this these those all any");
    (verb && object).then(|| place.replace(0, apart)).flatten()
}

/// One word for another that is spelt almost like it: `expect for`, `trough the`, `the key different between`.
pub fn near_words(place: Place<'_>) -> Option<Edit> {
    let before = place.before();
    match place.word().small.as_str() {
        // "what you would expect for": a verb.
        "expect" if place.next(1) == Some("for") => {
            let verb = one_of(
                before,
                "to would will should might can could may not we you i they people users one always still also",
            );
            (!verb && !before.is_empty()).then(|| place.replace(0, "except")).flatten()
        }
        "trough" => is(place.next(1), "the a an this these all any it").then(|| place.replace(0, "through")).flatten(),
        "different" if place.next(1) == Some("between") => {
            one_of(before, "the key main only big major no any a one important")
                .then(|| place.replace(0, "difference"))
                .flatten()
        }
        "bellow" if !one_of(before, "a the to loud they and or can will") => place.replace(0, "below"),
        "different" if before == "only" => {
            is(place.next(1), "from is").then(|| place.replace(0, "difference")).flatten()
        }
        // "we could make am object"
        "am" if place.word().text == "am" && !before.is_empty() && !one_of(before, "i and or not who") => {
            let thing =
                place.next(1).is_some_and(|next| next.starts_with(['a', 'e', 'i', 'o']) && is_thing_alone(place, next));
            thing.then(|| place.replace(0, "an")).flatten()
        }
        "planing" => (place.next(1) == Some("to")).then(|| place.replace(0, "planning")).flatten(),
        "though" => one_of(before, "have has had hadn't haven't hasn't i've we've you've")
            .then(|| place.replace(0, "thought"))
            .flatten(),
        "not" if place.word().opens && place.next(1) == Some("that") => place.propose(0, "note"),
        "th" => one_of(before, "of in from to on with by for at into is").then(|| place.replace(0, "the")).flatten(),
        "an" => is(place.next(1), "then you we they many so").then(|| place.replace(0, "and")).flatten(),
        _ => None,
    }
}

/// Words that what follows tells apart: `brake the build`, `it effects how`, `the principle reason`, `too much errors`.
pub fn objects(place: Place<'_>) -> Option<Edit> {
    const COUNTED: &str = "errors requests files arguments options users changes calls results tests";
    let several = |by: usize| {
        place.next(by).is_some_and(|noun| {
            singular_of(place, noun).is_some() && (!place.can_be(noun, Part::VerbOfOne) || one_of(noun, COUNTED))
        })
    };
    match place.word().small.as_str() {
        "brake" | "brakes" => {
            let object = is(place.next(1), "the a this that existing backward backwards") && {
                let by = if is(place.next(1), "the a this that existing") { 2 } else { 1 };
                is(
                    place.next(by),
                    "build builds code loop api abi tests test compatibility rules existing backward backwards",
                )
            };
            let right = if place.word().small == "brake" { "break" } else { "breaks" };
            object.then(|| place.replace(0, right)).flatten()
        }
        // "which effects the transfer" is right.
        "effects" => {
            let subject = one_of(place.before(), "it this that which only also not");
            (subject && is(place.next(1), "how your all performance both every everyone"))
                .then(|| place.replace(0, "affects"))
                .flatten()
        }
        "principle" => {
            is(place.next(1), "reason reasons author authors component components engineer developer investigator")
                .then(|| place.replace(0, "principal"))
                .flatten()
        }
        "principal" => (place.before() == "in" && (place.closes_clause(0) || is(place.next(1), "it this the you we")))
            .then(|| place.replace(0, "principle"))
            .flatten(),
        "much" if place.before() == "too" => several(1).then(|| place.replace(0, "many")).flatten(),
        "much" if place.before() == "how" => (several(1) && is(place.next(2), "are were there do can should"))
            .then(|| place.replace(0, "many"))
            .flatten(),
        "discuss" | "discussed" if place.next(1) == Some("about") => {
            let right = place.word().small.clone();
            is(place.next(2), "the a an this these how our your it").then(|| place.replace(1, &right)).flatten()
        }
        // "You're key is": a verb after the thing says whose it is.
        "you're" | "who's" => {
            let thing = place.next(1).is_some_and(|noun| is_thing_alone(place, noun));
            let right = if place.word().small == "you're" { "your" } else { "whose" };
            (thing && is(place.next(2), "is has does will must")).then(|| place.replace(0, right)).flatten()
        }
        _ => None,
    }
}

/// A word that is missing, or two that are one: `there are couple of`, `according the`, `is straight forward`.
pub fn missing_words(place: Place<'_>) -> Option<Edit> {
    let before = place.before();
    match place.word().small.as_str() {
        "couple" if place.next(1) == Some("of") => {
            one_of(before, "are were").then(|| place.replace(0, "a couple")).flatten()
        }
        "straight" if place.next(1) == Some("forward") => {
            one_of(before, "is are be very more quite fairly pretty not a was most")
                .then(|| place.replace(1, "straightforward"))
                .flatten()
        }
        "according" => is(place.next(1), "the this your our its").then(|| place.replace(0, "according to")).flatten(),
        // "is the provide a": what only can be a verb, with its object.
        "the" => {
            let verb = place.is_verb_alone(1, Part::Verb) && place.object_begins(2);
            let leads = one_of(before, "is was need needs want wants able used how order possible sure");
            (verb && leads).then(|| place.replace(0, "to")).flatten()
        }
        _ => None,
    }
}
