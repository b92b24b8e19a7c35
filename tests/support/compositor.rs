//! A compositor that the test plays: seats and selections by either data control, windows by either list of them, and keys
//! that somebody presses. It does what real ones do only at bad times.
//!
//! It runs on a thread of its own and ends with its fixture; [`Compositor::with`] does something to it there.

// Each test binary uses its own part of this; and what fails here fails the test.
#![allow(dead_code, clippy::unwrap_used)]

#[path = "compositor/control.rs"]
mod control;
#[path = "compositor/window.rs"]
mod window;

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use postil::desktop::Pick;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::pipe::{PipeFlags, pipe_with};
use tempfile::TempDir;
use wayland_server::backend::{ClientData, GlobalId};
use wayland_server::protocol::wl_seat::{self, WlSeat};
use wayland_server::{Client, DataInit, Dispatch, Display, DisplayHandle, GlobalDispatch, ListeningSocket, New};

use control::{Device, Source};
use window::Windows;

/// Much longer than anything takes.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// Waits until `look` finds something.
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + DEADLINE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "not within {DEADLINE:?}: {what}");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// What the compositor has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    Ext,
    Wlr,
    /// The first version of wlr-data-control, which knows no primary selection.
    WlrWithoutPrimary,
    /// It says nothing of a selection or clipboard until there is one, as KWin 5.27 does.
    WlrSilentAtFirst,
    /// ext-data-control, with the list of windows that KWin has.
    Kde,
}

/// What a source does when it is asked for a type.
#[derive(Debug, Clone)]
pub enum Answer {
    Whole(Vec<u8>),
    /// It writes these bytes, and then nothing, and leaves the pipe open.
    Part(Vec<u8>),
    /// It closes the pipe.
    Nothing,
}

/// Types in the source's order.
pub type Types = Vec<(String, Answer)>;

/// One type of plain text.
pub fn text(text: &str) -> Types {
    vec![("text/plain;charset=utf-8".into(), Answer::Whole(text.into()))]
}

type Act = Box<dyn FnOnce(&mut State) + Send>;

pub struct Compositor {
    folder: TempDir,
    acts: Option<Sender<Act>>,
    wake: UnixStream,
    thread: Option<JoinHandle<()>>,
}

impl Compositor {
    /// With one seat, and nothing selected or copied.
    pub fn start(control: Control) -> Self {
        let folder = TempDir::new().unwrap();
        let socket = ListeningSocket::bind_absolute(folder.path().join("wayland")).unwrap();
        let (acts, received) = mpsc::channel();
        let (wake, woken) = UnixStream::pair().unwrap();
        let thread = std::thread::spawn(move || run(control, &socket, &received, woken));
        Self { folder, acts: Some(acts), wake, thread: Some(thread) }
    }

    /// What a program on it finds in its environment.
    pub fn env(&self) -> impl Fn(&str) -> Option<String> + use<> {
        let folder = self.folder.path().to_str().unwrap().to_owned();
        move |name| match name {
            "WAYLAND_DISPLAY" => Some("wayland".into()),
            "XDG_RUNTIME_DIR" => Some(folder.clone()),
            _ => None,
        }
    }

    /// Has the compositor do something; it and what it told of it have been done once this returns.
    pub fn with<T: Send + 'static>(&self, act: impl FnOnce(&mut State) -> T + Send + 'static) -> T {
        let (sender, done) = mpsc::channel();
        let act: Act = Box::new(move |state| _ = sender.send(act(state)));
        self.acts.as_ref().unwrap().send(act).unwrap();
        (&self.wake).write_all(b"!").unwrap();
        done.recv_timeout(DEADLINE).expect("the compositor does it")
    }

    pub fn offer(&self, pick: Pick, types: Types) {
        self.with(move |state| state.offer(0, pick, types));
    }

    /// What another application gets that asks for this type now; `None` where it is not on offer.
    pub fn asks(&self, pick: Pick, mime: &str) -> Option<Vec<u8>> {
        let mime = mime.to_owned();
        let pipe = self.with(move |state| state.ask(pick, &mime))?;
        let (sender, read) = mpsc::channel();
        read_whole(pipe, sender);
        Some(read.recv_timeout(DEADLINE).expect("it is written"))
    }

    /// What is on offer now.
    pub fn types(&self, pick: Pick) -> Vec<String> {
        self.with(move |state| state.seats[0].held(pick).map(Held::types).unwrap_or_default())
    }

    /// The compositor ends at once.
    pub fn end(&mut self) {
        self.acts = None;
        _ = (&self.wake).write_all(b"!");
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the compositor has not panicked");
        }
    }
}

