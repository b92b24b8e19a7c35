//! The program by itself: messages in, a window and messages out.

use std::ops::{Deref, DerefMut};
use std::process::Stdio;

use postil::panel::protocol::{self, FromPanel, Hello, ToPanel};

use crate::bus::PrivateBus;
use crate::program::{Program, done, show, words};
use crate::reader::Reader;
use crate::x11::{Client, XServer, eventually};

/// A panel on a screen with a screen reader.
pub struct Panel {
    program: Program,
    pub reader: Reader,
    pub x: XServer,
    _bus: PrivateBus,
}

impl Panel {
    fn start() -> Self {
        Self::start_in("C.UTF-8")
    }

    fn start_in(locale: &str) -> Self {
        Self::start_on(XServer::start().with_window_manager(), locale)
    }

    fn start_on(x: XServer, locale: &str) -> Self {
        Self::start_with(x, PrivateBus::start(), locale)
    }

    fn start_with(x: XServer, bus: PrivateBus, locale: &str) -> Self {
        let reader = Reader::start(&x, &bus);
        let program = Program::start(|command| {
            command.env("DISPLAY", &x.display).env("DBUS_SESSION_BUS_ADDRESS", bus.address());
            command.env_remove("WAYLAND_DISPLAY").env("LANG", locale);
            command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env_remove("LANGUAGE");
        });
        Self { program, reader, x, _bus: bus }
    }

    /// One for who speaks another language.
    pub fn in_language(locale: &str) -> Self {
        let mut panel = Self::start_in(locale);
        panel.greet();
        panel
    }

    /// One that has been greeted.
    pub fn greeted() -> Self {
        let mut panel = Self::start();
        panel.greet();
        panel
    }

    /// One on this screen that has been greeted.
    pub fn greeted_on(x: XServer) -> Self {
        let mut panel = Self::start_on(x, "C.UTF-8");
        panel.greet();
        panel
    }

    /// One on a bus with services that has been greeted.
    pub fn greeted_with(bus: PrivateBus) -> Self {
        let mut panel = Self::start_with(XServer::start().with_window_manager(), bus, "C.UTF-8");
        panel.greet();
        panel
    }

    pub fn window(&self) -> u32 {
        self.x.window_of("postil-panel")
    }

    /// Gives the window the focus, as a click on it does.
    pub fn focus(&self) {
        self.x.activate(self.window());
    }
}

impl Deref for Panel {
    type Target = Program;

    fn deref(&self) -> &Program {
        &self.program
    }
}

impl DerefMut for Panel {
    fn deref_mut(&mut self) -> &mut Program {
        &mut self.program
    }
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
        "test/tiny",
        "All that can be done (Ctrl+K)",
        "Close (Escape)",
        "Copy the answer (Ctrl+C)",
        "Put it in the place of the selected text (Ctrl+Enter)",
        "Put it below the selected text (Ctrl+Shift+Enter)",
        "Ask once more (Ctrl+R)",
    ];
    assert_eq!(buttons, expected);
    assert!(seen.iter().any(|[role, name, _]| role == "text" && name == "Answer"), "{seen:?}");
}

#[test]
fn a_code_is_copied_by_itself_also_while_it_comes() {
    let mut panel = Panel::greeted();
    panel.tell(&show(1, "Explain"));
    let piece = |text: &str| ToPanel::Answer { job: 1, lane: 0, text: words(text) };
    panel.tell(&piece("Before:\n\n```sh\nls -l\n"));
    panel.reader.await_words("Before:\nsh  \nls -l");
    panel.reader.press("Copy this code");
    assert_eq!(panel.hear(), FromPanel::CopyCode { job: 1, code: words("ls -l") });
    panel.reader.await_announcement("Copied");
    panel.tell(&piece("cd\n```\n\nAfter: `x`"));
    panel.reader.await_words("Before:\nsh  \nls -l\ncd\nAfter: x");
    panel.focus();
    panel.reader.focus("Copy this code");
    panel.x.tap("Return");
    assert_eq!(panel.hear(), FromPanel::CopyCode { job: 1, code: words("ls -l\ncd") });
}

#[test]
fn keys_and_buttons_say_what_is_wanted() {
    let mut panel = Panel::greeted();
    panel.answer(1, "All is well.");
    panel.focus();
    panel.x.tap("Ctrl+c");
    assert_eq!(panel.hear(), FromPanel::Copy { job: 1, lane: 0 });
    panel.reader.press("Copy the answer");
    assert_eq!(panel.hear(), FromPanel::Copy { job: 1, lane: 0 });
    panel.x.tap("Ctrl+r");
    assert_eq!(panel.hear(), FromPanel::Retry { job: 1, model: None, language: None });
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
    assert_eq!(panel.hear(), FromPanel::Replace { job: 1, lane: 0 });
    panel.reader.await_nothing();
    panel.x.await_focus(editor.window);
}

#[test]
fn what_fails_is_said_in_the_same_place() {
    let mut panel = Panel::greeted();
    panel.tell(&show(1, "Explain"));
    panel
        .tell(&ToPanel::Doing { job: 1, sentence: "asking test/tiny …".into(), by: "test/tiny".into(), waits: None });
    panel.reader.await_words("asking test/tiny …");
    panel.tell(&ToPanel::Failed { job: 1, sentence: words("nothing answers") });
    assert_eq!(panel.hear(), FromPanel::Seen { job: 1 });
    panel.reader.await_words("nothing answers");
    panel.reader.press("Ask once more");
    assert_eq!(panel.hear(), FromPanel::Retry { job: 1, model: None, language: None });
}

#[test]
fn several_models_stand_below_each_other() {
    let mut panel = Panel::greeted();
    panel.tell(&show(1, "Translate"));
    panel.tell(&ToPanel::Lanes { job: 1, labels: vec!["a/b".into(), "c/d".into()] });
    panel.tell(&ToPanel::Reasoning { job: 1, lane: 0, text: words("thinking") });
    panel.tell(&ToPanel::Answer { job: 1, lane: 1, text: words("second") });
    panel.tell(&ToPanel::LaneOver { job: 1, lane: 0, failure: Some(words("no answer")), toll: "2.0 s".into() });
    for expected in ["a/b: 2.0 s", "c/d", "second", "no answer", "Reasoning", "Answer of c/d"] {
        panel.reader.await_words(expected);
    }
    panel.reader.press("Stop asking");
    assert_eq!(panel.hear(), FromPanel::Cancel { job: 1 });
}

#[test]
fn jobs_that_run_have_windows_of_their_own() {
    let mut panel = Panel::greeted();
    for (job, text) in [(1, "first"), (2, "second")] {
        panel.tell(&show(job, text));
        panel.tell(&ToPanel::Answer { job, lane: 0, text: words(text) });
    }
    panel.reader.await_words("first");
    panel.reader.await_words("second");
    panel.tell(&done(2, "second"));
    assert_eq!(panel.hear(), FromPanel::Seen { job: 2 });
    panel.answer(3, "third");
    panel.reader.await_words("third");
    let texts: Vec<_> = panel
        .reader
        .look()
        .into_iter()
        .filter(|[role, name, _]| role == "text" && name == "Answer")
        .map(|[.., text]| text)
        .collect();
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
    panel.hang_up();
    panel.ends_with(0);
}

#[test]
fn it_takes_nothing_from_another_version() {
    for first in [ToPanel::Hello(Hello { version: protocol::VERSION + 1, ..Hello::ours() }), show(1, "Translate")] {
        let mut panel = Panel::start();
        panel.tell(&first);
        panel.ends_with(1);
    }
}
