//! The client against a server that does everything wrong: what each misbehaviour ends in, and what of the answer had
//! arrived by then.

#[path = "support/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use postil::action::OptionValues;
use postil::config::{KeySource, Provider, ProviderKind, Timeouts};
use postil::engine::call::Request;
use postil::llm::client::Client;
use postil::llm::known::known_providers;
use postil::llm::rates::Rates;
use postil::llm::request::{
    CallFailure, Chunk, Completion, Conversation, Finish, LimitOf, Sampling, Turn, Usage, Waiting,
};
use postil::llm::roster::{Readiness, Target};
use server::{Answer, DEADLINE, DONE, Log, STOP, Server, chunk, says};

/// Short, for tests in which nothing is to come.
const SOON: Duration = Duration::from_millis(150);
const KEY: &str = "sk-very-secret";

fn provider(base_url: String) -> Provider {
    let mut provider = (*known_providers(&|_| None)["openai"]).clone();
    provider.name = "p".into();
    provider.base_url = base_url;
    provider.keys = vec![KeySource::Command(vec!["echo".into(), KEY.into()])];
    provider.timeouts = Timeouts { connect: DEADLINE, first: DEADLINE, silence: DEADLINE };
    provider
}

fn target_of(provider: Provider) -> Target {
    Target { provider: Arc::new(provider), model: "m".into() }
}

fn target(server: &Server) -> Target {
    target_of(provider(server.base_url()))
}

fn request() -> Request {
    Request {
        conversation: Conversation { instructions: Some("translate".into()), turns: vec![Turn::Text("hello".into())] },
        sampling: Sampling::default(),
        text: "hello".into(),
        options: OptionValues::new(),
        languages: Vec::new(),
    }
}

type Seen = (String, Result<Completion, CallFailure>);

async fn run_with(client: &Client, target: &Target) -> Seen {
    let mut seen = Vec::new();
    let result = client.run(target, &request(), |chunk| seen.push(chunk)).await;
    if let Err(failure) = &result {
        assert!(!format!("{failure:?} {failure}").contains(KEY));
    }
    let show = |chunk: Chunk| match chunk {
        Chunk::Answer(text) => text.expose().to_owned(),
        Chunk::Reasoning(text) => format!("({})", text.expose()),
    };
    (seen.into_iter().map(show).collect(), result)
}

async fn run(target: &Target) -> Seen {
    run_with(&Client::default(), target).await
}

/// `answer` to a request gives `text`, and ends with `finish`.
async fn check(answer: Answer, text: &str, finish: Finish) {
    let server = Server::always(answer);
    let (seen, result) = run(&target(&server)).await;
    assert_eq!((seen.as_str(), result.map(|completion| completion.finish)), (text, Ok(finish)));
}

/// `answer` to a request gives `text`, and then fails as `wanted` says of the server's host.
async fn check_failure(answer: Answer, text: &str, wanted: impl Fn(String) -> CallFailure) {
    let server = Server::always(answer);
    let (seen, result) = run(&target(&server)).await;
    assert_eq!((seen.as_str(), result), (text, Err(wanted(server.host()))));
}

fn broken_off(host: String) -> CallFailure {
    CallFailure::BrokenOff { host }
}

fn not_an_answer(what: &'static str) -> impl Fn(String) -> CallFailure {
    move |host| CallFailure::NotAnAnswer { host, what }
}

fn page(status: u16) -> Answer {
    Answer::whole(status, "text/html; charset=utf-8", "<html><title>Sign in</title></html>")
}

#[tokio::test]
async fn an_answer_streams() {
    let usage = "data: {\"model\":\"m-1\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5}}\n\n";
    let server = Server::always(Answer::stream([&chunk("Hal"), &chunk("lo"), STOP, usage, DONE]));
    let (seen, result) = run(&target(&server)).await;
    let usage = Some(Usage { input: 3, output: 5, ..Usage::default() });
    assert_eq!(seen, "Hallo");
    let model = Some("m-1".into());
    assert_eq!(result, Ok(Completion { usage, model, ..Completion::bare(Finish::Stop) }));
    let sent = &server.requests()[0];
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("POST", "/v1/chat/completions"));
    assert_eq!(sent.header("authorization"), Some("Bearer sk-very-secret"));
    assert_eq!(sent.json()["messages"][1]["content"], "hello");
}

