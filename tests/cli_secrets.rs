//! Secrets on their way out: asked about, masked, blocked or allowed, as the config says; looked at in what the server
//! was really sent.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/command.rs"]
mod command;
#[path = "support/server.rs"]
mod server;

use command::{Done, Home};
use server::{Answer, DONE, Recorded, STOP, Server, chunk};

const SECRET: &str = "S3same!x";
const TEXT: &str = "Dear all,\nthe server's password = S3same!x and the card is 4111 1111 1111 1111.";

/// A home whose one model is elsewhere, as far as postil can tell; what would go there comes to `server` by way of a proxy.
fn home(server: &Server, privacy: &str) -> Home {
    let home = Home::new().set("TEST_KEY", "sk-test");
    let config = format!(
        "model = \"test/m\"\n[privacy]\n{privacy}\n[provider.test]\nbase_url = \"http://models.example/v1\"\n\
         proxy = \"http://{}\"\nallow_http = true\napi_key_env = \"TEST_KEY\"\n",
        server.host()
    );
    home.write(".config/postil/config.toml", &config);
    home.write(".config/postil/prompts/say.md", "---\nname: Say\n---\nSay it again.\n");
    home
}

/// Says the user's text again, in pieces of this many characters.
fn echo(length: usize, change: impl Fn(&str) -> String + Send + Sync + 'static) -> Server {
    Server::start(move |request| {
        let said: Vec<_> = change(&texts(request)).chars().collect();
        let pieces = said.chunks(length).map(|piece| chunk(&piece.iter().collect::<String>()));
        Answer::stream(pieces.chain([STOP.to_owned(), DONE.to_owned()]))
    })
}

/// The user's part of a request.
fn texts(request: &Recorded) -> String {
    let messages = request.json()["messages"].as_array().unwrap().clone();
    messages
        .iter()
        .filter(|message| message["role"] == "user")
        .map(|message| message["content"].as_str().unwrap())
        .collect()
}

fn sent(server: &Server) -> String {
    let questions = server.requests().into_iter().filter(|request| request.method == "POST");
    questions.map(|request| String::from_utf8(request.body).unwrap()).collect()
}

#[track_caller]
fn not_sent(done: &Done, sentence: &str) {
    assert_eq!((done.code, done.stdout.as_str()), (Some(4), ""), "{}", done.stderr);
    assert_eq!(done.stderr, format!("postil: {sentence}\n"));
}

#[test]
fn masked_secrets_stay_here_and_stand_in_the_answer() {
    for length in [1, 7, 1000] {
        let server = echo(length, |text| text.replace("POSTIL_SECRET_1", "**postil\\_secret\\_1**'s"));
        let home = home(&server, "secrets = \"mask\"");
        let done = home.run(&["run", "say", TEXT]);
        let answer = TEXT.replace(SECRET, "**S3same!x**'s") + "\n";
        assert_eq!((done.code, done.stdout), (Some(0), answer), "{}", done.stderr);
        assert!(done.stderr.contains("postil: not sent along: a password and a card number"), "{}", done.stderr);
        let sent = sent(&server);
        assert!(
            sent.contains("password = POSTIL_SECRET_1") && !sent.contains(SECRET) && !sent.contains("4111"),
            "{sent}"
        );
    }
}

#[test]
fn blocked_secrets_are_told_by_kind_and_line() {
    let server = echo(1000, str::to_owned);
    let done = home(&server, "secrets = \"block\"").run(&["run", "say", TEXT]);
    not_sent(
        &done,
        "not sent to test/m: there is a password (line 2) and a card number (line 2) in it, and `privacy.secrets` does not \
         let that leave; take it out, or use a model on this machine",
    );
    assert_eq!(sent(&server), "");
}

