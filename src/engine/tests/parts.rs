//! Texts that one request cannot take, and conversations that have become too long.

use super::*;
use crate::action::Split;
use crate::config::ModelFacts;

/// A model that takes `context` tokens, an action that may split its text and one that may not.
fn desk(context: u32) -> Desk {
    let mut settings = settings();
    let facts = ModelFacts { context: Some(context), ..ModelFacts::default() };
    if let Some(here) = settings.providers.get_mut("here") {
        let models = ["small", "gpt-4o"].map(|model| (model.to_owned(), facts.clone())).into();
        *here = Arc::new(Provider { models, ..(**here).clone() });
    }
    let action = |name: &str, split| Action {
        prompt: Template::compile("Translate.", Names::default()).unwrap(),
        to: vec![Sink::Notify],
        split,
        ..Action::new(ActionName::new(name), name)
    };
    for action in [action("long", Split::Paragraphs), action("whole", Split::None)] {
        settings.actions.insert(action.name.clone(), Arc::new(action));
    }
    Desk::with(settings)
}

fn part(job: u64, part: u32) -> CallId {
    CallId { part, ..call(job, 0) }
}

/// A paragraph of about 85 tokens, which is told from others by its first letter.
fn paragraph(letter: char) -> String {
    format!("{letter}{}", " abcdef.".repeat(33))
}

#[cfg(feature = "tokens")]
#[test]
fn a_models_own_tokenizer_finds_the_room_that_an_estimate_does_not() {
    let mut desk = desk(1_200);
    // 700 tokens; 940 by the letters.
    let text = "The meeting was moved to Thursday. ".repeat(100);
    let by = |model: &str| Overrides { models: vec![ModelChoice::Named(model.into())], ..Overrides::default() };
    desk.run("whole", by("here/small")).selected(1, &text);
    let last = desk.log.pop().unwrap();
    assert!(last.contains("not sent: with its answer the text is about 1"), "{last}");
    desk.run("whole", by("here/gpt-4o")).selected(2, &text);
    assert!(desk.log.iter().any(|line| line.starts_with("2.0: ask here/gpt-4o")), "{:?}", desk.log);
}

/// The parts that were asked about since, by their first letters.
fn asked(desk: &mut Desk) -> Vec<String> {
    let lines = desk.log.drain(..).filter(|line| line.contains("ask here/small"));
    lines.map(|line| line.split("text:").nth(1).unwrap()[..1].to_owned()).collect()
}

#[test]
fn a_text_that_fits_is_sent_whole() {
    let mut desk = desk(1_000);
    desk.run("long", Overrides::default()).log.clear();
    let text = [paragraph('A'), paragraph('B')].join("\n\n");
    desk.selected(1, &text);
    assert_eq!(desk.log, [format!("1.0: ask here/small [Translate.] text:{text}")]);
}

#[test]
fn a_long_text_is_worked_on_in_parts_some_at_a_time() {
    let mut desk = desk(300);
    let text = "  ".to_owned() + &"ABCDEFG".chars().map(paragraph).collect::<Vec<_>>().join("\n\n\n") + "\n";
    desk.run("long", Overrides::default()).selected(1, &text);
    assert_eq!(asked(&mut desk), ["A", "B", "C", "D"]);
    desk.says(part(1, 2), "c\n");
    assert_eq!(asked(&mut desk), ["E"]);
    for (number, answer) in [(0, "a"), (4, "e"), (1, "b"), (3, "d"), (6, "g")] {
        desk.says(part(1, number), answer);
    }
    desk.log.clear();
    desk.says(part(1, 5), "f").gives(
        "1: answer “long”   a|||b|||c|||d|||e|||f|||g||(worked on in 7 parts, as it is too long for one request) \
         <Copy Show>",
    );
}

#[test]
fn a_terminal_gets_the_parts_in_order() {
    let mut desk = desk(300);
    let text = "ABC".chars().map(paragraph).collect::<Vec<_>>().join("\n\n");
    let to = Overrides { to: Some(vec![Sink::Stdout]), ..Overrides::default() };
    desk.run("long", to).selected(1, &text).log.clear();
    desk.says(part(1, 1), "b").gives("");
    desk.says(part(1, 0), "a");
    assert_eq!(desk.log, ["1: print a\n\nb"]);
    desk.log.clear();
    desk.says(part(1, 2), "c");
    assert_eq!(desk.log, ["1: print \n\nc", "1: over, answered by here/small"]);
}

#[test]
fn where_splitting_is_not_allowed_nothing_is_sent() {
    let mut desk = desk(300);
    desk.run("whole", Overrides::default()).log.clear();
    desk.selected(1, &paragraph('A').repeat(9));
    assert_eq!(desk.log.len(), 1);
    assert!(desk.log[0].contains("not sent: with its answer the text is about "), "{}", desk.log[0]);
    assert!(desk.log[0].contains("more than the 300 that here/small takes; select less, choose a larger"));
    // Nor where the prompt alone fills the window.
    let mut tiny = self::desk(20);
    tiny.run("long", Overrides::default()).log.clear();
    tiny.selected(1, &paragraph('A')).log.retain(|line| line.contains("ask"));
    tiny.gives("");
}

