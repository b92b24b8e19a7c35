//! Before anything leaves this machine: what the user's `[privacy]` says of the secrets in it, and of text whose
//! application is not known. Where they want to be asked, the plan waits here for their word.
//!
//! Invariant: who cannot be asked has not agreed.

use serde::{Deserialize, Serialize};

use super::{Job, Stage, World};
use crate::action::Source;
use crate::config::Secrets;
use crate::engine::call::Backend;
use crate::engine::effect::{Effect, Print};
use crate::engine::guard::{Guard, kinds};
use crate::engine::outcome::{Failure, Note, Outcome, Withheld, Withholding};
use crate::engine::plan::secrets::leaves;
use crate::engine::plan::{Plan, Sighting};
use crate::text::sentences::privacy;

/// What the person is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub about: About,
    /// Who would get it.
    pub to: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum About {
    /// There are secrets in it, and words can stand in their place.
    Secrets(Vec<Sighting>),
    /// The same, in an address, where none can.
    SecretsAsTheyAre(Vec<Sighting>),
    /// It is not known which application it is from, and some have rules.
    UnknownApp,
}

/// What the person says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Permission {
    Masked,
    AsItIs,
    Refused,
    /// There was nobody to say anything.
    NobodyAsked,
}

/// A plan that waits for a word.
#[derive(Debug)]
pub(super) struct Consenting {
    plan: Plan,
    question: Question,
}

impl Job {
    /// Lets a plan pass, or holds it up.
    pub(super) fn guarded(&mut self, mut plan: Plan, world: &World<'_>, effects: &mut Vec<Effect>) {
        let secrets = world.settings.privacy.secrets;
        if secrets != Secrets::Mask && !plan.seen.sightings.is_empty() {
            plan.keep_stand_ins_here();
        }
        let question = self.question(&plan, world);
        match (secrets, question) {
            (_, None) => self.let_pass(plan, world, effects),
            (Secrets::Block, Some(Question { about: About::Secrets(seen) | About::SecretsAsTheyAre(seen), to }))
            | (Secrets::Mask, Some(Question { about: About::SecretsAsTheyAre(seen), to })) => {
                let withheld = Withheld::Secrets { seen, to, why: Withholding::Blocked };
                self.fail(Failure::Withheld(withheld), effects);
            }
            (_, Some(question)) if self.dry_run => {
                self.notes.push(Note::WouldAsk(Box::new(question)));
                self.let_pass(plan, world, effects);
            }
            (_, Some(question)) => self.ask_first(plan, question, effects),
        }
    }

    /// Whether there is something to ask, and what.
    fn question(&self, plan: &Plan, world: &World<'_>) -> Option<Question> {
        let privacy = &world.settings.privacy;
        plan.backends().find(|backend| leaves(backend))?;
        // Whoever may get it stands in the question: what is agreed to holds for all of them.
        let to = plan.recipients().join(", ");
        let seen = &plan.seen.sightings;
        let opens = plan.backends().any(|backend| matches!(backend, Backend::Open(_)));
        let about = match privacy.secrets {
            _ if !seen.is_empty() && opens => About::SecretsAsTheyAre(seen.clone()),
            Secrets::Ask | Secrets::Block if !seen.is_empty() => About::Secrets(seen.clone()),
            _ if !privacy.local_only_apps.is_empty() && self.is_of_an_unknown_app() => About::UnknownApp,
            _ => return None,
        };
        Some(Question { about, to })
    }

    /// Read from the desktop, which does not tell from where.
    fn is_of_an_unknown_app(&self) -> bool {
        let is_read = matches!(self.source, Some(Source::Selection | Source::Clipboard));
        is_read && self.context.app.is_none() && self.owners.is_empty()
    }

    /// From here on secrets are taken out of all that leaves, unless the user allows them.
    fn let_pass(&mut self, plan: Plan, world: &World<'_>, effects: &mut Vec<Effect>) {
        let privacy = &world.settings.privacy;
        let guard = match privacy.secrets {
            Secrets::Allow => Guard::Open,
            _ => self.masking(&plan, world),
        };
        self.passed(plan, guard, world, effects);
    }

    fn masking(&mut self, plan: &Plan, world: &World<'_>) -> Guard {
        if !plan.seen.sightings.is_empty() && plan.backends().any(leaves) {
            self.notes.push(Note::Masked(kinds(plan.seen.sightings.iter().map(|sighting| sighting.kind))));
        }
        Guard::Masks { masker: plan.seen.masker.clone(), patterns: world.settings.privacy.patterns.clone() }
    }

    fn ask_first(&mut self, plan: Plan, question: Question, effects: &mut Vec<Effect>) {
        self.sign_due = None;
        effects.push(self.permission_asked(&question));
        self.stage = Stage::Consenting(Box::new(Consenting { plan, question }));
    }

    fn permission_asked(&self, question: &Question) -> Effect {
        match (self.awaited, self.in_panel) {
            (true, _) => Effect::Print { job: self.id, print: Print::Question(question.clone()) },
            (false, true) => Effect::Panel(privacy::question_in_panel(self.id.0, question)),
            (false, false) => Effect::Notify { job: self.id, notice: privacy::question(&self.action.title, question) },
        }
    }

    /// There is no panel any more, and the question stood there.
    pub(super) fn ask_permission_again(&self, effects: &mut Vec<Effect>) {
        if let Stage::Consenting(waiting) = &self.stage {
            effects.push(self.permission_asked(&waiting.question));
        }
    }

    /// The person has said something; or nobody could be asked.
    pub fn permitted(&mut self, permission: Permission, world: &World<'_>, effects: &mut Vec<Effect>) {
        let waiting = match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Consenting(waiting) => *waiting,
            other => {
                self.stage = other;
                return;
            }
        };
        let Consenting { plan, question } = waiting;
        match permission {
            Permission::AsItIs if question.about == About::UnknownApp => self.let_pass(plan, world, effects),
            Permission::AsItIs => self.passed(plan, Guard::Open, world, effects),
            Permission::Masked => self.let_pass(plan, world, effects),
            // Who has just pressed the button needs not be told what it did.
            Permission::Refused if !self.awaited => {
                effects.push(Effect::Unnotify(self.id));
                self.end(Outcome::Cancelled, effects);
            }
            Permission::Refused => self.withheld(question, Withholding::Refused, effects),
            Permission::NobodyAsked => self.withheld(question, Withholding::NobodyAsked, effects),
        }
    }

    /// The question could not be shown, or has no buttons there.
    pub(super) fn nobody_was_asked(&mut self, effects: &mut Vec<Effect>) {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Consenting(waiting) => self.withheld(waiting.question, Withholding::NobodyAsked, effects),
            other => self.stage = other,
        }
    }

    fn withheld(&mut self, question: Question, why: Withholding, effects: &mut Vec<Effect>) {
        let Question { about, to } = question;
        let withheld = match about {
            About::Secrets(seen) | About::SecretsAsTheyAre(seen) => Withheld::Secrets { seen, to, why },
            About::UnknownApp => Withheld::UnknownApp { to, why },
        };
        self.fail(Failure::Withheld(withheld), effects);
    }
}
