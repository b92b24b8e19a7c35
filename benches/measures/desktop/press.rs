//! From the key press to the request at the server, and from the answer's last bytes to the notification: postil's, and
//! those of a shell script that does the same behind sxhkd.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::server::{Exchange, Server};
use super::world::{KEY, Running, World, home, pass, postil};
use crate::distribution::{Distribution, Target};

/// Between two presses: the machine comes to rest, as it does between a person's.
const REST: Duration = Duration::from_millis(20);

const SIZES: [(&str, usize); 2] = [("100 B", 100), ("100 KB", 100 << 10)];

/// How often each key is pressed.
pub struct Times {
    pub small: usize,
    pub large: usize,
    pub script: usize,
}

/// One press and what came of it.
struct Press {
    sent: Instant,
    exchange: Exchange,
    notified: Instant,
}

pub fn measure(times: &Times) {
    println!("{}", Distribution::HEAD);
    let world = World::start();
    of_postil(&world, times);
    of_a_script(&world, times);
}

fn of_postil(world: &World, times: &Times) {
    let server = Server::start();
    let home = home(&server);
    let _postil = Running::start(world.command(&postil(), home.path()));
    let key = world.keycode(KEY);
    world.await_grab(key);
    world.session.next_item();
    for ((size, bytes), times) in SIZES.into_iter().zip([times.small, times.large]) {
        world.select(bytes);
        let presses = presses(world, &server, key, times);
        let limit = if bytes < 1 << 10 { Target::median(2).p99(8) } else { Target::median(5) };
        if bytes < 1 << 10 {
            println!(
                "{}",
                to_request(&presses[..1]).row("postil, the first press of all, 100 B: to request", &Target::default())
            );
        }
        report("postil", size, &presses[1..], &limit, &Target::median(2));
    }
    eprintln!("connections that postil opened: {}", server.opened());
}

fn of_a_script(world: &World, times: &Times) {
    if let Some(missing) =
        ["sxhkd", "xclip", "curl", "jq", "notify-send"].into_iter().find(|program| !is_there(program))
    {
        println!("\nThe script was not measured: {missing} is not installed.");
        return;
    }
    let server = Server::start();
    let home = home(&server);
    let script = home.path().join("explain.sh");
    let config = home.path().join("sxhkdrc");
    write_script(&script, &server);
    fs::write(&config, format!("ctrl + alt + {KEY}\n\t{}\n", script.display())).expect("a file");
    let mut sxhkd = world.command(Path::new("sxhkd"), home.path());
    sxhkd.arg("-c").arg(config);
    let _sxhkd = Running::start(sxhkd);
    let key = world.keycode(KEY);
    world.await_grab(key);
    for (size, bytes) in SIZES {
        world.select(bytes);
        let presses = presses(world, &server, key, times.script);
        report("script", size, &presses, &Target::default(), &Target::default());
    }
}

fn is_there(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Whatever it answers: it was found.
    command.status().is_ok()
}

/// What somebody writes who has no postil: the same request, without streaming, and the answer in a notification.
fn write_script(path: &Path, server: &Server) {
    let script = format!(
        r#"#!/bin/sh
xclip -o -selection primary |
    jq -Rs '{{model: "small", messages: [{{role: "system", content: "Explain the text."}}, {{role: "user", content: .}}]}}' |
    curl -s -H 'Content-Type: application/json' --data-binary @- {}/chat/completions |
    jq -r '.choices[0].message.content' |
    {{ read -r answer; notify-send 'Explain it' "$answer"; }}
"#,
        server.base_url()
    );
    fs::write(path, script).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("our own file");
}

fn presses(world: &World, server: &Server, key: u8, times: usize) -> Vec<Press> {
    world.hold_modifiers();
    let one = |_| {
        pass(REST);
        let sent = world.press(key);
        let exchange = server.next_exchange();
        let notified = world.session.next_notification();
        world.release(key);
        Press { sent, exchange, notified }
    };
    // The first of each kind warms up what the others then find warm.
    let presses = (0..=times).map(one).collect();
    world.let_go();
    presses
}

fn to_request(presses: &[Press]) -> Distribution {
    presses.iter().map(|press| press.exchange.complete - press.sent).collect()
}

fn report(who: &str, size: &str, presses: &[Press], request: &Target, notify: &Target) {
    let shown: Distribution = presses.iter().map(|press| press.notified - press.exchange.last_bytes).collect();
    let whole: Distribution = presses.iter().map(|press| press.notified - press.sent).collect();
    println!("{}", to_request(presses).row(&format!("{who}, {size}: key to complete request"), request));
    println!("{}", shown.row(&format!("{who}, {size}: answer's last bytes to Notify"), notify));
    println!("{}", whole.row(&format!("{who}, {size}: key to Notify"), &Target::default()));
}

/// One press with its answer: from the key to the complete request.
pub fn once(world: &World, server: &Server) -> Duration {
    world.select(SIZES[0].1);
    let key = world.keycode(KEY);
    world.hold_modifiers();
    let sent = world.press(key);
    let exchange = server.next_exchange();
    world.session.next_notification();
    world.release(key);
    world.let_go();
    exchange.complete - sent
}
