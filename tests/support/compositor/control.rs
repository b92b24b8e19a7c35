//! The compositor's side of data control, by either of its two protocols.

use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::Mutex;

use postil::desktop::Pick;
use wayland_protocols::ext::data_control::v1::server as ext;
use wayland_protocols_wlr::data_control::v1::server as wlr;
use wayland_server::protocol::wl_seat::WlSeat;
use wayland_server::{Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New, Resource as _};

use super::{Control, Held, State};

use ext::ext_data_control_device_v1::{self as ext_device, ExtDataControlDeviceV1 as ExtDevice};
use ext::ext_data_control_manager_v1::{self as ext_manager, ExtDataControlManagerV1 as ExtManager};
use ext::ext_data_control_offer_v1::{self as ext_offer, ExtDataControlOfferV1 as ExtOffer};
use ext::ext_data_control_source_v1::{self as ext_source, ExtDataControlSourceV1 as ExtSource};
use wlr::zwlr_data_control_device_v1::{self as wlr_device, ZwlrDataControlDeviceV1 as WlrDevice};
use wlr::zwlr_data_control_manager_v1::{self as wlr_manager, ZwlrDataControlManagerV1 as WlrManager};
use wlr::zwlr_data_control_offer_v1::{self as wlr_offer, ZwlrDataControlOfferV1 as WlrOffer};
use wlr::zwlr_data_control_source_v1::{self as wlr_source, ZwlrDataControlSourceV1 as WlrSource};

pub fn advertise(control: Control, handle: &DisplayHandle) {
    match control {
        Control::Ext | Control::Kde => _ = handle.create_global::<State, ExtManager, ()>(1, ()),
        Control::Wlr | Control::WlrSilentAtFirst => _ = handle.create_global::<State, WlrManager, ()>(2, ()),
        Control::WlrWithoutPrimary => _ = handle.create_global::<State, WlrManager, ()>(1, ()),
    }
}

pub enum Device {
    Ext(ExtDevice),
    Wlr(WlrDevice),
}

#[derive(Clone)]
pub enum Source {
    Ext(ExtSource),
    Wlr(WlrSource),
}

/// The types that a source of a client's was given.
type Offered = Mutex<Vec<String>>;

impl Device {
    /// Tells its client what is selected or copied now.
    pub fn tell(&self, pick: Pick, held: Option<Held>, handle: &DisplayHandle) {
        match self {
            Self::Ext(device) => {
                let offer = held.map(|held| {
                    let (client, types) = (device.client().unwrap(), held.types());
                    let offer = client.create_resource::<ExtOffer, Held, State>(handle, 1, held).unwrap();
                    device.data_offer(&offer);
                    types.into_iter().for_each(|mime| offer.offer(mime));
                    offer
                });
                match pick {
                    Pick::Clipboard => device.selection(offer.as_ref()),
                    Pick::Selection => device.primary_selection(offer.as_ref()),
                }
            }
            Self::Wlr(device) => {
                let offer = held.map(|held| {
                    let (client, types) = (device.client().unwrap(), held.types());
                    let offer =
                        client.create_resource::<WlrOffer, Held, State>(handle, device.version(), held).unwrap();
                    device.data_offer(&offer);
                    types.into_iter().for_each(|mime| offer.offer(mime));
                    offer
                });
                match pick {
                    Pick::Clipboard => device.selection(offer.as_ref()),
                    Pick::Selection => device.primary_selection(offer.as_ref()),
                }
            }
        }
    }

    pub fn finished(&self) {
        match self {
            Self::Ext(device) => device.finished(),
            Self::Wlr(device) => device.finished(),
        }
    }
}

impl Source {
    pub fn types(&self) -> Vec<String> {
        let offered = match self {
            Self::Ext(source) => source.data::<Offered>(),
            Self::Wlr(source) => source.data::<Offered>(),
        };
        offered.unwrap().lock().unwrap().clone()
    }

    pub fn send(&self, mime: &str, pipe: &OwnedFd) {
        match self {
            Self::Ext(source) => source.send(mime.to_owned(), pipe.as_fd()),
            Self::Wlr(source) => source.send(mime.to_owned(), pipe.as_fd()),
        }
    }

