//! A lane: one model's way to its answer. The parts of its text, mostly one, are asked about side by side, and each of
//! them passes through the lane's steps one after the other.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::asking::{Asking, Caller, Printing};
use super::parts::{Parts, State, Whole};
use crate::action::{AnswerForm, Split};
use crate::engine::call::{Backend, CallId, JobId, Label, Request};
use crate::engine::effect::{Effect, Print};
use crate::engine::event::BackendFailure;
use crate::engine::guard::Restoring;
use crate::engine::outcome::{Failure, Note, Place, Toll};
use crate::engine::plan::{self, Step};
use crate::engine::retry::StandIn;
use crate::llm::models;
use crate::llm::request::{CallFailure, Chunk, Completion, Conversation, Finish, Turn, Usage};
use crate::text::sealed::AnswerText;

/// How many parts are asked about at a time: enough to hide a server's latency, few enough not to anger one.
const AT_A_TIME: usize = 4;

/// One of the models side by side; mostly there is one alone.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) job: JobId,
    pub(super) number: u16,
    pub(super) label: Label,
    steps: Vec<Step>,
    parts: Parts,
    /// The first request, which the plan has made.
    first: Option<Request>,
    /// Who was wanted for a step where another stands in, and why.
    wanted: BTreeMap<usize, (String, BackendFailure)>,
    pub(super) notes: Vec<Note>,
    /// When somebody was first asked, and how long it took then.
    began: Option<Instant>,
    took: Duration,
    pub(super) end: Option<Result<Answered, Failed>>,
    /// Whether its answer is in the terminal already, or its beginning.
    pub(super) printed: bool,
}

/// Whether a piece is shown as it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    Pieces,
    Nothing,
}

/// A lane's whole answer.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) text: AnswerText,
    pub(super) finish: Finish,
    pub(super) by: String,
    pub(super) usage: Option<Usage>,
    pub(super) conversation: Option<Conversation>,
}

/// Why a lane has none.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) failure: Failure,
    pub(super) partial: Option<AnswerText>,
}

impl Lane {
    pub(super) fn new(job: JobId, number: u16, lane: plan::Lane) -> Self {
        let (course, end) = match lane.course {
            Ok(course) => (course, None),
            Err(failure) => (plan::Course::default(), Some(Err(Failed { failure, partial: None }))),
        };
        Self {
            job,
            number,
            label: lane.label,
            steps: course.steps,
            parts: Parts::new(course.chunks),
            first: course.first,
            wanted: BTreeMap::new(),
            notes: Vec::new(),
            began: None,
            took: Duration::ZERO,
            end,
            printed: false,
        }
    }

    /// Asks about as many parts as may be asked about now.
    pub(super) fn go_on(&mut self, caller: &mut Caller<'_>) {
        self.began.get_or_insert(caller.world.now.at);
        while self.end.is_none()
            && self.parts.asked().count() < AT_A_TIME
            && let Some(next) = self.parts.list().iter().position(|part| matches!(part.state, State::Waiting))
        {
            self.ask(next, caller);
        }
    }

    pub(super) fn awaits(&self, call: CallId) -> bool {
        self.at(call).is_some()
    }

    pub(super) fn asked(&self) -> impl Iterator<Item = &Asking> {
        self.parts.asked()
    }

    /// A piece of an answer.
    pub(super) fn delta(&mut self, call: CallId, chunk: Chunk, caller: &mut Caller<'_>) {
        let Some(at) = self.at(call) else { return };
        let shows = self.shows(at, caller);
        let State::Asking(asking) = &mut self.parts.get(at).state else { return };
        let piece = match &mut asking.restoring {
            Some(restoring) => restoring.piece(chunk),
            None => Some(chunk),
        };
        if let Some(piece) = piece {
            self.arrived(at, piece, shows, caller);
        }
    }

    /// What was held back, now that nothing follows.
    fn rest(&mut self, at: usize, caller: &mut Caller<'_>) {
        let shows = self.shows(at, caller);
        let State::Asking(asking) = &mut self.parts.get(at).state else { return };
        let rest = asking.restoring.as_mut().map(Restoring::rest).unwrap_or_default();
        rest.into_iter().for_each(|piece| self.arrived(at, piece, shows, caller));
    }

