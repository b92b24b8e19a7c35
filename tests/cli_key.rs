//! `postil key` against the real gnome-keyring, one that is locked, one that is silent, and none; and which of several
//! keys a request goes with.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/bus.rs"]
#[allow(dead_code, reason = "a part of it is enough here")]
mod bus;
#[path = "support/command.rs"]
mod command;
#[path = "support/keyring.rs"]
mod keyring;
#[path = "support/server.rs"]
mod server;

use std::fs;

use bus::PrivateBus;
use command::{Done, Home};
use keyring::Keyring;
use server::{Answer, Server, says};

const ONE: &str = "sk-eins-4711";
const OTHER: &str = "sk-zwei-4712";

/// A home on a bus of its own, whose one provider `test` is at this server; it has no key yet.
fn home(bus: &PrivateBus, server: &Server) -> Home {
    let home = Home::new().set("DBUS_SESSION_BUS_ADDRESS", bus.address());
    let config = format!(
        "model = \"test/m\"\n[provider.test]\nkind = \"openai\"\nbase_url = \"{}\"\napi_key_env = \"TEST_KEY\"\n",
        server.base_url()
    );
    home.write(".config/postil/config.toml", &config);
    home
}

/// Refuses [`ONE`] as a provider would, and answers whoever has another key.
fn choosy(status: u16, body: &'static str) -> Server {
    Server::start(move |request| match request.header("authorization") {
        Some(key) if key.ends_with(ONE) => Answer::whole(status, "application/json", body),
        Some(_) if request.method == "GET" => Answer::whole(200, "application/json", r#"{"data":[{"id":"m"}]}"#),
        Some(_) => says("done"),
        None => Answer::whole(401, "application/json", r#"{"error":{"message":"no key"}}"#),
    })
}

fn refuses() -> Server {
    choosy(401, r#"{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}"#)
}

#[track_caller]
fn fails(done: &Done, code: i32, sentence: &str) {
    assert_eq!((done.code, done.stdout.as_str()), (Some(code), ""), "{}", done.stderr);
    assert_eq!(done.stderr, format!("postil: {sentence}\n"));
}

#[tokio::test]
async fn a_key_is_kept_listed_used_and_taken_away() {
    let (bus, server) = (PrivateBus::start(), Server::always(says("done")));
    let home = home(&bus, &server);
    let _keyring = Keyring::unlocked(&home, &bus).await;
    let done = home.pipe(format!("{ONE}\n"), &["key", "set", "test"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    let list = home.run(&["key", "list", "--json"]);
    let list: serde_json::Value = serde_json::from_str(&list.stdout).unwrap();
    assert_eq!(
        (&list[0]["provider"], &list[0]["source"], &list[0]["days"]),
        (&"test".into(), &"keyring".into(), &0.into())
    );
    let ran = home.run(&["run", "explain", "hello"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "done\n"), "{}", ran.stderr);
    assert_eq!(server.requests().last().unwrap().header("authorization"), Some(&*format!("Bearer {ONE}")));
    assert_eq!(home.run(&["key", "remove", "test"]).code, Some(0));
    let sentence = "there is no key for test; run `postil key set test`, or set TEST_KEY";
    fails(&home.run(&["run", "explain", "hello"]), 1, sentence);
    assert_eq!(home.run(&["key", "list"]).stdout, "no key is set; `postil key set PROVIDER` takes one from you\n");
}

#[tokio::test]
async fn the_next_key_is_used_where_one_is_refused_and_it_is_told() {
    let (bus, server) = (PrivateBus::start(), refuses());
    let home = home(&bus, &server);
    let _keyring = Keyring::unlocked(&home, &bus).await;
    home.pipe(ONE, &["key", "set", "test"]);
    home.pipe(OTHER, &["key", "set", "test", "--label", "work"]);
    let ran = home.run(&["run", "explain", "hello"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "done\n"), "{}", ran.stderr);
    let told = "the keyring's key “default” was refused at test, so the keyring's key “work” was used";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    let tested = home.run(&["key", "test", "test"]);
    let verdicts = "the keyring's key “default”: test refused the key (HTTP 401); set a valid one by `postil key set test`\n\
                    the keyring's key “work”: test takes it (1 models)\n";
    assert_eq!((tested.code, tested.stdout.as_str()), (Some(1), verdicts));
}

#[test]
fn a_key_whose_quota_is_used_up_gives_way_to_the_next_variable() {
    let server = choosy(429, r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#);
    let home = Home::new().set("KEY_A", ONE).set("KEY_B", OTHER);
    let config = format!(
        "model = \"test/m\"\n[provider.test]\nbase_url = \"{}\"\napi_key_env = [\"KEY_A\", \"KEY_B\"]\n",
        server.base_url()
    );
    home.write(".config/postil/config.toml", &config);
    let ran = home.run(&["run", "explain", "hello"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "done\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("KEY_A has used up its quota at test, so KEY_B was used"), "{}", ran.stderr);
}

#[tokio::test]
async fn a_key_moves_from_the_environment() {
    let (bus, server) = (PrivateBus::start(), Server::always(says("done")));
    let home = home(&bus, &server).set("TEST_KEY", ONE);
    let _keyring = Keyring::unlocked(&home, &bus).await;
    let done = home.run(&["key", "import", "test"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(done.stdout.contains("Now remove TEST_KEY"), "{}", done.stdout);
    assert!(!fs::read_to_string(home.path(".local/state/postil/keys")).unwrap().contains(ONE));
}

#[tokio::test]
async fn a_locked_keyring_is_a_sentence() {
    let (bus, server) = (PrivateBus::start(), Server::always(says("done")));
    let home = home(&bus, &server);
    drop({
        let keyring = Keyring::unlocked(&home, &bus).await;
        assert_eq!(home.pipe(ONE, &["key", "set", "test"]).code, Some(0));
        keyring
    });
    let _keyring = Keyring::locked(&home, &bus).await;
    let sentence = "there is no key for test: the keyring is locked; unlock it and try again";
    fails(&home.run(&["run", "explain", "hello"]), 1, sentence);
    fails(&home.pipe(OTHER, &["key", "set", "test"]), 1, "the keyring is locked; unlock it and try again");
}

#[tokio::test]
async fn a_silent_keyring_is_a_sentence() {
    let (bus, server) = (PrivateBus::start(), Server::always(says("done")));
    let home = home(&bus, &server);
    let _silent = keyring::silent(&bus).await;
    let pipe = tokio::task::spawn_blocking(move || home.pipe(ONE, &["key", "set", "test"]));
    let sentence = "the keyring does not answer; restart it, or set the key's environment variable";
    fails(&pipe.await.unwrap(), 1, sentence);
}

#[test]
fn an_absent_keyring_is_a_sentence() {
    let (bus, server) = (PrivateBus::start(), Server::always(says("done")));
    let sentence = "no keyring runs in this session; install and start one, such as gnome-keyring, or set the key's \
                    environment variable";
    fails(&home(&bus, &server).pipe(ONE, &["key", "set", "test"]), 1, sentence);
    let no_bus = Home::new();
    fails(&no_bus.pipe(ONE, &["key", "set", "openai"]), 1, sentence);
}

#[test]
fn what_is_no_key_is_not_taken_and_not_quoted() {
    let home = Home::new();
    let sentence = "that is no key: one is a single word of letters, digits and marks; nothing was changed";
    fails(&home.pipe("two words", &["key", "set", "openai"]), 2, sentence);
    fails(&home.pipe("\n", &["key", "set", "openai"]), 2, "no key came in; nothing was changed");
    fails(&home.pipe(ONE, &["key", "set", "opnai"]), 2, "no provider is called opnai; did you mean openai?");
    fails(&home.run(&["key", "remove", "openai"]), 2, "no key “default” for openai is in the keyring");
    fails(
        &home.run(&["key", "import", "openai"]),
        2,
        "OPENAI_API_KEY is not set; `postil key set openai` takes a key from you",
    );
}
