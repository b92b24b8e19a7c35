//! How often the language of a short text is right, wrong or unsure, for users of several languages.
//! `cargo test --test language -- --nocapture` prints the figures.

use postil::text::language::{Guess, Language, guess};

/// What the users of these pairs have in their config.
const USERS: &[&[&str]] = &[
    &["en", "de"],
    &["de", "en"],
    &["en", "fr"],
    &["es", "en"],
    &["pt", "es"],
    &["zh", "en"],
    &["ja", "en"],
    &["ru", "en"],
    &["en"],
];

/// Texts of at most so many characters are counted together.
const LENGTHS: [usize; 3] = [16, 40, 120];

/// In percent. Being wrong is what must not happen: unsure, the model decides.
const MOST_WRONG: f64 = 1.0;

#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    right: usize,
    /// Taken for another language, and for one of the user's own: then it is translated the wrong way round.
    wrong: usize,
    /// Taken for another foreign language: it is translated into the user's all the same.
    misnamed: usize,
    unsure: usize,
}

impl Tally {
    fn add(&mut self, code: &str, guess: Guess, user: &[&str]) {
        match guess {
            Guess::Sure(language) if language.code() == code => self.right += 1,
            Guess::Sure(language) if user.contains(&code) || user.contains(&language.code()) => self.wrong += 1,
            Guess::Sure(_) => self.misnamed += 1,
            Guess::Unsure => self.unsure += 1,
        }
    }

    fn all(self) -> usize {
        self.right + self.wrong + self.misnamed + self.unsure
    }

    fn share(self, part: usize) -> f64 {
        100.0 * part as f64 / self.all().max(1) as f64
    }
}

fn texts(file: &str) -> impl Iterator<Item = (&str, &str)> {
    file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

fn user(codes: &[&str]) -> Vec<Language> {
    codes.iter().filter_map(|code| Language::from_code(code)).collect()
}

/// Tallies by length for texts in the user's own languages, and one for foreign texts.
fn tallies(file: &str, codes: &[&str]) -> ([Tally; 3], Tally) {
    let (mut own, mut foreign) = ([Tally::default(); 3], Tally::default());
    for (code, text) in texts(file) {
        let guess = guess(text, &user(codes));
        let length = text.chars().count();
        if let Guess::Sure(language) = guess
            && language.code() != code
        {
            println!("user {codes:?}: {text:?} is {code}, not {}", language.code());
        }
        if guess == Guess::Unsure && codes.contains(&code) {
            println!("user {codes:?}: {text:?} is {code}, perhaps");
        }
        match LENGTHS.iter().position(|&limit| length <= limit) {
            Some(bucket) if codes.contains(&code) => own[bucket].add(code, guess, codes),
            _ => foreign.add(code, guess, codes),
        }
    }
    (own, foreign)
}

fn measure(name: &str, file: &str) -> ([Tally; 3], Tally) {
    let (mut own_sum, mut foreign_sum) = ([Tally::default(); 3], Tally::default());
    for codes in USERS {
        let (own, foreign) = tallies(file, codes);
        println!("{name} {codes:?} own {own:?} foreign {foreign:?}");
        for (sum, part) in own_sum.iter_mut().chain([&mut foreign_sum]).zip(own.into_iter().chain([foreign])) {
            sum.right += part.right;
            sum.wrong += part.wrong;
            sum.misnamed += part.misnamed;
            sum.unsure += part.unsure;
        }
    }
    for (tally, what) in own_sum.iter().chain([&foreign_sum]).zip(["<= 16", "<= 40", "<= 120", "foreign"]) {
        let parts = [tally.right, tally.wrong, tally.misnamed, tally.unsure];
        let [right, wrong, misnamed, unsure] = parts.map(|part| tally.share(part));
        println!(
            "{name} {what}: {} texts, right {right:.1} %, wrong {wrong:.1} %, misnamed {misnamed:.1} %, unsure {unsure:.1} %",
            tally.all()
        );
    }
    (own_sum, foreign_sum)
}

fn check(name: &str, file: &str, least_right: [f64; 3]) {
    let (own, foreign) = measure(name, file);
    for tally in own.iter().chain([&foreign]) {
        assert!(tally.share(tally.wrong) <= MOST_WRONG, "{tally:?}");
    }
    for (tally, least) in own.iter().zip(least_right) {
        assert!(tally.share(tally.right) >= least, "{tally:?}");
    }
}

#[test]
fn short_texts() {
    check("known", include_str!("data/languages.tsv"), [62.0, 90.0, 97.0]);
}

#[test]
fn short_texts_that_were_held_out() {
    check("held out", include_str!("data/languages-held-out.tsv"), [55.0, 88.0, 97.0]);
}
