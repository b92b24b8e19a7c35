//! What the person before the screen of a session does and sees: windows, keys, notifications and their buttons, the
//! clipboard.

use std::process::Stdio;
use std::time::Duration;

use super::super::notifications::{Call, NotificationServer, Shown};
use super::super::x11::{Client, eventually, text};
use super::Session;

impl Session {
    /// A window with the focus in which this text is selected.
    pub fn editor(&self, selected: &str) -> Client {
        let editor = self.window("Editor");
        editor.own("PRIMARY", text(selected));
        editor
    }

    /// A window with the focus.
    pub fn window(&self, class: &str) -> Client {
        let window = Client::new(&self.x).show(class, "document");
        self.x.await_focus(window.window);
        window
    }

    /// Presses and releases a combination: `Ctrl+Alt+y`.
    pub fn press(&self, keys: &str) {
        self.x.tap(keys);
    }

    pub fn notifications(&mut self) -> &mut NotificationServer {
        self.notifications.as_mut().expect("this session has a notification server")
    }

    /// The next notification.
    pub fn shown(&mut self) -> Shown {
        let server = self.notifications.as_mut().expect("this session has a notification server");
        self.doubles.run(server.next_shown())
    }

    /// How the next job ends on the screen. A slow machine may see signs of work before it, in the same place.
    pub fn ended(&mut self) -> Shown {
        let mut sign = None;
        loop {
            let shown = self.shown();
            if let Some(id) = sign {
                assert_eq!(shown.id, id, "one notification for each job: {shown:?}");
            }
            if !is_sign_of_work(&shown) {
                return shown;
            }
            sign = Some(shown.id);
        }
    }

    /// Waits until the notification server is asked to take this one away.
    pub fn await_closed(&mut self, id: u32) {
        let server = self.notifications.as_mut().expect("this session has a notification server");
        loop {
            match self.doubles.run(server.next_call()) {
                Call::Close(closed) if closed == id => return,
                Call::Show(shown) => panic!("not closed but shown: {shown:?}"),
                Call::Close(_) | Call::Capabilities => {}
            }
        }
    }

    /// The next call of the notification server, if it shows something.
    pub fn next_call_shown(&mut self) -> Option<Shown> {
        let server = self.notifications.as_mut().expect("this session has a notification server");
        match self.doubles.run(server.next_call()) {
            Call::Show(shown) => Some(*shown),
            Call::Capabilities | Call::Close(_) => None,
        }
    }

    /// What is shown within this time, if anything.
    pub fn shown_within(&mut self, time: Duration) -> Option<Shown> {
        let server = self.notifications.as_mut().expect("this session has a notification server");
        self.doubles.run(async { tokio::time::timeout(time, server.next_shown()).await }).ok()
    }

    /// Where something would come soon if it came at all: it does not.
    pub fn expect_nothing_shown_for(&mut self, time: Duration) {
        let shown = self.shown_within(time);
        assert!(shown.is_none(), "{shown:?}");
    }

    /// What was shown and not asked for yet.
    pub fn shown_so_far(&mut self) -> Vec<Shown> {
        let calls = self.notifications().calls_so_far().into_iter();
        calls.filter_map(|call| if let Call::Show(shown) = call { Some(*shown) } else { None }).collect()
    }

    /// Presses the button with this label, once the daemon knows that it is on the screen: the double tells what it is
    /// shown before the daemon has its answer.
    pub fn press_button(&mut self, shown: &Shown, label: &str) {
        self.await_rest();
        self.press_button_now(shown, label);
    }

    /// Presses a button of the picker's list again and again until it has taken the list away; see
    /// [`press_button`](Self::press_button).
    pub fn choose(&mut self, list: &Shown, label: &str) {
        self.press_button_now(list, label);
        eventually("the choice is taken", || {
            self.press_button_now(list, label);
            (!self.status().running.is_empty() || !self.model.requests().is_empty()).then_some(())
        });
    }

    pub fn press_button_now(&self, shown: &Shown, label: &str) {
        let pairs = shown.actions.chunks(2);
        let key = pairs.filter(|pair| pair[1] == label).map(|pair| pair[0].clone()).next();
        let key = key.unwrap_or_else(|| panic!("no button {label}: {shown:?}"));
        let server = self.notifications.as_ref().expect("this session has a notification server");
        self.doubles.run(server.press(shown.id, &key, Some(&shown.sender)));
    }

    /// Waits until the clipboard, as another program reads it, holds this text.
    pub fn await_clipboard(&self, expected: &str) {
        eventually(&format!("the clipboard holds {expected:?}"), || {
            let output = self.x.command("xclip", &["-o", "-selection", "clipboard"]).stdout(Stdio::piped()).output();
            (output.expect("xclip is installed").stdout == expected.as_bytes()).then_some(())
        });
    }
}

/// What a server is shown while a job runs.
pub fn is_sign_of_work(shown: &Shown) -> bool {
    let waits = shown.body.contains(", again in ") && shown.body.ends_with(" s");
    shown.body.starts_with("asking ") || shown.body.starts_with("reading the text") || waits
}
