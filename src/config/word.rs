//! Closed sets of words: enums whose values are written in files and on the command line by one word each.
//!
//! Invariant: reading, writing, the list of what is allowed and the schema all come from the one table in [`words!`].

use crate::text::near::nearest;

/// An enum whose every value has a word.
pub trait Word: Copy + 'static {
    /// Every value, in the order of the specification.
    const WORDS: &'static [Self];

    /// As files and the command line write it.
    fn as_word(self) -> &'static str;

    /// The value of this word.
    fn of_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().copied().find(|value| value.as_word() == word)
    }
}

/// Gives an enum its words: `ALL`, `word()`, `FromStr` and [`Word`].
macro_rules! words {
    ($kind:ident: $($variant:ident = $word:literal),+ $(,)?) => {
        impl $kind {
            /// Every value, in the order of the specification.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As files and the command line write it.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl $crate::config::word::Word for $kind {
            const WORDS: &'static [Self] = Self::ALL;

            fn as_word(self) -> &'static str {
                self.word()
            }
        }

        impl std::str::FromStr for $kind {
            type Err = ();

            fn from_str(word: &str) -> Result<Self, ()> {
                $crate::config::word::Word::of_word(word).ok_or(())
            }
        }
    };
}

pub(crate) use words;

impl Word for crate::offline::Builtin {
    const WORDS: &'static [Self] = Self::ALL;

    fn as_word(self) -> &'static str {
        self.name()
    }
}

impl Word for crate::llm::request::Effort {
    const WORDS: &'static [Self] = &[Self::None, Self::Minimal, Self::Low, Self::Medium, Self::High];

    fn as_word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minimal => "minimal",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// `` `a`, `b` or `c` ``.
pub fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "nothing".to_owned(),
    }
}

/// "did you mean `x`?", or else what there is to choose from.
pub fn suggestion<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("expected {}", list(known)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_word_is_told_what_it_was_meant_to_be() {
        let known = ["shortcut", "to", "from", "model"];
        assert_eq!(suggestion("shotrcut", known), "did you mean `shortcut`?");
        assert_eq!(suggestion("Model", known), "did you mean `model`?");
        assert_eq!(suggestion("colour", known), "expected `shortcut`, `to`, `from` or `model`");
    }
}
