//! The seam to the desktop: global shortcuts, the selection and the clipboard, and what had the focus.
//!
//! Which desktop it is, is decided at run time by ordered probes that may fail; their reasons are kept for `doctor`.
//! Everything that comes from the desktop unasked is a [`DesktopEvent`], sent from the desktop's own thread.

pub mod bindings;
pub mod fake;
pub mod main_thread;
pub mod paste;
pub mod reply;
pub mod shortcut;

#[cfg(target_os = "linux")]
mod accessibility;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod moment;
#[cfg(target_os = "linux")]
mod portal;
#[cfg(target_os = "linux")]
pub mod remote_desktop;
#[cfg(target_os = "linux")]
pub mod survey;
#[cfg(target_os = "linux")]
mod wake;
#[cfg(target_os = "linux")]
mod wayland;
#[cfg(target_os = "linux")]
mod worker;
#[cfg(target_os = "linux")]
pub mod x11;
#[cfg(target_os = "linux")]
use linux as system;

#[cfg(any(target_os = "macos", target_os = "windows"))]
mod native;
#[cfg(any(target_os = "macos", target_os = "windows"))]
use native as system;

use std::sync::{Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use crate::config::Binding;
use crate::text::sealed::UserText;
use fake::Fake;
use paste::{Ability, NotPasted, Paste, PasteId, PasteStep, Pasted, SelectionMark};
use reply::Reply;
use shortcut::Shortcut;

/// What desktops know this program by: the name of its desktop file.
pub const APP_ID: &str = "io.github.postil.Postil";

/// Which shortcut of those last bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BindingId(pub u32);

/// What wakes the program from the desktop's side.
#[derive(Debug)]
pub enum DesktopEvent {
    /// A bound shortcut went down. Auto-repeat is not reported.
    Pressed {
        binding: BindingId,
        context: TriggerContext,
    },
    Released {
        binding: BindingId,
    },
    /// How binding went, after [`Desktop::bind`] and again after each change of the keyboard's layout or of the desktop's
    /// own settings.
    Bound(Bindings),
    /// A paste is a step further.
    Paste {
        id: PasteId,
        step: PasteStep,
    },
    /// Something was selected with the mouse, while that is watched.
    Selected {
        context: TriggerContext,
        stroke: Stroke,
    },
    /// The display is gone; nothing more will come.
    Lost,
}

/// How binding went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bindings {
    pub failures: Vec<(BindingId, BindFailure)>,
    /// Keys that the person has chosen in the desktop's settings in place of ours, in the desktop's words.
    pub chosen: Vec<(BindingId, String)>,
}

/// Why a shortcut does not work. The rest keep working.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BindFailure {
    #[error("{0} is taken by another program")]
    Taken(Shortcut),
    #[error("{0} has no key on this keyboard")]
    NoSuchKey(Shortcut),
    #[error("this desktop gives programs no global shortcuts")]
    Unsupported,
    /// By a dialog of the desktop's, which may stay open for as long as the person likes.
    #[error("the desktop asks you whether postil may have {0}")]
    Unanswered(Shortcut),
    /// By the person, or because it does not know which program this is.
    #[error("the desktop did not give {0}")]
    NotGiven(Shortcut),
}

/// What was true when the person acted, taken once: our own windows change the focus later.
#[derive(Debug, Clone)]
pub struct TriggerContext {
    pub at: Instant,
    pub app: Option<App>,
    /// The desktop's own number of the focused window (an X window id).
    pub window: Option<u64>,
    /// What was selected, if anything was.
    pub selection: Option<SelectionMark>,
}

/// A stroke of the mouse: where its button went down and up, in pixels of the whole screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stroke {
    pub from: (i32, i32),
    pub to: (i32, i32),
}

/// The focused application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// WM_CLASS's class or the application id.
    pub name: String,
    /// The window's title: it may quote what the user writes.
    pub title: UserText,
}

