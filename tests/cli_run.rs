//! `postil run` as a person or a script uses it: where its text comes from, what stands on stdout, what on stderr, and
//! the exit code.

#[path = "support/command.rs"]
mod command;
#[path = "support/server.rs"]
mod server;

use std::fs::File;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use command::{Home, await_text, finish, interrupt};
use serde_json::json;
use server::{Answer, DONE, STOP, Server, chunk, says};

const NO_DESKTOP: &str = "postil: there is no desktop to read the selection or the clipboard from; give the text as an \
                          argument or on stdin\n";

/// Addresses at which nothing answers: the port is reserved, and a server that is gone.
fn nowhere() -> String {
    let server = Server::always(says("gone"));
    let url = server.base_url();
    drop(server);
    url
}

#[test]
fn the_text_is_the_argument_before_all_else() {
    let home = Home::new();
    home.run(&["run", "upper", "hello"]).was(0, "HELLO\n", "");
    home.run(&["run", "UPPER", "grüße 你好 שלום"]).was(0, "GRÜSSE 你好 שלום\n", "");
    home.pipe("from stdin", &["run", "upper", "from the argument"]).was(0, "FROM THE ARGUMENT\n", "");
    home.run(&["run", "upper", ""]).was(1, "", "postil: the input is empty; give it a text to work on\n");
}

#[test]
fn a_pipe_a_file_and_a_socket_are_read() {
    let home = Home::new();
    home.pipe("a\nb\n", &["run", "upper"]).was(0, "A\nB\n", "");
    home.write("text", "from a file");
    let file = File::open(home.path("text")).unwrap();
    finish(home.command(&["run", "upper"]).stdin(file).spawn().unwrap()).was(0, "FROM A FILE\n", "");
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let child = home.command(&["run", "upper"]).stdin(Stdio::from(std::os::fd::OwnedFd::from(theirs))).spawn().unwrap();
    ours.write_all(b"from a socket").unwrap();
    drop(ours);
    finish(child).was(0, "FROM A SOCKET\n", "");
}

#[test]
fn without_anything_on_stdin_the_desktop_is_asked() {
    Home::new().run(&["run", "upper"]).was(1, "", NO_DESKTOP);
    let only = "postil: there is no desktop to read the clipboard from; give the text as an argument or on stdin\n";
    Home::new().pipe("x", &["run", "upper", "--from", "clipboard"]).was(1, "", only);
}

#[test]
fn an_empty_stdin_is_no_reason_to_read_something_else() {
    let empty = "postil: stdin is empty; give it a text to work on\n";
    Home::new().pipe("", &["run", "upper"]).was(1, "", empty);
    Home::new().pipe(" \n", &["run", "upper", "--from", "stdin"]).was(1, "", empty);
    // Unless that was said.
    Home::new().pipe("", &["run", "upper", "--from", "stdin,selection,clipboard"]).was(1, "", NO_DESKTOP);
    Home::new().run(&["run", "upper", "--from", "clipboard,stdin"]).was(
        2,
        "",
        "postil: stdin can only stand first in --from: what comes after it is asked where stdin is empty\n",
    );
}

#[test]
fn what_is_no_text_is_refused() {
    let not_utf8 = "postil: stdin is not UTF-8 text (byte 2); convert it first, for example with iconv\n";
    Home::new().pipe(b"a\xff", &["run", "upper"]).was(2, "", not_utf8);
    let large = "postil: not sent: stdin is larger than the 64 MB that postil reads; give it less\n";
    Home::new().pipe(vec![b'a'; (64 << 20) + 1], &["run", "upper"]).was(4, "", large);
}

