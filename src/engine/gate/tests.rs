//! The gate as a table: what goes in and what comes out, with the books played by the test.

use std::sync::Arc;

use super::*;
use crate::config::{Limits, Provider, ProviderKind};
use crate::engine::call::JobId;
use crate::llm::limits::habits::Tokens;
use crate::llm::request::{Conversation, Finish, KeyName, Sampling, Turn, Usage};
use crate::offline::BuiltinFailure;

struct Desk {
    gate: Gate,
    now: Instant,
    log: Vec<String>,
}

impl Desk {
    fn new() -> Self {
        Self { gate: Gate::default(), now: Instant::now(), log: Vec::new() }
    }

    fn hold(&mut self, job: u64, target: &Target, urgency: Urgency) -> &mut Self {
        let request = Request {
            conversation: Conversation { instructions: None, turns: vec![Turn::Text("four".repeat(10).into())] },
            sampling: Sampling::default(),
            text: "".into(),
            options: Default::default(),
            languages: Vec::new(),
        };
        let whose = (ActionName::new("fix"), urgency);
        let passed = self.gate.hold(call(job), target.clone(), Box::new(request), whose, self.now);
        self.log(passed)
    }

    fn person(&mut self, job: u64, target: &Target) -> &mut Self {
        self.hold(job, target, Urgency::Person)
    }

    fn batch(&mut self, job: u64, target: &Target) -> &mut Self {
        self.hold(job, target, Urgency::Batch)
    }

    fn admit(&mut self, job: u64, admission: Admission) -> &mut Self {
        let passed = self.gate.admitted(call(job), admission, self.now);
        self.log(passed)
    }

    fn done(&mut self, job: u64, result: Result<Completion, BackendFailure>) -> &mut Self {
        let passed = self.gate.done(call(job), &result, self.now);
        self.log(passed)
    }

    fn going(&mut self, job: u64, with: &str, passed: Option<(&str, CallFailure)>) -> &mut Self {
        let passed = passed.map(|(name, failure)| (key(name), failure));
        let passed = self.gate.going(call(job), Going { key: Some(key(with)), passed });
        self.log(passed)
    }

    fn abort(&mut self, job: u64) -> &mut Self {
        let (runs, passed) = self.gate.abort(call(job), self.now);
        self.log.extend(runs.then(|| format!("stop {job}")));
        self.log(passed)
    }

    fn pass(&mut self, millis: u64) -> &mut Self {
        self.now += Duration::from_millis(millis);
        if self.gate.next_deadline().is_some_and(|due| due <= self.now) {
            let passed = self.gate.deadline(self.now);
            self.log(passed);
        }
        self
    }

    fn log(&mut self, passed: Vec<Passed>) -> &mut Self {
        self.log.extend(passed.iter().filter_map(line));
        self
    }

    #[track_caller]
    fn gives(&mut self, expected: &str) -> &mut Self {
        assert_eq!(self.log.join("; "), expected);
        self.log.clear();
        self
    }
}

fn line(passed: &Passed) -> Option<String> {
    Some(match passed {
        Passed::Effect(Effect::Run { call, .. }) => format!("run {}", call.job),
        Passed::Effect(Effect::Reserve(reservation)) => format!("ask {}", reservation.call.job),
        Passed::Effect(Effect::Settle(settlement)) => {
            let with = settlement.key.as_ref().map_or(String::new(), |key| format!(" {key:?}"));
            format!("settle {:?}{with}", settlement.ended.used)
        }
        Passed::Effect(Effect::Sent(_)) => "sent".to_owned(),
        Passed::Effect(Effect::Record(record)) => format!("record {}", record.outcome),
        Passed::Failed(call, failure) => format!("fail {}: {failure}", call.job),
        Passed::Waits(call, wait, _) => format!("{} waits {} ms", call.job, wait.as_millis()),
        Passed::Told(_, Budgeted::Fine) => return None,
        Passed::Told(call, budgeted) => format!("tell {}: {budgeted:?}", call.job),
        Passed::Effect(other) => format!("{other:?}"),
    })
}

fn key(name: &str) -> KeyName {
    KeyName::Env(name.into())
}

fn call(job: u64) -> CallId {
    CallId { job: JobId(job), lane: 0, step: 0, part: 0, attempt: 0 }
}

