//! Actions of several steps.

use super::*;
use crate::action::Step;

fn desk() -> Desk {
    let mut settings = settings();
    let step = |name: &str, prompt: &str, model: Option<&str>| {
        let before = ["draft".to_owned(), "criticism".to_owned()];
        let prompt = Template::compile(prompt, Names { options: &[], steps: &before }).unwrap();
        Step { name: name.into(), prompt, model: model.map(|name| ModelChoice::Named(name.into())) }
    };
    let steps = vec![
        step("draft", "Translate.", None),
        step("criticism", "Criticise {{ steps.draft }} of {{ text }}.", Some("there")),
    ];
    let before = ["draft".to_owned(), "criticism".to_owned()];
    let body = "Mend {{ steps.draft }} as {{ steps.criticism }} says.";
    let body = Template::compile(body, Names { options: &[], steps: &before }).unwrap();
    let action = Action { to: vec![Sink::Notify], steps, ..Action::new(ActionName::new("careful"), "careful") };
    let whole = Action { prompt: body, ..action.clone() };
    let without_body = Action { name: ActionName::new("critic"), ..action };
    for action in [whole, without_body] {
        settings.actions.insert(action.name.clone(), Arc::new(action));
    }
    Desk::with(settings)
}

fn step(job: u64, step: u16) -> CallId {
    CallId { step, ..call(job, 0) }
}

#[test]
fn each_step_sees_those_before_it_and_the_last_one_answers() {
    let mut desk = desk();
    desk.run("careful", Overrides::default()).selected(1, "Hallo").gives(
        "warm here/small
         1: read selection
         1.0: ask here/small [Translate.] text:Hallo",
    );
    desk.says(step(1, 0), "Hello").gives("1.0 step 1: ask there/large prompt:Criticise Hello of Hallo.");
    desk.pass(300).gives("1: sign “careful” step 2 of 3: criticism (asking there/large) … <>");
    desk.says(step(1, 1), "too stiff").gives(
        "1.0 step 2: ask here/small [Mend Hello as too stiff says.] text:Hallo
         1: sign “careful” step 3 of 3 (asking here/small) … <>",
    );
    desk.says(step(1, 2), "Hi").gives(
        "told of there
         1: answer “careful” Hi||(your text went to there at api.example.com; this is said once) <Copy Show>",
    );
}

#[test]
fn without_a_body_the_last_step_answers() {
    let mut desk = desk();
    let to = Overrides { to: Some(vec![Sink::Stdout]), ..Overrides::default() };
    desk.run("critic", to).selected(1, "Hallo").log.clear();
    // Only the answer is for the terminal.
    desk.says(step(1, 0), "Hello").gives("1.0 step 1: ask there/large prompt:Criticise Hello of Hallo.");
    desk.says(step(1, 1), "stiff").gives("1: print stiff\ntold of there\n1: over, answered by there/large");
}

#[test]
fn a_failure_says_which_step() {
    let mut desk = desk();
    desk.run("careful", Overrides::default()).selected(1, "Hallo").says(step(1, 0), "Hello").log.clear();
    desk.fails(step(1, 1), CallFailure::KeyRefused { provider: "there".into(), status: 401 }).gives(
        "1: failure “careful: failed” step 2 of 3: criticism: there refused the key (HTTP 401); set a valid one by `postil key set there` <>",
    );
}

#[test]
fn a_dry_run_shows_every_step() {
    let mut desk = desk();
    let overrides = Overrides { dry_run: true, text: Some((Source::Stdin, "Hallo".into())), ..Overrides::default() };
    let what = What::Action(ActionName::new("careful"));
    let trigger = Trigger { what, context: context("gedit"), supersedes: false, overrides };
    let (_, effects) = desk.engine.trigger(trigger, desk.now.clone());
    let planned = effects.iter().find_map(|effect| match effect {
        Effect::Ended { outcome, .. } => Some(outcome),
        _ => None,
    });
    let Some(Outcome::Planned(planned)) = planned.map(|outcome| &**outcome) else { panic!("nothing is planned") };
    let lines: Vec<_> = planned.calls.iter().map(|call| conversation_line(&call.request.conversation)).collect();
    assert_eq!(
        lines,
        [
            "[Translate.] text:Hallo",
            "prompt:Criticise [the answer of draft] of Hallo.",
            "[Mend [the answer of draft] as [the answer of criticism] says.] text:Hallo",
        ]
    );
}
