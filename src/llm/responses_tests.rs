//! Requests as they go out. What comes back is tested by recorded answers (`tests/recorded.rs`).

use super::*;
use crate::action::OptionValues;
use crate::llm::known::known_providers;
use crate::llm::request::{Conversation, Effort, Sampling, Turn};
use crate::llm::wire::Wire;

fn target(model: &str) -> Target {
    Target { provider: known_providers(&|_| None)["openai"].clone(), model: model.into() }
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

const TURNS: &str = r#""input":[{"role":"user","content":"hello"},{"role":"assistant","content":"hallo"},{"role":"user","content":"shorter"}]"#;

#[test]
fn nothing_is_stored() {
    let streamed = r#"{"model":"m","instructions":"translate",TURNS,"store":false,"stream":true}"#;
    check(&target("m"), Sampling::default(), Delivery::Streamed, streamed);
    let full = Sampling { temperature: Some(0.5), top_p: Some(0.9), max_tokens: Some(7), ..effort(Effort::High) };
    let whole = r#"{"model":"m","instructions":"translate",TURNS,"store":false,"temperature":0.5,"top_p":0.9,"max_output_tokens":7,"reasoning":{"effort":"high"}}"#;
    check(&target("m"), full.clone(), Delivery::Whole, whole);
    let reasoning = r#"{"model":"gpt-5-pro","instructions":"translate",TURNS,"store":false,"max_output_tokens":7,"reasoning":{"effort":"high"}}"#;
    check(&target("gpt-5-pro"), full, Delivery::Whole, reasoning);
}

#[test]
fn models_that_are_to_be_had_by_nothing_else_are_asked_so() {
    assert_eq!(Wire::of_target(&target("gpt-5-pro"), &Refused::default()), Wire::Responses);
    assert_eq!(Wire::of_target(&target("gpt-6-luna"), &Refused::default()), Wire::OpenAi);
}
