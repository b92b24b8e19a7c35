//! One application on a compositor of its own, pasted into many times; and what has to hold after each.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use postil::desktop::paste::{Consent, Over, Paste, PasteId, PasteStep, Pasted};
use postil::desktop::{Desktop, DesktopEvent, Pick, TriggerContext};

use crate::sway::{DEADLINE, Sway, eventually};
use crate::wayland_clipboard::{Contents, Reader, copy};
use crate::wayland_hands::Hands;

/// An application with a text.
pub trait App {
    /// Selects the text that is to be replaced, and gives it.
    fn select(&mut self, world: &mut World) -> String;
    /// Whether the answer has arrived, once and whole.
    fn has_got(&mut self, world: &mut World, answer: &str) -> bool;
}

pub struct World {
    pub hands: Hands,
    desktop: Desktop,
    events: Receiver<DesktopEvent>,
    reader: Reader,
    socket: PathBuf,
    sway: Sway,
}

/// Runs the application and pastes into it.
pub fn check<A: App>(start: impl FnOnce(&mut Sway) -> A) {
    let times = std::env::var("POSTIL_PASTES").map_or(20, |times| times.parse().expect("a number"));
    let mut sway = Sway::start();
    let socket = sway.folder().join(&sway.display);
    let hands = Hands::on(&socket, "us");
    let mut app = start(&mut sway);
    let (sender, events) = mpsc::channel();
    let desktop = Desktop::connect(sway.env(), move |event| _ = sender.send(event));
    let mut world = World { hands, desktop, events, reader: Reader::on(&socket), socket, sway };
    eventually("the application has the focus", || world.context().app);
    for (name, numbers) in [("alone", 0..times / 2), ("followed by wl-paste --watch", times / 2..times)] {
        if numbers.start > 0 {
            world.sway.spawn("wl-paste", &["--watch", "cat"]);
        }
        let done: Vec<_> = numbers.map(|number| world.replace(&mut app, number)).collect();
        report(name, &done);
    }
}

/// None may fail.
fn report(how: &str, done: &[Result<Duration, String>]) {
    let mut taken: Vec<_> = done.iter().flatten().copied().collect();
    taken.sort();
    let at = |share: usize| taken.get((taken.len() * share / 100).min(taken.len().saturating_sub(1))).copied();
    println!(
        "{}, {how}: {} of {} right; clipboard back after {:?}, p99 {:?}",
        std::thread::current().name().unwrap_or_default(),
        taken.len(),
        done.len(),
        at(50).unwrap_or_default(),
        at(99).unwrap_or_default()
    );
    let failures: Vec<_> = done.iter().filter_map(|one| one.as_ref().err().cloned()).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

impl World {
    pub fn context(&self) -> TriggerContext {
        self.desktop.context_within(DEADLINE)
    }

    fn read(&self, pick: Pick) -> Option<String> {
        let (sender, found) = mpsc::channel();
        self.desktop.read(pick, self.context(), move |result| _ = sender.send(result));
        Some(found.recv_timeout(DEADLINE).expect("a read is answered").ok()?.text.expose().to_owned())
    }

    pub fn selected(&self) -> Option<String> {
        self.read(Pick::Selection)
    }

    /// Whether a text is this within a time that is enough for an application that has got keys.
    pub fn read_within_moments(&self, pick: Pick, text: &str) -> bool {
        let end = Instant::now() + Duration::from_secs(2);
        loop {
            if self.read(pick).as_deref() == Some(text) {
                return true;
            }
            if Instant::now() >= end {
                return false;
            }
            std::thread::park_timeout(Duration::from_millis(2));
        }
    }

    /// One replacement. Gives how long it took from the answer to the clipboard's return, or what went wrong.
    fn replace(&mut self, app: &mut impl App, number: usize) -> Result<Duration, String> {
        self.fill_clipboard(number);
        let before = self.reader.contents();
        let selected = app.select(self);
        let (id, context) = (PasteId(number as u64), self.context());
        let window = context.window;
        self.desktop.prepare_paste(id, context.clone());
        let answer = format!("answer {number}: Grüße, мир, “ok”");
        let begun = Instant::now();
        let over = Over::Selected(selected.as_str().into());
        let (text, consent, chord) = (answer.as_str().into(), Consent::Trigger, None);
        self.desktop.paste(Paste { id, text, context, over, consent, chord });
        let end = self.ended(id);
        let taken = begun.elapsed();
        // Before anything else happens to it.
        let after = self.reader.contents();
        match () {
            () if !matches!(end, Pasted::Confirmed { .. }) => Err(format!("{number}: {end:?}")),
            () if after != before => Err(format!("{number}: the clipboard was not given back")),
            () if !app.has_got(self, &answer) => {
                Err(format!("{number}: the text is {:?} after {end:?}", self.selected()))
            }
            () if self.context().window != window => Err(format!("{number}: the focus has moved")),
            () => Ok(taken),
        }
    }

    fn ended(&self, id: PasteId) -> Pasted {
        let end = Instant::now() + DEADLINE;
        loop {
            let event = self.events.recv_timeout(end.saturating_duration_since(Instant::now()));
            match event.expect("the paste ends") {
                DesktopEvent::Paste { id: of, step: PasteStep::Ended(end) } if of == id => return end,
                _ => {}
            }
        }
    }

    /// Another kind of contents each time; in between what the program itself has put back stays.
    fn fill_clipboard(&self, number: usize) {
        let types: Vec<(&str, Vec<u8>)> = match number % 6 {
            0 => vec![("text/plain;charset=utf-8", "the old clipboard".into()), ("text/plain", b"the old".to_vec())],
            1 => vec![("image/png", (0..90_000u32).flat_map(u32::to_le_bytes).collect())],
            2 => vec![("text/html", b"<b>bold</b>".to_vec()), ("text/plain;charset=utf-8", "bold".into())],
            3 => vec![("text/uri-list", b"file:///a\r\n".to_vec()), ("x-special/gnome-copied-files", b"copy".to_vec())],
            _ => return,
        };
        copy(&self.socket, types.into_iter().map(|(mime, bytes)| (mime.to_owned(), bytes)).collect::<Contents>());
    }
}
