//! The layout of GCIDE (Webster's of 1913 and later): a head with pronunciation, grammar and origin, numbered senses,
//! quotations indented by more, `Syn:`, `Note:` and phrases. Pure.
//!
//! ```text
//! House \House\ (hous), n.; pl. {Houses}. [OE. hous, …]
//!    1. A structure intended or used as a habitation …
//!       [1913 Webster]
//!
//!             Houses are built to live in; not to look on.
//!                                                   --Bacon.
//!    Syn: Dwelling; residence.
//!    {House ant} (Zool.), a very small ant …
//! ```
//!
//! Origins, notes and phrases are left out: they are three quarters of the text, and not what a reader stops for.

use icu_normalizer::ComposingNormalizerBorrowed;

use super::entry::{Entry, Part, Sense, joined, unbraced};

/// What belongs to a sense is indented by less than a quotation.
const QUOTATION_INDENT: usize = 9;

/// As the head has it, the longer first.
const PARTS: &[(&str, &str)] = &[
    ("n. pl.", "noun (plural)"),
    ("n.", "noun"),
    ("v. t. & i.", "verb"),
    ("v. i. & t.", "verb"),
    ("v. t.", "verb (transitive)"),
    ("v. i.", "verb (intransitive)"),
    ("v.", "verb"),
    ("a. & n.", "adjective, noun"),
    ("a.", "adjective"),
    ("adj.", "adjective"),
    ("adv.", "adverb"),
    ("prep.", "preposition"),
    ("conj.", "conjunction"),
    ("interj.", "interjection"),
    ("pron.", "pronoun"),
    ("imp.", "past form"),
    ("p. p.", "participle"),
];

/// Reads one article.
pub fn read(text: &str) -> Entry {
    let lines: Vec<_> = text.lines().filter(|line| !is_source(line)).collect();
    let head_end = lines.iter().position(|line| line.trim().is_empty() || is_numbered(line)).unwrap_or(lines.len());
    let (head_lines, rest) = lines.split_at(head_end);
    let head = head(&joined(head_lines.iter().copied()));
    let mut part = Part { name: head.part.to_owned(), senses: Vec::new() };
    if !head.definition.is_empty() {
        part.add(Sense { text: head.definition, ..Sense::default() });
    }
    for block in blocks(rest) {
        add(&mut part, &block);
    }
    part.senses.retain(|sense| !sense.text.is_empty());
    Entry { headword: head.word, pronunciation: head.pronunciation, parts: vec![part] }
}

/// `[1913 Webster]` on a line of its own: which edition the paragraph above is from.
fn is_source(line: &str) -> bool {
    let line = line.trim();
    let inside = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
    inside.is_some_and(|inside| ["Webster", "WordNet", "PJC", "GCIDE"].iter().any(|name| inside.contains(name)))
}

/// `   12. …`
fn is_numbered(line: &str) -> bool {
    indent(line) < QUOTATION_INDENT && numbered(line.trim_start()).is_some()
}

