//! The one connection to the X server: made once, with what every part of the loop needs of it.
//!
//! Requests here are answered by the server itself, never by another client, so waiting for a reply cannot hang on a
//! program that does not answer. An error about a window that has gone meanwhile is an answer like any other
//! ([`answered`]); only the connection's own end is an error.

use rustix::fd::{AsFd, BorrowedFd};
use x11rb::connection::{Connection, RequestConnection};
use x11rb::cookie::Cookie;
use x11rb::errors::{ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::res::{self, ClientIdMask, ClientIdSpec, ClientIdValue, ConnectionExt as _};
use x11rb::protocol::xfixes::{self, ConnectionExt as _, SelectionEventMask};
use x11rb::protocol::xinput::{self, ConnectionExt as _};
use x11rb::protocol::xkb::{self, ConnectionExt as _};
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, CreateWindowAux, EventMask, Window, WindowClass,
};
use x11rb::protocol::xtest;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::atoms::Atoms;
use super::keyboard::Keymap;
use super::stale::Clients;

pub struct Display {
    pub conn: RustConnection,
    pub atoms: Atoms,
    pub root: Window,
    /// Where selections are delivered to. Never destroyed: that kills a slow xclip.
    pub requestor: Window,
    pub clients: Clients,
    /// Whether the server has what pasting needs: XTEST to press keys, XInput 2.1 to know what is held.
    pub can_paste: bool,
    /// Whether the server tells which process a client is: X-Resource 1.2.
    tells_processes: bool,
}

