//! Requests as they go out; streams as servers have sent them.

use super::*;
use crate::action::OptionValues;
use crate::llm::known::known_providers;
use crate::llm::request::{Completion, Conversation};
use crate::llm::wire::Wire;

fn target(provider: &str) -> Target {
    Target { provider: known_providers(&|_| None)[provider].clone(), model: "m".into() }
}

fn request(sampling: Sampling) -> Request {
    let turns = vec![Turn::Text("hello".into()), Turn::Answer("hallo".into()), Turn::Prompt("shorter".into())];
    Request {
        conversation: Conversation { instructions: Some("translate\n".into()), turns },
        sampling,
        text: "hello".into(),
        options: OptionValues::new(),
        languages: Vec::new(),
    }
}

#[track_caller]
fn check_body(target: &Target, sampling: Sampling, delivery: Delivery, wanted: &str) {
    let body = build(target, &request(sampling), delivery, &Refused::default()).body;
    let messages = r#""messages":[{"role":"system","content":"translate\n"},{"role":"user","content":"hello"},{"role":"assistant","content":"hallo"},{"role":"user","content":"shorter"}]"#;
    assert_eq!(String::from_utf8(body).unwrap().replace(messages, "MESSAGES"), wanted);
}

#[test]
fn requests() {
    let bare = Sampling::default();
    let full = Sampling {
        temperature: Some(0.5),
        top_p: Some(0.9),
        max_tokens: Some(7),
        effort: Some(Effort::Low),
        n: Some(3),
    };
    let (openai, mut own) = (target("openai"), target("groq"));
    let streamed = r#"{"model":"m",MESSAGES,"stream":true,"stream_options":{"include_usage":true}}"#;
    check_body(&openai, bare.clone(), Delivery::Streamed, streamed);
    check_body(&openai, bare.clone(), Delivery::Whole, r#"{"model":"m",MESSAGES}"#);
    check_body(&target("mistral"), bare, Delivery::Streamed, r#"{"model":"m",MESSAGES,"stream":true}"#);
    let whole =
        r#"{"model":"m",MESSAGES,"temperature":0.5,"top_p":0.9,"max_completion_tokens":7,"reasoning_effort":"low"}"#;
    check_body(&openai, full.clone(), Delivery::Whole, whole);
    let mut provider = (*own.provider).clone();
    provider.body.insert("top_p".into(), 1.into());
    provider.body.insert("service_tier".into(), "flex".into());
    own.provider = provider.into();
    let laid_over = r#"{"model":"m",MESSAGES,"temperature":0.5,"top_p":1,"max_completion_tokens":7,"reasoning_effort":"low","service_tier":"flex"}"#;
    check_body(&own, full, Delivery::Whole, laid_over);
}

#[test]
fn an_effort_is_said_as_each_provider_takes_it() {
    let with = |provider: &str, model: &str, effort| {
        let target = Target { model: model.into(), ..target(provider) };
        let sampling = Sampling { effort, ..Sampling::default() };
        let body = build(&target, &request(sampling), Delivery::Whole, &Refused::default()).body;
        let mut body: Map<String, Value> = serde_json::from_slice(&body).unwrap();
        body.retain(|name, _| !matches!(name.as_str(), "model" | "messages"));
        Value::Object(body).to_string()
    };
    assert_eq!(with("openai", "gpt-6-luna", Some(Effort::None)), r#"{"reasoning_effort":"none"}"#);
    assert_eq!(with("openai", "gpt-5-mini", Some(Effort::None)), r#"{"reasoning_effort":"minimal"}"#);
    assert_eq!(with("openai", "o3", Some(Effort::None)), r#"{"reasoning_effort":"low"}"#);
    assert_eq!(with("deepseek", "m", None), r#"{"thinking":{"type":"disabled"}}"#);
    assert_eq!(
        with("deepseek", "m", Some(Effort::Medium)),
        r#"{"thinking":{"type":"enabled"},"reasoning_effort":"high"}"#
    );
    assert_eq!(with("openrouter", "m", Some(Effort::Low)), r#"{"reasoning":{"effort":"low"}}"#);
    assert_eq!(with("mistral", "m", Some(Effort::Low)), r#"{"reasoning_effort":"none"}"#);
    assert_eq!(with("groq", "m", Some(Effort::High)), r#"{"reasoning_effort":"high"}"#);
}

/// Temperature is for models that do not think, or are told not to.
#[test]
fn what_reasoning_models_refuse_is_left_out() {
    let temperature = |model: &str, effort| {
        let target = Target { model: model.into(), ..target("openai") };
        let sampling = Sampling { temperature: Some(0.5), effort, ..Sampling::default() };
        let body = build(&target, &request(sampling), Delivery::Whole, &Refused::default()).body;
        serde_json::from_slice::<Value>(&body).unwrap().get("temperature").is_some()
    };
    assert!(temperature("gpt-4.1", None));
    assert!(!temperature("gpt-5-mini-2025-08-07", None));
    assert!(!temperature("gpt-6-luna", None));
    assert!(temperature("gpt-6-luna", Some(Effort::None)));
}

#[test]
fn azure_has_a_deployment_and_a_version() {
    let url = |base: &str, version: Option<&str>| {
        let mut provider = Provider::new("azure", ProviderKind::Azure, base);
        provider.api_version = version.map(str::to_owned);
        let target = Target { provider: provider.into(), model: "my model".into() };
        build(&target, &request(Sampling::default()), Delivery::Streamed, &Refused::default()).url
    };
    let dated = "https://x.openai.azure.com/openai/deployments/my%20model/chat/completions?api-version=";
    assert_eq!(url("https://x.openai.azure.com", None), format!("{dated}2024-10-21"));
    assert_eq!(url("https://x.openai.azure.com/", Some("2025-04-01-preview")), format!("{dated}2025-04-01-preview"));
    let newer = "https://x.openai.azure.com/openai/v1";
    assert_eq!(url(newer, None), format!("{newer}/chat/completions"));
}

#[test]
fn the_address_and_the_headers() {
    let mut provider = (*target("groq").provider).clone();
    provider.headers = vec![("X-Team".into(), "a".into()), ("Accept".into(), "*/*".into())];
    let target = Target { provider: provider.into(), model: "m".into() };
    let outgoing = build(&target, &request(Sampling::default()), Delivery::Streamed, &Refused::default());
    assert_eq!(outgoing.url, "https://api.groq.com/openai/v1/chat/completions");
    let shown: Vec<_> = outgoing.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    assert_eq!(shown, ["content-type: application/json", "x-team: a", "accept: */*"]);
    assert!(!format!("{outgoing:?}").contains("hello"));
}

#[test]
fn lists_of_models() {
    assert_eq!(
        models(br#"{"object":"list","data":[{"id":"a"},{"id":"b","x":1}]}"#),
        Some(vec!["a".into(), "b".into()])
    );
    assert_eq!(models(br#"{"object":"list","data":null}"#), Some(Vec::new()));
    for other in ["", "<html>", "[]", r#"{"data":[{"name":"a"}]}"#, r#"{"data":null}"#, r#"{"status":"ok"}"#] {
        assert_eq!(models(other.as_bytes()), None, "{other}");
    }
}

/// What came of a stream: chunks as `answer` or `(reasoning)`, joined by `|`, then how it ended.
#[track_caller]
fn check(events: &[&str], chunks: &str, ended: &str) {
    let target = target("openai");
    let (mut decoder, mut seen) = (Wire::OpenAi.decoder(&target), Vec::new());
    let pushed =
        events.iter().try_for_each(|data| decoder.push(&Event { event: None, data: (*data).into() }, &mut seen));
    let result = pushed.and_then(|()| decoder.finish(&mut seen));
    assert_eq!((shown(&seen).as_str(), outcome(result).as_str()), (chunks, ended));
}

#[track_caller]
fn check_whole(body: &str, chunks: &str, ended: &str) {
    let target = target("openai");
    let (mut decoder, mut seen) = (Wire::OpenAi.decoder(&target), Vec::new());
    let result = decoder.whole(body.as_bytes(), &mut seen).and_then(|()| decoder.finish(&mut seen));
    assert_eq!((shown(&seen).as_str(), outcome(result).as_str()), (chunks, ended));
}

fn shown(chunks: &[Chunk]) -> String {
    let show = |chunk: &Chunk| match chunk {
        Chunk::Answer(text) => text.expose().to_owned(),
        Chunk::Reasoning(text) => format!("({})", text.expose()),
    };
    chunks.iter().map(show).collect::<Vec<_>>().join("|")
}

fn outcome(result: Result<Completion, CallFailure>) -> String {
    match result {
        Ok(Completion { finish, usage: None, .. }) => format!("{finish:?}"),
        Ok(Completion { finish, usage: Some(usage), .. }) => format!("{finish:?} {}+{}", usage.input, usage.output),
        Err(CallFailure::InStream { message, .. }) => format!("in stream: {}", message.expose()),
        Err(failure) => failure.to_string(),
    }
}

const ROLE: &str = r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#;
const HELLO: &str = r#"{"model":"m-1","choices":[{"index":0,"delta":{"content":"Hel\u006co"}}],"usage":null}"#;
const STOP: &str = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
const USAGE: &str = r#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5}}"#;

#[test]
fn an_answer_is_complete_with_a_finish_reason_or_done() {
    check(&[ROLE, HELLO, STOP, USAGE, "[DONE]"], "Hello", "Stop 3+5");
    check(&[HELLO, STOP], "Hello", "Stop");
    check(&[HELLO, "[DONE]", HELLO], "Hello", "Stop");
    check(&[ROLE, HELLO], "Hello", "the connection to api.openai.com ended before the answer was complete");
    check(&[], "", "the connection to api.openai.com ended before the answer was complete");
    check(&["[DONE]"], "", "api.openai.com sent an empty answer instead of an answer");
}

#[test]
fn how_it_ended_is_told() {
    let end = |reason: &str| format!(r#"{{"choices":[{{"delta":{{"content":"."}},"finish_reason":"{reason}"}}]}}"#);
    check(&[HELLO, &end("length")], "Hello|.", "Length");
    check(&[HELLO, &end("content_filter")], "Hello|.", "Filtered");
    check(&[HELLO, &end("something_new")], "Hello|.", "Stop");
    check(&[HELLO, &end("error")], "Hello|.", "in stream: error");
    check(&[HELLO, &end("")], "Hello|.", "the connection to api.openai.com ended before the answer was complete");
    check(&[r#"{"choices":[{"delta":{"refusal":"I can't."}}]}"#, STOP], "I can't.", "Refused");
}

#[test]
fn reasoning_is_never_the_answer() {
    check(&[r#"{"choices":[{"delta":{"reasoning_content":"hm","content":null}}]}"#, HELLO, STOP], "(hm)|Hello", "Stop");
    check(&[r#"{"choices":[{"delta":{"reasoning":"hm"}}]}"#, HELLO, STOP], "(hm)|Hello", "Stop");
    let both = r#"{"choices":[{"delta":{"reasoning":"hm","reasoning_content":"hm"}}]}"#;
    check(&[both, HELLO, STOP], "(hm)|Hello", "Stop");
    let content = |text: &str| format!(r#"{{"choices":[{{"delta":{{"content":"{text}"}}}}]}}"#);
    check(
        &[&content("<th"), &content("ink>h"), &content("m</thi"), &content("nk>\\n\\nyes"), STOP],
        "(h)|(m)|yes",
        "Stop",
    );
    check(&[&content("<think>hm"), STOP], "(hm)", "Stop");
    let parts = r#"{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"yes"}]}}]}"#;
    check(&[parts, STOP], "(hm)|yes", "Stop");
}

#[test]
fn an_error_in_mid_stream_is_an_error() {
    let overloaded =
        r#"{"error":{"code":503,"message":"No room"},"choices":[{"delta":{"content":""},"finish_reason":"error"}]}"#;
    check(&[HELLO, r#"{"error":{"message":"Boom","type":"server_error"}}"#], "Hello", "in stream: Boom");
    check(&[HELLO, r#"{"error":"Boom"}"#], "Hello", "in stream: Boom");
    check(&[HELLO, r#"{"error":{"code":402,"message":"Pay"}}"#], "Hello", "the quota at openai is used up");
    check(&[HELLO, r#"{"error":{"code":"429","message":"Slow"}}"#], "Hello", "openai limits the rate");
    check(&[overloaded], "", "openai is overloaded (HTTP 503)");
    check(&[r#"{"error":{"message":"Boom"},"choices":"?"}"#], "", "in stream: Boom");
    check(&[HELLO, r#"{"error":null,"choices":[]}"#, STOP], "Hello", "Stop");
}

#[test]
fn what_is_unknown_is_skipped_and_what_is_broken_is_not() {
    check(
        &["", r#"{"choices":null}"#, r#"{"ping":1}"#, "[1]", "3", r#"{"choices":[3]}"#, HELLO, STOP],
        "Hello",
        "Stop",
    );
    check(&[r#"{"choices":[{"index":1,"delta":{"content":"other"}}]}"#, HELLO, STOP], "Hello", "Stop");
    check(&[HELLO, r#"{"choices":[{"del"#], "Hello", "api.openai.com sent unreadable data instead of an answer");
    check(&[HELLO, STOP, "oops"], "Hello", "Stop");
    check(&["oops"], "", "api.openai.com sent unreadable data instead of an answer");
}

#[test]
fn whole_answers() {
    let answer = |message: &str| {
        format!(
            r#"{{"choices":[{{"message":{message},"finish_reason":"stop"}}],"usage":{{"prompt_tokens":1,"completion_tokens":2}}}}"#
        )
    };
    check_whole(&answer(r#"{"role":"assistant","content":"Hello"}"#), "Hello", "Stop 1+2");
    check_whole(&answer(r#"{"content":"<think>hm</think>Hello"}"#), "(hm)|Hello", "Stop 1+2");
    check_whole(r#"{"choices":[{"message":{"content":"Hello"}}]}"#, "Hello", "Stop");
    check_whole(r#"{"error":{"message":"Boom"}}"#, "", "in stream: Boom");
    check_whole(r#"{"status":"ok"}"#, "", "api.openai.com sent JSON that is no answer instead of an answer");
    check_whole(r#"{"choices":["#, "", "api.openai.com sent broken JSON instead of an answer");
}
