//! Pasting on a real X server, into a target that asks as it is told: what arrives, what the clipboard holds afterwards,
//! and when nothing is done at all. `x11_paste_apps` has the same with real applications.
#![cfg(target_os = "linux")]

#[path = "support/x11.rs"]
mod x11;

use postil::config::{Binding, Bound};
use postil::desktop::DesktopEvent;
use postil::desktop::paste::{Consent, NotPasted, Over, Paste, PasteStep, Pasted};
use x11::pasting::Pasting;
use x11::target::{Asks, PAUSE, Target};
use x11::{Client, Ending, Owns, XServer, clipboard, eventually, text};

fn shortcut() -> Binding {
    Binding { shortcut: "Ctrl+Alt+Y".parse().expect("a shortcut"), does: Bound::Pick }
}

/// As GTK asks.
const GTK: Asks = &["TARGETS", "UTF8_STRING"];

struct Screen {
    server: XServer,
    pasting: Pasting,
    target: Target,
    owner: Client,
}

impl Screen {
    /// A target that asks so, and a clipboard with a text in it.
    fn start(asks: Asks) -> Self {
        Self::with(XServer::start(), asks)
    }

    fn with(server: XServer, asks: Asks) -> Self {
        let server = server.with_window_manager();
        let owner = Client::new(&server);
        owner.own("CLIPBOARD", text("the old clipboard"));
        let target = Target::new(&server, "Editor", asks);
        let pasting = Pasting::on(&server);
        Self { server, pasting, target, owner }
    }

    fn clipboard(&self) -> Option<clipboard::Contents> {
        clipboard::contents(&self.server.display, "CLIPBOARD")
    }

    fn clipboard_text(&self) -> Option<String> {
        self.clipboard().map(|contents| String::from_utf8(contents["UTF8_STRING"].2.clone()).expect("it is text"))
    }

    /// Nothing was pasted, no key arrived, and the clipboard is its owner's.
    #[track_caller]
    fn check_untouched(&self, end: &Pasted, why: NotPasted) {
        assert_eq!(*end, Pasted::Not(why));
        self.server.sync();
        assert_eq!(self.target.keys(), []);
        assert_eq!(self.server.owner("CLIPBOARD"), self.owner.window, "the clipboard's owner");
    }

    /// The answer has arrived once, and the clipboard is as it was.
    #[track_caller]
    fn check_pasted(&mut self, answer: &str, receipts: u32) {
        let before = self.clipboard();
        assert_eq!(self.pasting.paste(answer), Pasted::Confirmed { receipts });
        self.target.await_pasted(&[answer]);
        assert_eq!(self.clipboard(), before);
    }
}

#[test]
fn an_answer_is_pasted_once_and_the_clipboard_is_given_back() {
    Screen::start(GTK).check_pasted("Grüße, мир 🌍\r\n", 1);
    Screen::start(&["UTF8_STRING", "TARGETS", "text/plain;charset=utf-8", "UTF8_STRING"]).check_pasted("thrice", 3);
}

#[test]
fn an_empty_clipboard_is_empty_again() {
    let mut screen = Screen::start(GTK);
    screen.owner.disown("CLIPBOARD");
    screen.check_pasted("answer", 1);
    assert_eq!(screen.server.owner("CLIPBOARD"), 0);
}

/// A picture, files, HTML with its text, a format of an application's own.
#[test]
fn every_format_is_given_back_byte_for_byte() {
    let mut screen = Screen::start(GTK);
    let picture = (0..200_000u32).flat_map(u32::to_le_bytes).collect::<Vec<_>>();
    screen.owner.own(
        "CLIPBOARD",
        Owns::Types(vec![
            ("image/png", picture),
            ("text/uri-list", b"file:///tmp/a\r\nfile:///tmp/b\r\n".to_vec()),
            ("x-special/gnome-copied-files", b"copy\nfile:///tmp/a".to_vec()),
            ("text/html", b"<b>\xc3\xa9</b>\0".to_vec()),
            ("UTF8_STRING", "é".into()),
            ("application/x-own", (0..=255).collect()),
            ("text/rtf", vec![]),
        ]),
    );
    screen.check_pasted("answer", 1);
    assert_ne!(screen.server.owner("CLIPBOARD"), screen.owner.window, "it is the program that serves it");
    // And from there once more.
    screen.target.select();
    let before = screen.clipboard();
    assert_eq!(screen.pasting.paste("again"), Pasted::Confirmed { receipts: 1 });
    assert_eq!(screen.clipboard(), before);
}

