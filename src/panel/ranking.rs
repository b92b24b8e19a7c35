//! How well what is typed names an action: the whole of its title, the beginning of a word, initials, some of its letters.
//!
//! Small and capital letters and accents make no difference. Each word that is typed has to be found, so that a sentence
//! (“make it rhyme”) names nothing, and is an instruction.

use crate::text::accents;

/// A single letter is somewhere in nearly every title.
const FEWEST_WITHIN: usize = 2;

/// Letters that are found here and there make a match from so many on.
const FEWEST_SCATTERED: usize = 3;

/// And so many other letters may stand among them, for each that was typed.
const MOST_BETWEEN: usize = 2;

/// Of a word that stands in a description only, so much has to be typed.
const FEWEST_OF_DESCRIPTION: usize = 3;

/// What an action can be found by.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    pub title: &'a str,
    /// Its file's.
    pub name: &'a str,
    pub folder: &'a str,
    pub description: &'a str,
}

/// How well a word was found, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Quality {
    Whole,
    Beginning,
    /// Of a word that is not the first.
    OfWord,
    Initials,
    Within,
    Scattered,
    Folder,
    Description,
}

/// A match; the least is the best.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rank {
    worst: Quality,
    /// Which letters of the title are meant, by their number.
    pub letters: Vec<usize>,
}

impl Rank {
    /// What ranks are sorted by.
    pub fn key(&self) -> impl Ord + use<> {
        self.worst
    }
}

/// What is typed, ready to be looked for.
#[derive(Debug)]
pub struct Query {
    words: Vec<Vec<char>>,
}

impl Query {
    pub fn new(typed: &str) -> Self {
        Self { words: accents::bare(typed).split_whitespace().map(|word| word.chars().collect()).collect() }
    }

    pub fn is_blank(&self) -> bool {
        self.words.is_empty()
    }

    /// `None`: a word of it is not found.
    pub fn rank(&self, named: Named<'_>) -> Option<Rank> {
        let (title, name) = (Folded::new(named.title), Folded::new(named.name));
        if let Some(letters) = self.whole(&title) {
            return Some(Rank { worst: Quality::Whole, letters });
        }
        let mut rank = Rank { worst: Quality::Whole, letters: Vec::new() };
        for word in &self.words {
            let in_title = title.find(word);
            let in_name = name.find(word).filter(|(found, _)| in_title.as_ref().is_none_or(|(best, _)| found < best));
            let found = match in_name {
                Some((quality, _)) => (quality, in_title.map(|(_, letters)| letters).unwrap_or_default()),
                None => in_title.or_else(|| self.elsewhere(word, named).map(|quality| (quality, Vec::new())))?,
            };
            rank.worst = rank.worst.max(found.0);
            rank.letters.extend(found.1);
        }
        rank.letters.sort_unstable();
        rank.letters.dedup();
        Some(rank)
    }

    fn whole(&self, title: &Folded) -> Option<Vec<usize>> {
        let typed = self.words.join(&' ');
        (typed == title.letters).then(|| title.places.clone())
    }

    /// In what stands around the title. A sentence would find its small words in any description.
    fn elsewhere(&self, word: &[char], named: Named<'_>) -> Option<Quality> {
        let begins_a_word = |text: &str| Folded::new(text).word_beginning(word).is_some();
        if begins_a_word(named.folder) {
            return Some(Quality::Folder);
        }
        let is_enough = self.words.len() == 1 && word.len() >= FEWEST_OF_DESCRIPTION;
        (is_enough && begins_a_word(named.description)).then_some(Quality::Description)
    }
}

/// A text letter by letter, without what makes no difference.
struct Folded {
    letters: Vec<char>,
    /// For each, which letter of the text it is of: `ß` is two here.
    places: Vec<usize>,
    /// Whether a word begins with it.
    begins: Vec<bool>,
}

impl Folded {
    fn new(text: &str) -> Self {
        let (mut letters, mut places, mut begins) = (Vec::new(), Vec::new(), Vec::new());
        let mut was_letter = false;
        for (place, letter) in text.chars().enumerate() {
            for (number, bare) in accents::bare(letter.encode_utf8(&mut [0; 4])).chars().enumerate() {
                letters.push(bare);
                places.push(place);
                begins.push(number == 0 && letter.is_alphanumeric() && !was_letter);
            }
            was_letter = letter.is_alphanumeric();
        }
        Self { letters, places, begins }
    }

    fn find(&self, word: &[char]) -> Option<(Quality, Vec<usize>)> {
        let run = |from: usize| self.places[from..from + word.len()].to_vec();
        if let Some(from) = self.word_beginning(word) {
            let quality = if from == 0 { Quality::Beginning } else { Quality::OfWord };
            return Some((quality, run(from)));
        }
        if let Some(letters) = self.initials(word) {
            return Some((Quality::Initials, letters));
        }
        let within = self.letters.windows(word.len()).position(|letters| letters == word);
        let within = within.filter(|_| word.len() >= FEWEST_WITHIN);
        within.map(|from| (Quality::Within, run(from))).or_else(|| Some((Quality::Scattered, self.scattered(word)?)))
    }

