//! How long until the daemon is ready, how long a command takes, and what the program is.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::server::Server;
use super::world::{KEY, Running, World, home, pass, postil};
use crate::distribution::{Distribution, Target, Verdict};

/// Between two starts: what the last one left is done.
const REST: Duration = Duration::from_millis(100);

/// From the start of the process to the shortcut grabbed and the tray's item registered.
pub fn of_the_daemon(world: &World, times: usize) {
    let server = Server::start();
    let key = world.keycode(KEY);
    let start = |_| {
        let home = home(&server);
        pass(REST);
        let begun = Instant::now();
        let postil = Running::start(world.command(&postil(), home.path()));
        let grabbed = world.await_grab(key);
        let registered = world.session.next_item();
        drop(postil);
        (grabbed - begun, registered - begun)
    };
    let starts: Vec<_> = (0..times).map(start).collect();
    let of = |which: fn(&(Duration, Duration)) -> Duration| starts.iter().map(which).collect::<Distribution>();
    println!("{}", of(|(grabbed, _)| *grabbed).row("start to shortcuts grabbed", &Target::default()));
    println!("{}", of(|(_, registered)| *registered).row("start to tray registered", &Target::default()));
    let both = of(|(grabbed, registered)| *grabbed.max(registered));
    println!("{}", both.row("start to both", &Target::median(40)));
}

/// From the start of the process to its end.
pub fn of_a_command(world: &World, times: usize) {
    let server = Server::start();
    let home = home(&server);
    let run = |_| {
        let mut command = world.command(&postil(), home.path());
        command.args(["run", "upper", "hello"]).stdout(Stdio::piped());
        let begun = Instant::now();
        let output = command.output().expect("postil starts");
        let ended = begun.elapsed();
        assert_eq!(output.stdout, b"HELLO\n");
        ended
    };
    let runs: Distribution = (0..times).map(run).collect();
    println!("{}", runs.row("`postil run upper hello`", &Target::median(10)));
}

/// Its size, and what it is linked to.
pub fn of_the_program() {
    let path = postil();
    let size = fs::metadata(&path).expect("postil was built").len();
    #[allow(clippy::cast_precision_loss)] // far below 2^52
    let megabytes = size as f64 / (1 << 20) as f64;
    let linked = Command::new("ldd").arg(&path).output().expect("ldd is a part of libc-bin");
    let linked = String::from_utf8_lossy(&linked.stdout);
    let names: Vec<_> = linked.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let free_of_gtk = !names.iter().any(|name| name.contains("gtk") || name.contains("gdk"));
    println!("\nThe program is {megabytes:.1} MB. No GTK in it ({}): {}.", Verdict(free_of_gtk), names.join(", "));
}
