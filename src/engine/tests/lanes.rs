//! Models side by side, and several answers of one model.

use super::*;
use crate::llm::request::Sampling;

/// An action that asks both models, and one that wants two answers of each.
fn desk() -> Desk {
    let mut settings = settings();
    let template = Template::compile("Explain.", Names::default()).unwrap();
    let models = vec![ModelChoice::Named("here/small".into()), ModelChoice::Named("there".into())];
    let action = |name: &str| Action {
        prompt: template.clone(),
        to: vec![Sink::Notify],
        models: models.clone(),
        ..Action::new(ActionName::new(name), name)
    };
    let twice = Action { sampling: Sampling { n: Some(2), ..Sampling::default() }, ..action("twice") };
    for action in [action("beside"), twice] {
        settings.actions.insert(action.name.clone(), Arc::new(action));
    }
    settings.fallback = vec![ModelChoice::Named("here/other".into())];
    Desk::with(settings)
}

fn lane(job: u64, lane: u16) -> CallId {
    CallId { lane, ..call(job, 0) }
}

fn refused() -> CallFailure {
    CallFailure::KeyRefused { provider: "there".into(), status: 401 }
}

#[test]
fn every_answer_has_its_name() {
    let mut desk = desk();
    desk.run("beside", Overrides::default()).selected(1, "x").gives(
        "warm here/small
         warm there/large
         1: read selection
         1.0: ask here/small [Explain.] text:x
         1.0 lane 1: ask there/large [Explain.] text:x",
    );
    desk.says(lane(1, 1), "second").gives("");
    desk.says(lane(1, 0), "first").gives(
        "told of there
         1: answer “beside” [here/small]|first||[there/large]|second||(your text went to there at api.example.com; this \
         is said once) <Copy Show>",
    );
    desk.event(Event::Button { job: JobId(1), button: Button::Show });
    assert_eq!(desk.log, ["show [here/small]\nfirst\n\n[there/large]\nsecond"]);
}

#[test]
fn one_that_fails_leaves_the_others() {
    let mut desk = desk();
    desk.run("beside", Overrides { to: Some(vec![Sink::Copy, Sink::Notify]), ..Overrides::default() });
    desk.selected(1, "x").log.clear();
    // Nobody stands in: the other one answers.
    desk.fails(lane(1, 0), CallFailure::ModelUnknown { provider: "here".into(), model: "small".into() }).gives("");
    desk.says(lane(1, 1), "second").gives(
        "told of there
         1: copy second
         1: answer “beside” [there/large]|second||(your text went to there at api.example.com; this is said once; the \
         answer of there/large is copied; here/small: here has no model small; `postil models` lists what can be used) \
         <Copy Show>",
    );
    desk.delivered(1, Sink::Copy, Ok(())).delivered(1, Sink::Notify, Ok(())).gives("1: over, answered by there/large");
}

#[test]
fn where_all_fail_each_is_told() {
    let mut desk = desk();
    desk.run("beside", Overrides::default()).selected(1, "x").log.clear();
    desk.fails(lane(1, 1), refused()).fails(lane(1, 0), CallFailure::Unreachable { host: "127.0.0.1:1".into() }).gives(
        "1: failure “beside: failed” here/small: nothing answers at 127.0.0.1:1; is the server running and the network \
         up?; there/large: there refused the key (HTTP 401); set a valid one by `postil key set there` <>",
    );
}

#[test]
fn one_that_cannot_be_asked_leaves_the_others() {
    let mut settings = desk().engine.settings().as_ref().clone();
    settings.privacy.local_only_apps = vec!["gedit".into()];
    let mut desk = Desk::with(settings);
    let to = Overrides { to: Some(vec![Sink::Stdout]), ..Overrides::default() };
    desk.run("beside", to.clone()).selected(1, "x").gives(
        "warm here/small
         warm there/large
         1: read selection
         1: print lanes here/small, there/large
         1: print lane 1 over: not sent: text from gedit goes only to models on this machine (`local_only_apps`), and \
         there/large is not; choose a local one
         1.0: ask here/small [Explain.] text:x",
    );
    // But what is named and does not exist is wrong use, whatever the others could do.
    let wrong = Overrides { models: ["here/small", "hree"].map(|name| ModelChoice::Named(name.into())).into(), ..to };
    desk.run("explain", wrong).selected(2, "x").log.retain(|line| line.starts_with("2: over"));
    desk.gives("2: over, no provider is called hree; did you mean here?");
}

#[test]
fn a_terminal_gets_each_as_it_comes() {
    let mut desk = desk();
    let to = Overrides { to: Some(vec![Sink::Stdout]), ..Overrides::default() };
    desk.run("beside", to).selected(1, "x").log.clear();
    desk.event(Event::Delta { call: lane(1, 1), chunk: Chunk::Answer("sec".into()) });
    desk.event(Event::Delta { call: lane(1, 0), chunk: Chunk::Answer("first".into()) });
    desk.says(lane(1, 1), "ond").fails(lane(1, 0), CallFailure::BrokenOff { host: "h".into() }).gives(
        "1: print (lane 1) sec
         1: print first
         1: print (lane 1) ond
         1: print lane 1 over
         1: print lane 0 over: the connection to h ended before the answer was complete; try again
         told of there
         1: over, answered by there/large",
    );
}

#[test]
fn alternatives_are_numbered() {
    let mut desk = desk();
    desk.run("twice", Overrides::default()).selected(1, "x").pass(300).gives(
        "warm here/small
         warm there/large
         1: read selection
         1.0: ask here/small [Explain.] text:x
         1.0 lane 1: ask here/small [Explain.] text:x
         1.0 lane 2: ask there/large [Explain.] text:x
         1.0 lane 3: ask there/large [Explain.] text:x
         1: sign “twice” asking here/small, there/large … <>",
    );
    for number in [3, 1, 0] {
        desk.says(lane(1, number), &format!("answer {number}"));
    }
    desk.log.clear();
    desk.says(lane(1, 2), "last");
    let expected = "[here/small 1]|answer 0||[here/small 2]|answer 1||[there/large 1]|last||[there/large 2]|answer 3";
    assert!(desk.log[1].contains(expected), "{:?}", desk.log);
}

#[test]
fn all_are_cancelled() {
    let mut desk = desk();
    desk.run("beside", Overrides::default()).selected(1, "x").log.clear();
    desk.event(Event::Cancel(Which::Job(JobId(1)))).gives(
        "1: abort
         1.0 lane 1: abort
         1: unnotify
         1: over, cancelled",
    );
    desk.says(lane(1, 1), "late").gives("");
}
