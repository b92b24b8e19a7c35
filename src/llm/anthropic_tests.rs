//! Requests as they go out. What comes back is tested by recorded answers (`tests/recorded.rs`).

use super::*;
use crate::action::OptionValues;
use crate::llm::known::known_providers;
use crate::llm::request::{Conversation, Turn};

fn target(model: &str) -> Target {
    Target { provider: known_providers(&|_| None)["anthropic"].clone(), model: model.into() }
}

fn request(sampling: Sampling) -> Request {
    let turns = vec![Turn::Text("hello".into()), Turn::Answer("hallo".into()), Turn::Prompt("shorter".into())];
    Request {
        conversation: Conversation { instructions: Some("translate".into()), turns },
        sampling,
        text: "hello".into(),
        options: OptionValues::new(),
        languages: Vec::new(),
    }
}

/// The body, its messages apart.
#[track_caller]
fn check(target: &Target, sampling: Sampling, delivery: Delivery, wanted: &str) {
    let body = build(target, &request(sampling), delivery, &Refused::default()).body;
    assert_eq!(String::from_utf8(body).unwrap().replace(TURNS, "TURNS"), wanted);
}

fn effort(effort: Effort) -> Sampling {
    Sampling { effort: Some(effort), ..Sampling::default() }
}

const TURNS: &str = r#""messages":[{"role":"user","content":"hello"},{"role":"assistant","content":"hallo"},{"role":"user","content":"shorter"}]"#;

#[test]
fn a_limit_is_always_said() {
    let streamed = r#"{"model":"m","max_tokens":8192,"system":"translate",TURNS,"stream":true}"#;
    check(&target("m"), Sampling::default(), Delivery::Streamed, streamed);
    let known = r#"{"model":"claude-haiku-4-5","max_tokens":32000,"system":"translate",TURNS}"#;
    check(&target("claude-haiku-4-5"), Sampling::default(), Delivery::Whole, known);
    let own = Sampling { max_tokens: Some(7), temperature: Some(1.5), top_p: Some(0.9), ..Sampling::default() };
    let warm =
        r#"{"model":"claude-haiku-4-5","max_tokens":7,"system":"translate",TURNS,"temperature":1.0,"top_p":0.9}"#;
    check(&target("claude-haiku-4-5"), own.clone(), Delivery::Whole, warm);
    let unsampled = r#"{"model":"claude-haiku-5-5","max_tokens":7,"system":"translate",TURNS}"#;
    check(&target("claude-haiku-5-5"), own, Delivery::Whole, unsampled);
}

#[test]
fn an_effort_is_a_degree_or_a_budget() {
    let adaptive = r#"{"model":"claude-haiku-5-5","max_tokens":32000,"system":"translate",TURNS,"thinking":{"type":"adaptive"},"output_config":{"effort":"medium"}}"#;
    check(&target("claude-haiku-5-5"), effort(Effort::Medium), Delivery::Whole, adaptive);
    let off =
        r#"{"model":"claude-haiku-5-5","max_tokens":32000,"system":"translate",TURNS,"thinking":{"type":"disabled"}}"#;
    check(&target("claude-haiku-5-5"), effort(Effort::None), Delivery::Whole, off);
    let budget = r#"{"model":"claude-haiku-4-5","max_tokens":36096,"system":"translate",TURNS,"thinking":{"type":"enabled","budget_tokens":4096}}"#;
    check(&target("claude-haiku-4-5"), effort(Effort::Medium), Delivery::Whole, budget);
    check(
        &target("claude-haiku-4-5"),
        effort(Effort::None),
        Delivery::Whole,
        r#"{"model":"claude-haiku-4-5","max_tokens":32000,"system":"translate",TURNS}"#,
    );
    let mut refused = Refused::default();
    refused.add(Field::ThinkingOff);
    let body = build(&target("claude-opus-5-5"), &request(effort(Effort::None)), Delivery::Whole, &refused).body;
    assert!(
        String::from_utf8(body)
            .unwrap()
            .ends_with(r#""thinking":{"type":"adaptive"},"output_config":{"effort":"low"}}"#)
    );
}

#[test]
fn the_version_goes_with_it_and_can_be_another() {
    let mut provider = (*target("m").provider).clone();
    provider.base_url = "http://gate.example".into();
    provider.api_version = Some("2026-10-21".into());
    let target = Target { provider: provider.into(), model: "m".into() };
    let outgoing = build(&target, &request(Sampling::default()), Delivery::Streamed, &Refused::default());
    assert_eq!(outgoing.url, "http://gate.example/v1/messages");
    assert!(outgoing.headers.contains(&("anthropic-version".into(), "2026-10-21".into())));
}