    fn shows(&mut self, at: usize, caller: &Caller<'_>) -> Shows {
        match caller.printing == Printing::Pieces && self.is_last_step(at) && self.parts.is_whole() {
            true => Shows::Pieces,
            false => Shows::Nothing,
        }
    }

    fn arrived(&mut self, at: usize, piece: Chunk, shows: Shows, caller: &mut Caller<'_>) {
        let State::Asking(asking) = &mut self.parts.get(at).state else { return };
        let (call, lane, shows) = (asking.call, asking.call.lane, shows == Shows::Pieces);
        match piece {
            Chunk::Answer(text) => {
                asking.arrived.push_str(text.expose());
                if shows {
                    asking.shown = true;
                    self.printed = true;
                    caller.effects.push(Effect::Print { job: call.job, print: Print::Answer { lane, text } });
                }
            }
            Chunk::Reasoning(text) if shows => {
                caller.effects.push(Effect::Print { job: call.job, print: Print::Reasoning { lane, text } });
            }
            Chunk::Reasoning(_) => {}
        }
    }

    /// A call is over.
    pub(super) fn done(&mut self, call: CallId, result: Result<Completion, BackendFailure>, caller: &mut Caller<'_>) {
        let Some(at) = self.at(call) else { return };
        self.rest(at, caller);
        self.took = self.began.map_or(Duration::ZERO, |began| caller.world.now.at.saturating_duration_since(began));
        match result {
            Ok(completion) => self.completed(at, completion, caller),
            Err(failure) => self.call_failed(at, failure, caller),
        }
    }

    /// Sends again what has waited long enough.
    pub(super) fn wake(&mut self, now: Instant, caller: &mut Caller<'_>) {
        for part in self.parts.iter_mut() {
            if let State::Asking(asking) = &mut part.state {
                asking.try_again(now, caller);
            }
        }
    }

    /// Stops whatever runs.
    pub(super) fn abort(&self, effects: &mut Vec<Effect>) {
        self.parts.asked().for_each(|asking| asking.abort(effects));
    }

    /// Which step, or which part: where the lane stands.
    pub(super) fn places(&self) -> Vec<Place> {
        let of = self.parts.list().len();
        let number = (self.parts.answered().count() + 1).min(of);
        match self.parts.list() {
            [part] if part.step < self.steps.len() => self.step_of(part.step).into_iter().collect(),
            _ => vec![Place::Part { number, of }],
        }
    }

    /// `None` where there is one alone.
    fn step_of(&self, step: usize) -> Option<Place> {
        let place = Place::Step { number: step + 1, of: self.steps.len(), name: self.steps[step].name.clone() };
        (self.steps.len() > 1).then_some(place)
    }

    /// Where the part of this call stands, if it is awaited.
    fn at(&self, call: CallId) -> Option<usize> {
        let awaits = |state: &State| matches!(state, State::Asking(asking) if asking.awaits(call));
        self.parts.list().iter().position(|part| awaits(&part.state))
    }

    fn is_last_step(&self, at: usize) -> bool {
        self.parts.list()[at].step + 1 == self.steps.len()
    }

    /// Asks about a part, for the step that it has come to.
    fn ask(&mut self, at: usize, caller: &mut Caller<'_>) {
        let part = self.parts.get(at);
        let step = &self.steps[part.step];
        // A prompt file has some steps at most.
        let number = u16::try_from(part.step).unwrap_or(u16::MAX);
        let call = CallId { job: self.job, lane: self.number, step: number, part: part.number, attempt: 0 };
        let request = match self.first.take() {
            Some(first) => Ok(first),
            None => caller.frame.request(step, &part.text, &part.said),
        };
        match request {
            Ok(request) => {
                let asking = Asking::begin(call, step.backend.clone(), request, caller);
                part.state = State::Asking(Box::new(asking));
            }
            Err(failure) => self.fail(at, failure, caller),
        }
    }

