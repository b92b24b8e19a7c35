//! The books against servers that enforce limits as real ones do: continuous refill, a burst of one second, prompt and
//! actual output counted.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::config::{ModelFacts, Provider, ProviderKind};
use crate::llm::known;
use crate::llm::rates::{Allowance, Counted};

const START: Moment = Moment(1_790_000_000_000_000);

fn at(seconds: f64) -> Moment {
    START.after(Duration::from_secs_f64(seconds))
}

fn ask_of(limits: Limits, input: u64, urgency: Urgency) -> Ask {
    let provider = Provider { limits, ..Provider::new("test", ProviderKind::OpenAi, "http://127.0.0.1:1/v1") };
    let target = Target { provider: Arc::new(provider), model: "m".into() };
    Ask::of(&target, Demand { input, most_output: None }, urgency)
}

fn per_minute(requests: Option<u32>, tokens: Option<u64>) -> Limits {
    Limits { requests_per_minute: requests, tokens_per_minute: tokens, ..Limits::default() }
}

fn ended(used: Used) -> Ended {
    Ended { used, rates: Rates::default(), retry_after: None }
}

/// A server as strict as there is.
struct Server {
    limits: Limits,
    requests: f64,
    tokens: f64,
    at: f64,
    served: u64,
    used: f64,
    refused: u64,
}

impl Server {
    fn new(limits: Limits) -> Self {
        let (requests, tokens) = Self::burst(limits);
        Self { limits, requests, tokens, at: 0.0, served: 0, used: 0.0, refused: 0 }
    }

    fn burst(limits: Limits) -> (f64, f64) {
        let requests = limits.requests_per_minute.map_or(f64::INFINITY, |limit| (f64::from(limit) / 60.0).max(1.0));
        (requests, limits.tokens_per_minute.map_or(f64::INFINITY, |limit| limit as f64 / 60.0))
    }

    fn refill(&mut self, now: f64) {
        let (requests, tokens) = Self::burst(self.limits);
        let passed = now - self.at;
        self.requests = (self.requests + passed * requests).min(requests);
        self.tokens = (self.tokens + passed * tokens).min(tokens);
        self.at = now;
    }

    fn takes(&mut self, now: f64, input: f64) -> bool {
        self.refill(now);
        let takes = self.requests >= 1.0 && self.tokens >= input;
        if takes {
            self.requests -= 1.0;
            self.tokens -= input;
            self.served += 1;
            self.used += input;
        } else {
            self.refused += 1;
        }
        takes
    }

    fn answered(&mut self, now: f64, output: f64) {
        self.refill(now);
        self.tokens -= output;
        self.used += output;
    }
}

/// What a run of a batch looks like.
#[derive(Debug, Clone)]
struct Run {
    limits: Limits,
    /// Estimated tokens of each call, and those that the server counts, in and out.
    calls: Vec<(u64, f64, f64)>,
    latency: f64,
    /// How long requests are on their way, in turn.
    jitter: Vec<f64>,
    seconds: f64,
}

/// Runs the batch for so many seconds, asking again when a verdict says so.
fn simulate(run: &Run) -> Server {
    let mut server = Server::new(run.limits);
    let mut books = Books::default();
    // (microseconds, kind, call): 0 the next one asks, 1 arrives, 2 is answered.
    let mut events = BinaryHeap::from([Reverse((0_u64, 0_u8, 0_usize))]);
    let mut waiting: VecDeque<usize> = (0..1_000_000).collect();
    let mut taken = BTreeMap::new();
    let mut asks_at = 0;
    while let Some(Reverse((micros, kind, call))) = events.pop() {
        let now = micros as f64 / 1e6;
        if now > run.seconds {
            break;
        }
        let later = |seconds: f64| micros + (seconds * 1e6) as u64;
        match kind {
            0 if micros < asks_at => {}
            0 => {
                let Some(next) = waiting.front().copied() else { continue };
                let (input, ..) = run.calls[next % run.calls.len()];
                match books.ask(&ask_of(run.limits, input, Urgency::Batch), &[], at(now)) {
                    Verdict::Wait(wait) => {
                        asks_at = later(wait.as_secs_f64()) + 500;
                        events.push(Reverse((asks_at, 0, 0)));
                    }
                    Verdict::Go(Leave { taken: set_aside, .. }) => {
                        waiting.pop_front();
                        taken.insert(next, set_aside);
                        events.push(Reverse((later(run.jitter[next % run.jitter.len()]), 1, next)));
                        events.push(Reverse((micros, 0, 0)));
                    }
                }
            }
            1 => {
                let (_, input, _) = run.calls[call % run.calls.len()];
                assert!(server.takes(now, input), "refused at {now}");
                events.push(Reverse((later(run.latency), 2, call)));
            }
            _ => {
                let (estimated, input, output) = run.calls[call % run.calls.len()];
                server.answered(now, output);
                let used = ended(Used::Reported(Tokens { input, output }));
                let ask = ask_of(run.limits, estimated, Urgency::Batch);
                books.settle(&ask, None, taken.remove(&call), &used, at(now));
                asks_at = 0;
                events.push(Reverse((micros, 0, 0)));
            }
        }
    }
    server
}