#[test]
fn where_nobody_can_be_asked_nothing_is_sent() {
    let server = echo(1000, str::to_owned);
    let home = home(&server, "");
    let sentence = "not sent to test/m: there is a password (line 2) and a card number (line 2) in it, and nobody can be asked \
                    here; set `privacy.secrets = \"mask\"` in the config to send it without";
    not_sent(&home.run(&["run", "say", TEXT]), sentence);
    let dry = home.run(&["run", "say", TEXT, "--dry-run"]);
    assert_eq!(dry.code, Some(4));
    assert!(dry.stdout.contains("password = POSTIL_SECRET_1") && !dry.stdout.contains(SECRET), "{}", dry.stdout);
    assert!(dry.stdout.contains("note: you would be asked first: There is a password (line 2)"), "{}", dry.stdout);
    let each = home.pipe(format!("hello\n{SECRET}\npassword = {SECRET}\n"), &["run", "say", "--each", "line"]);
    assert_eq!(each.code, Some(1), "{}", each.stderr);
    assert!(!sent(&server).contains("password ="));
    let clean = home.run(&["run", "say", "nothing to hide"]);
    assert_eq!((clean.code, clean.stdout.as_str()), (Some(0), "nothing to hide\n"), "{}", clean.stderr);
}

#[test]
fn allowed_secrets_are_sent() {
    let server = echo(1000, str::to_owned);
    let done = home(&server, "secrets = \"allow\"").run(&["run", "say", TEXT]);
    assert_eq!((done.code, done.stdout), (Some(0), format!("{TEXT}\n")), "{}", done.stderr);
    assert!(sent(&server).contains(SECRET));
}

#[test]
fn the_users_own_patterns_are_secrets_too() {
    let server = echo(1000, str::to_owned);
    let done = home(&server, "secrets = \"block\"\npatterns = ['ACME-\\d{6}']").run(&["run", "say", "see ACME-123456"]);
    assert!(
        done.stderr.contains("there is what pattern 1 of `privacy.patterns` finds (line 1) in it"),
        "{}",
        done.stderr
    );
    assert_eq!((done.code, sent(&server).as_str()), (Some(4), ""));
}

#[test]
fn a_model_on_this_machine_gets_the_text_as_it_is() {
    let server = echo(1000, str::to_owned);
    let home = Home::with_model(&server.base_url());
    home.write(".config/postil/prompts/say.md", "---\nname: Say\n---\nSay it again.\n");
    let done = home.run(&["run", "say", TEXT]);
    assert_eq!((done.code, done.stdout), (Some(0), format!("{TEXT}\n")), "{}", done.stderr);
}

#[test]
fn programs_and_addresses_count_as_elsewhere() {
    let server = echo(1000, str::to_owned);
    let home = home(&server, "secrets = \"mask\"");
    home.write(".config/postil/prompts/cat.md", "---\nengine: command\ncommand: [sed, 's/the/THE/']\n---\n");
    let done = home.run(&["run", "cat", "the password = S3same!x"]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), "THE password = S3same!x\n"), "{}", done.stderr);
    home.write(".config/postil/prompts/look.md", "---\nengine: command\ncommand: [tee, seen]\n---\n");
    home.run(&["run", "look", "the password = S3same!x"]);
    let seen = home.all_files().into_iter().find(|path| path.ends_with("seen")).unwrap();
    assert_eq!(std::fs::read_to_string(seen).unwrap(), "the password = POSTIL_SECRET_1");
    let opened = home.run(&["run", "web-search", "password = S3same!x"]);
    assert_eq!(opened.code, Some(4), "{}", opened.stderr);
}

#[test]
fn what_was_said_before_is_looked_through_too() {
    let server = echo(1000, str::to_owned);
    let home = home(&server, "secrets = \"mask\"");
    let first = home.run(&["ask", "say it again", "password = S3same!x"]);
    assert_eq!((first.code, first.stdout.as_str()), (Some(0), "password = S3same!x\n"), "{}", first.stderr);
    let second = home.run(&["ask", "--continue", "and again"]);
    assert_eq!(second.code, Some(0), "{}", second.stderr);
    assert!(!sent(&server).contains(SECRET), "{}", sent(&server));
}
