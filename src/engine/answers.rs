//! The last answers, which stay in reach after their jobs: by the buttons of their notifications, the tray and `postil last`.

use super::call::JobId;
use super::effect::{Effect, PastAnswer};
use super::event::{Button, SinkFailure};
use super::job::consent::Permission;
use super::job::placing::Decision;
use super::outcome::{Failure, Outcome};
use super::{ANSWERS_KEPT, Engine, is_of_delivery};
use crate::action::Sink;
use crate::desktop::paste::Consent;
use crate::text::sentences;

impl Engine {
    /// Keeps an answer from the moment that it is handed to its sinks, so that its buttons work at once.
    pub(super) fn keep_answer(&mut self, id: JobId, effects: &[Effect]) {
        let Some(job) = self.jobs.get(&id) else { return };
        let Some((answer, whole)) = job.answer() else { return };
        if answer.is_blank() || !effects.iter().any(is_of_delivery) || self.answers.iter().any(|past| past.job == id) {
            return;
        }
        let title = job.action.title.clone();
        self.remember(PastAnswer { job: id, title, answer, whole });
    }

    pub(super) fn remember(&mut self, answer: PastAnswer) {
        self.answers.push_front(answer);
        self.answers.truncate(ANSWERS_KEPT);
        self.tray_is_old = true;
    }

    pub(super) fn button(&mut self, id: JobId, button: Button, effects: &mut Vec<Effect>) {
        match button {
            Button::Copy => self.copy_again(id, effects),
            Button::Show => {
                if let Some(past) = self.past(id) {
                    effects.push(Effect::Show { title: past.title.clone(), text: past.whole.clone() });
                }
            }
            Button::Accept => self.decided(id, Decision::Accept, effects),
            Button::Keep => {
                self.permitted(id, Permission::Refused, effects);
                self.decided(id, Decision::Keep, effects);
            }
            Button::SendMasked => self.permitted(id, Permission::Masked, effects),
            Button::Send => self.permitted(id, Permission::AsItIs, effects),
            Button::Replace => self.paste_again(id, Consent::Again, effects),
            Button::Insert => self.paste_again(id, Consent::Accepted, effects),
            Button::PutBack => self.put_back(id, effects),
            Button::CopyOld => self.copy_old(id, effects),
            Button::Entry(entry) => self.picked(id, entry, effects),
        }
    }

    /// A word on what was asked about; of a job that waits for none it changes nothing.
    pub(super) fn permitted(&mut self, id: JobId, permission: Permission, effects: &mut Vec<Effect>) {
        self.step(id, effects, |job, world, effects| job.permitted(permission, world, effects));
    }

    pub(super) fn past(&self, id: JobId) -> Option<&PastAnswer> {
        self.answers.iter().find(|past| past.job == id)
    }

    /// Puts a past answer on the clipboard; whether that worked is not the job's business any more.
    pub fn copy_again(&self, id: JobId, effects: &mut Vec<Effect>) {
        if let Some(past) = self.past(id) {
            effects.push(Effect::Copy { job: id, text: past.answer.clone() });
        }
    }

    /// A button of an answer that is over could not do what it says.
    pub(super) fn late_failure(&mut self, id: JobId, sink: Sink, failure: SinkFailure, effects: &mut Vec<Effect>) {
        let Some(past) = self.past(id).filter(|_| sink != Sink::Notify) else { return };
        let outcome = Outcome::Failed { failure: Failure::Sink(sink, failure), partial: None };
        effects.push(Effect::Notify { job: id, notice: sentences::notice(&past.title, &outcome) });
    }
}
