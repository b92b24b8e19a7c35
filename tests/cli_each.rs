//! `postil run --each`: every piece by itself, in order, with failures that keep their place, and runs that go on where
//! they were interrupted.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/command.rs"]
mod command;
#[path = "support/server.rs"]
mod server;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use command::{Home, finish, interrupt, kill};
use serde_json::json;
use server::{Answer, Recorded, Server, says};

fn text_of(request: &Recorded) -> String {
    let body = request.json();
    let messages = body["messages"].as_array().expect("a request has messages");
    messages.last().and_then(|last| last["content"].as_str()).expect("the last one is the text").to_owned()
}

/// A server that answers with the text in angle brackets.
fn brackets() -> Server {
    Server::start(|request| says(&format!("<{}>", text_of(request))))
}

#[test]
fn lines_keep_their_order_and_their_ends() {
    let home = Home::new();
    let check = |text: &str, expected: &str| home.pipe(text, &["run", "upper", "--each", "line"]).was(0, expected, "");
    check("a\nb\nc\n", "A\nB\nC\n");
    check("a\r\n\r\nb\r\n", "A\r\n\r\nB\r\n");
    check("a\n \n\nb", "A\n \n\nB\n");
    check("", "");
    check("\n\n", "\n\n");
}

#[test]
fn paragraphs_keep_what_stands_between_them() {
    let server = brackets();
    let home = Home::with_model(&server.base_url());
    let done = home.pipe("eins\nzwei\n\n\ndrei\r\n\r\nvier", &["run", "translate", "--each", "paragraph"]);
    done.was(0, "<eins\nzwei>\n\n\n<drei>\r\n\r\n<vier>\n", "");
}

#[test]
fn answers_come_in_order_however_they_arrive() {
    // The first is held back until two others have been answered.
    let gate = Arc::new((Mutex::new(0), Condvar::new()));
    let server = Server::start(move |request| {
        let (answered, changed) = &*gate;
        let mut answered = answered.lock().unwrap();
        if text_of(request) == "1" {
            answered = changed.wait_timeout_while(answered, server::DEADLINE, |answered| *answered < 2).unwrap().0;
        }
        *answered += 1;
        changed.notify_all();
        says(&format!("<{}>", text_of(request)))
    });
    let home = Home::with_model(&server.base_url());
    home.pipe("1\n2\n3\n4\n5\n", &["run", "translate", "--each", "line"]).was(0, "<1>\n<2>\n<3>\n<4>\n<5>\n", "");
}

#[test]
fn only_a_few_are_asked_about_at_a_time() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = most.clone();
    let server = Server::start(move |request| {
        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let answer = says(&text_of(request));
        now.fetch_sub(1, Ordering::SeqCst);
        answer
    });
    let home = Home::with_model(&server.base_url());
    let text: String = (0..40).map(|number| format!("{number}\n")).collect();
    home.pipe(text.as_str(), &["run", "translate", "--each", "line"]).was(0, &text, "");
    assert!(seen.load(Ordering::SeqCst) <= 4);
    assert!(server.opened() <= 5, "connections are used again");
}

#[test]
fn a_failure_keeps_its_place() {
    let home = Home::new();
    let mistake = "postil: piece 2: this is not JSON: line 1, column 1: a value was expected\n";
    home.pipe("1\nbad\n3\n", &["run", "json-pretty", "--each", "line"]).was(1, "1\n\n3\n", mistake);
    let done = home.pipe("1\nbad\n\n", &["run", "json-pretty", "--each", "line", "--json"]);
    let failed = "this is not JSON: line 1, column 1: a value was expected";
    let expected = [
        json!({ "event": "piece", "piece": 1, "answer": "1", "failed": null }),
        json!({ "event": "piece", "piece": 2, "answer": null, "failed": failed }),
        json!({ "event": "piece", "piece": 3, "answer": "", "failed": null }),
    ];
    assert_eq!((done.code, done.events().as_slice()), (Some(1), expected.as_slice()));
}

#[test]
fn what_every_piece_would_meet_ends_it_at_once() {
    let server = Server::always(Answer::whole(401, "application/json", "{}"));
    let home = Home::with_model(&server.base_url());
    let done = home.pipe("a\nb\nc\nd\ne\nf\ng\nh\ni\n", &["run", "translate", "--each", "line"]);
    done.was(1, "", "postil: test refused the key (HTTP 401); set a valid one by `postil key set test`\n");
    assert!(server.requests().len() <= 8);
}

#[test]
fn wrong_use() {
    let home = Home::new();
    let check = |stdin: &str, arguments: &[&str], stderr: &str| {
        home.pipe(stdin, &[&["run"], arguments].concat()).was(2, "", &format!("postil: {stderr}\n"));
    };
    check("a\nb\n", &["nope", "--each", "line"], "no action is called nope; `postil actions` lists them");
    let no_text = "--each needs a text: give it as an argument or on stdin";
    check("", &["upper", "--each", "line", "--from", "clipboard"], no_text);
    let stdout_alone =
        "--each prints its answers to stdout alone; leave --to out, and pipe the output to where it is to go";
    for to in [&["--to", "copy"][..], &["--to", "notify"], &["--to", "stdout", "--to", "copy"]] {
        check("a\n", &[&["upper", "--each", "line"], to].concat(), stdout_alone);
    }
    home.pipe("a\n", &["run", "upper", "--each", "line", "--to", "stdout"]).was(0, "A\n", "");
    check("a\n", &["translate", "--each", "line", "--option", "a=b"], "translate has no option a; it has tone");
    assert_eq!(home.run(&["run", "upper", "x", "--resume", "f"]).code, Some(2));
    assert_eq!(home.run(&["run", "upper", "x", "--each", "word"]).code, Some(2));
}

