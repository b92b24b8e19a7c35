//! What compositors and sources do at bad times, by both data controls: a compositor that the test plays.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/compositor.rs"]
mod compositor;

use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use compositor::{Answer, Compositor, Control, DEADLINE, eventually, text};
use postil::desktop::paste::{Consent, NotPasted, Over, Paste, PasteId, PasteStep, Pasted};
use postil::desktop::{Desktop, DesktopEvent, Pick, ReadFailure, TriggerContext};

type Found = Result<String, ReadFailure>;

const ID: PasteId = PasteId(3);
const TEXT: &str = "text/plain;charset=utf-8";

struct Place {
    desktop: Desktop,
    events: Receiver<DesktopEvent>,
    compositor: Compositor,
}

impl Place {
    fn on(control: Control) -> Self {
        let compositor = Compositor::start(control);
        let (sender, events) = mpsc::channel();
        let desktop = Desktop::connect(compositor.env(), move |event| _ = sender.send(event));
        assert!(desktop.probes()[0].result.is_ok(), "{:?}", desktop.probes());
        Self { desktop, events, compositor }
    }

    fn start(&self, pick: Pick) -> Receiver<Found> {
        let (sender, found) = mpsc::channel();
        let context = self.desktop.context_within(DEADLINE);
        let tell = move |result: Result<postil::desktop::Found, _>| {
            _ = sender.send(result.map(|found| found.text.expose().to_owned()));
        };
        self.desktop.read(pick, context, tell);
        found
    }

    fn read(&self, pick: Pick) -> Found {
        self.start(pick).recv_timeout(DEADLINE).expect("a read is answered")
    }

    /// An editor in which something is selected, and a clipboard.
    fn ready_to_paste(control: Control) -> Self {
        let place = Self::on(control);
        place.compositor.offer(Pick::Selection, text("selected"));
        place.compositor.offer(Pick::Clipboard, text("copied"));
        place
    }

    fn begin(&self, answer: &str) {
        self.begin_in(self.context(), answer, Consent::Trigger);
    }

    /// Where the focus was then.
    fn begin_in(&self, context: TriggerContext, answer: &str, consent: Consent) {
        self.desktop.prepare_paste(ID, context.clone());
        let over = Over::Selected("selected".into());
        self.desktop.paste(Paste { id: ID, text: answer.into(), context, over, consent, chord: None });
    }

    fn context(&self) -> TriggerContext {
        self.desktop.context_within(DEADLINE)
    }

    fn focused(&self) -> Option<String> {
        self.context().app.map(|app| app.name)
    }

    fn paste(&self, answer: &str) -> Pasted {
        self.begin(answer);
        self.ended()
    }

