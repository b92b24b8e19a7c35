//! Languages: their codes and names, and which one a short text is in.

/// A language by its ISO 639-1 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language {
    code: &'static str,
    english_name: &'static str,
}

const LANGUAGES: &[Language] = &[
    Language { code: "de", english_name: "German" },
    Language { code: "en", english_name: "English" },
    Language { code: "es", english_name: "Spanish" },
    Language { code: "fr", english_name: "French" },
    Language { code: "it", english_name: "Italian" },
    Language { code: "ja", english_name: "Japanese" },
    Language { code: "pt", english_name: "Portuguese" },
];

impl Language {
    /// By its ISO 639-1 code.
    pub fn from_code(code: &str) -> Option<Self> {
        LANGUAGES.iter().copied().find(|language| language.code == code)
    }

    /// By its English name, compared without case.
    pub fn from_name(name: &str) -> Option<Self> {
        LANGUAGES.iter().copied().find(|language| language.english_name.eq_ignore_ascii_case(name))
    }

    /// `de`.
    pub fn code(self) -> &'static str {
        self.code
    }

    /// `German`.
    pub fn english_name(self) -> &'static str {
        self.english_name
    }
}