fn check_use(run: &Run) -> Result<(), TestCaseError> {
    let server = simulate(run);
    let minutes = run.seconds / 60.0;
    let requests =
        run.limits.requests_per_minute.map_or(0.0, |limit| server.served as f64 / f64::from(limit) / minutes);
    let tokens = run.limits.tokens_per_minute.map_or(0.0, |limit| server.used / limit as f64 / minutes);
    prop_assert!(server.refused == 0, "{} refused", server.refused);
    prop_assert!(requests.max(tokens) >= 0.95, "{requests:.3} of the requests, {tokens:.3} of the tokens");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_batch_uses_its_allowance_and_is_never_refused(
        (requests, tokens) in prop_oneof![
            Just((Some(600), Some(60_000))), Just((Some(60), None)), Just((Some(60), Some(60_000))), Just((None, Some(60_000))),
        ],
        calls in prop::collection::vec((20_u64..60, 0.8_f64..1.4, 5.0_f64..80.0), 50..200),
        factor in 0.6_f64..1.5,
        latency in 0.01_f64..3.0,
        jitter in prop::collection::vec(0.0_f64..0.015, 20..60),
    ) {
        let calls = calls.into_iter().map(|(estimated, differs, output)| {
            (estimated, (estimated as f64 * (factor + (differs - 1.0) * 0.2)).round(), output.round())
        });
        check_use(&Run { limits: per_minute(requests, tokens), calls: calls.collect(), latency, jitter, seconds: 180.0 })?;
    }
}

#[test]
fn without_limits_nothing_waits() {
    let mut books = Books::default();
    let ask = ask_of(Limits::default(), 1000, Urgency::Batch);
    for _ in 0..100 {
        assert!(matches!(books.ask(&ask, &[], at(0.0)), Verdict::Go(Leave { limited: false, .. })));
    }
}

#[test]
fn a_person_goes_first() {
    let limits = per_minute(Some(600), None);
    let (person, batch) = (ask_of(limits, 10, Urgency::Person), ask_of(limits, 10, Urgency::Batch));
    let mut books = Books::default();
    while matches!(books.ask(&batch, &[], at(0.0)), Verdict::Go(_)) {}
    // The batch has used up all that is its own, and a person begins at once.
    for _ in 0..4 {
        assert!(matches!(books.ask(&person, &[], at(0.0)), Verdict::Go(_)));
    }
    // The next person waits; the batch stands back until it was their turn.
    let Verdict::Wait(wait) = books.ask(&person, &[], at(0.0)) else { panic!("a person goes beyond the limit") };
    assert!(wait < Duration::from_millis(110), "{wait:?}");
    assert!(matches!(books.ask(&batch, &[], at(0.2)), Verdict::Wait(_)));
    assert!(matches!(books.ask(&person, &[], at(0.2)), Verdict::Go(_)));
    // And one who never came back holds it up for a moment only.
    let Verdict::Go(_) = books.ask(&person, &[], at(0.2)) else {
        return assert!(matches!(books.ask(&batch, &[], at(0.7)), Verdict::Go(_)));
    };
    panic!("a person goes beyond the limit");
}

#[test]
fn a_refusal_closes_until_the_server_opens() {
    let limits = per_minute(Some(600), None);
    let ask = ask_of(limits, 10, Urgency::Person);
    let mut books = Books::default();
    let Verdict::Go(Leave { taken, .. }) = books.ask(&ask, &[], at(0.0)) else { panic!("nothing was used") };
    let refused = Ended { retry_after: Some(Duration::from_secs(4)), ..ended(Used::Refused(LimitOf::Model)) };
    books.settle(&ask, None, Some(taken), &refused, at(0.1));
    assert_eq!(books.ask(&ask, &[], at(0.1)), Verdict::Wait(Duration::from_secs(4)));
    assert!(matches!(books.ask(&ask, &[], at(4.1)), Verdict::Go(_)));
}