    fn ended(&self) -> Pasted {
        loop {
            match self.events.recv_timeout(DEADLINE).expect("the paste goes on") {
                DesktopEvent::Paste { id: ID, step: PasteStep::Ended(end) } => return end,
                DesktopEvent::Paste { id: ID, .. } => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// What the application has got by its pastes.
    fn pasted(&self) -> Vec<String> {
        let reads = self.compositor.with(|state| std::mem::take(&mut state.pasted));
        let whole = |read: Receiver<Vec<u8>>| read.recv_timeout(DEADLINE).expect("it is written");
        reads.into_iter().map(|read| String::from_utf8(whole(read)).unwrap()).collect()
    }

    fn clipboard(&self) -> Option<Vec<u8>> {
        self.compositor.asks(Pick::Clipboard, TEXT)
    }
}

fn hung() -> Found {
    // What has the focus has selected it, as far as can be told.
    Err(ReadFailure::Hung { app: Some("editor".into()), after: Duration::from_millis(500) })
}

/// Each of these by both data controls and both lists of windows.
macro_rules! by_all {
    ($($case:ident),* $(,)?) => {
        mod ext {
            $(#[test] fn $case() { super::$case(super::Control::Ext); })*
        }
        mod wlr {
            $(#[test] fn $case() { super::$case(super::Control::Wlr); })*
        }
        mod kde {
            $(#[test] fn $case() { super::$case(super::Control::Kde); })*
        }
    };
}

by_all! {
    both_selections_are_read,
    ten_megabytes_arrive_whole,
    a_source_that_hangs_costs_its_own_read_alone,
    a_source_that_hangs_in_the_middle_is_given_up,
    a_source_that_closes_has_nothing,
    an_offer_that_is_replaced_in_mid_read_is_still_read,
    the_seat_goes_and_another_comes,
    the_latest_of_several_seats_counts,
    a_seat_that_goes_in_mid_read_answers_it,
    text_is_found_among_many_types,
    the_compositors_end_answers_everything,
    every_type_comes_back,
    more_types_than_are_kept_are_not_pasted_over,
    a_clipboard_that_hangs_is_not_pasted_over,
    who_asks_twice_gets_it_twice,
    who_asks_again_late_gets_it_again,
    who_never_asks_leaves_the_answer_there,
    nothing_is_selected_any_more,
    somebody_copies_while_the_keys_are_pressed,
    the_clipboard_is_replaced_while_it_is_being_kept,
    a_reader_that_is_slow_holds_nobody_up,
    the_end_in_mid_paste_is_told,
    the_focus_is_followed,
    what_was_selected_under_another_window_is_left_over,
    nothing_is_pasted_into_another_window,
    what_is_no_window_gives_the_focus_back,
    asked_for_again_the_window_comes_to_the_front,
    a_window_that_is_closed_gets_nothing,
}

fn both_selections_are_read(control: Control) {
    let place = Place::on(control);
    for pick in [Pick::Selection, Pick::Clipboard] {
        assert_eq!(place.read(pick), Err(ReadFailure::Nothing));
        place.compositor.offer(pick, text("Grüße, мир"));
        assert_eq!(place.read(pick), Ok("Grüße, мир".into()));
        place.compositor.offer(pick, vec![("image/png".into(), Answer::Whole(b"\x89PNG".to_vec()))]);
        assert_eq!(place.read(pick), Err(ReadFailure::NotText { kind: "image/png".into() }));
        place.compositor.with(move |state| state.clear(pick));
        assert_eq!(place.read(pick), Err(ReadFailure::Nothing));
    }
}

fn ten_megabytes_arrive_whole(control: Control) {
    let place = Place::on(control);
    let long = "Grüße, мир\n".repeat(10_000_000 / 16);
    place.compositor.offer(Pick::Selection, text(&long));
    assert!(place.read(Pick::Selection) == Ok(long));
}

fn a_source_that_hangs_costs_its_own_read_alone(control: Control) {
    let place = Place::on(control);
    place.compositor.offer(Pick::Selection, vec![(TEXT.into(), Answer::Part(Vec::new()))]);
    place.compositor.offer(Pick::Clipboard, text("copied"));
    let waiting = place.start(Pick::Selection);
    assert_eq!(place.read(Pick::Clipboard), Ok("copied".into()));
    assert_eq!(waiting.recv_timeout(DEADLINE).unwrap(), hung());
    place.compositor.offer(Pick::Selection, text("another"));
    assert_eq!(place.read(Pick::Selection), Ok("another".into()));
}

fn a_source_that_hangs_in_the_middle_is_given_up(control: Control) {
    let place = Place::on(control);
    place.compositor.offer(Pick::Selection, vec![(TEXT.into(), Answer::Part(vec![b'x'; 100_000]))]);
    assert_eq!(place.read(Pick::Selection), hung());
}

fn a_source_that_closes_has_nothing(control: Control) {
    let place = Place::on(control);
    place.compositor.offer(Pick::Selection, vec![(TEXT.into(), Answer::Nothing)]);
    assert_eq!(place.read(Pick::Selection), Err(ReadFailure::Nothing));
}

fn an_offer_that_is_replaced_in_mid_read_is_still_read(control: Control) {
    let place = Place::on(control);
    let long = "the old text ".repeat(100_000);
    place.compositor.offer(Pick::Selection, text(&long));
    let waiting = place.start(Pick::Selection);
    place.compositor.offer(Pick::Selection, text("the new text"));
    // Which of the two it is depends on which was first; it is one of them, and whole.
    let found = waiting.recv_timeout(DEADLINE).unwrap().unwrap();
    assert!(found == long || found == "the new text", "{} bytes", found.len());
    assert_eq!(place.read(Pick::Selection), Ok("the new text".into()));
}

fn the_seat_goes_and_another_comes(control: Control) {
    let place = Place::on(control);
    place.compositor.offer(Pick::Selection, text("of the first seat"));
    assert_eq!(place.read(Pick::Selection), Ok("of the first seat".into()));
    place.compositor.with(|state| state.remove_seat(0));
    assert_eq!(place.read(Pick::Selection), Err(ReadFailure::Nothing));
    place.compositor.with(|state| state.add_seat("seat1"));
    place.compositor.offer(Pick::Selection, text("of the second"));
    assert_eq!(place.read(Pick::Selection), Ok("of the second".into()));
}

fn the_latest_of_several_seats_counts(control: Control) {
    let place = Place::on(control);
    place.compositor.with(|state| state.add_seat("seat1"));
    assert_eq!(place.read(Pick::Selection), Err(ReadFailure::Nothing));
    place.compositor.offer(Pick::Selection, text("of the first seat"));
    place.compositor.with(|state| state.offer(1, Pick::Selection, text("of the second")));
    assert_eq!(place.read(Pick::Selection), Ok("of the second".into()));
    place.compositor.offer(Pick::Selection, text("of the first again"));
    assert_eq!(place.read(Pick::Selection), Ok("of the first again".into()));
}

fn a_seat_that_goes_in_mid_read_answers_it(control: Control) {
    let place = Place::on(control);
    place.compositor.offer(Pick::Selection, vec![(TEXT.into(), Answer::Part(b"half".to_vec()))]);
    let waiting = place.start(Pick::Selection);
    place.compositor.with(|state| state.remove_seat(0));
    let found = waiting.recv_timeout(DEADLINE).unwrap();
    assert!(found == hung() || found == Err(ReadFailure::Nothing), "{found:?}");
}

fn text_is_found_among_many_types(control: Control) {
    let place = Place::on(control);
    // No more than a socket holds at once: the played compositor does not wait for who reads slowly.
    let mut types: Vec<_> = (0..2_000).map(|n| (format!("application/x-{n}"), Answer::Nothing)).collect();
    types.extend(text("the text"));
    place.compositor.offer(Pick::Selection, types);
    assert_eq!(place.read(Pick::Selection), Ok("the text".into()));
}

fn the_compositors_end_answers_everything(control: Control) {
    let mut place = Place::on(control);
    place.compositor.offer(Pick::Selection, vec![(TEXT.into(), Answer::Part(Vec::new()))]);
    let waiting = place.start(Pick::Selection);
    place.compositor.end();
    let lost = place.events.recv_timeout(DEADLINE).expect("the end is told");
    assert!(matches!(lost, DesktopEvent::Lost), "{lost:?}");
    waiting.recv_timeout(DEADLINE).expect("it is answered").unwrap_err();
    assert_eq!(place.read(Pick::Selection), Err(ReadFailure::NoDesktop));
}

fn every_type_comes_back(control: Control) {
    let place = Place::ready_to_paste(control);
    let picture: Vec<u8> = (0..=255).cycle().take(3 << 20).collect();
    let types = vec![
        ("image/png", picture.clone()),
        ("text/html", b"<b>\xff</b>\0".to_vec()),
        (TEXT, "bold".into()),
        ("application/x-own", (0..=255).collect()),
        ("text/rtf", Vec::new()),
    ];
    let offered = types.iter().map(|(mime, bytes)| ((*mime).to_owned(), Answer::Whole(bytes.clone()))).collect();
    place.compositor.offer(Pick::Clipboard, offered);
    for _ in 0..2 {
        assert_eq!(place.paste("answer"), Pasted::Confirmed { receipts: 1 });
        assert_eq!(place.pasted(), ["answer"]);
        assert_eq!(place.compositor.types(Pick::Clipboard), types.iter().map(|(mime, _)| *mime).collect::<Vec<_>>());
        for (mime, bytes) in &types {
            assert!(place.compositor.asks(Pick::Clipboard, mime).as_ref() == Some(bytes), "{mime}");
        }
    }
    assert_eq!(place.compositor.with(|state| state.keys.clone()), [29, 47, 29, 47]);
}

fn more_types_than_are_kept_are_not_pasted_over(control: Control) {
    let place = Place::ready_to_paste(control);
    let many = (0..300).map(|n| (format!("application/x-{n}"), Answer::Whole(b"x".to_vec()))).collect();
    place.compositor.offer(Pick::Clipboard, many);
    assert_eq!(place.paste("answer"), Pasted::Not(NotPasted::ClipboardTooLarge));
    assert_eq!(place.compositor.types(Pick::Clipboard).len(), 300);
    assert!(place.compositor.with(|state| state.keys.is_empty()));
}

fn a_clipboard_that_hangs_is_not_pasted_over(control: Control) {
    let place = Place::ready_to_paste(control);
    place.compositor.offer(Pick::Clipboard, vec![(TEXT.into(), Answer::Part(b"half".to_vec()))]);
    assert_eq!(place.paste("answer"), Pasted::Not(NotPasted::ClipboardHung { app: None }));
    assert!(place.compositor.with(|state| state.keys.is_empty()));
}

fn who_asks_twice_gets_it_twice(control: Control) {
    let place = Place::ready_to_paste(control);
    place.compositor.with(|state| state.pastes = vec![TEXT, "text/plain", TEXT]);
    assert_eq!(place.paste("answer"), Pasted::Confirmed { receipts: 3 });
    assert_eq!(place.pasted(), ["answer"; 3]);
    assert_eq!(place.clipboard(), Some(b"copied".to_vec()));
}

/// As Chromium does on a machine that has much to do.
fn who_asks_again_late_gets_it_again(control: Control) {
    let place = Place::ready_to_paste(control);
    place.compositor.with(|state| state.pastes = vec![TEXT, TEXT]);
    assert_eq!(place.paste("first"), Pasted::Confirmed { receipts: 2 });
    assert_eq!(place.pasted(), ["first"; 2]);
    place.compositor.with(|state| state.pastes = vec![TEXT]);
    place.begin("second");
    let first = eventually("it asks", || place.pasted().pop());
    let long_past_the_quiet_time = Instant::now() + Duration::from_millis(300);
    while Instant::now() < long_past_the_quiet_time {
        std::thread::park_timeout(Duration::from_millis(50));
    }
    assert_eq!((first, place.clipboard()), ("second".into(), Some(b"second".to_vec())));
    assert_eq!(place.ended(), Pasted::Confirmed { receipts: 2 });
    assert_eq!(place.clipboard(), Some(b"copied".to_vec()));
}

fn who_never_asks_leaves_the_answer_there(control: Control) {
    let place = Place::ready_to_paste(control);
    place.compositor.with(|state| state.pastes.clear());
    assert_eq!(place.paste("answer"), Pasted::Unconfirmed);
    assert_eq!(place.clipboard(), Some(b"answer".to_vec()));
    let (sender, back) = mpsc::channel();
    place.desktop.give_back(ID, move |is_back| _ = sender.send(is_back));
    assert_eq!(back.recv_timeout(DEADLINE), Ok(true));
    // It is answered when the compositor knows, and its event comes last.
    while !matches!(place.events.try_recv(), Err(mpsc::TryRecvError::Empty)) {}
    assert_eq!(place.read(Pick::Clipboard), Ok("copied".into()));
    assert_eq!(place.clipboard(), Some(b"copied".to_vec()));
}

fn nothing_is_selected_any_more(control: Control) {
    let place = Place::ready_to_paste(control);
    let context = place.context();
    place.compositor.with(|state| state.clear(Pick::Selection));
    place.begin_in(context, "answer", Consent::Trigger);
    assert_eq!(place.ended(), Pasted::Not(NotPasted::NothingSelected));
    assert!(place.compositor.with(|state| state.keys.is_empty()));
}

fn somebody_copies_while_the_keys_are_pressed(control: Control) {
    let place = Place::ready_to_paste(control);
    place.compositor.with(|state| state.copies_at_keys = Some(text("copied since")));
    assert_eq!(place.paste("answer"), Pasted::Not(NotPasted::ClipboardChanged));
    assert_eq!(place.clipboard(), Some(b"copied since".to_vec()));
}

fn the_clipboard_is_replaced_while_it_is_being_kept(control: Control) {
    let place = Place::ready_to_paste(control);
    place.compositor.offer(Pick::Clipboard, vec![(TEXT.into(), Answer::Part(b"half".to_vec()))]);
    place.begin("answer");
    place.compositor.offer(Pick::Clipboard, text("copied since"));
    assert_eq!(place.ended(), Pasted::Confirmed { receipts: 1 });
    assert_eq!(place.pasted(), ["answer"]);
    assert_eq!(place.clipboard(), Some(b"copied since".to_vec()));
}

fn a_reader_that_is_slow_holds_nobody_up(control: Control) {
    let place = Place::ready_to_paste(control);
    let long = "a long answer ".repeat(1 << 20);
    place.compositor.with(|state| state.is_slow = true);
    assert_eq!(place.paste(&long), Pasted::Confirmed { receipts: 1 });
    assert_eq!(place.clipboard(), Some(b"copied".to_vec()));
    // It reads only now.
    place.compositor.with(|state| state.is_slow = false);
    assert!(place.pasted() == [long]);
    assert_eq!(place.clipboard(), Some(b"copied".to_vec()));
}

fn the_end_in_mid_paste_is_told(control: Control) {
    let mut place = Place::ready_to_paste(control);
    place.compositor.with(|state| state.pastes.clear());
    place.begin("answer");
    eventually("the keys are pressed", || place.compositor.with(|state| (!state.keys.is_empty()).then_some(())));
    place.compositor.end();
    loop {
        match place.events.recv_timeout(DEADLINE).expect("the end is told") {
            DesktopEvent::Lost => break,
            DesktopEvent::Paste { step: PasteStep::Kept { .. }, .. } => {}
            other => panic!("{other:?}"),
        }
    }
}

fn the_focus_is_followed(control: Control) {
    let place = Place::on(control);
    let first = place.context();
    assert_eq!(first.app.map(|app| (app.name, app.title)), Some(("editor".into(), "letter.txt".into())));
    place.compositor.with(|state| state.open_window("mail"));
    assert_eq!(place.focused().as_deref(), Some("mail"));
    place.compositor.with(|state| state.focus(None));
    assert_eq!(place.focused(), None);
    place.compositor.with(|state| state.focus(Some(0)));
    assert_eq!(place.context().window, first.window);
    place.compositor.with(|state| state.close_window(0));
    assert_eq!(place.focused(), None);
    place.compositor.with(|state| state.open_window("editor"));
    let another = place.context();
    assert_eq!(another.app.map(|app| app.name).as_deref(), Some("editor"));
    assert_ne!(another.window, first.window);
}

fn what_was_selected_under_another_window_is_left_over(control: Control) {
    let place = Place::ready_to_paste(control);
    place.compositor.with(|state| state.open_window("mail"));
    assert_eq!(place.read(Pick::Selection), Err(ReadFailure::Stale { app: Some("editor".into()) }));
    assert_eq!(place.read(Pick::Clipboard), Ok("copied".into()));
    place.compositor.with(|state| state.focus(Some(0)));
    assert_eq!(place.read(Pick::Selection), Ok("selected".into()));
    place.compositor.with(|state| state.focus(Some(1)));
    place.compositor.offer(Pick::Selection, text("of the mail"));
    assert_eq!(place.read(Pick::Selection), Ok("of the mail".into()));
}

fn nothing_is_pasted_into_another_window(control: Control) {
    let place = Place::ready_to_paste(control);
    let context = place.context();
    place.compositor.with(|state| state.open_window("mail"));
    place.begin_in(context, "answer", Consent::Trigger);
    assert_eq!(place.ended(), Pasted::Not(NotPasted::FocusChanged));
    assert!(place.compositor.with(|state| state.keys.is_empty()));
    assert_eq!(place.clipboard(), Some(b"copied".to_vec()));
}

/// As while the panel's picker has the keyboard.
fn what_is_no_window_gives_the_focus_back(control: Control) {
    let place = Place::ready_to_paste(control);
    let context = place.context();
    place.compositor.with(|state| state.focus(None));
    place.begin_in(context.clone(), "answer", Consent::Trigger);
    assert_eq!(place.focused(), None);
    assert!(place.compositor.with(|state| state.keys.is_empty()));
    place.compositor.with(|state| state.focus(Some(0)));
    assert_eq!(place.ended(), Pasted::Confirmed { receipts: 1 });
    assert_eq!(place.pasted(), ["answer"]);
}

fn asked_for_again_the_window_comes_to_the_front(control: Control) {
    let place = Place::ready_to_paste(control);
    let context = place.context();
    place.compositor.with(|state| state.open_window("mail"));
    place.begin_in(context, "answer", Consent::Again);
    assert_eq!(place.ended(), Pasted::Confirmed { receipts: 1 });
    assert_eq!(place.compositor.with(|state| state.focused().map(str::to_owned)).as_deref(), Some("editor"));
    assert_eq!(place.pasted(), ["answer"]);
}

fn a_window_that_is_closed_gets_nothing(control: Control) {
    let place = Place::ready_to_paste(control);
    let context = place.context();
    place.compositor.with(|state| state.close_window(0));
    place.begin_in(context, "answer", Consent::Again);
    assert_eq!(place.ended(), Pasted::Not(NotPasted::WindowGone));
    assert!(place.compositor.with(|state| state.keys.is_empty()));
}

#[test]
fn without_a_primary_selection_the_clipboard_remains() {
    let place = Place::on(Control::WlrWithoutPrimary);
    place.compositor.offer(Pick::Clipboard, text("copied"));
    assert_eq!(place.read(Pick::Selection), Err(ReadFailure::Unsupported));
    assert_eq!(place.read(Pick::Clipboard), Ok("copied".into()));
}

#[test]
fn what_is_not_told_is_not_gone_over() {
    let place = Place::on(Control::WlrWithoutPrimary);
    place.compositor.offer(Pick::Clipboard, text("copied"));
    assert_eq!(place.paste("answer"), Pasted::Not(NotPasted::SelectionUnknown));
    assert!(place.compositor.with(|state| state.keys.is_empty()));
    assert_eq!(place.clipboard(), Some(b"copied".to_vec()));
}

#[test]
fn an_answer_that_was_pasted_is_not_looked_for_where_the_selection_is_not_told() {
    let place = Place::on(Control::WlrWithoutPrimary);
    let over = Over::Behind("answer".into());
    let (context, consent) = (place.context(), Consent::Again);
    place.desktop.paste(Paste { id: ID, text: "selected".into(), context, over, consent, chord: None });
    assert_eq!(place.ended(), Pasted::Not(NotPasted::SelectionUnknown));
    assert!(place.compositor.with(|state| state.keys.is_empty()));
}

#[test]
fn a_compositor_may_be_silent_until_something_is_selected() {
    let place = Place::on(Control::WlrSilentAtFirst);
    assert_eq!(place.read(Pick::Selection), Err(ReadFailure::NotTold));
    assert_eq!(place.read(Pick::Clipboard), Err(ReadFailure::Nothing));
    place.compositor.offer(Pick::Selection, text("selected"));
    assert_eq!(place.read(Pick::Selection), Ok("selected".into()));
    assert_eq!(place.paste("answer"), Pasted::Confirmed { receipts: 1 });
    assert_eq!(place.pasted(), ["answer"]);
}
