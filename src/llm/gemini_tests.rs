//! Requests as they go out. What comes back is tested by recorded answers (`tests/recorded.rs`).

use super::*;
use crate::action::OptionValues;
use crate::llm::known::known_providers;
use crate::llm::request::Conversation;

fn target(model: &str) -> Target {
    Target { provider: known_providers(&|_| None)["gemini"].clone(), model: model.into() }
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

const TURNS: &str = r#""contents":[{"role":"user","parts":[{"text":"hello"}]},{"role":"model","parts":[{"text":"hallo"}]},{"role":"user","parts":[{"text":"shorter"}]}]"#;

#[test]
fn sampling_stands_together() {
    let bare = r#"{"systemInstruction":{"parts":[{"text":"translate"}]},TURNS}"#;
    check(&target("m"), Sampling::default(), Delivery::Streamed, bare);
    let full = Sampling { temperature: Some(0.5), top_p: Some(0.9), max_tokens: Some(7), ..effort(Effort::Low) };
    let wanted = r#"{"systemInstruction":{"parts":[{"text":"translate"}]},TURNS,"generationConfig":{"temperature":0.5,"topP":0.9,"maxOutputTokens":7,"thinkingConfig":{"thinkingLevel":"low"}}}"#;
    check(&target("m"), full, Delivery::Streamed, wanted);
    let unsampled = r#"{"systemInstruction":{"parts":[{"text":"translate"}]},TURNS}"#;
    check(
        &target("gemini-3.8-flash"),
        Sampling { temperature: Some(0.5), ..Sampling::default() },
        Delivery::Whole,
        unsampled,
    );
}

#[test]
fn the_older_ones_have_a_budget() {
    let budget = |model: &str, of: Effort| generation(&target(model), &effort(of))["thinkingConfig"].to_string();
    assert_eq!(budget("gemini-2.5-flash", Effort::None), r#"{"thinkingBudget":0}"#);
    assert_eq!(budget("gemini-2.5-flash-lite", Effort::High), r#"{"thinkingBudget":24576}"#);
    assert_eq!(budget("gemini-2.5-pro", Effort::None), r#"{"thinkingBudget":128}"#);
    assert_eq!(budget("gemini-flash-latest", Effort::None), r#"{"thinkingLevel":"minimal"}"#);
}

#[test]
fn addresses() {
    let url = |base: &str, model: &str, delivery| {
        let provider = Provider::new("g", crate::config::ProviderKind::Gemini, base);
        let target = Target { provider: provider.into(), model: model.into() };
        build(&target, &request(Sampling::default()), delivery, &Refused::default()).url
    };
    let streamed = "https://g.example/v1beta/models/m:streamGenerateContent?alt=sse";
    assert_eq!(url("https://g.example", "m", Delivery::Streamed), streamed);
    assert_eq!(
        url("https://g.example/v1", "models/m", Delivery::Whole),
        "https://g.example/v1/models/m:generateContent"
    );
    assert_eq!(
        url("https://g.example/v1beta/", "tunedModels/a", Delivery::Whole),
        "https://g.example/v1beta/tunedModels/a:generateContent"
    );
}

#[test]
fn lists_of_models() {
    let list = br#"{"models":[{"name":"models/a","supportedGenerationMethods":["generateContent"]},{"name":"models/e","supportedGenerationMethods":["embedContent"]},{"name":"models/b"}]}"#;
    assert_eq!(models(list), Some(vec!["a".into(), "b".into()]));
    assert_eq!(models(b"{}"), None);
}
