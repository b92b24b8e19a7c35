//! Where the answer takes the selection's place: it is compared and asked about where that is wished, waits until the old
//! clipboard is safe, is pasted, and only then handed to the other sinks.
//!
//! Invariant: only what was read from the selection is replaced. What cannot be pasted is handed to the notification, with
//! the reason.

use std::time::Instant;

use super::{Job, Stage, World};
use crate::action::{EngineKind, Preview, Sink, Source};
use crate::desktop::paste::{Consent, NotPasted, PasteId, PasteStep, Pasted};
use crate::desktop::shortcut::Shortcut;
use crate::engine::compute::{Computed, Work, WorkId};
use crate::engine::effect::{Effect, Print};
use crate::engine::outcome::{Answer, Note, Outcome, Placed};
use crate::engine::pasting::{Placement, Prepared};
use crate::engine::replacements::Replacement;
use crate::panel::protocol::ToPanel;
use crate::text::diff::Piece;
use crate::text::sealed::{AnswerText, UserText};
use crate::text::{sentences, shape};

/// That the answer is to take the selection's place, or to stand below it, from the trigger on.
#[derive(Debug)]
pub(super) struct Wish {
    sink: Sink,
    preview: Preview,
    chord: Option<Shortcut>,
    /// The text that the answer is about, and where it was read.
    origin: Option<(Source, UserText)>,
    prepared: Option<Prepared>,
}

/// An answer on its way into the document.
#[derive(Debug)]
pub(super) struct Placing {
    pub(super) answer: Answer,
    placement: Placement,
    prepared: Prepared,
    consent: Consent,
    step: Step,
}

#[derive(Debug, PartialEq)]
enum Step {
    /// What it changes is being worked out.
    Comparing(WorkId),
    /// The change is shown, and waits for a yes.
    Asking(Vec<Piece>),
    /// The old clipboard is not safe yet.
    Keeping,
    Pasting,
}

impl Job {
    /// What the job wants of the selection, if it wants anything. The clipboard is kept while the model works.
    pub(super) fn wish(&self, first: Option<Source>, world: &World<'_>, effects: &mut Vec<Effect>) -> Option<Wish> {
        let (sink, preview) = self.wished(world)?;
        let id = PasteId(self.id.0);
        let is_likely = first == Some(Source::Selection) && !self.dry_run;
        let prepared = is_likely.then(|| Prepared::begin(id, &self.context, world.now.at, effects));
        Some(Wish { sink, preview, chord: self.chord, origin: None, prepared })
    }

    /// Where the answer is to go, and whether it is looked at first.
    fn wished(&self, world: &World<'_>) -> Option<(Sink, Preview)> {
        let sink = *self.sinks.iter().find(|sink| matches!(sink, Sink::Replace | Sink::Append))?;
        let preview = match (sink, self.action.preview, world.settings.paste.preview) {
            (Sink::Replace, Preview::Diff, _) | (Sink::Replace, _, Preview::Diff) => Preview::Diff,
            _ => Preview::None,
        };
        Some((sink, preview))
    }

    /// Whether the panel shows it, where there is one: it is to, or to ask there before something is changed.
    pub(super) fn belongs_in_panel(&self, world: &World<'_>) -> bool {
        let asks = || !self.awaited && matches!(self.wished(world), Some((_, Preview::Diff)));
        self.sinks.contains(&Sink::Panel) || asks()
    }

    /// The user's own keys for pasting in the application that the text is of.
    pub(super) fn own_chord(&self, world: &World<'_>) -> Option<Shortcut> {
        let app = self.context.app.as_ref()?;
        let chords = &world.settings.paste.chord;
        chords.iter().find(|(name, _)| name.eq_ignore_ascii_case(&app.name)).map(|(_, chord)| *chord)
    }

    /// The text that the answer will be about.
    pub(super) fn text_is_of(&mut self, source: Source, text: &UserText) {
        if let Some(wish) = &mut self.wish {
            wish.origin = Some((source, text.clone()));
        }
    }

    /// Nothing will be pasted after all.
    pub(super) fn abandon_paste(&mut self, effects: &mut Vec<Effect>) {
        if let Some(prepared) = self.wish.as_mut().and_then(|wish| wish.prepared.take()) {
            effects.push(Effect::AbandonPaste(prepared.id));
        }
    }

