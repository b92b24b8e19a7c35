//! The tray on Linux: a StatusNotifierItem with a DBusMenu, by ksni, on the tokio runtime of the caller.
//!
//! A task owns the item. It waits for the session bus, for a hung watcher too, so that nobody else does; a watcher that
//! comes late or again gets the item (ksni registers it). Idle, it holds no timer.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ksni::TrayMethods;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::item::Item;
use super::{Choose, PeekNow, TrayState};
use crate::engine::effect::{MenuChoice, Peek, TrayStatus};

/// How long a closed menu's look at the selection is kept: nobody reads a menu for longer, and it may be megabytes.
const KEEP_PEEK: Duration = Duration::from_secs(120);
/// How long leaving the bus may take when the program ends.
const LEAVE: Duration = Duration::from_millis(500);

/// A running tray. Dropped, it goes away as well, only not awaited.
pub struct Tray {
    shared: Arc<Shared>,
    statuses: watch::Sender<TrayStatus>,
    task: JoinHandle<()>,
}

impl Tray {
    /// Shows the tray as soon as the desktop takes it; comes back at once. Must be called on a tokio runtime, on whose
    /// thread `peek` and `choose` are called.
    pub fn start(status: TrayStatus, peek: PeekNow, choose: Choose) -> Self {
        let shared = Arc::new(Shared {
            peek: Mutex::new(peek),
            choose: Mutex::new(choose),
            state: Mutex::new(TrayState::Starting),
            opened_with: Mutex::default(),
        });
        let (statuses, changes) = watch::channel(status);
        let task = tokio::spawn(run(Arc::clone(&shared), changes));
        Self { shared, statuses, task }
    }

    /// Shows `status` from now on. Where the desktop is slow, only the newest is shown.
    pub fn update(&self, status: TrayStatus) {
        self.statuses.send_replace(status);
    }

    pub fn state(&self) -> TrayState {
        lock(&self.shared.state).clone()
    }

    /// Takes the icon away and leaves the bus.
    pub async fn stop(self) {
        let Self { statuses, task, .. } = self;
        drop(statuses);
        let abort = task.abort_handle();
        if tokio::time::timeout(LEAVE, task).await.is_err() {
            abort.abort();
        }
    }
}

/// What the task, ksni's callbacks and the owner have in common.
pub(super) struct Shared {
    peek: Mutex<PeekNow>,
    choose: Mutex<Choose>,
    state: Mutex<TrayState>,
    opened_with: Mutex<Opened>,
}

/// The look that was taken when the menu last opened.
#[derive(Default)]
struct Opened {
    times: u64,
    peek: Option<Peek>,
}

impl Shared {
    /// Looks at what is selected now, for a menu that opens, and keeps that for the click that may follow.
    pub(super) fn look(self: &Arc<Self>, status: &TrayStatus) -> Peek {
        let peek = lock(&self.peek)(status);
        self.keep(peek.clone());
        peek
    }

    /// Passes a click on.
    pub(super) fn chosen(&self, choice: MenuChoice) {
        let peek = lock(&self.opened_with).peek.take();
        lock(&self.choose)(choice, peek);
    }

    pub(super) fn set_state(&self, state: TrayState) {
        *lock(&self.state) = state;
    }

    /// Keeps `peek` for the click that may follow, but not for ever.
    fn keep(self: &Arc<Self>, peek: Peek) {
        let mut opened = lock(&self.opened_with);
        opened.times += 1;
        opened.peek = Some(peek);
        let (times, shared) = (opened.times, Arc::downgrade(self));
        tokio::spawn(async move {
            tokio::time::sleep(KEEP_PEEK).await;
            if let Some(shared) = shared.upgrade() {
                let mut opened = lock(&shared.opened_with);
                if opened.times == times {
                    opened.peek = None;
                }
            }
        });
    }
}

/// No holder of these locks leaves them half-written, so a panic elsewhere does not matter.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps the item on the bus and up to date until the owner is gone.
async fn run(shared: Arc<Shared>, mut changes: watch::Receiver<TrayStatus>) {
    let mut handle = None;
    loop {
        let status = changes.borrow_and_update().clone();
        handle = match handle {
            None => spawn(&shared, status).await,
            Some(handle) => show(handle, status).await,
        };
        if changes.changed().await.is_err() {
            break;
        }
    }
    if let Some(handle) = handle {
        handle.shutdown().await;
    }
}

/// Puts the item on the bus; none where that cannot be done now.
async fn spawn(shared: &Arc<Shared>, status: TrayStatus) -> Option<ksni::Handle<Item>> {
    let mut spawned = register(shared, status.clone()).await;
    if let Err(ksni::Error::Watcher(_)) = spawned {
        // It went away under the call, after it had hung, say. Without one the item waits for the next.
        spawned = register(shared, status).await;
    }
    let mut state = lock(&shared.state);
    match spawned {
        Ok(handle) => {
            if *state != TrayState::NoHost {
                *state = TrayState::Shown;
            }
            Some(handle)
        }
        Err(error) => {
            *state = TrayState::NoBus(error.to_string());
            None
        }
    }
}

async fn register(shared: &Arc<Shared>, status: TrayStatus) -> Result<ksni::Handle<Item>, ksni::Error> {
    let item = Item::new(Arc::clone(shared), status);
    item.assume_sni_available(true).disable_dbus_name(in_sandbox()).spawn().await
}

async fn show(handle: ksni::Handle<Item>, status: TrayStatus) -> Option<ksni::Handle<Item>> {
    handle.update(|item| item.show(status)).await.map(|()| handle)
}

/// A sandbox lets nobody own the item's well-known name, and every process in it has the same number, which is part of
/// that name.
fn in_sandbox() -> bool {
    Path::new("/.flatpak-info").exists() || std::env::var_os("SNAP").is_some()
}