#[test]
fn what_a_server_tells_is_kept() {
    let ask = ask_of(Limits::default(), 10, Urgency::Person);
    let mut books = Books::default();
    let Verdict::Go(Leave { taken, limited: false, .. }) = books.ask(&ask, &[], at(0.0)) else {
        panic!("nothing limits")
    };
    let told =
        |of, limit, remaining| Allowance { of, per: None, limit: Some(limit), remaining: Some(remaining), reset: None };
    let rates = Rates(vec![told(Counted::Requests, 60, 0), told(Counted::Tokens, 6_000_000, 5_000_000)]);
    books.settle(&ask, None, Some(taken), &Ended { rates, ..ended(Used::Unknown) }, at(0.0));
    assert_eq!(books.limited(at(0.0)), BTreeSet::from([ask.queue().to_owned()]));
    let Verdict::Wait(wait) = books.ask(&ask, &[], at(0.0)) else { panic!("the server said that nothing is left") };
    assert!((1.03..1.05).contains(&wait.as_secs_f64()), "{wait:?}");
}

#[test]
fn a_day_has_its_own_limit() {
    let limits = Limits { requests_per_day: Some(3), ..Limits::default() };
    let ask = ask_of(limits, 10, Urgency::Person);
    let mut books = Books::default();
    for second in 0..3 {
        assert!(matches!(books.ask(&ask, &[], at(f64::from(second))), Verdict::Go(Leave { limited: true, .. })));
    }
    let Verdict::Wait(wait) = books.ask(&ask, &[], at(4.0)) else { panic!("three were used") };
    assert!(wait > Duration::from_secs(23 * 3600), "{wait:?}");
}

#[test]
fn what_was_not_sent_was_not_used() {
    let ask = ask_of(per_minute(Some(60), None), 10, Urgency::Person);
    let mut books = Books::default();
    let Verdict::Go(Leave { taken, .. }) = books.ask(&ask, &[], at(0.0)) else { panic!("nothing was used") };
    assert!(matches!(books.ask(&ask, &[], at(0.0)), Verdict::Wait(_)));
    books.settle(&ask, None, Some(taken), &ended(Used::Unsent), at(0.0));
    assert!(matches!(books.ask(&ask, &[], at(0.0)), Verdict::Go(_)));
}

#[test]
fn what_is_long_unused_is_forgotten() {
    let mut books = Books::default();
    let old = ask_of(per_minute(Some(60), None), 10, Urgency::Person);
    books.ask(&old, &[], at(0.0));
    let mut new = old.clone();
    (new.scopes[0].name, new.scopes[1].name) = ("other".into(), "other/m".into());
    books.ask(&new, &[], at(400_000.0));
    books.settle(&new, None, None, &ended(Used::Unknown), at(400_000.0));
    assert_eq!(books.accounts.keys().collect::<Vec<_>>(), ["other", "other/m"]);
}

fn keys() -> [KeyName; 2] {
    [KeyName::Env("FIRST".into()), KeyName::Keyring("second".into())]
}

fn key_of(verdict: Verdict) -> Option<KeyName> {
    let Verdict::Go(leave) = verdict else { panic!("it has to wait: {verdict:?}") };
    leave.key
}

#[test]
fn each_key_has_an_account_of_its_own() {
    let ask = ask_of(per_minute(Some(60), None), 10, Urgency::Person);
    let (mut books, keys) = (Books::default(), keys());
    for key in &keys {
        assert_eq!(key_of(books.ask(&ask, &keys, at(0.0))).as_ref(), Some(key));
    }
    let Verdict::Wait(wait) = books.ask(&ask, &keys, at(0.5)) else { panic!("both are used up") };
    assert!((0.53..0.55).contains(&wait.as_secs_f64()), "{wait:?}");
    assert_eq!(key_of(books.ask(&ask, &keys, at(1.1))).as_ref(), Some(&keys[0]));
}

#[test]
fn a_refusal_closes_the_key_that_was_refused() {
    let ask = ask_of(Limits::default(), 10, Urgency::Person);
    let (mut books, keys) = (Books::default(), keys());
    let refused = Ended { retry_after: Some(Duration::from_secs(4)), ..ended(Used::Refused(LimitOf::Model)) };
    books.settle(&ask, Some(&keys[0]), None, &refused, at(0.0));
    assert!(books.limited(at(1.0)).contains(ask.queue()) && books.limited(at(5.0)).is_empty());
    assert_eq!(key_of(books.ask(&ask, &keys, at(0.1))).as_ref(), Some(&keys[1]));
    assert_eq!(key_of(books.ask(&ask, &keys, at(4.1))).as_ref(), Some(&keys[0]));
    assert_eq!(books.ask(&ask, &keys[..1], at(1.0)), Verdict::Wait(Duration::from_secs(3)));
}