/// Which of the desktop's two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pick {
    /// What is selected now (X11 and Wayland: PRIMARY).
    Selection,
    Clipboard,
}

/// A text, and whose it is: what the user wrote about an application holds for its text wherever the key is pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub text: UserText,
    /// The application that selected or copied it, where the desktop tells.
    pub owner: Option<String>,
}

/// A text that was given, not read: on the command line, say.
impl<T: Into<UserText>> From<T> for Found {
    fn from(text: T) -> Self {
        Self { text: text.into(), owner: None }
    }
}

/// Why there is no text to work on, by what the user can do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadFailure {
    /// Nothing is selected or copied (or it is the empty text).
    #[error("nothing there")]
    Nothing,
    /// An image, a file list, …: `kind` is the first type on offer.
    #[error("not text but {kind}")]
    NotText { kind: String },
    /// Whoever copied it has said that it is a password (`x-kde-passwordManagerHint`).
    #[error("marked as a password")]
    Secret,
    /// It was selected in another application before the focus came to this one.
    #[error("left over from {}", app.as_deref().unwrap_or("another window"))]
    Stale { app: Option<String> },
    /// The application that owns it did not answer within the bound.
    #[error("{} did not answer within {after:?}", app.as_deref().unwrap_or("the application"))]
    Hung { app: Option<String>, after: Duration },
    /// More than [`LARGEST_TEXT`].
    #[error("longer than {LARGEST_TEXT} bytes")]
    TooLarge,
    #[error("no desktop to read from")]
    NoDesktop,
    /// The desktop can tell what is selected, but has not spoken of it: nothing was selected yet, or it does not tell.
    #[error("not told by the desktop yet")]
    NotTold,
    /// This system has a selection, but this program cannot read it there yet.
    #[error("the selection cannot be read on this system")]
    Unsupported,
}

/// The most that is read of a selection. More is never useful to a person and could fill memory.
pub const LARGEST_TEXT: usize = 64 << 20;

/// One way to reach a desktop that was tried, in the order of trying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    pub name: &'static str,
    /// What was found, or why this way is not taken.
    pub result: Result<String, String>,
}

/// The desktop of this session. Nothing here blocks but [`context_within`](Self::context_within) and the drop, which
/// waits for the desktop's thread to end.
pub struct Desktop {
    inner: Inner,
    probes: Vec<Probe>,
}

enum Inner {
    System(system::Desktop),
    Fake(Fake),
    /// Behind a lock only so that threads can share the desktop.
    None {
        events: Mutex<Events>,
    },
}

/// Where the desktop's events go: called on the desktop's thread, so it must only pass them on.
pub type Events = Box<dyn Fn(DesktopEvent) + Send>;

/// Whether windows can stand in layers above the others here, and have the keyboard: by layer-shell, on Wayland. Asks the
/// compositor on a connection of its own, and waits for its answer as [`Desktop::connect`] does.
pub fn has_layers(env: impl Fn(&str) -> Option<String>) -> bool {
    system::has_layers(&env)
}

impl Desktop {
    /// Finds the session's desktop. `env` looks up a variable of the environment.
    /// Where there is none this is a desktop that has no text and binds nothing; [`probes`](Self::probes) says why.
    /// On macOS and Windows the main thread's event loop must run, or be the caller's own ([`main_thread`]).
    pub fn connect(env: impl Fn(&str) -> Option<String>, events: impl Fn(DesktopEvent) + Send + 'static) -> Self {
        let (found, probes) = system::probe(&env, Box::new(events));
        let inner = match found {
            Ok(desktop) => Inner::System(desktop),
            Err(events) => Inner::None { events: Mutex::new(events) },
        };
        Self { inner, probes }
    }

    /// A desktop that does what `fake` says.
    pub fn fake(fake: Fake) -> Self {
        Self { inner: Inner::Fake(fake), probes: vec![Probe { name: "fake", result: Ok("scripted".into()) }] }
    }

