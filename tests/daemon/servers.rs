//! Everything that a model's server can do wrong, once through the whole daemon: each ends in one notification with a
//! sentence, what had arrived is kept, and the next press works.

use crate::model::ANSWER;
use crate::notifications::Shown;
use crate::server::{Answer, DONE, STOP, chunk, says};
use crate::session::{Session, is_sign_of_work};

/// Has the server do this, presses the key, and expects this title and body. `{host}` is the server.
#[track_caller]
fn check(session: &mut Session, answer: Answer, title: &str, body: &str) {
    session.model.answers(answer);
    session.press("Ctrl+Alt+y");
    let shown = session.ended();
    let body = body.replace("{host}", &session.model.host());
    assert_eq!((shown.summary.as_str(), shown.body.as_str()), (title, body.as_str()));
    session.await_rest();
    assert_eq!(session.shown_so_far().len(), 0, "one notification");
}

#[track_caller]
fn check_failure(session: &mut Session, answer: Answer, sentence: &str) {
    check(session, answer, "Translate: failed", sentence);
    check(session, says(ANSWER), "Translate", ANSWER);
}

#[track_caller]
fn check_answer(session: &mut Session, answer: Answer, body: &str) {
    check(session, answer, "Translate", body);
}

fn finish(reason: &str) -> String {
    STOP.replace("stop", reason)
}

fn session() -> (Session, crate::x11::Client) {
    let session = Session::started();
    let editor = session.editor("some text");
    (session, editor)
}

#[test]
fn http_errors_are_sentences() {
    let (mut session, _editor) = session();
    let json = |status, body| Answer::whole(status, "application/json", body);
    let key = r#"{"error":{"message":"Incorrect API key","code":"invalid_api_key"}}"#;
    check_failure(
        &mut session,
        json(401, key),
        "test refused the key (HTTP 401); set a valid one by `postil key set test`",
    );
    let page = "<html><body><h1>503</h1> Service Unavailable</body></html>";
    let html = Answer::with_headers(503, &[("content-type", "text/html"), ("retry-after", "7200")], page);
    let overloaded = "test is overloaded (HTTP 503); try again in a moment or choose another model";
    check_failure(&mut session, html, overloaded);
    let unknown = r#"{"error":{"message":"no such model","code":"model_not_found"}}"#;
    let sentence = "test has no model tiny; `postil models` lists what can be used";
    check_failure(&mut session, json(404, unknown), sentence);
    let refused = r#"{"error":{"message":"temperature is wrong"}}"#;
    check_failure(
        &mut session,
        json(400, refused),
        "test refused the request (HTTP 400): “temperature is wrong”; change the action or choose another model",
    );
    let redirect = Answer::with_headers(307, &[("location", "http://elsewhere.invalid/v1")], "");
    let sentence = "{host} redirects to http://elsewhere.invalid/v1, and a key is never sent along; \
                    set that as base_url if it is right";
    check_failure(&mut session, redirect, sentence);
    let limited = Answer::with_headers(429, &[("retry-after", "7200")], "{}");
    check(&mut session, limited, "Translate: failed", "test limits the rate; try again in 120 min");
}

#[test]
fn streams_that_end_wrong_keep_what_had_arrived() {
    let (mut session, _editor) = session();
    let broken = || Answer::stream([chunk("Guten"), chunk(" T")]).cut();
    let sentence = "the connection to {host} ended before the answer was complete; try again\n\nUntil then: Guten T";
    // It is tried again as long as there is hope.
    (0..3).for_each(|_| session.model.answers(broken()));
    check_failure(&mut session, broken(), sentence);
    assert_eq!(session.cli(&["last"]).stdout, ANSWER);
    let filtered = Answer::stream([finish("content_filter"), DONE.to_owned()]);
    let sentence = "the content filter of test/tiny withheld the answer; choose another model or other words";
    check_failure(&mut session, filtered, sentence);
    let empty = Answer::stream([STOP, DONE]);
    check_failure(&mut session, empty, "test/tiny answered without a word; try again or choose another model");
}

