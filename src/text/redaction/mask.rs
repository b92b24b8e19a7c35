//! Puts a word in the place of each secret: the same for the same, and none that the text has of itself.
//!
//! The word is a plain name in capitals, as programs have them. Brackets would break the JSON, the address or the code
//! that it stands in, and models translate, drop or escape them; a name they take over as it is.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::restore;
use super::{Finding, Kind};

/// What every word begins with; its number follows.
pub const WORD: &str = "POSTIL_SECRET_";

/// A secret that is as short as this stands for itself only where it was found, and not wherever its letters are.
const EVERYWHERE_FROM: usize = 6;

/// What was taken out of a request's texts, by number.
#[derive(Clone, Default, PartialEq)]
pub struct Vault {
    /// The number of the first; above all that the texts have of themselves.
    first: u32,
    secrets: Vec<Arc<str>>,
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

/// Takes secrets out of the texts of one request.
#[derive(Default)]
pub struct Masker {
    vault: Vault,
    places: HashMap<Arc<str>, usize>,
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

    /// The text with words in the place of its findings, and of what else in it is a secret that was learnt.
    pub fn mask(&self, text: &str, findings: &[Finding]) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut done = 0;
        for finding in findings {
            self.mask_known(&text[done..finding.span.start], &mut masked);
            match self.places.get(&text[finding.span.clone()]) {
                Some(place) => masked.push_str(&self.vault.word(*place)),
                None => masked.push_str(&text[finding.span.clone()]),
            }
            done = finding.span.end;
        }
        self.mask_known(&text[done..], &mut masked);
        masked
    }

    pub fn into_vault(self) -> Vault {
        self.vault
    }

    /// The longest secret that begins first, again and again.
    fn mask_known(&self, mut text: &str, masked: &mut String) {
        let known: Vec<_> = self.vault.secrets.iter().filter(|secret| secret.len() >= EVERYWHERE_FROM).collect();
        loop {
            let hits = known
                .iter()
                .filter_map(|secret| Some((text.find(&***secret)?, std::cmp::Reverse(secret.len()), *secret)));
            let Some((at, _, secret)) = hits.min() else { break };
            masked.push_str(&text[..at]);
            masked.push_str(&self.vault.word(self.places[secret]));
            text = &text[at + secret.len()..];
        }
        masked.push_str(text);
    }
}

/// For tests and fuzzers: one text through and through.
pub fn mask(text: &str, findings: &[Finding]) -> (String, Vault) {
    let mut masker = Masker::new(Vault::for_texts([text].into_iter()));
    masker.learn(text, findings);
    (masker.mask(text, findings), masker.into_vault())
}

/// Every kind that was found, each once, in the order of the text.
pub fn kinds(findings: &[Finding]) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for finding in findings {
        if !kinds.contains(&finding.kind) {
            kinds.push(finding.kind);
        }
    }
    kinds
}
