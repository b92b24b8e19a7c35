//! A compositor's own key bindings, as `postil actions --bindings` writes them: a real key on sway, and the request arrives.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/command.rs"]
mod command;
#[path = "support/model.rs"]
#[allow(dead_code, reason = "a part of it is enough here")]
mod model;
#[path = "support/server.rs"]
mod server;
#[path = "support/sway.rs"]
mod sway;
#[path = "support/wayland_hands.rs"]
mod wayland_hands;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use command::Home;
use model::Model;
use sway::{Sway, eventually};
use wayland_hands::{ALT, CTRL, Hands, Y};

/// The lines for sway, which all begin a program of this path.
fn lines(program: &str) -> Vec<String> {
    let done = Home::new().run(&["actions", "--bindings", "sway"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    done.stdout.lines().map(|line| line.replace(" exec postil ", &format!(" exec {program} "))).collect()
}

#[test]
fn a_key_of_sways_own_has_what_is_selected_translated() {
    let model = Model::start();
    let mut sway = Sway::start();
    // It may be that nobody but this user may start what cargo has built, and sway be another user's.
    let program = sway.folder().join("bin/postil");
    fs::create_dir(sway.folder().join("bin")).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_postil"), &program).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let config = sway.folder().join("postil.toml");
    let provider = format!(
        "[provider.test]\nkind = \"openai\"\nbase_url = \"{}\"\napi_key_env = \"TEST_KEY\"\n",
        model.base_url()
    );
    fs::write(&config, format!("model = \"test/tiny\"\nlanguages = [\"de\", \"en\"]\n{provider}")).unwrap();
    let program = program.to_str().unwrap().to_owned();
    let command = |line: &str| sway.message(&[line]).status.success().then_some(());
    for line in lines(&program) {
        eventually(&line, || command(&line));
    }
    let environment =
        format!("env TEST_KEY=x POSTIL_CONFIG={} DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere", config.display());
    eventually("the daemon is started", || command(&format!("exec {environment} {program} daemon")));
    let socket = sway.folder().join("postil");
    eventually("it listens", || fs::read_dir(&socket).ok()?.flatten().any(|file| is_socket(&file)).then_some(()));
    // Whichever letters the keys have now: it is the key of the first layout that counts.
    for (number, layout) in ["us", "ru"].into_iter().enumerate() {
        let text = format!("good morning {layout}");
        sway.copy(&["--primary"], &text);
        eventually("it is selected", || (selected(&sway) == text).then_some(()));
        let mut hands = Hands::on(&sway.folder().join(&sway.display), layout);
        hands.tap(&[CTRL, ALT], Y);
        let request = model.await_request(number + 1);
        let body = String::from_utf8(request.body).unwrap();
        assert!(body.contains(&text), "{body}");
    }
}

fn selected(sway: &Sway) -> String {
    let pasted = sway.command("wl-paste").args(["--primary", "--no-newline"]).output().unwrap();
    String::from_utf8(pasted.stdout).unwrap()
}

fn is_socket(file: &fs::DirEntry) -> bool {
    file.file_name().to_str().is_some_and(|name| name.ends_with(".sock"))
}
