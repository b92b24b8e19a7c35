//! The picker: by itself with keys that are pressed, and with the daemon, up to what it is picked for.

use std::fs;
use std::time::Instant;

use postil::panel::picking::{Entry, Offer};
use postil::panel::protocol::{FromPanel, ToPanel};
use rustix::process::{Signal, kill_process};
use x11rb::protocol::xproto::ConnectionExt as _;

use crate::alone::Panel;
use crate::model::ANSWER;
use crate::program::words;
use crate::reader::Reader;
use crate::session::{Session, is_sign_of_work};
use crate::whole::{panel_of, session};
use crate::x11::{Client, DEADLINE, XServer, eventually};

fn entry(title: &str, folder: &str) -> Entry {
    let name = title.to_lowercase().replace(' ', "-");
    let description = format!("What {title} does");
    Entry { name, title: title.into(), description, folder: folder.into(), icon: "✅".into(), ..Entry::default() }
}

pub fn entries() -> Vec<Entry> {
    let tools = ["Upper case", "Lower case", "Trim"].map(|title| entry(title, "Text tools"));
    let keys = Entry { shortcut: "Ctrl+Alt+Y".into(), ..entry("Translate", "") };
    [keys, entry("Explain", ""), entry("Fix", "")].into_iter().chain(tools).collect()
}

impl Panel {
    /// An editor with the focus, and the picker for what is selected there, or for what is to be typed.
    pub fn picks(&mut self, job: u64, text: Option<&str>) -> Client {
        let editor = Client::new(&self.x).show("Editor", "document");
        self.x.await_focus(editor.window);
        self.pick(job, text);
        editor
    }

    pub fn pick(&mut self, job: u64, text: Option<&str>) {
        let about = if text.is_some() { "Selected" } else { "Nothing is selected: type or paste a text" };
        let offer = Offer { job, text: text.map(words), about: about.into(), entries: entries() };
        self.tell(&ToPanel::Pick { job });
        self.tell(&ToPanel::Offer(offer));
        assert_eq!(self.hear(), FromPanel::Seen { job });
        self.x.await_focus(self.window());
    }

    /// Types this: letters, and spaces between them.
    fn types(&self, text: &str) {
        for letter in text.chars() {
            self.x.tap(if letter == ' ' { "Space".into() } else { letter.to_string() }.as_str());
        }
    }

    /// The lines of the list, without what stands beside their titles.
    fn lines(&self) -> Vec<String> {
        let items = self.reader.look().into_iter().filter(|[role, ..]| role == "list item");
        items.map(|[_, name, _]| name.split(", ").next().unwrap_or_default().to_owned()).collect()
    }

    pub fn await_lines(&self, expected: &[&str]) {
        let end = Instant::now() + DEADLINE;
        while self.lines() != expected {
            assert!(Instant::now() < end, "not {expected:?} but {:?}", self.reader.look());
        }
    }

    fn runs(&self, job: u64, action: &str, text: Option<&str>) {
        assert_eq!(self.hear(), FromPanel::Run { job, action: action.into(), text: text.map(words) });
    }
}

#[test]
fn it_takes_the_keyboard_and_gives_it_back() {
    let mut panel = Panel::greeted();
    let editor = panel.picks(1, Some("The weather is lovely."));
    panel.reader.await_words("Selected: The weather is lovely.");
    panel.await_lines(&["Translate", "Explain", "Fix", "Text tools"]);
    panel.x.tap("Return");
    panel.runs(1, "translate", None);
    panel.x.await_focus(editor.window);
    panel.reader.await_nothing();
    // The same once more, from where it is now.
    panel.pick(2, Some("More."));
    panel.x.tap("Escape");
    assert_eq!(panel.hear(), FromPanel::Closed { job: 2 });
    panel.x.await_focus(editor.window);
}

#[test]
fn what_is_typed_filters_the_actions() {
    let mut panel = Panel::greeted();
    let _editor = panel.picks(1, Some("x"));
    panel.types("tr");
    panel.await_lines(&["Translate", "Trim", "Ask: “tr”"]);
    panel.x.tap("Down");
    panel.types("i");
    panel.await_lines(&["Trim", "Ask: “tri”"]);
    panel.x.tap("Return");
    panel.runs(1, "trim", None);
}

#[test]
fn what_names_no_action_is_an_instruction() {
    let mut panel = Panel::greeted();
    let editor = panel.picks(1, Some("x"));
    panel.types("make it rhyme");
    panel.await_lines(&["Ask: “make it rhyme”"]);
    panel.x.tap("Return");
    let asked = |job, instruction: &str, text: Option<&str>| FromPanel::Ask {
        job,
        instruction: words(instruction),
        text: text.map(words),
    };
    assert_eq!(panel.hear(), asked(1, "make it rhyme", None));
    panel.x.await_focus(editor.window);
    // And so is what names one, if that is wanted.
    panel.pick(2, Some("x"));
    panel.types("fix");
    panel.await_lines(&["Fix", "Ask: “fix”"]);
    panel.x.tap("Ctrl+Return");
    assert_eq!(panel.hear(), asked(2, "fix", None));
}

