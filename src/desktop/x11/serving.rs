//! Selections that are ours: taken, served to whoever asks, given up.
//!
//! Served from the one loop, each request at once: what is too large for one property goes in pieces (INCR), of which
//! each is sent when the one before was taken away. A requestor that stops taking them is forgotten with its window or
//! when the contents are; it keeps nobody waiting, as nothing here waits.

use x11rb::connection::{Connection, RequestConnection};
use x11rb::errors::ConnectionError;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, CreateWindowAux, EventMask, PropMode,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Timestamp, Window, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

use super::contents::{Contents, text_targets};
use super::display::{Display, answered};
use super::pieces::Property;

pub struct Serving {
    /// Owns what is ours; nothing else happens to it.
    pub window: Window,
    held: Vec<Held>,
    outgoing: Vec<Outgoing>,
}

/// One selection that is ours.
struct Held {
    selection: Atom,
    since: Timestamp,
    contents: Contents,
    /// What one client gets instead.
    shared: Option<(Window, Contents)>,
}

/// A transfer in pieces that has begun.
struct Outgoing {
    requestor: Window,
    property: Atom,
    contents: Contents,
    target: Atom,
    sent: usize,
}

/// A request that was served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    pub requestor: Window,
    pub selection: Atom,
    /// It was for the text itself.
    pub text: bool,
}

/// Of a piece. The protocol's own bound is at least as high; a server with big requests would take much more at once,
/// and stand still for everybody meanwhile.
const LARGEST_PIECE: usize = 192 << 10;

/// More than anybody asks for at once; each costs memory only.
const MOST_OUTGOING: usize = 64;

impl Serving {
    pub fn start(display: &Display) -> Result<Self, x11rb::errors::ReplyOrIdError> {
        let window = display.conn.generate_id()?;
        let aux = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        display.conn.create_window(0, window, display.root, -1, -1, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &aux)?;
        Ok(Self { window, held: Vec::new(), outgoing: Vec::new() })
    }

    /// Takes a selection and holds `contents` in it from now on. Says whether it is ours.
    pub fn take(&mut self, selection: Atom, contents: Contents, display: &Display) -> Result<bool, ConnectionError> {
        display.conn.set_selection_owner(self.window, selection, x11rb::CURRENT_TIME)?;
        let is_ours = display.owner_of(selection)? == self.window;
        self.held.retain(|held| held.selection != selection);
        if is_ours {
            self.held.push(Held { selection, since: x11rb::CURRENT_TIME, contents, shared: None });
        }
        Ok(is_ours)
    }

    /// Holds other contents in a selection from now on, if it is still ours: taken anew, so that whoever follows the
    /// clipboard looks again. Nobody else can take it in between.
    pub fn exchange(&mut self, selection: Atom, contents: Contents, display: &Display) -> Result<(), ConnectionError> {
        if self.contents(selection).is_none() {
            return Ok(());
        }
        display.conn.grab_server()?;
        match display.owner_of(selection)? == self.window {
            true => _ = self.take(selection, contents, display)?,
            false => self.lost(selection),
        }
        display.conn.ungrab_server()?;
        display.conn.flush()?;
        Ok(())
    }

    /// Holds other contents in a selection from now on, if it is still ours, for everybody but the client of `window`,
    /// which goes on to get what it got, until the next [`take`](Self::take) or [`exchange`](Self::exchange). Nobody is
    /// told.
    pub fn share(&mut self, selection: Atom, contents: Contents, window: Window) {
        if let Some(held) = self.held.iter_mut().find(|held| held.selection == selection) {
            let before = std::mem::replace(&mut held.contents, contents);
            held.shared = Some((window, before));
        }
    }

    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// The server tells when a selection became ours.
    pub fn taken_at(&mut self, selection: Atom, time: Timestamp) {
        if let Some(held) = self.held.iter_mut().find(|held| held.selection == selection) {
            held.since = time;
        }
    }

