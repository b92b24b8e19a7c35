//! Look-ups in the shipped table and in one of a test's own.

use super::*;
use crate::config::Provider;
use crate::llm::known::known_providers;

fn target(provider: Provider, model: &str) -> Target {
    Target { provider: provider.into(), model: model.into() }
}

fn known(name: &str) -> Provider {
    (*known_providers(&|_| None)[name]).clone()
}

fn own(base_url: &str) -> Provider {
    Provider::new("work", ProviderKind::OpenAi, base_url)
}

const TABLE: &str = "# as of a day\n\
    openai\tsmall\t1000\t100\t0.25\t2\t0.025\treasons,unsampled\n\
    openai\tsmall-pro\t2000\t-\t1\t2\t-\t\n\
    anthropic\tclaude-opus-4\t3000\t-\t3\t4\t-\t\n\
    anthropic\tclaude-opus-4-8\t4000\t-\t3\t4\t-\tadaptive\n\
    gemini\tflash\t5000\t-\t-\t-\t-\t\n";

/// The window that is found for `model` at `provider`.
#[track_caller]
fn check(provider: Provider, model: &str, context: Option<u32>) {
    let provider = Provider { catalogue: Catalogue::read(TABLE).unwrap(), ..provider };
    assert_eq!(data_of(&target(provider, model)).context, context, "{model}");
}

#[test]
fn a_version_is_its_model_and_another_model_is_not() {
    check(known("openai"), "small", Some(1000));
    check(known("openai"), "small-2026-01-01", Some(1000));
    check(known("openai"), "small-latest", Some(1000));
    check(known("openai"), "small-pro-0613", Some(2000));
    check(known("openai"), "small-turbo", None);
    check(known("openai"), "smaller", None);
    check(known("openai"), "claude-opus-4", None);
    check(known("anthropic"), "claude-opus-4-20260101", Some(3000));
    check(known("anthropic"), "claude-opus-4-8", Some(4000));
    check(known("anthropic"), "claude-opus-4-9", None);
}

#[test]
fn gateways_name_the_maker_or_the_model_alone() {
    check(known("openrouter"), "openai/small", Some(1000));
    check(known("openrouter"), "anthropic/claude-opus-4.8", Some(4000));
    check(known("openrouter"), "google/flash:nitro", Some(5000));
    check(own("https://gate.example/v1"), "flash", Some(5000));
    check(own("https://gate.example/v1"), "openrouter/google/flash", Some(5000));
    check(own("https://api.openai.com/v1"), "small", Some(1000));
    check(own("https://gate.example/v1"), "other", None);
    let free = Provider { catalogue: Catalogue::read(TABLE).unwrap(), ..known("openrouter") };
    assert_eq!(data_of(&target(free, "openai/small:free")).price, Some(Price::FREE));
}

#[test]
fn ones_own_machine_costs_nothing() {
    for provider in [known("ollama"), known("lmstudio"), own("http://127.0.0.1:1/v1")] {
        assert_eq!(data_of(&target(provider, "qwen3")).price, Some(Price::FREE));
    }
    assert_eq!(data_of(&target(own("https://gate.example/v1"), "qwen3")).price, None);
    check(known("ollama"), "qwen3", Some(OLLAMA_CONTEXT));
}

#[test]
fn what_the_config_says_lies_over_it() {
    let mut provider = Provider { catalogue: Catalogue::read(TABLE).unwrap(), ..known("openai") };
    let facts = ModelFacts { context: Some(7), price: Some((1.0, 2.0)), ..ModelFacts::default() };
    provider.models = [("small".to_owned(), facts)].into();
    let data = data_of(&target(provider, "small"));
    let price = Price { input: 1.0, output: 2.0, cached: None, long: None };
    assert_eq!((data.context, data.output, data.price), (Some(7), Some(100), Some(price)));
    assert!(data.is(Mark::Unsampled) && !data.is(Mark::Adaptive));
}

#[test]
fn cached_tokens_cost_less() {
    let price = Price { input: 2.0, output: 10.0, cached: Some(0.5), long: None };
    let usage = Usage { input: 1_000_000, output: 100_000, cached: 400_000, reasoning: 9 };
    assert_eq!(price.of(&usage), 1.2 + 0.2 + 1.0);
    assert_eq!(Price { cached: None, ..price }.of(&usage), 3.0);
}

