//! On sway: a layer surface near the pointer, without the keyboard until it is clicked.

use std::path::Path;
use std::process::{Command, Stdio};

use postil::panel::protocol::{FromPanel, ToPanel};

use crate::bus::PrivateBus;
use crate::model::{ANSWER, Model};
use crate::program::{Program, done, show, words};
use crate::reader::Reader;
use crate::sway::{self, Sway, eventually};
use crate::wayland_hands::{CTRL, Hands};

/// Keys by evdev's numbers.
pub const ESCAPE: u32 = 1;
pub const ENTER: u32 = 28;
const L: u32 = 38;
pub const DOWN: u32 = 108;
const C: u32 = 46;
pub const A: u32 = 30;

/// A compositor with a screen reader, a terminal that has the focus, and hands.
pub struct Desk {
    pub reader: Reader,
    pub hands: Hands,
    pub sway: Sway,
    bus: PrivateBus,
}

impl Desk {
    pub fn new() -> Self {
        let (mut sway, bus) = (Sway::start(), PrivateBus::start());
        let reader = Reader::on(&bus, |command| _ = command.env("XDG_RUNTIME_DIR", sway.folder()));
        let hands = Hands::on(&sway.folder().join(&sway.display), "us");
        let typed = sway.folder().join("typed");
        let script = format!("stty raw -echo; exec cat > {}", typed.display());
        sway.spawn("foot", &["--app-id", "foot", "sh", "-c", &script]);
        eventually("the terminal is ready", || typed.exists().then_some(()));
        sway.focus("foot");
        Self { reader, hands, sway, bus }
    }

    /// Makes a program one of this desktop's.
    fn takes(&self, command: &mut Command) {
        command.env("WAYLAND_DISPLAY", &self.sway.display).env("XDG_RUNTIME_DIR", self.sway.folder());
        command.env_remove("DISPLAY").env("DBUS_SESSION_BUS_ADDRESS", self.bus.address());
    }

    pub fn select(&mut self, text: &str) {
        self.sway.copy(&["--primary"], text);
        eventually("it is selected", || {
            let pasted = self.sway.command("wl-paste").args(["--primary", "--no-newline"]).output().ok()?;
            (pasted.stdout == text.as_bytes()).then_some(())
        });
    }

    /// What the terminal was typed.
    pub fn typed(&self) -> String {
        std::fs::read_to_string(self.sway.folder().join("typed")).expect("it was made")
    }

    pub fn await_typed(&self, expected: &str) {
        eventually(&format!("{expected:?} was typed"), || (self.typed() == expected).then_some(()));
    }

    pub fn picture(&self) -> Picture {
        let output = self.sway.command("grim").args(["-t", "ppm", "-"]).output().expect("grim is installed");
        Picture::read(&output.stdout)
    }

    /// The place of the panel's window, once one is drawn: left, top, right, bottom.
    pub fn await_window(&self, before: &Picture) -> (u32, u32, u32, u32) {
        let mut last = None;
        eventually("the window is drawn and stands still", || {
            let now = self.picture().differs_from(before)?;
            (last.replace(now) == Some(now)).then_some(now)
        })
    }

    /// Clicks where the panel is.
    fn click_on(&mut self, (left, top, right, bottom): (u32, u32, u32, u32)) {
        self.hands.click((left + right) / 2, (top + bottom) / 2);
        eventually("it has the keyboard", || self.reader.has_focus().then_some(()));
    }
}

/// The panel alone on such a desk.
pub struct Panel {
    pub program: Program,
    pub desk: Desk,
}

impl Panel {
    pub fn greeted() -> Self {
        let desk = Desk::new();
        let mut program = Program::start(|command| desk.takes(command));
        program.greet();
        Self { program, desk }
    }
}

/// What is on the screen, a pixel in three bytes.
pub struct Picture {
    width: usize,
    pixels: Vec<u8>,
}

impl Picture {
    /// A PPM file's: `P6 WIDTH HEIGHT 255` and the pixels.
    fn read(file: &[u8]) -> Self {
        let fields: Vec<_> = file.splitn(5, u8::is_ascii_whitespace).collect();
        let [b"P6", width, _, b"255", pixels] = fields[..] else { panic!("grim gives a picture") };
        let width = std::str::from_utf8(width).ok().and_then(|width| width.parse().ok());
        Self { width: width.expect("its width"), pixels: pixels.to_vec() }
    }

