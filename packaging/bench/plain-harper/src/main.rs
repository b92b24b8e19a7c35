//! Corrects sentences as harper does by itself: all rules that are on by default, the first suggestion of each, in the
//! variety of English that the sentence is in. Files of good sentences (three columns) and of mistakes (five or more) are
//! counted as tests/offline_fix.rs counts ours.

use std::error::Error;

use harper_core::linting::{LintGroup, Linter, Suggestion};
use harper_core::parsers::Markdown;
use harper_core::spell::FstDictionary;
use harper_core::{Dialect, Document, remove_overlaps};

/// The rules for each variety that was met: they take long to build.
type Rules = Vec<(Dialect, LintGroup)>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut rules = Rules::new();
    for file in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&file)?;
        let rows: Vec<Vec<&str>> =
            text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect()).collect();
        let (mut right, mut otherwise) = (0, 0);
        for row in &rows {
            let (before, wanted) = if row.len() < 5 { (row[2], &row[2..3]) } else { (row[3], &row[4..]) };
            let after = corrected(before, &mut rules);
            if row.len() < 5 || !wanted.contains(&after.as_str()) {
                otherwise += usize::from(after != before);
            } else {
                right += 1;
            }
        }
        let name = file.rsplit('/').next().unwrap_or(&file);
        println!("{name}: {right} of {} right, {otherwise} changed otherwise", rows.len());
    }
    Ok(())
}

fn corrected(text: &str, rules: &mut Rules) -> String {
    let dictionary = FstDictionary::curated();
    let document = Document::new(text, &Markdown::default(), &dictionary);
    let dialect = Dialect::try_guess_from_document(&document).unwrap_or(Dialect::American);
    let known = rules.iter().position(|(of, _)| *of == dialect).unwrap_or_else(|| {
        rules.push((dialect, LintGroup::new_curated(dictionary, dialect)));
        rules.len() - 1
    });
    let mut lints = rules[known].1.lint(&document);
    remove_overlaps(&mut lints);
    lints.sort_by_key(|lint| std::cmp::Reverse(lint.span.start));
    let mut letters: Vec<char> = text.chars().collect();
    for lint in lints {
        let (start, end) = (lint.span.start, lint.span.end);
        match lint.suggestions.first() {
            Some(Suggestion::ReplaceWith(with)) => drop(letters.splice(start..end, with.iter().copied())),
            Some(Suggestion::InsertAfter(with)) => drop(letters.splice(end..end, with.iter().copied())),
            Some(Suggestion::Remove) => drop(letters.splice(start..end, [])),
            None => {}
        }
    }
    letters.into_iter().collect()
}
