//! Secrets on their way out, as the person is asked about them.

use super::*;
use crate::config::{Privacy, Secrets};

const TEXT: &str = "the password = S3same!x";

fn desk(change: impl FnOnce(&mut Privacy)) -> Desk {
    let mut settings = settings();
    // The answer of a model elsewhere.
    let action = Action {
        to: vec![Sink::Notify],
        models: vec![ModelChoice::Named("there".into())],
        ..Action::new(ActionName::new("away"), "away")
    };
    // A model here, and one elsewhere that may stand in.
    let home = Action {
        to: vec![Sink::Notify],
        models: vec![ModelChoice::Named("here/small".into())],
        fallback: vec![ModelChoice::Named("there/large".into())],
        ..Action::new(ActionName::new("home"), "home")
    };
    for action in [action, home] {
        settings.actions.insert(action.name.clone(), Arc::new(action));
    }
    change(&mut settings.privacy);
    Desk::with(settings)
}

fn asked(desk: &mut Desk) -> &mut Desk {
    desk.run("away", Overrides::default()).selected(1, TEXT);
    desk.gives(
        "warm there/large
         1: read selection
         1: question “away: send this to there/large?” There is a password (line 1) in it. <Send masked Send as it is Don't send>",
    )
}

fn press(desk: &mut Desk, button: Button) -> &mut Desk {
    desk.event(Event::Button { job: JobId(1), button })
}

#[test]
fn masked_it_is_sent_without_its_secrets_and_answered_with_them() {
    let mut desk = desk(|_| {});
    asked(&mut desk);
    let note = crate::text::redaction::restore::note_for_the_model();
    press(&mut desk, Button::SendMasked)
        .gives(&format!("1.0: ask there/large [{note}] text:the password = POSTIL_SECRET_1"));
    desk.chunk(1, "it is POSTIL_SEC").chunk(1, "RET_1").done(1, Finish::Stop).gives(
        "told of there
         1: answer “away” it is S3same!x||(not sent along: a password; your text went to there at api.example.com; this is said \
         once) <Copy Show>",
    );
}

#[test]
fn as_it_is_it_is_sent_with_them() {
    let mut desk = desk(|_| {});
    asked(&mut desk);
    press(&mut desk, Button::Send).gives("1.0: ask there/large [] text:the password = S3same!x");
}

#[test]
fn who_says_no_or_closes_the_question_sends_nothing() {
    let mut desk = desk(|_| {});
    asked(&mut desk);
    press(&mut desk, Button::Keep).gives("1: unnotify\n1: over, cancelled");
}

#[test]
fn where_the_question_cannot_be_answered_nothing_is_sent() {
    let mut desk = desk(|_| {});
    asked(&mut desk);
    desk.delivered(1, Sink::Notify, Err(SinkFailure::NoButtons)).gives(
        "1: failure “away: failed” not sent to there/large: there is a password (line 1) in it, and nobody can be asked here; \
         set `privacy.secrets = \"mask\"` in the config to send it without <>",
    );
}

#[test]
fn where_a_model_here_was_asked_none_elsewhere_stands_in_with_secrets() {
    let overloaded = || CallFailure::Overloaded { provider: "here".into(), status: 503, retry_after: None };
    // The failures of the model here until nobody asks it again, and what they come to.
    let fail = |desk: &mut Desk, text: &str| {
        desk.run("home", Overrides::default())
            .selected(1, text)
            .gives(&format!("warm here/small\n1: read selection\n1.0: ask here/small [] text:{text}"));
        let mut attempt = 0;
        desk.broken(1, attempt, overloaded());
        while desk.log.last().is_some_and(|line| line.starts_with("1: sign")) {
            attempt += 1;
            desk.pass(60_000).broken(1, attempt, overloaded());
        }
        std::mem::take(&mut desk.log)
    };
    let mut blocking = desk(|privacy| privacy.secrets = Secrets::Block);
    let log = fail(&mut blocking, TEXT);
    assert!(!log.iter().any(|line| line.contains("there")), "{log:?}");
    assert!(log.last().unwrap().starts_with("1: failure"), "{log:?}");
    // Without secrets in it, it does.
    let mut blocking = desk(|privacy| privacy.secrets = Secrets::Block);
    let log = fail(&mut blocking, "nothing to hide");
    assert!(log.iter().any(|line| line.contains("ask there/large [] text:nothing to hide")), "{log:?}");
}

#[test]
fn text_of_an_unknown_application_is_asked_about_where_some_have_rules() {
    let mut desk = desk(|privacy| privacy.local_only_apps = vec!["mail".into()]);
    let trigger = Trigger {
        what: What::Action(ActionName::new("away")),
        context: TriggerContext::nowhere(),
        supersedes: true,
        overrides: Overrides::default(),
    };
    desk.trigger(trigger).selected(1, "hello").gives(
        "warm there/large
         1: read selection
         1: question “away: send this to there/large?” It is not known which application the text is from, and some have rules \
         (`local_only_apps`). <Send as it is Don't send>",
    );
    press(&mut desk, Button::Send).gives("1.0: ask there/large [] text:hello");
}
