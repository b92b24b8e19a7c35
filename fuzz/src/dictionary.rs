//! Dictionaries of any bytes: the index is looked at within its bounds, the data gives no more than an entry may have, and
//! every layout reads every article.

use postil::offline::define::dictzip::Data;
use postil::offline::define::entry::{Detail, lay_out, merged};
use postil::offline::define::forms::{headword, spellings};
use postil::offline::define::index::Index;
use postil::offline::define::near::near;
use postil::offline::define::{freedict, gcide, other, wordnet};

use super::first_line;

/// Beyond this no entry is read.
const LONGEST_ENTRY: usize = 1 << 20;

/// The word in the first line, the index up to a zero byte, and the data.
pub fn check(bytes: &[u8]) {
    let (word, rest) = first_line(bytes);
    let (index, data) = match rest.iter().position(|byte| *byte == 0) {
        Some(end) => (&rest[..end], &rest[end + 1..]),
        None => (rest, rest),
    };
    let word = String::from_utf8_lossy(word).into_owned();
    for spelling in headword(&word).iter().flat_map(|word| spellings(word)) {
        assert!(!spelling.is_empty());
    }
    read(&String::from_utf8_lossy(data), &word);
    let Ok(index) = Index::new(index) else { return };
    assert!(near(&index, &word, 5).map_or(0, |near| near.len()) <= 5);
    let (Ok(lines), Ok(data)) = (index.find(&word, 10), Data::new(data)) else { return };
    for line in lines {
        if let Ok(article) = data.read(line.place) {
            // What is no UTF-8 is replaced by three bytes each.
            assert!(article.len() <= 3 * LONGEST_ENTRY);
            read(&article, &word);
        }
    }
}

fn read(article: &str, word: &str) {
    let entries = [wordnet::read(article), gcide::read(article), freedict::read(article), other::read(article, word)];
    for entry in merged(entries.into()) {
        let (short, whole) = (lay_out(&entry, "D", Detail::Main), lay_out(&entry, "D", Detail::All));
        assert!(!short.is_empty() && short.lines().count() <= whole.lines().count() + entry.parts.len());
    }
}