    /// Gives a selection up, if it is still ours: nobody has it then.
    pub fn release(&mut self, selection: Atom, display: &Display) -> Result<(), ConnectionError> {
        if let Some(place) = self.held.iter().position(|held| held.selection == selection) {
            let held = self.held.swap_remove(place);
            // With the time of taking it: somebody who has taken it since keeps it.
            display.conn.set_selection_owner(x11rb::NONE, selection, held.since)?;
            // When its end is told, it is so.
            display.owner_of(selection)?;
        }
        Ok(())
    }

    /// Somebody else has taken it: its contents are of no use any more.
    pub fn lost(&mut self, selection: Atom) {
        self.held.retain(|held| held.selection != selection);
    }

    /// What is held in a selection of ours.
    pub fn contents(&self, selection: Atom) -> Option<&Contents> {
        self.held.iter().find(|held| held.selection == selection).map(|held| &held.contents)
    }

    /// When a selection became ours.
    pub fn since(&self, selection: Atom) -> Timestamp {
        self.held.iter().find(|held| held.selection == selection).map_or(x11rb::CURRENT_TIME, |held| held.since)
    }

    /// Answers a request, now, whatever it is.
    pub fn requested(
        &mut self,
        request: &SelectionRequestEvent,
        display: &Display,
    ) -> Result<Option<Served>, ConnectionError> {
        // Very old clients name no property, and mean the target's.
        let property = if request.property == x11rb::NONE { request.target } else { request.property };
        let texts = match request.target == display.atoms.MULTIPLE {
            true => self.serve_many(request, property, display)?,
            false => self.serve(request, request.target, property, display)?,
        };
        let property = if texts.is_some() { property } else { x11rb::NONE };
        notify(request, property, display)?;
        Ok(texts.map(|text| Served { requestor: request.requestor, selection: request.selection, text }))
    }

    /// Each pair of a target and a property; what cannot be had is struck out of the list.
    fn serve_many(
        &mut self,
        request: &SelectionRequestEvent,
        property: Atom,
        display: &Display,
    ) -> Result<Option<bool>, ConnectionError> {
        let any = AtomEnum::ANY;
        let pairs = display.conn.get_property(false, request.requestor, property, any, 0, MOST_PAIRS)?;
        let Some(pairs) = answered(pairs)?.and_then(|pairs| pairs.value32().map(Iterator::collect::<Vec<_>>)) else {
            return Ok(None);
        };
        let (mut texts, mut left) = (false, pairs.clone());
        for (place, pair) in pairs.as_chunks::<2>().0.iter().enumerate() {
            match self.serve(request, pair[0], pair[1], display)? {
                Some(text) => texts |= text,
                None => left[place * 2 + 1] = x11rb::NONE,
            }
        }
        if left != pairs {
            let kind = display.atoms.ATOM_PAIR;
            display.conn.change_property32(PropMode::REPLACE, request.requestor, property, kind, &left)?;
        }
        Ok(Some(texts))
    }

    /// Puts one target's value into a property. Gives whether it is the text itself; `None` if it cannot be had.
    fn serve(
        &mut self,
        request: &SelectionRequestEvent,
        target: Atom,
        property: Atom,
        display: &Display,
    ) -> Result<Option<bool>, ConnectionError> {
        let (atoms, requestor) = (&display.atoms, request.requestor);
        let Some(held) = self.held.iter().find(|held| held.selection == request.selection) else { return Ok(None) };
        let put32 = |kind: AtomEnum, values: &[u32]| {
            display.conn.change_property32(PropMode::REPLACE, requestor, property, kind, values).map(|_| Some(false))
        };
        let contents = match &held.shared {
            Some((window, contents)) if display.same_program(*window, requestor)? => contents,
            _ => &held.contents,
        };
        if target == atoms.TARGETS {
            let own = [atoms.TARGETS, atoms.TIMESTAMP, atoms.MULTIPLE];
            return put32(AtomEnum::ATOM, &own.into_iter().chain(contents.targets()).collect::<Vec<_>>());
        }
        if target == atoms.TIMESTAMP {
            return put32(AtomEnum::INTEGER, &[held.since]);
        }
        let Some(value) = contents.format(target) else { return Ok(None) };
        let is_text = text_targets(atoms).contains(&target);
        match value.bytes.len() <= largest_piece(display) {
            true => put(requestor, property, value, &value.bytes, display)?,
            false => {
                let (contents, size) = (contents.clone(), value.bytes.len());
                self.begin_pieces(Outgoing { requestor, property, contents, target, sent: 0 }, size, display)?;
            }
        }
        Ok(Some(is_text))
    }

