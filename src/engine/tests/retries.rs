//! Calls that are tried again, and what is seen of the wait.

use super::*;
use crate::llm::rates::Rates;
use crate::llm::request::LimitOf;

fn limited(seconds: u64) -> CallFailure {
    let retry_after = Some(Duration::from_secs(seconds));
    CallFailure::RateLimited {
        provider: "here".into(),
        of: LimitOf::Model,
        retry_after,
        rates: Rates::default(),
        message: "".into(),
    }
}

#[test]
fn a_limit_is_waited_for_and_the_wait_is_shown() {
    let mut desk = Desk::new();
    desk.press(0).selected(1, "x").log.clear();
    desk.broken(1, 0, limited(4)).gives("1: sign “explain” rate limit of here, again in 4 s <>");
    desk.pass(3_900).gives("");
    // What still comes of the attempt that failed is stale.
    desk.chunk(1, "late").gives("");
    desk.pass(500).gives(
        "1: sign “explain” asking here/small … <>
         1.1: ask here/small [Explain in English.] text:x",
    );
    desk.says(call(1, 1), "answer").gives("1: answer “explain” answer <Copy Show>");
    desk.delivered(1, Sink::Notify, Ok(())).gives("1: over, answered by here/small");
    assert_eq!(desk.engine.next_deadline(), None);
}

#[test]
fn who_waits_can_be_cancelled() {
    let mut desk = Desk::new();
    desk.press(0).selected(1, "x").broken(1, 0, limited(4)).log.clear();
    desk.event(Event::Cancel(Which::All)).gives("1: unnotify\n1: over, cancelled");
    assert_eq!(desk.engine.next_deadline(), None);
    desk.press(0).selected(2, "x").broken(2, 0, limited(4)).log.clear();
    desk.press(0).gives("2: unnotify\n2: over, cancelled\nwarm here/small\n3: read selection");
}

#[test]
fn a_server_that_says_for_how_long_it_is_out_is_not_waited_for_longer() {
    let mut desk = Desk::new();
    desk.press(0).selected(1, "x").log.clear();
    desk.broken(1, 0, limited(600)).gives("1: failure “explain: failed” here limits the rate; try again in 10 min <>");
}

#[test]
fn what_stays_broken_is_told_in_the_end_and_the_most_of_it_is_not_lost() {
    let mut desk = Desk::new();
    desk.press(0).selected(1, "x");
    let broken = || CallFailure::BrokenOff { host: "127.0.0.1:1".into() };
    desk.chunk(1, "Half an answer").broken(1, 0, broken());
    for attempt in 1..=3 {
        desk.pass(4_000).log.clear();
        desk.event(Event::Delta { call: call(1, attempt), chunk: Chunk::Answer("Half".into()) });
        desk.broken(1, attempt, broken());
    }
    desk.gives(
        "1: failure “explain: failed” the connection to 127.0.0.1:1 ended before the answer was complete; try \
         again||Until then: Half an answer <Copy Show>",
    );
}

#[test]
fn a_new_attempt_begins_anew() {
    let mut desk = Desk::new();
    desk.press(0).selected(1, "x").chunk(1, "Half an").broken(1, 0, CallFailure::BrokenOff { host: "h".into() });
    desk.pass(4_000).log.clear();
    desk.says(call(1, 1), "whole").gives("1: answer “explain” whole <Copy Show>");
}

#[test]
fn another_model_stands_in_after_a_few_seconds() {
    let mut desk = Desk::new();
    desk.run("fix", Overrides::default()).selected(1, "teh").log.clear();
    let overloaded = || CallFailure::Overloaded { provider: "there".into(), status: 529, retry_after: None };
    let mut attempt = 0;
    desk.broken(1, attempt, overloaded());
    while desk.log.last().is_some_and(|line| line.contains("again in")) {
        attempt += 1;
        desk.pass(5_000).broken(1, attempt, overloaded());
    }
    assert!(attempt >= 2, "it is waited for");
    desk.log.retain(|line| line.contains("ask here/small"));
    desk.gives(&format!("1.{}: ask here/small [Fix.] text:teh", attempt + 1));
}

#[test]
fn what_was_shown_is_not_begun_anew() {
    let mut desk = Desk::new();
    let to = Overrides { to: Some(vec![Sink::Stdout]), ..Overrides::default() };
    desk.run("explain", to).selected(1, "x").chunk(1, "Half").log.clear();
    desk.broken(1, 0, limited(1)).gives("1: over, here limits the rate; try again in 1 s");
}
