//! What every paste has in common: it is prepared, waits until the old clipboard is safe, is written down for the case that
//! this process dies, and ends.
//!
//! Knows no job: a job's own paste, another try after its end, and taking one back all go this way.

use std::time::{Duration, Instant};

use crate::desktop::TriggerContext;
use crate::desktop::paste::{Consent, LONGEST_KEEPING, Over, Paste, PasteId, Pasted};
use crate::desktop::shortcut::Shortcut;
use crate::engine::effect::{Effect, Unfinished};
use crate::text::sealed::{AnswerText, UserText};

/// So long a paste waits for word that the old clipboard is safe. By then the desktop has kept it or given up, and says
/// itself why nothing is pasted.
const LONGEST_WAIT: Duration = LONGEST_KEEPING.saturating_add(Duration::from_millis(100));

/// A paste that has been announced to the desktop.
#[derive(Debug)]
pub struct Prepared {
    pub id: PasteId,
    /// When it no longer waits for the old clipboard.
    pub due: Instant,
    is_kept: bool,
    /// The old clipboard's text.
    old: Option<UserText>,
}

/// A text and the place for it.
#[derive(Debug, Clone)]
pub struct Placement {
    /// What the action is called.
    pub title: String,
    /// What was selected.
    pub original: UserText,
    /// What takes its place.
    pub text: AnswerText,
    /// As it was at the trigger.
    pub context: TriggerContext,
    /// The user's own keys for pasting there.
    pub chord: Option<Shortcut>,
}

impl Prepared {
    pub fn begin(id: PasteId, context: &TriggerContext, at: Instant, effects: &mut Vec<Effect>) -> Self {
        effects.push(Effect::PreparePaste { id, context: context.clone() });
        Self { id, due: at + LONGEST_WAIT, is_kept: false, old: None }
    }

    /// The old clipboard is safe.
    pub fn kept(&mut self, old: Option<UserText>) {
        (self.is_kept, self.old) = (true, old);
    }

    /// Whether there is nothing more to wait for.
    pub fn is_ready(&self, at: Instant) -> bool {
        self.is_kept || self.due <= at
    }

    pub fn is_kept(&self) -> bool {
        self.is_kept
    }

    /// Pastes what `placement` says over what is selected.
    pub fn paste(&self, placement: &Placement, consent: Consent) -> Effect {
        let over = Over::Selected(placement.original.clone());
        self.paste_over(placement, placement.text.clone(), over, consent)
    }

    /// Puts the original back in the place of what was pasted.
    pub fn paste_back(&self, placement: &Placement) -> Effect {
        let over = Over::Behind(placement.text.expose().into());
        self.paste_over(placement, placement.original.expose().into(), over, Consent::Again)
    }

    fn paste_over(&self, placement: &Placement, text: AnswerText, over: Over, consent: Consent) -> Effect {
        let (context, chord) = (placement.context.clone(), placement.chord);
        let journal = self.unfinished(placement, Some(text.clone()));
        let paste = Paste { id: self.id, text, context, over, consent, chord };
        Effect::Paste { paste: Box::new(paste), journal: Box::new(journal) }
    }

    /// Writes down the answer, which is complete and waits: for a yes, or for the old clipboard. Whoever has copied that
    /// still has it.
    pub fn write_down_answer(&self, placement: &Placement) -> Effect {
        let (title, text) = (placement.title.clone(), Some(placement.text.clone()));
        Effect::Journal { id: self.id, entry: Some(Box::new(Unfinished { title, text, clipboard: None })) }
    }

    /// What was written down and never begun is not pasted any more; who has the answer shows it otherwise.
    pub fn abandoned(&self, effects: &mut Vec<Effect>) {
        effects.extend([Effect::AbandonPaste(self.id), Effect::Journal { id: self.id, entry: None }]);
    }

    /// Writes down what would be lost with this process now: `text`, while it is not where it belongs, and the old
    /// clipboard, which it has to serve from now on.
    pub fn write_down(&self, placement: &Placement, text: Option<AnswerText>) -> Effect {
        let entry = self.unfinished(placement, text);
        let is_empty = entry.text.is_none() && entry.clipboard.is_none();
        Effect::Journal { id: self.id, entry: (!is_empty).then(|| Box::new(entry)) }
    }

    /// What is to be written down from its end on: the text is where it belongs, or still on the clipboard, or nothing was
    /// done.
    pub fn ended(&self, placement: &Placement, ended: &Pasted) -> Option<Effect> {
        match ended {
            Pasted::Confirmed { .. } => Some(self.write_down(placement, None)),
            Pasted::Unconfirmed => None,
            Pasted::Not(_) => Some(Effect::Journal { id: self.id, entry: None }),
        }
    }

    fn unfinished(&self, placement: &Placement, text: Option<AnswerText>) -> Unfinished {
        Unfinished { title: placement.title.clone(), text, clipboard: self.old.clone() }
    }
}
