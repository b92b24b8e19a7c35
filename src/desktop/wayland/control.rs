//! Data control, by either of its two protocols: `ext-data-control-v1` (staging; all that current KWin has) and the older
//! `wlr-data-control-unstable-v1`. They are the same but for their names, and beyond this file nobody knows which it is.
//!
//! Offers are named here and kept in [`seats`](super::seats); nothing is read before somebody asks.

use std::os::fd::{BorrowedFd, OwnedFd};

use wayland_client::backend::ObjectId;
use wayland_client::protocol::wl_registry::WlRegistry;
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::{Connection, Dispatch, Proxy, QueueHandle, event_created_child};
use wayland_protocols::ext::data_control::v1::client as ext;
use wayland_protocols_wlr::data_control::v1::client as wlr;

use super::seats::SeatName;
use super::session::Session;
use crate::desktop::Pick;

use ext::ext_data_control_device_v1::{self as ext_device, ExtDataControlDeviceV1 as ExtDevice};
use ext::ext_data_control_manager_v1::{self as ext_manager, ExtDataControlManagerV1 as ExtManager};
use ext::ext_data_control_offer_v1::{self as ext_offer, ExtDataControlOfferV1 as ExtOffer};
use ext::ext_data_control_source_v1::{self as ext_source, ExtDataControlSourceV1 as ExtSource};
use wlr::zwlr_data_control_device_v1::{self as wlr_device, ZwlrDataControlDeviceV1 as WlrDevice};
use wlr::zwlr_data_control_manager_v1::{self as wlr_manager, ZwlrDataControlManagerV1 as WlrManager};
use wlr::zwlr_data_control_offer_v1::{self as wlr_offer, ZwlrDataControlOfferV1 as WlrOffer};
use wlr::zwlr_data_control_source_v1::{self as wlr_source, ZwlrDataControlSourceV1 as WlrSource};

/// The protocol's global.
#[derive(Debug, Clone)]
pub enum Manager {
    Ext(ExtManager),
    Wlr(WlrManager),
}

/// One seat's selections.
#[derive(Debug)]
pub enum Device {
    Ext(ExtDevice),
    Wlr(WlrDevice),
}

/// What somebody has selected or copied; its types are told before it is said which of the two it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Offer {
    Ext(ExtOffer),
    Wlr(WlrOffer),
}

/// What we have selected or copied.
#[derive(Debug, Clone)]
pub enum Source {
    Ext(ExtSource),
    Wlr(WlrSource),
}

/// What becomes of a source of ours.
#[derive(Debug)]
pub enum SourceEvent {
    /// Somebody wants its contents as `mime`, written into `pipe`.
    Send { source: ObjectId, mime: String, pipe: OwnedFd },
    /// Somebody else has taken its place.
    Cancelled { source: ObjectId },
}

/// The version of wlr-data-control that knows the primary selection.
const WITH_PRIMARY: u32 = 2;

impl Manager {
    /// The interface's name in the registry, the better one first.
    pub const INTERFACES: [&'static str; 2] = ["ext_data_control_manager_v1", "zwlr_data_control_manager_v1"];

    /// Binds `interface`, one of [`Self::INTERFACES`].
    pub fn bind(
        registry: &WlRegistry,
        name: u32,
        interface: &str,
        version: u32,
        queue: &QueueHandle<Session>,
    ) -> Option<Self> {
        match interface {
            "ext_data_control_manager_v1" => Some(Self::Ext(registry.bind(name, 1, queue, ()))),
            "zwlr_data_control_manager_v1" => {
                Some(Self::Wlr(registry.bind(name, version.min(WITH_PRIMARY), queue, ())))
            }
            _ => None,
        }
    }

    /// Whether it knows the primary selection.
    pub fn has_primary(&self) -> bool {
        match self {
            Self::Ext(_) => true,
            Self::Wlr(manager) => manager.version() >= WITH_PRIMARY,
        }
    }

    pub fn device(&self, seat: &WlSeat, name: SeatName, queue: &QueueHandle<Session>) -> Device {
        match self {
            Self::Ext(manager) => Device::Ext(manager.get_data_device(seat, queue, name)),
            Self::Wlr(manager) => Device::Wlr(manager.get_data_device(seat, queue, name)),
        }
    }

    /// A source of these types, not in force yet.
    pub fn source<'t>(&self, types: impl Iterator<Item = &'t str>, queue: &QueueHandle<Session>) -> Source {
        match self {
            Self::Ext(manager) => {
                let source = manager.create_data_source(queue, ());
                types.for_each(|mime| source.offer(mime.to_owned()));
                Source::Ext(source)
            }
            Self::Wlr(manager) => {
                let source = manager.create_data_source(queue, ());
                types.for_each(|mime| source.offer(mime.to_owned()));
                Source::Wlr(source)
            }
        }
    }
}

