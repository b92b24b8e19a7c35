//! Engines that need neither a model nor a network: the text tools, and programs of the user's ([`command`]).
//!
//! Invariant: a built-in is a function of the text, the user's languages and what is installed, keeps nothing from one
//! call to the next, and says in one sentence why a text does not fit, without quoting it.
//!
//! The text tools are always there. Each of the others is a Cargo feature of its name, all of them on by default: a
//! build without one knows its name still, and says that it was made without it.

#[cfg(feature = "apertium")]
pub mod apertium;
#[cfg(feature = "calc")]
pub mod calc;
pub mod command;
pub mod correction;
pub mod data_folders;
#[cfg(feature = "define")]
pub mod define;
pub mod fix;
pub mod packages;
#[cfg(feature = "spell")]
pub mod spell;
pub mod survey;
pub mod text_tools;

mod decode;

use std::str::FromStr;

use crate::engine::call::Request;
use crate::engine::outcome::Note;
use crate::text::sealed::{AnswerText, ForeignText};

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
    // From here on each is a Cargo feature.
    Harper,
    Define,
    Spell,
    Calc,
    Apertium,
}

impl Builtin {
    /// Every built-in, the text tools first.
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

    /// As prompt files write it: `title-case`.
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

    /// Whether this build has it; the others answer [`BuiltinFailure::NotBuilt`].
    #[allow(clippy::match_like_matches_macro)] // What is seen here where a build has none of them.
    pub fn is_there(self) -> bool {
        match self {
            Self::Apertium => cfg!(feature = "apertium"),
            Self::Calc => cfg!(feature = "calc"),
            Self::Define => cfg!(feature = "define"),
            Self::Spell => cfg!(feature = "spell"),
            Self::Harper => cfg!(feature = "harper"),
            _ => true,
        }
    }

    /// Whether it is one of the text tools: at once done, of the text alone.
    pub fn is_text_tool(self) -> bool {
        !matches!(self, Self::Harper | Self::Define | Self::Spell | Self::Calc | Self::Apertium)
    }
}

impl FromStr for Builtin {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|builtin| builtin.name() == name).ok_or(())
    }
}

/// Why a built-in gave no answer: its own sentence, which names what is wrong with the text but does not quote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuiltinFailure {
    /// The text is not what this tool works on: "this is not JSON: line 1, column 5".
    #[error("{0}")]
    NotFitting(String),
    /// No dictionary has the word; `near`: words that are spelt almost like it.
    #[error("no dictionary has this word")]
    NotInDictionaries { near: Vec<ForeignText> },
    /// What the engine works with is not on this machine: what it is, and Debian's packages that bring it.
    #[error("no {what} is installed")]
    NotInstalled { what: String, packages: Vec<String> },
    /// What it works with is there, but broken: what it is, and why as a clause.
    #[error("{what} cannot be used: {why}")]
    Unusable { what: String, why: String },
    /// The process that an engine works in failed, whatever the text: which one, and what it did. The next call has a new one.
    #[error("{what} {did}")]
    Broken { what: &'static str, did: &'static str },
    /// The program was updated while it runs, and what it starts is of another version.
    #[error("postil was updated while it runs")]
    Updated,
    /// Not part of this build.
    #[error("this build of postil was made without `{0}`; install one that has it")]
    NotBuilt(&'static str),
}

/// What a built-in made of a text, and what is said with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    pub text: AnswerText,
    pub notes: Vec<Note>,
}

impl From<String> for Made {
    fn from(text: String) -> Self {
        Self { text: text.into(), notes: Vec::new() }
    }
}

/// What `builtin` makes of the request's text. A text tool looks at the text and the languages alone, and may take some
/// milliseconds per megabyte: on a thread of its own where the text is long. The others read files or reckon for a
/// while: always on a thread of its own.
pub fn run(builtin: Builtin, request: &Request) -> Result<Made, BuiltinFailure> {
    match builtin {
        #[cfg(feature = "calc")]
        Builtin::Calc => calc::answer(request),
        #[cfg(feature = "define")]
        Builtin::Define => define::answer(request),
        #[cfg(feature = "spell")]
        Builtin::Spell => spell::answer(request),
        _ => text_tools::apply(builtin, request.text.expose(), &request.languages).map(Made::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::request::{Conversation, Sampling};

    fn request(text: &str) -> Request {
        Request {
            conversation: Conversation::default(),
            sampling: Sampling::default(),
            text: text.into(),
            options: Default::default(),
            languages: Vec::new(),
        }
    }

    #[test]
    fn names_are_read_back() {
        for &builtin in Builtin::ALL {
            assert_eq!(builtin.name().parse(), Ok(builtin));
        }
        assert_eq!("Upper".parse::<Builtin>(), Err(()));
        assert_eq!(Builtin::ALL.len(), 21);
    }

    #[test]
    fn what_is_there_answers_and_what_is_not_says_so() {
        // These two are programs: see there.
        let programs = [Builtin::Apertium, Builtin::Harper];
        for &builtin in Builtin::ALL.iter().filter(|builtin| !programs.contains(builtin)) {
            let answer = run(builtin, &request("{}"));
            assert_eq!(matches!(answer, Err(BuiltinFailure::NotBuilt(_))), !builtin.is_there(), "{}", builtin.name());
        }
        assert_eq!(run(Builtin::Upper, &request("straße")), Ok(Made::from("STRASSE".to_owned())));
        let sentence = BuiltinFailure::NotBuilt("calc").to_string();
        assert_eq!(sentence, "this build of postil was made without `calc`; install one that has it");
    }
}
