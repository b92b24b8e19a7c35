//! Answers as each provider documents them (`tests/data/recorded/PROVIDER/CASE.http`): streamed, whole, declined, filtered,
//! limited, out of quota, overloaded, cut. Each is decoded in one piece, cut at every byte, and carried by the real client.
//!
//! A file begins with what is to come of it: `says:` the answer, with what the model thought in parentheses, `ends:` how it
//! ended or the sentence that the user reads (`HOST` for the address), `rate:` each limit that the head tells. Then comes
//! the answer as it was on the wire.

#![allow(clippy::unwrap_used)]

#[path = "support/server.rs"]
mod server;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use postil::action::OptionValues;
use postil::config::{KeySource, Provider, ProviderKind};
use postil::engine::call::Request;
use postil::engine::event::BackendFailure;
use postil::engine::outcome::Failure;
use postil::llm::client::Client;
use postil::llm::known;
use postil::llm::rates::{Rates, retry_after};
use postil::llm::refusal::Answered;
use postil::llm::refused::Refused;
use postil::llm::request::{CallFailure, Chunk, Completion, Conversation, Sampling, Turn};
use postil::llm::roster::Target;
use postil::llm::sse::Event;
use postil::llm::wire::{Framing, Progress, Wire};
use postil::llm::{lines, sse};
use postil::text::sentences;
use server::{Answer, Server};

/// When the answers were recorded, for those whose resets are moments: 2026-11-25T12:00:00Z.
const RECORDED: Duration = Duration::from_secs(1_795_608_000);

/// Longer than the longest word that a decoder looks for.
const LONGEST_PIECE: usize = 24;

struct Case {
    name: String,
    provider: String,
    says: String,
    ends: String,
    rates: Vec<String>,
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn cases() -> Vec<Case> {
    let mut files = Vec::new();
    for folder in fs::read_dir("tests/data/recorded").unwrap() {
        files.extend(fs::read_dir(folder.unwrap().path()).unwrap().map(|file| file.unwrap().path()));
    }
    files.sort();
    assert!(files.len() > 100, "the recorded answers are there");
    files.iter().map(|file| case(file)).collect()
}

fn case(file: &Path) -> Case {
    let text = fs::read_to_string(file).unwrap();
    let (wanted, answer) = text.split_once("\n\n").unwrap();
    let (head, body) = answer.split_once("\n\n").unwrap();
    let all = |key: &'static str| {
        wanted.lines().filter_map(move |line| Some(line.strip_prefix(key)?.trim_start().to_owned()))
    };
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap();
    Case {
        name: file.display().to_string(),
        provider: file.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned(),
        says: all("says:").next().unwrap_or_default().replace("\\n", "\n"),
        ends: all("ends:").next().unwrap(),
        rates: all("rate:").collect(),
        status,
        headers: lines.map(header).collect(),
        body: body.as_bytes().to_vec(),
    }
}

impl Case {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The provider as it is known, at another address.
    fn target(&self, base_url: &str) -> Target {
        let known_as = if self.provider == "responses" { "openai" } else { &self.provider };
        let mut provider: Provider = known::by_name(known_as, &|_| None).unwrap();
        provider.base_url = base_url.to_owned();
        if self.provider == "responses" {
            provider.kind = ProviderKind::Responses;
        }
        provider.keys = vec![KeySource::Command(vec!["echo".into(), "sk-test".into()])];
        Target { provider: Arc::new(provider), model: "m".into() }
    }

    fn rates(&self, target: &Target) -> Rates {
        let now = SystemTime::UNIX_EPOCH + RECORDED;
        Rates::of(|name| self.header(name), known::quirks(&target.provider).requests_per, now)
    }

    /// As the client does it, without one.
    fn decode(&self, target: &Target, pieces: &[&[u8]]) -> (String, Result<Completion, CallFailure>) {
        let wire = Wire::of_target(target, &Refused::default());
        let rates = self.rates(target);
        if self.status != 200 {
            let retry_after = retry_after(|name| self.header(name), SystemTime::UNIX_EPOCH + RECORDED);
            let answered = Answered { status: self.status, retry_after, rates: &rates, body: &self.body };
            return (String::new(), Err(wire.failure(target, &answered)));
        }
        let mut chunks = Vec::new();
        let mut decoder = wire.decoder(target);
        let read = if self.header("content-type").is_some_and(|form| form.starts_with("application/json")) {
            decoder.whole(&self.body, &mut chunks)
        } else {
            let events = events(decoder.framing(), pieces);
            let mut left = events.iter();
            let mut read = Ok(());
            while let Some(event) = left.next().filter(|_| read.is_ok() && decoder.progress() != Progress::Done) {
                read = decoder.push(event, &mut chunks);
                // The last one may have been cut: then it is as if it had not come.
                let was_cut = left.len() == 0 && matches!(read, Err(CallFailure::NotAnAnswer { .. }));
                read = if was_cut { Ok(()) } else { read };
            }
            read
        };
        let ended = read.and(decoder.finish(&mut chunks).map(|completion| Completion { rates, ..completion }));
        (said(&chunks), ended)
    }
}

