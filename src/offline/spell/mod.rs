//! `spell`: the words of a text that are in no spelling dictionary of its language, with their proposals, by hunspell's
//! dictionaries that are installed.
//!
//! Invariants: the text is only looked at; a dictionary is read for one text and let go of; whatever text and dictionary
//! are, it ends within [`LONGEST`] after the dictionary was read.

mod library;
mod words;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use spellbook::Dictionary;

use crate::config::paths::{Env, process_env};
use crate::engine::call::Request;
use crate::offline::{BuiltinFailure, Made, data_folders, packages};
use crate::text::language::{self, Language};
use library::Installed;
use words::Word;

/// Below the folders for data: where packages of dictionaries put them.
const FOLDERS: [&str; 3] = ["hunspell", "myspell/dicts", "myspell"];

/// Proposals for one word may take a tenth of a second. After this the rest of the words are shown without.
const LONGEST: Duration = Duration::from_millis(1500);

/// Whose text has more unknown words has the wrong dictionary, or no prose.
const MOST_WORDS: usize = 100;

/// Proposals for one word.
const MOST_PROPOSALS: usize = 5;

/// Longer than any word; what takes long is only tried with words.
const LONGEST_WORD: usize = 60;

/// Answers a request.
///
/// # Errors
/// See [`spell`].
pub fn answer(request: &Request) -> Result<Made, BuiltinFailure> {
    spell(request.text.expose(), &request.languages, &folders(), &process_env, LONGEST).map(Made::from)
}

/// The folders in which dictionaries are looked for.
fn folders() -> Vec<PathBuf> {
    FOLDERS.iter().flat_map(|name| data_folders::folders(name)).collect()
}

/// The names of the dictionaries that are installed for `language`, the one that counts first: for `doctor`.
pub fn installed(language: Language) -> Vec<String> {
    library::of(language, &folders(), &process_env).into_iter().map(|one| one.name).collect()
}

/// The unknown words of `text`, as a list. Proposals are sought for as long as `patience`.
///
/// # Errors
/// If there is no dictionary for its language, or none that can be read.
pub fn spell(
    text: &str,
    languages: &[Language],
    folders: &[PathBuf],
    env: Env<'_>,
    patience: Duration,
) -> Result<String, BuiltinFailure> {
    let words = words::words(text);
    if words.is_empty() {
        return Err(BuiltinFailure::NotFitting(
            "there are no words in this to be checked; select some prose".to_owned(),
        ));
    }
    let candidates = match language::detect(text, languages) {
        Some(language) => vec![language],
        None if languages.is_empty() => vec![Language::ENGLISH],
        None => languages.to_vec(),
    };
    let mut checked: Vec<Checked<'_>> = Vec::new();
    for language in &candidates {
        let installed = library::of(*language, folders, env);
        if !installed.is_empty() {
            checked.push(check(&words, *language, &installed)?);
        }
    }
    // Where the language is not sure, it is the one that knows most of the words.
    match checked.into_iter().min_by_key(|checked| checked.unknown.len()) {
        Some(checked) => Ok(checked.listed(Instant::now() + patience)),
        None => Err(not_installed(&candidates)),
    }
}

fn not_installed(languages: &[Language]) -> BuiltinFailure {
    let named: Vec<_> = languages.iter().map(|language| language.english_name()).collect();
    BuiltinFailure::NotInstalled {
        what: format!("spelling dictionary for {}", named.join(" or ")),
        packages: languages.iter().filter_map(|language| packages::spelling(*language)).collect(),
    }
}

/// A text against one language.
struct Checked<'a> {
    language: Language,
    dictionary: Dictionary,
    /// Each once, with how often it occurs.
    unknown: Vec<(&'a str, usize)>,
}

fn check<'a>(words: &[Word<'a>], language: Language, installed: &[Installed]) -> Result<Checked<'a>, BuiltinFailure> {
    let [first, variants @ ..] = installed else { return Err(not_installed(&[language])) };
    let dictionary = read(first)?;
    let mut unknown: Vec<(&str, usize)> = Vec::new();
    for word in words.iter().filter(|word| !is_known(&dictionary, word, language)) {
        match unknown.iter().position(|(text, _)| *text == word.text) {
            Some(at) => unknown[at].1 += 1,
            None if unknown.len() < MOST_WORDS => unknown.push((word.text, 1)),
            None => {}
        }
    }
    // British and American: what is right in one of them is no mistake.
    for variant in variants {
        if unknown.is_empty() {
            break;
        }
        if let Ok(dictionary) = read(variant) {
            unknown.retain(|(text, _)| !dictionary.check(&plain(text)));
        }
    }
    Ok(Checked { language, dictionary, unknown })
}

