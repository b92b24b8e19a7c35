//! Groups of words that are wrong wherever they stand.

use super::super::Edit;
use super::Place;

/// What is written, and what is meant.
const PHRASES: &[(&[&str], &str)] = &[
    (&["could", "of", "been"], "could have been"),
    (&["should", "of", "been"], "should have been"),
    (&["would", "of", "been"], "would have been"),
    (&["must", "of", "been"], "must have been"),
    (&["might", "of", "been"], "might have been"),
    (&["for", "awhile"], "for a while"),
    (&["in", "awhile"], "in a while"),
    (&["an", "other"], "another"),
    (&["its", "self"], "itself"),
    (&["it's", "self"], "itself"),
    (&["it", "self"], "itself"),
    (&["them", "selves"], "themselves"),
    (&["their", "selves"], "themselves"),
    (&["theirselves"], "themselves"),
    (&["themself"], "themselves"),
    (&["more", "easier"], "easier"),
    (&["more", "better"], "better"),
    (&["more", "faster"], "faster"),
    (&["more", "simpler"], "simpler"),
    (&["informations"], "information"),
    (&["softwares"], "software"),
    (&["no", "affect", "on"], "no effect on"),
    (&["an", "affect", "on"], "an effect on"),
    (&["any", "affect", "on"], "any effect on"),
    (&["take", "affect"], "take effect"),
    (&["takes", "affect"], "takes effect"),
    (&["side", "affect"], "side effect"),
    (&["side", "affects"], "side effects"),
    (&["suppose", "to", "be"], "supposed to be"),
    (&["is", "suppose", "to"], "is supposed to"),
    (&["are", "suppose", "to"], "are supposed to"),
    (&["was", "suppose", "to"], "was supposed to"),
    (&["worth", "nothing", "that"], "worth noting that"),
    (&["a", "lots", "of"], "a lot of"),
    (&["if", "it", "where"], "if it were"),
    (&["as", "if", "they", "where"], "as if they were"),
    (&["be", "force", "to"], "be forced to"),
    (&["is", "base", "on"], "is based on"),
    (&["are", "base", "on"], "are based on"),
    (&["be", "base", "on"], "be based on"),
    (&["chosen", "base", "on"], "chosen based on"),
    (&["be", "though", "of"], "be thought of"),
    (&["been", "though", "of"], "been thought of"),
    (&["is", "though", "of"], "is thought of"),
    (&["often", "though", "of"], "often thought of"),
    (&["irregardless"], "regardless"),
    (&["and", "than", "the"], "and then the"),
    (&["by", "it", "self"], "by itself"),
    (&["per", "say"], "per se"),
    (&["try", "and", "to"], "try to"),
    (&["due", "the", "fact"], "due to the fact"),
    (&["despite", "of"], "despite"),
    (&["as", "apposed", "to"], "as opposed to"),
    (&["on", "accident"], "by accident"),
    (&["intensive", "purposes"], "intents and purposes"),
    (&["peace", "of", "mine"], "peace of mind"),
    (&["worse", "case", "scenario"], "worst case scenario"),
    (&["did", "not", "knew"], "did not know"),
    (&["has", "went"], "has gone"),
    (&["have", "went"], "have gone"),
    (&["had", "went"], "had gone"),
    (&["have", "did"], "have done"),
    (&["has", "did"], "has done"),
    (&["have", "ran"], "have run"),
    (&["have", "wrote"], "have written"),
    (&["has", "wrote"], "has written"),
    (&["have", "chose"], "have chosen"),
    (&["has", "chose"], "has chosen"),
    (&["was", "wrote"], "was written"),
    (&["is", "wrote"], "is written"),
    (&["have", "saw"], "have seen"),
    (&["was", "occured"], "occurred"),
    (&["was", "occurred"], "occurred"),
    (&["much", "more", "easier"], "much easier"),
    (&["dont"], "don't"),
    (&["doesnt"], "doesn't"),
    (&["didnt"], "didn't"),
    (&["isnt"], "isn't"),
    (&["arent"], "aren't"),
    (&["wasnt"], "wasn't"),
    (&["werent"], "weren't"),
    (&["couldnt"], "couldn't"),
    (&["wouldnt"], "wouldn't"),
    (&["shouldnt"], "shouldn't"),
    (&["havent"], "haven't"),
    (&["hasnt"], "hasn't"),
    (&["hadnt"], "hadn't"),
    (&["youre"], "you're"),
    (&["theyre"], "they're"),
    (&["weve"], "we've"),
    (&["youve"], "you've"),
    (&["theyve"], "they've"),
    (&["their's"], "theirs"),
    (&["your's"], "yours"),
    (&["her's"], "hers"),
    (&["our's"], "ours"),
];

/// `could of course` is right, so what follows has to be what `have` takes.
const AFTER_HAVE: &[&str] = &[
    "done", "had", "gone", "made", "taken", "given", "seen", "known", "used", "said", "written", "thought", "told",
    "got", "gotten", "come", "become", "put", "let", "kept", "left", "found", "not", "never", "just", "simply",
    "easily", "also", "already",
];

pub fn phrase(place: Place<'_>) -> Option<Edit> {
    let word = place.word().small.as_str();
    if matches!(word, "could" | "should" | "would" | "must" | "might") && place.next(1) == Some("of") {
        let after = place.next(2)?;
        if AFTER_HAVE.contains(&after) || (after.ends_with("ed") && place.knows(after) && after.len() > 4) {
            return place.replace(1, &format!("{word} have"));
        }
    }
    if word == "i" && place.word().text == "i" {
        const AFTER_I: &[&str] = &[
            "am", "was", "have", "had", "will", "would", "think", "know", "want", "need", "don't", "can", "could",
            "should", "did", "didn't", "do", "see", "like", "love", "hope", "guess", "believe", "cannot", "can't",
            "wonder", "tried", "got", "just", "really", "think",
        ];
        return place.next(1).filter(|next| AFTER_I.contains(next)).and_then(|_| place.replace(0, "I"));
    }
    let (phrase, meant) = PHRASES
        .iter()
        .find(|(phrase, _)| phrase[0] == word && (1..phrase.len()).all(|by| place.next(by) == Some(phrase[by])))?;
    place.replace(phrase.len() - 1, meant)
}
