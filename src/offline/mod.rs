//! Engines that need neither a model nor a network.

pub mod text_tools;

/// A built-in engine, by the name that prompt files use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Builtin {
    Upper,
    Lower,
    TitleCase,
    SentenceCase,
    Trim,
    JoinLines,
    SortLines,
    UniqueLines,
    Count,
    UrlEncode,
    UrlDecode,
    Base64Encode,
    Base64Decode,
    HtmlEncode,
    HtmlDecode,
    JsonPretty,
    // Those of the offline issue: known by name, answered with one sentence until they are there.
    Harper,
    Define,
    Spell,
    Calc,
    Apertium,
}

impl Builtin {
    /// Every one of them.
    pub const ALL: &[Self] = &[
        Self::Upper,
        Self::Lower,
        Self::TitleCase,
        Self::SentenceCase,
        Self::Trim,
        Self::JoinLines,
        Self::SortLines,
        Self::UniqueLines,
        Self::Count,
        Self::UrlEncode,
        Self::UrlDecode,
        Self::Base64Encode,
        Self::Base64Decode,
        Self::HtmlEncode,
        Self::HtmlDecode,
        Self::JsonPretty,
        Self::Harper,
        Self::Define,
        Self::Spell,
        Self::Calc,
        Self::Apertium,
    ];

    /// As prompt files write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Upper => "upper",
            Self::Lower => "lower",
            Self::TitleCase => "title-case",
            Self::SentenceCase => "sentence-case",
            Self::Trim => "trim",
            Self::JoinLines => "join-lines",
            Self::SortLines => "sort-lines",
            Self::UniqueLines => "unique-lines",
            Self::Count => "count",
            Self::UrlEncode => "url-encode",
            Self::UrlDecode => "url-decode",
            Self::Base64Encode => "base64-encode",
            Self::Base64Decode => "base64-decode",
            Self::HtmlEncode => "html-encode",
            Self::HtmlDecode => "html-decode",
            Self::JsonPretty => "json-pretty",
            Self::Harper => "harper",
            Self::Define => "define",
            Self::Spell => "spell",
            Self::Calc => "calc",
            Self::Apertium => "apertium",
        }
    }
}

/// Why a built-in gave no answer: its own sentence, which names what is wrong with the text but does not quote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuiltinFailure {
    /// The text is not what this tool works on: "this is not JSON: line 1, column 5".
    #[error("{0}")]
    NotFitting(String),
    /// Comes with another version.
    #[error("`{0}` is not in this version yet")]
    NotYet(&'static str),
}
