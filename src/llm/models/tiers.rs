//! The limits that providers publish for their tiers, from a table that is shipped, each line with its date and page
//! (`tiers.tsv`). A user who says `tier = "build"` has them kept from the first request on; what the config or a server says
//! lies over them.
//!
//! Invariant: what is not published is not here, and is never guessed.

use std::collections::BTreeSet;

use super::is_of_name;
use crate::config::{Limits, Provider};
use crate::llm::known;

const PUBLISHED: &str = include_str!("tiers.tsv");

/// A line of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Row<'a> {
    provider: &'a str,
    tier: &'a str,
    model: &'a str,
    limits: Limits,
    /// The day or month in which its page said so.
    as_of: &'a str,
}

/// What the provider's page says for the user's tier and this model; nothing where it says nothing.
pub fn published(provider: &Provider, model: &str) -> Limits {
    let of_tier = rows_of(provider).filter(|row| provider.tier.as_deref() == Some(row.tier));
    // Of a model and its dated versions the longest name is the nearest.
    let nearest = of_tier.filter(|row| is_of_name(model, row.model)).max_by_key(|row| row.model.len());
    nearest.map(|row| row.limits).unwrap_or_default()
}

/// The tiers of which something is known.
pub fn tiers_of(provider: &Provider) -> BTreeSet<&'static str> {
    rows_of(provider).map(|row| row.tier).collect()
}

/// When the newest of what is known of the user's tier was published; none where nothing is.
pub fn as_of(provider: &Provider) -> Option<&'static str> {
    rows_of(provider).filter(|row| provider.tier.as_deref() == Some(row.tier)).map(|row| row.as_of).max()
}

/// As a tier stands in the table: `Tier 1` is `1`.
pub fn plain(tier: &str) -> String {
    let lower = tier.trim().to_lowercase();
    lower.strip_prefix("tier").unwrap_or(&lower).trim_matches([' ', '-', '_']).to_owned()
}

fn rows_of(provider: &Provider) -> impl Iterator<Item = Row<'static>> {
    // Azure sells the models of others in tiers of its own.
    let home = known::home(provider).filter(|home| known::is_of(provider, home));
    rows().flatten().filter(move |row| home == Some(row.provider))
}

fn rows() -> impl Iterator<Item = Option<Row<'static>>> {
    PUBLISHED.lines().filter(|line| !line.starts_with('#')).map(row)
}

/// None of a line that is none of the table's, which a test rules out.
fn row(line: &'static str) -> Option<Row<'static>> {
    let cells: Vec<_> = line.split('\t').collect();
    let [provider, tier, model, requests, tokens, input, output, requests_a_day, tokens_a_day, as_of, _] =
        <[&str; 11]>::try_from(cells).ok()?;
    let limits = Limits {
        requests_per_minute: count(requests)?,
        tokens_per_minute: count(tokens)?,
        input_tokens_per_minute: count(input)?,
        output_tokens_per_minute: count(output)?,
        requests_per_day: count(requests_a_day)?,
        tokens_per_day: count(tokens_a_day)?,
    };
    Some(Row { provider, tier, model, limits, as_of })
}

fn count<T: std::str::FromStr>(cell: &str) -> Option<Option<T>> {
    if cell == "-" { Some(None) } else { cell.parse().ok().map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ProviderKind;

    fn provider(name: &str, tier: &str) -> Provider {
        let known = known::by_name(name, &|_| None).unwrap_or_else(|| Provider::new(name, ProviderKind::OpenAi, ""));
        Provider { tier: Some(tier.to_owned()), ..known }
    }

    #[test]
    fn every_line_is_one_of_the_table() {
        for (line, row) in PUBLISHED.lines().filter(|line| !line.starts_with('#')).zip(rows()) {
            let row = row.unwrap_or_else(|| panic!("{line}"));
            assert!(row.limits != Limits::default() && plain(row.tier) == row.tier, "{line}");
            assert!(row.as_of.len() >= "2026-10".len() && row.as_of.starts_with("20"), "{line}");
            assert!(line.rsplit('\t').next().is_some_and(|source| source.starts_with("https://")), "{line}");
        }
    }

    #[test]
    fn a_tier_has_what_its_page_says_of_the_model() {
        let build = Limits {
            requests_per_minute: Some(5000),
            input_tokens_per_minute: Some(5_000_000),
            output_tokens_per_minute: Some(1_000_000),
            ..Limits::default()
        };
        assert_eq!(published(&provider("anthropic", "build"), "claude-opus-5-5"), build);
        let first = Limits { requests_per_minute: Some(500), tokens_per_minute: Some(500_000), ..Limits::default() };
        assert_eq!(published(&provider("openai", "1"), "gpt-5-mini-2025-08-07"), first);
        for (name, tier, model) in
            [("openai", "1", "gpt-9"), ("openai", "9", "gpt-5-mini"), ("gemini", "free", "gemini-2.5-flash")]
        {
            assert_eq!(published(&provider(name, tier), model), Limits::default(), "{name} {tier} {model}");
        }
        assert_eq!(as_of(&provider("anthropic", "start")), Some("2026-10-17"));
    }

    #[test]
    fn at_another_address_they_are_not_these() {
        let elsewhere = Provider { base_url: "https://llm.example.com/v1".into(), ..provider("openai", "1") };
        assert_eq!(tiers_of(&elsewhere), BTreeSet::new());
        assert_eq!(tiers_of(&provider("azure", "1")), BTreeSet::new());
    }

    #[test]
    fn tiers_are_named_as_people_do() {
        for (written, meant) in [("1", "1"), ("Tier 1", "1"), ("tier-4", "4"), (" Build ", "build"), ("free", "free")] {
            assert_eq!(plain(written), meant);
        }
    }
}