#[tokio::test]
async fn framing_does_not_matter() {
    let bytes = [": hi\r\n\r\n", &chunk("Grüße 🌐").replace('\n', "\r\n"), ":\n\n", STOP].concat();
    check(Answer::stream(bytes.as_bytes().chunks(1)), "Grüße 🌐", Finish::Stop).await;
    check(Answer::stream(["\u{feff}", &chunk("Hi"), STOP]), "Hi", Finish::Stop).await;
    check(Answer::stream([chunk("Hi").as_str(), STOP.trim_end()]), "Hi", Finish::Stop).await;
}

#[tokio::test]
async fn an_answer_is_complete_without_done_and_without_a_finish_reason_but_not_without_both() {
    check(Answer::stream([chunk("Hi").as_str(), STOP]), "Hi", Finish::Stop).await;
    check(Answer::stream([chunk("Hi").as_str(), DONE]), "Hi", Finish::Stop).await;
    check_failure(Answer::stream([chunk("Hi")]), "Hi", broken_off).await;
}

#[tokio::test]
async fn nobody_waits_for_a_server_that_does_not_hang_up() {
    check(Answer::stream([chunk("Hi").as_str(), STOP, DONE]).hang(), "Hi", Finish::Stop).await;
    check(Answer::stream([chunk("Hi").as_str(), STOP]).hang(), "Hi", Finish::Stop).await;
}

#[tokio::test]
async fn a_stream_that_breaks_off_keeps_what_had_arrived() {
    check_failure(Answer::stream([chunk("Hi")]).cut(), "Hi", broken_off).await;
    check_failure(Answer::stream([chunk("Hi"), "data: {\"choi".into()]).cut(), "Hi", broken_off).await;
    check_failure(Answer::stream([chunk("Hi"), "data: {\"choi".into()]), "Hi", broken_off).await;
    check_failure(Answer::stream([chunk("<thin")]).cut(), "<thin", broken_off).await;
    check(Answer::stream([chunk("Hi").as_str(), STOP]).cut(), "Hi", Finish::Stop).await;
    let until_closed = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    check_failure(Answer::raw([until_closed.into(), chunk("Hi")]).then_close(), "Hi", broken_off).await;
    check_failure(Answer::raw(["HTTP/1.1 200 OK\r\nconte"]).then_close(), "", broken_off).await;
    check_failure(Answer::raw([""]).then_close(), "", broken_off).await;
}

#[tokio::test]
async fn silence_ends() {
    for (answer, text, waiting) in [
        (Answer::raw([""]).hang(), "", Waiting::FirstByte),
        (Answer::stream([""; 0]).hang(), "", Waiting::FirstByte),
        (Answer::stream([chunk("Hi")]).hang(), "Hi", Waiting::NextByte),
    ] {
        let server = Server::always(answer);
        let mut provider = provider(server.base_url());
        provider.timeouts = Timeouts { connect: SOON, first: SOON, silence: SOON };
        let (seen, result) = run(&target_of(provider)).await;
        let wanted = CallFailure::TimedOut { host: server.host(), waiting, after: SOON };
        assert_eq!((seen.as_str(), result), (text, Err(wanted)));
        server.until("the request is closed", |log| log.closed == 1).await;
    }
}

#[tokio::test]
async fn a_whole_answer_to_a_streaming_request_is_one() {
    let body = r#"{"choices":[{"message":{"content":"<think>hm</think>Hi"},"finish_reason":"length"}]}"#;
    check(Answer::whole(200, "application/json", body), "(hm)Hi", Finish::Length).await;
    check(Answer::whole(200, "text/event-stream", body), "(hm)Hi", Finish::Length).await;
    let cut = Answer::raw([format!("HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{body}")]).then_close();
    check_failure(cut, "", broken_off).await;
}

#[tokio::test]
async fn a_200_that_is_no_answer_is_an_error() {
    check_failure(page(200), "", not_an_answer("a web page")).await;
    check_failure(Answer::whole(200, "", "<html>"), "", not_an_answer("a web page")).await;
    check_failure(Answer::whole(200, "application/json", ""), "", not_an_answer("an empty body")).await;
    check_failure(Answer::stream([""; 0]), "", broken_off).await;
    check_failure(Answer::whole(200, "application/json", "{\"a\":1}"), "", not_an_answer("JSON that is no answer"))
        .await;
    check_failure(Answer::whole(200, "application/json", "{\"a\""), "", not_an_answer("broken JSON")).await;
    check_failure(Answer::whole(200, "text/plain", "OK"), "", not_an_answer("something unreadable")).await;
    check_failure(Answer::stream([DONE]), "", not_an_answer("an empty answer")).await;
    check_failure(Answer::stream([&chunk("Hi"), "data: %&\n\n"]), "Hi", not_an_answer("unreadable data")).await;
    check_failure(Answer::raw(["SSH-2.0-OpenSSH\r\n"]), "", not_an_answer("something other than HTTP")).await;
}