/// Why there is no X display to work with.
#[derive(Debug, thiserror::Error)]
pub enum ConnectFailure {
    #[error("no connection to X display {display}")]
    NoConnection { display: String, source: x11rb::errors::ConnectError },
    #[error("the X server has no {0}")]
    NoExtension(&'static str),
    #[error("the X server refused a request at the start")]
    Refused(#[from] ReplyOrIdError),
    #[error("no more files can be opened")]
    NoFile(#[from] rustix::io::Errno),
}

impl From<ReplyError> for ConnectFailure {
    fn from(error: ReplyError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<ConnectionError> for ConnectFailure {
    fn from(error: ConnectionError) -> Self {
        Self::Refused(error.into())
    }
}

/// A reply, or `None` if the server refused: the window in question is gone.
pub fn answered<R: x11rb::x11_utils::TryParse>(
    cookie: Cookie<'_, RustConnection, R>,
) -> Result<Option<R>, ConnectionError> {
    match cookie.reply() {
        Ok(reply) => Ok(Some(reply)),
        Err(ReplyError::X11Error(_)) => Ok(None),
        Err(ReplyError::ConnectionError(error)) => Err(error),
    }
}

impl Display {
    pub fn connect(name: &str) -> Result<Self, ConnectFailure> {
        let (conn, screen) = RustConnection::connect(Some(name))
            .map_err(|source| ConnectFailure::NoConnection { display: name.to_owned(), source })?;
        require_extensions(&conn)?;
        let root = conn.setup().roots[screen].root;
        let clients = Clients { id_mask: conn.setup().resource_id_mask };
        let requestor = conn.generate_id()?;
        let aux = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        conn.create_window(0, requestor, root, -1, -1, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &aux)?;
        let atoms = Atoms::new(&conn)?.reply()?;
        let (can_paste, tells_processes) = (can_paste(&conn)?, tells_processes(&conn)?);
        let display = Self { conn, atoms, root, requestor, clients, can_paste, tells_processes };
        display.listen()?;
        Ok(display)
    }

    /// Asks for the events that the loop lives on.
    fn listen(&self) -> Result<(), ConnectFailure> {
        let aux = ChangeWindowAttributesAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        self.conn.change_window_attributes(self.root, &aux)?;
        let changes = SelectionEventMask::SET_SELECTION_OWNER
            | SelectionEventMask::SELECTION_WINDOW_DESTROY
            | SelectionEventMask::SELECTION_CLIENT_CLOSE;
        for selection in [AtomEnum::PRIMARY.into(), self.atoms.CLIPBOARD] {
            self.conn.xfixes_select_selection_input(self.requestor, selection, changes)?;
        }
        let keyboard = xkb::EventType::NEW_KEYBOARD_NOTIFY | xkb::EventType::MAP_NOTIFY;
        let maps = xkb::MapPart::KEY_SYMS | xkb::MapPart::MODIFIER_MAP;
        let none = xkb::EventType::default();
        let aux = xkb::SelectEventsAux::new();
        self.conn.xkb_select_events(USE_CORE_KEYBOARD, none, keyboard, maps, maps, &aux)?;
        self.report_repeats_as_presses()
    }

    /// Otherwise a key that is held sends releases that never happened.
    fn report_repeats_as_presses(&self) -> Result<(), ConnectFailure> {
        let repeat = xkb::PerClientFlag::DETECTABLE_AUTO_REPEAT;
        let none = xkb::BoolCtrl::default();
        self.conn.xkb_per_client_flags(USE_CORE_KEYBOARD, repeat, repeat, none, none, none)?.reply()?;
        Ok(())
    }

    /// The keymap as it is now: two requests, one round trip.
    pub fn keymap(&self) -> Result<Option<Keymap>, ConnectionError> {
        let none = xkb::MapPart::default();
        let symbols = self.conn.xkb_get_map(
            USE_CORE_KEYBOARD,
            xkb::MapPart::KEY_SYMS,
            none,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            xkb::VMod::default(),
            0,
            0,
            0,
            0,
            0,
            0,
        )?;
        let modifiers = self.conn.get_modifier_mapping()?;
        let (symbols, modifiers) = (answered(symbols)?, answered(modifiers)?);
        Ok(symbols.zip(modifiers).map(|(symbols, modifiers)| Keymap {
            first: symbols.first_key_sym,
            keys: symbols.map.syms_rtrn.unwrap_or_default().iter().map(unshifted).collect(),
            modifiers: keys_of_modifiers(&modifiers.keycodes),
        }))
    }

    /// Which of the keymap's layouts is in use.
    pub fn active_group(&self) -> Result<usize, ConnectionError> {
        let state = answered(self.conn.xkb_get_state(USE_CORE_KEYBOARD)?)?;
        Ok(state.map_or(0, |state| usize::from(u8::from(state.group))))
    }

    /// Appends nothing to a property of ours: the notice of that tells the server's time.
    pub fn ask_time(&self) -> Result<(), ConnectionError> {
        use x11rb::protocol::xproto::PropMode;
        self.conn.change_property8(PropMode::APPEND, self.requestor, self.atoms.TIME, AtomEnum::STRING, &[])?;
        Ok(())
    }

    pub fn owner_of(&self, selection: Atom) -> Result<Window, ConnectionError> {
        let reply = answered(self.conn.get_selection_owner(selection)?)?;
        Ok(reply.map_or(x11rb::NONE, |reply| reply.owner))
    }

    pub fn name_of(&self, atom: Atom) -> Result<String, ConnectionError> {
        let reply = answered(self.conn.get_atom_name(atom)?)?;
        Ok(reply.map_or_else(|| "unknown".to_owned(), |reply| String::from_utf8_lossy(&reply.name).into_owned()))
    }

    /// All asked for before the first answer is waited for.
    pub fn names_of(&self, atoms: Vec<Atom>) -> Result<Vec<(Atom, String)>, ConnectionError> {
        let asked = atoms.into_iter().map(|atom| Ok((atom, self.conn.get_atom_name(atom)?)));
        let asked = asked.collect::<Result<Vec<_>, ConnectionError>>()?;
        let named = asked.into_iter().map(|(atom, cookie)| {
            let name = answered(cookie)?.map(|reply| String::from_utf8_lossy(&reply.name).into_owned());
            Ok(name.map(|name| (atom, name)))
        });
        named.filter_map(Result::transpose).collect()
    }

    /// Whether one program made both windows: as one client, or as several. LibreOffice is another client where it copies
    /// and pastes than where it shows its windows.
    pub fn same_program(&self, a: Window, b: Window) -> Result<bool, ConnectionError> {
        Ok(self.clients.same(a, b) || !self.of_same_program(a, &[b])?.is_empty())
    }

    /// Those of `windows` that the program made that made `window`. One round trip at most. This process has several
    /// connections for several purposes, and is no program in that sense.
    pub fn of_same_program(&self, window: Window, windows: &[Window]) -> Result<Vec<Window>, ConnectionError> {
        let process = |told: &[ClientIdValue], window| {
            let of_client = told.iter().find(|told| self.clients.same(told.spec.client, window));
            of_client.and_then(|told| told.value.first().copied())
        };
        let told = match self.tells_processes {
            true => {
                let asked = windows.iter().chain([&window]);
                let asked = asked.map(|client| ClientIdSpec { client: *client, mask: ClientIdMask::LOCAL_CLIENT_PID });
                answered(self.conn.res_query_client_ids(&asked.collect::<Vec<_>>())?)?
            }
            false => None,
        };
        let told = told.map(|told| told.ids).unwrap_or_default();
        let wanted = process(&told, window).filter(|process| *process != std::process::id());
        let is_same = |other: &Window| {
            self.clients.same(*other, window) || (wanted.is_some() && process(&told, *other) == wanted)
        };
        Ok(windows.iter().copied().filter(is_same).collect())
    }

    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.conn.stream().as_fd()
    }
}

/// XkbUseCoreKbd: the keyboard that core events come from.
const USE_CORE_KEYBOARD: u16 = 0x100;

fn require_extensions(conn: &RustConnection) -> Result<(), ConnectFailure> {
    conn.prefetch_extension_information(xfixes::X11_EXTENSION_NAME)?;
    conn.prefetch_extension_information(xkb::X11_EXTENSION_NAME)?;
    if conn.extension_information(xfixes::X11_EXTENSION_NAME)?.is_none() {
        return Err(ConnectFailure::NoExtension("XFIXES"));
    }
    if conn.extension_information(xkb::X11_EXTENSION_NAME)?.is_none() {
        return Err(ConnectFailure::NoExtension("XKEYBOARD"));
    }
    let fixes = conn.xfixes_query_version(1, 0)?;
    let keyboard = conn.xkb_use_extension(1, 0)?;
    conn.prefetch_extension_information(xtest::X11_EXTENSION_NAME)?;
    conn.prefetch_extension_information(xinput::X11_EXTENSION_NAME)?;
    conn.prefetch_extension_information(res::X11_EXTENSION_NAME)?;
    fixes.reply()?;
    if !keyboard.reply()?.supported {
        return Err(ConnectFailure::NoExtension("XKEYBOARD"));
    }
    Ok(())
}

fn can_paste(conn: &RustConnection) -> Result<bool, ConnectFailure> {
    let has = |name| Ok::<_, ConnectionError>(conn.extension_information(name)?.is_some());
    if !has(xtest::X11_EXTENSION_NAME)? || !has(xinput::X11_EXTENSION_NAME)? {
        return Ok(false);
    }
    let version = conn.xinput_xi_query_version(2, 1)?.reply()?;
    Ok((version.major_version, version.minor_version) >= (2, 1))
}

fn tells_processes(conn: &RustConnection) -> Result<bool, ConnectFailure> {
    if conn.extension_information(res::X11_EXTENSION_NAME)?.is_none() {
        return Ok(false);
    }
    let version = conn.res_query_version(1, 2)?.reply()?;
    Ok((version.server_major, version.server_minor) >= (1, 2))
}

/// What the key types without Shift, for each of its groups.
fn unshifted(key: &xkb::KeySymMap) -> Vec<u32> {
    let groups = usize::from(key.group_info & 0x0f);
    key.syms.chunks(usize::from(key.width).max(1)).take(groups).filter_map(|levels| levels.first().copied()).collect()
}

/// The reply has eight rows of equal length, filled up with zeros.
fn keys_of_modifiers(keycodes: &[u8]) -> [Vec<u8>; 8] {
    let mut rows = keycodes.chunks((keycodes.len() / 8).max(1));
    std::array::from_fn(|_| rows.next().into_iter().flatten().copied().filter(|keycode| *keycode != 0).collect())
}
