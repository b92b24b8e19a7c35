//! The text of a job: its sources are asked one after the other, and the clipboard too for a prompt that names it.

use std::collections::VecDeque;

use super::{Job, SIGN_AFTER, Stage, World};
use crate::action::Source;
use crate::action::template::Template;
use crate::desktop::{Found, ReadFailure};
use crate::engine::effect::Effect;
use crate::engine::outcome::{Failure, Note};
use crate::engine::{picker, plan};
use crate::panel::protocol::ToPanel;
use crate::text::sealed::UserText;

/// Where the reading stands.
#[derive(Debug)]
pub(super) enum Reading {
    /// Asking one source after the other; `rest` are those not asked yet.
    Text { rest: VecDeque<Source>, missing: Vec<(Source, ReadFailure)> },
    /// The text is there; the prompt also names the clipboard.
    Clipboard(UserText),
}

impl Reading {
    pub(super) fn of(sources: Vec<Source>) -> Self {
        Self::Text { rest: sources.into(), missing: Vec::new() }
    }
}

impl Job {
    /// Asks the next source that the desktop has. With none left the job fails, unless it can do without a text.
    pub(super) fn read_next(&mut self, world: &World<'_>, effects: &mut Vec<Effect>) {
        let Stage::Reading(Reading::Text { rest, missing }) = &mut self.stage else { return };
        while let Some(source) = rest.pop_front() {
            if matches!(source, Source::Selection | Source::Clipboard) {
                effects.push(Effect::Read { job: self.id, source, context: self.context.clone() });
                return;
            }
            if source == Source::Input && self.can_be_typed {
                return self.let_type(effects);
            }
            missing.push((source, ReadFailure::Nothing));
        }
        let missing = std::mem::take(missing);
        match self.instruction.is_some() && missing.iter().all(|(_, failure)| is_absent(failure)) {
            true => self.plan(UserText::default(), UserText::default(), world, effects),
            false => self.fail(Failure::NoText(missing), effects),
        }
    }

    /// A source has answered. One that has no text falls through to the next; one that could not be read does not,
    /// for what the user sees selected must not be replaced by something else in silence.
    pub fn text_read(
        &mut self,
        source: Source,
        result: Result<Found, ReadFailure>,
        world: &World<'_>,
        effects: &mut Vec<Effect>,
    ) {
        let Stage::Reading(Reading::Text { missing, .. }) = &mut self.stage else { return };
        match result {
            Ok(found) if !found.text.is_blank() => {
                self.read = Some((source, found.clone()));
                let missing = std::mem::take(missing);
                if let Err(failure) = self.take_over(found.owner, world) {
                    return self.fail(failure, effects);
                }
                if !missing.is_empty() && source != Source::Input {
                    self.notes.push(Note::FellThrough { used: source, missing });
                }
                self.source = Some(source);
                self.text_is_of(source, &found.text);
                self.text_found(found.text, world, effects);
            }
            Ok(_) => {
                missing.push((source, ReadFailure::Nothing));
                self.read_next(world, effects);
            }
            Err(failure @ (ReadFailure::Hung { .. } | ReadFailure::TooLarge | ReadFailure::Secret)) => {
                self.fail(Failure::NoText(vec![(source, failure)]), effects);
            }
            Err(failure) => {
                missing.push((source, failure));
                self.read_next(world, effects);
            }
        }
    }

    /// The text of an instruction of the moment. There may be none.
    pub(super) fn text_given(&mut self, source: Source, found: Found, world: &World<'_>, effects: &mut Vec<Effect>) {
        if let Err(failure) = self.take_over(found.owner, world) {
            return self.fail(failure, effects);
        }
        self.source = Some(source);
        self.text_is_of(source, &found.text);
        self.plan(found.text, UserText::default(), world, effects);
    }

    /// The person is asked for the text, and may take their time.
    fn let_type(&mut self, effects: &mut Vec<Effect>) {
        let Stage::Reading(Reading::Text { missing, .. }) = &self.stage else { return };
        let offer = picker::offer_to_type(self.id, &self.action, missing);
        if self.in_panel {
            effects.push(Effect::Panel(ToPanel::Hide { job: self.id.0 }));
        }
        self.sign_due = None;
        self.is_typed = true;
        effects.push(Effect::Panel(ToPanel::Pick { job: self.id.0 }));
        effects.push(Effect::Panel(ToPanel::Offer(offer)));
    }

    /// The person has typed it.
    pub fn text_typed(&mut self, text: UserText, world: &World<'_>, effects: &mut Vec<Effect>) {
        if std::mem::take(&mut self.is_typed) {
            self.begin_in_panel(world, effects);
            self.sign_due = Some(world.now.at + SIGN_AFTER);
            self.text_read(Source::Input, Ok(Found { text, owner: None }), world, effects);
        }
    }

    /// Whether its text is being typed.
    pub fn is_typed(&self) -> bool {
        self.is_typed
    }

    /// What holds for the application whose text is used holds for the job.
    fn take_over(&mut self, owner: Option<String>, world: &World<'_>) -> Result<(), Failure> {
        plan::may_use(world.settings, owner.as_deref())?;
        self.owners.extend(owner);
        Ok(())
    }

    fn text_found(&mut self, text: UserText, world: &World<'_>, effects: &mut Vec<Effect>) {
        if self.instruction.is_none() && self.action.prompts().any(Template::uses_clipboard) {
            effects.push(Effect::ReadClipboard { job: self.id, context: self.context.clone() });
            self.stage = Stage::Reading(Reading::Clipboard(text));
            return;
        }
        self.plan(text, UserText::default(), world, effects);
    }

    /// The clipboard has answered, for a prompt that names it. An empty one is an empty variable.
    pub fn clipboard_read(&mut self, result: Result<Found, ReadFailure>, world: &World<'_>, effects: &mut Vec<Effect>) {
        let Stage::Reading(Reading::Clipboard(text)) = &mut self.stage else { return };
        let text = std::mem::take(text);
        match result {
            Ok(clipboard) => match self.take_over(clipboard.owner, world) {
                Ok(()) => self.plan(text, clipboard.text, world, effects),
                Err(failure) => self.fail(failure, effects),
            },
            // There is something, and the prompt would go without it.
            Err(failure @ (ReadFailure::Hung { .. } | ReadFailure::TooLarge | ReadFailure::Secret)) => {
                self.fail(Failure::NoText(vec![(Source::Clipboard, failure)]), effects);
            }
            Err(_) => self.plan(text, UserText::default(), world, effects),
        }
    }
}

/// Whether there is no text, rather than one that the user sees and that could not be read.
fn is_absent(failure: &ReadFailure) -> bool {
    matches!(failure, ReadFailure::Nothing | ReadFailure::NotTold | ReadFailure::NoDesktop | ReadFailure::Unsupported)
}