impl Drop for Compositor {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.end();
        }
    }
}

struct Nothing;

impl ClientData for Nothing {}

fn run(control: Control, socket: &ListeningSocket, acts: &Receiver<Act>, mut woken: UnixStream) {
    let mut display = Display::<State>::new().unwrap();
    let mut state = State::new(control, display.handle());
    let connections = display.backend().poll_fd().try_clone_to_owned().unwrap();
    woken.set_nonblocking(true).unwrap();
    loop {
        let mut watched = [
            PollFd::new(socket, PollFlags::IN),
            PollFd::new(&connections, PollFlags::IN),
            PollFd::new(&woken, PollFlags::IN),
        ];
        poll(&mut watched, None).unwrap();
        while let Some(stream) = socket.accept().unwrap() {
            display.handle().insert_client(stream, Arc::new(Nothing)).unwrap();
        }
        display.dispatch_clients(&mut state).unwrap();
        state.react();
        _ = woken.read(&mut [0; 64]);
        loop {
            match acts.try_recv() {
                Ok(act) => act(&mut state),
                Err(mpsc::TryRecvError::Empty) => break,
                Err(mpsc::TryRecvError::Disconnected) => return,
            }
        }
        display.flush_clients().unwrap();
    }
}

pub struct State {
    handle: DisplayHandle,
    control: Control,
    pub seats: Vec<Seat>,
    windows: Windows,
    /// Pipes that a source leaves open.
    open: Arc<Mutex<Vec<File>>>,
    /// The keys that were pressed, by evdev's numbers.
    pub keys: Vec<u32>,
    /// Of these, what the application has not heard yet.
    unheard: Vec<u32>,
    /// What the window's application asks for when Ctrl+V comes, one after the other.
    pub pastes: Vec<&'static str>,
    /// What it has got so.
    pub pasted: Vec<Receiver<Vec<u8>>>,
    /// It reads nothing of what it has asked for while this holds.
    pub is_slow: bool,
    unread: Vec<(File, Sender<Vec<u8>>)>,
    /// Somebody else copies these just when the keys come.
    pub copies_at_keys: Option<Types>,
}

pub struct Seat {
    name: String,
    global: GlobalId,
    devices: Vec<Device>,
    clipboard: Option<Held>,
    primary: Option<Held>,
}

/// What is selected or copied.
#[derive(Clone)]
enum Held {
    /// By an application that does as it is told.
    Scripted(Arc<Types>),
    /// By a client of ours.
    Client(Source),
}

impl Held {
    fn types(&self) -> Vec<String> {
        match self {
            Self::Scripted(types) => types.iter().map(|(mime, _)| mime.clone()).collect(),
            Self::Client(source) => source.types(),
        }
    }
}

impl Seat {
    fn held(&self, pick: Pick) -> Option<&Held> {
        if pick == Pick::Clipboard { self.clipboard.as_ref() } else { self.primary.as_ref() }
    }
}

impl State {
    fn new(control: Control, handle: DisplayHandle) -> Self {
        control::advertise(control, &handle);
        window::advertise(control, &handle);
        let mut state = Self {
            handle,
            control,
            seats: Vec::new(),
            windows: Windows::default(),
            open: Arc::default(),
            keys: Vec::new(),
            unheard: Vec::new(),
            pastes: vec!["text/plain;charset=utf-8"],
            pasted: Vec::new(),
            is_slow: false,
            unread: Vec::new(),
            copies_at_keys: None,
        };
        state.add_seat("seat0");
        state.open_window("editor");
        state
    }