/// The clipboard is back before, for everybody else.
#[test]
fn a_target_that_pauses_in_its_paste_still_gets_the_answer() {
    let mut screen = Screen::start(&["TARGETS", "UTF8_STRING", PAUSE, "TARGETS", "UTF8_STRING"]);
    assert_eq!(screen.pasting.paste("answer"), Pasted::Confirmed { receipts: 1 });
    screen.target.go_on();
    screen.target.await_pasted(&["answer"]);
    assert_eq!(screen.clipboard_text().as_deref(), Some("the old clipboard"));
}

#[test]
fn what_the_person_pastes_next_is_the_old_clipboard() {
    let mut screen = Screen::start(GTK);
    screen.check_pasted("answer", 1);
    screen.server.tap("Ctrl+v");
    screen.target.await_pasted(&["answer", "the old clipboard"]);
}

#[test]
fn a_long_text_comes_and_goes_in_pieces() {
    let mut screen = Screen::start(GTK);
    let long = "Ein langer Text. ".repeat(700 * 1024 / 17);
    screen.owner.own("CLIPBOARD", Owns::Pieces { text: long.clone().into(), piece: 65_536, ending: Ending::Proper });
    assert_eq!(screen.pasting.paste("answer"), Pasted::Confirmed { receipts: 1 });
    assert!(screen.clipboard_text() == Some(long), "the long text is back");
}

#[test]
fn the_answer_is_marked_as_nothing_to_be_kept_by_clipboard_managers() {
    let mut screen = Screen::start(&["TARGETS"]);
    let paste = Paste { text: "answer".into(), ..screen.pasting.prepare() };
    let id = paste.id;
    screen.pasting.desktop.paste(paste);
    let seen = eventually("the answer is on the clipboard", || {
        screen.clipboard().filter(|contents| contents.contains_key("x-kde-passwordManagerHint"))
    });
    assert_eq!(seen["UTF8_STRING"].2, b"answer");
    assert_eq!(seen["x-kde-passwordManagerHint"].2, b"secret");
    // A reader that is not the target gives no receipt.
    assert_eq!(screen.pasting.ended(id), Pasted::Unconfirmed);
}

#[test]
fn what_is_never_taken_stays_until_it_is_called_back() {
    let mut screen = Screen::start(&[]);
    let before = screen.clipboard();
    let paste = Paste { text: "answer".into(), ..screen.pasting.prepare() };
    let id = paste.id;
    assert_eq!(screen.pasting.finish(paste), Pasted::Unconfirmed);
    assert_eq!(screen.clipboard_text().as_deref(), Some("answer"));
    assert!(screen.pasting.give_back(id));
    assert_eq!(screen.clipboard(), before);
    assert!(!screen.pasting.give_back(id), "there is nothing more to give back");
    screen.owner.own("CLIPBOARD", text("new"));
    screen.pasting.step(id, |step| (step == PasteStep::Released).then_some(()));
}

#[test]
fn whoever_copies_after_an_unconfirmed_paste_keeps_the_clipboard() {
    let mut screen = Screen::start(&[]);
    let paste = Paste { text: "answer".into(), ..screen.pasting.prepare() };
    let id = paste.id;
    assert_eq!(screen.pasting.finish(paste), Pasted::Unconfirmed);
    screen.owner.own("CLIPBOARD", text("new"));
    screen.pasting.step(id, |step| (step == PasteStep::Released).then_some(()));
    assert!(!screen.pasting.give_back(id));
    assert_eq!(screen.clipboard_text().as_deref(), Some("new"));
}