    fn completed(&mut self, at: usize, completion: Completion, caller: &mut Caller<'_>) {
        let is_last = self.is_last_step(at);
        let part = self.parts.get(at);
        part.count(completion.usage);
        let Some(asking) = part.take_asking() else { return };
        if completion.finish == Finish::Length && !asking.shown && self.split(at, caller) {
            return self.go_on(caller);
        }
        completion.notes.into_iter().for_each(|note| self.note(note));
        if let Err(failure) = self.judge(&asking, completion.finish) {
            return self.fail(at, failure, caller);
        }
        let part = self.parts.get(at);
        if is_last {
            part.state = State::Answered(Whole::new(asking, completion.finish));
            return self.part_answered(caller);
        }
        let name = self.steps[part.step].name.clone();
        part.said.insert(name, asking.arrived.into());
        part.step += 1;
        self.ask(at, caller);
    }

    /// Whether what has arrived is an answer, and what is to be said of its end.
    fn judge(&mut self, asking: &Asking, finish: Finish) -> Result<(), Failure> {
        let by = asking.backend.name();
        let is_blank = asking.arrived.trim().is_empty();
        match finish {
            Finish::Length => self.note(Note::CutByModel),
            Finish::Filtered if is_blank => return Err(Failure::Filtered { by }),
            Finish::Filtered => self.note(Note::CutByFilter),
            Finish::Stop | Finish::Refused => {}
        }
        match is_blank && !matches!(asking.backend, Backend::Open(_)) {
            true => Err(Failure::EmptyAnswer { by }),
            false => Ok(()),
        }
    }

    /// A part has its answer: the next one is asked about, or the lane has its own.
    fn part_answered(&mut self, caller: &mut Caller<'_>) {
        let form = caller.frame.brief.action.answer;
        if !self.parts.is_whole()
            && caller.printing != Printing::Nothing
            && let Some(text) = self.parts.take_new(form)
        {
            self.printed = true;
            let print = Print::Answer { lane: self.number, text };
            caller.effects.push(Effect::Print { job: self.job, print });
        }
        match self.parts.answered().count() < self.parts.list().len() {
            true => self.go_on(caller),
            false => self.end_well(form),
        }
    }

    fn end_well(&mut self, form: AnswerForm) {
        if !self.parts.is_whole() {
            self.note(Note::InParts(self.parts.list().len()));
        }
        self.end = Some(Ok(self.whole_answer(form)));
    }

    /// Every part has its answer.
    fn whole_answer(&self, form: AnswerForm) -> Answered {
        let mut finishes = self.parts.answered().map(|whole| whole.finish);
        let finish = finishes.find(|finish| *finish != Finish::Stop).unwrap_or(Finish::Stop);
        let first = self.parts.answered().next();
        let by = first.map_or_else(|| self.label.model.clone(), |whole| whole.by.clone());
        let conversation = first.filter(|_| self.parts.is_whole()).and_then(|whole| whole.conversation.clone());
        let text = self.parts.joined(form).into();
        Answered { text, finish, by, usage: self.parts.usage(), conversation }
    }

    /// What it took so far.
    pub(super) fn toll(&self) -> Toll {
        let price = |backend: &Backend| match backend {
            Backend::Model(target) => models::data_of(target).price,
            _ => None,
        };
        let dollars = match (&self.end, self.steps.as_slice()) {
            (Some(Ok(answered)), [step]) => answered.usage.zip(price(&step.backend)),
            // Several models have several prices.
            _ => None,
        };
        Toll { took: self.took, dollars: dollars.map(|(usage, price)| price.of(&usage)) }
    }

    /// Where nothing was shown yet, the text is split where it was too long, the call is tried again, or another model
    /// stands in; else the lane has failed.
    fn call_failed(&mut self, at: usize, failure: BackendFailure, caller: &mut Caller<'_>) {
        let State::Asking(asking) = &self.parts.get(at).state else { return };
        let (backend, shown) = (asking.backend.clone(), asking.shown);
        if let (false, BackendFailure::Model(of_model)) = (shown, &failure) {
            if matches!(of_model, CallFailure::TooLong { .. }) && self.split(at, caller) {
                return self.go_on(caller);
            }
            if self.try_later(at, of_model, caller) || self.stand_in(at, of_model, caller) {
                return;
            }
        }
        let failure = match (&backend, failure) {
            (Backend::Builtin(by), BackendFailure::Builtin(failure)) if caller.notes.contains(&Note::Offline(*by)) => {
                Failure::OfflineToo { by: *by, failure }
            }
            (backend, failure) => Failure::Backend { by: backend.name(), failure },
        };
        self.fail(at, failure, caller);
    }

