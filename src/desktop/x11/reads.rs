//! Reads under way: each a conversation with its property, its time and its deadline.
//!
//! An owner may answer late, after its read was given up. So each read has a property of its own, in rotation, and a
//! real time, and what arrives where nobody waits is deleted: an owner that sends in pieces goes on only when each is
//! taken away, and some (xclip) serve nobody else until then.
//!
//! Nothing here waits. What an owner does comes as events; what it fails to do comes as a deadline.

use std::time::{Duration, Instant};

use x11rb::errors::ConnectionError;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, Property, PropertyNotifyEvent, SelectionNotifyEvent, Timestamp, Window,
};

use super::display::{Display, answered};
use super::focus;
use super::pieces::{self, Joined, Pieces};
use super::talk::{Ended, Next, Talk};
use crate::desktop::paste::LONGEST_KEEPING;
use crate::desktop::{LARGEST_TEXT, ReadFailure};

/// The longest that an owner may do nothing. A busy application answers within this; longer is felt as a hang.
const SILENCE: Duration = Duration::from_millis(500);
/// The longest that a read takes in all, for owners that send in small pieces.
const PATIENCE: Duration = Duration::from_secs(5);

/// More reads than are ever under way, so that a property rests long before its next turn.
const PROPERTIES: usize = 16;

pub struct Reads {
    /// Where answers are put, in rotation.
    properties: [Atom; PROPERTIES],
    /// Those whose read was given up, and whose owner may still answer.
    owed: [bool; PROPERTIES],
    next: usize,
    active: Vec<Read>,
    /// Ended, and not heard of yet.
    ended: Vec<Ended>,
}

struct Read {
    selection: Atom,
    owner: Window,
    /// Which of the properties.
    place: usize,
    target: Atom,
    /// The server's time of the request.
    asked_at: Timestamp,
    talk: Talk,
    pieces: Pieces,
    /// Silence is over then.
    silent_until: Instant,
    /// Patience is over then.
    ends: Instant,
}

impl Reads {
    pub fn new(display: &Display) -> Result<Self, x11rb::errors::ReplyError> {
        let names: [String; PROPERTIES] = std::array::from_fn(|number| format!("_POSTIL_READ_{number}"));
        let asked = names.iter().map(|name| display.conn.intern_atom(false, name.as_bytes())).collect::<Vec<_>>();
        let mut properties = [x11rb::NONE; PROPERTIES];
        for (property, cookie) in properties.iter_mut().zip(asked) {
            *property = cookie?.reply()?.atom;
        }
        Ok(Self { properties, owed: [false; PROPERTIES], next: 0, active: Vec::new(), ended: Vec::new() })
    }

    /// Begins to read `selection` from `owner`; it is `time` on the server.
    pub fn start(
        &mut self,
        selection: Atom,
        owner: Window,
        asked_at: Timestamp,
        talk: Talk,
        display: &Display,
    ) -> Result<(), ConnectionError> {
        // All are taken by owners that do not answer; this one shall not wait longer than they.
        let Some(place) = self.free_place() else {
            self.ended.extend(talk.fail(ReadFailure::Hung { app: None, after: SILENCE }));
            return Ok(());
        };
        let (now, target, pieces) = (Instant::now(), talk.first_target(&display.atoms), Pieces::default());
        let patience = if talk.is_kept() { LONGEST_KEEPING } else { PATIENCE };
        let (silent_until, ends) = (now + SILENCE, now + patience);
        let read = Read { selection, owner, place, target, asked_at, talk, pieces, silent_until, ends };
        read.convert(self.properties[place], display)?;
        self.active.push(read);
        Ok(())
    }

    /// The next in rotation that nobody uses, if possible one where nothing is owed.
    fn free_place(&mut self) -> Option<usize> {
        let turns = (0..PROPERTIES).map(|turn| (self.next + turn) % PROPERTIES);
        let unused = turns.filter(|place| self.active.iter().all(|read| read.place != *place)).collect::<Vec<_>>();
        let place = *unused.iter().find(|place| !self.owed[**place]).or(unused.first())?;
        self.next = (place + 1) % PROPERTIES;
        self.owed[place] = false;
        Some(place)
    }

    /// A property of the requestor has a new value: a piece, or something that nobody waits for any more.
    pub fn property_changed(
        &mut self,
        event: &PropertyNotifyEvent,
        display: &Display,
        now: Instant,
    ) -> Result<(), ConnectionError> {
        if event.state != Property::NEW_VALUE {
            return Ok(());
        }
        let Some(place) = self.place_of(event.atom) else { return Ok(()) };
        match self.active.iter().position(|read| read.place == place) {
            Some(index) if self.active[index].pieces.are_awaited() => self.fetch(index, display, now),
            Some(_) => Ok(()),
            None => self.drain(place, display),
        }
    }

    /// The owner says that it has answered, or that it will not.
    pub fn notified(
        &mut self,
        event: &SelectionNotifyEvent,
        display: &Display,
        now: Instant,
    ) -> Result<(), ConnectionError> {
        match self.active.iter().position(|read| self.is_answer(read, event)) {
            Some(index) if event.property == x11rb::NONE => self.hear(index, None, display, now),
            Some(index) => self.fetch(index, display, now),
            None => match self.place_of(event.property) {
                Some(place) if self.active.iter().all(|read| read.place != place) => self.drain(place, display),
                _ => Ok(()),
            },
        }
    }