    fn has_primary(&self) -> bool {
        self.control != Control::WlrWithoutPrimary
    }

    pub fn add_seat(&mut self, name: &str) {
        let global = self.handle.create_global::<Self, WlSeat, String>(7, name.to_owned());
        self.seats.push(Seat { name: name.to_owned(), global, devices: Vec::new(), clipboard: None, primary: None });
    }

    /// The seat goes, and its devices are finished.
    pub fn remove_seat(&mut self, number: usize) {
        let seat = self.seats.remove(number);
        self.handle.remove_global::<Self>(seat.global);
        seat.devices.iter().for_each(Device::finished);
    }

    /// An application selects or copies.
    pub fn offer(&mut self, seat: usize, pick: Pick, types: Types) {
        self.hold(seat, pick, Some(Held::Scripted(Arc::new(types))));
    }

    pub fn clear(&mut self, pick: Pick) {
        self.hold(0, pick, None);
    }

    fn hold(&mut self, number: usize, pick: Pick, held: Option<Held>) {
        let handle = self.handle.clone();
        let seat = &mut self.seats[number];
        let place = if pick == Pick::Clipboard { &mut seat.clipboard } else { &mut seat.primary };
        if let Some(Held::Client(before)) = std::mem::replace(place, held.clone()) {
            before.cancelled();
        }
        for device in &seat.devices {
            device.tell(pick, held.clone(), &handle);
        }
    }

    /// An application asks for a type.
    fn ask(&mut self, pick: Pick, mime: &str) -> Option<File> {
        let held = self.seats[0].held(pick)?.clone();
        if !held.types().iter().any(|offered| offered == mime) {
            return None;
        }
        let (ours, theirs) = pipe_with(PipeFlags::CLOEXEC).unwrap();
        self.send(&held, mime, theirs);
        Some(File::from(ours))
    }

    /// Somebody wants what is held as `mime`.
    fn send(&mut self, held: &Held, mime: &str, pipe: OwnedFd) {
        match held {
            Held::Client(source) => source.send(mime, &pipe),
            Held::Scripted(types) => {
                let answer = types.iter().find(|(offered, _)| offered == mime).map(|(_, answer)| answer.clone());
                let open = Arc::clone(&self.open);
                std::thread::spawn(move || write(answer, File::from(pipe), &open));
            }
        }
    }

    /// The window's application gets its keys once the compositor is done with them.
    fn react(&mut self) {
        const V: u32 = 47;
        for _ in std::mem::take(&mut self.unheard).into_iter().filter(|key| *key == V) {
            if let Some(types) = self.copies_at_keys.take() {
                self.offer(0, Pick::Clipboard, types);
            }
            for mime in self.pastes.clone() {
                let Some(pipe) = self.ask(Pick::Clipboard, mime) else { continue };
                let (sender, read) = mpsc::channel();
                self.unread.push((pipe, sender));
                self.pasted.push(read);
            }
        }
        if !self.is_slow {
            self.unread.drain(..).for_each(|(pipe, sender)| read_whole(pipe, sender));
        }
    }
}

fn read_whole(mut pipe: File, to: Sender<Vec<u8>>) {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        // The test may be over.
        _ = to.send(bytes);
    });
}

fn write(answer: Option<Answer>, mut pipe: File, open: &Mutex<Vec<File>>) {
    // Whoever asked may have gone.
    match answer {
        Some(Answer::Whole(bytes)) => _ = pipe.write_all(&bytes),
        Some(Answer::Part(bytes)) => {
            _ = pipe.write_all(&bytes);
            open.lock().unwrap().push(pipe);
        }
        Some(Answer::Nothing) | None => {}
    }
}

impl GlobalDispatch<WlSeat, String> for State {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        seat: New<WlSeat>,
        name: &String,
        init: &mut DataInit<'_, Self>,
    ) {
        init.init(seat, name.clone());
    }
}

impl Dispatch<WlSeat, String> for State {
    fn request(
        _: &mut Self,
        _: &Client,
        _: &WlSeat,
        _: wl_seat::Request,
        _: &String,
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
    }
}