#[test]
fn arrows_and_numbers_choose() {
    let mut panel = Panel::greeted();
    let editor = panel.picks(1, Some("x"));
    for key in ["Down", "Down", "Up"] {
        panel.x.tap(key);
    }
    panel.x.tap("Return");
    panel.runs(1, "explain", None);
    panel.x.await_focus(editor.window);
    panel.pick(2, Some("x"));
    panel.x.tap("Ctrl+3");
    panel.runs(2, "fix", None);
    panel.x.await_focus(editor.window);
    // From the first line up is the last one, which is a folder; what is in it has numbers of its own.
    panel.pick(3, Some("x"));
    panel.x.tap("Up");
    panel.x.tap("Return");
    panel.await_lines(&["Upper case", "Lower case", "Trim"]);
    panel.x.tap("BackSpace");
    panel.await_lines(&["Translate", "Explain", "Fix", "Text tools"]);
    panel.x.tap("Ctrl+4");
    panel.await_lines(&["Upper case", "Lower case", "Trim"]);
    panel.x.tap("Ctrl+2");
    panel.runs(3, "lower-case", None);
}

#[test]
fn digits_that_need_shift_need_none_here() {
    let mut panel = Panel::greeted();
    panel.x.run("setxkbmap", &["fr"]);
    let _editor = panel.picks(1, Some("x"));
    panel.x.tap("Ctrl+\"");
    panel.runs(1, "fix", None);
}

#[test]
fn without_a_selection_a_text_is_typed() {
    let mut panel = Panel::greeted();
    let editor = panel.picks(1, None);
    panel.reader.await_words("Nothing is selected: type or paste a text");
    panel.x.tap("Return");
    panel.types("two");
    panel.x.tap("Shift+Return");
    panel.types("lines");
    let typed = eventually("it is asked what fits", || match panel.hear() {
        FromPanel::Typed { job: 1, text } if text == words("two\nlines") => Some(text),
        _ => None,
    });
    // Something else fits now; the line that was chosen stays so.
    panel.x.tap("Tab");
    panel.x.tap("Down");
    panel.x.sync();
    // Who answers this has seen the keys.
    panel.reader.look();
    panel.reader.look();
    let about = "Nothing is selected: type or paste a text".to_owned();
    panel.tell(&ToPanel::Offer(Offer { job: 1, text: None, about, entries: entries().split_off(1) }));
    assert_eq!(panel.hear(), FromPanel::Seen { job: 1 });
    panel.await_lines(&["Explain", "Fix", "Text tools", "Ask: “two lines”"]);
    panel.x.tap("Return");
    panel.runs(1, "explain", Some(typed.expose()));
    panel.x.await_focus(editor.window);
}

#[test]
fn who_clicks_elsewhere_wants_none() {
    let mut panel = Panel::greeted();
    let editor = panel.picks(1, Some("x"));
    panel.x.activate(editor.window);
    assert_eq!(panel.hear(), FromPanel::Closed { job: 1 });
    panel.reader.await_nothing();
    assert_eq!(panel.x.active_window(), Some(editor.window));
}

#[test]
fn a_window_manager_that_tiles_lets_it_float() {
    let mut panel = Panel::greeted_on(XServer::start().with_i3());
    let editor = panel.picks(1, Some("x"));
    let size = |window| panel.x.conn.get_geometry(window).expect("the server is up").reply().expect("it is there");
    let (picker, tiled) = (size(panel.window()), size(editor.window));
    assert!(picker.width < 700 && picker.height < 500, "{picker:?}");
    assert!(tiled.width > 1000 && tiled.height > 700, "it takes no room from the others: {tiled:?}");
    panel.types("fi");
    panel.await_lines(&["Fix", "Ask: “fi”"]);
    panel.x.tap("Return");
    panel.runs(1, "fix", None);
    panel.x.await_focus(editor.window);
}

#[test]
fn what_the_mouse_clicks_is_run() {
    let mut panel = Panel::greeted();
    let _editor = panel.picks(1, Some("x"));
    // Below the line that is typed in, what is selected, and the first action.
    let window = panel.window().to_string();
    panel.x.run("xdotool", &["mousemove", "--window", &window, "200", "140", "click", "1"]);
    panel.runs(1, "explain", None);
}

