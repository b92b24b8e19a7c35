//! What stays of answers that were to take a selection's place: another try where the person had moved on, the old text or
//! the old clipboard back, and what an earlier process left unfinished.
//!
//! Invariant: whatever is asked for here is answered in sight: by what changes in the document, by a notification, or by
//! [`Effect::Undone`], which a waiting command hears.

use std::collections::VecDeque;
use std::time::Instant;

use super::Engine;
use super::call::JobId;
use super::effect::{Effect, PastAnswer, Undone, Unfinished};
use super::job::placing::Decision;
use super::pasting::{Placement, Prepared};
use crate::desktop::paste::{Consent, NotPasted, PasteId, PasteStep, Pasted};
use crate::text::sealed::AnswerText;
use crate::text::sentences;

/// How many can be tried again or taken back; as many as there are answers.
const KEPT: usize = super::ANSWERS_KEPT;

/// How many old texts and clipboards of notifications can still be copied.
const OLD_TEXTS_KEPT: usize = 4;

/// An answer that was to take a selection's place, and what became of that.
#[derive(Debug)]
pub struct Replacement {
    job: JobId,
    placement: Placement,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Not pasted; the person may still want it.
    Waiting,
    /// It stands in the document.
    Done,
    /// The application never asked for it: it is on the clipboard, in place of what was there.
    OnClipboard(PasteId),
    Undone,
}

impl Replacement {
    pub fn waiting(job: JobId, placement: Placement) -> Self {
        Self { job, placement, state: State::Waiting }
    }

    pub fn of(job: JobId, placement: Placement, id: PasteId, ended: &Pasted) -> Self {
        Self { job, placement, state: State::after(id, ended) }
    }
}

/// The newest of this job's that is to be pasted, or that can be taken back: from the panel a job's answers may go into the
/// document one after the other.
fn place_of(replacements: &VecDeque<Replacement>, of: JobId, aim: Aim) -> Option<usize> {
    replacements.iter().position(|replacement| {
        let is_meant = match aim {
            Aim::Paste(_) => replacement.state == State::Waiting,
            Aim::Undo => replacement.state.can_be_undone(),
        };
        replacement.job == of && is_meant
    })
}

impl State {
    fn after(id: PasteId, ended: &Pasted) -> Self {
        match ended {
            Pasted::Confirmed { .. } => Self::Done,
            Pasted::Unconfirmed => Self::OnClipboard(id),
            Pasted::Not(_) => Self::Waiting,
        }
    }

    fn can_be_undone(self) -> bool {
        matches!(self, Self::Done | Self::OnClipboard(_))
    }
}

/// A paste that no job waits for.
#[derive(Debug)]
pub struct Later {
    of: JobId,
    aim: Aim,
    prepared: Prepared,
    is_pasting: bool,
}

#[derive(Debug, Clone, Copy)]
enum Aim {
    Paste(Consent),
    Undo,
}

impl Engine {
    /// A step of a paste, of the job that waits for it.
    pub(super) fn paste_step(&mut self, id: PasteId, step: PasteStep, effects: &mut Vec<Effect>) {
        let job = JobId(id.0);
        match &step {
            PasteStep::Released => return self.released(id, effects),
            PasteStep::Ended(Pasted::Confirmed { .. } | Pasted::Unconfirmed) => _ = self.served.insert(id),
            PasteStep::Kept { .. } | PasteStep::Ended(Pasted::Not(_)) => {}
        }
        match self.jobs.contains_key(&job) {
            true => self.step(job, effects, |job, _, effects| job.paste_step(step, effects)),
            false => self.later_step(id, step, effects),
        }
    }

    pub(super) fn decided(&mut self, job: JobId, decision: Decision, effects: &mut Vec<Effect>) {
        self.step(job, effects, |job, _, effects| job.decided(decision, effects));
    }

    pub(super) fn keep_replacement(&mut self, replacement: Replacement) {
        self.replacements.push_front(replacement);
        self.replacements.truncate(KEPT);
        self.tray_is_old = true;
    }

    /// Whether the desktop hands out a clipboard, in place of who copied it, for as long as this process lives.
    pub fn serves_clipboard(&self) -> bool {
        !self.served.is_empty()
    }

    /// What the last replacement was called, if it can be taken back.
    pub(super) fn undoable(&self) -> Option<String> {
        let last = self.replacements.iter().find(|replacement| replacement.state.can_be_undone())?;
        Some(last.placement.title.clone())
    }

