//! A job in the panel: what it is told beside what a terminal would print, and what becomes of the job without it.

use super::delivering::Delivering;
use super::{Job, Stage};
use crate::action::{Sink, Source};
use crate::desktop::Found;
use crate::engine::effect::Effect;
use crate::engine::outcome::Outcome;
use crate::engine::panel::Shown;
use crate::engine::pasting::Placement;
use crate::panel::protocol::ToPanel;
use crate::text::sealed::UserText;
use crate::text::sentences;

impl Job {
    /// Whether the panel shows it.
    pub fn is_in_panel(&self) -> bool {
        self.in_panel
    }

    pub(super) fn begin_in_panel(&self, effects: &mut Vec<Effect>) {
        if self.in_panel {
            effects.push(Effect::Panel(ToPanel::Show { job: self.id.0, title: self.action.title.clone() }));
        }
    }

    pub(super) fn show_source(&self, text: &UserText, effects: &mut Vec<Effect>) {
        if self.in_panel && !text.is_blank() {
            effects.push(Effect::Panel(ToPanel::Source { job: self.id.0, text: text.into() }));
        }
    }

    /// What is asked in a notification is not seen in the panel.
    pub(super) fn asks_elsewhere(&self, effects: &mut Vec<Effect>) {
        if self.in_panel && !self.awaited {
            let sentence = sentences::ASKED_ELSEWHERE.to_owned();
            effects.push(Effect::Panel(ToPanel::Doing { job: self.id.0, sentence, by: String::new() }));
        }
    }

    /// The notification with the question is of no use any more, and its place is not taken by the answer.
    pub(super) fn answered_elsewhere(&self, effects: &mut Vec<Effect>) {
        if self.in_panel && !self.awaited {
            effects.push(Effect::Unnotify(self.id));
        }
    }

    pub(super) fn cancelled_in_panel(&self, effects: &mut Vec<Effect>) {
        if self.in_panel {
            effects.push(Effect::Panel(ToPanel::Cancelled { job: self.id.0 }));
        }
    }

    /// There is no panel any more: it goes on in a notification.
    pub fn lose_panel(&mut self, effects: &mut Vec<Effect>) {
        if !std::mem::take(&mut self.in_panel) {
            return;
        }
        match &mut self.stage {
            Stage::Delivering(Delivering { waiting, outcome }) => {
                let was_waiting = waiting.contains(&Sink::Panel);
                waiting.retain(|sink| *sink != Sink::Panel);
                if was_waiting && !waiting.contains(&Sink::Notify) {
                    waiting.push(Sink::Notify);
                    let notice = sentences::notice(&self.action.title, outcome);
                    effects.push(Effect::Notify { job: self.id, notice });
                }
                self.end_when_delivered(effects);
            }
            Stage::Reading(_) | Stage::Computing(_) | Stage::Calling(_) => self.show_sign(effects),
            // Its question stands in a notification already, or it is about to end.
            Stage::Consenting(_) | Stage::Placing(_) | Stage::Over => {}
        }
    }

    /// Whether its answer can take the place of its text.
    pub fn can_replace(&self) -> bool {
        matches!(self.read, Some((Source::Selection, _))) && self.context.window.is_some()
    }

    /// What it takes to do it once more, and to put its answer in the place of its text.
    pub fn shown(&self) -> Shown {
        Shown {
            job: self.id,
            action: self.action.clone(),
            instruction: self.instruction.clone(),
            context: self.context.clone(),
            text: self.read.clone(),
            from: self.from.clone(),
            to: self.sinks.clone(),
            models: self.models.clone(),
            options: self.options.clone(),
            placement: self.placement(),
        }
    }

    fn placement(&self) -> Option<Placement> {
        let Some((Source::Selection, Found { text: original, .. })) = &self.read else { return None };
        let Stage::Delivering(Delivering { outcome: Outcome::Answered(answer), .. }) = &self.stage else { return None };
        Some(Placement {
            title: self.action.title.clone(),
            original: original.clone(),
            text: self.text_for(Sink::Replace, &answer.text, original),
            context: self.context.clone(),
            chord: self.chord,
        })
    }
}