#[test]
fn wrong_use_is_told_with_the_way_out() {
    let check = |arguments: &[&str], stderr: &str| {
        Home::new().run(&[&["run"], arguments].concat()).was(2, "", &format!("postil: {stderr}\n"));
    };
    check(&["uper", "x"], "no action is called uper; did you mean upper?");
    check(&["qqqqqq", "x"], "no action is called qqqqqq; `postil actions` lists them");
    check(&["upper", "x", "--option", "a=b"], "upper has no option a, nor any other");
    check(&["translate", "x", "--option", "tune=b"], "translate has no option tune; it has tone");
    check(&["translate", "x", "--option", "tone=b"], "tone cannot be b; it is one of neutral, formal, casual");
    check(&["translate", "x", "--model", "opnai/x"], "no provider is called opnai; did you mean openai?");
    check(
        &["translate", "x", "--model", "qqqqqq"],
        "no provider is called qqqqqq; `postil models` lists those that are known",
    );
    for arguments in [["run", "upper", "--to=foo"], ["run", "upper", "--option=foo"], ["run", "upper", "--foo"]] {
        let done = Home::new().run(&arguments);
        assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""), "{arguments:?}");
    }
}

#[test]
fn a_config_with_mistakes_runs_nothing() {
    let home = Home::new();
    home.write(".config/postil/config.toml", "modle = 1\n");
    let done = home.run(&["run", "upper", "x"]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    assert!(done.stderr.contains("config.toml:1:1"), "{}", done.stderr);
}

#[test]
fn without_a_model_one_sentence_says_what_to_set() {
    let no_key = "postil: there is no key for openai; run `postil key set openai`, or set OPENAI_API_KEY\n";
    Home::new().run(&["run", "translate", "x", "--model", "openai/x"]).was(1, "", no_key);
    // A dry run fails where the real one would.
    Home::new().run(&["run", "translate", "x", "--model", "openai/x", "--dry-run"]).was(1, "", no_key);
}

#[test]
fn a_model_is_named_in_every_way() {
    let server = Server::always(says("ja"));
    let home = Home::with_model(&server.base_url());
    for model in [&[][..], &["--model", "quick"], &["--model", "test/other"], &["--model", "auto"]] {
        home.run(&[&["run", "translate", "hallo"], model].concat()).was(0, "ja\n", "");
    }
    let asked: Vec<_> = server.requests().iter().map(|request| request.json()["model"].clone()).collect();
    assert_eq!(asked, ["m", "small", "other", "m"]);
}

#[test]
fn options_reach_the_prompt() {
    let server = Server::always(says("ja"));
    let home = Home::with_model(&server.base_url());
    home.run(&["run", "translate", "hallo", "--option", "tone=formal"]).was(0, "ja\n", "");
    let body = server.requests()[0].json();
    assert!(body["messages"][0]["content"].as_str().unwrap().contains("Use a formal tone"));
    assert_eq!(body["messages"][1], json!({ "role": "user", "content": "hallo" }));
}

#[test]
fn the_answer_streams_and_an_interrupt_closes_the_request() {
    let server = Server::always(Answer::stream([chunk("Hel"), chunk("lo"), STOP.to_owned()]).hang());
    let home = Home::with_model(&server.base_url());
    let mut child = home.command(&["run", "translate", "hallo"]).spawn().unwrap();
    // The server holds the end back.
    let rest = await_text(child.stdout.take().unwrap(), "Hel");
    interrupt(&child);
    server.wait_until("the connection is closed", |log| log.closed == log.opened);
    let done = finish(child);
    assert_eq!((done.code, done.stderr.as_str()), (Some(130), "postil: cancelled\n"));
    drop(rest);
}

#[test]
fn what_had_arrived_before_a_failure_is_not_lost() {
    let broken = Answer::stream([chunk("half an "), chunk("answer")]).cut();
    let server = Server::always(broken);
    let home = Home::with_model(&server.base_url());
    let sentence =
        format!("postil: the connection to {} ended before the answer was complete; try again\n", server.host());
    home.run(&["run", "translate", "x"]).was(1, "half an answer\n", &sentence);
    // `fix` is printed whole, as its Markdown may have to be taken off. So it can be begun anew, and is.
    let fixed = home.run(&["run", "fix", "x"]);
    assert_eq!((fixed.code, fixed.stdout.as_str()), (Some(1), "half an answer\n"));
    assert!(fixed.stderr.ends_with(&sentence), "{}", fixed.stderr);
    assert_eq!(server.requests().len(), 1 + 4);
}

#[test]
fn servers_at_fault_are_told_in_one_sentence() {
    let url = nowhere();
    let host = url.trim_start_matches("http://").trim_end_matches("/v1").to_owned();
    let sentence = format!("postil: nothing answers at {host}; is the server running and the network up?\n");
    Home::with_model(&url).run(&["run", "translate", "x"]).was(1, "", &sentence);

    let refusing = |status, body: &'static str| Server::always(Answer::whole(status, "application/json", body));
    let check = |server: Server, stderr: &str| {
        let done = Home::with_model(&server.base_url()).run(&["run", "translate", "x"]);
        done.was(1, "", &format!("postil: {}\n", stderr.replace("HOST", &server.host())));
    };
    check(refusing(401, "{}"), "test refused the key (HTTP 401); set a valid one by `postil key set test`");
    check(
        refusing(404, r#"{"error":{"message":"no such model","code":"model_not_found"}}"#),
        "test has no model m; `postil models` lists what can be used",
    );
    check(
        Server::always(Answer::whole(200, "text/html", "<html>log in</html>")),
        "HOST sent a web page instead of an answer; check the provider's base_url",
    );
}

#[test]
fn json_gives_a_line_per_event() {
    let server = Server::always(Answer::stream([chunk("Hel"), chunk("lo"), STOP.to_owned(), DONE.to_owned()]));
    let home = Home::with_model(&server.base_url());
    let done = home.run(&["run", "translate", "hallo", "--json"]);
    let events: Vec<_> = done.events().into_iter().filter(|event| event["event"] != "working").collect();
    let expected = [
        json!({ "event": "answer", "text": "Hel" }),
        json!({ "event": "answer", "text": "lo" }),
        json!({ "event": "done", "answer": "Hello", "by": "test/m", "finish": "stop", "usage": null, "notes": [] }),
    ];
    assert_eq!((done.code, events.as_slice(), done.stderr.as_str()), (Some(0), expected.as_slice(), ""));
    let failed = home.run(&["run", "nope", "hallo", "--json"]);
    let sentence = "no action is called nope; `postil actions` lists them";
    assert_eq!(failed.events(), [json!({ "event": "failed", "sentence": sentence, "partial": null })]);
    assert_eq!(failed.code, Some(2));
}

#[test]
fn a_dry_run_says_all_and_asks_nobody() {
    let server = Server::always(says("never"));
    let home = Home::with_model(&server.base_url());
    let done = home.run(&["run", "translate", "Grüße", "--dry-run"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    let head = format!("to: test/m at {}\n\n[system]\nYou are a professional translator.", server.base_url());
    assert!(done.stdout.starts_with(&head), "{}", done.stdout);
    let (text, forecast) = done.stdout.rsplit_once("\n\n(").expect("tokens and money stand at the end");
    assert!(text.ends_with("\n\n[user]\nGrüße"), "{text}");
    assert!(forecast.starts_with("about ") && forecast.ends_with("which costs nothing)\n"), "{forecast}");
    let planned = home.run(&["run", "translate", "Grüße", "--dry-run", "--json"]).events().remove(0);
    assert_eq!(planned["messages"][1], json!({ "role": "user", "text": "Grüße" }));
    assert_eq!((&planned["leaves_this_machine"], &planned["event"]), (&json!(false), &json!("planned")));
    assert_eq!(server.opened(), 0);

    home.run(&["run", "upper", "x", "--dry-run"]).was(0, "to: upper (built in)\n\nx\n", "");
    let search = home.run(&["run", "web-search", "a&b", "--dry-run"]);
    assert!(search.stdout.contains("a%26b"), "{}", search.stdout);
}

#[test]
fn a_dry_run_sends_what_the_real_one_does() {
    let server = Server::always(says("ja"));
    let home = Home::with_model(&server.base_url());
    let planned = home.run(&["run", "translate", "hallo", "--dry-run", "--json"]).events().remove(0);
    home.run(&["run", "translate", "hallo"]).was(0, "ja\n", "");
    let body = server.requests()[0].json();
    for (sent, planned) in body["messages"].as_array().unwrap().iter().zip(planned["messages"].as_array().unwrap()) {
        assert_eq!((&sent["role"], &sent["content"]), (&planned["role"], &planned["text"]));
    }
}

#[test]
fn what_calls_use_is_told_before_and_added_up_after() {
    let server = Server::always(Answer::stream([
        chunk("ja"),
        STOP.to_owned(),
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":20}}\n\n".to_owned(),
        DONE.to_owned(),
    ]));
    let home = Home::with_model(&server.base_url());
    home.run(&["usage"]).was(0, "no model has been asked yet\n", "");
    let cost = home.run(&["cost", "translate", "hallo", "--json"]).events().remove(0);
    assert_eq!((&cost["event"], &cost["calls"], &cost["dollars"]), (&json!("cost"), &json!(1), &json!(0.0)));
    assert!(cost["input_tokens"].as_u64().is_some_and(|tokens| tokens > 0), "{cost}");
    assert_eq!(cost["input_is_estimated"], json!(true));
    let counted = home.run(&["cost", "translate", "hallo", "--model", "test/gpt-4o"]);
    assert_eq!(counted.stdout.contains("test/gpt-4o: about "), !cfg!(feature = "tokens"), "{}", counted.stdout);
    assert_eq!(server.opened(), 0);
    home.run(&["cost", "upper", "x"]).was(0, "upper (built in): asks no model, which costs nothing\n", "");
    home.run(&["run", "translate", "hallo"]).was(0, "ja\n", "");
    let used: serde_json::Value =
        serde_json::from_str(&home.run(&["usage", "--by", "model", "--json"]).stdout).unwrap();
    assert_eq!((&used[0]["model"], &used[0]["calls"]), (&json!("test/m"), &json!(1)));
    assert_eq!((&used[0]["input_tokens"], &used[0]["output_tokens"]), (&json!(1000), &json!(20)));
}

#[test]
fn who_stops_reading_gets_no_panic() {
    let home = Home::new();
    let text = "a line\n".repeat(100_000);
    home.write("text", &text);
    let stdin = File::open(home.path("text")).unwrap();
    let mut child = home.command(&["run", "upper"]).stdin(stdin).spawn().unwrap();
    drop(child.stdout.take());
    let done = finish(child);
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_full_disk_is_said() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let child = Home::new().command(&["run", "upper", "x"]).stdout(full).spawn().unwrap();
    finish(child).was(1, "", "postil: stdout could not be written: No space left on device (os error 28)\n");
}

#[test]
fn where_the_answer_cannot_go_it_is_printed() {
    let stderr = "postil: no notification daemon answers; install and start one, such as dunst or mako\n";
    Home::new().run(&["run", "upper", "x", "--to", "notify"]).was(1, "X\n", stderr);
    let stderr = "postil: the clipboard could not be written; copy the answer from here\n";
    Home::new().run(&["run", "upper", "x", "--to", "copy,stdout"]).was(1, "X\n", stderr);
}

#[test]
fn a_command_is_an_engine_too() {
    let home = Home::new();
    let prompt = |body: &str| format!("---\nname: C\nengine: command\n{body}\n---\n");
    home.write(".config/postil/prompts/rev.md", &prompt("command: [rev]"));
    home.write(".config/postil/prompts/gone.md", &prompt("command: [no-such-program]"));
    home.write(".config/postil/prompts/fails.md", &prompt("command: [sh, -c, \"echo no luck >&2; exit 3\"]"));
    home.write(".config/postil/prompts/sees.md", &prompt("command: [sh, -c, \"echo ${WORK_KEY-none} ${PLAIN-none}\"]"));
    home.run(&["run", "rev", "abc"]).was(0, "cba\n", "");
    let home = home.set("WORK_KEY", "k").set("PLAIN", "p");
    home.run(&["run", "sees", "x"]).was(0, "none p\n", "");
    let gone = "postil: the program no-such-program could not be started; is it installed and in the PATH?\n";
    home.run(&["run", "gone", "x"]).was(1, "", gone);
    home.run(&["run", "fails", "x"]).was(
        1,
        "",
        "postil: sh failed (exit code 3): “no luck”; run it by hand on the same text\n",
    );
}