    /// Another try, asked for by a button.
    pub(super) fn paste_again(&mut self, job: JobId, consent: Consent, effects: &mut Vec<Effect>) {
        let is_meant = |one: &Replacement| one.job == job && one.state == State::Waiting;
        if self.replacements.iter().any(is_meant) {
            effects.push(Effect::Unnotify(job));
            self.begin_later(job, Aim::Paste(consent), effects);
        }
    }

    /// Takes the last replacement back whose window is still there, or brings the old clipboard back.
    pub(super) fn undo(&mut self, effects: &mut Vec<Effect>) {
        let last = self.replacements.iter().find(|replacement| replacement.state.can_be_undone());
        match last.map(|replacement| (replacement.job, replacement.state)) {
            Some((_, State::OnClipboard(id))) => effects.push(Effect::GiveBack(id)),
            Some((job, _)) => self.begin_later(job, Aim::Undo, effects),
            None => effects.push(Effect::Undone(Undone::Nothing)),
        }
    }

    fn begin_later(&mut self, of: JobId, aim: Aim, effects: &mut Vec<Effect>) {
        if self.is_under_way(of) {
            return;
        }
        let id = PasteId(self.next_id().0);
        let Some(place) = place_of(&self.replacements, of, aim) else { return };
        let replacement = &self.replacements[place];
        let prepared = Prepared::begin(id, &replacement.placement.context, self.now.at, effects);
        // The notification that had it is gone.
        if matches!(aim, Aim::Paste(_)) {
            effects.push(prepared.write_down_answer(&replacement.placement));
        }
        self.laters.insert(id, Later { of, aim, prepared, is_pasting: false });
    }

    /// Whether an answer of this job is being pasted, or taken back, that the job itself does not wait for.
    pub(super) fn is_under_way(&self, of: JobId) -> bool {
        self.laters.values().any(|later| later.of == of)
    }

    /// When a paste no longer waits for the old clipboard.
    pub(super) fn later_paste_due(&self) -> Option<Instant> {
        let waiting = self.laters.values().filter(|later| !later.is_pasting);
        waiting.map(|later| later.prepared.due).min()
    }

    pub(super) fn paste_what_is_due(&mut self, effects: &mut Vec<Effect>) {
        for later in self.laters.values_mut().filter(|later| !later.is_pasting) {
            if later.prepared.is_ready(self.now.at)
                && let Some(place) = place_of(&self.replacements, later.of, later.aim)
            {
                let replacement = &self.replacements[place];
                later.is_pasting = true;
                effects.push(match later.aim {
                    Aim::Paste(consent) => later.prepared.paste(&replacement.placement, consent),
                    Aim::Undo => later.prepared.paste_back(&replacement.placement),
                });
            }
        }
        self.forget_orphans(effects);
    }

    /// Those whose replacement was pushed out by newer ones meanwhile.
    fn forget_orphans(&mut self, effects: &mut Vec<Effect>) {
        let kept: Vec<_> = self.replacements.iter().map(|replacement| replacement.job).collect();
        self.laters.retain(|id, later| {
            let is_kept = kept.contains(&later.of);
            match (is_kept, later.is_pasting) {
                (true, _) => {}
                (false, true) => effects.push(Effect::AbandonPaste(*id)),
                (false, false) => later.prepared.abandoned(effects),
            }
            is_kept
        });
    }

    /// A step of a paste that no job waits for (any more).
    pub(super) fn later_step(&mut self, id: PasteId, step: PasteStep, effects: &mut Vec<Effect>) {
        match step {
            PasteStep::Kept { text } => {
                if let Some(later) = self.laters.get_mut(&id) {
                    later.prepared.kept(text);
                    self.paste_what_is_due(effects);
                }
            }
            PasteStep::Ended(ended) => match self.laters.remove(&id) {
                Some(later) => self.later_ended(&later, &ended, effects),
                // Its job was cancelled in mid-paste; what is served is written down until it is served no more.
                None if matches!(ended, Pasted::Not(_)) => effects.push(Effect::Journal { id, entry: None }),
                None => {}
            },
            PasteStep::Released => {}
        }
    }

    /// Somebody has copied: there is nothing to bring back, and nothing that would be lost.
    fn released(&mut self, id: PasteId, effects: &mut Vec<Effect>) {
        self.served.remove(&id);
        effects.push(Effect::Journal { id, entry: None });
        for replacement in &mut self.replacements {
            if replacement.state == State::OnClipboard(id) {
                replacement.state = State::Undone;
                self.tray_is_old = true;
            }
        }
    }

