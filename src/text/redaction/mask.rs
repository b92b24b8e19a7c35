//! Puts a word in the place of each secret: the same for the same, and none that the text has of itself.
//!
//! The word is a plain name in capitals, as programs have them. Brackets would break the JSON, the address or the code
//! that it stands in, and models translate, drop or escape them; a name they take over as it is.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};

use super::Finding;
use super::restore;

/// What every word begins with; its number follows.
pub const WORD: &str = "POSTIL_SECRET_";

/// A secret that is shorter than this is taken out where it stands by itself, and not from the middle of words.
const WITHIN_WORDS_FROM: usize = 8;

/// What was taken out of a request's texts, by number.
#[derive(Clone, PartialEq)]
pub struct Vault {
    /// The number of the first; above all that the texts have of themselves.
    first: u32,
    secrets: Vec<Arc<str>>,
}

impl Default for Vault {
    fn default() -> Self {
        Self { first: 1, secrets: Vec::new() }
    }
}

/// Never what is in it.
impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({})", self.secrets.len())
    }
}

impl Vault {
    /// A vault for secrets of these texts.
    pub fn for_texts<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let highest = texts.filter_map(restore::highest_number).max();
        Self { first: highest.map_or(1, |highest| highest.saturating_add(1)), secrets: Vec::new() }
    }

    pub fn is_empty(&self) -> bool {
        self.secrets.is_empty()
    }

    pub fn len(&self) -> usize {
        self.secrets.len()
    }

    /// What a number stands for.
    pub fn get(&self, number: u32) -> Option<&str> {
        let place = number.checked_sub(self.first)?;
        self.secrets.get(place as usize).map(|secret| &**secret)
    }

    fn word(&self, place: usize) -> String {
        format!("{WORD}{}", u64::from(self.first) + place as u64)
    }
}

/// Takes secrets out of the texts of a job.
#[derive(Clone, Default)]
pub struct Masker {
    vault: Vault,
    places: HashMap<Arc<str>, usize>,
}

/// Never what it has learnt.
impl fmt::Debug for Masker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Masker({})", self.vault.len())
    }
}

impl Masker {
    pub fn new(vault: Vault) -> Self {
        Self { vault, places: HashMap::new() }
    }

    /// Learns the secrets of a text; they are taken out of every text from then on.
    pub fn learn(&mut self, text: &str, findings: &[Finding]) {
        for finding in findings {
            let secret = &text[finding.span.clone()];
            if !self.places.contains_key(secret) {
                let secret: Arc<str> = secret.into();
                self.places.insert(Arc::clone(&secret), self.vault.secrets.len());
                self.vault.secrets.push(secret);
            }
        }
    }

    /// The text with words in the place of all that was learnt; none where there is nothing to take out.
    pub fn mask(&self, text: &str) -> Option<String> {
        let secrets = self.vault.secrets.iter().map(|secret| secret.as_bytes());
        let known = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(secrets).ok()?;
        let (mut masked, mut done) = (String::new(), 0);
        for hit in known.find_iter(text).filter(|hit| stands_for_itself(text, hit.range())) {
            masked.push_str(&text[done..hit.start()]);
            masked.push_str(&self.vault.word(hit.pattern().as_usize()));
            done = hit.end();
        }
        (done > 0).then(|| masked + &text[done..])
    }

    pub fn vault(&self) -> &Vault {
        &self.vault
    }
}

/// Whether it is a secret that stands here, and not a word that has its letters.
fn stands_for_itself(text: &str, span: Range<usize>) -> bool {
    let is_of_a_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    span.len() >= WITHIN_WORDS_FROM
        || !(is_of_a_word(text[..span.start].chars().next_back()) || is_of_a_word(text[span.end..].chars().next()))
}

/// One text through and through, and what was taken out of it.
pub fn mask(text: &str, findings: &[Finding]) -> (String, Vault) {
    let mut masker = Masker::new(Vault::for_texts([text].into_iter()));
    masker.learn(text, findings);
    (masker.mask(text).unwrap_or_else(|| text.to_owned()), masker.vault)
}