#[tokio::test]
async fn an_endless_event_ends() {
    let piece = "x".repeat(1024 * 1024);
    let pieces = [chunk("Hi"), "data: ".into()].into_iter().chain(vec![piece; 9]);
    check_failure(Answer::stream(pieces), "Hi", not_an_answer("an event without an end")).await;
}

#[tokio::test]
async fn a_huge_answer_arrives_whole() {
    let piece = "y".repeat(64 * 1024);
    let pieces = vec![chunk(&piece); 100].into_iter().chain([STOP.to_owned()]);
    check(Answer::stream(pieces), &"y".repeat(6_553_600), Finish::Stop).await;
}

#[tokio::test]
async fn how_an_answer_ended_is_told() {
    for (reason, finish) in [("length", Finish::Length), ("content_filter", Finish::Filtered)] {
        check(Answer::stream([&chunk("Hi"), &STOP.replace("stop", reason), DONE]), "Hi", finish).await;
    }
    let refusal = "data: {\"choices\":[{\"delta\":{\"refusal\":\"No.\"}}]}\n\n";
    check(Answer::stream([refusal, STOP, DONE]), "No.", Finish::Refused).await;
}

#[tokio::test]
async fn an_error_in_mid_stream_is_told() {
    let error = "data: {\"error\":{\"message\":\"Boom\",\"code\":500}}\n\n";
    let wanted = |_| CallFailure::InStream { provider: "p".into(), message: "Boom".into() };
    check_failure(Answer::stream([&chunk("Hi"), error, DONE]), "Hi", wanted).await;
    check_failure(Answer::whole(200, "application/json", "{\"error\":\"Boom\"}"), "", wanted).await;
}

#[tokio::test]
async fn statuses_are_told_apart() {
    let provider = || "p".to_owned();
    let json = |status, body: &str| Answer::whole(status, "application/json", body);
    check_failure(json(401, "{}"), "", |_| CallFailure::KeyRefused { provider: provider(), status: 401 }).await;
    let refused = |_| CallFailure::Refused { provider: provider(), status: 500, message: "Sign in".into() };
    check_failure(page(500), "", refused).await;
    let limited = |_| CallFailure::RateLimited {
        provider: provider(),
        of: LimitOf::Model,
        retry_after: Some(Duration::from_millis(1_500)),
        rates: Rates::default(),
        message: "Slow".into(),
    };
    let headers = [("retry-after-ms", "1500"), ("retry-after", "9")];
    check_failure(Answer::with_headers(429, &headers, "{\"error\":{\"message\":\"Slow\"}}"), "", limited).await;
    let overloaded =
        |_| CallFailure::Overloaded { provider: provider(), status: 503, retry_after: Some(Duration::from_secs(9)) };
    check_failure(Answer::with_headers(503, &[("retry-after", "9")], ""), "", overloaded).await;
    let hung = Answer::raw(["HTTP/1.1 402 Pay\r\ncontent-length: 9\r\n\r\nPay", ""]).hang();
    check_failure(hung, "", |_| CallFailure::QuotaUsedUp { provider: provider(), message: "Pay".into() }).await;
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let other = Server::always(says("stolen"));
    let to = format!("{}/chat/completions", other.base_url());
    let location = format!("{to}?token=x#y");
    let wanted = |host| CallFailure::Redirected { host, to: to.clone() };
    check_failure(Answer::with_headers(307, &[("location", &location)], ""), "", wanted).await;
    assert_eq!(other.opened(), 0);
    let nowhere = |host| CallFailure::Redirected { host, to: "nowhere".into() };
    check_failure(Answer::with_headers(302, &[], ""), "", nowhere).await;
}

#[tokio::test]
async fn dropping_the_call_closes_the_request() {
    let server = Server::always(Answer::stream([chunk("Hi")]).hang());
    let (target, (first, arrived)) = (target(&server), tokio::sync::oneshot::channel());
    let mut first = Some(first);
    let call = tokio::spawn(async move {
        let on_chunk = |_| first.take().into_iter().for_each(|first| first.send(()).unwrap());
        Client::default().run(&target, &request(), on_chunk).await
    });
    arrived.await.unwrap();
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    server.until("the request is closed", |log| log.closed == 1).await;
}