    /// The smallest rectangle around all that is not as it was: left, top, right, bottom.
    pub fn differs_from(&self, before: &Self) -> Option<(u32, u32, u32, u32)> {
        let pairs = self.pixels.chunks_exact(3).zip(before.pixels.chunks_exact(3));
        let different = pairs.enumerate().filter(|(_, (now, before))| now != before);
        let places = different.map(|(at, _)| ((at % self.width) as u32, (at / self.width) as u32));
        places.fold(None, |found, (x, y)| {
            let (left, top, right, bottom) = found.unwrap_or((x, y, x, y));
            Some((left.min(x), top.min(y), right.max(x), bottom.max(y)))
        })
    }
}

#[test]
fn it_stands_near_the_pointer_and_takes_no_key_before_it_is_clicked() {
    let mut panel = Panel::greeted();
    panel.desk.hands.move_to(300, 200);
    let before = panel.desk.picture();
    panel.program.answer(1, "All is well.");
    panel.desk.reader.await_words("All is well.");
    let (left, top, right, bottom) = panel.desk.await_window(&before);
    // To the left and above there may be the pointer itself.
    assert!(right.abs_diff(314 + 480) <= 2 && bottom > 330 && bottom < 470, "it ends at {right}, {bottom}");
    panel.desk.hands.tap(&[], A);
    panel.desk.await_typed("a");

    panel.desk.click_on((left, top, right, bottom));
    panel.desk.hands.tap(&[CTRL], C);
    assert_eq!(panel.program.hear(), FromPanel::Copy { job: 1, lane: 0 });
    panel.desk.hands.tap(&[], ESCAPE);
    assert_eq!(panel.program.hear(), FromPanel::Closed { job: 1 });
    panel.desk.reader.await_nothing();
    // The compositor may hear of a key before it hears that the window is gone.
    eventually("the terminal has the keyboard again", || {
        panel.desk.hands.tap(&[], A);
        panel.desk.typed().starts_with("aa").then_some(())
    });
}

#[test]
fn it_stays_within_the_monitor() {
    let mut panel = Panel::greeted();
    panel.desk.hands.move_to(1270, 790);
    let before = panel.desk.picture();
    panel.program.answer(1, &"A long line of an answer that goes on and on. ".repeat(40));
    let (left, top, right, bottom) = panel.desk.await_window(&before);
    assert!(left > 700 && top > 200 && right >= 1270 && bottom > 700, "{left} {top} {right} {bottom}");
    // The last line is on the screen: its buttons can be pressed there.
    panel.desk.reader.press("Copy the answer");
    assert_eq!(panel.program.hear(), FromPanel::Copy { job: 1, lane: 0 });
}

#[test]
fn it_is_moved_by_its_header_and_resized_by_its_corner() {
    let mut panel = Panel::greeted();
    panel.desk.hands.move_to(300, 200);
    let before = panel.desk.picture();
    panel.program.answer(1, "All is well.");
    let (left, top, right, bottom) = panel.desk.await_window(&before);
    // What is to the left and above may change too: the terminal draws its cursor otherwise without the focus.
    let await_corner = |panel: &mut Panel, x: u32, y: u32, pointer: (u32, u32)| {
        eventually(&format!("its corner is at {x}, {y}"), || {
            // A hand that holds a button is never quite still.
            panel.desk.hands.move_to(pointer.0 + 1, pointer.1);
            panel.desk.hands.move_to(pointer.0, pointer.1);
            let (_, _, right, bottom) = panel.desk.picture().differs_from(&before)?;
            (right.abs_diff(x) <= 12 && bottom.abs_diff(y) <= 12).then_some(())
        });
    };
    panel.desk.hands.move_to(left + 200, top + 10);
    panel.desk.hands.press();
    await_corner(&mut panel, right + 80, bottom + 100, (left + 280, top + 110));
    panel.desk.hands.release();
    panel.desk.hands.move_to(right + 68, bottom + 86);
    panel.desk.hands.press();
    await_corner(&mut panel, right + 160, bottom + 200, (right + 148, bottom + 186));
}