#[test]
fn every_part_has_a_name() {
    let mut panel = Panel::greeted();
    let _editor = panel.picks(1, Some("x"));
    panel.await_lines(&["Translate", "Explain", "Fix", "Text tools"]);
    let seen = panel.reader.look();
    let has = |role: &str, name: &str| seen.iter().any(|[its, called, _]| its == role && called == name);
    assert!(has("text", "Choose an action, or say what to do"), "{seen:?}");
    assert!(has("list box", "Actions"), "{seen:?}");
    assert!(has("list item", "Translate, What Translate does, Ctrl+Alt+Y"), "{seen:?}");
}

const PANEL: &str = env!("CARGO_BIN_EXE_postil-panel");

/// A session with a picker that is open, for the text of an editor.
fn picking(text: &str) -> (Session, Reader, Client) {
    let session = session(PANEL);
    let reader = Reader::start(&session.x, &session.bus);
    let editor = session.editor(text);
    open(&session, &reader, text);
    (session, reader, editor)
}

pub fn open(session: &Session, reader: &Reader, text: &str) {
    session.press("Ctrl+Alt+Space");
    reader.await_words(&format!("Selected: {text}"));
    session.x.await_focus(session.x.window_of("postil-panel"));
}

#[test]
fn a_key_and_a_word_become_an_answer() {
    let (mut session, reader, editor) = picking("The weather is lovely.");
    "tran".chars().for_each(|letter| session.press(&letter.to_string()));
    session.press("Return");
    reader.await_words(ANSWER);
    session.x.await_focus(editor.window);
    assert_eq!(session.model.await_request(1).json()["messages"][1]["content"], "The weather is lovely.");
    assert_eq!(session.x.owner("PRIMARY"), editor.window, "it stays selected");
    assert_eq!(session.shown_so_far().len(), 0);
}

#[test]
fn a_launcher_opens_it_where_nothing_runs() {
    let mut session = Session::new();
    session.panel = PANEL.into();
    session.configure(&session.config());
    let reader = Reader::start(&session.x, &session.bus);
    let editor = session.editor("some words");
    session.start_by(&["pick", "--start"]);
    reader.await_words("Selected: some words");
    session.x.await_focus(session.x.window_of("postil-panel"));
    "upper".chars().for_each(|letter| session.press(&letter.to_string()));
    session.press("Return");
    session.await_clipboard("SOME WORDS");
    session.x.await_focus(editor.window);
}

#[test]
fn an_instruction_is_sent_only_when_it_is_run() {
    let (session, reader, _editor) = picking("The weather is lovely.");
    "rhyme".chars().for_each(|letter| session.press(&letter.to_string()));
    reader.await_words("Ask: “rhyme”");
    assert_eq!(session.model.requests().len(), 0);
    session.press("Return");
    reader.await_words(ANSWER);
    let body = session.model.await_request(1).json().to_string();
    assert!(body.contains("rhyme") && body.contains("The weather is lovely."), "{body}");
}

#[test]
fn the_same_key_takes_it_away() {
    let (session, reader, editor) = picking("x");
    session.press("Ctrl+Alt+Space");
    reader.await_nothing();
    session.x.await_focus(editor.window);
    open(&session, &reader, "x");
}

#[test]
fn what_was_picked_last_comes_first_also_after_a_restart() {
    let (mut session, reader, _editor) = picking("some words");
    "upper".chars().for_each(|letter| session.press(&letter.to_string()));
    session.press("Return");
    session.await_clipboard("SOME WORDS");
    session.await_rest();
    session.cli(&["stop"]);
    session.await_end();
    session.start();
    open(&session, &reader, "some words");
    let lines = reader.look().into_iter().find(|[role, ..]| role == "list item");
    assert!(lines.is_some_and(|[_, name, _]| name.starts_with("Upper case")));
}

#[test]
fn an_answer_replaces_what_was_selected_before_it() {
    let mut session = Session::new();
    session.panel = PANEL.into();
    session.configure(&session.config());
    session.save_action("zap", "to: [replace]");
    session.start();
    let reader = Reader::start(&session.x, &session.bus);
    let file = tempfile::NamedTempFile::new().expect("a file");
    let entry = crate::whole::entry_with(&mut session, file.path());
    open(&session, &reader, "The weather is lovely.");
    "zap".chars().for_each(|letter| session.press(&letter.to_string()));
    session.press("Return");
    let end = Instant::now() + DEADLINE;
    while fs::read_to_string(&file).is_ok_and(|text| text != ANSWER) {
        let shown = session.shown_so_far();
        assert!(Instant::now() < end && shown.iter().all(is_sign_of_work), "it is not there: {shown:?}");
    }
    session.x.await_focus(entry);
}

#[test]
fn without_its_panel_it_is_a_list() {
    let (mut session, _reader, _editor) = picking("some words");
    kill_process(panel_of(&session), Signal::KILL).expect("the panel runs");
    let list = session.shown();
    assert_eq!((list.summary.as_str(), list.body.as_str()), ("What to do with the selection?", "some words"));
}