    /// Puts smaller parts in place of one, where the action allows it.
    fn split(&mut self, at: usize, caller: &Caller<'_>) -> bool {
        caller.frame.brief.action.split == Split::Paragraphs && self.parts.split(at)
    }

    fn try_later(&mut self, at: usize, failure: &CallFailure, caller: &mut Caller<'_>) -> bool {
        let part = self.parts.get(at);
        let stand_in = match self.steps[part.step].fallback.is_empty() {
            true => StandIn::None,
            false => StandIn::Ready,
        };
        match &mut part.state {
            State::Asking(asking) => asking.try_later(failure, stand_in, caller),
            State::Waiting | State::Answered(_) => false,
        }
    }

    /// Another model stands in, for this part and for those that come after.
    fn stand_in(&mut self, at: usize, failure: &CallFailure, caller: &mut Caller<'_>) -> bool {
        // Where the request itself is at fault nobody could do better.
        if matches!(failure, CallFailure::Refused { status: 400, .. }) {
            return false;
        }
        let Self { parts, steps, wanted, notes, .. } = self;
        let part = parts.get(at);
        let (number, step) = (part.step, &mut steps[part.step]);
        let State::Asking(asking) = &mut part.state else { return false };
        // Another part may have met the same, and a model stands in already.
        if step.backend == asking.backend {
            let Some(target) = step.fallback.pop_front() else { return false };
            let why = BackendFailure::Model(failure.clone());
            let by = asking.backend.name();
            wanted.entry(number).or_insert_with(|| (by.clone(), why.clone()));
            notes.push(Note::StoodIn { wanted: by, why: Box::new(why) });
            step.backend = Backend::Model(target);
        }
        asking.hand_over(step.backend.clone(), caller);
        true
    }

    /// The lane has failed, by this part. What had arrived is not lost.
    fn fail(&mut self, at: usize, failure: Failure, caller: &mut Caller<'_>) {
        let number = self.parts.list()[at].step;
        let asking = self.parts.get(at).take_asking();
        self.abort(caller.effects);
        let partial = self.partial(at, asking, caller);
        // Of several that failed, the one that was wanted is the one to do something about.
        let failure = match self.wanted.remove(&number) {
            Some((by, failure)) if partial.is_none() => Failure::Backend { by, failure },
            _ => failure,
        };
        let parts = self.parts.list().len();
        let part = (parts > 1).then_some(Place::Part { number: at + 1, of: parts });
        let places = self.step_of(number).into_iter().chain(part);
        let failure = places.fold(failure, |failure, place| Failure::At { place, failure: Box::new(failure) });
        self.end = Some(Err(Failed { failure, partial }));
    }

    /// The answers up to this part, and what had arrived of its own.
    fn partial(&self, at: usize, asking: Option<Asking>, caller: &Caller<'_>) -> Option<AnswerText> {
        let mut partial = match self.parts.is_whole() {
            true => String::new(),
            false => self.parts.joined(caller.frame.brief.action.answer),
        };
        let is_next = self.parts.list()[..at].iter().all(|part| part.whole().is_some());
        if is_next && self.is_last_step(at) {
            partial.extend(asking.and_then(|asking| asking.most()));
        }
        (!partial.trim().is_empty()).then(|| partial.into())
    }

    fn note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

impl Whole {
    fn new(asking: Asking, finish: Finish) -> Self {
        let by = asking.backend.name();
        let text = AnswerText::from(asking.arrived);
        let conversation = matches!(asking.backend, Backend::Model(_)).then(|| {
            let mut conversation = asking.request.conversation;
            conversation.turns.push(Turn::Answer(text.clone()));
            conversation
        });
        Self { text, finish, by, conversation }
    }
}
