//! The index of a dictd dictionary: one line per headword, in the order that dictd sorts in, `key TAB offset TAB
//! length`, the numbers in base 64. Pure: bytes in, places out.
//!
//! Invariant: whatever the bytes are, a look-up reads a bounded part of them and either gives places or says that the
//! index is broken. What stands at a place is for the reader of the data to doubt.
//!
//! The order, as dictd has it: bytes of the folded keys. Folded means lower case, with nothing kept but letters, digits
//! and white space; an index that has the entry `00-database-allchars` keeps all characters.

use std::cmp::Ordering;

/// dictfmt writes keys of a few hundred bytes at most; a line without an end is no line of an index.
const LONGEST_LINE: usize = 8 << 10;

/// Six digits of base 64 are 64 GB; more are a lie.
const MOST_DIGITS: usize = 6;

const ALLCHARS: [&[u8]; 2] = [b"00-database-allchars", b"00databaseallchars"];

/// What is wrong with the bytes of a dictionary, as a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Broken(pub &'static str);

/// Where an entry stands in the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    pub offset: u64,
    pub length: u64,
}

/// One line of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    pub key: &'a [u8],
    pub place: Place,
}

/// An index over its bytes.
#[derive(Debug, Clone, Copy)]
pub struct Index<'a> {
    bytes: &'a [u8],
    keeps_all: bool,
}

impl<'a> Index<'a> {
    /// Reads from the index itself how its keys are folded.
    ///
    /// # Errors
    /// If what is looked at is no index.
    pub fn new(bytes: &'a [u8]) -> Result<Self, Broken> {
        let mut index = Self { bytes, keeps_all: true };
        let mut keeps_all = false;
        for key in ALLCHARS {
            keeps_all |= index.find_folded(key, 1)?.first().is_some_and(|line| line.key == key);
        }
        index.keeps_all = keeps_all;
        Ok(index)
    }

    /// The lines of `word`, however it is written in small and capital letters, at most `most`.
    ///
    /// # Errors
    /// If what is looked at is no index.
    pub fn find(&self, word: &str, most: usize) -> Result<Vec<Line<'a>>, Broken> {
        self.find_folded(fold(word, self.keeps_all).as_bytes(), most)
    }

    fn find_folded(&self, folded: &[u8], most: usize) -> Result<Vec<Line<'a>>, Broken> {
        if folded.is_empty() {
            return Ok(Vec::new());
        }
        let mut lines = self.lines_from(self.lower_bound(folded)?);
        let mut found = Vec::new();
        while found.len() < most
            && let Some(line) = lines.next().transpose()?
            && self.compare(line.key, folded) == Ordering::Equal
        {
            found.push(line);
        }
        Ok(found)
    }

    /// The lines whose folded keys begin with that of `beginning`, at most `most`.
    ///
    /// # Errors
    /// If what is looked at is no index.
    pub fn beginning_with(&self, beginning: &str, most: usize) -> Result<Vec<Line<'a>>, Broken> {
        let folded = fold(beginning, self.keeps_all);
        if folded.is_empty() {
            return Ok(Vec::new());
        }
        let lines = self.lines_from(self.lower_bound(folded.as_bytes())?);
        let begins = |key: &'a [u8]| folded_bytes(key, self.keeps_all).take(folded.len()).eq(folded.bytes());
        lines.take(most).take_while(|line| line.as_ref().map_or(true, |line| begins(line.key))).collect()
    }

    /// Where the first line starts whose key is not before `folded`.
    fn lower_bound(&self, folded: &[u8]) -> Result<usize, Broken> {
        let (mut low, mut high) = (0, self.bytes.len());
        while low < high {
            let start = self.start_of_line(low + (high - low) / 2)?;
            let key = self.key_at(start)?;
            match self.compare(key, folded) {
                Ordering::Less => low = self.end_of_line(start)?,
                Ordering::Equal | Ordering::Greater => high = start,
            }
        }
        Ok(low)
    }

    fn compare(&self, key: &[u8], folded: &[u8]) -> Ordering {
        folded_bytes(key, self.keeps_all).cmp(folded.iter().copied())
    }

    fn start_of_line(&self, at: usize) -> Result<usize, Broken> {
        let earliest = at.saturating_sub(LONGEST_LINE);
        let before = self.bytes[earliest..at].iter().rposition(|byte| *byte == b'\n');
        match before {
            Some(line_break) => Ok(earliest + line_break + 1),
            None if earliest == 0 => Ok(0),
            None => Err(NO_LINES),
        }
    }

    /// Behind the line break; the last line may have none.
    fn end_of_line(&self, start: usize) -> Result<usize, Broken> {
        let rest = &self.bytes[start..];
        let near = &rest[..rest.len().min(LONGEST_LINE)];
        match near.iter().position(|byte| *byte == b'\n') {
            Some(line_break) => Ok(start + line_break + 1),
            None if near.len() == rest.len() => Ok(self.bytes.len()),
            None => Err(NO_LINES),
        }
    }

    fn key_at(&self, start: usize) -> Result<&'a [u8], Broken> {
        let line = &self.bytes[start..self.end_of_line(start)?];
        Ok(line.split(|byte| *byte == b'\t').next().unwrap_or_default())
    }

    fn lines_from(&self, start: usize) -> impl Iterator<Item = Result<Line<'a>, Broken>> {
        let mut at = start;
        std::iter::from_fn(move || {
            if at >= self.bytes.len() {
                return None;
            }
            let end = match self.end_of_line(at) {
                Ok(end) => end,
                Err(broken) => {
                    at = self.bytes.len();
                    return Some(Err(broken));
                }
            };
            let line = line(&self.bytes[at..end]);
            at = end;
            Some(line)
        })
    }
}

