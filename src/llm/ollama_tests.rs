//! Requests as they go out. What comes back is tested by recorded answers (`tests/recorded.rs`).

use super::*;
use crate::action::OptionValues;
use crate::llm::known::known_providers;
use crate::llm::request::Conversation;

fn target(model: &str) -> Target {
    Target { provider: known_providers(&|_| None)["ollama"].clone(), model: model.into() }
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

const TURNS: &str = r#""messages":[{"role":"system","content":"translate"},{"role":"user","content":"hello"},{"role":"assistant","content":"hallo"},{"role":"user","content":"shorter"}]"#;

#[test]
fn options_and_thinking() {
    check(&target("m"), Sampling::default(), Delivery::Streamed, r#"{"model":"m",TURNS,"stream":true}"#);
    check(&target("m"), Sampling::default(), Delivery::Whole, r#"{"model":"m",TURNS,"stream":false}"#);
    let full = Sampling { temperature: Some(0.5), top_p: Some(0.9), max_tokens: Some(7), ..effort(Effort::None) };
    let wanted =
        r#"{"model":"m",TURNS,"stream":true,"think":false,"options":{"temperature":0.5,"top_p":0.9,"num_predict":7}}"#;
    check(&target("m"), full, Delivery::Streamed, wanted);
    let graded = r#"{"model":"gpt-oss:20b",TURNS,"stream":true,"think":"low"}"#;
    check(&target("gpt-oss:20b"), effort(Effort::None), Delivery::Streamed, graded);
    check(&target("m"), effort(Effort::High), Delivery::Streamed, r#"{"model":"m",TURNS,"stream":true,"think":true}"#);
}

/// What does not fit the window would be cut by the server without a word.
#[test]
fn the_window_is_as_large_as_the_text_needs() {
    let window = |words: usize, max_tokens: Option<u32>| {
        let sampling = Sampling { max_tokens, ..Sampling::default() };
        let mut request = request(sampling);
        request.conversation.turns = vec![Turn::Text("word ".repeat(words).into())];
        window(&target("m"), &request)
    };
    assert_eq!(window(100, None), None);
    assert_eq!(window(3_000, None), Some(8_192));
    assert_eq!(window(3_000, Some(100)), None);
    assert_eq!(window(6_000, None), Some(16_384));
    assert_eq!(window(1_000_000, None), Some(models::OLLAMA_CONTEXT));
}

#[test]
fn one_option_of_the_users_does_not_take_the_others_away() {
    let mut provider = (*target("m").provider).clone();
    provider.body.insert("options".into(), serde_json::json!({ "num_ctx": 9000, "seed": 1 }));
    provider.body.insert("keep_alive".into(), "30m".into());
    let target = Target { provider: provider.into(), model: "m".into() };
    let sampling = Sampling { temperature: Some(0.5), ..Sampling::default() };
    let wanted =
        r#"{"model":"m",TURNS,"stream":true,"options":{"temperature":0.5,"num_ctx":9000,"seed":1},"keep_alive":"30m"}"#;
    check(&target, sampling, Delivery::Streamed, wanted);
}

#[test]
fn lists_of_models() {
    assert_eq!(models(br#"{"models":[{"name":"a:8b","size":1},{"name":"b"}]}"#), Some(vec!["a:8b".into(), "b".into()]));
    assert_eq!(models(br#"{"models":null}"#), Some(Vec::new()));
    assert_eq!(models(br#"{"data":[]}"#), None);
}