    /// The owner's time must be ours; a few owners leave it out.
    fn is_answer(&self, read: &Read, event: &SelectionNotifyEvent) -> bool {
        let place_fits = event.property == x11rb::NONE || event.property == self.properties[read.place];
        let time_fits = event.time == x11rb::CURRENT_TIME || event.time == read.asked_at;
        let kind_fits = (event.selection, event.target) == (read.selection, read.target);
        place_fits && time_fits && kind_fits && !read.pieces.are_awaited()
    }

    /// `owner` of `selection` has ended. What it has not sent yet will not come.
    pub fn owner_ended(&mut self, selection: Atom, owner: Window) {
        for read in self.active.extract_if(.., |read| (read.selection, read.owner) == (selection, owner)) {
            self.ended.extend(read.talk.owner_ended());
        }
    }

    /// The reads that have ended since this was last asked, but for those whose caller has the answer.
    pub fn take_ended(&mut self) -> Vec<Ended> {
        std::mem::take(&mut self.ended)
    }

    /// Nobody waits for these any more.
    pub fn forget(&mut self, is_meant: impl Fn(&Talk) -> bool) {
        for read in self.active.extract_if(.., |read| is_meant(&read.talk)) {
            self.owed[read.place] = true;
        }
    }

    /// When the first read is given up, if nothing happens before.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.active.iter().map(Read::deadline).min()
    }

    /// Gives up the reads whose deadline has come. Says whether there were any.
    pub fn expire(&mut self, display: &Display, now: Instant) -> Result<bool, ConnectionError> {
        let before = self.active.len();
        while let Some(index) = self.active.iter().position(|read| read.deadline() <= now) {
            let read = self.active.swap_remove(index);
            self.owed[read.place] = true;
            let after = if read.ends <= now { PATIENCE } else { SILENCE };
            let app = focus::client_name(read.owner, display)?;
            self.ended.extend(read.talk.fail(ReadFailure::Hung { app, after }));
        }
        Ok(self.active.len() < before)
    }

    /// Takes the property's contents away, which tells the owner that they have arrived.
    fn fetch(&mut self, index: usize, display: &Display, now: Instant) -> Result<(), ConnectionError> {
        let property = self.properties[self.active[index].place];
        let most = u32::try_from(LARGEST_TEXT / 4).expect("the largest text is below 4 GB");
        let fetched = display.conn.get_property(true, display.requestor, property, AtomEnum::ANY, 0, most)?;
        let Some(contents) = answered(fetched)? else { return self.hear(index, None, display, now) };
        if contents.bytes_after > 0 {
            display.conn.delete_property(display.requestor, property)?;
            self.give_up(index, ReadFailure::TooLarge);
            return Ok(());
        }
        let read = &mut self.active[index];
        read.silent_until = now + SILENCE;
        if contents.type_ == display.atoms.INCR {
            read.pieces.announced();
            return Ok(());
        }
        let value = pieces::Property { kind: contents.type_, format: contents.format, bytes: contents.value };
        match read.pieces.add(value) {
            Joined::Part => Ok(()),
            Joined::Whole(value) => self.hear(index, Some(value), display, now),
            Joined::TooLarge => {
                self.give_up(index, ReadFailure::TooLarge);
                Ok(())
            }
        }
    }

    fn hear(
        &mut self,
        index: usize,
        answer: Option<pieces::Property>,
        display: &Display,
        now: Instant,
    ) -> Result<(), ConnectionError> {
        let read = &mut self.active[index];
        read.silent_until = now + SILENCE;
        match read.talk.hear(answer, display)? {
            Next::Convert(target) => {
                read.target = target;
                read.convert(self.properties[read.place], display)
            }
            Next::Finish => {
                let read = self.active.swap_remove(index);
                self.ended.extend(read.talk.finish(display)?);
                Ok(())
            }
            Next::TooLarge => {
                self.give_up(index, ReadFailure::TooLarge);
                Ok(())
            }
        }
    }

    /// More pieces may follow those that were too many.
    fn give_up(&mut self, index: usize, why: ReadFailure) {
        let read = self.active.swap_remove(index);
        self.owed[read.place] = true;
        self.ended.extend(read.talk.fail(why));
    }

    /// Takes away what came too late. Of an answer in pieces the empty one is the last.
    fn drain(&mut self, place: usize, display: &Display) -> Result<(), ConnectionError> {
        let property = self.properties[place];
        let looked_at = display.conn.get_property(false, display.requestor, property, AtomEnum::ANY, 0, 0)?;
        display.conn.delete_property(display.requestor, property)?;
        match answered(looked_at)? {
            Some(contents) if contents.type_ == display.atoms.INCR => self.owed[place] = true,
            Some(contents) if contents.type_ != x11rb::NONE && contents.bytes_after == 0 => self.owed[place] = false,
            _ => {}
        }
        Ok(())
    }

    fn place_of(&self, property: Atom) -> Option<usize> {
        self.properties.iter().position(|ours| *ours == property)
    }
}

impl Read {
    fn deadline(&self) -> Instant {
        self.silent_until.min(self.ends)
    }

    fn convert(&self, property: Atom, display: &Display) -> Result<(), ConnectionError> {
        display.conn.convert_selection(display.requestor, self.selection, self.target, property, self.asked_at)?;
        Ok(())
    }
}