#[test]
fn a_part_whose_answer_is_cut_is_split_further() {
    let mut desk = desk(300);
    let text = "ABC".chars().map(paragraph).collect::<Vec<_>>().join("\n\n");
    desk.run("long", Overrides::default()).selected(1, &text).log.clear();
    let completion = Completion::bare(Finish::Length);
    desk.event(Event::Delta { call: part(1, 1), chunk: Chunk::Answer("cut".into()) });
    desk.event(Event::Done { call: part(1, 1), result: Ok(completion) });
    assert_eq!(asked(&mut desk), ["B", "a"], "in its place two");
    for (number, answer) in [(0, "a"), (3, "b1"), (4, "b2")] {
        desk.says(part(1, number), answer);
    }
    desk.log.clear();
    desk.says(part(1, 2), "c")
        .gives("1: answer “long” a||b1 b2||c||(worked on in 4 parts, as it is too long for one request) <Copy Show>");
}

#[test]
fn a_server_that_finds_it_too_long_gets_it_in_parts() {
    let mut desk = desk(100_000);
    let text = "ABCD".chars().map(paragraph).collect::<Vec<_>>().join("\n\n");
    desk.run("long", Overrides::default()).selected(1, &text).log.clear();
    let too_long = || CallFailure::TooLong { provider: "here".into(), model: "small".into() };
    desk.fails(part(1, 0), too_long());
    assert_eq!(asked(&mut desk), ["A", "C"]);
    desk.run("whole", Overrides::default()).selected(2, &text).log.clear();
    desk.fails(call(2, 0), too_long()).gives(
        "2: failure “whole: failed” the text is longer than here/small takes; select less or choose a larger model <>",
    );
}

#[test]
fn a_part_that_fails_says_which_and_what_was_there_is_not_lost() {
    let mut desk = desk(300);
    let text = "ABC".chars().map(paragraph).collect::<Vec<_>>().join("\n\n");
    desk.run("long", Overrides::default()).selected(1, &text).says(part(1, 0), "a").log.clear();
    desk.fails(part(1, 1), CallFailure::KeyRefused { provider: "here".into(), status: 401 }).gives(
        "1.0 part 2: abort
         1: failure “long: failed” part 2 of 3: here refused the key (HTTP 401); set a valid one by `postil key set \
         here`||Until then: a <Copy Show>",
    );
}

#[test]
fn a_conversation_that_is_too_long_loses_its_oldest_turns() {
    let mut desk = desk(650);
    let mut turns = Vec::new();
    for letter in ['A', 'B', 'C'] {
        turns.extend([Turn::Prompt(paragraph(letter).into()), Turn::Answer(paragraph(letter).into())]);
    }
    let earlier = Conversation { instructions: Some("Be brief.".into()), turns };
    let overrides = Overrides {
        text: Some((Source::Stdin, "".into())),
        to: Some(vec![Sink::Stdout]),
        models: vec![ModelChoice::Named("here/small".into())],
        ..Overrides::default()
    };
    let what = What::Instruction { instruction: "shorter".into(), earlier };
    desk.trigger(Trigger { what, context: context("xterm"), supersedes: false, overrides });
    let line = desk.log.remove(0);
    assert!(line.starts_with("1.0: ask here/small [Be brief.] prompt:B abcdef."), "{line}");
    assert!(line.ends_with("prompt:shorter"), "{line}");
    let answered = desk.says(call(1, 0), "short").engine.next_deadline();
    assert_eq!(answered, None);
}

#[test]
fn a_model_that_stands_in_does_so_for_all_parts() {
    let mut settings = desk(300).engine.settings().as_ref().clone();
    let action = settings.actions[&ActionName::new("long")].as_ref().clone();
    let fallback = vec![ModelChoice::Named("there".into())];
    settings.actions.insert(action.name.clone(), Arc::new(Action { fallback, ..action }));
    let mut desk = Desk::with(settings);
    let text = "ABCDEF".chars().map(paragraph).collect::<Vec<_>>().join("\n\n");
    desk.run("long", Overrides::default()).selected(1, &text).log.clear();
    let gone = || CallFailure::Unreachable { host: "127.0.0.1:1".into() };
    for number in 0..4 {
        desk.fails(part(1, number), gone());
    }
    let asked: Vec<_> = desk.log.iter().map(|line| &line[..line.find(" [").unwrap()]).collect();
    let expected = ["", " part 1", " part 2", " part 3"].map(|part| format!("1.1{part}: ask there/large"));
    assert_eq!(asked, expected);
    for number in 0..4 {
        desk.says(CallId { part: number, ..call(1, 1) }, "x");
    }
    desk.says(part(1, 4), "x").log.clear();
    desk.says(part(1, 5), "x").gives(
        "told of there
         1: answer “long” x||x||x||x||x||x||(your text went to there at api.example.com; this is said once; in place of \
         here/small: nothing answers at 127.0.0.1:1; is the server running and the network up?; worked on in 6 parts, as \
         it is too long for one request) <Copy Show>",
    );
}
