//! The program by itself: messages in, a window and messages out.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use postil::panel::protocol::{self, Done, FromPanel, Hello, ToPanel, Words};

use crate::bus::PrivateBus;
use crate::reader::Reader;
use crate::x11::{Client, DEADLINE, XServer, eventually};

/// A panel on a screen with a screen reader.
struct Panel {
    child: Child,
    to: Option<ChildStdin>,
    said: Receiver<FromPanel>,
    reader: Reader,
    x: XServer,
    _bus: PrivateBus,
}

impl Panel {
    fn start() -> Self {
        let (x, bus) = (XServer::start().with_window_manager(), PrivateBus::start());
        let reader = Reader::start(&x, &bus);
        let mut command = Command::new(env!("CARGO_BIN_EXE_postil-panel"));
        command.env("DISPLAY", &x.display).env("DBUS_SESSION_BUS_ADDRESS", bus.address());
        command.env_remove("WAYLAND_DISPLAY").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the panel starts");
        let (to, from) = (child.stdin.take(), child.stdout.take().expect("a pipe"));
        let (tell, said) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                let message = protocol::parse(line.as_bytes()).expect("a message");
                if tell.send(message).is_err() {
                    return;
                }
            }
        });
        Self { child, to, said, reader, x, _bus: bus }
    }

    /// One that has been greeted.
    fn greeted() -> Self {
        let mut panel = Self::start();
        panel.tell(&ToPanel::Hello(Hello::ours()));
        assert_eq!(panel.hear(), FromPanel::Hello(Hello::ours()));
        panel
    }

    fn tell(&mut self, message: &ToPanel) {
        let to = self.to.as_mut().expect("it was not hung up");
        to.write_all(&protocol::line(message)).expect("the panel listens");
    }

    fn hear(&self) -> FromPanel {
        self.said.recv_timeout(DEADLINE).expect("the panel says something")
    }

    /// A whole job.
    fn answer(&mut self, job: u64, text: &str) {
        self.tell(&ToPanel::Show { job, title: "Translate".into() });
        self.tell(&ToPanel::Source { job, text: words("The source.") });
        for piece in text.split_inclusive(' ') {
            self.tell(&ToPanel::Answer { job, lane: 0, text: words(piece) });
        }
        self.tell(&done(job, text));
        assert_eq!(self.hear(), FromPanel::Seen { job });
    }

    fn window(&self) -> u32 {
        self.x.window_of("postil-panel")
    }

    /// Gives the window the focus, as a click on it does.
    fn focus(&self) {
        self.x.activate(self.window());
    }

    fn ends_with(mut self, code: i32) {
        let status = eventually("the panel ends", || self.child.try_wait().expect("it is our child"));
        assert_eq!(status.code(), Some(code));
    }
}