#[test]
fn the_old_clipboard_is_told_for_the_journal_but_no_password() {
    let mut screen = Screen::start(GTK);
    let id = screen.pasting.prepare().id;
    let kept = |step| match step {
        PasteStep::Kept { text } => Some(text.map(|text| text.expose().to_owned())),
        _ => None,
    };
    assert_eq!(screen.pasting.step(id, kept).as_deref(), Some("the old clipboard"));
    screen.pasting.desktop.abandon_paste(id);
    let secret = vec![("UTF8_STRING", b"hunter2".to_vec()), ("x-kde-passwordManagerHint", b"secret".to_vec())];
    screen.owner.own("CLIPBOARD", Owns::Types(secret));
    let id = screen.pasting.prepare().id;
    assert_eq!(screen.pasting.step(id, kept), None);
}

#[test]
fn the_focus_elsewhere_keeps_the_answer_back() {
    let mut screen = Screen::start(GTK);
    let paste = Paste { text: "answer".into(), ..screen.pasting.prepare() };
    let other = Target::new(&screen.server, "Other", GTK);
    let end = screen.pasting.finish(paste);
    screen.check_untouched(&end, NotPasted::FocusChanged);
    assert_eq!(other.keys(), []);
}

#[test]
fn on_the_persons_word_the_window_comes_back_first() {
    let mut screen = Screen::start(GTK);
    let paste = Paste { text: "answer".into(), consent: Consent::Again, ..screen.pasting.prepare() };
    let other = Target::new(&screen.server, "Other", GTK);
    assert_eq!(screen.pasting.finish(paste), Pasted::Confirmed { receipts: 1 });
    screen.target.await_pasted(&["answer"]);
    assert_eq!(other.keys(), []);
}

#[test]
fn accepted_means_what_was_shown_and_nothing_else() {
    let mut screen = Screen::start(GTK);
    let paste = Paste { text: "answer".into(), consent: Consent::Accepted, ..screen.pasting.prepare() };
    screen.target.select();
    let end = screen.pasting.finish(paste);
    screen.check_untouched(&end, NotPasted::SelectionChanged);
}

#[test]
fn a_window_that_is_closed_gets_nothing() {
    let mut screen = Screen::start(GTK);
    let paste = Paste { text: "answer".into(), ..screen.pasting.prepare() };
    screen.target.close();
    assert_eq!(screen.pasting.finish(paste), Pasted::Not(NotPasted::WindowGone));
    assert_eq!(screen.server.owner("CLIPBOARD"), screen.owner.window);
}

#[test]
fn another_selection_is_not_pasted_over() {
    let mut screen = Screen::start(GTK);
    let paste = Paste { text: "answer".into(), ..screen.pasting.prepare() };
    screen.target.select();
    let end = screen.pasting.finish(paste);
    screen.check_untouched(&end, NotPasted::SelectionChanged);
}

/// The text is selected in no window that a key would reach.
#[test]
fn what_another_client_has_selected_is_not_pasted_over() {
    let mut screen = Screen::start(GTK);
    screen.owner.own("PRIMARY", text("by a tool"));
    let end = screen.pasting.paste("answer");
    screen.check_untouched(&end, NotPasted::SelectionChanged);
}

#[test]
fn who_has_typed_or_clicked_in_the_window_has_moved_on() {
    let mut screen = Screen::start(GTK);
    for act in [|server: &XServer| server.tap("x"), XServer::click] {
        let paste = Paste { text: "answer".into(), ..screen.pasting.prepare() };
        // The second is told once the first is done with.
        screen.pasting.step(paste.id, |step| matches!(step, PasteStep::Kept { .. }).then_some(()));
        act(&screen.server);
        screen.server.sync();
        assert_eq!(screen.pasting.finish(paste), Pasted::Not(NotPasted::SelectionChanged));
        assert_eq!(screen.server.owner("CLIPBOARD"), screen.owner.window);
    }
    assert_eq!(screen.target.pasted(), [""; 0]);
}

#[test]
fn something_else_copied_is_not_pasted_over() {
    let mut screen = Screen::start(GTK);
    let paste = Paste { text: "answer".into(), ..screen.pasting.prepare() };
    screen.pasting.step(paste.id, |step| matches!(step, PasteStep::Kept { .. }).then_some(()));
    screen.owner.own("CLIPBOARD", text("something else"));
    let end = screen.pasting.finish(paste);
    screen.check_untouched(&end, NotPasted::ClipboardChanged);
    assert_eq!(screen.clipboard_text().as_deref(), Some("something else"));
}