fn target(limits: Limits, url: &str) -> Target {
    let provider = Provider { limits, ..Provider::new("test", ProviderKind::OpenAi, url) };
    Target { provider: Arc::new(provider), model: "m".into() }
}

fn limited() -> Target {
    target(Limits { requests_per_minute: Some(60), ..Limits::default() }, "https://example.com/v1")
}

fn unlimited() -> Target {
    target(Limits::default(), "https://example.com/v1")
}

fn go() -> Admission {
    let taken = Tokens { input: 10.0, output: 5.0 };
    Admission::Go { leave: Leave { taken, limited: true, ..Leave::default() }, cost: 0.0, budgeted: Budgeted::Fine }
}

fn wait(millis: u64) -> Admission {
    Admission::Wait(Duration::from_millis(millis))
}

fn answered() -> Result<Completion, BackendFailure> {
    let usage = Usage { input: 12, output: 3, cached: 0, reasoning: 0 };
    Ok(Completion { usage: Some(usage), ..Completion::bare(Finish::Stop) })
}

#[test]
fn where_nothing_limits_a_call_goes_at_once() {
    let model = unlimited();
    Desk::new().person(1, &model).gives("run 1").done(1, answered()).gives("record answered");
}

#[test]
fn of_a_batch_without_limits_a_few_go_at_a_time() {
    let (mut desk, model) = (Desk::new(), unlimited());
    for job in 1..=6 {
        desk.batch(job, &model);
    }
    desk.gives("run 1; run 2; run 3; run 4").person(7, &model).gives("run 7");
    desk.done(2, answered()).gives("record answered; run 5");
    desk.abort(6).gives("").done(1, answered()).gives("record answered");
}

#[test]
fn one_is_asked_for_at_a_time_and_persons_first() {
    let (mut desk, model) = (Desk::new(), limited());
    desk.batch(1, &model).batch(2, &model).gives("ask 1");
    desk.admit(1, go()).gives("run 1; ask 2").admit(2, wait(1000)).gives("2 waits 1000 ms");
    desk.pass(500).gives("").person(3, &model).gives("ask 3").admit(3, wait(200)).gives("3 waits 200 ms");
    desk.pass(200).gives("ask 3").admit(3, go()).gives("run 3; ask 2").admit(2, wait(800)).gives("2 waits 800 ms");
    desk.pass(900).gives("ask 2").admit(2, go()).gives("run 2");
    assert_eq!(desk.gate.next_deadline(), None);
}

#[test]
fn an_end_is_settled_and_the_next_is_asked_for_again() {
    let (mut desk, model) = (Desk::new(), limited());
    desk.person(1, &model)
        .admit(1, go())
        .person(2, &model)
        .admit(2, wait(5000))
        .gives("ask 1; run 1; ask 2; 2 waits 5000 ms");
    let used = "settle Reported(Tokens { input: 12.0, output: 3.0 })";
    desk.done(1, answered()).gives(&format!("{used}; record answered; ask 2"));
}

#[test]
fn what_is_withdrawn_while_it_is_asked_for_is_given_back() {
    let (mut desk, model) = (Desk::new(), limited());
    desk.person(1, &model).person(2, &model).gives("ask 1").abort(1).gives("");
    desk.admit(1, go()).gives("settle Unsent; ask 2").abort(2).gives("").admit(2, wait(10)).gives("");
    assert!(desk.gate.held.is_empty() && desk.gate.queues.is_empty());
    desk.person(3, &model).admit(3, go()).abort(3).gives("ask 3; run 3; stop 3; settle Unknown; record cancelled");
    assert!(desk.gate.running.is_empty() && desk.gate.queues.is_empty());
}

#[test]
fn a_wait_of_hours_is_told_to_a_person() {
    let (mut desk, model) = (Desk::new(), limited());
    desk.person(1, &model).admit(1, wait(11 * 60_000)).gives("ask 1; fail 1: test limits the rate");
    desk.batch(2, &model).admit(2, wait(11 * 60_000)).gives("ask 2; 2 waits 660000 ms");
}

