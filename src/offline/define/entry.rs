//! What a dictionary says of a word, in parts and senses, and how that is laid out. Pure.
//!
//! The layout reads well as plain text and is Markdown too: numbered lists under the parts of speech, no marks in the
//! words. So the same text serves a panel, a notification and a terminal.

/// One headword.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    pub headword: String,
    /// As the dictionary writes it, without its brackets.
    pub pronunciation: Option<String>,
    pub parts: Vec<Part>,
}

/// A part of speech and what the word means as that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// `noun`; empty where the dictionary does not say.
    pub name: String,
    pub senses: Vec<Sense>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sense {
    pub text: String,
    pub examples: Vec<String>,
    pub synonyms: Vec<String>,
    pub antonyms: Vec<String>,
}

/// How much of an entry is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What somebody wants who goes on reading.
    Main,
    All,
}

/// Of each part: the dictionaries put the usual senses first, and `run` has more than forty.
const MAIN_SENSES: usize = 6;
/// Examples and synonyms of a sense in the short form.
const MAIN_EXAMPLES: usize = 2;
const MAIN_SYNONYMS: usize = 5;

impl Entry {
    /// Nothing that a reader could use.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.senses.is_empty())
    }

    /// Takes up what another entry says of the same headword.
    pub fn take_up(&mut self, other: Self) {
        self.pronunciation = self.pronunciation.take().or(other.pronunciation);
        for part in other.parts {
            match self.parts.iter_mut().find(|own| own.name == part.name) {
                Some(own) => {
                    for sense in part.senses {
                        own.add(sense);
                    }
                }
                None => self.parts.push(part),
            }
        }
    }
}

impl Part {
    /// A sense that says the same as one that is there adds nothing to read.
    pub fn add(&mut self, sense: Sense) {
        if !self.senses.iter().any(|own| own.text == sense.text) {
            self.senses.push(sense);
        }
    }
}

/// Entries with the same headword become one, in the order in which the headwords come.
pub fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    let mut merged: Vec<Entry> = Vec::new();
    for entry in entries {
        match merged.iter_mut().find(|own| own.headword == entry.headword) {
            Some(own) => own.take_up(entry),
            None => merged.push(entry),
        }
    }
    merged.retain(|entry| !entry.is_empty());
    merged
}

/// The entry as text, with the name of the dictionary behind the headword.
pub fn lay_out(entry: &Entry, dictionary: &str, detail: Detail) -> String {
    let pronunciation = entry.pronunciation.as_ref().map(|spoken| format!(" /{spoken}/")).unwrap_or_default();
    let mut text = format!("{}{pronunciation} ({dictionary})\n", entry.headword);
    for part in entry.parts.iter().filter(|part| !part.senses.is_empty()) {
        text.push('\n');
        if !part.name.is_empty() {
            text.push_str(&format!("{}\n", part.name));
        }
        let shown = if detail == Detail::All { part.senses.len() } else { MAIN_SENSES };
        for (number, sense) in part.senses.iter().take(shown).enumerate() {
            text.push_str(&sense_lines(number + 1, sense, detail));
        }
        let more = part.senses.len().saturating_sub(shown);
        if more > 0 {
            text.push_str(&format!("   … {more} more (option detail: all)\n"));
        }
    }
    text
}

fn sense_lines(number: usize, sense: &Sense, detail: Detail) -> String {
    let some = |items: &[String], most: usize| {
        let most = if detail == Detail::All { items.len() } else { most.min(items.len()) };
        items[..most].to_vec()
    };
    let mut lines = format!("{number}. {}\n", sense.text);
    let examples = some(&sense.examples, MAIN_EXAMPLES);
    if !examples.is_empty() {
        lines.push_str(&format!("   {}\n", examples.join("; ")));
    }
    for (sign, words) in [("=", &sense.synonyms), ("≠", &sense.antonyms)] {
        let words = some(words, MAIN_SYNONYMS);
        if !words.is_empty() {
            lines.push_str(&format!("   {sign} {}\n", words.join(", ")));
        }
    }
    lines
}

/// Lines that a dictionary broke, as one again. A word that was broken at its own hyphen is whole.
pub fn joined<'a>(lines: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for line in lines {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.is_empty() {
            continue;
        }
        let in_word = text.ends_with('-') && !text.ends_with("--") && !text.ends_with(" -");
        if !text.is_empty() && !in_word {
            text.push(' ');
        }
        text.push_str(&line);
    }
    text
}

/// The words in `{…}`.
pub fn braced(text: &str) -> Vec<String> {
    let after_open = text.split('{').skip(1);
    after_open.filter_map(|rest| rest.split_once('}')).map(|(word, _)| word.to_owned()).collect()
}

/// `text` without the braces that mark references.
pub fn unbraced(text: &str) -> String {
    text.replace(['{', '}'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sense(text: &str, examples: &[&str], synonyms: &[&str]) -> Sense {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Sense { text: text.into(), examples: owned(examples), synonyms: owned(synonyms), antonyms: Vec::new() }
    }

    #[test]
    fn an_entry_is_a_numbered_list_under_its_parts() {
        let noun = Part { name: "noun".into(), senses: vec![sense("a building", &["“my house”"], &["home"])] };
        let many = (1..=8).map(|number| sense(&format!("sense {number}"), &["1", "2", "3"], &[])).collect();
        let verb = Part { name: String::new(), senses: many };
        let entry = Entry { headword: "house".into(), pronunciation: Some("haʊs".into()), parts: vec![noun, verb] };
        let text = lay_out(&entry, "WordNet", Detail::Main);
        assert!(
            text.starts_with(
                "house /haʊs/ (WordNet)\n\nnoun\n1. a building\n   “my house”\n   = home\n\n1. sense 1\n   1; 2\n2."
            ),
            "{text}"
        );
        assert!(text.ends_with("6. sense 6\n   1; 2\n   … 2 more (option detail: all)\n"), "{text}");
        let whole = lay_out(&entry, "WordNet", Detail::All);
        assert!(whole.ends_with("8. sense 8\n   1; 2; 3\n"), "{whole}");
    }

    #[test]
    fn what_is_said_twice_is_said_once() {
        let entry = |part: &str, text: &str| Entry {
            headword: "x".into(),
            pronunciation: None,
            parts: vec![Part { name: part.into(), senses: vec![sense(text, &[], &[])] }],
        };
        let merged = merged(vec![entry("noun", "a"), entry("verb", "b"), entry("noun", "a"), entry("noun", "c")]);
        assert_eq!(merged.len(), 1);
        let parts: Vec<_> = merged[0].parts.iter().map(|part| (part.name.as_str(), part.senses.len())).collect();
        assert_eq!(parts, [("noun", 2), ("verb", 1)]);
    }

    #[test]
    fn broken_lines_are_joined() {
        assert_eq!(joined(["  the dog-", "   iron -- and", "", "more "]), "the dog-iron -- and more");
        assert_eq!(braced("{a b}, {c} d {"), ["a b", "c"]);
    }
}
