//! `postil run` where one answer takes several calls: models side by side, alternatives, steps, parts of a long text, and
//! calls that are tried again.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/command.rs"]
mod command;
#[path = "support/server.rs"]
mod server;

use std::sync::Mutex;

use command::{Home, await_text, finish, interrupt};
use serde_json::{Value, json};
use server::{Answer, Recorded, STOP, Server, chunk, says};

fn text_of(request: &Recorded) -> String {
    let body = request.json();
    let messages = body["messages"].as_array().expect("a request has messages");
    messages.last().and_then(|last| last["content"].as_str()).expect("the last one is the text").to_owned()
}

fn model_of(request: &Recorded) -> String {
    request.json()["model"].as_str().expect("a request names its model").to_owned()
}

/// A server whose models answer with their names, but for `bad`, which does not exist.
fn models() -> Server {
    Server::start(|request| match model_of(request).as_str() {
        "bad" => Answer::whole(404, "application/json", r#"{"error":{"code":"model_not_found","message":"no"}}"#),
        model => says(&format!("I am {model}.")),
    })
}

/// A server that answers with these, in the order in which it is asked, and with `fine` afterwards.
fn script(answers: Vec<Answer>) -> Server {
    let answers = Mutex::new(answers.into_iter());
    Server::start(move |_| answers.lock().unwrap().next().unwrap_or_else(|| says("fine")))
}

fn settled(events: Vec<Value>) -> Vec<Value> {
    events.into_iter().filter(|event| event["event"] != "working").collect()
}

#[test]
fn models_side_by_side_stand_below_their_names() {
    let server = models();
    let home = Home::with_model(&server.base_url());
    let two = ["run", "translate", "x", "--model", "test/one", "--model", "test/two"];
    home.run(&two).was(0, "[test/one]\nI am one.\n\n[test/two]\nI am two.\n", "");
    // What has to be whole before it is plain, too; and what a prompt file names.
    home.write(".config/postil/prompts/both.md", "---\nmodel: [test/one, test/two]\nanswer: plain\n---\nDo.\n");
    home.run(&["run", "both", "x"]).was(0, "[test/one]\nI am one.\n\n[test/two]\nI am two.\n", "");
}

#[test]
fn one_that_fails_is_said_and_the_others_answer() {
    let server = models();
    let home = Home::with_model(&server.base_url());
    let sentence = "postil: test/bad: test has no model bad; `postil models` lists what can be used\n";
    let with =
        |models: [&'static str; 2]| home.run(&["run", "translate", "x", "--model", models[0], "--model", models[1]]);
    with(["test/bad", "test/two"]).was(0, "[test/two]\nI am two.\n", sentence);
    let done = with(["test/bad", "test/bad"]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""));
    let wrong = home.run(&["run", "translate", "x", "--model", "test/two", "--model", "tset/two"]);
    wrong.was(2, "", "postil: no provider is called tset; did you mean test?\n");
}

#[test]
fn every_piece_has_all_answers() {
    let server = models();
    let home = Home::with_model(&server.base_url());
    let models = ["--model", "test/one", "--model", "test/two", "--each", "line"];
    let done = home.pipe("a\nb\n", &[&["run", "translate"], &models[..]].concat());
    let both = "[test/one]\nI am one.\n\n[test/two]\nI am two.\n";
    assert_eq!((done.code, done.stdout), (Some(0), both.repeat(2)));
}

#[test]
fn as_json_every_line_says_whose_it_is() {
    let server = models();
    let home = Home::with_model(&server.base_url());
    let done = home.run(&["run", "translate", "x", "--model", "test/one", "--model", "test/bad", "--json"]);
    let mut events = settled(done.events());
    let end = events.pop().unwrap();
    let of = |lane: u16| events.iter().filter(|event| event["lane"] == lane).cloned().collect::<Vec<_>>();
    let failed = "test has no model bad; `postil models` lists what can be used";
    assert_eq!(
        of(0),
        [
            json!({ "event": "answer", "lane": 0, "model": "test/one", "text": "I am one." }),
            json!({ "event": "lane", "lane": 0, "model": "test/one", "failed": null }),
        ]
    );
    assert_eq!(of(1), [json!({ "event": "lane", "lane": 1, "model": "test/bad", "failed": failed })]);
    assert_eq!(
        (&end["event"], &end["answer"], &end["model"]),
        (&json!("done"), &json!("I am one."), &json!("test/one"))
    );
    assert_eq!(end["beside"], json!([{ "model": "test/bad", "answer": null, "failed": failed, "notes": [] }]));
}

#[test]
fn the_first_streams_while_the_second_is_awaited() {
    let server = Server::start(|request| match model_of(request).as_str() {
        "one" => Answer::stream([chunk("Hel"), chunk("lo"), STOP.to_owned()]).hang(),
        _ => says("later"),
    });
    let home = Home::with_model(&server.base_url());
    let mut child =
        home.command(&["run", "translate", "x", "--model", "test/one", "--model", "test/two"]).spawn().unwrap();
    let rest = await_text(child.stdout.take().unwrap(), "[test/one]\nHel");
    server.wait_until("both were asked", |log| log.requests.len() == 2);
    interrupt(&child);
    server.wait_until("all is closed", |log| log.closed == log.opened);
    assert_eq!(finish(child).code, Some(130));
    drop(rest);
}

#[test]
fn alternatives_are_numbered() {
    let server = Server::always(says("so"));
    let home = Home::with_model(&server.base_url());
    home.write(".config/postil/prompts/some.md", "---\nn: 3\n---\nWrite a title.\n");
    home.run(&["run", "some", "x"]).was(0, "[test/m 1]\nso\n\n[test/m 2]\nso\n\n[test/m 3]\nso\n", "");
    let end = home.run(&["run", "some", "x", "--json"]).events().pop().unwrap();
    let numbers: Vec<_> = end["beside"].as_array().unwrap().iter().map(|one| one["alternative"].clone()).collect();
    assert_eq!((&end["alternative"], numbers), (&json!(1), vec![json!(2), json!(3)]));
}

const STEPS: &str = "---
steps:
  - { name: draft, prompt: Translate. }
  - { name: criticism, prompt: 'Criticise {{ steps.draft }} of {{ text }}.', model: quick }
---
Mend {{ steps.draft }} as {{ steps.criticism }}.
";

#[test]
fn each_step_sees_those_before_it() {
    let server = Server::start(|request| {
        let body = request.json();
        says(match body["messages"][0]["content"].as_str().unwrap() {
            "Translate." => "Hello",
            "Criticise Hello of Hallo." => "is too stiff",
            "Mend Hello as is too stiff." => "Hi",
            _ => "what?",
        })
    });
    let home = Home::with_model(&server.base_url());
    home.write(".config/postil/prompts/careful.md", STEPS);
    home.run(&["run", "careful", "Hallo"]).was(0, "Hi\n", "");
    let asked: Vec<_> = server.requests().iter().map(model_of).collect();
    assert_eq!(asked, ["m", "small", "m"]);
    let events = settled(home.run(&["run", "careful", "Hallo", "--json"]).events());
    let texts: Vec<_> = events.iter().filter(|event| event["event"] == "answer").collect();
    assert_eq!(texts, [&json!({ "event": "answer", "text": "Hi" })]);
    let planned = home.run(&["run", "careful", "Hallo", "--dry-run"]);
    assert!(planned.stdout.contains("(step 2 of 3: criticism)\n\n[user]\nCriticise [the answer of draft] of Hallo.\n"));
}

#[test]
fn a_step_that_fails_is_named() {
    let refused = Answer::whole(401, "application/json", "{}");
    let home_of = |server: &Server| {
        let home = Home::with_model(&server.base_url());
        home.write(".config/postil/prompts/careful.md", STEPS);
        home
    };
    let server = script(vec![says("Hello"), refused]);
    let done = home_of(&server).run(&["run", "careful", "Hallo"]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""));
    assert!(done.stderr.starts_with("postil: step 2 of 3: criticism: test refused the key"), "{}", done.stderr);
}

