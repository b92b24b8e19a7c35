//! The text tools: text in, text out, nothing looked up and nothing remembered.
//!
//! Line endings and the last line's break stay as they were. A tool never fails on a text that it can do something
//! sensible with; decoders and JSON refuse what is not theirs.

mod case;
mod count;
mod encode;
mod join;
mod json;
mod lines;
mod seam;
pub mod sentences;
mod shape;
mod title;

use super::{Builtin, BuiltinFailure};
use crate::text::language::Language;

/// `text` as `builtin` makes it. `languages` are the user's own, the first first: letter case is a matter of language.
pub fn apply(builtin: Builtin, text: &str, languages: &[Language]) -> Result<String, BuiltinFailure> {
    Ok(match builtin {
        Builtin::Upper => case::upper(text, languages),
        Builtin::Lower => case::lower(text, languages),
        Builtin::TitleCase => title::title_case(text, languages),
        Builtin::SentenceCase => sentences::sentence_case(text, languages),
        Builtin::Trim => lines::trim(text),
        Builtin::JoinLines => join::join_lines(text),
        Builtin::SortLines => lines::sort(text),
        Builtin::UniqueLines => lines::unique(text),
        Builtin::Count => count::count(text),
        Builtin::UrlEncode => encode::url_encode(text),
        Builtin::UrlDecode => encode::url_decode(text)?,
        Builtin::Base64Encode => encode::base64_encode(text),
        Builtin::Base64Decode => encode::base64_decode(text)?,
        Builtin::HtmlEncode => encode::html_encode(text),
        Builtin::HtmlDecode => encode::html_decode(text),
        Builtin::JsonPretty => json::pretty(text)?,
        Builtin::Harper | Builtin::Define | Builtin::Spell | Builtin::Calc | Builtin::Apertium => {
            return Err(BuiltinFailure::NotBuilt(builtin.name()));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn done(builtin: Builtin, text: &str) -> String {
        apply(builtin, text, &[]).unwrap()
    }

    proptest! {
        #[test]
        fn no_tool_panics(text in any::<String>()) {
            for &builtin in Builtin::ALL {
                let _ = apply(builtin, &text, &[]);
            }
        }

        #[test]
        fn what_was_encoded_decodes_to_itself(text in any::<String>()) {
            for (encode, decode) in [
                (Builtin::UrlEncode, Builtin::UrlDecode),
                (Builtin::Base64Encode, Builtin::Base64Decode),
                (Builtin::HtmlEncode, Builtin::HtmlDecode),
            ] {
                prop_assert_eq!(&done(decode, &done(encode, &text)), &text);
            }
        }

        #[test]
        fn doing_it_twice_changes_nothing_more(text in "[ a-cA-C1-3\u{feff}\u{200b}\t\r\n.\u{ad}-]{0,60}") {
            for builtin in [Builtin::Trim, Builtin::UniqueLines, Builtin::SortLines, Builtin::Lower, Builtin::Upper] {
                let once = done(builtin, &text);
                prop_assert_eq!(&done(builtin, &once), &once, "{}", builtin.name());
            }
        }

        #[test]
        fn line_tools_keep_the_last_line_break(text in "[ab]{1,2}(\r?\n[ab]{1,2}[ \t]?){0,9}(\r?\n)?") {
            for builtin in [Builtin::Trim, Builtin::UniqueLines, Builtin::SortLines, Builtin::JoinLines] {
                let answer = done(builtin, &text);
                prop_assert_eq!(answer.ends_with('\n'), text.ends_with('\n'), "{}", builtin.name());
            }
        }

        #[test]
        fn case_tools_change_letters_alone(text in "[ a-zA-Z.,'\n-]{0,60}") {
            for builtin in [Builtin::TitleCase, Builtin::SentenceCase, Builtin::Upper] {
                prop_assert_eq!(done(builtin, &text).to_lowercase(), text.to_lowercase(), "{}", builtin.name());
            }
        }
    }
}
