//! Global shortcuts by the desktop's portal (`org.freedesktop.portal.GlobalShortcuts`), for Wayland: KDE, GNOME 48 and
//! newer, Hyprland.
//!
//! The portal asks the person, once, and keeps their choice, which may be other keys than ours. So nobody waits for it:
//! a thread of its own holds the session, tells what it was given, and binds again when the portal was restarted.
//! What the keys are to do is told by names, which the portal remembers them by.

use std::panic::AssertUnwindSafe;
use std::thread::JoinHandle;
use std::time::Duration;

use ashpd::desktop::Session;
use ashpd::desktop::global_shortcuts::{GlobalShortcuts, NewShortcut, Shortcut as Given};
use ashpd::{AppID, register_host_app_with_connection};
use futures_util::{FutureExt as _, Stream, StreamExt as _};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{sleep, timeout};
use zbus::Connection;
use zbus::connection::Builder;
use zbus::fdo::DBusProxy;

use super::bindings::portal_trigger;
use super::remote_desktop::Permission;
use super::{APP_ID, BindFailure, BindingId, Bindings};
use crate::config::{Binding, Bound};

/// A portal that is there has started and answered by then.
pub const PORTAL_ANSWERS: Duration = Duration::from_secs(10);

/// After this long the person is being asked, which may take for ever, and it is told that shortcuts wait for them.
const PERSON_IS_ASKED: Duration = Duration::from_secs(1);

pub const PORTAL: &str = "org.freedesktop.portal.Desktop";

/// What the portals say, called on their threads.
pub enum Told {
    Bound(Bindings),
    Pressed(BindingId),
    Released(BindingId),
    /// There is no such portal here; these shortcuts are to be had by other means.
    Unavailable(Vec<Binding>),
    /// How things stand with the permission to press keys.
    Keys(Permission),
    /// What was to be pressed with this number has been pressed, or nothing of it was.
    KeysPressed {
        number: u64,
        done: bool,
    },
}

/// The thread that holds the session. It ends, and the session with it, when this is dropped.
pub struct Portal {
    wanted: Option<UnboundedSender<Vec<Binding>>>,
    thread: Option<JoinHandle<()>>,
}

impl Portal {
    /// `bus`: the session bus's address; the system's own rules find it where there is none.
    pub fn start(bus: Option<String>, tell: impl Fn(Told) + Send + 'static) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (wanted, receiver) = unbounded_channel();
        let keeper = Keeper { bus, wanted: receiver, tell: Box::new(tell) };
        let thread = std::thread::Builder::new().name("portal".into());
        let thread = thread.spawn(move || runtime.block_on(keeper.run()))?;
        Ok(Self { wanted: Some(wanted), thread: Some(thread) })
    }

    /// Binds these and no others.
    pub fn bind(&self, bindings: Vec<Binding>) {
        if let Some(wanted) = &self.wanted {
            _ = wanted.send(bindings);
        }
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        self.wanted = None;
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            log::error!("the portal's thread panicked");
        }
    }
}

struct Keeper {
    bus: Option<String>,
    wanted: UnboundedReceiver<Vec<Binding>>,
    tell: Box<dyn Fn(Told) + Send>,
}