    /// What was tried, in order; the one in use, if there is one, is the first that is `Ok`.
    pub fn probes(&self) -> &[Probe] {
        &self.probes
    }

    /// Binds these shortcuts and no others (what they do is for desktops that ask the person); their places in the list are their [`BindingId`]s.
    /// [`DesktopEvent::Bound`] tells how it went.
    pub fn bind(&self, bindings: Vec<Binding>) {
        match &self.inner {
            Inner::System(desktop) => desktop.bind(bindings),
            Inner::Fake(fake) => fake.bind(&bindings),
            Inner::None { events } => {
                let events = events.lock().unwrap_or_else(PoisonError::into_inner);
                events(DesktopEvent::Bound(Bindings::unsupported(bindings.len())));
            }
        }
    }

    /// Whether [`bind`](Self::bind) may show the person a dialog.
    pub fn asks_for_shortcuts(&self) -> bool {
        match &self.inner {
            Inner::System(desktop) => desktop.asks_for_shortcuts(),
            Inner::Fake(_) | Inner::None { .. } => false,
        }
    }

    /// Has the desktop ask the person, once more if need be, whether this program may press keys. `reply` hears their
    /// answer, however long it takes, or nothing where nobody needs to be asked.
    pub fn ask_for_keys(&self, reply: impl FnOnce(Option<bool>) + Send + 'static) {
        let reply = Reply::new(None, Box::new(reply));
        match &self.inner {
            Inner::System(desktop) => desktop.ask_for_keys(reply),
            Inner::Fake(_) | Inner::None { .. } => drop(reply),
        }
    }

    /// Whether answers can be pasted here.
    pub fn ability(&self) -> Ability {
        match &self.inner {
            Inner::System(desktop) => desktop.ability(),
            Inner::Fake(_) | Inner::None { .. } => Ability::NoDesktop,
        }
    }

    /// Reads one of the desktop's texts as it is now; `context` is the trigger's, against which a selection is stale.
    /// Answers within five seconds, and within half a second if the owner does not answer; on any thread.
    pub fn read(
        &self,
        pick: Pick,
        context: TriggerContext,
        reply: impl FnOnce(Result<Found, ReadFailure>) + Send + 'static,
    ) {
        let reply = Reply::new(Err(ReadFailure::NoDesktop), Box::new(reply));
        match &self.inner {
            Inner::System(desktop) => desktop.read(pick, context, reply),
            Inner::Fake(fake) => reply.give(fake.read(pick).map(Found::from)),
            Inner::None { .. } => drop(reply),
        }
    }

    /// Tells from now on what is selected with the mouse, or does not ([`DesktopEvent::Selected`]). Only X11 knows.
    pub fn watch_selections(&self, wanted: bool) {
        match &self.inner {
            Inner::System(desktop) => desktop.watch_selections(wanted),
            Inner::Fake(_) | Inner::None { .. } => {}
        }
    }

    /// What is true now, for triggers that do not come from the desktop: the socket's and the tray's.
    pub fn context(&self, reply: impl FnOnce(TriggerContext) + Send + 'static) {
        let reply = Reply::new(TriggerContext::nowhere(), Box::new(reply));
        match &self.inner {
            Inner::System(desktop) => desktop.context(reply),
            Inner::Fake(fake) => reply.give(fake.context()),
            Inner::None { .. } => drop(reply),
        }
    }

    /// A paste will follow, or an end to it ([`abandon_paste`](Self::abandon_paste)): keeps the clipboard meanwhile.
    pub fn prepare_paste(&self, id: PasteId, context: TriggerContext) {
        match &self.inner {
            Inner::System(desktop) => desktop.prepare_paste(id, context),
            Inner::Fake(fake) => fake.prepare_paste(id),
            Inner::None { events } => {
                let events = events.lock().unwrap_or_else(PoisonError::into_inner);
                events(DesktopEvent::Paste { id, step: PasteStep::Kept { text: None } });
            }
        }
    }