    fn later_ended(&mut self, later: &Later, ended: &Pasted, effects: &mut Vec<Effect>) {
        let Some(place) = place_of(&self.replacements, later.of, later.aim) else { return };
        self.tray_is_old = true;
        effects.extend(later.prepared.ended(&self.replacements[place].placement, ended));
        match later.aim {
            Aim::Paste(_) => self.tried_again(place, later.prepared.id, ended, effects),
            Aim::Undo => self.taken_back(place, later.prepared.id, ended, effects),
        }
    }

    fn tried_again(&mut self, place: usize, id: PasteId, ended: &Pasted, effects: &mut Vec<Effect>) {
        let replacement = &mut self.replacements[place];
        replacement.state = State::after(id, ended);
        if let Some(notice) = sentences::tried_again(&replacement.placement, ended) {
            effects.push(Effect::Notify { job: replacement.job, notice });
        }
    }

    fn taken_back(&mut self, place: usize, id: PasteId, ended: &Pasted, effects: &mut Vec<Effect>) {
        let replacement = &mut self.replacements[place];
        let title = replacement.placement.title.clone();
        match ended {
            Pasted::Confirmed { .. } => {
                replacement.state = State::Undone;
                effects.push(Effect::Undone(Undone::Replaced { title }));
            }
            // Of the window there is nothing left to take back in; an older one may still be there.
            Pasted::Not(NotPasted::WindowGone) => {
                replacement.state = State::Undone;
                self.undo(effects);
            }
            Pasted::Unconfirmed => {
                replacement.state = State::OnClipboard(id);
                self.offer_original(place, Undone::Unconfirmed, effects);
            }
            Pasted::Not(why) => self.offer_original(place, Undone::Failed(why.clone()), effects),
        }
    }

    /// Where it cannot be put back by itself, the person gets the original to do so.
    fn offer_original(&mut self, place: usize, end: Undone, effects: &mut Vec<Effect>) {
        let placement = &self.replacements[place].placement;
        let original = AnswerText::from(placement.original.expose());
        let notice = sentences::not_undone(&placement.title, &end, &original);
        let job = self.next_id();
        self.keep_old_text(job, original);
        effects.push(Effect::Notify { job, notice });
        effects.push(Effect::Undone(end));
    }

    /// The old clipboard is back, or somebody has copied since.
    pub(super) fn gave_back(&mut self, id: PasteId, is_back: bool, effects: &mut Vec<Effect>) {
        let on_clipboard = |replacement: &&mut Replacement| replacement.state == State::OnClipboard(id);
        let Some(replacement) = self.replacements.iter_mut().find(on_clipboard) else { return };
        replacement.state = State::Undone;
        self.tray_is_old = true;
        effects.push(Effect::Unnotify(replacement.job));
        effects.push(Effect::Undone(if is_back { Undone::ClipboardBack } else { Undone::CopiedSince }));
    }

    /// The button that brings the old clipboard back after this job.
    pub(super) fn put_back(&mut self, job: JobId, effects: &mut Vec<Effect>) {
        let of_job = self.replacements.iter().find(|replacement| replacement.job == job);
        if let Some(State::OnClipboard(id)) = of_job.map(|replacement| replacement.state) {
            effects.push(Effect::GiveBack(id));
        }
    }

    /// What a process before this one was in the middle of when it died.
    pub(super) fn left_behind(&mut self, unfinished: Vec<Unfinished>, effects: &mut Vec<Effect>) {
        for entry in unfinished {
            let job = self.next_id();
            effects.push(Effect::Notify { job, notice: sentences::left_behind(&entry) });
            if let Some(answer) = entry.text {
                self.remember(PastAnswer { job, title: entry.title, whole: answer.clone(), answer });
            }
            if let Some(clipboard) = entry.clipboard {
                self.keep_old_text(job, clipboard.expose().into());
            }
        }
    }

    fn keep_old_text(&mut self, job: JobId, text: AnswerText) {
        self.old_texts.push_front((job, text));
        self.old_texts.truncate(OLD_TEXTS_KEPT);
    }

    /// Copies the old text or clipboard that a notification offers.
    pub(super) fn copy_old(&self, job: JobId, effects: &mut Vec<Effect>) {
        if let Some((_, text)) = self.old_texts.iter().find(|(of, _)| *of == job) {
            effects.push(Effect::Copy { job, text: text.clone() });
        }
    }
}
