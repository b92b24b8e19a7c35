//! `define`: a word in the dictionaries that are installed for dictd, laid out as an entry.
//!
//! Invariants: the dictionaries are found, mapped, looked at and let go of within one look-up, so that nothing of them
//! stays; whatever their bytes are, it ends in entries or in a failure with a sentence.
//!
//! A word is looked for as it is; where no dictionary of its language has it so, in its other spellings, and then as a
//! form of another word. Only then are words proposed that are spelt almost like it.

pub mod dictzip;
pub mod entry;
pub mod forms;
pub mod freedict;
pub mod gcide;
pub mod index;
mod library;
mod mapped;
pub mod near;
pub mod other;
#[cfg(test)]
mod tiny;
pub mod wordnet;

use std::path::PathBuf;

use crate::engine::call::Request;
use crate::offline::{BuiltinFailure, Made, data_folders, packages};
use crate::text::language::Language;

use dictzip::Data;
use entry::{Detail, Entry, lay_out, merged};
use forms::Stems;
use index::{Index, Line};
use library::{Dictionary, Layout, Opened, Unusable};

/// Below the folders for data: where packages of dictionaries put them.
pub const FOLDER: &str = "dictd";

/// Homographs of one word: the most that a FreeDict dictionary has are some sixty.
const MOST_ENTRIES: usize = 100;

/// Keys among which forms of a word are looked for.
const MOST_FORMS: usize = 2_000;

/// Words that are proposed.
const MOST_NEAR: usize = 5;

/// What the user reads who selected something else than a word.
const NO_WORD: &str = "this is no word to look up; select a single word or a short phrase";

/// Answers a request: its option `detail` may be `all`.
///
/// # Errors
/// See [`define`].
pub fn answer(request: &Request) -> Result<Made, BuiltinFailure> {
    let detail = match request.options.get("detail").map(String::as_str) {
        Some("all") => Detail::All,
        _ => Detail::Main,
    };
    define(request.text.expose(), &request.languages, detail, &data_folders::folders(FOLDER))
}

/// Looks `text` up in the dictionaries in `folders`.
///
/// # Errors
/// If it is no word, if no dictionary has it, or if none is installed.
pub fn define(text: &str, languages: &[Language], detail: Detail, folders: &[PathBuf]) -> Result<Made, BuiltinFailure> {
    let word = forms::headword(text).ok_or_else(|| BuiltinFailure::NotFitting(NO_WORD.to_owned()))?;
    let installed = Dictionary::installed(folders);
    if installed.is_empty() {
        return Err(not_installed(languages));
    }
    let (own, foreign): (Vec<_>, Vec<_>) =
        installed.into_iter().partition(|dictionary| rank(dictionary, languages).is_some());
    let mut shelf = Shelf::open(own, languages);
    if let Some(text) = shelf.look_up(&word, detail) {
        return Ok(Made::from(text));
    }
    let mut others = Shelf::open(foreign, languages);
    if let Some(text) = others.look_up(&word, detail) {
        return Ok(Made::from(text));
    }
    // Something to be mended is said before that a word is unknown.
    match shelf.unusable.first() {
        Some((name, why)) if shelf.volumes.is_empty() => Err(unusable(name, *why)),
        _ => Err(BuiltinFailure::NotInDictionaries { near: shelf.near(&word) }),
    }
}

/// A dictionary as `doctor` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// Its files' name: `freedict-deu-eng`.
    pub name: String,
    pub title: String,
    /// Why it cannot be used, if it cannot.
    pub trouble: Option<String>,
}

/// The dictionaries that are installed.
pub fn installed(folders: &[PathBuf]) -> Vec<Installed> {
    let check = |dictionary: Dictionary| {
        let usable = dictionary.open().and_then(|opened| {
            opened.index()?;
            opened.data()?;
            Ok(())
        });
        let (title, trouble) = (dictionary.title(), usable.err().map(|why| why.to_string()));
        Installed { name: dictionary.name, title, trouble }
    };
    Dictionary::installed(folders).into_iter().map(check).collect()
}