/// A home whose model takes little.
fn narrow(server: &Server) -> Home {
    let home = Home::with_model(&server.base_url());
    let config = home.read(".config/postil/config.toml");
    home.write(".config/postil/config.toml", &format!("{config}models = {{ m = {{ context = 400 }} }}\n"));
    let prompt = |split: &str| format!("---\nsplit: {split}\n---\nTranslate.\n");
    home.write(".config/postil/prompts/long.md", &prompt("paragraphs"));
    home.write(".config/postil/prompts/whole.md", &prompt("none"));
    home
}

fn paragraph(number: usize) -> String {
    format!("{number}.{}", " abcdef.".repeat(30))
}

#[test]
fn a_long_text_is_worked_on_in_parts_and_joined_as_it_was() {
    let server = Server::start(|request| {
        let text = text_of(request);
        says(&format!("<{}>\n", text.split('.').next().unwrap()))
    });
    let home = narrow(&server);
    let text = format!("{}\n\n\n{}\r\n\r\n{}\n", paragraph(1), paragraph(2), paragraph(3));
    let said = "postil: worked on in 3 parts, as it is too long for one request\n";
    home.pipe(text.as_str(), &["run", "long"]).was(0, "<1>\n\n\n<2>\r\n\r\n<3>\n", said);
    let sent: std::collections::BTreeSet<_> = server.requests().iter().map(text_of).collect();
    assert_eq!(sent.into_iter().collect::<Vec<_>>(), [paragraph(1), paragraph(2), paragraph(3)]);

    let before = server.requests().len();
    let done = home.pipe(text.repeat(2), &["run", "whole"]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(4), ""));
    assert!(done.stderr.contains("more than the 400 that test/m takes; select less"), "{}", done.stderr);
    assert_eq!(server.requests().len(), before, "nothing was sent");
    let planned = home.pipe(text.as_str(), &["run", "long", "--dry-run", "--json"]).events();
    assert_eq!((planned.len(), &planned[2]["part"], &planned[2]["parts"]), (3, &json!(3), &json!(3)));
}

