//! What a terminal or a pipe gets to see of a job: the answer alone on stdout; signs, notes and failures on stderr; or
//! with `--json` a line per event on stdout.

use std::io::{IsTerminal, stderr};

use serde_json::{Value, json};

use crate::cli::output;
use crate::engine::call::Backend;
use crate::engine::effect::Print;
use crate::engine::outcome::{Answer, Outcome, Planned};
use crate::llm::request::{Conversation, Finish, Turn, Usage};
use crate::text::diff::{Kind, Piece};
use crate::text::sealed::AnswerText;
use crate::text::sentences;

/// Prints one job.
pub struct Printer {
    json: bool,
    /// Whether a sign that it works stands in the terminal and is to be wiped.
    sign_stands: bool,
    ends_line: bool,
    printed: bool,
}

impl Printer {
    pub fn new(json: bool) -> Self {
        Self { json, sign_stands: false, ends_line: true, printed: false }
    }

    pub fn is_json(&self) -> bool {
        self.json
    }

    /// A piece of the answer, or a sign that it is being worked on.
    pub fn print(&mut self, print: &Print) {
        match (print, self.json) {
            (Print::Answer(text), false) => self.answer(text.expose()),
            (Print::Answer(text), true) => self.event(json!({ "event": "answer", "text": text.expose() })),
            (Print::Reasoning(text), true) => self.event(json!({ "event": "reasoning", "text": text.expose() })),
            (Print::Reasoning(_), false) => {}
            // Asked by who runs the job.
            (Print::Change(_), false) => self.wipe_sign(),
            (Print::Change(change), true) => self.event(json!({ "event": "change", "change": change_as_json(change) })),
            (Print::Working(by), true) => self.event(json!({ "event": "working", "by": by })),
            (Print::Working(by), false) => self.sign(by),
        }
    }

    /// The job is over.
    pub fn ended(&mut self, outcome: &Outcome) {
        if self.json {
            return self.event(ended_as_json(outcome));
        }
        self.wipe_sign();
        if self.printed && !self.ends_line {
            self.answer("\n");
        }
        match outcome {
            Outcome::Answered(answer) => {
                answer.notes.iter().for_each(|note| eprintln!("postil: {}", sentences::note(note)));
            }
            Outcome::Failed { failure, partial } => {
                self.rescue(partial.as_ref());
                eprintln!("postil: {}", sentences::failure(failure));
            }
            Outcome::Planned(planned) => self.answer(&plan_in_words(planned)),
            Outcome::Cancelled => eprintln!("postil: cancelled"),
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

    fn event(&mut self, event: Value) {
        write(format!("{event}\n").as_bytes());
    }

    /// Only for a person: in a log it would be noise.
    fn sign(&mut self, by: &str) {
        if stderr().is_terminal() && !self.printed {
            let doing = if by.is_empty() { "reading the text".to_owned() } else { format!("asking {by}") };
            eprint!("{doing} …");
            self.sign_stands = true;
        }
    }

    fn wipe_sign(&mut self) {
        if std::mem::take(&mut self.sign_stands) {
            // Carriage return, erase to the end of the line (ECMA-48).
            eprint!("\r\x1b[K");
        }
    }
}

fn write(bytes: &[u8]) {
    // A full disk behind stdout: nothing more can be said there, and stderr says it once.
    if let Err(error) = output::write_all(bytes) {
        eprintln!("postil: {error:#}");
        std::process::exit(1);
    }
}

fn change_as_json(change: &[Piece]) -> Vec<Value> {
    let piece = |piece: &Piece| {
        let kind = match piece.kind {
            Kind::Kept => "kept",
            Kind::Old => "old",
            Kind::New => "new",
        };
        json!({ kind: piece.text.expose() })
    };
    change.iter().map(piece).collect()
}

fn ended_as_json(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Answered(answer) => done_as_json(answer),
        Outcome::Failed { failure, partial } => json!({
            "event": "failed",
            "sentence": sentences::failure(failure),
            "partial": partial.as_ref().map(|partial| partial.expose()),
        }),
        Outcome::Planned(planned) => plan_as_json(planned),
        Outcome::Cancelled => json!({ "event": "cancelled" }),
    }
}

fn done_as_json(answer: &Answer) -> Value {
    json!({
        "event": "done",
        "answer": answer.text.expose(),
        "by": answer.by,
        "finish": match answer.finish {
            Finish::Stop => "stop",
            Finish::Length => "length",
            Finish::Filtered => "filtered",
            Finish::Refused => "refused",
        },
        "usage": answer.usage.map(|usage| usage_as_json(&usage)),
        "notes": answer.notes.iter().map(sentences::note).collect::<Vec<_>>(),
    })
}

fn usage_as_json(usage: &Usage) -> Value {
    json!({ "input": usage.input, "output": usage.output, "cached": usage.cached, "reasoning": usage.reasoning })
}

/// Who would get what, in the order in which it would be sent.
fn plan_as_json(planned: &Planned) -> Value {
    json!({
        "event": "planned",
        "to": recipient(&planned.backend),
        "leaves_this_machine": leaves(&planned.backend),
        "messages": messages(&planned.request.conversation),
        "text": planned.request.text.expose(),
        "notes": planned.notes.iter().map(sentences::note).collect::<Vec<_>>(),
    })
}

fn plan_in_words(planned: &Planned) -> String {
    let mut lines = vec![format!("to: {}", recipient(&planned.backend))];
    match &planned.backend {
        Backend::Model(_) => {
            for message in messages(&planned.request.conversation) {
                let field = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
                lines.push(format!("\n[{}]\n{}", field("role"), field("text")));
            }
        }
        Backend::Open(address) => lines.push(address.expose().to_owned()),
        Backend::Builtin(_) | Backend::Command(_) => lines.push(format!("\n{}", planned.request.text.expose())),
    }
    lines.extend(planned.notes.iter().map(|note| format!("note: {}", sentences::note(note))));
    lines.join("\n") + "\n"
}

fn recipient(backend: &Backend) -> String {
    match backend {
        Backend::Model(target) => format!("{} at {}", target.label(), target.provider.base_url),
        Backend::Builtin(builtin) => format!("{} (built in)", builtin.name()),
        Backend::Command(command) => format!("the program {}", command.join(" ")),
        Backend::Open(_) => "what opens addresses on this desktop".to_owned(),
    }
}

fn leaves(backend: &Backend) -> bool {
    match backend {
        Backend::Model(target) => !target.provider.is_local(),
        Backend::Open(_) => true,
        Backend::Builtin(_) | Backend::Command(_) => false,
    }
}

fn messages(conversation: &Conversation) -> Vec<Value> {
    let instructions = conversation.instructions.iter();
    let instructions = instructions.map(|prompt| json!({ "role": "system", "text": prompt.expose() }));
    let turns = conversation.turns.iter().map(|turn| match turn {
        Turn::Text(text) => json!({ "role": "user", "text": text.expose() }),
        Turn::Prompt(prompt) => json!({ "role": "user", "text": prompt.expose() }),
        Turn::Answer(answer) => json!({ "role": "assistant", "text": answer.expose() }),
    });
    instructions.chain(turns).collect()
}