    fn word_beginning(&self, word: &[char]) -> Option<usize> {
        (0..self.letters.len()).find(|from| self.begins[*from] && self.letters[*from..].starts_with(word))
    }

    /// Each letter begins a word, in order: `ul` for “Unique lines”.
    fn initials(&self, word: &[char]) -> Option<Vec<usize>> {
        let mut starts = (0..self.letters.len()).filter(|at| self.begins[*at]);
        let find = |letter: &char| starts.find(|at| self.letters[*at] == *letter).map(|at| self.places[at]);
        (word.len() > 1).then(|| word.iter().map(find).collect())?
    }

    /// In order, from the beginning of a word on, and not too far apart.
    fn scattered(&self, word: &[char]) -> Option<Vec<usize>> {
        if word.len() < FEWEST_SCATTERED {
            return None;
        }
        let starts = (0..self.letters.len()).filter(|at| self.begins[*at] && self.letters[*at] == word[0]);
        let most = word.len() * (1 + MOST_BETWEEN);
        starts.filter_map(|start| self.in_order(word, start)).find(|places| places[places.len() - 1] - places[0] < most)
    }

    fn in_order(&self, word: &[char], start: usize) -> Option<Vec<usize>> {
        let mut rest = start..self.letters.len();
        word.iter().map(|letter| rest.find(|at| self.letters[*at] == *letter).map(|at| self.places[at])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TITLES: &[(&str, &str, &str)] = &[
        ("Translate", "translate", "Into your language"),
        ("Title Case", "title-case", ""),
        ("Explain", "explain", "What it means"),
        ("Explain code", "explain-code", ""),
        ("Fix", "fix", "Spelling, grammar and punctuation"),
        ("Unique lines", "unique-lines", ""),
        ("Übersetzen", "uebersetzen", ""),
        ("翻译成英文", "fanyi", ""),
        ("Search the web", "web-search", ""),
        ("Straße", "street", ""),
    ];

    fn rank(typed: &str, (title, name, description): (&str, &str, &str)) -> Option<Rank> {
        let folder = if title.ends_with("lines") { "Text tools" } else { "" };
        Query::new(typed).rank(Named { title, name, folder, description })
    }

    /// What is found, the best first.
    #[track_caller]
    fn check(typed: &str, expected: &[&str]) {
        let mut found: Vec<_> = TITLES.iter().filter_map(|named| Some((rank(typed, *named)?.worst, named.0))).collect();
        found.sort_by_key(|(quality, _)| *quality);
        assert_eq!(found.into_iter().map(|(_, title)| title).collect::<Vec<_>>(), expected, "{typed}");
    }

    #[test]
    fn the_better_match_comes_first() {
        check("t", &["Translate", "Title Case", "Search the web", "Unique lines"]);
        check("ti", &["Title Case"]);
        check("explain", &["Explain", "Explain code"]);
        check("ec", &["Explain code"]);
        check("ul", &["Unique lines"]);
        check("code", &["Explain code"]);
        check("web", &["Search the web"]);
        check("slat", &["Translate"]);
        check("trlt", &["Translate"]);
    }

    #[test]
    fn capitals_and_accents_make_no_difference() {
        check("UBER", &["Übersetzen"]);
        check("über", &["Übersetzen"]);
        check("strasse", &["Straße"]);
        check("英文", &["翻译成英文"]);
    }

    #[test]
    fn names_folders_and_descriptions_are_found_last() {
        check("fanyi", &["翻译成英文"]);
        check("tools", &["Unique lines"]);
        check("grammar", &["Fix"]);
        check("gr", &[]);
    }

    #[test]
    fn a_sentence_names_nothing() {
        for typed in ["make it rhyme", "shorter", "translate to French", "as a haiku", "spelling in British English"] {
            check(typed, &[]);
        }
        check("explain c", &["Explain code"]);
        check("lines unique", &["Unique lines"]);
    }

    #[test]
    fn it_is_told_which_letters_are_meant() {
        let letters = |typed: &str, title: &str| rank(typed, (title, "", "")).map(|rank| rank.letters);
        assert_eq!(letters("ec", "Explain code"), Some(vec![0, 8]));
        assert_eq!(letters("stras", "Straße"), Some(vec![0, 1, 2, 3, 4]));
        assert_eq!(letters("fix", "Fix"), Some(vec![0, 1, 2]));
        assert_eq!(letters("zzz", "Fix"), None);
    }
}
