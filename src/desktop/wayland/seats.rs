//! What each seat has selected and copied: offers, kept and not read.
//!
//! Offers carry no owner. So what had the focus when an offer came is noted with it, and how many events there had been.

use std::collections::HashMap;

use wayland_client::backend::ObjectId;
use wayland_client::protocol::wl_seat::WlSeat;

use super::control::{Device, Offer, Source};
use super::mime;
use super::toplevels::Toplevel;
use crate::desktop::Pick;
use crate::desktop::moment::Moment;

/// The registry's number of a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatName(pub u32);

/// An offer that is in force.
#[derive(Debug, Clone)]
pub struct Kept {
    pub offer: Offer,
    /// MIME types, in the source's order.
    pub types: Vec<String>,
    pub at: Moment,
    /// What had the focus when it came; `None` where the compositor does not tell, or nothing had it.
    pub under: Option<Toplevel>,
}

/// One of a seat's two texts.
#[derive(Debug, Default)]
enum Held {
    /// The compositor has not spoken of it. Some never do; KWin 5.27 does once there is something.
    #[default]
    NotTold,
    Nothing(Moment),
    Offered(Kept),
}

struct Seat {
    name: SeatName,
    seat: WlSeat,
    device: Option<Device>,
    primary: Held,
    clipboard: Held,
}

/// The seats there are. Most desktops have one; with several it is the latest selection that counts.
#[derive(Default)]
pub struct Seats {
    seats: Vec<Seat>,
    /// Types of offers of which it is not said yet what they are.
    unplaced: HashMap<ObjectId, Vec<String>>,
}

/// Why there is no offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoOffer {
    Nothing,
    NotTold,
}

/// More types than any source has. Of a source that goes on only texts are listened to, and no more than these.
const MOST_TYPES: usize = 256;
const MOST_TEXTS: usize = 16;

impl Seats {
    pub fn came(&mut self, name: SeatName, seat: WlSeat) {
        self.seats.push(Seat { name, seat, device: None, primary: Held::NotTold, clipboard: Held::NotTold });
    }

    /// Opens what is not open yet.
    pub fn open(&mut self, device: impl Fn(&WlSeat, SeatName) -> Device) {
        for seat in self.seats.iter_mut().filter(|seat| seat.device.is_none()) {
            seat.device = Some(device(&seat.seat, seat.name));
        }
    }

    /// A seat, or what it selects, is no more.
    pub fn gone(&mut self, name: SeatName) {
        for seat in self.seats.extract_if(.., |seat| seat.name == name) {
            if let Some(device) = seat.device {
                device.destroy();
            }
            for held in [seat.primary, seat.clipboard] {
                held.let_go();
            }
        }
    }

    pub fn offer_made(&mut self, offer: &Offer) {
        self.unplaced.insert(offer.id(), Vec::new());
    }

    pub fn type_offered(&mut self, offer: &ObjectId, mime: String) {
        let Some(types) = self.unplaced.get_mut(offer) else { return };
        let room = MOST_TYPES + if mime::is_text(&mime) { MOST_TEXTS } else { 0 };
        if types.len() < room {
            types.push(mime);
        }
    }

    /// The seat's selection is now this. The offer before it is void.
    pub fn selected(&mut self, name: SeatName, pick: Pick, offer: Option<Offer>, at: Moment, under: Option<Toplevel>) {
        let kept = offer.map(|offer| {
            let types = self.unplaced.remove(&offer.id()).unwrap_or_default();
            Kept { offer, types, at, under }
        });
        let Some(seat) = self.seats.iter_mut().find(|seat| seat.name == name) else {
            return kept.into_iter().for_each(|kept| kept.offer.destroy());
        };
        let held = seat.held_mut(pick);
        let before = std::mem::replace(held, kept.map_or(Held::Nothing(at), Held::Offered));
        before.let_go();
    }

    /// Puts a source in force for the seat that the person uses, as far as can be told: the one whose selection is the
    /// latest.
    pub fn set(&self, pick: Pick, source: Option<&Source>) {
        if let Some(device) = self.in_use().and_then(|seat| seat.device.as_ref()) {
            device.set(pick, source);
        }
    }

    pub fn seat_in_use(&self) -> Option<&WlSeat> {
        self.in_use().map(|seat| &seat.seat)
    }

    fn in_use(&self) -> Option<&Seat> {
        self.seats.iter().max_by_key(|seat| seat.primary.since().max(seat.clipboard.since()))
    }

    /// What is selected or copied now: the latest of all seats.
    pub fn of(&self, pick: Pick) -> Result<&Kept, NoOffer> {
        let held = self.seats.iter().map(|seat| seat.held(pick));
        match held.max_by_key(|held| held.since()) {
            Some(Held::Offered(kept)) => Ok(kept),
            // Without a seat there is nobody to select anything.
            Some(Held::Nothing(_)) | None => Err(NoOffer::Nothing),
            Some(Held::NotTold) => Err(NoOffer::NotTold),
        }
    }
}

impl Seat {
    fn held(&self, pick: Pick) -> &Held {
        match pick {
            Pick::Selection => &self.primary,
            Pick::Clipboard => &self.clipboard,
        }
    }

    fn held_mut(&mut self, pick: Pick) -> &mut Held {
        match pick {
            Pick::Selection => &mut self.primary,
            Pick::Clipboard => &mut self.clipboard,
        }
    }
}

impl Held {
    /// `None` is before every moment.
    fn since(&self) -> Option<Moment> {
        match self {
            Self::NotTold => None,
            Self::Nothing(at) => Some(*at),
            Self::Offered(kept) => Some(kept.at),
        }
    }

    fn let_go(self) {
        if let Self::Offered(kept) = self {
            kept.offer.destroy();
        }
    }
}
