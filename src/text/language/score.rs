//! How much of a language there is in a text: words, letters and sequences by its [`Profile`], and what two libraries
//! trained on much text say. Points add up; what counts is the distance to the second best.

use whatlang::Detector;

use super::lexicon::{Family, Lexicon, Places};
use super::profiles::Profile;

/// For a frequent word, by its letters: the shorter, the more languages have it.
const WORD_POINTS: [f64; 4] = [0.0, 0.6, 1.3, 1.9];

/// For a letter beyond ASCII that the language writes, in each word; and for one that it does not.
const OWN_LETTER: f64 = 0.9;
const FOREIGN_LETTER: f64 = -3.0;

/// For a typical sequence; a word of many gets no more than two.
const PART: f64 = 0.5;
const MOST_PARTS: usize = 2;

/// The libraries' votes, at their full weight from this many letters on: on a word or two they are guessing.
const VOTE: f64 = 1.8;
const VOTE_LETTERS: f64 = 24.0;

/// The start that the user's own languages have over others in Latin letters, which everybody comes across.
pub const START_IN_LATIN: f64 = 0.6;

/// The same in a script that the user writes and few others do: who reads Russian selects Russian, unless letters or
/// words say that it is Bulgarian.
pub const START_IN_RARER_SCRIPT: f64 = NEEDED;

/// A guess needs so many points, and to be ahead by so many: of the other languages of the user, and of any.
const NEEDED: f64 = 2.2;
const AHEAD: f64 = 1.5;

/// Languages so alike that one the user has not named is no rival of one that he has.
const ALIKE: &[&[&str]] = &[&["da", "nb"], &["hr", "sl", "sr"], &["cs", "sk"], &["bg", "mk"], &["fa", "ur"]];

/// The best of `family` for `text`, if it is good enough and far enough ahead. `own`: codes of the user's languages,
/// which are `start` points ahead from the first.
pub fn best_of(family: &'static Family, text: &str, own: &[&str], start: f64) -> Option<&'static str> {
    let votes = Votes::on(text, family.profiles);
    let mut scores: Vec<(&'static str, f64)> = family
        .profiles
        .iter()
        .zip(scores(family, &words(text)))
        .filter(|(profile, _)| !is_overshadowed(profile.code, own))
        .map(|(profile, score)| {
            let start = if is_own(profile.code, own) { start } else { 0.0 };
            (profile.code, start + score + votes.points(profile))
        })
        .collect();
    scores.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let (code, best) = *scores.first()?;
    let second = scores.get(1).map_or(0.0, |(_, second)| *second);
    (best >= NEEDED && best - second >= AHEAD).then_some(code)
}

fn is_own(code: &str, own: &[&str]) -> bool {
    own.contains(&code) || (code == "nb" && (own.contains(&"no") || own.contains(&"nn")))
}

/// Whether one that is alike is the user's, and this one is not.
fn is_overshadowed(code: &str, own: &[&str]) -> bool {
    let group = ALIKE.iter().find(|group| group.contains(&code));
    !is_own(code, own) && group.is_some_and(|group| group.iter().any(|alike| is_own(alike, own)))
}

/// In small letters; what an apostrophe ties on (`l'`, `qu'`) is a word too, as is the whole (`don't`).
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace('’', "'");
    let whole = lower
        .split(|letter: char| !(letter.is_alphabetic() || is_mark(letter) || letter == '\''))
        .map(|word| word.trim_matches('\''));
    let mut words = Vec::new();
    for word in whole.filter(|word| !word.is_empty()) {
        if let Some((head, tail)) = word.split_once('\'') {
            words.push(format!("{head}'"));
            words.push(tail.to_owned());
        }
        words.push(word.to_owned());
    }
    words
}

fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '·' | '¿' | '¡')
}

/// What the words say for each language of the family.
fn scores(family: &'static Family, words: &[String]) -> Vec<f64> {
    let lexicon = family.lexicon();
    let mut points = vec![0.0; family.profiles.len()];
    for word in words {
        let known = word_points(word);
        lexicon.languages_of(word).iter().for_each(|place| points[place] += known);
        add_letter_points(family.profiles, word, &mut points);
        add_part_points(lexicon, word, &mut points);
    }
    points
}

fn word_points(word: &str) -> f64 {
    WORD_POINTS[word.chars().filter(|letter| letter.is_alphabetic()).count().min(WORD_POINTS.len() - 1)]
}

fn add_letter_points(profiles: &[Profile], word: &str, points: &mut [f64]) {
    if word.is_ascii() {
        return;
    }
    for (profile, points) in profiles.iter().zip(points) {
        let mut marked = word.chars().filter(|letter| !letter.is_ascii());
        *points += if marked.all(|letter| profile.letters.contains(letter)) { OWN_LETTER } else { FOREIGN_LETTER };
    }
}

fn add_part_points(lexicon: &Lexicon, word: &str, points: &mut [f64]) {
    let mut found = vec![0; points.len()];
    for place in lexicon.parts_of(word).flat_map(Places::iter) {
        if found[place] < MOST_PARTS {
            found[place] += 1;
            points[place] += PART;
        }
    }
}

/// What the libraries say, in ISO 639-3.
struct Votes {
    linear: &'static str,
    trigrams: Option<(&'static str, f64)>,
    weight: f64,
}

impl Votes {
    fn on(text: &str, profiles: &[Profile]) -> Self {
        let known = profiles.iter().filter_map(|profile| whatlang::Lang::from_code(profile.whatlang)).collect();
        let info = Detector::with_allowlist(known).detect(text);
        let letters = text.chars().filter(|letter| letter.is_alphabetic()).count() as f64;
        // It knows one language alone of some scripts: then its word says nothing.
        let candidates =
            |lang: &&whichlang::Lang| profiles.iter().any(|profile| profile.whatlang == lang.three_letter_code());
        let can_tell = whichlang::LANGUAGES.iter().filter(candidates).count() > 1;
        Self {
            linear: if can_tell { whichlang::detect_language(text).three_letter_code() } else { "" },
            trigrams: info.map(|info| (info.lang().code(), info.confidence())),
            weight: VOTE * (letters / VOTE_LETTERS).min(1.0),
        }
    }

    fn points(&self, profile: &Profile) -> f64 {
        let linear = if self.linear == profile.whatlang { self.weight } else { 0.0 };
        let trigrams = self.trigrams.filter(|(code, _)| *code == profile.whatlang);
        linear + trigrams.map_or(0.0, |(_, confidence)| self.weight * confidence)
    }
}
