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