fn events(framing: Framing, pieces: &[&[u8]]) -> Vec<Event> {
    let mut events = Vec::new();
    let last = match framing {
        Framing::Events => {
            let mut decoder = sse::Decoder::default();
            pieces.iter().for_each(|piece| decoder.feed(piece, &mut events).unwrap());
            decoder.finish()
        }
        Framing::Lines => {
            let mut decoder = lines::Decoder::default();
            pieces.iter().for_each(|piece| decoder.feed(piece, &mut events).unwrap());
            decoder.finish()
        }
    };
    events.extend(last);
    events
}

/// What was thought stands in parentheses.
fn said(chunks: &[Chunk]) -> String {
    let (mut said, mut thinks) = (String::new(), false);
    for chunk in chunks {
        let (text, thought) = match chunk {
            Chunk::Answer(text) => (text, false),
            Chunk::Reasoning(text) => (text, true),
        };
        match (thinks, thought) {
            (false, true) => said.push('('),
            (true, false) => said.push(')'),
            _ => {}
        }
        thinks = thought;
        said.push_str(text.expose());
    }
    if thinks { said + ")" } else { said }
}

fn ended(result: &Result<Completion, CallFailure>, host: &str) -> String {
    match result {
        Ok(completion) => {
            let usage = completion.usage.map(|usage| {
                let more = [("cached", usage.cached), ("reasoning", usage.reasoning)];
                let more = more.iter().filter(|(_, count)| *count > 0).map(|(name, count)| format!(" {name} {count}"));
                format!(" {}+{}{}", usage.input, usage.output, more.collect::<String>())
            });
            let by = completion.model.as_ref().map(|model| format!(" by {model}"));
            format!("{:?}{}{}", completion.finish, usage.unwrap_or_default(), by.unwrap_or_default())
        }
        Err(failure) => {
            let failure = Failure::Backend { by: "x".into(), failure: BackendFailure::Model(failure.clone()) };
            sentences::failure(&failure).replace(host, "HOST")
        }
    }
}

fn told(rates: &Rates) -> Vec<String> {
    let number = |number: Option<u64>| number.map_or("?".to_owned(), |number| number.to_string());
    let one = |one: &postil::llm::rates::Allowance| {
        let per = one.per.map_or("?".to_owned(), |per| format!("{per:?}"));
        let reset = one.reset.map_or("?".to_owned(), |reset| format!("{reset:?}"));
        format!("{:?}/{per} {}/{} {reset}", one.of, number(one.remaining), number(one.limit))
    };
    rates.0.iter().map(one).collect()
}

#[test]
fn each_is_what_it_says_however_it_is_cut() {
    for case in cases() {
        let target = case.target("http://127.0.0.1:1");
        let (said, result) = case.decode(&target, &[&case.body]);
        assert_eq!(
            (said.as_str(), ended(&result, "127.0.0.1:1").as_str()),
            (&*case.says, &*case.ends),
            "{}",
            case.name
        );
        assert_eq!(told(&case.rates(&target)), case.rates, "{}", case.name);
        // The first of these cuts everywhere.
        for size in (1..LONGEST_PIECE).filter(|_| case.status == 200) {
            let pieces: Vec<_> = case.body.chunks(size).collect();
            assert_eq!(case.decode(&target, &pieces), (said.clone(), result.clone()), "{} in {size}s", case.name);
        }
    }
}

/// Without its end no stream is a whole answer: wherever it breaks off, what had come is there and the end is told.
#[test]
fn what_breaks_off_is_never_taken_for_the_whole() {
    for case in cases().iter().filter(|case| case.name.ends_with("/streamed.http")) {
        let target = case.target("http://127.0.0.1:1");
        let end = String::from_utf8_lossy(&case.body).rfind("Tag").unwrap();
        for at in (0..end).step_by(3) {
            let (said, result) = case.decode(&target, &[&case.body[..at]]);
            assert!(case.says.starts_with(said.trim_end_matches(['\u{fffd}', ')'])), "{} cut off at {at}", case.name);
            assert!(matches!(result, Err(CallFailure::BrokenOff { .. })), "{} cut off at {at}: {result:?}", case.name);
        }
    }
}

#[tokio::test]
async fn the_client_says_the_same() {
    for case in cases() {
        let head = case.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect::<String>();
        let length = match case.name.contains("/cut") {
            // More was to come.
            true => case.body.len() + 1,
            false => case.body.len(),
        };
        let head = format!("HTTP/1.1 {} Status\r\n{head}content-length: {length}\r\n\r\n", case.status);
        let server = Server::always(Answer::raw([head.into_bytes(), case.body.clone()]).then_close());
        let target = case.target(&format!("http://{}", server.host()));
        let mut chunks = Vec::new();
        let result = Client::default().run(&target, &request(), |chunk| chunks.push(chunk)).await;
        // Resets that are moments have long been over or are far off.
        let ends = match &result {
            Err(CallFailure::RateLimited { rates, .. }) if !rates.is_empty() && case.provider == "openrouter" => {
                continue;
            }
            _ => ended(&result, &server.host()),
        };
        assert_eq!((said(&chunks).as_str(), ends.as_str()), (&*case.says, &*case.ends), "{}", case.name);
    }
}

fn request() -> Request {
    Request {
        conversation: Conversation { instructions: Some("translate".into()), turns: vec![Turn::Text("Hello".into())] },
        sampling: Sampling::default(),
        text: "Hello".into(),
        options: OptionValues::new(),
        languages: Vec::new(),
    }
}
