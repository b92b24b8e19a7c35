//! A desktop that is told what is selected and when a key is pressed: for tests of what stands on the seam.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::paste::{Paste, PasteId, PasteStep, Pasted};
use super::shortcut::Shortcut;
use super::{App, BindFailure, BindingId, DesktopEvent, Events, Pick, ReadFailure, TriggerContext};
use crate::config::Binding;
use crate::text::sealed::UserText;

/// A handle; clones play on the same desktop. Give one to [`Desktop::fake`](super::Desktop::fake).
#[derive(Clone)]
pub struct Fake {
    state: Arc<Mutex<State>>,
}

struct State {
    events: Events,
    texts: HashMap<Pick, Result<UserText, ReadFailure>>,
    bound: Vec<Shortcut>,
    taken: Vec<Shortcut>,
    app: Option<App>,
    paste_ends: Pasted,
    calls: Vec<Call>,
}

/// What was asked of it about pasting.
#[derive(Debug, Clone)]
pub enum Call {
    Prepare(PasteId),
    Paste(Paste),
    Abandon(PasteId),
    GiveBack(PasteId),
}

impl Fake {
    /// A desktop with nothing selected, nothing copied and no focus.
    pub fn new(events: impl Fn(DesktopEvent) + Send + 'static) -> Self {
        let (events, texts, bound, taken, app) = (Box::new(events), HashMap::new(), Vec::new(), Vec::new(), None);
        let (paste_ends, calls) = (Pasted::Confirmed { receipts: 1 }, Vec::new());
        Self { state: Arc::new(Mutex::new(State { events, texts, bound, taken, app, paste_ends, calls })) }
    }

    /// What the next reads of `pick` find.
    pub fn set_text(&self, pick: Pick, text: Result<&str, ReadFailure>) {
        self.state().texts.insert(pick, text.map(UserText::from));
    }

    pub fn set_app(&self, name: &str, title: &str) {
        self.state().app = Some(App { name: name.to_owned(), title: title.into() });
    }

    /// From the next binding on, another program holds this combination.
    pub fn take(&self, shortcut: Shortcut) {
        self.state().taken.push(shortcut);
    }

    /// What was last bound.
    pub fn bound(&self) -> Vec<Shortcut> {
        self.state().bound.clone()
    }

    /// Presses a combination and lets go. Says whether anybody had bound it.
    pub fn press(&self, shortcut: Shortcut) -> bool {
        let context = self.context();
        let state = self.state();
        let place = state.bound.iter().position(|bound| *bound == shortcut && !state.taken.contains(bound));
        let Some(binding) = place.and_then(|place| u32::try_from(place).ok()).map(BindingId) else { return false };
        (state.events)(DesktopEvent::Pressed { binding, context });
        (state.events)(DesktopEvent::Released { binding });
        true
    }

    /// How the next pastes end.
    pub fn set_paste_ends(&self, ends: Pasted) {
        self.state().paste_ends = ends;
    }

    /// Somebody copies: what was pasted or given back is served no more.
    pub fn release_paste(&self, id: PasteId) {
        (self.state().events)(DesktopEvent::Paste { id, step: PasteStep::Released });
    }

    /// What was asked about pasting, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// The clipboard's text is kept at once.
    pub(super) fn prepare_paste(&self, id: PasteId) {
        let text = self.read(Pick::Clipboard).ok();
        let mut state = self.state();
        state.calls.push(Call::Prepare(id));
        (state.events)(DesktopEvent::Paste { id, step: PasteStep::Kept { text } });
    }

    pub(super) fn paste(&self, paste: Paste) {
        let mut state = self.state();
        let (id, end) = (paste.id, state.paste_ends.clone());
        let is_released = matches!(end, Pasted::Not(_));
        state.calls.push(Call::Paste(paste));
        (state.events)(DesktopEvent::Paste { id, step: PasteStep::Ended(end) });
        if is_released {
            (state.events)(DesktopEvent::Paste { id, step: PasteStep::Released });
        }
    }

    pub(super) fn abandon_paste(&self, id: PasteId) {
        self.state().calls.push(Call::Abandon(id));
    }

    pub(super) fn give_back(&self, id: PasteId) -> bool {
        let mut state = self.state();
        state.calls.push(Call::GiveBack(id));
        state.paste_ends == Pasted::Unconfirmed
    }

    pub(super) fn bind(&self, bindings: &[Binding]) {
        let mut state = self.state();
        state.bound = bindings.iter().map(|binding| binding.shortcut).collect();
        let numbered = (0..).map(BindingId).zip(&state.bound);
        let taken = numbered.filter(|(_, shortcut)| state.taken.contains(shortcut));
        let failures: Vec<_> = taken.map(|(id, shortcut)| (id, BindFailure::Taken(*shortcut))).collect();
        (state.events)(DesktopEvent::Bound(failures.into()));
    }

    pub(super) fn read(&self, pick: Pick) -> Result<UserText, ReadFailure> {
        self.state().texts.get(&pick).cloned().unwrap_or(Err(ReadFailure::Nothing))
    }

    pub(super) fn context(&self) -> TriggerContext {
        TriggerContext { app: self.state().app.clone(), ..TriggerContext::nowhere() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
