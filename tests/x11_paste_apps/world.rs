//! One application on a screen of its own, pasted into many times; and what has to hold after each.

use std::time::{Duration, Instant, SystemTime};

use postil::desktop::Pick;
use postil::desktop::paste::{Consent, NotPasted, Over, Paste, Pasted};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, Window};

use crate::trouble::{Outcome, Trouble};
use crate::x11::clipboard::{self, Contents};
use crate::x11::pasting::Pasting;
use crate::x11::{Client, Owns, XServer, eventually};

/// An application with a text.
pub trait App {
    fn window(&self) -> Window;
    /// Returns once it takes keys.
    fn await_ready(&self, _world: &World) {}
    /// Selects the text that is to be replaced.
    fn select(&self, world: &World);
    /// Whether its own text is this.
    fn is(&self, world: &World, text: &str) -> bool;
}

pub struct World {
    pub server: XServer,
    pub pasting: Pasting,
    trouble: Trouble,
    owner: Client,
    /// Of the paste that is made, to find it again when it goes wrong.
    number: usize,
}

/// Runs the application and pastes into it.
pub fn check<A: App>(start: impl FnOnce(&mut XServer) -> A) {
    let (mut world, app) = World::start(start);
    let done = (0..world.trouble.times).map(|number| world.replace(&app, number)).collect::<Vec<_>>();
    world.trouble.report(&done);
}

/// From the answer to the changed text, which `changed` tells.
pub fn measure<A: App>(start: impl FnOnce(&mut XServer) -> A, changed: impl Fn(&A) -> SystemTime) {
    let (mut world, app) = World::start(start);
    let measured = (0..world.trouble.times).map(|number| {
        app.select(&world);
        let answer = format!("answer {number}");
        let paste = Paste { text: answer.as_str().into(), ..world.pasting.prepare() };
        world.pasting.await_kept(paste.id);
        let begun = SystemTime::now();
        let end = world.pasting.finish(paste);
        match changed(&app).duration_since(begun) {
            Ok(taken) if app.is(&world, &answer) => Outcome::Right(taken),
            _ => Outcome::Wrong(format!("{number}: the text is {:?} after {end:?}", world.selected())),
        }
    });
    let done = measured.collect::<Vec<_>>();
    world.trouble.report(&done);
}

/// Pastes, and takes it back: what was pasted is selected again and the original pasted over it.
pub fn check_undo<A: App>(start: impl FnOnce(&mut XServer) -> A) {
    let (mut world, app) = World::start(start);
    for answer in ["first", "zweite Größe 👩‍🔬", "two\nlines"] {
        app.select(&world);
        assert!(matches!(world.pasting.paste(answer), Pasted::Confirmed { .. }), "{answer:?}");
        let over = Over::Behind(answer.into());
        let undo = Paste { text: "original".into(), over, consent: Consent::Again, ..world.pasting.prepare() };
        let end = world.pasting.finish(undo);
        assert!(matches!(end, Pasted::Confirmed { .. }), "{answer:?}: {end:?}");
        assert!(app.is(&world, "original"), "{answer:?} taken back: {:?}", world.selected());
    }
    // What stands before the cursor is not what was pasted: nothing happens to it.
    let over = Over::Behind("longer than all".into());
    let undo = Paste { text: "lost".into(), over, consent: Consent::Again, ..world.pasting.prepare() };
    assert!(matches!(world.pasting.finish(undo), Pasted::Not(_)));
    assert!(app.is(&world, "original"));
}

impl World {
    pub fn start<A: App>(start: impl FnOnce(&mut XServer) -> A) -> (Self, A) {
        let trouble = Trouble::of_the_environment();
        let mut server = XServer::start();
        if let Some(layout) = &trouble.layout {
            server = server.with_layout(&["-layout", layout]);
        }
        trouble.lock(&server);
        let mut server = server.with_window_manager();
        trouble.start_manager(&mut server);
        let app = start(&mut server);
        let (pasting, owner) = (Pasting::on(&server), Client::new(&server));
        let world = Self { server, pasting, trouble, owner, number: 0 };
        app.await_ready(&world);
        (world, app)
    }

