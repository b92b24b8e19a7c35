//! The layout of WordNet as `dict-wn` has it: parts of speech and numbers, examples in quotation marks behind the
//! definition, `[syn: …]` and `[ant: …]` at the end. Pure.
//!
//! ```text
//! house
//!     n 1: a dwelling; "he has a house on Cape Cod"
//!     2: play in which … [syn: {sign}, {house}]
//!     v 1: contain or cover
//! ```

use super::entry::{Entry, Part, Sense, braced, joined};

/// What the senses are indented by; what goes on in the next line is indented by more.
const INDENT: &str = "    ";

const PARTS: &[(&str, &str)] =
    &[("n", "noun"), ("v", "verb"), ("adj", "adjective"), ("adv", "adverb"), ("s", "adjective"), ("r", "adverb")];

/// Reads one article.
pub fn read(text: &str) -> Entry {
    let mut lines = text.lines().peekable();
    let headword = lines.next().unwrap_or_default().trim().to_owned();
    let mut parts: Vec<Part> = Vec::new();
    while let Some(line) = lines.next() {
        let mut whole = vec![line];
        while let Some(next) = lines.next_if(|next| !is_start(next)) {
            whole.push(next);
        }
        let Some((part, first)) = start(line) else { continue };
        whole[0] = first;
        if part.is_some() || parts.is_empty() {
            parts.push(Part { name: part.unwrap_or_default().to_owned(), senses: Vec::new() });
        }
        if let Some(part) = parts.last_mut() {
            part.add(sense(&joined(whole), &headword));
        }
    }
    Entry { headword, pronunciation: None, parts }
}

fn is_start(line: &str) -> bool {
    start(line).is_some()
}

/// The part of speech, where this line begins one, and what comes behind the number.
fn start(line: &str) -> Option<(Option<&'static str>, &str)> {
    let line = line.strip_prefix(INDENT).filter(|line| !line.starts_with(' '))?;
    let (before, rest) = line.split_once(':')?;
    let mut words = before.split_whitespace();
    let (first, second) = (words.next()?, words.next());
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let part = PARTS.iter().find(|(short, _)| *short == first).map(|(_, name)| *name);
    match (part, second) {
        _ if words.next().is_some() => None,
        (Some(part), None) => Some((Some(part), rest)),
        (Some(part), Some(number)) if is_number(number) => Some((Some(part), rest)),
        (None, None) if is_number(first) => Some((None, rest)),
        _ => None,
    }
}

fn sense(text: &str, headword: &str) -> Sense {
    let (text, synonyms) = without_list(text, "[syn:");
    let (text, antonyms) = without_list(&text, "[ant:");
    let (definition, quoted) = text.split_once("; \"").unwrap_or((&text, ""));
    let quoted = quoted.trim().trim_end_matches('"');
    let examples = quoted.split("\"; \"").filter(|example| !example.is_empty()).map(|example| format!("“{example}”"));
    let others = |words: Vec<String>| words.into_iter().filter(|word| word != headword).collect();
    Sense {
        text: definition.trim().to_owned(),
        examples: examples.collect(),
        synonyms: others(synonyms),
        antonyms: others(antonyms),
    }
}

/// The text without the list that begins with `opening`, and the words of that list.
fn without_list(text: &str, opening: &str) -> (String, Vec<String>) {
    let Some((before, rest)) = text.split_once(opening) else { return (text.to_owned(), Vec::new()) };
    let (list, after) = rest.split_once(']').unwrap_or((rest, ""));
    let words = braced(list).into_iter().map(|word| without_position(&word).to_owned()).collect();
    (format!("{}{after}", before.trim_end()), words)
}

/// `well(p)`: WordNet marks where an adjective may stand.
fn without_position(word: &str) -> &str {
    ["(p)", "(a)", "(ip)"].iter().find_map(|mark| word.strip_suffix(mark)).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::define::entry::{Detail, lay_out};

    #[test]
    fn an_article_is_taken_apart() {
        let text = "dog\n    n 1: a member of the genus Canis; occurs in many breeds; \"the dog barked\n         all night\" [syn: {dog}, {domestic dog}]\n    2: metal supports; \"hot\";\n       \"very hot\" [syn: {dog-\n       iron}] [ant: {cat}]\n    adj 1: in good health [syn: {well(p)}]\n";
        let expected = "dog (WordNet)\n\nnoun\n1. a member of the genus Canis; occurs in many breeds\n   “the dog barked all night”\n   = domestic dog\n2. metal supports\n   “hot”; “very hot”\n   = dog-iron\n   ≠ cat\n\nadjective\n1. in good health\n   = well\n";
        assert_eq!(lay_out(&read(text), "WordNet", Detail::Main), expected);
    }

    #[test]
    fn a_single_sense_has_no_number() {
        let entry = read("'hood\n    n : (slang) a neighborhood: of one's own");
        assert_eq!(entry.parts[0].senses[0].text, "(slang) a neighborhood: of one's own");
    }

    #[test]
    fn anything_else_is_no_reason_to_fall_over() {
        for text in
            ["", "\n\n", "word", "    n", "    : x", "    n 1:", "w\n    n 1: a [syn: {", "w\n    n 1: \"\" [syn:"]
        {
            read(text);
        }
    }
}