fn not_installed(languages: &[Language]) -> BuiltinFailure {
    BuiltinFailure::NotInstalled { what: "dictionary".to_owned(), packages: packages::dictionaries(languages) }
}

fn unusable(name: &str, why: Unusable) -> BuiltinFailure {
    BuiltinFailure::Unusable { what: format!("the dictionary {name}"), why: why.to_string() }
}

/// Which of the user's dictionaries come first, the least first: what explains in the first language, what leads into it,
/// what leads from it to another one, what explains in that. `None`: none of the user's languages is in it.
fn rank(dictionary: &Dictionary, languages: &[Language]) -> Option<usize> {
    let is_own = |language: Option<Language>| language.is_some_and(|language| languages.contains(&language));
    let first = languages.first().copied();
    match (dictionary.source, dictionary.target) {
        (None, None) => Some(5),
        (source, target) if source == target && source == first => Some(0),
        (source, target) if source == target && is_own(source) => Some(3),
        (source, target) if source == target => (source == Some(Language::ENGLISH)).then_some(5),
        (_, target) if target == first => Some(1),
        (source, target) if is_own(source) && is_own(target) => Some(2),
        (source, target) if is_own(source) || is_own(target) => Some(4),
        _ => None,
    }
}

/// Opened dictionaries, in the order in which they are shown.
struct Shelf {
    volumes: Vec<Volume>,
    unusable: Vec<(String, Unusable)>,
}

struct Volume {
    dictionary: Dictionary,
    opened: Opened,
}

impl Shelf {
    fn open(mut dictionaries: Vec<Dictionary>, languages: &[Language]) -> Self {
        dictionaries.sort_by_key(|dictionary| rank(dictionary, languages));
        let mut shelf = Self { volumes: Vec::new(), unusable: Vec::new() };
        for dictionary in dictionaries {
            match dictionary.open() {
                Ok(opened) => shelf.volumes.push(Volume { dictionary, opened }),
                Err(why) => shelf.unusable.push((dictionary.name, why)),
            }
        }
        shelf
    }

    /// What the dictionaries say; `None` if none has the word.
    fn look_up(&mut self, word: &str, detail: Detail) -> Option<String> {
        let exact: Vec<_> = self.each(|volume| volume.entries([word.to_owned()]));
        let languages: Vec<_> = self
            .volumes
            .iter()
            .zip(&exact)
            .filter(|(_, entries)| !entries.is_empty())
            .map(|(volume, _)| volume.dictionary.source)
            .collect();
        let mut found = exact;
        // A German word without its umlaut may be an English one: other forms are for the language that has the word,
        // and for all where none has.
        for (at, entries) in found.iter_mut().enumerate().filter(|(_, entries)| entries.is_empty()) {
            let volume = &self.volumes[at];
            if languages.is_empty() || languages.contains(&volume.dictionary.source) {
                *entries = volume.other_forms(word).unwrap_or_default();
            }
        }
        self.lay_out(found, detail)
    }

    /// Asks each volume. One that turns out to be broken is remembered, and has nothing.
    fn each(&mut self, ask: impl Fn(&Volume) -> Result<Vec<Entry>, Unusable>) -> Vec<Vec<Entry>> {
        let mut answers = Vec::new();
        let unusable = &mut self.unusable;
        self.volumes.retain(|volume| match ask(volume) {
            Ok(entries) => {
                answers.push(entries);
                true
            }
            Err(why) => {
                unusable.push((volume.dictionary.name.clone(), why));
                false
            }
        });
        answers
    }