    /// Pastes; see [`paste`](mod@paste). Need not have been prepared, but then keeping the clipboard comes first.
    pub fn paste(&self, paste: Paste) {
        match &self.inner {
            Inner::System(desktop) => desktop.paste(paste),
            Inner::Fake(fake) => fake.paste(paste),
            Inner::None { events } => {
                let events = events.lock().unwrap_or_else(PoisonError::into_inner);
                not_pasted_here(paste.id).into_iter().for_each(&*events);
            }
        }
    }

    /// Nothing will be pasted after all. One whose keys are pressed already goes on to its end.
    pub fn abandon_paste(&self, id: PasteId) {
        match &self.inner {
            Inner::System(desktop) => desktop.abandon_paste(id),
            Inner::Fake(fake) => fake.abandon_paste(id),
            Inner::None { .. } => {}
        }
    }

    /// Puts the clipboard back as it was before a paste that ended [`Unconfirmed`](Pasted::Unconfirmed). `reply` hears
    /// whether it is; it is not where somebody has copied since.
    pub fn give_back(&self, id: PasteId, reply: impl FnOnce(bool) + Send + 'static) {
        let reply = Reply::new(false, Box::new(reply));
        match &self.inner {
            Inner::System(desktop) => desktop.give_back(id, reply),
            Inner::Fake(fake) => reply.give(fake.give_back(id)),
            Inner::None { .. } => drop(reply),
        }
    }

    /// [`context`](Self::context), waited for, but no longer than `bound`; then it is a context that knows nothing.
    pub fn context_within(&self, bound: Duration) -> TriggerContext {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.context(move |context| _ = sender.try_send(context));
        receiver.recv_timeout(bound).unwrap_or_else(|_| TriggerContext::nowhere())
    }
}

impl TriggerContext {
    /// A trigger now, with nothing known of the desktop.
    pub fn nowhere() -> Self {
        Self { at: Instant::now(), app: None, window: None, selection: None }
    }
}

/// The end of a paste where nothing is ever pasted.
fn not_pasted_here(id: PasteId) -> [DesktopEvent; 2] {
    let steps = [PasteStep::Ended(Pasted::Not(NotPasted::Unsupported)), PasteStep::Released];
    steps.map(|step| DesktopEvent::Paste { id, step })
}

impl Bindings {
    /// So many shortcuts, and none of them works.
    fn unsupported(count: usize) -> Self {
        Self {
            failures: (0..).map(BindingId).take(count).map(|id| (id, BindFailure::Unsupported)).collect(),
            chosen: Vec::new(),
        }
    }
}

impl From<Vec<(BindingId, BindFailure)>> for Bindings {
    /// All but these work, as they were asked for.
    fn from(failures: Vec<(BindingId, BindFailure)>) -> Self {
        Self { failures, chosen: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Bound;

    #[cfg(target_os = "linux")]
    #[test]
    fn threads_can_share_a_desktop() {
        fn shared<T: Send + Sync>() {}
        shared::<Desktop>();
    }

    #[test]
    fn without_a_desktop_everything_is_answered() {
        let (sender, events) = mpsc::channel();
        let desktop = Desktop::connect(|_| None, move |event| sender.send(event).unwrap());
        desktop.bind(vec![Binding { shortcut: "Ctrl+Alt+Y".parse().unwrap(), does: Bound::Pick }]);
        let Ok(DesktopEvent::Bound(bound)) = events.try_recv() else { panic!("it is told") };
        assert_eq!(bound, Bindings::unsupported(1));
        let (sender, texts) = mpsc::channel();
        desktop.read(Pick::Selection, TriggerContext::nowhere(), move |text| sender.send(text).unwrap());
        assert_eq!(texts.try_recv(), Ok(Err(ReadFailure::NoDesktop)));
        assert_eq!(desktop.context_within(Duration::ZERO).window, None);
        assert!(desktop.probes().iter().all(|probe| probe.result.is_err()));
    }
}