#[test]
fn a_long_prompt_has_the_price_of_long_ones() {
    let long = Some(LongPrice { above: 100_000, input: 5.0, output: 20.0, cached: None });
    let price = Price { input: 1.0, output: 2.0, cached: Some(0.1), long };
    let usage = |input| Usage { input, output: 10_000, ..Usage::default() };
    assert_eq!(price.of(&usage(100_000)), 0.12);
    // All of it, and not what is above the bound alone.
    assert_eq!(price.of(&usage(200_000)), 1.2);
}

#[test]
fn the_shipped_table_is_sound_and_knows_what_stands_for_each_provider() {
    Catalogue::read(SHIPPED).unwrap();
    assert!(Catalogue::default().origin().starts_with("as of 20"));
    for (name, provider) in known_providers(&|_| None) {
        let Some(model) = known::default_model(&name).filter(|_| name != "openrouter") else { continue };
        let data = data_of(&target((*provider).clone(), model));
        assert!(data.context.is_some() && data.price.is_some(), "{name}/{model}");
    }
    assert!(data_of(&target(known("openai"), "gpt-5-mini-2026-01-01")).is(Mark::Unsampled));
}

#[test]
fn a_table_with_a_mistake_is_refused_by_its_line() {
    let refused = |text: &str| Catalogue::read(text).unwrap_err().to_string();
    assert_eq!(refused("# x\nopenai\tsmall\n"), "line 2: 2 columns; there are 8 or 9, separated by tabs");
    assert_eq!(refused("a\tb\tmany\t-\t-\t-\t-\t\n"), "line 1: `many` is no number of tokens");
    assert_eq!(refused("a\tb\t1\t-\t-1\t-\t-\t\n"), "line 1: `-1` is no price");
    assert_eq!(refused("a\tb\t1\t-\t1\t-\t-\tgood\n"), "line 1: `good` is no mark");
}

#[test]
fn litellms_file_becomes_a_table() {
    let file = r#"{
        "sample_spec": {"litellm_provider": "one of", "mode": "one of"},
        "gpt-9": {"litellm_provider": "openai", "mode": "chat", "max_input_tokens": 1000, "max_output_tokens": 100,
            "input_cost_per_token": 2.5e-07, "output_cost_per_token": 2e-06, "cache_read_input_token_cost": 2.5e-08,
            "supports_reasoning": true, "supports_minimal_reasoning_effort": true},
        "gpt-9-2026-01-01": {"litellm_provider": "openai", "mode": "chat", "max_input_tokens": 1000, "max_output_tokens": 100,
            "input_cost_per_token": 2.5e-07, "output_cost_per_token": 2e-06, "cache_read_input_token_cost": 2.5e-08,
            "supports_reasoning": true, "supports_minimal_reasoning_effort": true},
        "gpt-9-long": {"litellm_provider": "openai", "mode": "chat", "max_input_tokens": 1000,
            "input_cost_per_token": 2e-06, "output_cost_per_token": 1e-05,
            "input_cost_per_token_above_272k_tokens": 4e-06, "output_cost_per_token_above_272k_tokens": 1.5e-05,
            "input_cost_per_token_above_272k_tokens_flex": 1e-06, "cache_read_input_token_cost_above_272k_tokens": 4e-07},
        "gpt-9-pro": {"litellm_provider": "openai", "mode": "responses", "max_input_tokens": 5},
        "gpt-9-audio": {"litellm_provider": "openai", "mode": "chat", "max_input_tokens": 5},
        "gemini/flash": {"litellm_provider": "gemini", "mode": "chat", "max_input_tokens": 7},
        "bedrock/x": {"litellm_provider": "bedrock", "mode": "chat", "max_input_tokens": 7}
    }"#;
    let table = litellm::table(file.as_bytes(), "2026-11-25").unwrap();
    let rows: Vec<_> = table.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(
        rows,
        [
            "gemini\tflash\t7\t-\t-\t-\t-\t",
            "openai\tgpt-9\t1000\t100\t0.25\t2\t0.025\treasons,effort-minimal,unsampled",
            "openai\tgpt-9-long\t1000\t-\t2\t10\t-\t\t272000:4:15:0.4",
            "openai\tgpt-9-pro\t5\t-\t-\t-\t-\tresponses-only",
        ]
    );
    assert_eq!(Catalogue::read(&table).unwrap().origin().split(',').next(), Some("as of 2026-11-25"));
    assert_eq!(litellm::table(b"{}", ""), None);
    assert_eq!(litellm::table(b"[]", ""), None);
}