#[test]
fn what_one_key_is_told_is_known_of_the_model() {
    let ask = ask_of(Limits::default(), 10, Urgency::Person);
    let (mut books, [key, _]) = (Books::default(), keys());
    let one = Allowance { of: Counted::Requests, per: None, limit: Some(60), remaining: Some(60), reset: None };
    let told = Ended { rates: Rates(vec![one]), ..ended(Used::Reported(Tokens { input: 20.0, output: 7.0 })) };
    books.settle(&ask, Some(&key), None, &told, at(0.0));
    assert_eq!(books.limited(at(0.0)), BTreeSet::from([ask.queue().to_owned()]));
    // How long its answers are is the model's, whichever key asks.
    assert_eq!(books.expect(&ask).output, 7.0);
}

#[test]
fn a_late_request_moves_the_next_one() {
    let ask = ask_of(per_minute(Some(60), None), 10, Urgency::Batch);
    let mut books = Books::default();
    let Verdict::Go(leave) = books.ask(&ask, &[], at(0.0)) else { panic!("nothing was used") };
    assert!(leave.is_timed);
    // It took 0.4 s until it went out: the server's second begins then.
    books.sent(&ask, None, at(0.4));
    let Verdict::Wait(wait) = books.ask(&ask, &[], at(0.4)) else { panic!("one a second") };
    assert!((1.03..1.05).contains(&wait.as_secs_f64()), "{wait:?}");
    let many = ask_of(per_minute(Some(600), None), 10, Urgency::Batch);
    assert!(matches!(books.ask(&many, &[], at(5.0)), Verdict::Go(Leave { is_timed: false, .. })));
}

#[test]
fn what_is_published_gives_way_to_what_is_known_better() {
    let published = Limits { input_tokens_per_minute: Some(600), ..per_minute(Some(60), None) };
    let with = |written: Limits| {
        let mut ask = ask_of(written, 10, Urgency::Person);
        ask.scopes[1].bounds.published = published.without(written);
        ask
    };
    let goes = |books: &mut Books, ask: &Ask| {
        (0..20).take_while(|_| matches!(books.ask(ask, &[], at(1.0)), Verdict::Go(_))).count()
    };
    // One a second, as published; six where the user says so, and twenty where the server does.
    assert_eq!(goes(&mut Books::default(), &with(Limits::default())), 1);
    let written = Limits { input_tokens_per_minute: Some(1_000_000), ..per_minute(Some(480), None) };
    assert_eq!(goes(&mut Books::default(), &with(written)), 6);
    let (mut books, ask) = (Books::default(), with(Limits::default()));
    let told = |of| Allowance { of, per: None, limit: Some(100_000), remaining: None, reset: None };
    let rates = Rates(vec![told(Counted::Requests), told(Counted::InputTokens)]);
    books.settle(&ask, None, None, &Ended { rates, ..ended(Used::Unknown) }, at(0.0));
    assert_eq!(goes(&mut books, &ask), 20);
}

fn target(models: &[(&str, ModelFacts)], model: &str) -> Target {
    let models = models.iter().map(|(name, facts)| ((*name).to_owned(), facts.clone())).collect();
    let provider = Provider { models, ..Provider::new("test", ProviderKind::OpenAi, "http://127.0.0.1:1/v1") };
    Target { provider: Arc::new(provider), model: model.into() }
}

fn person(target: &Target) -> Ask {
    Ask::of(target, Demand { input: 10, most_output: None }, Urgency::Person)
}

fn refused(of: LimitOf) -> Ended {
    Ended { retry_after: Some(Duration::from_secs(40)), ..ended(Used::Refused(of)) }
}

