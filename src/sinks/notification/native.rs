//! Notifications on macOS and Windows, by notify-rust.
//!
//! Neither system lets a notification be updated through it, so signs of work are left to the tray's icon. `show`
//! and waiting for a click block there, so each notification has a thread that ends with it.

use std::sync::{Arc, Mutex, PoisonError};

use super::card::{Capabilities, button, card};
use super::{OnButton, OnResult};
use crate::engine::call::JobId;
use crate::engine::effect::{Notice, NoticeKind};
use crate::engine::event::SinkFailure;

/// Both systems show buttons and plain text.
const SYSTEM: Capabilities = Capabilities { actions: true, body: true, markup: false };

/// What notify-rust says of a notification that was closed without a button.
const CLOSED: &str = "__closed";

/// A handle to the system's notifications.
#[derive(Clone)]
pub struct Notifications {
    callbacks: Arc<Callbacks>,
}

struct Callbacks {
    on_button: Mutex<OnButton>,
    on_result: Mutex<OnResult>,
}

impl Notifications {
    pub fn start(on_button: OnButton, on_result: OnResult) -> Self {
        let callbacks = Callbacks { on_button: Mutex::new(on_button), on_result: Mutex::new(on_result) };
        Self { callbacks: Arc::new(callbacks) }
    }

    /// Nothing is to be prepared here.
    pub fn prepare(&self) {}

    /// Shows `notice`, unless it is a mere sign of work.
    pub fn notify(&self, job: JobId, notice: Notice) {
        if notice.kind == NoticeKind::Working {
            return;
        }
        let callbacks = Arc::clone(&self.callbacks);
        let started =
            std::thread::Builder::new().name("notification".into()).spawn(move || show(&callbacks, job, &notice));
        if started.is_err() {
            self.callbacks.report(job, Err(SinkFailure::NoNotifications));
        }
    }

    /// What is shown here is never a mere sign of work, and stays until the user has read it.
    pub fn unnotify(&self, _job: JobId) {}

    /// The system has taken everything already.
    pub async fn leave(&self) {}
}

fn show(callbacks: &Callbacks, job: JobId, notice: &Notice) {
    let card = card(notice, SYSTEM);
    let mut notification = notify_rust::Notification::new();
    notification.appname("postil").summary(card.summary.expose()).body(card.body.expose());
    if let Some(milliseconds) = card.timeout {
        notification.timeout(milliseconds);
    }
    for (key, label) in card.actions.iter().filter(|(key, _)| key != "default") {
        notification.action(key, label);
    }
    match notification.show() {
        Ok(shown) => {
            callbacks.report(job, Ok(()));
            shown.wait_for_action(|key| callbacks.pressed(job, notice, key));
        }
        Err(_) => callbacks.report(job, Err(SinkFailure::NoNotifications)),
    }
}

impl Callbacks {
    fn report(&self, job: JobId, result: Result<(), SinkFailure>) {
        self.on_result.lock().unwrap_or_else(PoisonError::into_inner)(job, result);
    }

    /// macOS answers with a button's label, Windows with its key.
    fn pressed(&self, job: JobId, notice: &Notice, key: &str) {
        let key = match notice.kind == NoticeKind::Question && key == CLOSED {
            true => "keep",
            false => key,
        };
        let labelled = notice.buttons.iter().find(|(_, label)| label == key).map(|(button, _)| *button);
        if let Some(button) = labelled.or_else(|| button(notice, key)) {
            self.on_button.lock().unwrap_or_else(PoisonError::into_inner)(job, button);
        }
    }
}
