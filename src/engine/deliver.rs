//! Where an outcome goes: every sink of the job, each falling back where it cannot.

use crate::action::Sink;
use crate::engine::effect::{Effect, Print};
use crate::engine::job::Job;
use crate::engine::outcome::{Note, Outcome};
use crate::engine::panel;
use crate::text::sentences;

/// Hands the outcome to the job's sinks. Gives the sinks whose answer is awaited.
pub fn deliver(job: &Job, outcome: &mut Outcome, effects: &mut Vec<Effect>) -> Vec<Sink> {
    let mut waiting = Vec::new();
    if let Outcome::Answered(answer) = outcome {
        if job.sinks.contains(&Sink::Stdout) && !job.printed_as_it_came() {
            effects.push(Effect::Print { job: job.id, print: Print::Answer { lane: 0, text: answer.text.clone() } });
        }
        if job.sinks.contains(&Sink::Copy) {
            answer.notes.push(answer.label.clone().map_or(Note::Copied, Note::CopiedOf));
            effects.push(Effect::Copy { job: job.id, text: answer.text.clone() });
            waiting.push(Sink::Copy);
        }
    }
    if job.is_in_panel() {
        effects.push(Effect::Panel(panel::ended(job.id, outcome, job.can_replace())));
        waiting.push(Sink::Panel);
    }
    if job.ends_in_notification(outcome) {
        effects.push(Effect::Notify { job: job.id, notice: sentences::notice(&job.action.title, outcome) });
        waiting.push(Sink::Notify);
    } else if job.is_seen_in_notification() {
        // A sign of work, or the question that was answered.
        effects.push(Effect::Unnotify(job.id));
    }
    waiting
}
