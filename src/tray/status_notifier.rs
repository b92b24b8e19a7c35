//! The tray on Linux: a StatusNotifierItem with a DBusMenu, by ksni, on the tokio runtime of the caller.
//!
//! A task owns the item. It waits for the session bus, for a hung watcher too, so that nobody else does; a watcher that
//! comes late or again gets the item (ksni registers it). The menu is built when it opens and does not change while
//! it is open: ksni numbers the entries anew when their tree changes, and the click of a menu drawn before
//! would be lost or, worse, hit another entry. Idle, it holds no timer.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ksni::menu::{StandardItem, SubMenu};
use ksni::{MenuItem, OfflineReason, TrayMethods};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::menu::{Entry, entries};
use super::{Choose, PeekNow, TrayState, icon};
use crate::engine::effect::{MenuChoice, Peek, TrayIcon, TrayStatus};

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
struct Shared {
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

/// What ksni asks for the properties and the menu.
struct Item {
    shared: Arc<Shared>,
    status: TrayStatus,
    /// The menu as it was last built.
    menu: Vec<Entry>,
    /// Whether this host says when a menu opens. One that does not gets a new menu with every status.
    tells_of_opening: bool,
    /// Whether the menu was opened since the job failed that the icon tells of.
    failure_seen: bool,
    /// The icon at every size, and of what.
    drawn: (TrayIcon, Vec<ksni::Icon>),
}

impl Item {
    fn new(shared: Arc<Shared>, status: TrayStatus) -> Self {
        let menu = entries(&status, None);
        let drawn = (status.icon, pixmaps(status.icon));
        Self { shared, status, menu, tells_of_opening: false, failure_seen: false, drawn }
    }

    fn show(&mut self, status: TrayStatus) {
        self.failure_seen &= status.icon == TrayIcon::Failed;
        self.status = status;
        self.redraw();
        if !self.tells_of_opening {
            self.menu = entries(&self.status, None);
        }
    }

    fn icon(&self) -> TrayIcon {
        match self.status.icon {
            TrayIcon::Failed if self.failure_seen => TrayIcon::Idle,
            icon => icon,
        }
    }

    fn redraw(&mut self) {
        let icon = self.icon();
        if self.drawn.0 != icon {
            self.drawn = (icon, pixmaps(icon));
        }
    }

    fn clicked(&mut self, choice: MenuChoice) {
        let peek = lock(&self.shared.opened_with).peek.take();
        lock(&self.shared.choose)(choice, peek);
    }
}

impl Shared {
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

impl ksni::Tray for Item {
    const MENU_ON_ACTIVATE: bool = true;

    fn id(&self) -> String {
        "postil".into()
    }

    fn title(&self) -> String {
        match self.icon() {
            TrayIcon::Idle => "postil",
            TrayIcon::Working => "postil is working",
            TrayIcon::Paused => "postil is paused",
            TrayIcon::Failed => "postil: the last job failed",
        }
        .into()
    }

    fn tool_tip(&self) -> ksni::ToolTip {
        ksni::ToolTip { title: self.title(), ..ksni::ToolTip::default() }
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        self.drawn.1.clone()
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        self.menu.iter().map(menu_item).collect()
    }

    fn menu_about_to_show(&mut self) {
        self.tells_of_opening = true;
        self.failure_seen = self.status.icon == TrayIcon::Failed;
        self.redraw();
        let peek = lock(&self.shared.peek)();
        self.menu = entries(&self.status, Some(&peek));
        self.shared.keep(peek);
    }

    fn watcher_online(&self) {
        *lock(&self.shared.state) = TrayState::Shown;
    }

    fn watcher_offline(&self, _reason: OfflineReason) -> bool {
        *lock(&self.shared.state) = TrayState::NoHost;
        true
    }
}

fn pixmaps(icon: TrayIcon) -> Vec<ksni::Icon> {
    let side = |size| i32::try_from(size).expect("icons are a few dozen pixels wide");
    let pixmap = |size| ksni::Icon { width: side(size), height: side(size), data: icon::draw(icon, size).argb() };
    icon::SIZES.into_iter().map(pixmap).collect()
}

fn menu_item(entry: &Entry) -> MenuItem<Item> {
    match entry {
        Entry::Line(label) => StandardItem { label: escape(label), enabled: false, ..StandardItem::default() }.into(),
        Entry::Item { label, choice } => clickable(label, choice.clone()),
        Entry::Separator => MenuItem::Separator,
        Entry::Submenu { label, entries } => {
            let submenu = entries.iter().map(menu_item).collect();
            SubMenu { label: escape(label), submenu, ..SubMenu::default() }.into()
        }
    }
}

fn clickable(label: &str, choice: MenuChoice) -> MenuItem<Item> {
    let activate = Box::new(move |item: &mut Item| item.clicked(choice.clone()));
    StandardItem { label: escape(label), activate, ..StandardItem::default() }.into()
}

/// In a DBusMenu an underscore marks a mnemonic; two are one that is seen.
fn escape(label: &str) -> String {
    label.replace('_', "__")
}