#[test]
fn a_refusal_closes_the_model_alone_or_the_whole_account() {
    let [one, other] = ["one", "other"].map(|model| person(&target(&[], model)));
    let mut books = Books::default();
    books.settle(&one, None, None, &refused(LimitOf::Model), at(0.0));
    assert_eq!(books.ask(&one, &[], at(0.0)), Verdict::Wait(Duration::from_secs(40)));
    assert!(matches!(books.ask(&other, &[], at(0.0)), Verdict::Go(_)));
    assert!(other.accounts().all(|account| !books.limited(at(1.0)).contains(account)));

    books.settle(&one, None, None, &refused(LimitOf::Account), at(10.0));
    assert_eq!(books.ask(&other, &[], at(10.0)), Verdict::Wait(Duration::from_secs(40)));
    assert!(other.accounts().any(|account| books.limited(at(11.0)).contains(account)));
    assert!(matches!(books.ask(&other, &[], at(50.0)), Verdict::Go(_)));
}

#[test]
fn models_of_a_pool_share_its_limit_and_its_refusals() {
    let facts = |requests| {
        let limits = Limits { requests_per_minute: requests, ..Limits::default() };
        ModelFacts { pool: Some("small".into()), limits, ..ModelFacts::default() }
    };
    let models = [("one", facts(Some(60))), ("other", facts(None))];
    let [one, other, third] = ["one", "other", "third"].map(|model| person(&target(&models, model)));
    let mut books = Books::default();
    assert!(matches!(books.ask(&one, &[], at(0.0)), Verdict::Go(Leave { limited: true, .. })));
    let Verdict::Wait(wait) = books.ask(&other, &[], at(0.0)) else { panic!("one a second for both") };
    assert!((1.03..1.05).contains(&wait.as_secs_f64()), "{wait:?}");
    books.settle(&one, None, None, &refused(LimitOf::Model), at(1.0));
    assert_eq!(books.ask(&other, &[], at(1.0)), Verdict::Wait(Duration::from_secs(40)));
    assert!(matches!(books.ask(&third, &[], at(1.0)), Verdict::Go(Leave { limited: false, .. })));
}

#[test]
fn a_pool_that_is_published_is_kept_beside_what_is_written_of_a_model() {
    let anthropic = |model: &str, limits| {
        let mut provider = known::by_name("anthropic", &|_| None).expect("a known provider");
        provider.tier = Some("start".into());
        provider.models.insert("claude-opus-4-5".into(), ModelFacts { limits, ..ModelFacts::default() });
        person(&Target { provider: Arc::new(provider), model: model.into() })
    };
    let own = Limits { requests_per_minute: Some(60), ..Limits::default() };
    let [limited, free, alone] =
        ["claude-opus-4-5", "claude-opus-4-8", "claude-opus-5"].map(|model| anthropic(model, own));
    let mut books = Books::default();
    assert!(matches!(books.ask(&limited, &[], at(0.0)), Verdict::Go(_)));
    // Its own second is used up; the others of its pool have theirs, 1000 a minute, less that one.
    assert!(matches!(books.ask(&limited, &[], at(0.0)), Verdict::Wait(_)));
    let goes = |books: &mut Books, ask: &Ask| {
        (0..50).take_while(|_| matches!(books.ask(ask, &[], at(0.0)), Verdict::Go(_))).count()
    };
    assert_eq!(goes(&mut books, &free), 12);
    assert_eq!(goes(&mut books, &alone), 13);
    // What a server tells of one is known of all.
    let told = Allowance { of: Counted::InputTokens, per: None, limit: Some(60_000), remaining: Some(0), reset: None };
    let ended = Ended { rates: Rates(vec![told]), ..ended(Used::Unknown) };
    books.settle(&limited, None, None, &ended, at(60.0));
    assert!(matches!(books.ask(&free, &[], at(60.0)), Verdict::Wait(_)));
    assert!(matches!(books.ask(&alone, &[], at(60.0)), Verdict::Go(_)));
}

#[test]
fn a_batch_stands_back_only_from_what_the_person_waits_for() {
    let limits = Limits { requests_per_minute: Some(600), ..Limits::default() };
    let of = |model: &str, urgency| {
        let provider = Provider { limits, ..Provider::new("test", ProviderKind::OpenAi, "http://127.0.0.1:1/v1") };
        let target = Target { provider: Arc::new(provider), model: model.into() };
        Ask::of(&target, Demand { input: 10, most_output: None }, urgency)
    };
    let mut books = Books::default();
    books.settle(&of("closed", Urgency::Person), None, None, &refused(LimitOf::Model), at(0.0));
    assert!(matches!(books.ask(&of("closed", Urgency::Person), &[], at(1.0)), Verdict::Wait(_)));
    assert!(matches!(books.ask(&of("open", Urgency::Batch), &[], at(1.0)), Verdict::Go(_)));
}
