//! The applications: how each is started, its text selected, and its own text had.

use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use tempfile::TempDir;
use x11rb::protocol::xproto::Window;

use crate::page::Page;
use crate::world::{App, World};
use crate::x11::{DEADLINE, XServer, eventually};

/// An editor with a file, whose text is what it selects when everything is selected.
pub struct File {
    window: Window,
    folder: TempDir,
}

impl File {
    pub fn new(server: &mut XServer, program: &str, arguments: &[&str], class: &str) -> Self {
        let (folder, path) = file("one two three");
        let home = folder.path().to_str().expect("a plain path").to_owned();
        let mut arguments = arguments.to_vec();
        arguments.push(&path);
        server.spawn_at(&home, program, &arguments);
        let window = server.window_of(class);
        server.await_focus(window);
        Self { window, folder }
    }
}

impl App for File {
    fn window(&self) -> Window {
        self.window
    }

    fn select(&self, world: &World) {
        world.select_all();
    }

    fn is(&self, world: &World, text: &str) -> bool {
        world.select_all();
        world.selected().as_deref() == Some(text)
    }
}

/// A text view of GTK that notes when its text changes.
pub struct Noting(File);

const NOTING: &str = r#"
import os, sys, time, gi
gi.require_version("Gtk", "3.0")
from gi.repository import GLib
GLib.set_prgname("noting")
from gi.repository import Gtk
view = Gtk.TextView()
view.get_buffer().set_text(open(sys.argv[-1]).read())
notes = open(os.path.join(os.environ["HOME"], "notes"), "w", buffering=1)
view.get_buffer().connect("changed", lambda _: notes.write("%d\n" % time.time_ns()))
window = Gtk.Window(title="noting")
window.add(view)
window.set_default_size(500, 300)
window.show_all()
Gtk.main()
"#;

impl Noting {
    pub fn new(server: &mut XServer) -> Self {
        // The system's own, as python3-gi is its package.
        Self(File::new(server, "/usr/bin/python3", &["-c", NOTING], "Noting"))
    }

    /// When its text changed last, by the system's clock.
    pub fn changed(&self) -> SystemTime {
        let notes = std::fs::read_to_string(self.0.folder.path().join("notes")).expect("it has begun");
        let last = notes.lines().last().expect("something has changed").parse().expect("nanoseconds");
        SystemTime::UNIX_EPOCH + Duration::from_nanos(last)
    }
}

impl App for Noting {
    fn window(&self) -> Window {
        self.0.window
    }

    fn select(&self, world: &World) {
        self.0.select(world);
    }

    fn is(&self, world: &World, text: &str) -> bool {
        self.0.is(world, text)
    }
}

/// A program that selects and pastes through another connection than that of its window, as LibreOffice does where it has
/// no toolkit.
pub struct Connected {
    window: Window,
    folder: TempDir,
}

const CONNECTED: &str = r#"
import os, gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib
GLib.set_prgname("connected")
from gi.repository import Gtk
other = Gdk.Display.open(os.environ["DISPLAY"])
clipboard = lambda name: Gtk.Clipboard.get_for_display(other, Gdk.Atom.intern(name, False))
notes = open(os.path.join(os.environ["HOME"], "notes"), "w", buffering=1)
def pressed(_, event):
    if event.keyval == Gdk.KEY_v and event.state & Gdk.ModifierType.CONTROL_MASK:
        notes.write("%s\n" % clipboard("CLIPBOARD").wait_for_text())
clipboard("PRIMARY").set_text("one two three", -1)
window = Gtk.Window(title="connected")
window.connect("key-press-event", pressed)
window.set_default_size(300, 200)
window.show_all()
Gtk.main()
"#;

impl Connected {
    pub fn new(server: &mut XServer) -> Self {
        let folder = python(server, CONNECTED);
        let window = server.window_of("connected");
        server.await_focus(window);
        Self { window, folder }
    }
}

impl App for Connected {
    fn window(&self) -> Window {
        self.window
    }

    fn select(&self, world: &World) {
        eventually("it is selected", || world.selected());
    }

    fn is(&self, _world: &World, text: &str) -> bool {
        eventually("it is pasted", || {
            let notes = std::fs::read_to_string(self.folder.path().join("notes")).ok()?;
            (notes.lines().last() == Some(text)).then_some(())
        });
        true
    }
}

/// Runs a program of the system's own Python, as python3-gi is its package, in a folder of its own.
pub fn python(server: &mut XServer, program: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    server.spawn_at(folder.path().to_str().expect("a plain path"), "/usr/bin/python3", &["-c", program]);
    folder
}

fn file(text: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("text.txt");
    std::fs::write(&path, text).expect("it is written");
    let path = path.to_str().expect("a plain path").to_owned();
    (folder, path)
}