#[test]
fn a_dry_run_plans_every_piece() {
    let plan = |text: &str| format!("to: upper (built in)\n\n{text}\n");
    let done = Home::new().pipe("a\n\nb\n", &["run", "upper", "--each", "line", "--dry-run"]);
    done.was(0, &format!("{}{}", plan("a"), plan("b")), "");
}

#[test]
fn an_interrupted_run_goes_on_where_it_stopped() {
    // The third line hangs: at the interrupt two are done.
    let server = Server::start(|request| match text_of(request).as_str() {
        "3" | "4" | "5" | "6" => Answer::stream([": wait\n\n"]).hang(),
        text => says(&format!("<{text}>")),
    });
    let home = Home::with_model(&server.base_url());
    home.write("text", "1\n2\n3\n4\n5\n6\n");
    let arguments = ["run", "translate", "--each", "line", "--resume", "home/progress"];
    let stdin = || std::fs::File::open(home.path("text")).unwrap();
    let child = home.command(&arguments).stdin(stdin()).spawn().unwrap();
    server.wait_until("all that go at a time hang", |log| {
        log.requests.iter().filter(|request| request.method == "POST").count() == 6
    });
    interrupt(&child);
    finish(child).was(130, "<1>\n<2>\n", "postil: cancelled\n");
    drop(server);

    let server = brackets();
    let moved =
        format!("model = \"test/m\"\n[provider.test]\nkind = \"openai\"\nbase_url = \"{}\"\n", server.base_url());
    home.write(".config/postil/config.toml", &format!("{moved}api_key_env = \"TEST_KEY\"\n"));
    let done = finish(home.command(&arguments).stdin(stdin()).spawn().unwrap());
    done.was(0, "<1>\n<2>\n<3>\n<4>\n<5>\n<6>\n", "");
    let asked: std::collections::BTreeSet<_> = server.requests().iter().map(text_of).collect();
    assert_eq!(asked.into_iter().collect::<Vec<_>>(), ["3", "4", "5", "6"]);
    // All is done: nobody is asked any more.
    drop(server);
    finish(home.command(&arguments).stdin(stdin()).spawn().unwrap()).was(0, "<1>\n<2>\n<3>\n<4>\n<5>\n<6>\n", "");

    let other = home.pipe("1\n2\n", &arguments);
    other.was(2, "", "postil: home/progress is of another action, option or text; name a new file\n");
    let paragraphs = ["run", "translate", "--each", "paragraph", "--resume", "home/progress"];
    assert_eq!(finish(home.command(&paragraphs).stdin(stdin()).spawn().unwrap()).code, Some(2));
    let toned = [&arguments[..], &["--option", "tone=formal"]].concat();
    assert_eq!(finish(home.command(&toned).stdin(stdin()).spawn().unwrap()).code, Some(2));
}

#[test]
fn a_run_that_was_killed_goes_on_where_it_stopped() {
    let server = brackets();
    let home = Home::with_model(&server.base_url());
    let numbers = 0..100;
    home.write("text", &numbers.clone().map(|number| format!("{number}\n")).collect::<String>());
    let arguments = ["run", "translate", "--each", "line", "--resume", "home/progress"];
    let start = || home.command(&arguments).stdin(std::fs::File::open(home.path("text")).unwrap()).spawn().unwrap();
    let asked = || server.requests().iter().filter(|request| request.method == "POST").count();
    for killed_at in [20, 45] {
        let child = start();
        server.wait_until("some of it is done", |log| log.requests.len() >= killed_at);
        kill(&child);
        assert_eq!(finish(child).code, None);
    }
    let done = finish(start());
    assert_eq!(done.stdout, numbers.clone().map(|number| format!("<{number}>\n")).collect::<String>());
    assert_eq!(done.code, Some(0));
    // Asked about twice are only those, four each time, that were on their way.
    assert!((numbers.len()..=numbers.len() + 8).contains(&asked()), "{} were asked about", asked());
}

#[test]
fn the_file_of_a_run_is_for_its_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    home.pipe("a\n", &["run", "upper", "--each", "line", "--resume", "home/progress"]).was(0, "A\n", "");
    let mode = std::fs::metadata(home.path("progress")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let nowhere = home.pipe("a\n", &["run", "upper", "--each", "line", "--resume", "no/such/folder"]);
    let stderr = "postil: no/such/folder could not be opened: No such file or directory (os error 2)\n";
    nowhere.was(1, "", stderr);
}

#[test]
fn many_lines_are_many_answers() {
    let text: String = (0..20_000).map(|number| format!("line {number}\n")).collect();
    let done = Home::new().pipe(text.as_str(), &["run", "upper", "--each", "line"]);
    // A slow machine is told how far it is.
    let is_progress = |line: &str| line.starts_with("postil: ") && line.contains(" done");
    assert!(done.stderr.lines().all(is_progress), "{}", done.stderr);
    assert_eq!((done.code, done.stdout == text.to_uppercase()), (Some(0), true));
}
