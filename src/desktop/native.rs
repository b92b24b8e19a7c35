//! The desktop of macOS and Windows: shortcuts by global-hotkey, the clipboard by arboard.
//!
//! Not here yet: the selection (the accessibility interface of each) and what has the focus. Both are answered with
//! what is true, "unsupported" and "unknown".
//!
//! The system knows shortcuts by the thread that registered them, whose event loop must run: on both systems the main
//! one. So the registry lives there, and what concerns it is posted there.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use global_hotkey::hotkey::HotKey;
use global_hotkey::{Error, GlobalHotKeyEvent, GlobalHotKeyManager, HotKeyState};

use super::main_thread;
use super::paste::{Ability, Paste, PasteId, PasteStep};
use super::reply::Reply;
use super::shortcut::Shortcut;
use super::{
    BindFailure, BindingId, Bindings, DesktopEvent, Events, Found, LARGEST_TEXT, Pick, Probe, ReadFailure,
    TriggerContext, not_pasted_here,
};
use crate::config::Binding;
use crate::text::sealed::UserText;

thread_local! {
    /// On the main thread alone. `None` until the first binding, or if the system gave no place to register shortcuts at.
    static REGISTRY: RefCell<Option<GlobalHotKeyManager>> = const { RefCell::new(None) };
}

pub struct Desktop {
    shared: Arc<Mutex<Shared>>,
}

/// Also seen by the system's callback.
struct Shared {
    events: Events,
    bound: Vec<(BindingId, HotKey)>,
}

/// There is always a desktop here; only the shortcuts may fail, and say so when they are bound.
pub fn probe(_env: &dyn Fn(&str) -> Option<String>, events: Events) -> (Result<Desktop, Events>, Vec<Probe>) {
    let shared = Arc::new(Mutex::new(Shared { events, bound: Vec::new() }));
    let heard = Arc::clone(&shared);
    GlobalHotKeyEvent::set_event_handler(Some(move |event| locked(&heard).report(event)));
    (
        Ok(Desktop { shared }),
        vec![Probe { name: "system", result: Ok("global shortcuts and the clipboard".to_owned()) }],
    )
}

/// Nobody asks for them here.
pub fn has_layers(_env: &dyn Fn(&str) -> Option<String>) -> bool {
    false
}

impl Desktop {
    pub fn bind(&self, bindings: Vec<Binding>) {
        let shortcuts: Vec<_> = bindings.into_iter().map(|binding| binding.shortcut).collect();
        let shared = Arc::clone(&self.shared);
        main_thread::post(move || {
            REGISTRY.with_borrow_mut(|registry| {
                if registry.is_none() {
                    *registry = GlobalHotKeyManager::new().ok();
                }
                let bound = match registry {
                    Some(registry) => locked(&shared).register(registry, &shortcuts).into(),
                    None => Bindings::unsupported(shortcuts.len()),
                };
                (locked(&shared).events)(DesktopEvent::Bound(bound));
            });
        });
    }

    pub fn asks_for_shortcuts(&self) -> bool {
        false
    }

    /// The clipboard is the system's own here, so no other program can keep it waiting.
    pub fn ask_for_keys(&self, reply: Reply<Option<bool>>) {
        drop(reply);
    }

    pub fn ability(&self) -> Ability {
        Ability::NoKeys
    }

    pub fn read(&self, pick: Pick, _context: TriggerContext, reply: Reply<Result<Found, ReadFailure>>) {
        reply.give(match pick {
            Pick::Selection => Err(ReadFailure::Unsupported),
            Pick::Clipboard => clipboard().map(Found::from),
        });
    }

    pub fn watch_selections(&self, _wanted: bool) {}

    pub fn context(&self, reply: Reply<TriggerContext>) {
        reply.give(TriggerContext::nowhere());
    }

    /// Nothing is kept, because nothing is pasted.
    pub fn prepare_paste(&self, id: PasteId, _context: TriggerContext) {
        (locked(&self.shared).events)(DesktopEvent::Paste { id, step: PasteStep::Kept { text: None } });
    }

    pub fn paste(&self, paste: Paste) {
        let shared = locked(&self.shared);
        not_pasted_here(paste.id).into_iter().for_each(&shared.events);
    }

    pub fn abandon_paste(&self, _id: PasteId) {}

    /// Nothing was taken.
    pub fn give_back(&self, _id: PasteId, reply: Reply<bool>) {
        reply.give(false);
    }
}

impl Shared {
    /// Registers these in place of those before; gives those that could not be had.
    fn register(&mut self, registry: &GlobalHotKeyManager, shortcuts: &[Shortcut]) -> Vec<(BindingId, BindFailure)> {
        for (_, hotkey) in self.bound.drain(..) {
            if let Err(error) = registry.unregister(hotkey) {
                log::warn!("a shortcut could not be given back: {error}");
            }
        }
        let mut failures = Vec::new();
        for (id, shortcut) in (0..).map(BindingId).zip(shortcuts) {
            match registry.register(shortcut.hotkey()) {
                Ok(()) => self.bound.push((id, shortcut.hotkey())),
                Err(error) => failures.push((id, failure(*shortcut, &error))),
            }
        }
        failures
    }

    fn report(&self, event: GlobalHotKeyEvent) {
        let Some((binding, _)) = self.bound.iter().copied().find(|(_, hotkey)| hotkey.id() == event.id) else { return };
        (self.events)(match event.state {
            HotKeyState::Pressed => DesktopEvent::Pressed { binding, context: TriggerContext::nowhere() },
            HotKeyState::Released => DesktopEvent::Released { binding },
        });
    }
}

fn failure(shortcut: Shortcut, error: &Error) -> BindFailure {
    match error {
        Error::AlreadyRegistered(_) | Error::OsError(_) | Error::FailedToWatchMediaKeyEvent => {
            BindFailure::Taken(shortcut)
        }
        _ => BindFailure::NoSuchKey(shortcut),
    }
}

fn clipboard() -> Result<UserText, ReadFailure> {
    let read = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_text());
    match read {
        Ok(text) if text.is_empty() => Err(ReadFailure::Nothing),
        Ok(text) if text.len() > LARGEST_TEXT => Err(ReadFailure::TooLarge),
        Ok(text) => Ok(UserText::from(text)),
        Err(arboard::Error::ContentNotAvailable) => Err(ReadFailure::Nothing),
        Err(arboard::Error::ConversionFailure) => {
            Err(ReadFailure::NotText { kind: "text in no known encoding".into() })
        }
        Err(_) => Err(ReadFailure::Hung { app: None, after: std::time::Duration::ZERO }),
    }
}

fn locked(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
