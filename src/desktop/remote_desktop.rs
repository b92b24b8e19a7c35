//! Keys pressed by the desktop's portal (`org.freedesktop.portal.RemoteDesktop`), for compositors that give programs no
//! virtual keyboard: KDE, GNOME.
//!
//! The portal asks the person whether this program may press keys. What they said is kept ([`permission`]): with the token
//! that the portal gives for a yes the next session is had without a question, and after a no nobody is asked again until
//! they wish it. The dialog takes the focus, so it must not come while something is being pasted: it comes only for
//! [`Asking::Allowed`]. As desktops show that somebody may press keys, a session is kept no longer than it is used.

pub mod permission;

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::pin::Pin;
use std::thread::JoinHandle;
use std::time::Duration;

use ashpd::desktop::remote_desktop::{DeviceType, KeyState, RemoteDesktop as Portal, SelectDevicesOptions};
use ashpd::desktop::{PersistMode, ResponseError, Session};
use enumflags2::BitFlags;
use futures_util::{FutureExt as _, Stream, StreamExt as _};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use zbus::fdo::DBusProxy;

use super::portal::{NoPortal, PORTAL, PORTAL_ANSWERS, Told, connect, introduce};
use permission::{Answer, Kept};

/// After this long without an answer the person is being asked: the token is not good any more, or there was none. Within
/// the time that a paste looks at its target.
const PERSON_IS_ASKED: Duration = Duration::from_millis(700);

/// A session that nobody has used for so long is closed. A model may take that long to answer.
const IDLE: Duration = Duration::from_secs(120);

/// How things stand with the person's permission, and the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// They were never asked.
    Unasked,
    /// They have agreed; no session is open now.
    Given,
    /// A session is being opened, without a dialog as far as is known.
    Opening,
    /// The dialog is on the screen.
    Asked,
    /// Keys can be pressed now.
    Open,
    Refused,
    /// There is no such portal here.
    Unavailable,
}

/// Whether the person may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// Only a session that needs no dialog.
    NotNow,
    /// Now is a good time.
    Allowed,
    /// They wish to be asked, whatever they have said before.
    Again,
}

/// One key, pressed so many times while others are held. By evdev's numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stroke {
    pub held: Vec<u32>,
    pub key: u32,
    pub times: usize,
}

enum Wish {
    Open(Asking),
    Press { number: u64, strokes: Vec<Stroke> },
    End,
}

/// The thread that holds the session. It ends, and the session with it, when this is dropped.
pub struct RemoteDesktop {
    wishes: Wishes,
    thread: Option<JoinHandle<()>>,
}

/// The way to it. What is wished of one that has ended is not heard.
#[derive(Clone)]
pub struct Wishes(UnboundedSender<Wish>);

impl Wishes {
    /// Opens a session, or asks for it. Told by [`Told::Keys`].
    pub fn open(&self, asking: Asking) {
        _ = self.0.send(Wish::Open(asking));
    }

    /// Told by [`Told::KeysPressed`] with this number.
    pub fn press(&self, number: u64, strokes: Vec<Stroke>) {
        _ = self.0.send(Wish::Press { number, strokes });
    }
}

impl RemoteDesktop {
    /// `bus`: the session bus's address; the system's own rules find it where there is none. `state`: the folder in which
    /// the person's answer is kept; without one it is asked for anew by each process.
    pub fn start(
        bus: Option<String>,
        state: Option<PathBuf>,
        tell: impl Fn(Told) + Send + 'static,
    ) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (sender, wishes) = unbounded_channel();
        let keeper = Keeper { bus, kept: Kept::new(state), wishes, tell: Box::new(tell), is_unavailable: false };
        let thread = std::thread::Builder::new().name("remote-desktop".into());
        let thread = thread.spawn(move || runtime.block_on(keeper.run()))?;
        Ok(Self { wishes: Wishes(sender), thread: Some(thread) })
    }

    pub fn wishes(&self) -> Wishes {
        self.wishes.clone()
    }
}

impl Drop for RemoteDesktop {
    fn drop(&mut self) {
        _ = self.wishes.0.send(Wish::End);
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            log::error!("the remote desktop's thread panicked");
        }
    }
}

struct Keeper {
    bus: Option<String>,
    kept: Kept,
    wishes: UnboundedReceiver<Wish>,
    tell: Box<dyn Fn(Told) + Send>,
    /// As far as was tried.
    is_unavailable: bool,
}

/// Why a session is over.
enum Over {
    /// Closed by us or by the desktop; another can be opened.
    Closed,
    Refused,
    /// Nothing is wished any more.
    Ended,
}

impl Keeper {
    async fn run(mut self) {
        self.told(self.at_rest());
        while let Some(wish) = self.wishes.recv().await {
            self.kept.read_again();
            match wish {
                Wish::End => return,
                Wish::Press { number, .. } => (self.tell)(Told::KeysPressed { number, done: false }),
                Wish::Open(asking) if self.may_open(asking) => {
                    self.told(Permission::Opening);
                    // ashpd asserts that a portal's answers fit each other.
                    let served = AssertUnwindSafe(self.serve()).catch_unwind().await;
                    let served = served.unwrap_or(Err(NoPortal::Nonsense));
                    self.is_unavailable = served.is_err();
                    match served {
                        Ok(Over::Ended) => return,
                        Ok(Over::Closed) => self.told(self.at_rest()),
                        Ok(Over::Refused) => self.told(Permission::Refused),
                        Err(error) => {
                            log::info!("keys are not to be had from the desktop's portal: {error}");
                            self.told(Permission::Unavailable);
                        }
                    }
                }
                Wish::Open(_) => self.told(self.at_rest()),
            }
        }
    }

    fn told(&self, permission: Permission) {
        (self.tell)(Told::Keys(permission));
    }

