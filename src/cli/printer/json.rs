//! A job's events as `--json` writes them. `postil run --help` lists them.

use serde_json::{Map, Value, json};

use crate::cli::printer::plan;
use crate::engine::call::Label;
use crate::engine::effect::Doing;
use crate::engine::forecast::Reckoning;
use crate::engine::outcome::{Answer, Beside, Failure, Note, Outcome, Place, Placed};
use crate::llm::request::{Finish, Usage};
use crate::offline::correction::Correction;
use crate::text::diff::{Kind, Piece};
use crate::text::sentences;
use crate::text::sentences::calls;

/// A piece of an answer, or of what the model thinks; with its lane where there are several.
pub fn piece(event: &str, text: &str, lane: Option<(u16, &Label)>) -> Value {
    let mut fields = of_lane(lane);
    fields.insert("text".into(), text.into());
    named(event, fields)
}

/// One of several lanes is over.
pub fn lane_over(lane: Option<(u16, &Label)>, failure: Option<&Failure>) -> Value {
    let mut fields = of_lane(lane);
    fields.insert("failed".into(), failure.map(sentences::failure).into());
    named("lane", fields)
}

/// What it does, where that takes a while.
pub fn working(doing: &Doing) -> Value {
    let mut fields = Map::new();
    fields.insert("by".into(), doing.by.as_str().into());
    doing.places.iter().for_each(|place| add_place(&mut fields, place));
    if let Some(wait) = &doing.waiting {
        fields.insert("waits".into(), calls::doing(doing).into());
        // A wait is of seconds.
        fields.insert("milliseconds".into(), u64::try_from(wait.after.as_millis()).unwrap_or(u64::MAX).into());
    }
    named("working", fields)
}

/// The same of a job that another process runs.
pub fn working_elsewhere(by: &str, waits: Option<&str>) -> Value {
    let mut fields = Map::from_iter([("by".to_owned(), Value::from(by))]);
    if let Some(waits) = waits {
        fields.insert("waits".into(), waits.into());
    }
    named("working", fields)
}

/// What the person is asked before anything leaves.
pub fn question(words: &str) -> Value {
    json!({ "event": "question", "question": words.trim_end() })
}

/// What an answer would change.
pub fn change(change: &[Piece]) -> Value {
    let piece = |piece: &Piece| {
        let kind = match piece.kind {
            Kind::Kept => "kept",
            Kind::Old => "old",
            Kind::New => "new",
        };
        json!({ kind: piece.text.expose() })
    };
    json!({ "event": "change", "change": change.iter().map(piece).collect::<Vec<_>>() })
}

/// How it ended: an event, or of a dry run one for each call, reckoned from `reckoning`.
pub fn ended(outcome: &Outcome, reckoning: &Reckoning) -> Vec<Value> {
    match outcome {
        Outcome::Answered(answer) => vec![done(answer)],
        Outcome::Failed { failure, partial } => vec![json!({
            "event": "failed",
            "sentence": sentences::failure(failure),
            "partial": partial.as_ref().map(|partial| partial.expose()),
        })],
        Outcome::Planned(planned) => plan::as_json(planned, reckoning),
        Outcome::Cancelled => vec![json!({ "event": "cancelled" })],
    }
}

fn done(answer: &Answer) -> Value {
    let mut event = json!({
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
    });
    if let (Some(label), Some(fields)) = (&answer.label, event.as_object_mut()) {
        fields.extend(of_label(label));
        fields.insert("beside".into(), answer.beside.iter().map(beside).collect());
    }
    if let Some(placed) = answer.notes.iter().find_map(placed_as_word) {
        event["placed"] = placed.into();
    }
    for note in &answer.notes {
        let (field, corrections) = match note {
            Note::Corrected(corrections) => ("changed", corrections),
            Note::Proposed(corrections) => ("suggested", corrections),
            _ => continue,
        };
        let pair = |c: &Correction| json!({ "from": c.from.expose(), "to": c.to.expose() });
        event[field] = corrections.iter().map(pair).collect();
    }
    event
}

/// What became of it in the document, for programs.
fn placed_as_word(note: &Note) -> Option<&'static str> {
    let Note::Placed(placed) = note else { return None };
    Some(match placed {
        Placed::Done => "done",
        Placed::Unconfirmed { .. } => "unconfirmed",
        Placed::Not { .. } => "not-pasted",
        Placed::NothingToChange => "nothing-to-change",
        Placed::Declined => "declined",
        Placed::NotAsked => "not-asked",
        Placed::NotSelected(_) => "not-selected",
    })
}

fn usage_as_json(usage: &Usage) -> Value {
    json!({ "input": usage.input, "output": usage.output, "cached": usage.cached, "reasoning": usage.reasoning })
}

fn beside(beside: &Beside) -> Value {
    let mut fields = of_label(&beside.label);
    fields.insert("answer".into(), beside.result.as_ref().ok().map(|text| text.expose()).into());
    fields.insert("failed".into(), beside.result.as_ref().err().map(sentences::failure).into());
    fields.insert("notes".into(), beside.notes.iter().map(sentences::note).collect());
    Value::Object(fields)
}

fn named(event: &str, fields: Map<String, Value>) -> Value {
    let mut all = Map::from_iter([("event".to_owned(), Value::from(event))]);
    all.extend(fields);
    Value::Object(all)
}

fn of_lane(lane: Option<(u16, &Label)>) -> Map<String, Value> {
    let Some((number, label)) = lane else { return Map::new() };
    let mut fields = Map::from_iter([("lane".to_owned(), Value::from(number))]);
    fields.extend(of_label(label));
    fields
}

/// The model, and which of its alternatives where there are several.
pub fn of_label(label: &Label) -> Map<String, Value> {
    let mut fields = Map::from_iter([("model".to_owned(), Value::from(label.model.as_str()))]);
    if let Some(alternative) = label.alternative {
        fields.insert("alternative".into(), alternative.into());
    }
    fields
}

/// Which step, which part.
pub fn add_place(fields: &mut Map<String, Value>, place: &Place) {
    match place {
        Place::Step { number, of, name } => {
            fields.insert("step".into(), (*number).into());
            fields.insert("steps".into(), (*of).into());
            fields.insert("name".into(), name.as_str().into());
        }
        Place::Part { number, of } => {
            fields.insert("part".into(), (*number).into());
            fields.insert("parts".into(), (*of).into());
        }
    }
}
