//! What a terminal or a pipe gets to see of a job: the answer alone on stdout; signs, notes and failures on stderr; or
//! with `--json` a line per event on stdout.

mod json;
mod lanes;
mod plan;

use std::io::{IsTerminal, stderr};

use serde_json::Value;

use crate::cli::output;
use crate::engine::effect::{Doing, Print};
use crate::engine::forecast::{Forecast, Reckoning};
use crate::engine::outcome::{Answer, Note, Outcome, Placed};
use crate::ipc::message::Ended;
use crate::llm::limits::Books;
use crate::store::conversation;
use crate::text::diff;
use crate::text::sealed::AnswerText;
use crate::text::sentences;
use crate::text::sentences::{calls, privacy};
use lanes::{Lanes, Piece};

/// Prints one job.
pub struct Printer {
    json: bool,
    lanes: Lanes,
    /// Whether a sign that it works stands in the terminal and is to be wiped.
    sign_stands: bool,
    ends_line: bool,
    printed: bool,
    /// How much of what was planned is shown.
    plans: Plans,
    /// What is known of the limits and prices, from which plans are reckoned.
    reckoning: Reckoning,
}

/// How much of a plan is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plans {
    /// All that would be sent.
    Whole,
    /// What it would use and cost.
    Cost,
}

impl Printer {
    pub fn new(json: bool) -> Self {
        let (plans, reckoning) = (Plans::Whole, Reckoning::default());
        Self { json, lanes: Lanes::default(), sign_stands: false, ends_line: true, printed: false, plans, reckoning }
    }

    /// For plans: so much of them is shown, and reckoned from these.
    pub fn of_plans(self, plans: Plans, books: Books) -> Self {
        Self { plans, reckoning: Reckoning { books, ..self.reckoning }, ..self }
    }

    pub fn is_json(&self) -> bool {
        self.json
    }

    /// A piece of an answer, or a sign that it is being worked on.
    pub fn print(&mut self, print: &Print) {
        match self.json {
            true => self.print_as_json(print),
            false => self.print_in_words(print),
        }
    }

    fn print_as_json(&mut self, print: &Print) {
        let lanes = &self.lanes;
        let label = |lane: &u16| Some((*lane, lanes.label(*lane)?));
        let event = match print {
            Print::Lanes(labels) => {
                self.lanes = Lanes::new(labels);
                return;
            }
            Print::Answer { lane, text } => json::piece("answer", text.expose(), label(lane)),
            Print::Reasoning { lane, text } => json::piece("reasoning", text.expose(), label(lane)),
            Print::LaneOver { lane, failure, .. } => json::lane_over(label(lane), failure.as_deref()),
            Print::Question(question) => json::question(&privacy::question_in_words(question)),
            Print::Change(change) => json::change(change),
            Print::Working(doing) => json::working(doing),
        };
        say(&event);
    }

    fn print_in_words(&mut self, print: &Print) {
        match print {
            Print::Lanes(labels) => self.lanes = Lanes::new(labels),
            Print::Answer { text, .. } if self.lanes.is_empty() => self.answer(text.expose()),
            Print::Answer { lane, text } => {
                let pieces = self.lanes.add(*lane, text.expose());
                pieces.into_iter().for_each(|piece| self.piece(piece));
            }
            Print::LaneOver { lane, failure, .. } => {
                let pieces = self.lanes.end(*lane, failure.as_deref().cloned());
                pieces.into_iter().for_each(|piece| self.piece(piece));
            }
            Print::Reasoning { .. } => {}
            // Asked by who runs the job.
            Print::Question(_) | Print::Change(_) => self.wipe_sign(),
            Print::Working(doing) => self.sign(doing),
        }
    }

    fn piece(&mut self, piece: Piece) {
        match piece {
            Piece::Heading(label) => {
                let gap = if self.printed { "\n" } else { "" };
                self.answer(&format!("{gap}{}\n", calls::heading(&label)));
            }
            Piece::Text(text) => self.answer(&text),
            Piece::End => self.end_line(),
            Piece::Failed(label, failure) => {
                self.wipe_sign();
                eprintln!("postil: {}", calls::lane_failed(&label, &failure));
            }
        }
    }

    /// It takes a while, in another process.
    pub fn working(&mut self, by: &str, says: &str, waits: bool) {
        match self.json {
            true => say(&json::working_elsewhere(by, waits.then_some(says))),
            false => self.show_sign(says, waits),
        }
    }

    /// What the answer would change; who runs the job asks.
    pub fn change(&mut self, change: &[diff::Piece]) {
        match self.json {
            true => say(&json::change(change)),
            false => self.wipe_sign(),
        }
    }