    fn begin_pieces(&mut self, outgoing: Outgoing, size: usize, display: &Display) -> Result<(), ConnectionError> {
        let (requestor, property) = (outgoing.requestor, outgoing.property);
        if requestor != display.requestor {
            let mask = EventMask::PROPERTY_CHANGE | EventMask::STRUCTURE_NOTIFY;
            let aux = ChangeWindowAttributesAux::new().event_mask(mask);
            display.conn.change_window_attributes(requestor, &aux)?;
        }
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        let incr = display.atoms.INCR;
        display.conn.change_property32(PropMode::REPLACE, requestor, property, incr, &[size])?;
        self.outgoing.retain(|other| (other.requestor, other.property) != (requestor, property));
        if self.outgoing.len() == MOST_OUTGOING {
            self.outgoing.remove(0);
        }
        self.outgoing.push(outgoing);
        Ok(())
    }

    /// A property was taken away: the next piece. The last is empty.
    pub fn taken_away(&mut self, requestor: Window, property: Atom, display: &Display) -> Result<(), ConnectionError> {
        let found = self.outgoing.iter().position(|other| (other.requestor, other.property) == (requestor, property));
        let Some(place) = found else { return Ok(()) };
        let outgoing = &mut self.outgoing[place];
        let Some(value) = outgoing.contents.format(outgoing.target) else { return Ok(()) };
        let end = value.bytes.len().min(outgoing.sent + largest_piece(display));
        let piece = &value.bytes[outgoing.sent..end];
        put(requestor, property, value, piece, display)?;
        if piece.is_empty() {
            self.outgoing.swap_remove(place);
            self.listen_no_more(requestor, display)?;
        } else {
            outgoing.sent = end;
        }
        Ok(())
    }

    /// A requestor's window is gone.
    pub fn window_gone(&mut self, window: Window) {
        self.outgoing.retain(|outgoing| outgoing.requestor != window);
    }

    /// Whether pieces are still on their way to a window that fits.
    pub fn is_sending(&self, is_meant: impl Fn(Window) -> bool) -> bool {
        self.outgoing.iter().any(|outgoing| is_meant(outgoing.requestor))
    }

    fn listen_no_more(&self, requestor: Window, display: &Display) -> Result<(), ConnectionError> {
        if requestor != display.requestor && !self.is_sending(|window| window == requestor) {
            let aux = ChangeWindowAttributesAux::new().event_mask(EventMask::NO_EVENT);
            display.conn.change_window_attributes(requestor, &aux)?;
        }
        Ok(())
    }
}

/// Of a MULTIPLE request, in units of four bytes.
const MOST_PAIRS: u32 = 512;

/// Half the server's bound leaves room for the rest of the request; units of four bytes must not be cut.
fn largest_piece(display: &Display) -> usize {
    (display.conn.maximum_request_bytes() / 2).min(LARGEST_PIECE) & !3
}

fn put(
    window: Window,
    property: Atom,
    value: &Property,
    bytes: &[u8],
    display: &Display,
) -> Result<(), ConnectionError> {
    let unit = usize::from(value.format.max(8) / 8);
    let length = u32::try_from(bytes.len() / unit).unwrap_or(u32::MAX);
    display.conn.change_property(
        PropMode::REPLACE,
        window,
        property,
        value.kind,
        value.format.max(8),
        length,
        bytes,
    )?;
    Ok(())
}

fn notify(request: &SelectionRequestEvent, property: Atom, display: &Display) -> Result<(), ConnectionError> {
    let notice = SelectionNotifyEvent {
        response_type: SELECTION_NOTIFY_EVENT,
        sequence: 0,
        time: request.time,
        requestor: request.requestor,
        selection: request.selection,
        target: request.target,
        property,
    };
    display.conn.send_event(false, request.requestor, EventMask::NO_EVENT, notice)?;
    Ok(())
}