    /// Brings an answer to the place of the selection, and then to the other sinks.
    pub(super) fn place(&mut self, answer: Answer, wish: Wish, effects: &mut Vec<Effect>) {
        let Wish { sink, preview, chord, origin, prepared } = wish;
        let (prepared, original) = match (prepared, origin) {
            (Some(prepared), Some((Source::Selection, original))) => (prepared, original),
            (prepared, origin) => {
                effects.extend(prepared.map(|prepared| Effect::AbandonPaste(prepared.id)));
                let source = origin.map(|(source, _)| source);
                return self.placed(answer, Placed::NotSelected(source), effects);
            }
        };
        let text = self.text_for(sink, &answer.text, &original);
        if text.expose() == original.expose() {
            effects.push(Effect::AbandonPaste(prepared.id));
            return self.placed(answer, Placed::NothingToChange, effects);
        }
        let (title, context) = (self.action.title.clone(), self.context.clone());
        let placement = Placement { title, original, text, context, chord };
        let placing = Placing { answer, placement, prepared, consent: Consent::Trigger, step: Step::Keeping };
        if preview == Preview::Diff || !placing.prepared.is_kept() {
            effects.push(placing.prepared.write_down_answer(&placing.placement));
        }
        match preview {
            Preview::Diff => self.compare(placing, effects),
            Preview::None => self.keep_and_paste(placing, effects),
        }
    }

    /// White space is what text tools work on; the other engines have no say in it.
    pub(super) fn text_for(&self, sink: Sink, answer: &AnswerText, original: &UserText) -> AnswerText {
        match (sink, &self.action.engine) {
            (Sink::Append, _) => shape::appended(answer, original.expose()),
            (_, EngineKind::Builtin(_)) => answer.clone(),
            _ => shape::kept(answer, original.expose()),
        }
    }

    fn compare(&mut self, mut placing: Placing, effects: &mut Vec<Effect>) {
        let Placement { original, text, .. } = &placing.placement;
        let work = Work::Diff { old: original.clone(), new: text.clone() };
        let id = self.work_id();
        placing.step = Step::Comparing(id);
        self.stage = Stage::Placing(Box::new(placing));
        match work.is_slow() {
            true => effects.push(Effect::Compute { id, work }),
            false => self.compared(id, work.perform(), effects),
        }
    }

    /// What the answer changes is known: it is shown, in the terminal where somebody waits for it there.
    pub(super) fn compared(&mut self, id: WorkId, done: Computed, effects: &mut Vec<Effect>) {
        let Some(mut placing) = self.take_placing(|step| *step == Step::Comparing(id)) else { return };
        let Computed::Diff(change) = done else { return self.not_placed(placing, Placed::NotAsked, effects) };
        effects.push(self.ask_about(&change));
        placing.step = Step::Asking(change);
        self.stage = Stage::Placing(Box::new(placing));
    }

    /// Shown where the person looks: in the terminal, in the panel, in a notification.
    fn ask_about(&self, change: &[Piece]) -> Effect {
        match (self.awaited, self.in_panel) {
            (true, _) => Effect::Print { job: self.id, print: Print::Change(change.to_vec()) },
            (false, true) => Effect::Panel(ToPanel::Change { job: self.id.0, pieces: change.to_vec() }),
            (false, false) => Effect::Notify { job: self.id, notice: sentences::change(&self.action.title, change) },
        }
    }

    /// There is no panel any more, and the question stood there.
    pub(super) fn ask_again(&self, effects: &mut Vec<Effect>) {
        if let Stage::Placing(placing) = &self.stage
            && let Step::Asking(change) = &placing.step
        {
            effects.push(self.ask_about(change));
        }
    }

    /// The person has seen the change and said yes or no.
    pub fn decided(&mut self, decision: Decision, effects: &mut Vec<Effect>) {
        let Some(mut placing) = self.take_placing(|step| matches!(step, Step::Asking(_))) else { return };
        match decision {
            Decision::Accept => {
                // The window that it is for is to have the keyboard.
                self.hide_panel(effects);
                placing.consent = Consent::Accepted;
                self.keep_and_paste(placing, effects);
            }
            Decision::Keep => self.not_placed(placing, Placed::Declined, effects),
        }
    }

    /// The question could not be shown.
    pub(super) fn question_failed(&mut self, effects: &mut Vec<Effect>) {
        if let Some(placing) = self.take_placing(|step| matches!(step, Step::Asking(_))) {
            self.not_placed(placing, Placed::NotAsked, effects);
        }
    }

    fn not_placed(&mut self, placing: Placing, placed: Placed, effects: &mut Vec<Effect>) {
        let Placing { answer, placement, prepared, .. } = placing;
        prepared.abandoned(effects);
        self.replacement = Some(Replacement::waiting(self.id, placement));
        self.placed(answer, placed, effects);
    }

    fn keep_and_paste(&mut self, mut placing: Placing, effects: &mut Vec<Effect>) {
        placing.step = Step::Keeping;
        match placing.prepared.is_kept() {
            true => self.paste(placing, effects),
            false => self.stage = Stage::Placing(Box::new(placing)),
        }
    }