/// A terminal in which a shell notes each line that it gets. Nothing is echoed, so what it shows stays as it is.
pub struct Terminal {
    window: Window,
    lines: PathBuf,
    _folder: TempDir,
}

const NOTE_LINES: &str = r#"stty -echo; for n in 1 2 3 4 5 6 7 8; do echo the selected line; done; while IFS= read -r line; do printf '%s\n' "$line" >> "$0"; done"#;

impl Terminal {
    pub fn new(server: &mut XServer, program: &str, arguments: &[&str], class: &str) -> Self {
        let (folder, path) = file("");
        let home = folder.path().to_str().expect("a plain path").to_owned();
        let mut arguments = arguments.to_vec();
        let program = match arguments.first() {
            Some(&"--dbus-run") => {
                arguments.remove(0);
                "dbus-run-session"
            }
            _ => program,
        };
        arguments.extend(["sh", "-c", NOTE_LINES, &path]);
        server.spawn_at(&home, program, &arguments);
        let window = server.window_of(class);
        server.await_focus(window);
        Self { window, lines: path.into(), _folder: folder }
    }

    fn lines(&self) -> Vec<String> {
        let lines = std::fs::read_to_string(&self.lines).unwrap_or_default();
        lines.lines().map(str::to_owned).collect()
    }
}

impl App for Terminal {
    fn window(&self) -> Window {
        self.window
    }

    /// A line, by three clicks, of which the second selects a word.
    fn select(&self, world: &World) {
        world.select_by("the selected line", || world.server.triple_click(self.window));
    }

    fn is(&self, world: &World, text: &str) -> bool {
        let before = self.lines().len();
        world.server.tap("Return");
        eventually("the line has arrived", || (self.lines().len() > before).then_some(()));
        self.lines().last().map(String::as_str) == Some(text)
    }
}

/// Chromium with one field.
pub struct Web {
    window: Window,
    page: Page,
    _folder: TempDir,
}

impl Web {
    pub fn new(server: &mut XServer, field: &'static str) -> Self {
        let (folder, _) = file("");
        let home = folder.path().to_str().expect("a plain path").to_owned();
        let page = Page::serve(field);
        let arguments = [
            "--no-sandbox".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-gpu".to_owned(),
            "--password-store=basic".to_owned(),
            format!("--user-data-dir={home}/profile"),
            format!("--app={}", page.address),
        ];
        server.spawn_at(&home, "chromium", &arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let window = server.window_of("Chromium");
        server.await_focus(window);
        eventually("the page is there", || page.value());
        Self { window, page, _folder: folder }
    }
}

impl App for Web {
    fn window(&self) -> Window {
        self.window
    }

    fn await_ready(&self, world: &World) {
        world.await_keys();
    }

    fn select(&self, world: &World) {
        world.select_all();
    }

    fn is(&self, _world: &World, text: &str) -> bool {
        let end = Instant::now() + DEADLINE;
        let is_there = || self.page.value().is_some_and(|value| value.trim_end() == text);
        while !is_there() && Instant::now() < end {
            std::thread::park_timeout(Duration::from_millis(5));
        }
        if !is_there() {
            println!("the page's value is {:?}", self.page.value());
        }
        is_there()
    }
}

pub struct Writer(File);

impl Writer {
    pub fn new(server: &mut XServer) -> Self {
        let arguments = ["--writer", "--norestore", "--nologo", "--nolockcheck"];
        Self(File::new(server, "libreoffice", &arguments, "libreoffice-writer"))
    }
}

impl App for Writer {
    fn window(&self) -> Window {
        self.0.window
    }

    fn await_ready(&self, world: &World) {
        self.select(world);
    }

    /// Where what it is to select is what was selected before, it may not say so a second time.
    fn select(&self, world: &World) {
        world.await_keys();
    }

    /// It gives PRIMARY a moment later.
    fn is(&self, world: &World, text: &str) -> bool {
        (0..3).any(|_| {
            self.select(world);
            world.selected().as_deref() == Some(text)
        })
    }
}

pub struct Emacs(File);

impl Emacs {
    pub fn new(server: &mut XServer) -> Self {
        Self(File::new(server, "emacs", &["-Q", "--no-splash"], "Emacs"))
    }
}

impl App for Emacs {
    fn window(&self) -> Window {
        self.0.window
    }

    fn await_ready(&self, world: &World) {
        world.await_keys();
    }

    fn select(&self, world: &World) {
        self.0.select(world);
    }

    fn is(&self, world: &World, text: &str) -> bool {
        eventually("the buffer's text", || self.0.is(world, text).then_some(()));
        true
    }
}
