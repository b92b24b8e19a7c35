//! The clipboard's other users on a Wayland desktop with wlr-data-control: one who copies several types at once, and one
//! who reads all there are.

// Each test binary uses its own part of this; and what fails here fails the test.
#![allow(dead_code, clippy::unwrap_used)]

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pipe::{PipeFlags, pipe_with};
use wayland_client::backend::ObjectId;
use wayland_client::globals::{GlobalListContents, registry_queue_init};
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_seat::{self, WlSeat};
use wayland_client::{Connection, Dispatch, EventQueue, Proxy as _, QueueHandle, delegate_noop, event_created_child};
use wayland_protocols_wlr::data_control::v1::client as wlr;

use wlr::zwlr_data_control_device_v1::{self as device, ZwlrDataControlDeviceV1 as Device};
use wlr::zwlr_data_control_manager_v1::ZwlrDataControlManagerV1 as Manager;
use wlr::zwlr_data_control_offer_v1::{self as offer, ZwlrDataControlOfferV1 as Offer};
use wlr::zwlr_data_control_source_v1::{self as source, ZwlrDataControlSourceV1 as Source};

/// Much longer than any source takes.
const DEADLINE: Duration = Duration::from_secs(20);

/// Bytes by type.
pub type Contents = BTreeMap<String, Vec<u8>>;

/// Copies these contents, and serves them until somebody else copies. It is done once this returns.
pub fn copy(socket: &Path, contents: Contents) {
    let mut client = Client::on(socket);
    let handle = client.queue.handle();
    let source = client.manager.create_data_source(&handle, ());
    contents.keys().for_each(|mime| source.offer(mime.clone()));
    client.device.set_selection(Some(&source));
    client.seen.serves = contents;
    client.queue.roundtrip(&mut client.seen).unwrap();
    std::thread::spawn(move || {
        // It ends with the compositor.
        while !client.seen.is_cancelled && client.queue.blocking_dispatch(&mut client.seen).is_ok() {}
    });
}

/// Reads the clipboard as any program does.
pub struct Reader {
    socket: PathBuf,
}

impl Reader {
    pub fn on(socket: &Path) -> Self {
        Self { socket: socket.to_owned() }
    }

    /// Everything that is on the clipboard now.
    pub fn contents(&self) -> Contents {
        let client = Client::on(&self.socket);
        let Some(offer) = &client.seen.clipboard else { return Contents::new() };
        let types = &client.seen.offers[&offer.id()];
        types.iter().map(|mime| (mime.clone(), client.read(offer, mime))).collect()
    }
}

struct Client {
    queue: EventQueue<Seen>,
    manager: Manager,
    device: Device,
    seen: Seen,
}

#[derive(Default)]
struct Seen {
    offers: HashMap<ObjectId, Vec<String>>,
    clipboard: Option<Offer>,
    serves: Contents,
    is_cancelled: bool,
}

impl Client {
    fn on(socket: &Path) -> Self {
        let connection = Connection::from_socket(UnixStream::connect(socket).unwrap()).unwrap();
        let (globals, mut queue) = registry_queue_init::<Seen>(&connection).unwrap();
        let handle = queue.handle();
        let seat: WlSeat = globals.bind(&handle, 1..=1, ()).unwrap();
        let manager: Manager = globals.bind(&handle, 1..=2, ()).unwrap();
        let device = manager.get_data_device(&seat, &handle, ());
        let mut seen = Seen::default();
        queue.roundtrip(&mut seen).unwrap();
        Self { queue, manager, device, seen }
    }

    fn read(&self, offer: &Offer, mime: &str) -> Vec<u8> {
        let (ours, theirs) = pipe_with(PipeFlags::CLOEXEC).unwrap();
        offer.receive(mime.to_owned(), theirs.as_fd());
        self.queue.flush().unwrap();
        drop(theirs);
        let (mut file, mut bytes, mut piece) = (File::from(ours), Vec::new(), vec![0; 64 << 10]);
        loop {
            let timeout = Timespec::try_from(DEADLINE).unwrap();
            let ready = poll(&mut [PollFd::new(&file, PollFlags::IN)], Some(&timeout)).unwrap();
            assert_ne!(ready, 0, "{mime} is written within {DEADLINE:?}");
            match file.read(&mut piece).unwrap() {
                0 => return bytes,
                length => bytes.extend_from_slice(&piece[..length]),
            }
        }
    }
}

impl Dispatch<Device, ()> for Seen {
    fn event(seen: &mut Self, _: &Device, event: device::Event, (): &(), _: &Connection, _: &QueueHandle<Self>) {
        match event {
            device::Event::DataOffer { id } => _ = seen.offers.insert(id.id(), Vec::new()),
            device::Event::Selection { id } => seen.clipboard = id,
            _ => {}
        }
    }

    event_created_child!(Seen, Device, [device::EVT_DATA_OFFER_OPCODE => (Offer, ())]);
}

impl Dispatch<Offer, ()> for Seen {
    fn event(seen: &mut Self, offer: &Offer, event: offer::Event, (): &(), _: &Connection, _: &QueueHandle<Self>) {
        if let (offer::Event::Offer { mime_type }, Some(types)) = (event, seen.offers.get_mut(&offer.id())) {
            types.push(mime_type);
        }
    }
}

impl Dispatch<Source, ()> for Seen {
    fn event(seen: &mut Self, _: &Source, event: source::Event, (): &(), _: &Connection, _: &QueueHandle<Self>) {
        match event {
            source::Event::Send { mime_type, fd } => {
                // Whoever asked may not want it any more.
                _ = File::from(fd).write_all(&seen.serves[&mime_type]);
            }
            source::Event::Cancelled => seen.is_cancelled = true,
            _ => {}
        }
    }
}

impl Dispatch<WlRegistry, GlobalListContents> for Seen {
    fn event(
        _: &mut Self,
        _: &WlRegistry,
        _: wl_registry::Event,
        _: &GlobalListContents,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
    }
}

impl Dispatch<WlSeat, ()> for Seen {
    fn event(_: &mut Self, _: &WlSeat, _: wl_seat::Event, (): &(), _: &Connection, _: &QueueHandle<Self>) {}
}

delegate_noop!(Seen: ignore Manager);
