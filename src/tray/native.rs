//! The tray on macOS and Windows, by tray-icon, on the main thread with its event loop.
//!
//! What the daemon's thread wants is posted to the main one. The menu is built at the click that opens it. Everything lives in a thread-local of the main thread, as the
//! platforms demand and as tray-icon's handlers are global; no borrow of it is held while a menu is open, because the
//! menu runs an event loop of its own in which the click arrives.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tray_icon::menu::{IsMenuItem, Menu, MenuEvent, MenuId, MenuItem, PredefinedMenuItem, Submenu};
use tray_icon::{Icon, MouseButtonState, TrayIcon as NativeIcon, TrayIconBuilder, TrayIconEvent};

use super::menu::{Entry, entries};
use super::{Choose, PeekNow, TrayState, icon};
use crate::desktop::main_thread;
use crate::engine::effect::{MenuChoice, Peek, TrayIcon, TrayStatus};

/// Pixels; both systems scale it to what they show.
const SIZE: u32 = 32;

thread_local! {
    static SHOWN: RefCell<Option<Shown>> = const { RefCell::new(None) };
}

/// A running tray.
pub struct Tray {
    state: Arc<Mutex<TrayState>>,
}

struct Shown {
    native: NativeIcon,
    status: TrayStatus,
    peek: PeekNow,
    choose: Choose,
    /// What the entries of the menu last opened mean.
    choices: BTreeMap<String, MenuChoice>,
    opened_with: Option<Peek>,
}

impl Tray {
    /// Shows the tray. `peek` and `choose` are called on the main thread.
    pub fn start(status: TrayStatus, peek: PeekNow, choose: Choose) -> Self {
        let state = Arc::new(Mutex::new(TrayState::Starting));
        let found = Arc::clone(&state);
        main_thread::post(move || {
            let shown = Shown::show(status, peek, choose);
            *found.lock().unwrap_or_else(PoisonError::into_inner) = shown;
        });
        Self { state }
    }

    /// Shows `status` from now on.
    pub fn update(&self, status: TrayStatus) {
        main_thread::post(move || {
            SHOWN.with_borrow_mut(|shown| {
                if let Some(shown) = shown {
                    shown.status = status;
                    shown.draw();
                }
            });
        });
    }

    pub fn state(&self) -> TrayState {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the icon away.
    pub async fn stop(self) {
        main_thread::post(|| SHOWN.set(None));
    }
}

impl Shown {
    /// Makes the icon, on the main thread.
    fn show(status: TrayStatus, peek: PeekNow, choose: Choose) -> TrayState {
        let builder = TrayIconBuilder::new()
            .with_tooltip("postil")
            .with_menu_on_left_click(false)
            .with_menu_on_right_click(false);
        let native = match builder.build() {
            Ok(native) => native,
            Err(error) => return TrayState::NoBus(error.to_string()),
        };
        TrayIconEvent::set_event_handler(Some(|event| {
            if matches!(event, TrayIconEvent::Click { button_state: MouseButtonState::Up, .. }) {
                open();
            }
        }));
        MenuEvent::set_event_handler(Some(|event: MenuEvent| clicked(&event.id)));
        let shown = Shown { native, status, peek, choose, choices: BTreeMap::new(), opened_with: None };
        shown.draw();
        SHOWN.set(Some(shown));
        TrayState::Shown
    }

    fn draw(&self) {
        let pixmap = icon::draw(self.status.icon, SIZE);
        let drawn = Icon::from_rgba(pixmap.rgba, SIZE, SIZE).ok();
        if let Err(error) = self.native.set_icon(drawn) {
            log::warn!("the tray's icon could not be changed: {error}");
        }
    }

    /// Looks at what is selected now and builds the menu for it.
    fn prepare(&mut self) -> NativeIcon {
        let peek = (self.peek)(&self.status);
        let menu = Menu::new();
        self.choices.clear();
        for entry in entries(&self.status, Some(&peek)) {
            append(&|item| menu.append(item), &entry, &mut self.choices);
        }
        self.opened_with = Some(peek);
        if self.status.icon == TrayIcon::Failed {
            self.status.icon = TrayIcon::Idle;
            self.draw();
        }
        self.native.set_menu(Some(Box::new(menu)));
        self.native.clone()
    }
}

fn open() {
    let native = SHOWN.with_borrow_mut(|shown| shown.as_mut().map(Shown::prepare));
    if let Some(native) = native {
        native.show_menu();
    }
}

fn clicked(id: &MenuId) {
    SHOWN.with_borrow_mut(|shown| {
        let Some(shown) = shown else { return };
        if let Some(choice) = shown.choices.get(id.as_ref()).cloned() {
            (shown.choose)(choice, shown.opened_with.take());
        }
    });
}

type Append<'a> = &'a dyn Fn(&dyn IsMenuItem) -> tray_icon::menu::Result<()>;

/// Adds `entry`; a menu that the system does not take is shown without it.
fn append(to: Append<'_>, entry: &Entry, choices: &mut BTreeMap<String, MenuChoice>) {
    let added = match entry {
        Entry::Line(label) => to(&MenuItem::new(escape(label), false, None)),
        Entry::Separator => to(&PredefinedMenuItem::separator()),
        Entry::Item { label, choice } => {
            let item = MenuItem::new(escape(label), true, None);
            choices.insert(item.id().as_ref().to_owned(), choice.clone());
            to(&item)
        }
        Entry::Submenu { label, entries } => {
            let submenu = Submenu::new(escape(label), true);
            for entry in entries {
                append(&|item| submenu.append(item), entry, choices);
            }
            to(&submenu)
        }
    };
    if let Err(error) = added {
        log::warn!("an entry of the tray's menu could not be added: {error}");
    }
}

/// An ampersand marks a mnemonic; two are one that is seen.
fn escape(label: &str) -> String {
    label.replace('&', "&&")
}