impl Device {
    /// Puts a source in force, or, without one, takes away what is selected or copied.
    pub fn set(&self, pick: Pick, source: Option<&Source>) {
        match (self, source) {
            (Self::Ext(device), Some(Source::Ext(source))) => match pick {
                Pick::Clipboard => device.set_selection(Some(source)),
                Pick::Selection => device.set_primary_selection(Some(source)),
            },
            (Self::Wlr(device), Some(Source::Wlr(source))) => match pick {
                Pick::Clipboard => device.set_selection(Some(source)),
                Pick::Selection => device.set_primary_selection(Some(source)),
            },
            (Self::Ext(device), _) if pick == Pick::Clipboard => device.set_selection(None),
            (Self::Ext(device), _) => device.set_primary_selection(None),
            (Self::Wlr(device), _) if pick == Pick::Clipboard => device.set_selection(None),
            (Self::Wlr(device), _) => device.set_primary_selection(None),
        }
    }

    pub fn destroy(&self) {
        match self {
            Self::Ext(device) => device.destroy(),
            Self::Wlr(device) => device.destroy(),
        }
    }
}

impl Offer {
    pub fn id(&self) -> ObjectId {
        match self {
            Self::Ext(offer) => offer.id(),
            Self::Wlr(offer) => offer.id(),
        }
    }

    /// Asks its source to write the contents as `mime` into `pipe`, and to close it then.
    pub fn receive(&self, mime: &str, pipe: BorrowedFd<'_>) {
        match self {
            Self::Ext(offer) => offer.receive(mime.to_owned(), pipe),
            Self::Wlr(offer) => offer.receive(mime.to_owned(), pipe),
        }
    }

    pub fn destroy(&self) {
        match self {
            Self::Ext(offer) => offer.destroy(),
            Self::Wlr(offer) => offer.destroy(),
        }
    }
}

impl Source {
    pub fn id(&self) -> ObjectId {
        match self {
            Self::Ext(source) => source.id(),
            Self::Wlr(source) => source.id(),
        }
    }

    pub fn destroy(&self) {
        match self {
            Self::Ext(source) => source.destroy(),
            Self::Wlr(source) => source.destroy(),
        }
    }
}

/// The two protocols' events have the same names and contents.
macro_rules! hear {
    ($kind:ident, $manager:ty, $manager_event:ty, $device:ty, $device_module:ident, $offer:ty, $offer_module:ident, $source:ty, $source_module:ident) => {
        impl Dispatch<$manager, ()> for Session {
            fn event(
                _: &mut Self,
                _: &$manager,
                _: $manager_event,
                (): &(),
                _: &Connection,
                _: &QueueHandle<Self>,
            ) {
            }
        }

        impl Dispatch<$device, SeatName> for Session {
            fn event(
                session: &mut Self,
                _: &$device,
                event: $device_module::Event,
                seat: &SeatName,
                _: &Connection,
                _: &QueueHandle<Self>,
            ) {
                use $device_module::Event;
                match event {
                    Event::DataOffer { id } => session.seats.offer_made(&Offer::$kind(id)),
                    Event::Selection { id } => session.selected(*seat, Pick::Clipboard, id.map(Offer::$kind)),
                    Event::PrimarySelection { id } => session.selected(*seat, Pick::Selection, id.map(Offer::$kind)),
                    Event::Finished => session.seats.gone(*seat),
                    _ => {}
                }
            }

            event_created_child!(Session, $device, [
                $device_module::EVT_DATA_OFFER_OPCODE => ($offer, ()),
            ]);
        }

        impl Dispatch<$offer, ()> for Session {
            fn event(
                session: &mut Self,
                offer: &$offer,
                event: $offer_module::Event,
                (): &(),
                _: &Connection,
                _: &QueueHandle<Self>,
            ) {
                if let $offer_module::Event::Offer { mime_type } = event {
                    session.seats.type_offered(&offer.id(), mime_type);
                }
            }
        }

        impl Dispatch<$source, ()> for Session {
            fn event(
                session: &mut Self,
                source: &$source,
                event: $source_module::Event,
                (): &(),
                _: &Connection,
                _: &QueueHandle<Self>,
            ) {
                let source = source.id();
                match event {
                    $source_module::Event::Send { mime_type: mime, fd: pipe } => {
                        session.source_events.push_back((session.answered, SourceEvent::Send { source, mime, pipe }));
                    }
                    $source_module::Event::Cancelled => {
                        session.own_sources.retain(|(_, own)| *own != source);
                        session.source_events.push_back((session.answered, SourceEvent::Cancelled { source }));
                    }
                    _ => {}
                }
            }
        }
    };
}

hear!(Ext, ExtManager, ext_manager::Event, ExtDevice, ext_device, ExtOffer, ext_offer, ExtSource, ext_source);
hear!(Wlr, WlrManager, wlr_manager::Event, WlrDevice, wlr_device, WlrOffer, wlr_offer, WlrSource, wlr_source);
