//! The calls of all jobs on their way through the [`gate`](super::gate): what jobs give out goes in, what comes out is
//! run, or told to its job.

use super::Engine;
use super::call::{Backend, CallId};
use super::effect::{Effect, Wait};
use super::event::BackendFailure;
use super::gate::{Admission, Passed};
use super::job::SIGN_AFTER;
use super::outcome::Note;
use crate::llm::limits::Urgency;
use crate::llm::request::{Completion, Going};
use crate::llm::spending::Budgeted;

impl Engine {
    /// Holds the calls of models that jobs have just given out.
    pub(super) fn through_gate(&mut self, effects: &mut Vec<Effect>) {
        if effects.iter().any(|effect| matches!(effect, Effect::Abort(_)) || self.is_new(effect)) {
            self.take_in(effects);
        }
        // Where one was refused, its job may have given out another.
        while effects.iter().any(|effect| self.is_new(effect)) {
            self.take_in(effects);
        }
    }

    /// Whether it is a model's call that the gate knows nothing of.
    fn is_new(&self, effect: &Effect) -> bool {
        matches!(effect, Effect::Run { call, backend: Backend::Model(_), .. } if !self.gate.lets(*call))
    }

    fn take_in(&mut self, effects: &mut Vec<Effect>) {
        for effect in std::mem::take(effects) {
            match effect {
                Effect::Run { call, backend: Backend::Model(target), request, .. } if !self.gate.lets(call) => {
                    let Some(job) = self.jobs.get(&call.job) else { continue };
                    let urgency = if self.batch.contains(&call.job) { Urgency::Batch } else { Urgency::Person };
                    let whose = (job.action.name.clone(), urgency);
                    let passed = self.gate.hold(call, target, request, whose, self.now.at);
                    self.passed(passed, effects);
                }
                Effect::Abort(call) => {
                    let (runs, passed) = self.gate.abort(call, self.now.at);
                    if runs {
                        effects.push(Effect::Abort(call));
                    }
                    self.passed(passed, effects);
                }
                other => effects.push(other),
            }
        }
    }

    pub(super) fn admitted(&mut self, call: CallId, admission: Admission, effects: &mut Vec<Effect>) {
        let passed = self.gate.admitted(call, admission, self.now.at);
        self.passed(passed, effects);
    }

    pub(super) fn going(&mut self, call: CallId, going: Going, effects: &mut Vec<Effect>) {
        let passed = self.gate.going(call, going);
        self.passed(passed, effects);
    }

    pub(super) fn call_ended(
        &mut self,
        call: CallId,
        result: &Result<Completion, BackendFailure>,
        effects: &mut Vec<Effect>,
    ) {
        let passed = self.gate.done(call, result, self.now.at);
        self.passed(passed, effects);
    }

    pub(super) fn turns_come(&mut self, effects: &mut Vec<Effect>) {
        let passed = self.gate.deadline(self.now.at);
        self.passed(passed, effects);
    }

    fn passed(&mut self, passed: Vec<Passed>, effects: &mut Vec<Effect>) {
        for one in passed {
            match one {
                Passed::Effect(effect) => effects.push(effect),
                Passed::Failed(call, failure) => self.step_call(call, effects, |job, world, effects| {
                    job.done(call, Err(failure.into()), world, effects);
                }),
                Passed::Told(call, budgeted) => self.step_call(call, effects, |job, _, _| match budgeted {
                    Budgeted::Fine => {}
                    Budgeted::Near(spent) => job.note(Note::BudgetNear(spent)),
                    Budgeted::Unpriced => job.note(Note::Unpriced),
                }),
                Passed::Waits(call, after, why) if after >= SIGN_AFTER => {
                    let wait = Wait { until: self.now.at + after, after, why: Box::new(why) };
                    self.step_call(call, effects, |job, _, effects| job.show_wait(wait, effects));
                }
                Passed::Waits(..) => {}
            }
        }
    }
}
