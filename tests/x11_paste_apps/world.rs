//! One application on a screen of its own, pasted into many times; and what has to hold after each.

use std::time::{Duration, Instant};

use postil::desktop::Pick;
use postil::desktop::paste::{Paste, Pasted};
use x11rb::protocol::xproto::{ConnectionExt as _, Window};

use crate::x11::clipboard::{self, Contents};
use crate::x11::pasting::Pasting;
use crate::x11::{Client, Owns, XServer, eventually};

/// An application with a text.
pub trait App {
    fn window(&self) -> Window;
    /// Selects the text that is to be replaced.
    fn select(&self, world: &World);
    /// Whether its own text is this.
    fn is(&self, world: &World, text: &str) -> bool;
}

pub struct World {
    pub server: XServer,
    pub pasting: Pasting,
    owner: Client,
}

/// Runs the application and pastes into it.
pub fn check<A: App>(start: impl FnOnce(&mut XServer) -> A) {
    let mut server = XServer::start();
    if let Ok(layout) = std::env::var("POSTIL_LAYOUT") {
        server = server.with_layout(&["-layout", &layout]);
    }
    let mut server = server.with_window_manager();
    let app = start(&mut server);
    let pasting = Pasting::on(&server);
    let owner = Client::new(&server);
    let mut world = World { server, pasting, owner };
    let times = std::env::var("POSTIL_PASTES").ok().and_then(|times| times.parse().ok()).unwrap_or(20);
    let taken = (0..times).map(|number| world.replace(&app, number)).collect();
    report(taken);
}

impl World {
    /// One replacement. Gives how long it took from the answer to the last receipt and the clipboard's return.
    fn replace(&mut self, app: &impl App, number: usize) -> Duration {
        let before = self.fill_clipboard(number);
        app.select(self);
        let answer = format!("answer {number}: Grüße, мир, “ok”");
        let paste = Paste { text: answer.as_str().into(), ..self.pasting.prepare() };
        let begun = Instant::now();
        let end = self.pasting.finish(paste);
        let taken = begun.elapsed();
        assert!(matches!(end, Pasted::Confirmed { .. }), "{number}: {end:?}");
        assert_eq!(self.clipboard(), before, "{number}: the clipboard is given back");
        assert!(app.is(self, &answer), "{number}: the text is {:?}", self.selected());
        assert_eq!(self.server.active_window(), Some(app.window()), "{number}: the focus");
        self.check_modifiers(number);
        taken
    }

    /// Another kind of contents each time; in between what the program itself has put back stays.
    fn fill_clipboard(&self, number: usize) -> Option<Contents> {
        let types = match number % 6 {
            0 => vec![("UTF8_STRING", "the old clipboard".into()), ("STRING", b"the old clipboard".to_vec())],
            1 => vec![("image/png", (0..90_000u32).flat_map(u32::to_le_bytes).collect())],
            2 => vec![("text/html", b"<b>bold</b>".to_vec()), ("UTF8_STRING", b"bold".to_vec())],
            3 => vec![("text/uri-list", b"file:///a\r\n".to_vec()), ("x-special/gnome-copied-files", b"copy".to_vec())],
            _ => return self.clipboard(),
        };
        self.owner.own("CLIPBOARD", Owns::Types(types));
        self.clipboard()
    }

    fn clipboard(&self) -> Option<Contents> {
        clipboard::contents(&self.server.display, "CLIPBOARD")
    }

    /// Selects everything by keys that every keyboard has, and waits until that is told: nothing is selected before.
    pub fn select_all(&self) {
        self.owner.own("PRIMARY", Owns::Types(vec![]));
        self.server.tap("Ctrl+Home");
        self.server.tap("Ctrl+Shift+End");
        eventually("something is selected", || self.selected());
    }

    pub fn selected(&self) -> Option<String> {
        self.pasting.read(Pick::Selection)
    }

    fn check_modifiers(&self, number: usize) {
        let pointer =
            self.server.conn.query_pointer(self.server.root()).expect("a request").reply().expect("an answer");
        assert_eq!(u16::from(pointer.mask) & 0xff, 0, "{number}: no modifier is down");
    }
}

fn report(mut taken: Vec<Duration>) {
    taken.sort();
    let at = |share: usize| taken.get((taken.len() * share / 100).min(taken.len() - 1)).copied().unwrap_or_default();
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    println!("{name}: {} pasted, 0 lost; to the clipboard's return {:?} (p99 {:?})", taken.len(), at(50), at(99));
}