/// As clipboard managers do.
#[test]
fn the_same_words_copied_anew_change_nothing() {
    let mut screen = Screen::start(GTK);
    let paste = Paste { text: "answer".into(), ..screen.pasting.prepare() };
    screen.pasting.step(paste.id, |step| matches!(step, PasteStep::Kept { .. }).then_some(()));
    let manager = Client::new(&screen.server);
    manager.own("CLIPBOARD", text("the old clipboard"));
    screen.pasting.step(paste.id, |step| matches!(step, PasteStep::Kept { .. }).then_some(()));
    assert_eq!(screen.pasting.finish(paste), Pasted::Confirmed { receipts: 1 });
    assert_eq!(screen.clipboard_text().as_deref(), Some("the old clipboard"));
}

#[test]
fn who_has_the_keyboard_for_itself_would_get_our_keys() {
    let mut screen = Screen::start(GTK);
    let lock = Client::new(&screen.server);
    lock.grab_keyboard();
    let end = screen.pasting.paste("answer");
    screen.check_untouched(&end, NotPasted::Locked);
}

#[test]
fn a_clipboard_whose_owner_hangs_is_not_pasted_over() {
    let mut screen = Screen::start(GTK);
    screen.owner.own("CLIPBOARD", Owns::Hung);
    let end = screen.pasting.paste("answer");
    screen.check_untouched(&end, NotPasted::ClipboardHung { app: None });
}

#[test]
fn a_clipboard_that_is_too_large_is_not_pasted_over() {
    let mut screen = Screen::start(GTK);
    let huge = vec![b'x'; 33 << 20];
    screen.owner.own("CLIPBOARD", Owns::Types(vec![("UTF8_STRING", huge.clone()), ("text/html", huge)]));
    let paste = Paste { text: "answer".into(), ..screen.pasting.prepare() };
    let end = screen.pasting.finish(paste);
    // A loaded machine may be too slow for it instead.
    match end {
        Pasted::Not(NotPasted::ClipboardHung { .. }) => {}
        end => screen.check_untouched(&end, NotPasted::ClipboardTooLarge),
    }
}

#[test]
fn an_owner_that_ends_takes_along_only_what_was_not_kept_yet() {
    let mut screen = Screen::start(GTK);
    let paste = Paste { text: "answer".into(), ..screen.pasting.prepare() };
    screen.pasting.step(paste.id, |step| matches!(step, PasteStep::Kept { .. }).then_some(()));
    let gone = std::mem::replace(&mut screen.owner, Client::new(&screen.server));
    drop(gone);
    assert_eq!(screen.pasting.finish(paste), Pasted::Confirmed { receipts: 1 });
    assert_eq!(screen.clipboard_text().as_deref(), Some("the old clipboard"));
}

#[test]
fn an_owner_that_ends_while_it_is_asked_holds_nothing_up() {
    let mut screen = Screen::start(GTK);
    screen.owner.own("CLIPBOARD", Owns::Hung);
    let paste = Paste { text: "answer".into(), ..screen.pasting.prepare() };
    screen.owner.await_requests(1);
    let gone = std::mem::replace(&mut screen.owner, Client::new(&screen.server));
    drop(gone);
    assert_eq!(screen.pasting.finish(paste), Pasted::Confirmed { receipts: 1 });
    assert_eq!(screen.server.owner("CLIPBOARD"), 0);
}

/// What the second was to replace is not there any more.
#[test]
fn two_answers_do_not_take_the_same_place() {
    let mut screen = Screen::start(GTK);
    let first = Paste { text: "first".into(), ..screen.pasting.prepare() };
    let second = Paste { text: "second".into(), ..screen.pasting.prepare() };
    let (one, two) = (first.id, second.id);
    screen.pasting.desktop.paste(first);
    screen.pasting.desktop.paste(second);
    assert_eq!(screen.pasting.ended(one), Pasted::Confirmed { receipts: 1 });
    assert_eq!(screen.pasting.ended(two), Pasted::Not(NotPasted::SelectionChanged));
    screen.target.await_pasted(&["first"]);
    assert_eq!(screen.clipboard_text().as_deref(), Some("the old clipboard"));
}

#[test]
fn an_abandoned_paste_leaves_no_trace() {
    let mut screen = Screen::start(GTK);
    let id = screen.pasting.prepare().id;
    screen.pasting.desktop.abandon_paste(id);
    screen.check_pasted("the next", 1);
}

