//! Between the text and its calls: what is to be asked of whom. What a text has to pass before anything of it leaves
//! stands here, in order.

use super::{Job, Stage, World};
use crate::engine::call::Label;
use crate::engine::compute::{Computed, Work, WorkId};
use crate::engine::effect::Effect;
use crate::engine::guard::{Guard, Origin};
use crate::engine::outcome::{Failure, Note, Outcome, Place, Planned, PlannedCall};
use crate::engine::plan::{Brief, Course, Frame, Plan, Said};
use crate::text::sealed::UserText;

impl Job {
    /// The text is there: makes the plan.
    pub(super) fn plan(&mut self, text: UserText, clipboard: UserText, world: &World<'_>, effects: &mut Vec<Effect>) {
        self.show_source(&text, effects);
        let brief = Brief {
            action: self.action.clone(),
            instruction: self.instruction.clone(),
            text,
            clipboard,
            context: self.context.clone(),
            owners: self.owners.clone(),
            today: world.now.today.clone(),
            options: self.options.clone(),
            target: self.target,
            models: self.models.clone(),
            settings: world.settings.clone(),
            survey: world.survey.clone(),
        };
        self.compute(Work::Plan(Box::new(brief)), world, effects);
    }

    /// Has `work` done, on the spot where it is little; [`computed`](Self::computed) goes on with what it came to.
    pub(super) fn compute(&mut self, work: Work, world: &World<'_>, effects: &mut Vec<Effect>) {
        let id = self.work_id();
        self.stage = Stage::Computing(id);
        match work.is_slow() {
            true => effects.push(Effect::Compute { id, work }),
            false => self.computed(id, work.perform(), world, effects),
        }
    }

    /// A number of its own for each piece of work.
    pub(super) fn work_id(&mut self) -> WorkId {
        let id = WorkId { job: self.id, number: self.works };
        self.works += 1;
        id
    }

    /// The work that the job waits for is done.
    pub fn computed(&mut self, id: WorkId, done: Computed, world: &World<'_>, effects: &mut Vec<Effect>) {
        match self.stage {
            Stage::Computing(awaited) if awaited == id => {}
            Stage::Placing(_) => return self.compared(id, done, effects),
            _ => return,
        }
        match done {
            Computed::Plan(plan) => match *plan {
                Ok(plan) => self.planned(plan, world, effects),
                Err(failure) => self.fail(failure, effects),
            },
            Computed::Diff(_) | Computed::FellOver => self.fail(Failure::FellOver, effects),
        }
    }

    /// It is known what would be asked of whom; nothing has left yet.
    fn planned(&mut self, plan: Plan, world: &World<'_>, effects: &mut Vec<Effect>) {
        self.guarded(plan, world, effects);
    }

    /// It may leave, as `guard` lets it.
    pub(super) fn passed(&mut self, plan: Plan, mut guard: Guard, world: &World<'_>, effects: &mut Vec<Effect>) {
        if self.dry_run {
            let found = self.would_send(plan, &mut guard);
            return self.end(found, effects);
        }
        self.call_planned(plan, guard, world, effects);
    }

    /// Every call of a plan, as far as it is known before there are answers.
    fn would_send(&mut self, plan: Plan, guard: &mut Guard) -> Outcome {
        let mut notes = std::mem::take(&mut self.notes);
        notes.extend(plan.notes);
        let several = plan.lanes.len() > 1;
        let mut calls = Vec::new();
        for lane in &plan.lanes {
            let label = several.then(|| lane.label.clone());
            match &lane.course {
                Ok(course) => match planned_calls(&plan.frame, course, label.as_ref(), guard) {
                    Ok(of_lane) => calls.extend(of_lane),
                    Err(failure) => return Outcome::Failed { failure, partial: None },
                },
                Err(failure) => {
                    notes.push(Note::LaneFailed { label: lane.label.clone(), failure: Box::new(failure.clone()) })
                }
            }
        }
        Outcome::Planned(Box::new(Planned { calls, notes }))
    }
}

/// The calls of a lane. What earlier steps will answer stands as their names in brackets.
fn planned_calls(
    frame: &Frame,
    course: &Course,
    label: Option<&Label>,
    guard: &mut Guard,
) -> Result<Vec<PlannedCall>, Failure> {
    let mut calls = Vec::new();
    let parts = course.chunks.list.len();
    for (chunk, part) in course.chunks.list.iter().zip(1..) {
        let mut said = Said::new();
        for (step, number) in course.steps.iter().zip(1..) {
            let request =
                guard.outgoing(&step.backend, &frame.request(step, &chunk.text, &said)?, Origin::Plan).request;
            said.insert(step.name.clone(), format!("[the answer of {}]", step.name).into());
            let of = course.steps.len();
            let step_place = (of > 1).then(|| Place::Step { number, of, name: step.name.clone() });
            let part_place = (parts > 1).then_some(Place::Part { number: part, of: parts });
            let places = part_place.into_iter().chain(step_place).collect();
            calls.push(PlannedCall { backend: step.backend.clone(), request, label: label.cloned(), places });
        }
    }
    Ok(calls)
}