#[tokio::test]
async fn a_warm_connection_is_used_and_nothing_is_sent_on_it_before() {
    let server = Server::always(says("Hi"));
    let (client, target) = (Client::default(), target(&server));
    client.warm(&target).await;
    server
        .until("the connection is opened", |log| {
            log.requests
                .iter()
                .all(|head| head.method == "HEAD" && head.header("authorization").is_none() && head.body.is_empty())
                && log.requests.len() == 1
        })
        .await;
    for _ in 0..3 {
        assert_eq!(run_with(&client, &target).await.0, "Hi");
    }
    assert_eq!(server.opened(), 1);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_connection_that_lies_free_needs_no_warming() {
    let server = Server::always(says("Hi"));
    let (client, target) = (Client::default(), target(&server));
    for _ in 0..3 {
        client.warm(&target).await;
        assert_eq!(run_with(&client, &target).await.0, "Hi");
    }
    let methods = |log: &Log| log.requests.iter().map(|request| request.method.clone()).collect::<Vec<_>>();
    server.wait_until("one look ahead and three requests", |log| methods(log) == ["HEAD", "POST", "POST", "POST"]);
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_costs_nothing() {
    let server = Server::always(says("Hi"));
    let (client, target) = (Client::default(), target(&server));
    for round in 1..=5 {
        assert_eq!(run_with(&client, &target).await.0, "Hi");
        server.close_connections();
        server.until("the connection is closed", move |log| log.closed == round).await;
    }
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn where_nothing_listens_is_said() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (_, result) = run(&target_of(provider(format!("http://{port}/v1")))).await;
    assert_eq!(result, Err(CallFailure::Unreachable { host: port.to_string() }));
    let (_, result) = run(&target_of(provider("https://nowhere.invalid/v1".into()))).await;
    assert_eq!(result, Err(CallFailure::Unreachable { host: "nowhere.invalid".into() }));
}

#[tokio::test]
async fn a_server_without_tls_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let (_, result) = run(&target_of(provider(format!("https://{address}/v1")))).await;
    assert_eq!(result, Err(CallFailure::Tls { host: address.to_string() }));
}

#[tokio::test]
async fn a_key_never_goes_in_clear_to_another_machine() {
    let mut provider = provider("http://192.0.2.1/v1".into());
    let (_, result) = run(&target_of(provider.clone())).await;
    assert_eq!(result, Err(CallFailure::KeyInClear { provider: "p".into(), host: "192.0.2.1".into() }));
    // On the user's word it does: by way of a proxy, which stands in for the network here.
    let proxy = Server::always(says("Hi"));
    provider.allow_http = true;
    provider.proxy = Some(format!("http://{}", proxy.host()));
    assert_eq!(run(&target_of(provider)).await.0, "Hi");
    assert_eq!(proxy.requests()[0].path, "http://192.0.2.1/v1/chat/completions");
}

#[tokio::test]
async fn this_machine_is_never_reached_by_a_proxy() {
    let (server, proxy) = (Server::always(says("Hi")), Server::always(says("proxy")));
    let mut provider = provider(server.base_url());
    provider.proxy = Some(format!("http://{}", proxy.host()));
    assert_eq!(run(&target_of(provider)).await.0, "Hi");
    assert_eq!(proxy.opened(), 0);
}

#[tokio::test]
async fn keys_come_from_where_the_user_says() {
    let server = Server::always(says("Hi"));
    let with = |keys: &[KeySource]| target_of(Provider { keys: keys.to_vec(), ..provider(server.base_url()) });
    let command = |words: &[&str]| KeySource::Command(words.iter().map(|word| (*word).to_owned()).collect());
    let unset = KeySource::Env("POSTIL_TEST_NO_SUCH_VARIABLE".into());
    // Cargo sets this one for every test.
    let set = KeySource::Env("CARGO_PKG_NAME".into());
    let two_lines = command(&["printf", "first\\nsecond\\n"]);
    let failing = command(&["sh", "-c", "echo one >&2; echo 'no such entry' >&2; exit 1"]);
    for (keys, sent) in [
        (vec![unset.clone(), set.clone()], "Bearer postil"),
        (vec![KeySource::Keyring, two_lines], "Bearer first"),
        (vec![failing.clone(), set], "Bearer postil"),
    ] {
        assert_eq!(run(&with(&keys)).await.0, "Hi");
        assert_eq!(server.requests().last().unwrap().header("authorization"), Some(sent));
    }
    let sent = server.requests().len();
    let no_key = CallFailure::NoKey { provider: "p".into() };
    assert_eq!(run(&with(&[unset, KeySource::Keyring])).await.1, Err(no_key));
    let (provider, program) = ("p".to_owned(), "sh".to_owned());
    let failed = CallFailure::KeyCommand { provider, program, message: "no such entry".into() };
    assert_eq!(run(&with(&[failing])).await.1, Err(failed));
    assert_eq!(server.requests().len(), sent);
}

const NO_TEMPERATURE: &str = r#"{"error":{"message":"Unsupported value: 'temperature' does not support 0.2 with this model.","param":"temperature","code":"unsupported_value"}}"#;

#[tokio::test]
async fn a_field_that_the_model_refuses_is_left_out_and_remembered() {
    let server = Server::start(|request| match request.json().get("temperature") {
        Some(_) => Answer::whole(400, "application/json", NO_TEMPERATURE),
        None => says("Hi"),
    });
    let (client, target) = (Client::default(), target(&server));
    let sampling = Sampling { temperature: Some(0.2), max_tokens: Some(9), ..Sampling::default() };
    let request = Request { sampling, ..request() };
    for tries in [2, 3] {
        let answered = client.run(&target, &request, |_| ()).await;
        assert_eq!(answered.map(|completion| completion.finish), Ok(Finish::Stop));
        assert_eq!(server.requests().len(), tries);
    }
    assert_eq!(server.requests()[2].json()["max_tokens"], 9);
}

/// The same refusal again is the answer, and so is one of a field that was not sent.
#[tokio::test]
async fn a_model_that_refuses_on_and_on_is_asked_no_more() {
    let server = Server::always(Answer::whole(400, "application/json", NO_TEMPERATURE));
    let sampling = Sampling { temperature: Some(0.2), ..Sampling::default() };
    let refused = Client::default().run(&target(&server), &Request { sampling, ..request() }, |_| ()).await;
    assert!(matches!(refused, Err(CallFailure::Refused { status: 400, .. })));
    assert_eq!(server.requests().len(), 2);
    let refused = Client::default().run(&target(&server), &request(), |_| ()).await;
    assert!(matches!(refused, Err(CallFailure::Refused { status: 400, .. })));
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_model_that_does_not_stream_answers_whole() {
    let server = Server::start(|request| match request.json().get("stream") {
        Some(_) => Answer::whole(
            400,
            "application/json",
            r#"{"error":{"message":"Your organization must be verified to stream this model.","param":"stream","code":"unsupported_value"}}"#,
        ),
        None => Answer::whole(
            200,
            "application/json",
            r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}"#,
        ),
    });
    assert_eq!(run(&target(&server)).await.0, "Hi");
}

/// Other programs stand at Ollama's address too.
#[tokio::test]
async fn where_ollama_is_only_imitated_the_imitation_is_spoken() {
    let server = Server::start(|request| match request.path.as_str() {
        "/v1/chat/completions" => says("Hi"),
        "/v1/models" => Answer::whole(200, "application/json", LIST),
        _ => Answer::whole(404, "text/plain", "404 page not found"),
    });
    let base = format!("http://{}", server.host());
    let provider = Provider { kind: ProviderKind::Ollama, keys: Vec::new(), key_optional: true, ..provider(base) };
    let client = Client::default();
    let survey = client.survey(&BTreeMap::from([("p".to_owned(), Arc::new(provider.clone()))])).await;
    assert_eq!(survey["p"], Readiness::Ready { models: vec!["a".into(), "b".into()] });
    for _ in 0..2 {
        assert_eq!(run_with(&client, &target_of(provider.clone())).await.0, "Hi");
    }
    let asked: Vec<_> = server.requests().into_iter().filter(|one| one.method == "POST").map(|one| one.path).collect();
    assert_eq!(asked, ["/api/chat", "/v1/chat/completions", "/v1/chat/completions"]);
}

/// Where each format is asked, and in which header its key goes.
#[tokio::test]
async fn each_kind_has_its_address_and_its_header() {
    let cases = [
        (ProviderKind::OpenAi, "/v1/chat/completions", "authorization", "Bearer sk-very-secret"),
        (ProviderKind::Responses, "/v1/responses", "authorization", "Bearer sk-very-secret"),
        (ProviderKind::Anthropic, "/v1/messages", "x-api-key", KEY),
        (ProviderKind::Gemini, "/v1/models/m:streamGenerateContent?alt=sse", "x-goog-api-key", KEY),
        (ProviderKind::Azure, "/openai/deployments/m/chat/completions?api-version=2024-10-21", "api-key", KEY),
        (ProviderKind::Ollama, "/api/chat", "authorization", "Bearer sk-very-secret"),
    ];
    for (kind, path, header, key) in cases {
        let server = Server::always(Answer::whole(401, "application/json", "{}"));
        let base = match kind {
            ProviderKind::Azure | ProviderKind::Ollama => format!("http://{}", server.host()),
            _ => server.base_url(),
        };
        let refused = run(&target_of(Provider { kind, ..provider(base) })).await.1;
        assert_eq!(refused, Err(CallFailure::KeyRefused { provider: "p".into(), status: 401 }));
        let asked = server.requests().remove(0);
        assert_eq!((asked.path.as_str(), asked.header(header)), (path, Some(key)), "{kind:?}");
        let keys = ["authorization", "x-api-key", "x-goog-api-key", "api-key"];
        assert_eq!(keys.iter().filter(|name| asked.header(name).is_some()).count(), 1, "{kind:?}");
    }
}

const LIST: &str = r#"{"object":"list","data":[{"id":"a"},{"id":"b"}]}"#;

#[tokio::test]
async fn models_are_listed() {
    let server = Server::always(Answer::whole(200, "application/json", LIST));
    let provider = Arc::new(provider(server.base_url()));
    assert_eq!(Client::default().models(&provider).await, Ok(vec!["a".into(), "b".into()]));
    assert_eq!(server.requests()[0].path, "/v1/models");
    let other = Server::always(Answer::whole(200, "application/json", "{\"hello\":1}"));
    let provider = Arc::new(Provider { base_url: other.base_url(), ..(*provider).clone() });
    let wanted = CallFailure::NotAnAnswer { host: other.host(), what: "no list of models" };
    assert_eq!(Client::default().models(&provider).await, Err(wanted));
}

#[tokio::test]
async fn a_survey_finds_model_servers_and_nothing_else() {
    let json = |status, body| Server::always(Answer::whole(status, "application/json", body));
    let servers = [
        ("model", json(200, LIST), Readiness::Ready { models: vec!["a".into(), "b".into()] }),
        ("app", json(200, "{\"status\":\"ok\"}"), Readiness::Unreachable),
        ("broken", json(500, LIST), Readiness::Unreachable),
        ("page", Server::always(page(200)), Readiness::Unreachable),
        ("locked", json(401, "{}"), Readiness::NoKey),
        ("hung", Server::always(Answer::raw([""]).hang()), Readiness::Unreachable),
        ("moved", Server::always(Answer::with_headers(302, &[("location", "/")], "")), Readiness::Unreachable),
    ];
    let mut providers = BTreeMap::new();
    let mut wanted = BTreeMap::new();
    let mut add = |name: &str, provider: Provider, readiness: Readiness| {
        providers.insert(name.to_owned(), Arc::new(Provider { name: name.into(), ..provider }));
        wanted.insert(name.to_owned(), readiness);
    };
    let keyless = |url: String| Provider { keys: Vec::new(), key_optional: true, discovered: true, ..provider(url) };
    for (name, server, readiness) in &servers {
        add(name, keyless(server.base_url()), readiness.clone());
    }
    let keyed = |keys: Vec<KeySource>| Provider { keys, ..provider("https://nowhere.invalid".into()) };
    add("keyed", keyed(vec![KeySource::Env("CARGO_PKG_NAME".into())]), Readiness::Ready { models: Vec::new() });
    add("by command", keyed(vec![KeySource::Command(vec!["sh".into()])]), Readiness::Ready { models: Vec::new() });
    add("no command", keyed(vec![KeySource::Command(vec!["no-such-program".into()])]), Readiness::NoKey);
    add("unset", keyed(vec![KeySource::Env("POSTIL_TEST_NO_SUCH_VARIABLE".into())]), Readiness::NoKey);
    let tags = json(200, r#"{"models":[{"name":"qwen3:8b","size":1}]}"#);
    let ollama = Provider { kind: ProviderKind::Ollama, ..keyless(format!("http://{}", tags.host())) };
    add("ollama", ollama, Readiness::Ready { models: vec!["qwen3:8b".into()] });
    assert_eq!(Client::default().survey(&providers).await, wanted);
    for (name, server, _) in &servers {
        assert!(server.requests().iter().all(|request| request.header("authorization").is_none()), "{name}");
    }
}