#[test]
fn keys_that_are_held_are_waited_for() {
    let mut screen = Screen::start(GTK);
    screen.pasting.desktop.bind(vec![shortcut()]);
    screen.pasting.event(|event| matches!(event, DesktopEvent::Bound(_)).then_some(()));
    screen.server.hold("Ctrl+Alt+y");
    let context = screen.pasting.event(|event| match event {
        DesktopEvent::Pressed { context, .. } => Some(context),
        _ => None,
    });
    let (id, over, consent, chord) = (screen.pasting.id(), Over::Selected("".into()), Consent::Trigger, None);
    screen.pasting.desktop.paste(Paste { id, text: "answer".into(), context, over, consent, chord });
    screen.pasting.step(id, |step| matches!(step, PasteStep::Kept { .. }).then_some(()));
    screen.server.let_go("Ctrl+Alt+y");
    assert_eq!(screen.pasting.ended(id), Pasted::Confirmed { receipts: 1 });
    screen.target.await_pasted(&["answer"]);
}

/// The shortcut's own key would only repeat itself, so after a second the answer is shown instead.
#[test]
fn a_key_that_stays_down_keeps_the_answer_back() {
    let mut screen = Screen::start(GTK);
    screen.pasting.desktop.bind(vec![shortcut()]);
    screen.pasting.event(|event| matches!(event, DesktopEvent::Bound(_)).then_some(()));
    screen.server.hold("Ctrl+Alt+y");
    let end = screen.pasting.paste("answer");
    assert_eq!(end, Pasted::Not(NotPasted::KeysHeld));
    screen.server.let_go("Ctrl+Alt+y");
}

#[test]
fn a_terminal_gets_one_line_without_asking() {
    let server = XServer::start().with_window_manager();
    let target = Target::with_key(&server, "XTerm", &["UTF8_STRING"], "Insert", "PRIMARY");
    target.select();
    let mut pasting = Pasting::on(&server);
    assert_eq!(pasting.paste("a line\n"), Pasted::Confirmed { receipts: 1 });
    target.await_pasted(&["a line"]);
    target.select();
    assert_eq!(pasting.paste("two\nlines"), Pasted::Not(NotPasted::SeveralLines));
    let paste = Paste { text: "two\nlines\n".into(), consent: Consent::Accepted, ..pasting.prepare() };
    assert_eq!(pasting.finish(paste), Pasted::Confirmed { receipts: 1 });
    target.await_pasted(&["a line", "two\nlines"]);
    // What was inserted there cannot be selected by keys, and none are tried.
    let before = target.keys();
    let over = Over::Behind("two\nlines".into());
    let paste = Paste { text: "undone".into(), over, consent: Consent::Again, ..pasting.prepare() };
    assert_eq!(pasting.finish(paste), Pasted::Not(NotPasted::SelectionChanged));
    assert_eq!(target.keys(), before);
}

#[test]
fn the_users_own_chord_is_pressed() {
    let server = XServer::start().with_window_manager();
    let target = Target::with_key(&server, "Odd", &["UTF8_STRING"], "y", "CLIPBOARD");
    let mut pasting = Pasting::on(&server);
    let chord = Some("Ctrl+Y".parse().unwrap());
    let paste = Paste { text: "answer".into(), chord, ..pasting.prepare() };
    assert_eq!(pasting.finish(paste), Pasted::Confirmed { receipts: 1 });
    target.await_pasted(&["answer"]);
}

/// The keys are those of the layout in use; with no Latin one at all it is Shift+Insert.
#[test]
fn each_layout_has_its_keys() {
    for (layout, key) in [("de", "v"), ("dvorak", "v"), ("ru,us", "v"), ("us,ru", "v"), ("ru", "Insert")] {
        let server = XServer::start().with_layout(&["-layout", layout]).with_window_manager();
        let target = Target::with_key(&server, "Editor", &["UTF8_STRING"], key, "CLIPBOARD");
        let mut pasting = Pasting::on(&server);
        assert_eq!(pasting.paste(layout), Pasted::Confirmed { receipts: 1 }, "{layout}");
        target.await_pasted(&[layout]);
    }
}
