//! The picker on sway and KWin: a layer surface that has the keyboard until something was chosen.

use std::fs;
use std::path::PathBuf;

use postil::desktop::Desktop;
use postil::panel::picking::Offer;
use postil::panel::protocol::{FromPanel, ToPanel};

use crate::kwin::KWin;
use crate::model::ANSWER;
use crate::picker::entries;
use crate::program::{Program, words};
use crate::reader::Reader;
use crate::server::says;
use crate::sway::{DEADLINE, eventually};
use crate::wayland::{A, ENTER, ESCAPE, Panel, Whole};
use crate::wayland_hands::{CTRL, Hands};

const TAB: u32 = 15;

/// Beside the picker, wherever on the screen that stands.
const CORNER: (u32, u32) = (20, 120);

/// The keys of letters, by evdev's numbers.
fn key(letter: char) -> u32 {
    let rows = [(16, "qwertyuiop"), (30, "asdfghjkl"), (44, "zxcvbnm"), (57, " ")];
    let on = |(first, row): (u32, &str)| row.find(letter).map(|place| first + place as u32);
    rows.into_iter().find_map(on).expect("it is a letter")
}

impl Hands {
    pub fn types(&mut self, text: &str) {
        text.chars().for_each(|letter| self.tap(&[], key(letter)));
    }
}

impl Panel {
    /// The picker, with the keyboard.
    fn picks(&mut self, job: u64, text: Option<&str>) {
        let about = if text.is_some() { "Selected" } else { "Nothing is selected" };
        let offer = Offer { job, text: text.map(words), about: about.into(), entries: entries() };
        self.program.tell(&ToPanel::Pick { job });
        self.program.tell(&ToPanel::Offer(offer));
        assert_eq!(self.program.hear(), FromPanel::Seen { job });
        eventually("the picker has the keyboard", || self.desk.reader.has_focus().then_some(()));
    }

    /// The terminal has the keyboard again, at once.
    fn is_typed_elsewhere(&mut self) {
        self.desk.reader.await_nothing();
        let before = self.desk.typed();
        self.desk.hands.tap(&[], A);
        self.desk.await_typed(&format!("{before}a"));
    }
}

#[test]
fn it_takes_the_keyboard_and_gives_it_back() {
    let mut panel = Panel::greeted();
    panel.picks(1, Some("The weather is lovely."));
    panel.desk.reader.await_words("Selected: The weather is lovely.");
    panel.desk.hands.types("tri");
    panel.desk.reader.await_words("Ask: “tri”");
    panel.desk.hands.tap(&[], ENTER);
    assert_eq!(panel.program.hear(), FromPanel::Run { job: 1, action: "trim".into(), text: None });
    panel.is_typed_elsewhere();
    // The same once more.
    panel.picks(2, Some("More."));
    panel.desk.hands.types("make it rhyme");
    panel.desk.reader.await_words("Ask: “make it rhyme”");
    panel.desk.hands.tap(&[], ENTER);
    let instruction = words("make it rhyme");
    assert_eq!(panel.program.hear(), FromPanel::Ask { job: 2, instruction, text: None });
    panel.is_typed_elsewhere();
    panel.picks(3, Some("More."));
    panel.desk.hands.tap(&[], ESCAPE);
    assert_eq!(panel.program.hear(), FromPanel::Closed { job: 3 });
    panel.is_typed_elsewhere();
    assert_eq!(panel.desk.typed(), "aaa", "nothing else goes elsewhere");
}

#[test]
fn it_stands_in_the_middle_and_is_clicked() {
    let mut panel = Panel::greeted();
    panel.desk.hands.move_to(CORNER.0, CORNER.1);
    let before = panel.desk.picture();
    panel.picks(1, Some("x"));
    // To the left and above there is the terminal's cursor and the pointer, which are drawn otherwise then.
    let (_, _, right, bottom) = panel.desk.await_window(&before);
    assert!(right.abs_diff(640 + 300) <= 2 && (440..520).contains(&bottom), "it ends at {right}, {bottom}");
    // The second action: above two others, and what the keys do.
    panel.desk.hands.click(640, bottom - 136);
    assert_eq!(panel.program.hear(), FromPanel::Run { job: 1, action: "explain".into(), text: None });
    panel.is_typed_elsewhere();
}

#[test]
fn who_clicks_elsewhere_wants_none() {
    let mut panel = Panel::greeted();
    panel.picks(1, Some("x"));
    panel.desk.hands.click(CORNER.0, CORNER.1);
    assert_eq!(panel.program.hear(), FromPanel::Closed { job: 1 });
    panel.is_typed_elsewhere();
}

#[test]
fn a_text_that_was_typed_stays_while_one_is_elsewhere() {
    let mut panel = Panel::greeted();
    let before = panel.desk.picture();
    panel.picks(1, None);
    panel.desk.hands.types("a text");
    let typed = words("a text");
    eventually("it is asked what fits", || {
        (panel.program.hear() == FromPanel::Typed { job: 1, text: typed.clone() }).then_some(())
    });
    let (_, _, _, bottom) = panel.desk.await_window(&before);
    panel.desk.hands.click(CORNER.0, CORNER.1);
    eventually("the terminal has the keyboard", || {
        panel.desk.hands.tap(&[], A);
        panel.desk.typed().starts_with('a').then_some(())
    });
    // It is there still, and goes on where it was.
    panel.desk.hands.click(640, bottom - 10);
    eventually("the picker has the keyboard", || panel.desk.reader.has_focus().then_some(()));
    panel.desk.hands.tap(&[], ENTER);
    let ran = eventually("it is run", || match panel.program.hear() {
        FromPanel::Run { job: 1, action, text: Some(text) } => Some((action, text)),
        _ => None,
    });
    assert_eq!(ran.0, "translate");
    assert!(ran.1.expose().starts_with("a text"), "{:?}", ran.1.expose());
    panel.desk.reader.await_nothing();
}

