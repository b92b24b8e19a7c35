//! From the key press to a correction that no model has made: with the child process that makes it there, and with one that
//! has to be started first.

use std::fs;
use std::time::Duration;

use super::idle::{LONGER_THAN_A_REST, Memory, megabytes};
use super::press;
use super::server::Server;
use super::world::{Running, World, home, pass, postil};
use crate::distribution::{Distribution, Target, Verdict};

/// The key that, with Ctrl and Alt held, corrects what is selected.
const KEY: &str = "k";

/// About 200 characters, four mistakes in them.
const TEXT: &str = "The daemon listens on a socket in the runtime directory, and every request is answerd in the order in \
    which it came. If the the connection is lost, a error is shown and nothing is lsot on the way.";

/// Between two presses, as a person's.
const REST: Duration = Duration::from_millis(20);

/// What the child waits for the next text here, in seconds, in place of two minutes.
const CHILD_IDLE: u64 = 1;

/// What the daemon needs to see that its child has gone.
const MOST_WAIT: Duration = Duration::from_secs(10);

/// KB: what an allocator keeps for itself.
const MARGIN: u64 = 256;

const WARM: u64 = 60;
const COLD: u64 = 1500;

/// Presses a key so many times with the child there, and so many times without.
pub fn measure(warm: usize, cold: usize) {
    let world = World::start();
    // Its model is asked once, before.
    let server = Server::start();
    let home = home(&server);
    let prompt = "---\nname: Mend it\nengine: harper\nshortcut: Ctrl+Alt+K\nto: [notify]\n---\n";
    fs::write(home.path().join(".config/postil/prompts/mend-it.md"), prompt).expect("a file");
    let mut command = world.command(&postil(), home.path());
    command.env("POSTIL_FIX_IDLE", CHILD_IDLE.to_string());
    let daemon = Running::start(command);
    let key = world.keycode(KEY);
    world.await_grab(key);
    world.session.next_item();
    // What any first press leaves, and what is given back when there is nothing to do, is measured in Idle.
    press::once(&world, &server);
    pass(LONGER_THAN_A_REST);
    let before = Memory::of(daemon.id());
    world.select_text(TEXT);
    world.hold_modifiers();
    let press = || {
        pass(REST);
        let sent = world.press(key);
        let notified = world.session.next_notification();
        world.release(key);
        notified - sent
    };
    let after_none: Distribution = (0..cold)
        .map(|_| {
            await_no_child(&daemon);
            press()
        })
        .collect();
    press();
    let after_others: Distribution = (0..warm).map(|_| press()).collect();
    world.let_go();
    await_no_child(&daemon);
    pass(LONGER_THAN_A_REST);
    let after = Memory::of(daemon.id());
    println!("{}", Distribution::HEAD);
    let characters = TEXT.chars().count();
    println!("{}", after_others.row(&format!("{characters} characters, warm: key to Notify"), &Target::median(WARM)));
    println!("{}", after_none.row(&format!("{characters} characters, cold: key to Notify"), &Target::median(COLD)));
    println!(
        "\nThe daemon at rest, its child gone: PSS before {}, after {} ({}).",
        megabytes(before.pss),
        megabytes(after.pss),
        Verdict(after.pss <= before.pss + MARGIN)
    );
}

/// Until the child has gone by itself.
fn await_no_child(daemon: &Running) {
    const LOOK_EVERY: Duration = Duration::from_millis(20);
    let children = format!("/proc/{0}/task/{0}/children", daemon.id());
    let mut waited = Duration::ZERO;
    while fs::read_to_string(&children).is_ok_and(|children| !children.trim().is_empty()) {
        assert!(waited < MOST_WAIT, "the child goes when it is idle");
        pass(LOOK_EVERY);
        waited += LOOK_EVERY;
    }
}
