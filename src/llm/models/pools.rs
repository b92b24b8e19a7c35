//! Which models share one limit: by the config (`pool`), by what the provider publishes (`pools.tsv`, each line with its date
//! and page), and a model with its dated versions, where the provider names them so.
//!
//! Invariant: what is not published is not here, and is never guessed.

use super::{is_of_name, is_version_of};
use crate::config::{Limits, Provider};
use crate::llm::known;

const PUBLISHED: &str = include_str!("pools.tsv");

/// Whose versions are dated so, and share the limit of the model.
const DATES_ITS_VERSIONS: [&str; 2] = ["openai", "anthropic"];

/// The name under which this model's limits are kept, alone or together with others': its own where it shares none.
pub fn of(provider: &Provider, model: &str) -> String {
    let written = provider.models.get(model).and_then(|facts| facts.pool.clone());
    written.or_else(|| published(provider, model)).unwrap_or_else(|| model.to_owned())
}

/// What the user wrote for this model's pool: for each limit the lowest that stands at one of its models. Nothing where the
/// user has not made the pool.
pub fn written(provider: &Provider, model: &str) -> Option<Limits> {
    let pool = provider.models.get(model)?.pool.as_ref()?;
    let members = provider.models.values().filter(|facts| facts.pool.as_ref() == Some(pool));
    Some(members.fold(Limits::default(), |lowest, facts| lowest.and(facts.limits)))
}

fn published(provider: &Provider, model: &str) -> Option<String> {
    let home = known::home(provider).filter(|home| known::is_of(provider, home))?;
    let of_home = rows().filter(|row| row.provider == home && is_of_name(model, row.model));
    let nearest = of_home.max_by_key(|row| row.model.len()).map(|row| row.pool.to_owned());
    let undated = || DATES_ITS_VERSIONS.contains(&home).then(|| undated(model)).flatten();
    nearest.or_else(|| undated().map(str::to_owned))
}

/// `gpt-5-mini` of `gpt-5-mini-2025-08-07`, `claude-opus-4-5` of `claude-opus-4-5-20251101`.
fn undated(model: &str) -> Option<&str> {
    const FORMS: [usize; 2] = ["-2025-08-07".len(), "-20251101".len()];
    FORMS.into_iter().find_map(|length| {
        let (name, date) = model.split_at_checked(model.len().checked_sub(length)?)?;
        let digits = date.bytes().filter(u8::is_ascii_digit).count();
        let is_date = date.starts_with('-') && digits == 8 && date.bytes().all(|b| b == b'-' || b.is_ascii_digit());
        (is_date && is_version_of(model, name)).then_some(name)
    })
}

struct Row<'a> {
    provider: &'a str,
    pool: &'a str,
    model: &'a str,
}

fn rows() -> impl Iterator<Item = Row<'static>> {
    PUBLISHED.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut cells = line.split('\t');
        Some(Row { provider: cells.next()?, pool: cells.next()?, model: cells.next()? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ModelFacts, ProviderKind};

    fn provider(name: &str) -> Provider {
        known::by_name(name, &|_| None).unwrap_or_else(|| Provider::new(name, ProviderKind::OpenAi, ""))
    }

    #[test]
    fn every_line_is_one_of_the_table() {
        for line in PUBLISHED.lines().filter(|line| !line.starts_with('#')) {
            let cells: Vec<_> = line.split('\t').collect();
            assert!(cells.len() == 5 && cells[3].starts_with("20") && cells[4].starts_with("https://"), "{line}");
        }
    }

    #[test]
    fn what_is_published_as_one_limit_is_one() {
        let anthropic = provider("anthropic");
        for model in ["claude-opus-4-5", "claude-opus-4-8", "claude-opus-4-5-20251101"] {
            assert_eq!(of(&anthropic, model), "Opus 4.x", "{model}");
        }
        assert_eq!(of(&anthropic, "claude-sonnet-4-6"), "Sonnet 4.x");
        for alone in ["claude-opus-5", "claude-opus-5-5", "claude-haiku-4-5"] {
            assert_eq!(of(&anthropic, alone), alone);
        }
        let openrouter = provider("openrouter");
        assert_eq!(of(&openrouter, "meta-llama/llama-3.2-3b-instruct:free"), "free models");
        assert_eq!(of(&openrouter, "meta-llama/llama-3.2-3b-instruct"), "meta-llama/llama-3.2-3b-instruct");
    }

    #[test]
    fn a_dated_version_shares_the_limit_of_its_model() {
        let openai = provider("openai");
        assert_eq!(of(&openai, "gpt-5-mini-2025-08-07"), of(&openai, "gpt-5-mini"));
        assert_ne!(of(&openai, "gpt-5-mini"), of(&openai, "gpt-5"));
        assert_eq!(of(&provider("anthropic"), "claude-haiku-4-5-20251001"), "claude-haiku-4-5");
        // Elsewhere nobody says so.
        assert_eq!(of(&provider("mistral"), "m-20251001"), "m-20251001");
        assert_eq!(
            of(&Provider { base_url: "https://llm.example.com".into(), ..openai }, "m-2025-08-07"),
            "m-2025-08-07"
        );
    }

    #[test]
    fn a_pool_of_the_users_own_has_the_lowest_of_its_limits() {
        let mut openai = provider("openai");
        let facts = |requests, tokens| ModelFacts {
            pool: Some("small".into()),
            limits: Limits { requests_per_minute: requests, tokens_per_minute: tokens, ..Limits::default() },
            ..ModelFacts::default()
        };
        openai.models = [("a".to_owned(), facts(Some(60), None)), ("b".to_owned(), facts(Some(90), Some(1000)))].into();
        assert_eq!(
            (of(&openai, "a"), of(&openai, "b"), of(&openai, "c")),
            ("small".into(), "small".into(), "c".into())
        );
        let both = Limits { requests_per_minute: Some(60), tokens_per_minute: Some(1000), ..Limits::default() };
        assert_eq!(
            (written(&openai, "a"), written(&openai, "b"), written(&openai, "c")),
            (Some(both), Some(both), None)
        );
    }
}