    fn at_rest(&self) -> Permission {
        match self.kept.answer() {
            None if self.is_unavailable => Permission::Unavailable,
            None => Permission::Unasked,
            Some(Answer::Token(_)) => Permission::Given,
            Some(Answer::Refused) => Permission::Refused,
        }
    }

    fn may_open(&self, asking: Asking) -> bool {
        match (self.kept.answer(), asking) {
            (Some(Answer::Token(_)), _) | (None, Asking::Allowed) | (_, Asking::Again) => true,
            (None, Asking::NotNow) | (Some(Answer::Refused), Asking::NotNow | Asking::Allowed) => false,
        }
    }

    /// Opens a session, and presses what is wished until it is over.
    async fn serve(&mut self) -> Result<Over, NoPortal> {
        let connection = connect(self.bus.as_deref()).await?;
        let bus = DBusProxy::new(&connection).await?;
        let owners = bus.receive_name_owner_changed_with_args(&[(0, PORTAL)]).await?;
        let opening = async {
            introduce(&connection).await?;
            let portal = Portal::with_connection(connection.clone()).await?;
            let session = portal.create_session(Default::default()).await?;
            let token = match self.kept.answer() {
                Some(Answer::Token(token)) => Some(token),
                _ => None,
            };
            let devices = SelectDevicesOptions::default()
                .set_devices(BitFlags::from(DeviceType::Keyboard))
                .set_persist_mode(PersistMode::ExplicitlyRevoked)
                .set_restore_token(token.as_ref().map(|token| token.expose()));
            portal.select_devices(&session, devices).await?.response()?;
            Ok::<_, NoPortal>((portal, session))
        };
        let (portal, session) = timeout(PORTAL_ANSWERS, opening).await.map_err(|_| NoPortal::Silent)??;
        // The portal's own start, which these questions may have been the cause of, is no end of it.
        let gone =
            owners.filter(|change| std::future::ready(change.args().is_ok_and(|args| args.old_owner().is_some())));
        let mut over =
            Box::pin(futures_util::stream::select(gone.map(drop), session.receive_closed().await?.map(drop)));
        let ended = match self.start(&portal, &session, over.as_mut()).await {
            Ok(None) => self.keep(&portal, &session, over.as_mut()).await,
            Ok(Some(over)) => over,
            Err(error) => return Err(error),
        };
        _ = timeout(PORTAL_ANSWERS, session.close()).await;
        Ok(ended)
    }

    /// Waits for the person, if they are asked. `None`: keys can be pressed.
    async fn start(
        &mut self,
        portal: &Portal,
        session: &Session<Portal>,
        mut over: Pin<&mut impl Stream>,
    ) -> Result<Option<Over>, NoPortal> {
        let mut answer = std::pin::pin!(portal.start(session, None, Default::default()));
        let mut waits = std::pin::pin!(sleep(PERSON_IS_ASKED).fuse());
        loop {
            tokio::select! {
                answer = &mut answer => {
                    let answer = answer?.response();
                    return match answer {
                        Ok(given) if given.devices().contains(DeviceType::Keyboard) => {
                            self.kept.keep(given.restore_token().map(|token| Answer::Token(token.into())).as_ref());
                            self.told(Permission::Open);
                            Ok(None)
                        }
                        Ok(_) | Err(ashpd::Error::Response(ResponseError::Cancelled)) => {
                            self.kept.keep(Some(&Answer::Refused));
                            Ok(Some(Over::Refused))
                        }
                        Err(error) => Err(error.into()),
                    };
                }
                () = &mut waits => self.told(Permission::Asked),
                _ = over.next() => return Ok(Some(Over::Closed)),
                wish = self.wishes.recv() => match wish {
                    None | Some(Wish::End) => return Ok(Some(Over::Ended)),
                    Some(Wish::Press { number, .. }) => (self.tell)(Told::KeysPressed { number, done: false }),
                    Some(Wish::Open(_)) => {}
                },
            }
        }
    }

    /// Presses what is wished.
    async fn keep(&mut self, portal: &Portal, session: &Session<Portal>, mut over: Pin<&mut impl Stream>) -> Over {
        let mut until = Instant::now() + IDLE;
        loop {
            tokio::select! {
                () = sleep_until(until) => return Over::Closed,
                _ = over.next() => return Over::Closed,
                wish = self.wishes.recv() => match wish {
                    None | Some(Wish::End) => return Over::Ended,
                    Some(Wish::Open(_)) => self.told(Permission::Open),
                    Some(Wish::Press { number, strokes }) => {
                        let pressing = timeout(PORTAL_ANSWERS, press(portal, session, &strokes)).await;
                        let done = matches!(pressing, Ok(Ok(())));
                        (self.tell)(Told::KeysPressed { number, done });
                    }
                },
            }
            until = Instant::now() + IDLE;
        }
    }
}

/// Presses and lets go, whatever fails in between: a modifier that stays down is worse than a key that is not pressed.
async fn press(portal: &Portal, session: &Session<Portal>, strokes: &[Stroke]) -> ashpd::Result<()> {
    let mut result = Ok(());
    for Stroke { held, key, times } in strokes {
        let down = held.iter().map(|modifier| (*modifier, KeyState::Pressed));
        let presses = std::iter::repeat_n([(*key, KeyState::Pressed), (*key, KeyState::Released)], *times).flatten();
        let up = held.iter().rev().map(|modifier| (*modifier, KeyState::Released));
        for (key, state) in down.chain(presses).chain(up) {
            let code = i32::try_from(key).expect("evdev's numbers are below 768");
            if result.is_ok() || state == KeyState::Released {
                let pressed = portal.notify_keyboard_keycode(session, code, state, Default::default()).await;
                result = result.and(pressed);
            }
        }
    }
    result
}
