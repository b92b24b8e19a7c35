//! The layout of FreeDict's dictionaries: a headword with its pronunciation and grammar, translations, examples in pairs,
//! notes, synonyms. Pure.
//!
//! ```text
//! Haus /hˈaʊs/ <neut, n, sg>
//! house <n>
//!       "ein Haus bauen"  - build a house
//!    Synonym: {Zuhause}
//!  see: {Häuser}
//!          Note: …
//! ```

use super::entry::{Entry, Part, Sense, braced, unbraced};

const PARTS: &[(&str, &str)] = &[
    ("n", "noun"),
    ("masc", "noun"),
    ("fem", "noun"),
    ("neut", "noun"),
    ("pn", "name"),
    ("v", "verb"),
    ("vt", "verb"),
    ("vi", "verb"),
    ("vr", "verb"),
    ("adj", "adjective"),
    ("adv", "adverb"),
    ("prep", "preposition"),
    ("conj", "conjunction"),
    ("int", "interjection"),
    ("interj", "interjection"),
    ("num", "numeral"),
    ("pron", "pronoun"),
    ("art", "article"),
    ("phrase", "phrase"),
    ("abbr", "abbreviation"),
];

/// What a learner wants to know of a translated noun.
const GENDERS: &[(&str, &str)] = &[("masc", "m"), ("fem", "f"), ("neut", "n"), ("pl", "pl")];

/// Reads one article.
pub fn read(text: &str) -> Entry {
    let mut lines = text.lines().skip_while(|line| line.trim().is_empty());
    let head = head(lines.next().unwrap_or_default());
    let mut part = Part { name: head.part.to_owned(), senses: Vec::new() };
    for line in lines.filter(|line| !line.trim().is_empty()) {
        read_line(line, &mut part);
    }
    for sense in &mut part.senses {
        if part.name.is_empty() && sense.text.contains('<') {
            part.name = part_of(&sense.text).to_owned();
        }
        sense.text = with_genders(&sense.text);
    }
    Entry { headword: head.word, pronunciation: head.pronunciation, parts: vec![part] }
}

fn read_line(line: &str, part: &mut Part) {
    let content = line.trim();
    if content.starts_with("see:") {
        return; // Other forms and phrases: what is looked up next, not what is meant.
    }
    if let Some(last) = part.senses.last_mut() {
        if let Some(words) = content.strip_prefix("Synonym: ").or_else(|| content.strip_prefix("Synonyms: ")) {
            last.synonyms.extend(braced(words));
            return;
        }
        if let Some(note) = content.strip_prefix("Note: ") {
            last.text.push_str(&format!(" ({note})"));
            return;
        }
        if let Some(example) = example(line) {
            last.examples.push(example);
            return;
        }
    }
    let unnumbered = content.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let text = unnumbered.strip_prefix(". ").filter(|_| unnumbered.len() < content.len()).unwrap_or(content);
    let text = unbraced(text).split_whitespace().collect::<Vec<_>>().join(" ").replace(" ,", ",");
    part.senses.push(Sense { text, ..Sense::default() });
}

/// `      "ein Haus bauen"  - build a house`.
fn example(line: &str) -> Option<String> {
    let quoted = line.strip_prefix("   ")?.trim().strip_prefix('"')?;
    Some(match quoted.split_once("\"  - ") {
        Some((original, translated)) => format!("“{original}” {}", translated.trim()),
        None => format!("“{}”", quoted.trim_end_matches('"')),
    })
}

struct Head {
    word: String,
    pronunciation: Option<String>,
    part: &'static str,
}

fn head(line: &str) -> Head {
    let line = line.trim();
    let end = [" /", " <", " ("].iter().filter_map(|opening| line.find(opening)).min().unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    let spoken = rest.trim_start().strip_prefix('/').and_then(|rest| rest.split_once('/')).map(|(spoken, _)| spoken);
    // The grammar of inflected forms stands in brackets before that of the word.
    let grammar = rest.rsplit(") ").next().unwrap_or_default();
    Head {
        word: word.to_owned(),
        pronunciation: spoken.map(without_switches).filter(|spoken| !spoken.is_empty()),
        part: part_of(grammar),
    }
}

/// The program that spoke the words left `(en)` where it took one for English.
fn without_switches(spoken: &str) -> String {
    let mut pieces = spoken.split('(');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |spoken, piece| spoken + piece.split_once(')').map_or(piece, |(_, rest)| rest))
}

/// The part of speech that the first `<…>` with one names; empty if none does.
fn part_of(text: &str) -> &'static str {
    let tags = text.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tags, _)| tags);
    let words = tags.flat_map(|tags| tags.split(','));
    let named = |word: &str| PARTS.iter().find(|(short, _)| *short == word.trim().trim_end_matches('.'));
    words.filter_map(named).map(|(_, name)| *name).next().unwrap_or_default()
}

/// Genders as a dictionary for people writes them; the rest of the grammar in `<…>` is left out.
fn with_genders(text: &str) -> String {
    let mut pieces = text.split('<');
    let mut result = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let Some((tags, rest)) = piece.split_once('>') else {
            result.push('<');
            result.push_str(piece);
            continue;
        };
        let words = || tags.split(',').map(str::trim);
        let gender = words().find_map(|word| GENDERS.iter().find(|(tag, _)| *tag == word));
        match gender {
            Some((_, letter)) => result.push_str(&format!("({letter})")),
            None => result.truncate(result.trim_end().len()),
        }
        result.push_str(rest);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::define::entry::{Detail, lay_out, merged};

    fn check(article: &str, expected: &str) {
        let laid_out: String =
            merged(vec![read(article)]).iter().map(|entry| lay_out(entry, "D", Detail::All)).collect();
        assert_eq!(laid_out, expected);
    }

    #[test]
    fn an_article_is_taken_apart() {
        check(
            "Haus /hˈaʊs/ <neut, n, sg>\n [adm.] home <n>, abode <n>\n         Note: old\n      \"zu Hause\"  - at home\n   Synonym: {Zuhause}\n\n see: {Heim}\n\n         Note: veraltet",
            "Haus /hˈaʊs/ (D)\n\nnoun\n1. [adm.] home, abode (old) (veraltet)\n   “zu Hause” at home\n   = Zuhause\n",
        );
        check("House /(en)hˈaʊs(de)/ <masc>\nhouse\n", "House /hˈaʊs/ (D)\n\nnoun\n1. house\n");
        check(
            "run /ɹˈʌn/ (ran /ɹˈan/ <>, run /ɹˈʌn/ <>) <v>\nlaufen <v, intr> [ugs.] \n",
            "run /ɹˈʌn/ (D)\n\nverb\n1. laufen [ugs.]\n",
        );
        check("house /h/\nHaus <neut>, Bau <masc>\n", "house /h/ (D)\n\nnoun\n1. Haus (n), Bau (m)\n");
        check("maison /mɛzɔ̃/ <fem>\n1. house\n2. home\n", "maison /mɛzɔ̃/ (D)\n\nnoun\n1. house\n2. home\n");
        check("ran\nlief <3. person\n see: {run}", "ran (D)\n\n1. lief <3. person\n");
    }

    #[test]
    fn anything_else_is_no_reason_to_fall_over() {
        for text in
            ["", "\n", "<", " /", "a <", "a <>\n<>", "a /\n\"", "a\n   \"", "a\nb\n   \"c\"  - ", "a\n1.", "a\n12"]
        {
            read(text);
        }
    }
}
