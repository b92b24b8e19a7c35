//! Sees that what is asked has room: a long conversation loses its oldest turns, a long text is worked on in parts, and what
//! cannot be made to fit is not sent.

use super::room::{Window, of_conversation};
use super::{Course, Frame, Lane, Said, Step};
use crate::action::Split;
use crate::engine::call::{Backend, Request};
use crate::engine::outcome::{Excess, Failure, Note};
use crate::text::chunking::{self, Chunks};
use crate::text::sealed::UserText;
use crate::text::tokens::{self, Encoding, Meter, Meters};

/// Parts of fewer tokens are no text any more.
const SMALLEST_ROOM: u64 = 50;

/// Makes what the lanes ask fit; a lane whose model cannot take it fails.
pub(super) fn fit(frame: &mut Frame, lanes: &mut [Lane], notes: &mut Vec<Note>) {
    let meters = Meters::default();
    forget(frame, lanes, notes, &meters);
    for lane in lanes {
        if let Ok(course) = &mut lane.course
            && let Err(failure) = fit_course(frame, course, &meters)
        {
            lane.course = Err(failure);
        }
    }
}

/// Takes the oldest turns out of a conversation that is too long, as few as may be, and never its instructions.
fn forget(frame: &mut Frame, lanes: &[Lane], notes: &mut Vec<Note>, meters: &Meters) {
    let steps = || lanes.iter().flat_map(Lane::steps);
    let mut turns = 0;
    while frame.brief.instruction.is_some()
        && let Some(step) = steps().next()
        && let Ok(request) = frame.request(step, &frame.brief.text, &Said::new())
        && steps().any(|step| excess(frame, step, &request, meters).is_some())
    {
        let oldest = frame.brief.instruction.as_mut().map_or(0, |(_, earlier)| earlier.forget_oldest());
        if oldest == 0 {
            break;
        }
        turns += oldest;
    }
    if turns > 0 {
        notes.push(Note::Forgotten { turns });
    }
}

fn fit_course(frame: &Frame, course: &mut Course, meters: &Meters) -> Result<(), Failure> {
    let text = frame.brief.text.clone();
    let mut requests = requests(frame, &course.steps, &text)?;
    let too_long = course.steps.iter().zip(&requests).find_map(|(step, request)| {
        let excess = excess(frame, step, request, meters)?;
        Some(Failure::TooLong { by: step.backend.name(), excess, split: frame.brief.action.split })
    });
    match too_long {
        None => course.first = requests.first().cloned(),
        Some(failure) => {
            course.chunks = parts(frame, &course.steps, &text, meters).ok_or(failure)?;
            let longest = course.chunks.list.iter().max_by_key(|chunk| tokens::estimate(chunk.text.expose()));
            if let Some(longest) = longest {
                requests = self::requests(frame, &course.steps, &longest.text)?;
            }
        }
    }
    // Whoever stands in has to take it too.
    for (step, request) in course.steps.iter_mut().zip(&requests) {
        let action = &frame.brief.action;
        step.fallback.retain(|target| Window::excess_at(target, action, request, meters).is_none());
    }
    Ok(())
}

/// The request of each step, as far as it can be known: for what the steps before will answer stands the text, which is
/// about as long.
fn requests(frame: &Frame, steps: &[Step], text: &UserText) -> Result<Vec<Request>, Failure> {
    let mut said = Said::new();
    let mut requests = Vec::new();
    for step in steps {
        requests.push(frame.request(step, text, &said)?);
        if steps.len() > 1 {
            said.insert(step.name.clone(), text.expose().into());
        }
    }
    Ok(requests)
}

fn excess(frame: &Frame, step: &Step, request: &Request, meters: &Meters) -> Option<Excess> {
    match &step.backend {
        Backend::Model(target) => Window::excess_at(target, &frame.brief.action, request, meters),
        // What is no model takes all.
        Backend::Builtin(_) | Backend::Command(_) | Backend::Open(_) => None,
    }
}

/// The text in parts that have room; `None` where it is not to be split, or there is room for next to nothing.
fn parts(frame: &Frame, steps: &[Step], text: &UserText, meters: &Meters) -> Option<Chunks> {
    if frame.brief.action.split == Split::None {
        return None;
    }
    let empty = requests(frame, steps, &UserText::default()).ok()?;
    let meter = meter_of_all(steps, meters);
    let rooms = steps.iter().zip(&empty).filter_map(|(step, request)| match &step.backend {
        Backend::Model(target) => Some(Window::of_target(target).room(of_conversation(&request.conversation, &meter))),
        Backend::Builtin(_) | Backend::Command(_) | Backend::Open(_) => None,
    });
    // Later steps have the answers of those before in them.
    let room = rooms.min()? / steps.len() as u64;
    if room < SMALLEST_ROOM {
        return None;
    }
    // What stands between two pieces is one token mostly; an estimate has room for it.
    let between = u64::from(meter.is_exact());
    let weigh = |piece: &str| usize::try_from(meter.count(piece) + between).unwrap_or(usize::MAX);
    Some(chunking::split(text, usize::try_from(room).unwrap_or(usize::MAX), weigh))
}

/// The meter by which parts are cut that all models of these steps take: exact where all count alike.
fn meter_of_all(steps: &[Step], meters: &Meters) -> Meter {
    let models = || {
        steps.iter().filter_map(|step| match &step.backend {
            Backend::Model(target) => Some(&*target.model),
            Backend::Builtin(_) | Backend::Command(_) | Backend::Open(_) => None,
        })
    };
    let Some(first) = models().next() else { return Meter::Estimate };
    match models().all(|model| Encoding::of_model(model) == Encoding::of_model(first)) {
        true => meters.of_model(first),
        false => Meter::Estimate,
    }
}