    /// Whether it may be sent; who runs the job asks, in these words.
    pub fn question(&mut self, words: &str) {
        match self.json {
            true => say(&json::question(words)),
            false => self.wipe_sign(),
        }
    }

    /// The end of a job that another process has run.
    pub fn say_end(&mut self, ended: &Ended) {
        if self.json {
            return ended.events.iter().for_each(say);
        }
        self.wipe_sign();
        if let Some(answer) = &ended.answer {
            self.answer(answer.trim_end_matches('\n'));
            self.answer("\n");
        }
        ended.says.iter().for_each(|sentence| eprintln!("postil: {sentence}"));
    }

    /// The job is over.
    pub fn ended(&mut self, outcome: &Outcome) {
        if self.json {
            return self.ended_as_json(outcome).iter().for_each(say);
        }
        self.wipe_sign();
        if self.printed {
            self.end_line();
        }
        match outcome {
            Outcome::Answered(answer) => self.notes(answer),
            Outcome::Failed { failure, partial } => {
                self.rescue(partial.as_ref());
                eprintln!("postil: {}", sentences::failure(failure));
            }
            Outcome::Planned(planned) => self.answer(&match self.plans {
                Plans::Whole => plan::in_words(planned, &self.reckoning),
                Plans::Cost => plan::cost_in_words(planned, &self.reckoning),
            }),
            Outcome::Cancelled => eprintln!("postil: cancelled"),
        }
    }

    /// What is said with an answer; of lanes that failed it was said in their place.
    fn notes(&self, answer: &Answer) {
        answer.notes.iter().for_each(|note| eprintln!("postil: {}", sentences::note(note)));
        if self.lanes.is_empty() {
            calls::beside(answer).iter().for_each(|sentence| eprintln!("postil: {sentence}"));
        }
    }

    /// What had arrived is not lost, also where it was to go elsewhere.
    fn rescue(&mut self, partial: Option<&AnswerText>) {
        if let Some(partial) = partial.filter(|_| !self.printed) {
            self.answer(partial.expose().trim_end_matches('\n'));
            self.answer("\n");
        }
    }

    fn answer(&mut self, text: &str) {
        self.wipe_sign();
        self.printed = true;
        self.ends_line = text.ends_with('\n');
        write(text.as_bytes());
    }

    fn end_line(&mut self) {
        if !self.ends_line {
            self.answer("\n");
        }
    }

    fn ended_as_json(&self, outcome: &Outcome) -> Vec<Value> {
        match (outcome, self.plans) {
            (Outcome::Planned(planned), Plans::Cost) => {
                vec![plan::cost_as_json(&Forecast::of_all(&planned.calls, &self.reckoning))]
            }
            _ => json::ended(outcome, &self.reckoning),
        }
    }

    /// For a person. In a log only what has it wait is no noise.
    fn sign(&mut self, doing: &Doing) {
        self.show_sign(&calls::doing(doing), doing.waiting.is_some());
    }

    fn show_sign(&mut self, words: &str, waits: bool) {
        if stderr().is_terminal() && self.ends_line {
            self.wipe_sign();
            eprint!("{words}");
            self.sign_stands = true;
        } else if waits {
            eprintln!("postil: {words}");
        }
    }

    fn wipe_sign(&mut self) {
        if std::mem::take(&mut self.sign_stands) {
            // Carriage return, erase to the end of the line (ECMA-48).
            eprint!("\r\x1b[K");
        }
    }
}

fn say(event: &Value) {
    write(format!("{event}\n").as_bytes());
}

fn write(bytes: &[u8]) {
    // A full disk behind stdout: nothing more can be said there, and stderr says it once.
    if let Err(error) = output::write_all(bytes) {
        eprintln!("postil: {error:#}");
        std::process::exit(1);
    }
}

/// What is printed of a job that another process has run: the answer only where it is seen nowhere else.
pub fn end(outcome: &Outcome) -> Ended {
    let (answer, says, conversation) = match outcome {
        Outcome::Answered(answer) => {
            let is_seen = answer.notes.iter().any(|note| matches!(note, Note::Placed(Placed::Done)));
            let text = (!is_seen).then(|| answer.text.expose().to_owned());
            (text, answer.notes.iter().map(sentences::note).collect(), answer.conversation.as_ref())
        }
        Outcome::Failed { failure, partial } => {
            (partial.as_ref().map(|text| text.expose().to_owned()), vec![sentences::failure(failure)], None)
        }
        Outcome::Planned(planned) => (Some(plan::in_words(planned, &Reckoning::default())), Vec::new(), None),
        Outcome::Cancelled => (None, vec!["cancelled".to_owned()], None),
    };
    let conversation = conversation.and_then(|said| conversation::to_json(said).ok());
    Ended { exit: outcome.exit_code(), events: json::ended(outcome, &Reckoning::default()), answer, says, conversation }
}