    fn replace(&mut self, app: &impl App, number: usize) -> Outcome {
        self.number = number;
        let before = self.fill_clipboard(number);
        app.select(self);
        let answer = format!("answer {number}: Grüße, мир, “ok”");
        let begun = Instant::now();
        let end = match self.trouble.rival {
            Some(delay) => self.trouble.paste_as_rivals_do(&self.server, delay, &answer, self.pid_of(app.window())),
            None => self.paste(app, &answer),
        };
        let taken = begun.elapsed();
        // Before anything else happens to them.
        let after = self.clipboard();
        let wrong = |why: String| Outcome::Wrong(format!("{number}: {why}"));
        match end {
            end if after != before => wrong(format!("the clipboard was not given back after {end:?}")),
            Pasted::Not(NotPasted::ClipboardHung { .. }) => Outcome::HeldBack,
            end if !app.is(self, &answer) => wrong(format!("the text is {:?} after {end:?}", self.selected())),
            _ if self.server.active_window() != Some(app.window()) => wrong("the focus has moved".into()),
            _ if self.server.modifiers() & STUCK != 0 => wrong("a modifier is stuck".into()),
            Pasted::Confirmed { .. } => Outcome::Right(taken),
            end => wrong(format!("{end:?}")),
        }
    }

    fn paste(&mut self, app: &impl App, answer: &str) -> Pasted {
        let paste = Paste { text: answer.into(), ..self.pasting.prepare() };
        let id = paste.id;
        let pid = self.pid_of(app.window());
        // In the middle of the paste, and not of what comes before it.
        self.pasting.await_kept(id);
        self.trouble.begin(&self.server, pid);
        self.pasting.desktop.paste(paste);
        self.trouble.end(&self.server, pid);
        self.pasting.ended(id)
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
        self.copy(Owns::Types(types));
        self.clipboard()
    }

    pub fn copy(&self, what: Owns) {
        self.owner.own("CLIPBOARD", what);
    }

    fn clipboard(&self) -> Option<Contents> {
        clipboard::contents(&self.server.display, "CLIPBOARD")
    }

    /// Selects everything by keys that every keyboard has, and waits until that is told: nothing is selected before.
    pub fn select_all(&self) {
        self.select_nothing();
        self.press_select_all();
        eventually(&format!("everything is selected for paste {}", self.number), || self.selected());
    }

    /// Does so until it has an effect, for applications that show their window before they take keys.
    pub fn await_keys(&self) {
        self.select_by("", || self.press_select_all());
    }

    /// Acts until something with this text is selected; nothing is before.
    pub fn select_by(&self, text: &str, act: impl Fn()) {
        eventually(&format!("{text:?} is selected for paste {}", self.number), || {
            self.select_nothing();
            act();
            let end = Instant::now() + Duration::from_secs(2);
            let selected = || self.selected().filter(|selected| selected.contains(text));
            std::iter::repeat_with(selected).take_while(|_| Instant::now() < end).find_map(|found| found)
        });
    }

    fn select_nothing(&self) {
        self.owner.own("PRIMARY", Owns::Types(vec![]));
    }

    fn press_select_all(&self) {
        self.server.tap("Ctrl+Home");
        self.server.tap("Ctrl+Shift+End");
    }

    pub fn selected(&self) -> Option<String> {
        self.pasting.read(Pick::Selection)
    }

    fn pid_of(&self, window: Window) -> u32 {
        let (conn, pid) = (&self.server.conn, self.server.atom("_NET_WM_PID"));
        let reply = conn.get_property(false, window, pid, AtomEnum::CARDINAL, 0, 1).expect("a request").reply();
        reply.ok().and_then(|reply| reply.value32()?.next()).unwrap_or_default()
    }
}

/// Shift, Control and Mod1 to Mod5, but for NumLock's and CapsLock's, which stay on by nature.
const STUCK: u16 = 0b1110_1101;