#[test]
fn what_is_no_answer_is_said() {
    let (mut session, _editor) = session();
    let page = Answer::whole(200, "text/html", "<html>Welcome to nginx!</html>");
    check_failure(&mut session, page, "{host} sent a web page instead of an answer; check the provider's base_url");
    let garbage = Answer::stream(["data: \u{1f4a9}{{{\n\n"]);
    check_failure(
        &mut session,
        garbage,
        "{host} sent unreadable data instead of an answer; check the provider's base_url",
    );
    let rubbish = Answer::raw(["SSH-2.0-OpenSSH_9.2\r\n"]).then_close();
    let sentence = "{host} sent something other than HTTP instead of an answer; check the provider's base_url";
    check_failure(&mut session, rubbish, sentence);
}

#[test]
fn what_passes_by_itself_is_tried_again() {
    let (mut session, _editor) = session();
    let error = "data: {\"error\":{\"message\":\"out of memory\"}}\n\n".to_owned();
    for passing in [
        Answer::raw([""; 0]).then_close(),
        Answer::stream([chunk("Guten"), chunk(" T")]).cut(),
        Answer::stream([chunk("Guten"), error]),
        Answer::whole(500, "text/plain", "oh no"),
        Answer::whole(503, "text/html", "<html>Service Unavailable</html>"),
        Answer::with_headers(429, &[("retry-after-ms", "50")], "{}"),
    ] {
        let before = session.model.requests().len();
        check_answer(&mut session, passing, ANSWER);
        assert_eq!(session.model.requests().len(), before + 2);
    }
}

#[test]
fn a_limit_is_waited_for_in_sight_of_the_user() {
    let (mut session, _editor) = session();
    session.model.answers(Answer::with_headers(429, &[("retry-after", "2")], "{}"));
    session.press("Ctrl+Alt+y");
    await_wait(&mut session);
    assert_eq!(session.ended().body, ANSWER);
    // And who does not want to wait cancels.
    session.model.answers(Answer::with_headers(429, &[("retry-after", "50")], "{}"));
    session.press("Ctrl+Alt+y");
    let sign = await_wait(&mut session);
    assert_eq!(session.cli(&["cancel"]).code, 0);
    session.await_closed(sign.id);
}

/// The sign that says until when nobody is asked. On a slow machine another stands there before.
fn await_wait(session: &mut Session) -> Shown {
    loop {
        let shown = session.shown();
        if shown.body.starts_with("rate limit of test, again in ") {
            return shown;
        }
        assert!(is_sign_of_work(&shown), "{shown:?}");
    }
}

#[test]
fn odd_answers_are_answers() {
    let (mut session, _editor) = session();
    let whole = r#"{"choices":[{"message":{"content":"ganz"},"finish_reason":"stop"}]}"#;
    check_answer(&mut session, Answer::whole(200, "application/json", whole), "ganz");
    let lines = [chunk("Grüße").replace('\n', "\r\n"), ": keep-alive\r\n\r\n".into(), STOP.replace('\n', "\r\n")];
    let bytes = lines.concat().into_bytes();
    check_answer(&mut session, Answer::stream(bytes.chunks(1)), "Grüße");
    let usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}\n\n".to_owned();
    let thinks = "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n".to_owned();
    check_answer(&mut session, Answer::stream([thinks, chunk("Ja"), STOP.into(), usage]), "Ja");
    let cut = Answer::stream([chunk("Der An"), finish("length"), DONE.to_owned()]);
    check_answer(&mut session, cut, "Der An\n\n(cut at the model's output limit; raise max_tokens or select less)");
}

#[test]
fn silence_ends_after_the_timeout() {
    let mut session = Session::new();
    session.configure(&session.config().replace("first = 15, silence = 15", "first = 2, silence = 1"));
    session.start();
    let _editor = session.editor("some text");
    let sentence = "{host} fell silent for 1 s in mid-answer; try again\n\nUntil then: Gu";
    check_failure(&mut session, Answer::stream([chunk("Gu")]).hang(), sentence);
    let silent = Answer::raw([""]).hang();
    check_failure(&mut session, silent, "{host} did not begin to answer within 2 s; try again or raise its timeout");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let mut session = Session::new();
    session.save_action("nowhere", "shortcut: Ctrl+Alt+N\nmodel: gone/one");
    let gone = "[provider.gone]\nkind = \"openai\"\nbase_url = \"http://127.0.0.1:9/v1\"\n";
    session.configure(&(session.config() + gone));
    session.start();
    let _editor = session.editor("some text");
    session.press("Ctrl+Alt+n");
    let shown = session.ended();
    assert_eq!(shown.body, "nothing answers at 127.0.0.1:9; is the server running and the network up?");
    check(&mut session, says(ANSWER), "Translate", ANSWER);
}