/// An entry with the focus and its text selected, and the file into which it writes what it becomes.
fn entry(whole: &mut Whole) -> PathBuf {
    let file = whole.folder.path().join("entry");
    fs::write(&file, "").expect("a file");
    whole.desk.sway.spawn("/usr/bin/python3", &["-c", crate::whole::ENTRY, file.to_str().expect("a name")]);
    whole.desk.sway.focus("gtk-entry");
    eventually("it has heard of its focus", || (fs::read_to_string(&file).ok()? == "ready").then_some(()));
    // Who has had no key yet cannot select anything.
    whole.desk.hands.tap(&[CTRL], A);
    eventually("its text is selected", || {
        let pasted = whole.desk.sway.command("wl-paste").args(["--primary", "--no-newline"]).output().ok()?;
        (pasted.stdout == b"The weather is lovely.").then_some(())
    });
    file
}

impl Whole {
    /// The picker, with the keyboard.
    fn picks(&mut self, shows: &str) {
        assert!(self.cli(&["pick"]));
        self.desk.reader.await_words(shows);
        eventually("the picker has the keyboard", || self.desk.reader.has_focus().then_some(()));
    }
}

/// An action whose answer goes where the text was.
const ZAP: &str = "---\nname: Zap\nto: [replace]\n---\nSay it in fewer words.\n";

#[test]
fn a_word_becomes_an_answer() {
    let mut whole = Whole::start();
    whole.desk.select("The weather is lovely.");
    whole.picks("Selected: The weather is lovely.");
    whole.desk.hands.types("tran");
    whole.desk.hands.tap(&[], ENTER);
    whole.desk.reader.await_words(ANSWER);
    assert!(whole.model.requests()[0].body.windows(7).any(|words| words == b"weather"));
    whole.desk.hands.tap(&[], A);
    whole.desk.await_typed("a");
}

/// Such an action that needs nobody, so that its answer is there at once.
const LOUD: &str = "---\nname: Loud\nengine: upper\nto: [replace]\n---\n";

#[test]
fn an_answer_that_is_there_at_once_waits_for_the_focus() {
    let mut whole = Whole::start_with(|folder| {
        fs::create_dir(folder.join("prompts")).expect("a folder");
        fs::write(folder.join("prompts/loud.md"), LOUD).expect("an action");
    });
    let mut typed = String::new();
    for text in ["some words", "and some more", "in the end"] {
        whole.desk.select(text);
        whole.picks(&format!("Selected: {text}"));
        whole.desk.hands.types("loud");
        whole.desk.hands.tap(&[], ENTER);
        typed.push_str(&text.to_uppercase());
        whole.desk.await_typed(&typed);
    }
}

#[test]
fn what_opens_it_closes_it() {
    let mut whole = Whole::start();
    whole.desk.select("some words");
    whole.picks("Selected: some words");
    assert!(whole.cli(&["pick"]));
    whole.desk.reader.await_nothing();
    whole.desk.hands.tap(&[], A);
    whole.desk.await_typed("a");
}

#[test]
fn with_nothing_selected_a_text_is_typed() {
    let mut whole = Whole::start();
    whole.picks("Nothing is selected: type or paste a text");
    whole.desk.hands.types("good day");
    whole.desk.hands.tap(&[], TAB);
    whole.desk.hands.types("tran");
    whole.desk.hands.tap(&[], ENTER);
    whole.desk.reader.await_words(ANSWER);
    assert!(whole.model.requests()[0].body.windows(8).any(|words| words == b"good day"));
}

#[test]
fn what_is_picked_takes_the_place_of_the_text() {
    let mut whole = Whole::start_with(|folder| {
        fs::create_dir(folder.join("prompts")).expect("a folder");
        fs::write(folder.join("prompts/zap.md"), ZAP).expect("an action");
    });
    let file = entry(&mut whole);
    whole.picks("Selected: The weather is lovely.");
    whole.model.answers(says("It rains."));
    whole.desk.hands.types("zap");
    whole.desk.hands.tap(&[], ENTER);
    eventually("the entry has the answer", || (fs::read_to_string(&file).ok()? == "It rains.").then_some(()));
}

/// There is nobody here who presses keys: the panel takes the picker away.
#[test]
fn kwin_gives_it_the_keyboard_and_the_window_its_focus_back() {
    let mut kwin = KWin::start(true);
    let desktop = eventually("KWin answers", || {
        let desktop = Desktop::connect(kwin.env(), |_| {});
        desktop.probes()[0].result.is_ok().then_some(desktop)
    });
    let focused = || desktop.context_within(DEADLINE).app.map(|app| app.name);
    let has_focus = || (focused().as_deref() == Some("mousepad")).then_some(());
    kwin.editor("mousepad", &["--disable-server"]);
    eventually("the editor has the focus", has_focus);
    let reader = Reader::on(kwin.bus(), |command| _ = command.env("XDG_RUNTIME_DIR", kwin.folder()));
    let mut panel = Program::start(|command| kwin.takes(command));
    panel.greet();
    for job in 1..=3 {
        let offer = Offer { job, text: Some(words("x")), about: "Selected".into(), entries: entries() };
        panel.tell(&ToPanel::Pick { job });
        panel.tell(&ToPanel::Offer(offer));
        assert_eq!(panel.hear(), FromPanel::Seen { job });
        eventually("the picker has the keyboard", || reader.has_focus().then_some(()));
        eventually("no window has the focus", || focused().is_none().then_some(()));
        panel.tell(&ToPanel::Hide { job });
        eventually("the editor has the focus again", has_focus);
    }
}