/// The daemon on such a desk, with its panel and a model.
pub struct Whole {
    pub desk: Desk,
    _daemon: sway::Program,
    pub folder: tempfile::TempDir,
    pub model: Model,
}

impl Whole {
    pub fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// `prepare`: puts into the configuration's folder what is to be there from the start.
    pub fn start_with(prepare: impl FnOnce(&Path)) -> Self {
        let (desk, model, folder) = (Desk::new(), Model::start(), tempfile::tempdir().expect("a folder"));
        let address = model.base_url();
        let provider =
            format!("[provider.test]\nkind = \"openai\"\nbase_url = \"{address}\"\napi_key_env = \"TEST_KEY\"\n");
        let config = format!("model = \"test/tiny\"\nlanguages = [\"en\", \"de\"]\n{provider}");
        std::fs::write(folder.path().join("config.toml"), config).expect("the configuration");
        prepare(folder.path());
        let daemon = postil(&desk, folder.path(), &["daemon"]).stderr(Stdio::null()).spawn().expect("postil starts");
        let whole = Self { desk, _daemon: sway::Program(daemon), folder, model };
        eventually("the daemon answers", || whole.cli(&["status"]).then_some(()));
        whole
    }

    /// Whether a command goes well.
    pub fn cli(&self, arguments: &[&str]) -> bool {
        let mut command = postil(&self.desk, self.folder.path(), arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("postil starts").success()
    }
}

/// `postil` on this desk.
fn postil(desk: &Desk, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postil"));
    desk.takes(command.args(arguments).env_clear());
    command.env("PATH", "/usr/local/bin:/usr/bin:/bin").env("HOME", folder).env("TEST_KEY", "x").env("LANG", "C.UTF-8");
    command.env("POSTIL_CONFIG", folder.join("config.toml")).env("POSTIL_PANEL", env!("CARGO_BIN_EXE_postil-panel"));
    command.stdin(Stdio::null());
    command
}

#[test]
fn an_answer_goes_from_the_panel_to_where_the_text_was() {
    let mut whole = Whole::start();
    whole.desk.select("The weather is lovely.");
    whole.desk.hands.move_to(300, 200);
    let before = whole.desk.picture();
    assert!(whole.cli(&["trigger", "translate"]));
    whole.desk.reader.await_words(ANSWER);
    let window = whole.desk.await_window(&before);
    assert!(whole.model.requests()[0].body.windows(7).any(|words| words == b"weather"));
    whole.desk.click_on(window);
    whole.desk.hands.tap(&[CTRL], ENTER);
    whole.desk.reader.await_nothing();
    whole.desk.await_typed(ANSWER);
}

#[test]
fn one_asks_further_and_chooses_from_a_menu() {
    let mut panel = Panel::greeted();
    panel.desk.hands.move_to(300, 200);
    let before = panel.desk.picture();
    panel.program.tell(&show(1, "Translate"));
    let languages = ["en", "de"].map(str::to_owned).to_vec();
    panel.program.tell(&ToPanel::Choices { job: 1, models: Vec::new(), languages });
    panel.program.tell(&done(1, "All is well."));
    assert_eq!(panel.program.hear(), FromPanel::Seen { job: 1 });
    panel.desk.reader.await_words("All is well.");
    let window = panel.desk.await_window(&before);
    panel.desk.click_on(window);
    panel.desk.hands.tap(&[], A);
    panel.desk.hands.tap(&[], ENTER);
    assert_eq!(panel.program.hear(), FromPanel::Follow { job: 1, lane: 0, question: words("a") });
    panel.program.answer(2, "Better.");
    panel.desk.reader.await_words("Better.");
    panel.desk.hands.tap(&[CTRL], L);
    // The menu is above the window, and has the keyboard.
    let open = panel.desk.picture();
    eventually("the menu is drawn", || panel.desk.picture().differs_from(&open));
    panel.desk.hands.tap(&[], DOWN);
    panel.desk.hands.tap(&[], ENTER);
    let language = Some("en".to_owned());
    assert_eq!(panel.program.hear(), FromPanel::Retry { job: 2, model: None, language });
    assert_eq!(panel.desk.typed(), "", "nothing of it goes elsewhere");
}