#[test]
fn what_a_server_refuses_is_settled_though_no_limit_was_known() {
    let (mut desk, model) = (Desk::new(), unlimited());
    let refused = CallFailure::RateLimited {
        provider: "test".into(),
        of: LimitOf::Model,
        retry_after: Some(Duration::from_secs(4)),
        rates: Rates::default(),
        message: "".into(),
    };
    desk.person(1, &model).done(1, Err(refused.into())).gives("run 1; settle Refused(Model); record limited");
    // From now on the books are asked.
    desk.person(2, &model).gives("ask 2");
}

#[test]
fn the_budget_is_kept_for_what_may_cost() {
    let mut desk = Desk::new();
    desk.gate.set_budget(Some(1.0));
    let here = target(Limits::default(), "http://127.0.0.1:1/v1");
    let spent = Spent { dollars: 0.9, budget: 1.0 };
    desk.person(1, &here).gives("run 1").person(2, &unlimited()).gives("ask 2");
    desk.admit(2, Admission::OverBudget(spent));
    desk.gives("fail 2: the month's budget does not allow another call of test");
    let near = Admission::Go { leave: Leave::default(), cost: 0.5, budgeted: Budgeted::Near(spent) };
    desk.person(3, &unlimited())
        .admit(3, near)
        .gives("ask 3; tell 3: Near(Spent { dollars: 0.9, budget: 1.0 }); run 3");
    // What was set aside is put right, though the call came to nothing.
    let failed = Err(BackendFailure::Builtin(BuiltinFailure::NotFitting("x".into())));
    desk.done(3, failed).gives("settle Unknown; record failed");
}

#[test]
fn what_a_key_had_to_do_with_a_call_is_settled_with_that_key() {
    let refused = || CallFailure::RateLimited {
        provider: "test".into(),
        of: LimitOf::Model,
        retry_after: None,
        rates: Rates::default(),
        message: "".into(),
    };
    let with = |name: &str| {
        let Admission::Go { leave, cost, budgeted } = go() else { panic!("it goes") };
        Admission::Go { leave: Leave { key: Some(key(name)), is_timed: true, ..leave }, cost, budgeted }
    };
    let (mut desk, model) = (Desk::new(), limited());
    desk.person(1, &model).admit(1, with("A")).going(1, "A", None).gives("ask 1; run 1; sent");
    desk.going(1, "B", Some(("A", refused()))).gives("settle Refused(Model) Env(\"A\"); sent");
    assert_eq!(desk.gate.running[&call(1)].taken, None, "nothing was set aside with B");
    let used = "settle Reported(Tokens { input: 12.0, output: 3.0 }) Env(\"B\"); record answered";
    desk.done(1, answered()).gives(used);
    // The key that was meant is gone: another goes out, and what was set aside is given back.
    desk.person(2, &model)
        .admit(2, with("A"))
        .going(2, "B", None)
        .gives("ask 2; run 2; settle Unsent Env(\"A\"); sent");
    // Nothing is settled where the books were not asked.
    desk.person(3, &unlimited()).going(3, "B", None).gives("run 3").done(3, answered()).gives("record answered");
}

#[test]
fn what_is_tried_again_comes_before_what_was_never_tried() {
    let (mut desk, model) = (Desk::new(), limited());
    let request = || {
        let conversation = Conversation { instructions: None, turns: vec![Turn::Text("four".into())] };
        let sampling = Sampling::default();
        Box::new(Request {
            conversation,
            sampling,
            text: "".into(),
            options: Default::default(),
            languages: Vec::new(),
        })
    };
    desk.batch(1, &model).admit(1, wait(100)).batch(2, &model).batch(3, &model);
    for (job, attempt) in [(4, 1), (5, 1)] {
        let again = CallId { attempt, ..call(job) };
        let whose = (ActionName::new("fix"), Urgency::Batch);
        let passed = desk.gate.hold(again, model.clone(), request(), whose, desk.now);
        desk.log(passed);
    }
    desk.gives("ask 1; 1 waits 100 ms");
    let order: Vec<_> = std::iter::from_fn(|| {
        let queue = desk.gate.queues.values_mut().next()?;
        queue.answered();
        let next = queue.next(desk.now)?;
        queue.began(next, Urgency::Person);
        Some(next.job.0)
    })
    .collect();
    assert_eq!(order, [4, 5, 1, 2, 3]);
}
