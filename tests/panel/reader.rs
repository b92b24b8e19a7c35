//! The accessibility bus of a session, and a screen reader on it.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::bus::PrivateBus;
use crate::x11::{DEADLINE, XServer, eventually};

/// Where Debian has it; it is in no PATH.
const LAUNCHER: &str = "/usr/libexec/at-spi-bus-launcher";

/// Ends with its fixture.
pub struct Reader {
    launcher: Child,
    process: RefCell<Child>,
    pipes: RefCell<(ChildStdin, BufReader<ChildStdout>)>,
}

impl Reader {
    pub fn start(x: &XServer, bus: &PrivateBus) -> Self {
        Self::on(bus, |command| _ = command.env("DISPLAY", &x.display))
    }

    /// Where there may be no X server. `on`: makes a program one of the desktop's.
    pub fn on(bus: &PrivateBus, on: impl Fn(&mut Command)) -> Self {
        let on_bus = |mut command: Command| {
            on(command.env_remove("DISPLAY").env("DBUS_SESSION_BUS_ADDRESS", bus.address()));
            command.env_remove("AT_SPI_BUS_ADDRESS").env_remove("WAYLAND_DISPLAY").stderr(Stdio::null());
            command
        };
        let mut launcher = on_bus(Command::new(LAUNCHER));
        let launcher = launcher.arg("--launch-immediately").stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let launcher = launcher.expect("at-spi2-core is installed");
        // The system's own, as python3-gi is its package.
        let mut python = on_bus(Command::new("/usr/bin/python3"));
        python.args(["-c", include_str!("reader.py")]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = python.spawn().expect("python3-gi is installed");
        let to = process.stdin.take().expect("a pipe");
        let mut from = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut ready = String::new();
        from.read_line(&mut ready).expect("the reader speaks");
        assert_eq!(ready.trim(), "ready", "gir1.2-atspi-2.0 is installed");
        Self { launcher, process: RefCell::new(process), pipes: RefCell::new((to, from)) }
    }

    fn ask(&self, request: &str) -> Value {
        let mut pipes = self.pipes.borrow_mut();
        writeln!(pipes.0, "{request}").expect("the reader listens");
        let mut line = String::new();
        pipes.1.read_line(&mut line).expect("the reader speaks");
        assert!(!line.is_empty(), "the reader has ended: {:?}", self.process.borrow_mut().wait());
        serde_json::from_str(&line).expect("JSON")
    }

    /// Role, name and text of all that is on the screen.
    pub fn look(&self) -> Vec<[String; 3]> {
        serde_json::from_value(self.ask("look")).unwrap_or_default()
    }

    /// Waits until the panel has said this by itself.
    pub fn await_announcement(&self, said: &str) {
        eventually(&format!("{said:?} is announced"), || self.has_heard(|one| one == said).then_some(()));
    }

    /// Whether such a thing was said by itself so far.
    pub fn has_heard(&self, is_it: impl Fn(&str) -> bool) -> bool {
        self.ask("announced").as_array().is_some_and(|all| all.iter().filter_map(|one| one.as_str()).any(is_it))
    }

    /// Whether one of the panel's windows has the keyboard.
    pub fn has_focus(&self) -> bool {
        self.ask("focused") == true
    }

    /// Gives what is called so the keyboard of its window.
    pub fn focus(&self, name: &str) {
        eventually(&format!("{name} takes the keyboard"), || {
            (self.ask(&format!("focus {name}")) == true).then_some(())
        });
    }

    /// Waits until something has this text or name.
    pub fn await_words(&self, words: &str) {
        let end = Instant::now() + DEADLINE;
        loop {
            let seen = self.look();
            if seen.iter().any(|[_, name, text]| name == words || text == words) {
                return;
            }
            assert!(Instant::now() < end, "the panel does not show {words:?} but {seen:?}");
        }
    }

    /// Waits until nothing is on the screen.
    pub fn await_nothing(&self) {
        eventually("the panel shows nothing", || self.look().is_empty().then_some(()));
    }

    /// Presses the button whose name begins so, when it is there.
    pub fn press(&self, name: &str) {
        eventually(&format!("a button {name}"), || (self.ask(&format!("press {name}")) == true).then_some(()));
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Either may have ended already.
        let _killed = self.process.borrow_mut().kill();
        let _reaped = self.process.borrow_mut().wait();
        // Asked to end, it takes its bus with it.
        let _asked = kill_process(Pid::from_child(&self.launcher), Signal::TERM);
        let _reaped = self.launcher.wait();
    }
}
