//! The dictionaries that are installed: what they are called, which languages they are of, and their files.
//!
//! Looked for at each look-up: a folder of some files is read in microseconds, and what was installed a minute ago is
//! found.

use std::path::{Path, PathBuf};

use super::dictzip::Data;
use super::index::{Broken, Index};
use super::mapped::Mapped;
use crate::text::language::Language;

/// How a dictionary writes its articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    WordNet,
    Gcide,
    FreeDict,
    Other,
}

/// An installed dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dictionary {
    /// Its files' name without the ending: `freedict-deu-eng`.
    pub name: String,
    pub layout: Layout,
    /// Of its headwords. `None`: not known.
    pub source: Option<Language>,
    /// Of what it says; the same as `source` where it explains.
    pub target: Option<Language>,
    index: PathBuf,
    data: PathBuf,
}

/// Why a dictionary could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("it cannot be read")]
    Unreadable,
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// More files than this are no folder of dictionaries.
const MOST_FILES: usize = 2_000;

/// Dictionaries whose headwords are English, in the order in which they are asked; others come after them.
const ENGLISH: &[&str] = &["wn", "gcide", "web1913", "devil", "foldoc", "jargon", "vera", "elements"];

impl Dictionary {
    /// The dictionaries in these folders; of two of the same name the first.
    pub fn installed(folders: &[PathBuf]) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for folder in folders {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().take(MOST_FILES);
            let mut here: Vec<_> = entries.filter_map(|entry| Self::at(&entry.path())).collect();
            here.sort_by(|a, b| a.name.cmp(&b.name));
            for dictionary in here {
                if !found.iter().any(|other| other.name == dictionary.name) {
                    found.push(dictionary);
                }
            }
        }
        found.sort_by_key(|dictionary| {
            ENGLISH.iter().position(|name| *name == dictionary.name).unwrap_or(ENGLISH.len())
        });
        found
    }

    /// The one whose index this is.
    fn at(index: &Path) -> Option<Self> {
        if index.extension()? != "index" {
            return None;
        }
        let name = index.file_stem()?.to_str()?.to_owned();
        let data =
            ["dict.dz", "dict"].map(|ending| index.with_extension(ending)).into_iter().find(|data| data.is_file())?;
        let (layout, source, target) = kind(&name);
        Some(Self { name, layout, source, target, index: index.to_owned(), data })
    }

    /// What readers know it by.
    pub fn title(&self) -> String {
        match (self.layout, self.source, self.target) {
            (Layout::WordNet, ..) => "WordNet".to_owned(),
            (Layout::Gcide, ..) => "GCIDE".to_owned(),
            (_, Some(source), Some(target)) if source != target => {
                format!("{} → {}", source.english_name(), target.english_name())
            }
            _ => self.name.clone(),
        }
    }

    /// Its two files, to be looked at for as long as this one look-up takes.
    ///
    /// # Errors
    /// If one of them cannot be read.
    pub fn open(&self) -> Result<Opened, Unusable> {
        let open = |path: &Path| Mapped::open(path).map_err(|_| Unusable::Unreadable);
        Ok(Opened { index: open(&self.index)?, data: open(&self.data)? })
    }
}

/// A dictionary's files.
pub struct Opened {
    index: Mapped,
    data: Mapped,
}

impl Opened {
    /// Its index is about to be looked at in hundreds of places.
    pub fn expect_all_of_index(&self) {
        self.index.expect_all();
    }

    /// # Errors
    /// If it is no index.
    pub fn index(&self) -> Result<Index<'_>, Broken> {
        Index::new(self.index.bytes())
    }

    /// # Errors
    /// If it is neither plain text nor packed by dictzip.
    pub fn data(&self) -> Result<Data<'_>, Broken> {
        Data::new(self.data.bytes())
    }
}

/// What a dictionary is, by its name.
fn kind(name: &str) -> (Layout, Option<Language>, Option<Language>) {
    let english = Some(Language::ENGLISH);
    if ENGLISH.contains(&name) {
        let layout = match name {
            "wn" => Layout::WordNet,
            "gcide" | "web1913" => Layout::Gcide,
            _ => Layout::Other,
        };
        return (layout, english, english);
    }
    if let Some((from, to)) = name.strip_prefix("freedict-").and_then(|pair| pair.split_once('-')) {
        return (Layout::FreeDict, Language::from_three_letters(from), Language::from_three_letters(to));
    }
    match name.split_once('-') {
        Some((from, to)) => (Layout::Other, Language::from_name(from), Language::from_name(to)),
        None => (Layout::Other, None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::define::tiny;

    #[test]
    fn what_is_installed_is_found_by_its_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["zz", "freedict-deu-eng", "german-english", "wn", "gcide"] {
            tiny::write(folder.path(), name, &[("a", "b")]);
        }
        std::fs::write(folder.path().join("alone.index"), "").unwrap();
        let absent = folder.path().join("absent");
        let found = Dictionary::installed(&[absent, folder.path().to_owned(), folder.path().to_owned()]);
        let titles: Vec<_> = found.iter().map(Dictionary::title).collect();
        assert_eq!(titles, ["WordNet", "GCIDE", "German → English", "German → English", "zz"]);
    }

    #[test]
    fn languages_are_told_by_the_name() {
        let code = |language: Option<Language>| language.map(Language::code);
        for (name, source, target) in [
            ("wn", Some("en"), Some("en")),
            ("freedict-fra-deu", Some("fr"), Some("de")),
            ("freedict-spa-ast", Some("es"), None),
            ("english-german", Some("en"), Some("de")),
            ("moby-thesaurus", None, None),
        ] {
            let (_, from, to) = kind(name);
            assert_eq!((code(from), code(to)), (source, target), "{name}");
        }
    }
}