    fn paste(&mut self, mut placing: Placing, effects: &mut Vec<Effect>) {
        placing.step = Step::Pasting;
        effects.push(placing.prepared.paste(&placing.placement, placing.consent));
        self.stage = Stage::Placing(Box::new(placing));
    }

    /// When the paste no longer waits for the old clipboard.
    pub fn paste_due(&self) -> Option<Instant> {
        match &self.stage {
            Stage::Placing(placing) if placing.step == Step::Keeping => Some(placing.prepared.due),
            _ => None,
        }
    }

    /// Time has passed.
    pub fn paste_if_due(&mut self, at: Instant, effects: &mut Vec<Effect>) {
        if self.paste_due().is_some_and(|due| due <= at)
            && let Some(placing) = self.take_placing(|_| true)
        {
            self.paste(placing, effects);
        }
    }

    /// The desktop is a step further with the paste.
    pub fn paste_step(&mut self, step: PasteStep, effects: &mut Vec<Effect>) {
        match step {
            PasteStep::Kept { text } => self.clipboard_kept(text, effects),
            PasteStep::Ended(ended) => self.pasted(ended, effects),
            PasteStep::Released => {}
        }
    }

    fn clipboard_kept(&mut self, text: Option<UserText>, effects: &mut Vec<Effect>) {
        if let Some(prepared) = self.wish.as_mut().and_then(|wish| wish.prepared.as_mut()) {
            return prepared.kept(text);
        }
        let Stage::Placing(placing) = &mut self.stage else { return };
        placing.prepared.kept(text);
        match placing.step {
            Step::Keeping => {
                if let Some(placing) = self.take_placing(|_| true) {
                    self.paste(placing, effects);
                }
            }
            Step::Pasting => {
                let text = placing.placement.text.clone();
                effects.push(placing.prepared.write_down(&placing.placement, Some(text)));
            }
            Step::Comparing(_) | Step::Asking(_) => {}
        }
    }

    fn pasted(&mut self, ended: Pasted, effects: &mut Vec<Effect>) {
        let Some(placing) = self.take_placing(|step| *step == Step::Pasting) else { return };
        let Placing { answer, placement, prepared, .. } = placing;
        let app = placement.context.app.as_ref().map(|app| app.name.clone());
        effects.extend(prepared.ended(&placement, &ended));
        self.replacement = Some(Replacement::of(self.id, placement, prepared.id, &ended));
        let placed = match ended {
            Pasted::Confirmed { .. } => Placed::Done,
            Pasted::Unconfirmed => Placed::Unconfirmed { app },
            Pasted::Not(why) => Placed::Not { why, app },
        };
        self.placed(answer, placed, effects);
    }

    /// It is known what became of it; the other sinks follow.
    fn placed(&mut self, mut answer: Answer, placed: Placed, effects: &mut Vec<Effect>) {
        self.is_quiet = placed.is_seen_where_it_is();
        answer.notes.insert(0, Note::Placed(placed));
        self.hand_out(Outcome::Answered(answer), effects);
    }

    fn take_placing(&mut self, is_meant: impl FnOnce(&Step) -> bool) -> Option<Placing> {
        match &self.stage {
            Stage::Placing(placing) if is_meant(&placing.step) => {}
            _ => return None,
        }
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Placing(placing) => Some(*placing),
            _ => None,
        }
    }
}

impl Placing {
    /// Broken off: what the desktop has begun goes on to its end by itself, and is written down until then.
    pub(super) fn abandoned(&self, effects: &mut Vec<Effect>) {
        match self.step {
            Step::Pasting => effects.push(Effect::AbandonPaste(self.prepared.id)),
            Step::Comparing(_) | Step::Asking(_) | Step::Keeping => self.prepared.abandoned(effects),
        }
    }
}

/// What a person says to a change that is shown to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Accept,
    Keep,
}

/// Whether pasting could go well if the person asks for it once more.
pub fn may_go_well_again(why: &NotPasted) -> bool {
    match why {
        NotPasted::FocusChanged
        | NotPasted::SelectionChanged
        | NotPasted::NothingSelected
        | NotPasted::SelectionUnknown
        | NotPasted::ClipboardChanged
        | NotPasted::Locked
        | NotPasted::ClipboardHung { .. }
        | NotPasted::KeysHeld
        | NotPasted::KeysAsked
        | NotPasted::SeveralLines => true,
        NotPasted::WindowGone
        | NotPasted::ReadOnly
        | NotPasted::PasswordField
        | NotPasted::ClipboardTooLarge
        | NotPasted::NoChord
        | NotPasted::KeysRefused
        | NotPasted::Unsupported => false,
    }
}
