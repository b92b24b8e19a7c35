//! The layout of dictionaries that have none known here (FOLDOC, Jargon, VERA): paragraphs, with their line breaks taken
//! out where they only filled lines. Pure.

use super::entry::{Entry, Part, Sense, joined, unbraced};

/// Reads one article: the headword in the first line, or the word that was looked up.
pub fn read(text: &str, word: &str) -> Entry {
    let text = text.trim();
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let is_head = !rest.trim().is_empty() && !first.starts_with(' ');
    let (headword, body) = if is_head { (first.trim(), rest) } else { (word, text) };
    let senses = paragraphs(body).into_iter().map(|text| Sense { text, ..Sense::default() });
    Entry {
        headword: headword.to_owned(),
        pronunciation: None,
        parts: vec![Part { name: String::new(), senses: senses.collect() }],
    }
}

fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![Vec::new()];
    for line in text.lines() {
        match line.trim().is_empty() {
            true => paragraphs.push(Vec::new()),
            false => paragraphs.last_mut().expect("it begins with one and only grows").push(line),
        }
    }
    paragraphs.into_iter().map(|lines| unbraced(&joined(lines))).filter(|text| !text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_whole_again() {
        let entry = read("foo\n\n   A sample name\n   for {anything}.\n\n   See bar.\n", "Foo");
        let texts: Vec<_> = entry.parts[0].senses.iter().map(|sense| sense.text.as_str()).collect();
        assert_eq!((entry.headword.as_str(), texts), ("foo", vec!["A sample name for anything.", "See bar."]));
        let entry = read("ABC: Always Be Careful", "abc");
        assert_eq!((entry.headword.as_str(), entry.parts[0].senses.len()), ("abc", 1));
        assert!(read("", "x").is_empty());
    }
}