#[test]
fn a_part_that_was_cut_is_asked_about_again_in_smaller_ones() {
    let server = Server::start(|request| {
        let text = text_of(request);
        match text.starts_with("2.") && text.len() > 200 {
            true => Answer::stream([chunk("<2"), STOP.replace("stop", "length")]),
            false => says(&format!("<{}>", text.split('.').next().unwrap())),
        }
    });
    let home = narrow(&server);
    let text = format!("{}\n\n{}\n", paragraph(1), paragraph(2));
    let done = home.pipe(text.as_str(), &["run", "long"]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), "<1>\n\n<2> <abcdef>\n"));
}

#[test]
fn what_passes_is_waited_for_in_sight() {
    let limited = || Answer::with_headers(429, &[("retry-after-ms", "40")], "{}");
    let server = script(vec![limited(), Answer::whole(502, "text/html", "<html>Bad Gateway</html>")]);
    let home = Home::with_model(&server.base_url());
    let sentences = "postil: rate limit of test, again in 1 s\npostil: test failed (HTTP 502), again in 1 s\n";
    home.run(&["run", "translate", "x"]).was(0, "fine\n", sentences);
    let server = script(vec![limited()]);
    let home = Home::with_model(&server.base_url());
    let waits: Vec<_> = home.run(&["run", "translate", "x", "--json"]).events();
    let wait = waits.iter().find(|event| event.get("waits").is_some()).expect("the wait is an event");
    assert_eq!((&wait["event"], &wait["waits"]), (&json!("working"), &json!("rate limit of test, again in 1 s")));
    assert!(wait["milliseconds"].as_u64().is_some_and(|wait| wait >= 40));
}

#[test]
fn who_waits_can_be_interrupted() {
    let server = Server::always(Answer::with_headers(429, &[("retry-after", "50")], "{}"));
    let home = Home::with_model(&server.base_url());
    let child = home.command(&["run", "translate", "x"]).spawn().unwrap();
    server.wait_until("it was asked", |log| log.requests.len() == 1);
    interrupt(&child);
    let done = finish(child);
    assert_eq!((done.code, server.requests().len()), (Some(130), 1));
}

#[test]
fn what_does_not_pass_is_asked_once() {
    for status in [400, 401, 402, 403] {
        let server = Server::always(Answer::whole(status, "application/json", "{}"));
        assert_eq!(Home::with_model(&server.base_url()).run(&["run", "translate", "x"]).code, Some(1));
        assert_eq!(server.requests().len(), 1, "HTTP {status}");
    }
    let quota = r#"{"error":{"code":"insufficient_quota","message":"You exceeded your current quota"}}"#;
    let server = Server::always(Answer::whole(429, "application/json", quota));
    let done = Home::with_model(&server.base_url()).run(&["run", "translate", "x"]);
    assert!(done.stderr.contains("the quota at test is used up"), "{}", done.stderr);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_conversation_that_is_too_long_goes_on_without_its_beginning() {
    let server = Server::start(|request| says(&format!("{} {}", text_of(request), "abcdef. ".repeat(60))));
    let home = narrow(&server);
    home.run(&["ask", "first"]);
    home.run(&["ask", "--continue", "second"]);
    let third = home.run(&["ask", "--continue", "third"]);
    let said = "postil: the conversation is too long for the model, so its 2 oldest turns were left out\n";
    assert_eq!((third.code, third.stderr.as_str()), (Some(0), said));
    let body = server.requests().pop().unwrap().json();
    let turns: Vec<_> = body["messages"].as_array().unwrap().iter().map(|one| one["content"].clone()).collect();
    assert_eq!((turns.len(), &turns[0], &turns[2]), (3, &json!("second"), &json!("third")));
}

#[test]
fn a_text_of_megabytes_is_sent_whole_where_nobody_says_that_it_is_too_long() {
    let server = Server::start(|request| says(&text_of(request).len().to_string()));
    let home = Home::with_model(&server.base_url());
    let text = "Ein Satz. ".repeat(200_000);
    home.pipe(text.as_str(), &["run", "translate"]).was(0, "2000000\n", "");
}