fn read(installed: &Installed) -> Result<Dictionary, BuiltinFailure> {
    installed.read().map_err(|why| BuiltinFailure::Unusable {
        what: format!("the spelling dictionary {}", installed.name),
        why: why.to_string(),
    })
}

fn is_known(dictionary: &Dictionary, word: &Word<'_>, language: Language) -> bool {
    let text = plain(word.text);
    let is_latin = |text: &str| text.chars().any(|letter| letter.is_ascii_alphabetic());
    text.chars().count() > LONGEST_WORD
        || dictionary.check(&text)
        || is_name(word, language)
        // A word of another script is of another language.
        || is_latin(&text) == writes_otherwise(language)
}

/// Languages that are not written in Latin letters, of those that have spelling dictionaries.
fn writes_otherwise(language: Language) -> bool {
    const OTHERS: &str = "ar be bg bn bo dz el fa gu he hi hy kk ko lo mk ml mn ne ru si te th uk";
    OTHERS.split(' ').any(|code| code == language.code())
}

/// A capital letter within a sentence: a name, but in German, where any noun has one.
fn is_name(word: &Word<'_>, language: Language) -> bool {
    !word.begins_sentence && language.code() != "de" && word.text.chars().next().is_some_and(char::is_uppercase)
}

/// As dictionaries write it.
fn plain(word: &str) -> String {
    word.replace('\u{ad}', "").replace('’', "'")
}

impl Checked<'_> {
    fn listed(&self, until: Instant) -> String {
        let name = self.language.english_name();
        if self.unknown.is_empty() {
            return format!("Every word is in the dictionary ({name}).\n");
        }
        let mut list = String::new();
        for (word, count) in &self.unknown {
            let times = if *count > 1 { format!(" ({count} times)") } else { String::new() };
            let proposals = if Instant::now() < until { self.proposals(word) } else { Vec::new() };
            let proposals = if proposals.is_empty() { "?".to_owned() } else { proposals.join(", ") };
            list.push_str(&format!("- {word}{times} → {proposals}\n"));
        }
        if self.unknown.len() == MOST_WORDS {
            list.push_str(&format!("\nOnly the first {MOST_WORDS} unknown words are shown; is the text in {name}?\n"));
        }
        list
    }

    fn proposals(&self, word: &str) -> Vec<String> {
        let mut proposals = Vec::new();
        self.dictionary.suggest(&plain(word), &mut proposals);
        proposals.truncate(MOST_PROPOSALS);
        proposals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let write = |name: &str, words: &[&str]| {
                let words = format!("{}\n{}\n", words.len(), words.join("\n"));
                std::fs::write(folder.path().join(format!("{name}.aff")), "SET UTF-8\nTRY esianrtolcdugmphbyfvkwz\n")
                    .unwrap();
                std::fs::write(folder.path().join(format!("{name}.dic")), words).unwrap();
            };
            write(
                "en_US",
                &[
                    "this", "is", "the", "right", "color", "receive", "you", "will", "and", "with", "my", "from",
                    "don't",
                ],
            );
            write("en_GB", &["this", "is", "the", "right", "colour"]);
            write("de_DE", &["das", "ist", "die", "richtige", "Farbe", "und", "mein", "Haus"]);
            Self(folder)
        }

        fn spell(&self, codes: &str, text: &str) -> Result<String, BuiltinFailure> {
            let languages: Vec<_> = codes.split(' ').filter_map(Language::from_code).collect();
            spell(text, &languages, &[self.0.path().to_owned()], &|_| None, Duration::from_secs(20))
        }
    }

    #[test]
    fn unknown_words_come_with_their_proposals() {
        let folder = Folder::new();
        let list = folder
            .spell("en de", "You will recieve this from my Freundin and teh colour, recieve is the rihgt")
            .unwrap();
        assert_eq!(list, "- recieve (2 times) → receive\n- teh → the\n- rihgt → right\n");
        assert_eq!(
            folder.spell("en", "This is the right color, don’t.").unwrap(),
            "Every word is in the dictionary (English).\n"
        );
        assert_eq!(folder.spell("en de", "das ist mein Hauss und die Farbe").unwrap(), "- Hauss → Haus\n");
    }

    #[test]
    fn without_a_dictionary_its_package_is_named() {
        let folder = Folder::new();
        let failure = folder.spell("fr en", "Je ne sais pas ce que vous voulez dire").unwrap_err();
        let packages = vec!["hunspell-fr".to_owned()];
        assert_eq!(failure, BuiltinFailure::NotInstalled { what: "spelling dictionary for French".into(), packages });
        assert!(matches!(folder.spell("en", "`code` 123"), Err(BuiltinFailure::NotFitting(_))));
    }
}