impl Drop for Panel {
    fn drop(&mut self) {
        // It may have ended already.
        let _killed = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn words(text: &str) -> Words {
    Words::from(text.to_owned())
}

fn done(job: u64, text: &str) -> ToPanel {
    let notes = vec![words("said once")];
    ToPanel::Done(Done { job, label: None, text: words(text), by: "test/tiny".into(), notes, replaces: true })
}

#[test]
fn what_it_is_told_is_on_the_screen_and_takes_no_focus() {
    let mut panel = Panel::greeted();
    let editor = Client::new(&panel.x).show("Editor", "document");
    panel.x.await_focus(editor.window);
    panel.answer(1, "# Head\n\nAll **is** well, [see](https://example.com).\n\n- one");
    panel.reader.await_words("Head\nAll is well, see.\n•\tone");
    for expected in ["Translate", "test/tiny", "said once", "The text: The source."] {
        panel.reader.await_words(expected);
    }
    assert_eq!(panel.x.active_window(), Some(editor.window), "the editor keeps the focus");
    assert_ne!(panel.x.owner("PRIMARY"), panel.window());
}

#[test]
fn every_control_has_a_name() {
    let mut panel = Panel::greeted();
    panel.answer(1, "All is well.");
    panel.reader.await_words("All is well.");
    let seen = panel.reader.look();
    let buttons: Vec<_> = seen.iter().filter(|[role, ..]| role == "push button").map(|[_, name, _]| name).collect();
    let expected = [
        "Close (Escape)",
        "Copy the answer (Ctrl+C)",
        "Put it in the place of the selected text (Ctrl+Enter)",
        "Ask once more (Ctrl+R)",
    ];
    assert_eq!(buttons, expected);
    assert!(seen.iter().any(|[role, name, _]| role == "text" && name == "Answer"), "{seen:?}");
}

#[test]
fn keys_and_buttons_say_what_is_wanted() {
    let mut panel = Panel::greeted();
    panel.answer(1, "All is well.");
    panel.focus();
    panel.x.tap("Ctrl+c");
    assert_eq!(panel.hear(), FromPanel::Copy { job: 1 });
    panel.reader.press("Copy the answer");
    assert_eq!(panel.hear(), FromPanel::Copy { job: 1 });
    panel.x.tap("Ctrl+r");
    assert_eq!(panel.hear(), FromPanel::Retry { job: 1 });
    let before = panel.window();
    panel.answer(2, "All is well again.");
    panel.reader.await_words("All is well again.");
    assert_eq!(panel.window(), before, "it stays where it was asked for");
    panel.x.tap("Escape");
    assert_eq!(panel.hear(), FromPanel::Closed { job: 2 });
    panel.reader.await_nothing();
}

#[test]
fn replacing_makes_room_first() {
    let mut panel = Panel::greeted();
    let editor = Client::new(&panel.x).show("Editor", "document");
    panel.x.await_focus(editor.window);
    panel.answer(1, "All is well.");
    panel.focus();
    panel.x.tap("Ctrl+Return");
    assert_eq!(panel.hear(), FromPanel::Replace { job: 1 });
    panel.reader.await_nothing();
    panel.x.await_focus(editor.window);
}

#[test]
fn what_fails_is_said_in_the_same_place() {
    let mut panel = Panel::greeted();
    panel.tell(&ToPanel::Show { job: 1, title: "Explain".into() });
    panel.tell(&ToPanel::Doing { job: 1, sentence: "asking test/tiny …".into(), by: "test/tiny".into() });
    panel.reader.await_words("asking test/tiny …");
    panel.tell(&ToPanel::Failed { job: 1, sentence: words("nothing answers") });
    assert_eq!(panel.hear(), FromPanel::Seen { job: 1 });
    panel.reader.await_words("nothing answers");
    panel.reader.press("Ask once more");
    assert_eq!(panel.hear(), FromPanel::Retry { job: 1 });
}

#[test]
fn several_models_stand_below_each_other() {
    let mut panel = Panel::greeted();
    panel.tell(&ToPanel::Show { job: 1, title: "Translate".into() });
    panel.tell(&ToPanel::Lanes { job: 1, labels: vec!["a/b".into(), "c/d".into()] });
    panel.tell(&ToPanel::Reasoning { job: 1, lane: 0, text: words("thinking") });
    panel.tell(&ToPanel::Answer { job: 1, lane: 1, text: words("second") });
    panel.tell(&ToPanel::LaneOver { job: 1, lane: 0, failure: Some(words("no answer")) });
    for expected in ["a/b", "c/d", "second", "no answer", "Reasoning", "Answer of c/d"] {
        panel.reader.await_words(expected);
    }
    panel.reader.press("Stop asking");
    assert_eq!(panel.hear(), FromPanel::Cancel { job: 1 });
}

#[test]
fn jobs_that_run_have_windows_of_their_own() {
    let mut panel = Panel::greeted();
    for (job, text) in [(1, "first"), (2, "second")] {
        panel.tell(&ToPanel::Show { job, title: text.into() });
        panel.tell(&ToPanel::Answer { job, lane: 0, text: words(text) });
    }
    panel.reader.await_words("first");
    panel.reader.await_words("second");
    panel.tell(&done(2, "second"));
    assert_eq!(panel.hear(), FromPanel::Seen { job: 2 });
    panel.answer(3, "third");
    panel.reader.await_words("third");
    let texts: Vec<_> =
        panel.reader.look().into_iter().filter(|[role, ..]| role == "text").map(|[.., text]| text).collect();
    assert_eq!(texts.len(), 2, "what is over gives its window: {texts:?}");
}

#[test]
fn it_stays_within_the_monitor() {
    let mut panel = Panel::greeted();
    panel.x.run("xdotool", &["mousemove", "1020", "760"]);
    panel.answer(1, &"A long line of an answer that goes on and on. ".repeat(60));
    let window = panel.window().to_string();
    eventually("it is inside", || {
        let output =
            panel.x.command("xdotool", &["getwindowgeometry", "--shell", &window]).stdout(Stdio::piped()).output();
        let output = String::from_utf8(output.expect("xdotool is installed").stdout).ok()?;
        let number = |name: &str| -> Option<i32> {
            output.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
        };
        let (x, y, width, height) = (number("X")?, number("Y")?, number("WIDTH")?, number("HEIGHT")?);
        (x >= 0 && y >= 0 && x + width <= 1024 && y + height <= 768 && height > 300).then_some(())
    });
}

#[test]
fn it_ends_with_its_daemon() {
    let mut panel = Panel::greeted();
    panel.answer(1, "All is well.");
    panel.to = None;
    panel.ends_with(0);
}

#[test]
fn it_takes_nothing_from_another_version() {
    for first in [
        ToPanel::Hello(Hello { version: protocol::VERSION + 1, ..Hello::ours() }),
        ToPanel::Show { job: 1, title: "Translate".into() },
    ] {
        let mut panel = Panel::start();
        panel.tell(&first);
        panel.ends_with(1);
    }
}
