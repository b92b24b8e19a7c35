//! The applications: how each is started, its text selected, and its own text had.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use postil::desktop::Pick;

use crate::page::Page;
use crate::sway::{DEADLINE, Sway, eventually};
use crate::wayland_hands::{CTRL, END, HOME, SHIFT};
use crate::world::{App, World};

const FIRST: &str = "one two three";

/// An editor with a file, whose text is what it selects when everything is selected.
pub struct File {
    text: String,
}

impl File {
    pub fn new(sway: &mut Sway, program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let file = sway.folder().join("text.txt");
        fs::write(&file, FIRST).unwrap();
        let mut command = sway.command(program);
        command.args(arguments).arg(file).envs(environment.iter().copied()).stdout(Stdio::null());
        command.env("HOME", sway.folder()).env("GSETTINGS_BACKEND", "memory").env("DBUS_SESSION_BUS_ADDRESS", "x:");
        let child = command.spawn().expect("the editor is installed");
        sway.keep(child);
        Self { text: FIRST.into() }
    }
}

impl App for File {
    fn select(&mut self, world: &mut World) -> String {
        select_all(world, &self.text);
        self.text.clone()
    }

    fn has_got(&mut self, world: &mut World, answer: &str) -> bool {
        self.text = answer.into();
        (0..5).any(|_| press_select_all(world, answer))
    }
}

/// By keys that every layout has, until it is so: before its first window takes keys there is nothing to be selected.
fn select_all(world: &mut World, text: &str) {
    let is_selected = (0..10).any(|_| press_select_all(world, text));
    assert!(is_selected, "{text:?} is selected, but it is {:?}", world.selected());
}

/// Whether that has selected this text.
fn press_select_all(world: &mut World, text: &str) -> bool {
    world.hands.tap(&[CTRL], END);
    world.hands.tap(&[CTRL, SHIFT], HOME);
    world.read_within_moments(Pick::Selection, text)
}

/// A terminal that writes down what it is given.
pub struct Terminal {
    given: PathBuf,
    text: String,
}

const WRITE_DOWN: &str =
    r#"for n in 1 2 3 4 5 6 7 8; do echo selected; done; stty raw -echo; : > "$0"; exec cat >> "$0""#;

/// Where a line of it stands.
const A_LINE: (u32, u32) = (30, 50);

impl Terminal {
    pub fn new(sway: &mut Sway) -> Self {
        let given = sway.folder().join("given");
        sway.spawn("foot", &["--app-id", "foot", "sh", "-c", WRITE_DOWN, given.to_str().unwrap()]);
        eventually("the terminal is ready", || given.exists().then_some(()));
        sway.focus("foot");
        Self { given, text: String::new() }
    }
}

impl App for Terminal {
    /// A line, by three clicks.
    fn select(&mut self, world: &mut World) -> String {
        eventually("a line is selected", || {
            (0..3).for_each(|_| world.hands.click(A_LINE.0, A_LINE.1));
            world.selected().filter(|line| line.contains("selected"))
        })
    }

    fn has_got(&mut self, _: &mut World, answer: &str) -> bool {
        self.text.push_str(answer);
        eventually("the answer has arrived", || {
            let given = fs::read_to_string(&self.given).ok()?;
            (given.len() >= self.text.len()).then_some(given)
        }) == self.text
    }
}

/// Chromium with one field.
pub struct Web {
    page: Page,
}

impl Web {
    pub fn new(sway: &mut Sway, field: &'static str) -> Self {
        let page = Page::serve(field);
        let home = sway.folder().to_owned();
        let mut command = sway.command("chromium");
        command.args(["--ozone-platform=wayland", "--no-sandbox", "--no-first-run", "--disable-gpu"]);
        command.arg("--password-store=basic").arg(format!("--user-data-dir={}", home.join("profile").display()));
        command.arg(format!("--app={}", page.address)).env("HOME", &home).env("DBUS_SESSION_BUS_ADDRESS", "x:");
        sway.keep(command.stdout(Stdio::null()).spawn().expect("Chromium is installed"));
        eventually("the page is there", || page.value());
        Self { page }
    }
}

impl App for Web {
    fn select(&mut self, world: &mut World) -> String {
        let text = self.page.value().unwrap_or_default();
        select_all(world, text.trim_end());
        text.trim_end().to_owned()
    }

    fn has_got(&mut self, _: &mut World, answer: &str) -> bool {
        let end = Instant::now() + DEADLINE;
        let is_there = || self.page.value().is_some_and(|value| value.trim_end() == answer);
        while !is_there() && Instant::now() < end {
            std::thread::park_timeout(Duration::from_millis(5));
        }
        if !is_there() {
            println!("the page's value is {:?}", self.page.value());
        }
        is_there()
    }
}