fn numbered(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    rest.strip_prefix('.').filter(|_| rest.len() < line.len())
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Lines that belong together: from a line that begins something to the next such line or blank line.
fn blocks<'a>(lines: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut blocks: Vec<Vec<&str>> = vec![Vec::new()];
    for line in lines {
        if line.trim().is_empty() || is_numbered(line) {
            blocks.push(Vec::new());
        }
        if let Some(block) = blocks.last_mut()
            && !line.trim().is_empty()
        {
            block.push(line);
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

fn add(part: &mut Part, block: &[&str]) {
    let text = unbraced(&joined(block.iter().copied()));
    if let Some(sense) = numbered(&text).filter(|_| is_numbered(block[0])) {
        part.senses.push(Sense { text: sense.trim().to_owned(), ..Sense::default() });
    } else if let Some(last) = part.senses.last_mut() {
        if let Some(words) = text.strip_prefix("Syn: ") {
            let words = words.split(". ").next().unwrap_or_default().split([';', ',']);
            last.synonyms.extend(words.map(|word| word.trim().trim_end_matches('.').to_owned()));
        } else if indent(block[0]) >= QUOTATION_INDENT {
            last.examples.push(quotation(&text));
        } else if text.starts_with('(') {
            last.text.push_str(&format!(" {text}"));
        }
    }
}

/// The words, and whose they are.
fn quotation(text: &str) -> String {
    match text.rsplit_once("--") {
        Some((words, author)) => format!("“{}” ({})", words.trim(), author.trim().trim_end_matches('.')),
        None => format!("“{}”", text.trim()),
    }
}

struct Head {
    word: String,
    pronunciation: Option<String>,
    part: &'static str,
    definition: String,
}

/// `House \House\ (hous), n.; pl. {Houses}. [OE. hous.] A definition.`
fn head(text: &str) -> Head {
    let (word, rest) = match text.split_once(" \\") {
        Some((word, rest)) => (word, rest.split_once('\\').map_or(rest, |(_, rest)| rest)),
        None => text.split_once(' ').unwrap_or((text, "")),
    };
    let rest = rest.trim_start();
    let spoken = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
    let (pronunciation, rest) = match spoken {
        Some((spoken, rest)) => (Some(accented(spoken)), rest),
        None => (None, rest),
    };
    let rest = rest.trim_start_matches([',', ' ']);
    let (part, rest) = part(rest);
    Head { word: word.to_owned(), pronunciation, part, definition: definition(rest) }
}

fn part(text: &str) -> (&'static str, &str) {
    let found = PARTS.iter().find_map(|(short, name)| text.strip_prefix(short).map(|rest| (*name, rest)));
    found.unwrap_or(("", text))
}

/// What follows forms, origins and fields in the head.
fn definition(mut rest: &str) -> String {
    loop {
        rest = rest.trim_start_matches([';', ',', '.', ' ']);
        if rest.starts_with('[') {
            rest = behind_brackets(rest);
        } else if let Some(form) = ["pl. ", "imp. ", "See "].iter().find_map(|word| rest.strip_prefix(word)) {
            rest = form.split_once(". ").map_or("", |(_, rest)| rest);
        } else {
            return unbraced(rest.trim());
        }
    }
}

fn behind_brackets(text: &str) -> &str {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '[' => depth += 1,
            ']' if depth == 1 => return &text[at + 1..],
            ']' => depth -= 1,
            _ => {}
        }
    }
    ""
}

/// `k[o^]m*p[=u]t"[~e]r` → `kŏm·pūt·ẽr`: ASCII for the marks of Webster's time.
fn accented(spoken: &str) -> String {
    let mut result = String::new();
    let mut rest = spoken;
    while let Some((before, after)) = rest.split_once('[') {
        let (inside, behind) = after.split_once(']').unwrap_or((after, ""));
        result.push_str(before);
        match inside.chars().find_map(combining) {
            Some(mark) => {
                let letters: String = inside.chars().filter(|letter| letter.is_alphabetic()).collect();
                result.push_str(&letters);
                result.push(mark);
            }
            None => result.push_str(inside),
        }
        rest = behind;
    }
    result.push_str(rest);
    ComposingNormalizerBorrowed::new_nfc().normalize(&result.replace(['*', '"', '`'], "·")).into_owned()
}

fn combining(mark: char) -> Option<char> {
    Some(match mark {
        '^' => '\u{306}',
        '=' => '\u{304}',
        '~' => '\u{303}',
        '"' => '\u{308}',
        '\'' => '\u{301}',
        '.' => '\u{307}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::define::entry::{Detail, lay_out, merged};

    fn check(article: &str, expected: &str) {
        let laid_out: String =
            merged(vec![read(article)]).iter().map(|entry| lay_out(entry, "G", Detail::All)).collect();
        assert_eq!(laid_out, expected);
    }

    #[test]
    fn an_article_is_taken_apart() {
        check(
            "House \\House\\ (hous), n.; pl. {Houses}. [OE. hous\n   [x].]\n   1. A structure; a\n      mansion.\n      [1913 Webster]\n\n            Houses are built to live in.\n                                      --Bacon.\n      [1913 Webster]\n\n   2. (Com.) A firm.\n\n   Note: House is much used.\n\n            Not a quotation of the note?\n\n   {House ant} (Zool.), an ant.\n\n   Syn: Dwelling; abode. See {Tenement}.\n        [1913 Webster]\n",
            "House /hous/ (G)\n\nnoun\n1. A structure; a mansion.\n   “Houses are built to live in.” (Bacon)\n2. (Com.) A firm.\n   “Not a quotation of the note?”\n   = Dwelling, abode\n",
        );
        check(
            "Abacist \\Ab\"a*cist\\ ([a^]b\"[.a]*s[i^]st), n. [LL abacista.]\n   One who uses an abacus; a calculator.\n   [1913 Webster]\n",
            "Abacist /ăb·ȧ·sĭst/ (G)\n\nnoun\n1. One who uses an abacus; a calculator.\n",
        );
    }

    #[test]
    fn anything_else_is_no_reason_to_fall_over() {
        for text in [
            "",
            "\n",
            " \\",
            "a \\b",
            "a \\b\\ (",
            "a \\b\\ (c[",
            "a \\b\\ (c), n. [",
            "1.",
            "a\n   1.\n\n   Syn: \n  --",
        ] {
            read(text);
        }
    }
}