const NO_LINES: Broken = Broken("its index has no lines");

fn line(bytes: &[u8]) -> Result<Line<'_>, Broken> {
    let mut columns = bytes.trim_ascii_end().split(|byte| *byte == b'\t');
    // White space at the end of a key is the key's.
    let key = bytes.split(|byte| *byte == b'\t').next().unwrap_or_default();
    columns.next();
    let mut number = || columns.next().and_then(base64);
    match (number(), number()) {
        (Some(offset), Some(length)) => Ok(Line { key, place: Place { offset, length } }),
        _ => Err(Broken("its index has a line without place and length")),
    }
}

/// The number that dictd writes with the digits of base 64, the highest first.
fn base64(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > MOST_DIGITS {
        return None;
    }
    digits.iter().try_fold(0, |number, digit| {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        Some(number * 64 + u64::from(value))
    })
}

/// A word as it is looked for.
fn fold(word: &str, keeps_all: bool) -> String {
    let kept = |letter: &char| keeps_all || letter.is_alphanumeric() || letter.is_whitespace();
    let lower = word.chars().filter(kept).flat_map(char::to_lowercase);
    lower.map(|letter| if letter.is_whitespace() { ' ' } else { letter }).collect()
}

/// A key as it is compared: letters beyond ASCII were folded when the index was made.
fn folded_bytes(key: &[u8], keeps_all: bool) -> impl Iterator<Item = u8> {
    let kept =
        move |byte: &u8| keeps_all || byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || *byte >= 0x80;
    key.iter().copied().filter(kept).map(|byte| match byte.is_ascii_whitespace() {
        true => b' ',
        false => byte.to_ascii_lowercase(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLDED: &[u8] = b"00-database-info\tA\tB\n\
        10\tA\tC\n\
        ad hoc\tBA\tD\n\
        caf\xc3\xa9\tB\tC\n\
        I'll\tC\tD\n\
        Polish\tE\tF\n\
        polish\tF\tG\n\
        po-lish\tG\tH\n\
        zoo\tH\tI";
    const ALL: &[u8] = b"'tween\tA\tB\n.22\tB\tC\n00-database-allchars\tA\tA\nad hoc\tC\tD\nad-hoc\tD\tE\nill\tE\tF\n";

    fn check(bytes: &[u8], word: &str, offsets: &[u64]) {
        let found = Index::new(bytes).unwrap().find(word, 10).unwrap();
        assert_eq!(found.iter().map(|line| line.place.offset).collect::<Vec<_>>(), offsets, "{word}");
    }

    #[test]
    fn words_are_found_as_dictd_sorts_them() {
        check(FOLDED, "POLISH", &[4, 5, 6]);
        check(FOLDED, "po.lish", &[4, 5, 6]);
        check(FOLDED, "ill", &[2]);
        check(FOLDED, "ad\u{a0}hoc", &[64]);
        check(FOLDED, "CAFÉ", &[1]);
        check(FOLDED, "zoo", &[7]);
        check(FOLDED, "10", &[0]);
        for absent in ["cafe", "a", "zzz", "", "...", "po"] {
            check(FOLDED, absent, &[]);
        }
    }

    #[test]
    fn an_index_may_keep_all_characters() {
        check(ALL, "ad hoc", &[2]);
        check(ALL, "ad-hoc", &[3]);
        check(ALL, "'Tween", &[0]);
        check(ALL, "i'll", &[]);
    }

    #[test]
    fn beginnings() {
        let index = Index::new(FOLDED).unwrap();
        let keys = |beginning, most| {
            let lines = index.beginning_with(beginning, most).unwrap();
            lines.iter().map(|line| String::from_utf8_lossy(line.key).into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(keys("Po", 10), ["Polish", "polish", "po-lish"]);
        assert_eq!(keys("po", 2), ["Polish", "polish"]);
        assert!(keys("x", 9).is_empty() && keys("", 9).is_empty());
    }

    #[test]
    fn numbers_are_in_base_64() {
        assert_eq!(base64(b"zt4W"), Some(((51 * 64 + 45) * 64 + 56) * 64 + 22));
        for bad in [&b""[..], b"A-", b"AAAAAAA", b"\xff"] {
            assert_eq!(base64(bad), None);
        }
    }

    #[test]
    fn what_is_no_index_is_said_to_be_none() {
        let long = vec![b'x'; 4 * LONGEST_LINE];
        assert_eq!(Index::new(&long).map(|_| ()), Err(NO_LINES));
        let bad = Index::new(b"word\n").map(|_| ());
        assert_eq!(bad, Err(Broken("its index has a line without place and length")));
        assert_eq!(Index::new(b"").unwrap().find("word", 1), Ok(Vec::new()));
        let unsorted = b"z\tA\tA\na\tA\tA\n\n\n\t\t\n";
        for word in ["a", "z", "m"] {
            let _ = Index::new(unsorted).and_then(|index| index.find(word, 9).map(|lines| lines.len()));
        }
    }
}