    fn lay_out(&self, found: Vec<Vec<Entry>>, detail: Detail) -> Option<String> {
        let mut pages = Vec::new();
        let mut explained = false;
        for (Volume { dictionary, .. }, entries) in self.volumes.iter().zip(found) {
            // Webster's of 1913 is for those who want all, and for what WordNet does not have.
            let is_second = dictionary.layout == Layout::Gcide && explained && detail == Detail::Main;
            if entries.is_empty() || is_second {
                continue;
            }
            explained |= dictionary.layout == Layout::WordNet;
            let title = dictionary.title();
            pages.extend(entries.iter().map(|entry| lay_out(entry, &title, detail)));
        }
        (!pages.is_empty()).then(|| pages.join("\n"))
    }

    /// Words that are spelt almost like this one, the nearest first.
    fn near(&self, word: &str) -> Vec<crate::text::sealed::ForeignText> {
        let mut near: Vec<(usize, String)> = Vec::new();
        for volume in &self.volumes {
            volume.opened.expect_all_of_index();
            let found = volume.opened.index().and_then(|index| near::near(&index, word, MOST_NEAR));
            near.extend(found.unwrap_or_default());
        }
        near.sort();
        near.dedup_by(|a, b| a.1 == b.1);
        near.truncate(MOST_NEAR);
        near.into_iter().map(|(_, word)| word.into()).collect()
    }
}

impl Volume {
    /// What it has of the first of these words that it has.
    fn entries(&self, words: impl IntoIterator<Item = String>) -> Result<Vec<Entry>, Unusable> {
        let (index, data) = (self.opened.index()?, self.opened.data()?);
        for word in words {
            let lines = index.find(&word, MOST_ENTRIES)?;
            if !lines.is_empty() {
                return Ok(self.read(&word, lines, &data)?);
            }
        }
        Ok(Vec::new())
    }

    fn read(&self, word: &str, mut lines: Vec<Line<'_>>, data: &Data<'_>) -> Result<Vec<Entry>, index::Broken> {
        // Two keys may lead to one article.
        let mut seen = Vec::new();
        lines.retain(|line| {
            !seen.contains(&line.place) && {
                seen.push(line.place);
                true
            }
        });
        let mut entries = Vec::new();
        for line in lines {
            let article = data.read(line.place)?;
            entries.push(match self.dictionary.layout {
                Layout::WordNet => wordnet::read(&article),
                Layout::Gcide => gcide::read(&article),
                Layout::FreeDict => freedict::read(&article),
                Layout::Other => other::read(&article, word),
            });
        }
        // As it was written comes first: `Polish` before `polish`. Where that does not tell, what has more to say.
        entries.sort_by_key(|entry| (entry.headword != word, std::cmp::Reverse(weight(entry))));
        Ok(merged(entries))
    }

    /// What it has of the word in other spellings, or of the word that this is a form of.
    fn other_forms(&self, word: &str) -> Result<Vec<Entry>, Unusable> {
        let source = self.dictionary.source;
        let spelt = forms::spellings(word).into_iter().chain(forms::irregular(word, source).map(str::to_owned));
        let mut entries = self.entries(spelt)?;
        if entries.is_empty() {
            entries = self.entries(self.bases(word)?)?;
        }
        if entries.is_empty() {
            entries = self.entries(forms::accented(word))?;
        }
        Ok(entries)
    }

    fn bases(&self, word: &str) -> Result<Vec<String>, Unusable> {
        let Some(stems) = self.dictionary.source.and_then(Stems::of) else { return Ok(Vec::new()) };
        let index: Index<'_> = self.opened.index()?;
        let beginning = forms::common_beginning(word, &stems.stem(word));
        let lines = index.beginning_with(&beginning, MOST_FORMS)?;
        let keys = lines.into_iter().map(|line| String::from_utf8_lossy(line.key).to_lowercase());
        Ok(stems.bases(word, keys))
    }
}

/// Dictionaries with an entry for each translation say most of the usual one.
fn weight(entry: &Entry) -> usize {
    let senses = entry.parts.iter().flat_map(|part| &part.senses);
    senses.map(|sense| usize::from(!sense.text.starts_with('[')) + sense.examples.len().min(3)).sum()
}

#[cfg(test)]
mod tests;