    pub fn cancelled(&self) {
        match self {
            Self::Ext(source) => source.cancelled(),
            Self::Wlr(source) => source.cancelled(),
        }
    }
}

impl State {
    /// A client wants to follow a seat: it is told first what is selected and copied there.
    fn follow(&mut self, device: Device, seat: &WlSeat) {
        let (handle, has_primary) = (self.handle.clone(), self.has_primary());
        let tells_nothing = self.control != Control::WlrSilentAtFirst;
        let name = seat.data::<String>().unwrap();
        let Some(seat) = self.seats.iter_mut().find(|seat| seat.name == *name) else { return device.finished() };
        if tells_nothing || seat.clipboard.is_some() {
            device.tell(Pick::Clipboard, seat.clipboard.clone(), &handle);
        }
        if has_primary && (tells_nothing || seat.primary.is_some()) {
            device.tell(Pick::Selection, seat.primary.clone(), &handle);
        }
        seat.devices.push(device);
    }

    fn set(&mut self, seat: &str, pick: Pick, source: Option<Source>) {
        if let Some(number) = self.seats.iter().position(|known| known.name == seat) {
            self.hold(number, pick, source.map(Held::Client));
        }
    }
}

/// The two protocols' requests have the same names and contents.
macro_rules! hear {
    ($kind:ident, $manager:ty, $manager_module:ident, $device:ty, $device_module:ident, $offer:ty, $offer_module:ident,
     $source:ty, $source_module:ident) => {
        impl GlobalDispatch<$manager, ()> for State {
            fn bind(
                _: &mut Self,
                _: &DisplayHandle,
                _: &Client,
                manager: New<$manager>,
                (): &(),
                init: &mut DataInit<'_, Self>,
            ) {
                init.init(manager, ());
            }
        }

        impl Dispatch<$manager, ()> for State {
            fn request(
                state: &mut Self,
                _: &Client,
                _: &$manager,
                request: $manager_module::Request,
                (): &(),
                _: &DisplayHandle,
                init: &mut DataInit<'_, Self>,
            ) {
                match request {
                    $manager_module::Request::CreateDataSource { id } => _ = init.init(id, Offered::default()),
                    $manager_module::Request::GetDataDevice { id, seat } => {
                        let device = init.init(id, seat.data::<String>().unwrap().clone());
                        state.follow(Device::$kind(device), &seat);
                    }
                    _ => {}
                }
            }
        }

        impl Dispatch<$device, String> for State {
            fn request(
                state: &mut Self,
                _: &Client,
                device: &$device,
                request: $device_module::Request,
                seat: &String,
                _: &DisplayHandle,
                _: &mut DataInit<'_, Self>,
            ) {
                use $device_module::Request;
                match request {
                    Request::SetSelection { source } => {
                        state.set(seat, Pick::Clipboard, source.map(Source::$kind));
                    }
                    Request::SetPrimarySelection { source } => {
                        state.set(seat, Pick::Selection, source.map(Source::$kind));
                    }
                    Request::Destroy => {
                        for seat in &mut state.seats {
                            seat.devices.retain(|known| !matches!(known, Device::$kind(known) if known == device));
                        }
                    }
                    _ => {}
                }
            }
        }

        impl Dispatch<$offer, Held> for State {
            fn request(
                state: &mut Self,
                _: &Client,
                _: &$offer,
                request: $offer_module::Request,
                held: &Held,
                _: &DisplayHandle,
                _: &mut DataInit<'_, Self>,
            ) {
                if let $offer_module::Request::Receive { mime_type, fd } = request {
                    state.send(held, &mime_type, fd);
                }
            }
        }

        impl Dispatch<$source, Offered> for State {
            fn request(
                _: &mut Self,
                _: &Client,
                _: &$source,
                request: $source_module::Request,
                offered: &Offered,
                _: &DisplayHandle,
                _: &mut DataInit<'_, Self>,
            ) {
                if let $source_module::Request::Offer { mime_type } = request {
                    offered.lock().unwrap().push(mime_type);
                }
            }
        }
    };
}

hear!(Ext, ExtManager, ext_manager, ExtDevice, ext_device, ExtOffer, ext_offer, ExtSource, ext_source);
hear!(Wlr, WlrManager, wlr_manager, WlrDevice, wlr_device, WlrOffer, wlr_offer, WlrSource, wlr_source);
