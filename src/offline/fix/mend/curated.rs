//! harper: its dictionary as our [`Lexicon`], and of its rules those that proved harmless.

use std::sync::Arc;

use harper_core::linting::{Lint, LintGroup, LintKind, Suggestion};
use harper_core::parsers::Markdown;
use harper_core::spell::{Dictionary, FstDictionary};
use harper_core::{Dialect, DictWordMetadata, Document};

use super::lexicon::{Lexicon, Part, Variety};
use super::{Edit, Prose, Sure};

/// Kinds of rules that mend; the others have opinions on style, marks, capitals and word lists.
const KINDS: &[LintKind] = &[
    LintKind::Agreement,
    LintKind::BoundaryError,
    LintKind::Eggcorn,
    LintKind::Grammar,
    LintKind::Malapropism,
    LintKind::Miscellaneous,
    LintKind::Nonstandard,
    LintKind::Repetition,
    LintKind::Typo,
    LintKind::Usage,
    LintKind::WordChoice,
    LintKind::WordOrder,
];

/// Rules that changed good sentences of a large body of technical text, ours in their place, or that depend on a variety
/// of English.
const DENIED: &[&str] = &[
    "AWhile",
    "AdjectiveOfA",
    "AllowTo",
    "Alongside",
    "AnA",
    "AnalogAcousticBike",
    "AvoidAndAlso",
    "AvoidCurses",
    "CapitalizePersonalPronouns",
    "CaseSensitive",
    "Codebase",
    "CommaFixes",
    "CompoundNouns",
    "CondenseAllThe",
    "CurrencyPlacement",
    "Dashes",
    "DiscourseMarkers",
    "DisjointPrefixes",
    "DotInitialisms",
    "EllipsisLength",
    "EnvironmentVariable",
    "Excellent",
    "FedUpWith",
    "FindOut",
    "HaveAHardTime",
    "HaveTakeALook",
    "IDo",
    "InOnTheCards",
    "InflectedVerbAfterTo",
    "Keystrokes",
    "LeftRightHand",
    "LetsConfusion",
    "LitotesDirectPositive",
    "LongSentences",
    "LongTimeAgo",
    "MassNouns",
    "MergeWords",
    "MissingDeterminer",
    "MissingPreposition",
    "MissingTo",
    "MultipleFrequencyAdverbs",
    "NominalWants",
    "NounVerbConfusion",
    "NumericRangeEnDash",
    "OhMyGod",
    "OkToOkay",
    "OnTheOtherHand",
    "OneOfTheSingular",
    "OrthographicConsistency",
    "OutOfDate",
    "OutOfTheWindow",
    "OxfordComma",
    "PhrasalVerbAsCompoundNoun",
    "PreferSneaked",
    "PronounInflectionBe",
    "PronounVerbAgreement",
    "QuantifierNeedsOf",
    "QuantifierNumeralConflict",
    "QuiteQuiet",
    "RedundantFirsts",
    "RedundantThat",
    "Regionalisms",
    "RepeatedWords",
    "RightClick",
    "SendAnEmailTo",
    "SentenceCapitalization",
    "SimplePastToPastParticiple",
    "SinceDuration",
    "SingleBe",
    "Spaces",
    "SpellCheck",
    "SplitWords",
    "TakeCareOf",
    "ThatThan",
    "ThatThis",
    "ThatWhich",
    "The",
    "TheHowWhy",
    "TheProperNounPossessive",
    "ThenThan",
    "There",
    "TillDate",
    "ToAdverb",
    "ToDoHyphen",
    "ToTwoToo",
    "TransposedSpace",
    "UnclosedQuotes",
    "VeryUnique",
    "WrongApostrophe",
    "WrongNegative",
];

/// The dictionary and the rules, loaded.
pub struct Curated {
    dictionary: Arc<FstDictionary>,
    rules: LintGroup,
}

impl Curated {
    /// Loads them, which takes most of a second.
    pub fn load() -> Self {
        let dictionary = FstDictionary::curated();
        let mut rules = LintGroup::new_curated(dictionary.clone(), Dialect::American);
        for name in DENIED {
            rules.config.set_rule_enabled(name, false);
        }
        Self { dictionary, rules }
    }

    /// The dictionary alone.
    pub fn lexicon(&self) -> Known {
        Known(self.dictionary.clone())
    }

    /// What the rules that are allowed would change.
    pub fn edits(&mut self, prose: &Prose<'_>) -> Vec<Edit> {
        let document = Document::new(prose.text, &Markdown::default(), &*self.dictionary);
        let starts = starts(prose.text);
        let lints = self.rules.organized_lints(&document);
        let allowed =
            lints.into_iter().filter(|(rule, _)| !DENIED.contains(&rule.as_str()) && !rule.starts_with("Expand"));
        let lints = allowed.flat_map(|(_, lints)| lints).filter(|lint| KINDS.contains(&lint.lint_kind));
        lints.filter_map(|lint| edit(&lint, &starts)).collect()
    }
}

/// Where each character begins, and the end: harper counts characters.
fn starts(text: &str) -> Vec<usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()]).collect()
}

fn edit(lint: &Lint, starts: &[usize]) -> Option<Edit> {
    let (start, end) = (*starts.get(lint.span.start)?, *starts.get(lint.span.end)?);
    let suggestion = lint.suggestions.first()?;
    let text = |letters: &[char]| letters.iter().collect::<String>();
    let (at, with) = match suggestion {
        Suggestion::ReplaceWith(letters) => (start..end, text(letters)),
        Suggestion::InsertAfter(letters) => (end..end, text(letters)),
        Suggestion::Remove => (start..end, String::new()),
    };
    let sure = if lint.suggestions.len() == 1 { Sure::Yes } else { Sure::Perhaps };
    Some(Edit { at, with, sure })
}

/// harper's dictionary.
pub struct Known(Arc<FstDictionary>);

impl Known {
    fn of<T>(&self, word: &str, ask: impl Fn(&DictWordMetadata) -> T) -> Option<T> {
        self.0.get_word_metadata_str(word).map(|metadata| ask(&metadata))
    }
}

impl Lexicon for Known {
    fn knows(&self, word: &str) -> bool {
        self.0.contains_word_str(word)
    }

    fn is_common(&self, word: &str) -> bool {
        super::misspelt::is_written_often(word) || self.of(word, |known| known.common) == Some(true)
    }

    fn can_be(&self, word: &str, part: Part) -> bool {
        let is = |known: &DictWordMetadata| match part {
            Part::Noun => known.is_noun(),
            Part::Plural => known.is_plural_noun(),
            Part::Adjective => known.is_adjective(),
            Part::Adverb => known.is_adverb(),
            Part::Verb => known.is_verb_lemma(),
            Part::VerbOfOne => known.is_verb_third_person_singular_present_form(),
            Part::Participle => known.is_verb_past_form(),
            Part::Function => {
                known.is_pronoun() || known.is_determiner() || known.is_conjunction() || known.preposition
            }
        };
        self.of(word, is) == Some(true)
    }

    fn is_of(&self, word: &str, variety: Variety) -> bool {
        let dialect = match variety {
            Variety::American => Dialect::American,
            Variety::British => Dialect::British,
        };
        self.of(word, |known| known.dialects.is_dialect_enabled(dialect)) == Some(true)
    }
}
