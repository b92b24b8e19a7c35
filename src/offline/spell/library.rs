//! The spelling dictionaries that are installed for hunspell, and the reading of one.

use std::path::{Path, PathBuf};

use spellbook::Dictionary;

use crate::config::paths::Env;
use crate::text::language::Language;

/// Larger files are no spelling dictionary: the largest known have some 10 MB.
const LARGEST: u64 = 32 << 20;

/// More files than this are no folder of dictionaries.
const MOST_FILES: usize = 2_000;

/// Spellings of one language that are held to be right together (British and American).
const MOST_VARIANTS: usize = 3;

/// A dictionary that is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// `de_AT`.
    pub name: String,
    /// The file without links, so that `de_AT` and `de_DE` are seen to be one.
    file: PathBuf,
}

/// Why one could not be read, as a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub &'static str);

/// The dictionaries of `language`, each file once: that of the user's own country first, then that of the country the
/// language is called after.
pub fn of(language: Language, folders: &[PathBuf], env: Env<'_>) -> Vec<Installed> {
    let mut found: Vec<Installed> = Vec::new();
    for folder in folders {
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten().take(MOST_FILES);
        found.extend(files.filter_map(|file| Installed::at(&file.path())).filter(|one| one.is_of(language)));
    }
    let wanted = locale(env);
    let preferred = |name: &str| {
        let code = language.code();
        let countries = [
            wanted.clone(),
            Some(format!("{code}_{}", code.to_uppercase())),
            Some("en_US".to_owned()),
            Some(code.to_owned()),
        ];
        countries.iter().position(|country| country.as_deref() == Some(name)).unwrap_or(countries.len())
    };
    found.sort_by(|a, b| (preferred(&a.name), &a.name).cmp(&(preferred(&b.name), &b.name)));
    let mut files: Vec<PathBuf> = Vec::new();
    found.retain(|one| {
        let is_new = !files.contains(&one.file);
        files.push(one.file.clone());
        is_new
    });
    found.truncate(MOST_VARIANTS);
    found
}

/// As programs read it: `de_AT`.
fn locale(env: Env<'_>) -> Option<String> {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| env(name))?;
    Some(named.split(['.', '@']).next().unwrap_or_default().to_owned())
}

impl Installed {
    fn at(path: &Path) -> Option<Self> {
        if path.extension()? != "aff" || !path.with_extension("dic").is_file() {
            return None;
        }
        let name = path.file_stem()?.to_str()?.replace('-', "_");
        Some(Self { name, file: path.canonicalize().ok()? })
    }

    /// Written Norwegian is called `nb` by dictionaries and `no` by people.
    fn is_of(&self, language: Language) -> bool {
        let code = self.name.split('_').next().unwrap_or_default();
        code == language.code() || (language.code() == "no" && code == "nb")
    }

    /// Reads it: some ten milliseconds, and some megabytes for as long as it is held.
    ///
    /// # Errors
    /// If it cannot be read, or is no such dictionary.
    pub fn read(&self) -> Result<Dictionary, Unreadable> {
        let (rules, words) = (bytes(&self.file)?, bytes(&self.file.with_extension("dic"))?);
        let encoding = encoding(&rules)?;
        let decoded = |bytes: &[u8]| encoding.decode(bytes).0.into_owned();
        Dictionary::new(&decoded(&rules), &decoded(&words)).map_err(|_| Unreadable("its rules are not understood"))
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let is_fit = |about: &std::fs::Metadata| about.is_file() && about.len() <= LARGEST;
    match std::fs::metadata(path) {
        Ok(about) if is_fit(&about) => std::fs::read(path).map_err(|_| Unreadable("it cannot be read")),
        Ok(_) => Err(Unreadable("it is larger than such dictionaries are")),
        Err(_) => Err(Unreadable("it cannot be read")),
    }
}

/// By the line `SET ISO8859-2` of the rules; by hunspell's own default where there is none.
fn encoding(rules: &[u8]) -> Result<&'static encoding_rs::Encoding, Unreadable> {
    let lines = rules.split(|byte| *byte == b'\n').take(MOST_HEADER_LINES);
    let set = lines.filter_map(|line| line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).strip_prefix(b"SET "));
    let name = set.map(<[u8]>::trim_ascii).next().unwrap_or(b"ISO8859-1");
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    // Names that only hunspell has.
    let label =
        name.replace("iso8859", "iso-8859").replace("microsoft-cp", "windows-").replace("tis620-2533", "tis-620");
    encoding_rs::Encoding::for_label(label.as_bytes()).ok_or(Unreadable("its encoding is not known"))
}

/// `SET` stands among the first.
const MOST_HEADER_LINES: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, name: &str, rules: &[u8], words: &[u8]) {
        std::fs::write(folder.join(format!("{name}.aff")), rules).unwrap();
        std::fs::write(folder.join(format!("{name}.dic")), words).unwrap();
    }

    #[test]
    fn the_users_own_country_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["en_AU", "en_US", "en-GB", "de_DE", "eo"] {
            write(folder.path(), name, b"SET UTF-8\n", b"1\nword\n");
        }
        std::fs::write(folder.path().join("en_ZA.aff"), "").unwrap();
        let names = |code: &str, lang: &'static str| {
            let language = Language::from_code(code).unwrap();
            let env = move |name: &str| (name == "LANG").then(|| lang.to_owned());
            let found = of(language, &[folder.path().to_owned(), folder.path().to_owned()], &env);
            found.into_iter().map(|one| one.name).collect::<Vec<_>>()
        };
        assert_eq!(names("en", "en_GB.UTF-8"), ["en_GB", "en_US", "en_AU"]);
        assert_eq!(names("en", "de_DE.UTF-8"), ["en_US", "en_AU", "en_GB"]);
        assert_eq!(names("de", "C"), ["de_DE"]);
        assert!(names("fr", "C").is_empty());
    }

    #[test]
    fn encodings_of_old_are_read() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "pl", b"SET ISO8859-2\n", b"1\n\xbf\xf3\xb3w\n");
        write(folder.path(), "xx", b"SET KLINGON\n", b"1\na\n");
        let read = |name: &str| Installed::at(&folder.path().join(name)).unwrap().read();
        assert!(read("pl.aff").unwrap().check("żółw"));
        assert_eq!(read("xx.aff").map(|_| ()), Err(Unreadable("its encoding is not known")));
        write(folder.path(), "zz", b"SET UTF-8\nSFX \xff\n", b"no number\n");
        let _ = read("zz.aff");
    }
}
