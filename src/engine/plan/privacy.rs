//! What may be read, and what may leave this machine, as the user wrote it in `[privacy]`.

use super::Brief;
use crate::config::Settings;
use crate::desktop::TriggerContext;
use crate::engine::outcome::{Failure, Withheld};
use crate::llm::roster::Target;

/// Whether anything may be read while this application has the focus.
pub fn may_read(settings: &Settings, context: &TriggerContext) -> Result<(), Failure> {
    may_use(settings, context.app.as_ref().map(|app| app.name.as_str()))
}

/// Whether a text of this application may be used, wherever the focus is.
pub fn may_use(settings: &Settings, app: Option<&str>) -> Result<(), Failure> {
    match app.filter(|app| names_app(&settings.privacy.never_apps, app)) {
        Some(app) => Err(Failure::Withheld(Withheld::NeverApp(app.to_owned()))),
        None => Ok(()),
    }
}

/// Keeps the text of `local_only_apps` on this machine.
pub(super) fn sendable(brief: &Brief, target: Target) -> Result<Target, Failure> {
    if !target.provider.is_local() {
        may_leave(brief, &target.label())?;
    }
    Ok(target)
}

/// Whether the text may go where it could leave this machine. What a program or an address does with it is not known, so
/// they count as elsewhere.
pub(super) fn may_leave(brief: &Brief, by: &str) -> Result<(), Failure> {
    let focused = brief.context.app.as_ref().map(|app| &app.name);
    let mut apps = focused.into_iter().chain(&brief.owners);
    match apps.find(|app| names_app(&brief.settings.privacy.local_only_apps, app)) {
        Some(app) => Err(Failure::Withheld(Withheld::LocalOnlyApp { app: app.clone(), by: by.to_owned() })),
        None => Ok(()),
    }
}

/// Whether a list of the user's names this application; case does not matter.
fn names_app(list: &[String], app: &str) -> bool {
    !app.is_empty() && list.iter().any(|name| name.eq_ignore_ascii_case(app))
}
