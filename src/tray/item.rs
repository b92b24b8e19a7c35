//! The tray's item as ksni reads it: its properties, its menu, and what is done when that opens or is clicked.
//!
//! The menu is built when it opens and does not change while it is open: ksni numbers the entries anew when their
//! tree changes, and the click of a menu drawn before would be lost or, worse, hit another entry.

use std::path::Path;
use std::sync::Arc;

use ksni::menu::{StandardItem, SubMenu};
use ksni::{MenuItem, OfflineReason};

use super::menu::{Entry, entries};
use super::status_notifier::Shared;
use super::{TrayState, icon, named};
use crate::config::paths::process_env;
use crate::engine::effect::{MenuChoice, TrayIcon, TrayStatus};

/// What ksni asks for the properties and the menu.
pub struct Item {
    shared: Arc<Shared>,
    status: TrayStatus,
    /// The menu as it was last built.
    menu: Vec<Entry>,
    /// Whether this host says when a menu opens. One that does not gets a new menu with every status.
    tells_of_opening: bool,
    /// Whether the menu was opened since the job failed that the icon tells of.
    failure_seen: bool,
    /// Whether the host is told the icon's name too, and draws it itself.
    is_named: bool,
    /// The icon at every size, for each of its states that was shown.
    drawn: Vec<(TrayIcon, Vec<ksni::Icon>)>,
}

impl Item {
    pub fn new(shared: Arc<Shared>, status: TrayStatus) -> Self {
        let menu = entries(&status, None);
        let is_named = named::is_wanted(&process_env, Path::exists);
        let mut item =
            Self { shared, status, menu, tells_of_opening: false, failure_seen: false, is_named, drawn: Vec::new() };
        item.draw();
        item
    }

    /// Shows `status` from now on.
    pub fn show(&mut self, status: TrayStatus) {
        self.failure_seen &= status.icon == TrayIcon::Failed;
        self.status = status;
        self.draw();
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

    /// Each press shows two states, and to draw one takes as long as all else that a press does.
    fn draw(&mut self) {
        let icon = self.icon();
        if self.drawn.iter().all(|(drawn, _)| *drawn != icon) {
            self.drawn.push((icon, pixmaps(icon)));
        }
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

    fn icon_name(&self) -> String {
        if self.is_named { named::name(self.icon()).into() } else { String::new() }
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        let icon = self.icon();
        self.drawn.iter().find(|(drawn, _)| *drawn == icon).map(|(_, pixmaps)| pixmaps.clone()).unwrap_or_default()
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        self.menu.iter().map(menu_item).collect()
    }

    fn menu_about_to_show(&mut self) {
        self.tells_of_opening = true;
        self.failure_seen = self.status.icon == TrayIcon::Failed;
        self.draw();
        self.menu = entries(&self.status, Some(&self.shared.look(&self.status)));
    }

    fn watcher_online(&self) {
        self.shared.set_state(TrayState::Shown);
    }

    fn watcher_offline(&self, _reason: OfflineReason) -> bool {
        self.shared.set_state(TrayState::NoHost);
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
    let activate = Box::new(move |item: &mut Item| item.shared.chosen(choice.clone()));
    StandardItem { label: escape(label), activate, ..StandardItem::default() }.into()
}

/// In a DBusMenu an underscore marks a mnemonic; two are one that is seen.
fn escape(label: &str) -> String {
    label.replace('_', "__")
}