/// Why a session is over.
enum Over {
    /// These are wanted instead.
    Rebind(Vec<Binding>),
    /// The portal has come, ended, or started anew.
    Restarted,
    /// Nothing is wanted any more.
    Ended,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum NoPortal {
    #[error("no session bus")]
    Bus(#[from] zbus::Error),
    #[error("the portal does not give what it is asked for")]
    Refused(#[from] ashpd::Error),
    #[error("there is none")]
    NotThere,
    #[error("the portal does not answer")]
    Silent,
    #[error("the portal answered what it must not")]
    Nonsense,
}

impl From<zbus::fdo::Error> for NoPortal {
    fn from(error: zbus::fdo::Error) -> Self {
        Self::Bus(error.into())
    }
}

impl Keeper {
    async fn run(mut self) {
        let Some(mut bindings) = self.wanted.recv().await else { return };
        loop {
            // ashpd asserts that a portal's answers fit each other.
            let served = AssertUnwindSafe(self.serve(&bindings)).catch_unwind().await;
            match served.unwrap_or(Err(NoPortal::Nonsense)) {
                Ok(Over::Rebind(others)) => bindings = others,
                Ok(Over::Restarted) => {}
                Ok(Over::Ended) => return,
                Err(error) => {
                    log::info!("shortcuts are not to be had from the desktop's portal: {error}");
                    (self.tell)(Told::Unavailable(bindings));
                    match self.wanted.recv().await {
                        Some(others) => bindings = others,
                        None => return,
                    }
                }
            }
        }
    }

    /// Binds, and tells what is pressed, until something else is wanted or the portal has gone.
    async fn serve(&mut self, bindings: &[Binding]) -> Result<Over, NoPortal> {
        if bindings.is_empty() {
            (self.tell)(Told::Bound(Bindings::default()));
            return Ok(self.wanted.recv().await.map_or(Over::Ended, Over::Rebind));
        }
        let connection = connect(self.bus.as_deref()).await?;
        let bus = DBusProxy::new(&connection).await?;
        let mut owners = bus.receive_name_owner_changed_with_args(&[(0, PORTAL)]).await?;
        let opened = timeout(PORTAL_ANSWERS, open(&connection)).await.map_err(|_| NoPortal::Silent)?;
        let (portal, session) = match opened {
            Err(NoPortal::NotThere) => {
                (self.tell)(Told::Unavailable(bindings.to_vec()));
                return Ok(tokio::select! {
                    wanted = self.wanted.recv() => wanted.map_or(Over::Ended, Over::Rebind),
                    _ = owners.next() => Over::Restarted,
                });
            }
            opened => opened?,
        };
        // Subscribed before the first owner could be missed; what the portal's own start said is not of interest.
        let mut restarts =
            std::pin::pin!(owners.skip_while(|change| {
                std::future::ready(change.args().is_ok_and(|args| args.old_owner().is_none()))
            }));
        let over = self.keep(bindings, &portal, &session, restarts.as_mut()).await;
        _ = timeout(PORTAL_ANSWERS, session.close()).await;
        over
    }

    async fn keep(
        &mut self,
        bindings: &[Binding],
        portal: &GlobalShortcuts,
        session: &Session<GlobalShortcuts>,
        mut restarts: impl Stream + Unpin,
    ) -> Result<Over, NoPortal> {
        let mut pressed = std::pin::pin!(portal.receive_activated().await?);
        let mut released = std::pin::pin!(portal.receive_deactivated().await?);
        let mut changed = std::pin::pin!(portal.receive_shortcuts_changed().await?);
        let names = names(bindings);
        let asked: Vec<_> = names.iter().zip(bindings).map(|(name, binding)| new_shortcut(name, binding)).collect();
        let answer = portal.bind_shortcuts(session, &asked, None, Default::default());
        let mut answer = std::pin::pin!(answer.fuse());
        let mut waits = std::pin::pin!(sleep(PERSON_IS_ASKED).fuse());
        let id_of = |name: &str| names.iter().position(|known| known == name).map(|place| BindingId(place as u32));
        loop {
            tokio::select! {
                wanted = self.wanted.recv() => return Ok(wanted.map_or(Over::Ended, Over::Rebind)),
                _ = restarts.next() => return Ok(Over::Restarted),
                answer = &mut answer => {
                    waits.set(futures_util::future::Fuse::terminated());
                    let given = answer?.response();
                    let given = given.as_ref().map_or(&[][..], |given| given.shortcuts());
                    (self.tell)(Told::Bound(judged(bindings, &names, given)));
                }
                () = &mut waits => {
                    let failure = |binding: &Binding| BindFailure::Unanswered(binding.shortcut);
                    let failures = (0..).map(BindingId).zip(bindings.iter().map(failure)).collect::<Vec<_>>();
                    (self.tell)(Told::Bound(failures.into()));
                }
                Some(changed) = changed.next() => {
                    (self.tell)(Told::Bound(judged(bindings, &names, changed.shortcuts())));
                }
                Some(pressed) = pressed.next() => {
                    if let Some(id) = id_of(pressed.shortcut_id()) {
                        (self.tell)(Told::Pressed(id));
                    }
                }
                Some(released) = released.next() => {
                    if let Some(id) = id_of(released.shortcut_id()) {
                        (self.tell)(Told::Released(id));
                    }
                }
            }
        }
    }
}

pub async fn connect(bus: Option<&str>) -> zbus::Result<Connection> {
    match bus {
        Some(address) => Builder::address(address)?.build().await,
        None => Builder::session()?.build().await,
    }
}

/// A portal has to know which program this is before anything else is asked of it: it keeps the person's choice by that.
/// Portals before 1.19 have no register and go by the unit that the desktop started the program in. A portal that the bus
/// can start is started by this.
pub async fn introduce(connection: &Connection) -> Result<(), NoPortal> {
    let Err(_) = register(connection).await else { return Ok(()) };
    if !DBusProxy::new(connection).await?.name_has_owner(PORTAL.try_into().map_err(zbus::Error::from)?).await? {
        return Err(NoPortal::NotThere);
    }
    // It has no register; or it has come only now, and asked anything else it would not know whom it answers.
    if let Err(error) = register(connection).await {
        log::debug!("the portal was not told which program this is: {error}");
    }
    Ok(())
}

async fn register(connection: &Connection) -> ashpd::Result<()> {
    let id: AppID = APP_ID.parse().expect("an application id is names with dots between them");
    register_host_app_with_connection(connection.clone(), id).await
}

async fn open(connection: &Connection) -> Result<(GlobalShortcuts, Session<GlobalShortcuts>), NoPortal> {
    introduce(connection).await?;
    let portal = GlobalShortcuts::with_connection(connection.clone()).await?;
    let session = portal.create_session(Default::default()).await?;
    Ok((portal, session))
}

/// A name for each, which stays the same as long as what the keys do stays the same.
fn names(bindings: &[Binding]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for binding in bindings {
        let name = match &binding.does {
            Bound::Action { action, from: Some(from), .. } => {
                format!("{action}-{}", from.iter().map(|source| source.word()).collect::<Vec<_>>().join("-"))
            }
            does => does.to_string(),
        };
        let others = names.iter().filter(|other| **other == name || other.starts_with(&format!("{name}~"))).count();
        names.push(if others == 0 { name } else { format!("{name}~{others}") });
    }
    names
}

fn new_shortcut(name: &str, binding: &Binding) -> NewShortcut {
    let does = match &binding.does {
        Bound::Pick => "pick an action".to_owned(),
        Bound::Action { action, .. } => action.to_string(),
    };
    NewShortcut::new(name, format!("postil: {does}")).preferred_trigger(portal_trigger(binding.shortcut).as_str())
}

/// What is not in the list was not given; an empty list is what portals answer that do not know the program.
fn judged(bindings: &[Binding], names: &[String], given: &[Given]) -> Bindings {
    let mut judged = Bindings::default();
    for ((id, binding), name) in (0..).map(BindingId).zip(bindings).zip(names) {
        match given.iter().find(|given| given.id() == name) {
            None => judged.failures.push((id, BindFailure::NotGiven(binding.shortcut))),
            Some(given) if is_other(given.trigger_description(), binding) => {
                judged.chosen.push((id, given.trigger_description().to_owned()));
            }
            Some(_) => {}
        }
    }
    judged
}

/// Whether the desktop's words name other keys than ours. Hyprland has none.
fn is_other(words: &str, binding: &Binding) -> bool {
    let keys = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let words = keys(words.trim_start_matches("Press "));
    let same = [binding.shortcut.to_string(), portal_trigger(binding.shortcut)];
    !words.is_empty() && same.iter().all(|ours| keys(ours) != words.replace("control", "ctrl"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{ActionName, Source};

    fn binding(shortcut: &str, action: &str, from: Option<Vec<Source>>) -> Binding {
        let does = Bound::Action { action: ActionName::new(action), from, to: None };
        Binding { shortcut: shortcut.parse().unwrap(), does }
    }

    #[test]
    fn names_stay_and_are_used_once() {
        let bindings = [
            Binding { shortcut: "Ctrl+Alt+Space".parse().unwrap(), does: Bound::Pick },
            binding("Ctrl+Alt+Y", "translate", None),
            binding("Ctrl+Alt+V", "translate", Some(vec![Source::Clipboard])),
            binding("Ctrl+Alt+Z", "translate", None),
        ];
        assert_eq!(names(&bindings), ["pick", "translate", "translate-clipboard", "translate~1"]);
    }

    #[test]
    fn other_keys_are_told_from_ours_in_other_words() {
        let ours = binding("Ctrl+Alt+Y", "translate", None);
        for same in ["Ctrl+Alt+Y", "Press <Control><Alt>y", "CTRL+ALT+y", ""] {
            assert!(!is_other(same, &ours), "{same}");
        }
        assert!(is_other("Meta+T", &ours));
    }
}
