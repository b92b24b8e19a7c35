//! Whether PRIMARY is what the person sees selected, or was left over in another application. Pure.
//!
//! X keeps PRIMARY until somebody else takes it. Qt, Chromium and terminals do not even give it up when the text is
//! deselected, so there is always some text; used silently, it would be text that the person does not think of.
//! Two helps: the owner is a client, and in every application that was measured it is the client whose window has the
//! focus; and the server tells of both in order. But xsel, xclip, tmux and Emacs own a selection in place of the window that the
//! person looks at, so a foreign owner alone proves nothing.
//!
//! Not known here: a deselection within one application leaves no trace.

use x11rb::protocol::xproto::Window;

use crate::desktop::moment::Moment;
use crate::desktop::paste::SelectionMark;

/// The bits of an X id that tell its client, from the setup's `resource_id_mask`.
#[derive(Debug, Clone, Copy)]
pub struct Clients {
    pub id_mask: u32,
}

impl Clients {
    /// Whether one client made both windows.
    pub fn same(self, a: Window, b: Window) -> bool {
        a & !self.id_mask == b & !self.id_mask
    }
}

/// A selection, as it was when somebody took it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub owner: Window,
    pub at: Moment,
    /// What had the focus then.
    pub under: Option<Window>,
}

impl Taken {
    /// As those know it who do not know X.
    pub fn mark(self) -> SelectionMark {
        SelectionMark { owner: u64::from(self.owner), change: self.at.0 }
    }
}

/// Where the focus is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Focused {
    pub window: Window,
    /// When it came there; nothing if that was before us, or if no window manager tells.
    pub since: Option<Moment>,
}

/// Stale is what another client took, while another client had the focus, before the focus came to where it is.
/// What is not known is never held against a selection.
pub fn is_stale(selection: Taken, focus: Option<Focused>, clients: Clients) -> bool {
    let Some(Focused { window, since: Some(since) }) = focus else { return false };
    let own = clients.same(selection.owner, window);
    let made_here = selection.under.is_some_and(|under| clients.same(under, window));
    !own && !made_here && selection.at < since
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENTS: Clients = Clients { id_mask: 0x001f_ffff };
    const EDITOR: Window = 0x0040_0003;
    const EDITOR_HIDDEN: Window = 0x0040_0001;
    const TERMINAL: Window = 0x0060_000c;
    const XSEL: Window = 0x0080_0001;

    fn check(owner: Window, at: u64, under: Option<Window>, since: Option<u64>, stale: bool) {
        let focus = Some(Focused { window: EDITOR, since: since.map(Moment) });
        let taken = Taken { owner, at: Moment(at), under };
        assert_eq!(is_stale(taken, focus, CLIENTS), stale, "{taken:?} under {focus:?}");
    }

    #[test]
    fn what_the_focused_application_owns_is_fresh_however_old() {
        check(EDITOR_HIDDEN, 10, None, Some(500), false);
        check(EDITOR_HIDDEN, 10, Some(TERMINAL), Some(500), false);
    }

    #[test]
    fn what_another_took_before_the_focus_came_is_stale() {
        check(TERMINAL, 499, Some(TERMINAL), Some(500), true);
        check(TERMINAL, 499, None, Some(500), true);
        check(XSEL, 499, Some(TERMINAL), Some(500), true);
        // Taken before we came; the focus was seen to come.
        check(TERMINAL, 0, None, Some(500), true);
    }

    #[test]
    fn what_is_newer_than_the_focus_is_fresh_whoever_owns_it() {
        check(XSEL, 500, Some(EDITOR), Some(500), false);
        check(TERMINAL, 501, Some(TERMINAL), Some(500), false);
    }

    #[test]
    fn an_owner_in_place_of_the_window_stays_fresh_when_the_focus_comes_back() {
        check(XSEL, 10, Some(EDITOR), Some(500), false);
    }

    #[test]
    fn what_is_not_known_is_not_held_against_it() {
        check(TERMINAL, 10, Some(TERMINAL), None, false);
        assert!(!is_stale(Taken { owner: XSEL, at: Moment(1), under: None }, None, CLIENTS));
    }
}
