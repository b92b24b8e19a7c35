//! What makes pasting hard, as the environment asks for it: `packaging/bench/paste.sh` goes through it all.
//!
//! | variable | meaning |
//! |---|---|
//! | `POSTIL_PASTES` | how often (20) |
//! | `POSTIL_LAYOUT` | the keyboard, by setxkbmap's name |
//! | `POSTIL_CAPS` | CapsLock is on |
//! | `POSTIL_STOP` | the application is stopped for so many milliseconds, beginning just before the answer |
//! | `POSTIL_HOLD` | Ctrl and Alt stay down for so long after the answer, on the display's own keyboard |
//! | `POSTIL_MANAGER` | this clipboard manager runs beside it |
//! | `POSTIL_RIVAL` | pasted not by us, but by xclip and xdotool with this fixed delay before the clipboard is given back |

use std::time::Duration;

use postil::desktop::paste::Pasted;
use x11rb::connection::RequestConnection as _;
use x11rb::protocol::xinput::{self, ConnectionExt as _, DeviceType};
use x11rb::protocol::xproto::{KEY_PRESS_EVENT, KEY_RELEASE_EVENT, ModMask};
use x11rb::protocol::xtest::ConnectionExt as _;

use crate::x11::{XServer, eventually};

pub struct Trouble {
    pub times: usize,
    pub layout: Option<String>,
    caps: bool,
    stop: Option<Duration>,
    hold: Option<Duration>,
    manager: Option<String>,
    pub rival: Option<Duration>,
}

impl Trouble {
    pub fn of_the_environment() -> Self {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let time = |name: &str| set(name).map(|value| Duration::from_millis(value.parse().expect("milliseconds")));
        Self {
            times: set("POSTIL_PASTES").map_or(20, |times| times.parse().expect("a number")),
            layout: set("POSTIL_LAYOUT"),
            caps: set("POSTIL_CAPS").is_some(),
            stop: time("POSTIL_STOP"),
            hold: time("POSTIL_HOLD"),
            manager: set("POSTIL_MANAGER"),
            rival: time("POSTIL_RIVAL"),
        }
    }

    pub fn start_manager(&self, server: &mut XServer) {
        if let Some(manager) = &self.manager {
            let home = std::env::temp_dir().join(format!("postil-manager-{}", std::process::id()));
            std::fs::create_dir_all(&home).expect("a folder");
            server.spawn_at(home.to_str().expect("a plain path"), manager, &[]);
        }
    }

    pub fn lock(&self, server: &XServer) {
        if self.caps {
            server.tap("CapsLock");
            eventually("CapsLock is on", || (server.modifiers() & u16::from(ModMask::LOCK) != 0).then_some(()));
        }
    }

    /// Just before the answer.
    pub fn begin(&self, server: &XServer, pid: u32) {
        if self.stop.is_some() {
            signal(pid, "STOP");
        }
        if self.hold.is_some() {
            physical(server, KEY_PRESS_EVENT);
        }
    }

    /// Once it is on its way.
    pub fn end(&self, server: &XServer, pid: u32) {
        if let Some(time) = self.stop {
            std::thread::park_timeout(time);
            signal(pid, "CONT");
        }
        if let Some(time) = self.hold {
            std::thread::park_timeout(time);
            physical(server, KEY_RELEASE_EVENT);
        }
    }

    /// As programs do that know nothing of receipts.
    pub fn paste_as_rivals_do(&self, server: &XServer, delay: Duration, answer: &str, pid: u32) -> Pasted {
        self.begin(server, pid);
        let script = format!(
            "old=$(xclip -o -selection clipboard); printf %s \"$0\" | xclip -selection clipboard; \
             xdotool key --clearmodifiers ctrl+v; sleep {}; printf %s \"$old\" | xclip -selection clipboard",
            delay.as_secs_f32()
        );
        let mut running = server.command("sh", &["-c", &script, answer]).spawn().expect("a shell");
        self.end(server, pid);
        running.wait().expect("it ends");
        Pasted::Confirmed { receipts: 0 }
    }

    /// None may go wrong, but for those of a rival, which are counted; and on a loaded machine few may be held back.
    pub fn report(&self, done: &[Outcome]) {
        let mut taken = done.iter().filter_map(Outcome::taken).collect::<Vec<_>>();
        taken.sort();
        let at = |share: usize| taken.get((taken.len() * share / 100).min(taken.len().saturating_sub(1))).copied();
        let (median, late) = (at(50).unwrap_or_default().as_millis(), at(99).unwrap_or_default().as_millis());
        let held_back = done.iter().filter(|outcome| matches!(outcome, Outcome::HeldBack)).count();
        let held = if held_back > 0 { format!(" and {held_back} held back") } else { String::new() };
        let name = std::thread::current().name().unwrap_or_default().to_owned();
        println!("{name}: {} of {} right{held}; {median} ms, p99 {late}", taken.len(), done.len());
        let wrong = done.iter().filter_map(Outcome::wrong).collect::<Vec<_>>();
        assert!(self.rival.is_some() || wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(held_back <= done.len() / 5, "{held_back} were held back");
    }
}

/// What became of a paste.
pub enum Outcome {
    /// So long from the answer to the clipboard's return.
    Right(Duration),
    /// Nothing was done and it was told, as the machine was too slow for the clipboard to be kept in time.
    HeldBack,
    Wrong(String),
}

impl Outcome {
    fn taken(&self) -> Option<Duration> {
        if let Self::Right(taken) = self { Some(*taken) } else { None }
    }

    fn wrong(&self) -> Option<&str> {
        if let Self::Wrong(why) = self { Some(why) } else { None }
    }
}

fn signal(pid: u32, name: &str) {
    let status = std::process::Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status();
    assert!(status.is_ok_and(|status| status.success()), "process {pid} is told to {name}");
}

/// Ctrl and Alt on the display's own keyboard, and not on the one that XTEST has for itself.
fn physical(server: &XServer, kind: u8) {
    let (conn, device) = (&server.conn, keyboard(server));
    let base = conn.extension_information(xinput::X11_EXTENSION_NAME).expect("a request").expect("XInput").first_event;
    // DeviceKeyPress and DeviceKeyRelease are the first events but one of the extension.
    let kind = base + if kind == KEY_PRESS_EVENT { 1 } else { 2 };
    for keycode in server.keycodes("Ctrl+Alt") {
        conn.xtest_fake_input(kind, keycode, 0, server.root(), 0, 0, device).expect("a request");
    }
    server.sync();
}

fn keyboard(server: &XServer) -> u8 {
    let devices = server.conn.xinput_xi_query_device(0u16).expect("a request").reply().expect("an answer");
    let own = devices.infos.iter().find(|device| {
        device.type_ == DeviceType::SLAVE_KEYBOARD && !String::from_utf8_lossy(&device.name).contains("XTEST")
    });
    u8::try_from(own.expect("a keyboard").deviceid).expect("a small number")
}
