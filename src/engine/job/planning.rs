//! Between the text and its calls: what is to be asked of whom. What a text has to pass before anything of it leaves
//! stands here, in order.

use super::{Job, Stage, World};
use crate::engine::compute::{Computed, Work, WorkId};
use crate::engine::effect::Effect;
use crate::engine::outcome::{Failure, Outcome, Planned};
use crate::engine::plan::{Brief, Plan};
use crate::text::sealed::UserText;

impl Job {
    /// The text is there: makes the plan.
    pub(super) fn plan(&mut self, text: UserText, clipboard: UserText, world: &World<'_>, effects: &mut Vec<Effect>) {
        let brief = Brief {
            action: self.action.clone(),
            instruction: self.instruction.clone(),
            text,
            clipboard,
            context: self.context.clone(),
            owners: self.owners.clone(),
            today: world.now.today.clone(),
            options: self.options.clone(),
            model: self.model.clone(),
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
        if self.dry_run {
            let mut notes = std::mem::take(&mut self.notes);
            notes.extend(plan.notes);
            let planned = Planned { backend: plan.backend, request: plan.request, notes };
            return self.end(Outcome::Planned(Box::new(planned)), effects);
        }
        self.call_planned(plan, world, effects);
    }
}
