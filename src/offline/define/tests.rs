//! Look-ups in dictionaries that the test writes.

use super::*;

fn languages(codes: &str) -> Vec<Language> {
    codes.split_whitespace().filter_map(Language::from_code).collect()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let wordnet = [
            ("house", "house\n    n 1: a dwelling; \"my house\" [syn: {house}, {home}]\n    v 1: contain\n"),
            ("Polish", "Polish\n    adj 1: of Poland\n"),
            ("polish", "polish\n    v 1: make shiny\n"),
            ("café", "café\n    n 1: a small restaurant\n"),
            ("mouse", "mouse\n    n 1: a rodent\n"),
            ("gut", "gut\n    n 1: the bowel\n"),
        ];
        tiny::write(folder.path(), "wn", &wordnet);
        let gcide = [
            ("House", "House \\House\\ (hous), n.\n   1. A structure.\n"),
            ("abbey", "Abbey \\Ab\"bey\\, n.\n   1. A monastery.\n"),
        ];
        tiny::write(folder.path(), "gcide", &gcide);
        let german = [
            ("Haus", "Haus /haʊs/ <neut, n, sg>\nhouse <n>\n      \"im Haus\"  - in the house\n"),
            ("Straße", "Straße <fem, n, sg>\nstreet <n>\n"),
            ("gut", "gut <adj>\ngood <adj>\n"),
        ];
        tiny::write(folder.path(), "freedict-deu-eng", &german);
        tiny::write(folder.path(), "freedict-eng-deu", &[("house", "house /haʊs/\nHaus <neut>\n")]);
        tiny::write(folder.path(), "freedict-fra-spa", &[("maison", "maison /mɛzɔ̃/ <fem>\n1. casa\n")]);
        Self(folder)
    }

    fn define(&self, codes: &str, word: &str) -> Result<String, BuiltinFailure> {
        let made = define(word, &languages(codes), Detail::Main, &[self.0.path().to_owned()])?;
        Ok(made.text.expose().to_owned())
    }

    /// The first line of each entry.
    #[track_caller]
    fn check(&self, codes: &str, word: &str, expected: &[&str]) {
        let text = self.define(codes, word).unwrap_or_else(|failure| panic!("{word}: {failure}"));
        let heads: Vec<_> = text.lines().filter(|line| line.ends_with(')') && !line.contains(". ")).collect();
        assert_eq!(heads, expected, "{word} for {codes}:\n{text}");
    }
}

#[test]
fn both_directions_of_the_users_languages_come_in_their_order() {
    let folder = Folder::new();
    folder.check("en de", "house", &["house (WordNet)", "house /haʊs/ (English → German)"]);
    folder.check("de en", "House.", &["house /haʊs/ (English → German)", "house (WordNet)"]);
    folder.check("en de", "Haus", &["Haus /haʊs/ (German → English)"]);
    folder.check("en", "abbey", &["Abbey (GCIDE)"]);
    folder.check("en", "Polish", &["Polish (WordNet)", "polish (WordNet)"]);
    folder.check("en", "polish", &["polish (WordNet)", "Polish (WordNet)"]);
    folder.check("en de", "maison", &["maison /mɛzɔ̃/ (French → Spanish)"]);
}

#[test]
fn forms_and_spellings_lead_to_the_word() {
    let folder = Folder::new();
    folder.check("en", "houses", &["house (WordNet)", "house /haʊs/ (English → German)"]);
    folder.check("fr en", "house's", &["house (WordNet)", "house /haʊs/ (English → German)"]);
    folder.check("en de", "gut", &["gut (WordNet)", "gut (German → English)"]);
    folder.check("en", "mice", &["mouse (WordNet)"]);
    folder.check("en", "cafe", &["café (WordNet)"]);
    folder.check("de en", "Strasse", &["Straße (German → English)"]);
    folder.check("de en", "Hauses", &["Haus /haʊs/ (German → English)"]);
    folder.check("de en", "gut", &["gut (German → English)", "gut (WordNet)"]);
}

#[test]
fn what_is_not_there_is_said_with_what_is_near() {
    let folder = Folder::new();
    let near = |word: &str| match folder.define("en de", word) {
        Err(BuiltinFailure::NotInDictionaries { near }) => {
            near.iter().map(|word| word.expose().to_owned()).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(near("hosue"), ["house"]);
    assert_eq!(near("poilsh"), ["polish"]);
    assert!(near("xylophone").is_empty());
    assert_eq!(folder.define("en", "…"), Err(BuiltinFailure::NotFitting(NO_WORD.into())));
}

#[test]
fn without_a_dictionary_the_packages_are_named() {
    let empty = tempfile::tempdir().unwrap();
    let failure = define("house", &languages("en de"), Detail::Main, &[empty.path().to_owned()]).unwrap_err();
    let packages = ["dict-wn", "dict-freedict-eng-deu", "dict-freedict-deu-eng"].map(str::to_owned).to_vec();
    assert_eq!(failure, BuiltinFailure::NotInstalled { what: "dictionary".into(), packages });
}

#[test]
fn a_broken_dictionary_takes_no_other_with_it() {
    let folder = Folder::new();
    std::fs::write(folder.0.path().join("wn.index"), vec![b'x'; 100_000]).unwrap();
    folder.check("en de", "house", &["House /hous/ (GCIDE)", "house /haʊs/ (English → German)"]);
    let alone = tempfile::tempdir().unwrap();
    std::fs::write(alone.path().join("wn.index"), "house\tA\t////\n").unwrap();
    std::fs::write(alone.path().join("wn.dict"), "short").unwrap();
    let failure = define("house", &languages("en"), Detail::Main, &[alone.path().to_owned()]).unwrap_err();
    let why = "its index names an entry of more than a megabyte".to_owned();
    assert_eq!(failure, BuiltinFailure::Unusable { what: "the dictionary wn".into(), why });
    let wordnet = installed(&[folder.0.path().to_owned()]).into_iter().find(|one| one.name == "wn").unwrap();
    assert_eq!((wordnet.title.as_str(), wordnet.trouble.as_deref()), ("WordNet", Some("its index has no lines")));
}
