//! A desktop that pastes into what has the focus on an X server, and what became of each paste.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Instant;

use postil::desktop::paste::{Consent, LONGEST_KEEPING, Over, Paste, PasteId, PasteStep, Pasted};
use postil::desktop::{Desktop, DesktopEvent, Pick, TriggerContext};

use super::{DEADLINE, XServer, eventually};

pub struct Pasting {
    pub desktop: Desktop,
    events: Receiver<DesktopEvent>,
    next: u64,
}

impl Pasting {
    pub fn on(server: &XServer) -> Self {
        Self::with(server.env())
    }

    /// In a session with this environment.
    pub fn with(env: impl Fn(&str) -> Option<String>) -> Self {
        let (sender, events) = mpsc::channel();
        let desktop = Desktop::connect(env, move |event| _ = sender.send(event));
        Self { desktop, events, next: 0 }
    }

    /// As it is at this moment.
    pub fn context(&self) -> TriggerContext {
        self.desktop.context_within(DEADLINE)
    }

    pub fn id(&mut self) -> PasteId {
        self.next += 1;
        PasteId(self.next)
    }

    pub fn prepare(&mut self) -> Paste {
        let (id, context) = (self.id(), self.context());
        self.desktop.prepare_paste(id, context.clone());
        let (over, consent, chord) = (Over::Selected("".into()), Consent::Trigger, None);
        Paste { id, text: "".into(), context, over, consent, chord }
    }

    /// The whole of it: the trigger, the answer, and the end.
    pub fn paste(&mut self, text: &str) -> Pasted {
        let paste = Paste { text: text.into(), ..self.prepare() };
        self.finish(paste)
    }

    pub fn finish(&mut self, paste: Paste) -> Pasted {
        let id = paste.id;
        self.desktop.paste(paste);
        self.ended(id)
    }

    pub fn ended(&mut self, id: PasteId) -> Pasted {
        self.step(id, |step| match step {
            PasteStep::Ended(end) => Some(end),
            _ => None,
        })
    }

    /// Whether the old clipboard is back after a paste that nobody took.
    pub fn give_back(&self, id: PasteId) -> bool {
        let (sender, back) = mpsc::channel();
        self.desktop.give_back(id, move |is_back| _ = sender.send(is_back));
        back.recv_timeout(DEADLINE).expect("it is answered")
    }

    /// Waits until the old clipboard is safe, or cannot be kept, which is told with the end alone.
    pub fn await_kept(&mut self, id: PasteId) {
        let end = Instant::now() + 2 * LONGEST_KEEPING;
        while let Ok(event) = self.events.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if matches!(event, DesktopEvent::Paste { id: of, step: PasteStep::Kept { .. } } if of == id) {
                return;
            }
        }
    }

    /// Waits for something that the desktop tells.
    pub fn event<T>(&mut self, mut look: impl FnMut(DesktopEvent) -> Option<T>) -> T {
        loop {
            let event = self.events.recv_timeout(DEADLINE).expect("the desktop tells something");
            if let Some(found) = look(event) {
                return found;
            }
        }
    }

    /// Waits for a step of this paste.
    pub fn step<T>(&mut self, id: PasteId, mut look: impl FnMut(PasteStep) -> Option<T>) -> T {
        let end = Instant::now() + DEADLINE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(DesktopEvent::Paste { id: of, step }) if of == id => {
                    if let Some(found) = look(step) {
                        return found;
                    }
                }
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => panic!("no end of {id:?}"),
            }
        }
    }

    pub fn read(&self, pick: Pick) -> Option<String> {
        let (sender, found) = mpsc::channel();
        let tell = move |result: Result<postil::desktop::Found, _>| {
            _ = sender.send(result.ok().map(|found| found.text.expose().to_owned()));
        };
        self.desktop.read(pick, self.context(), tell);
        found.recv_timeout(DEADLINE).expect("a read is answered")
    }

    /// Selects all in what has the focus and gives it.
    pub fn select_all(&self, server: &XServer, what: &str) -> String {
        server.tap("Ctrl+a");
        eventually(&format!("{what} has its text selected"), || self.read(Pick::Selection))
    }
}
