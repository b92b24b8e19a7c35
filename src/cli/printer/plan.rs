//! What a dry run found: who would get what, in the order in which it would be sent.

use serde_json::{Value, json};

use crate::cli::printer::json::{add_place, of_label};
use crate::engine::call::Backend;
use crate::engine::forecast::{Forecast, Reckoning};
use crate::engine::outcome::{Planned, PlannedCall};
use crate::llm::request::{Conversation, Turn};
use crate::text::sentences;
use crate::text::sentences::calls;

/// An event for each call.
pub fn as_json(planned: &Planned, reckoning: &Reckoning) -> Vec<Value> {
    let notes: Vec<_> = planned.notes.iter().map(sentences::note).collect();
    planned.calls.iter().map(|call| call_as_json(call, &notes, reckoning)).collect()
}

fn call_as_json(call: &PlannedCall, notes: &[String], reckoning: &Reckoning) -> Value {
    let mut event = json!({
        "event": "planned",
        "to": recipient(&call.backend),
        "leaves_this_machine": leaves(&call.backend),
        "messages": messages(&call.request.conversation),
        "text": call.request.text.expose(),
        "notes": notes,
        "forecast": forecast_as_json(&Forecast::of(call, reckoning)),
    });
    if let Some(fields) = event.as_object_mut() {
        fields.extend(call.label.iter().flat_map(of_label));
        call.places.iter().for_each(|place| add_place(fields, place));
    }
    event
}

/// What it will use and cost; nothing where no model is asked.
fn forecast_as_json(forecast: &Forecast) -> Value {
    let dollars = (forecast.unpriced == 0).then_some(forecast.cost.expected);
    match forecast.calls {
        0 => Value::Null,
        _ => json!({
            "input_tokens": forecast.input,
            "input_is_estimated": forecast.estimated,
            "output_tokens": forecast.output,
            "dollars": dollars,
        }),
    }
}

/// What all of it will use and cost, and nothing else of it.
pub fn cost_as_json(forecast: &Forecast) -> Value {
    let mut event = json!({ "event": "cost", "calls": forecast.calls, "calls_without_price": forecast.unpriced });
    if let (Some(fields), Value::Object(more)) = (event.as_object_mut(), forecast_as_json(forecast)) {
        fields.extend(more);
    }
    event
}

/// The same for a person: a line for each call, and one for all where there are several.
pub fn cost_in_words(planned: &Planned, reckoning: &Reckoning) -> String {
    let line = |call: &PlannedCall| match &call.backend {
        Backend::Model(target) => {
            format!("{}: {}\n", target.label(), sentences::forecast(&Forecast::of(call, reckoning)))
        }
        _ => format!("{}: asks no model, which costs nothing\n", recipient(&call.backend)),
    };
    let mut lines: String = planned.calls.iter().map(line).collect();
    if planned.calls.len() > 1 {
        lines += &format!("all: {}\n", sentences::forecast(&Forecast::of_all(&planned.calls, reckoning)));
    }
    lines
}

pub fn in_words(planned: &Planned, reckoning: &Reckoning) -> String {
    let mut blocks: Vec<_> = planned.calls.iter().map(|call| call_in_words(call, reckoning)).collect();
    let notes: Vec<_> = planned.notes.iter().map(|note| format!("note: {}", sentences::note(note))).collect();
    if let (Some(last), false) = (blocks.last_mut(), notes.is_empty()) {
        *last = format!("{last}\n{}", notes.join("\n"));
    }
    blocks.join("\n\n") + "\n"
}

fn call_in_words(call: &PlannedCall, reckoning: &Reckoning) -> String {
    let places = call.places.iter().map(|place| format!(" ({})", calls::place(place)));
    let mut lines = vec![format!("to: {}{}", recipient(&call.backend), places.collect::<String>())];
    match &call.backend {
        Backend::Model(_) => {
            for message in messages(&call.request.conversation) {
                let field = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
                lines.push(format!("\n[{}]\n{}", field("role"), field("text")));
            }
            lines.push(format!("\n({})", sentences::forecast(&Forecast::of(call, reckoning))));
        }
        Backend::Open(address) => lines.push(address.expose().to_owned()),
        Backend::Builtin(_) | Backend::Command(_) => lines.push(format!("\n{}", call.request.text.expose())),
    }
    lines.join("\n")
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
