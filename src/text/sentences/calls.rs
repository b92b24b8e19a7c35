//! What is said of a job that makes several calls: models side by side, steps, parts, and calls that wait.

use std::time::Duration;

use crate::action::Split;
use crate::engine::call::Label;
use crate::engine::effect::{Doing, Wait};
use crate::engine::outcome::{Answer, Beside, Excess, Failure, Place, Toll};
use crate::llm::request::CallFailure;
use crate::text::sealed::AnswerText;
use crate::text::sentences::spending;

/// What a job does, in a few words.
pub fn doing(doing: &Doing) -> String {
    if let Some(wait) = &doing.waiting {
        return waiting(wait);
    }
    let Doing { by, places, .. } = doing;
    match (by.as_str(), places.as_slice()) {
        ("", _) => "reading the text …".to_owned(),
        (by, []) => format!("asking {by} …"),
        (by, places) => format!("{} (asking {by}) …", places.iter().map(place).collect::<Vec<_>>().join(", ")),
    }
}

/// The same for who counts the seconds of a wait down, which are told apart.
pub fn doing_and_waiting(of: &Doing) -> (String, Option<u64>) {
    match &of.waiting {
        Some(wait) => (reason(wait), Some(seconds(wait.after))),
        None => (doing(of), None),
    }
}

/// What an answer took: `1.2 s · $0.0004`. Empty where that is nothing.
pub fn toll(toll: &Toll) -> String {
    let took = toll.took.as_secs_f64();
    let time = match took {
        0.0 => return String::new(),
        short if short < 10.0 => format!("{short:.1} s"),
        long => format!("{long:.0} s"),
    };
    match toll.dollars.filter(|dollars| *dollars > 0.0) {
        Some(dollars) => format!("{time} · {}", spending::dollars(dollars)),
        None => time,
    }
}

/// A wait is told with its end.
fn waiting(wait: &Wait) -> String {
    format!("{}, again in {} s", reason(wait), seconds(wait.after))
}

fn reason(wait: &Wait) -> String {
    match &*wait.why {
        CallFailure::RateLimited { provider, .. } => format!("rate limit of {provider}"),
        CallFailure::Overloaded { provider, .. } => format!("{provider} is overloaded"),
        CallFailure::Refused { provider, status, .. } => format!("{provider} failed (HTTP {status})"),
        CallFailure::InStream { provider, .. } => format!("{provider} broke off"),
        CallFailure::BrokenOff { host } => format!("the connection to {host} broke"),
        other => other.to_string(),
    }
}

/// In whole seconds: nobody counts the tenths, and what is waited beyond a server's own word is less than half of one.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs_f64().round().max(1.0) as u64
}

/// Where in a job: `step 2 of 3: criticise`.
pub fn place(place: &Place) -> String {
    match place {
        Place::Step { number, of, name } if name.is_empty() => format!("step {number} of {of}"),
        Place::Step { number, of, name } => format!("step {number} of {of}: {name}"),
        Place::Part { number, of } => format!("part {number} of {of}"),
    }
}

/// A text that no request can take, and by how much.
pub fn too_long(by: &str, excess: &Excess, split: Split) -> String {
    let (tokens, limit, over) = (excess.tokens, excess.limit, excess.tokens.saturating_sub(excess.limit));
    let way_out = match split {
        Split::None => "select less, choose a larger model, or set `split: paragraphs` in the prompt file",
        Split::Paragraphs => "choose a larger model",
    };
    format!(
        "not sent: with its answer the text is about {tokens} tokens, {over} more than the {limit} that {by} takes; {way_out}"
    )
}

/// A conversation that had to be shortened.
pub fn forgotten(turns: usize) -> String {
    match turns {
        1 => "the conversation is too long for the model, so its oldest turn was left out".to_owned(),
        many => format!("the conversation is too long for the model, so its {many} oldest turns were left out"),
    }
}

/// A failure of one call, and which one it was.
pub fn failure_at(at: &Place, failure: &Failure) -> String {
    format!("{}: {}", place(at), super::failure(failure))
}

/// None of several models answered.
pub fn each_failed(failures: &[(Label, Failure)]) -> String {
    let each = |(label, failure): &(Label, Failure)| lane_failed(label, failure);
    failures.iter().map(each).collect::<Vec<_>>().join("; ")
}

/// One of several models gave no answer.
pub fn lane_failed(label: &Label, failure: &Failure) -> String {
    format!("{label}: {}", super::failure(failure))
}

/// An answer as it is read: of several models side by side, each below its name.
pub fn labelled(answer: &Answer) -> AnswerText {
    let Some(label) = &answer.label else { return answer.text.clone() };
    let first = block(label, answer.text.expose());
    let others = answer.beside.iter().filter_map(|Beside { label, result, .. }| {
        let text = result.as_ref().ok()?;
        Some(block(label, text.expose()))
    });
    [first].into_iter().chain(others).collect::<Vec<_>>().join("\n\n").into()
}

fn block(label: &Label, text: &str) -> String {
    format!("{}\n{}", heading(label), text.trim_end())
}

/// What stands above one of several answers.
pub fn heading(label: &Label) -> String {
    format!("[{label}]")
}

/// What is said of the lanes beside the answer: why one failed, what was noted of another.
pub fn beside(answer: &Answer) -> Vec<String> {
    let mut said = Vec::new();
    for Beside { label, result, notes, .. } in &answer.beside {
        said.extend(result.as_ref().err().map(|failure| lane_failed(label, failure)));
        said.extend(notes.iter().map(|note| format!("{label}: {}", super::note(note))));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::request::LimitOf;

    fn check(of: Doing, expected: &str) {
        assert_eq!(doing(&of), expected);
    }

    #[test]
    fn what_is_done_is_told_shortly() {
        check(Doing::default(), "reading the text …");
        let asking = Doing { by: "here/small".into(), ..Doing::default() };
        check(asking.clone(), "asking here/small …");
        let step = Place::Step { number: 2, of: 3, name: "criticise".into() };
        check(Doing { places: vec![step], ..asking.clone() }, "step 2 of 3: criticise (asking here/small) …");
        let part = Place::Part { number: 4, of: 9 };
        check(Doing { places: vec![part], ..asking }, "part 4 of 9 (asking here/small) …");
    }

    #[test]
    fn a_wait_has_its_end() {
        let wait = |why, millis| {
            let after = Duration::from_millis(millis);
            let wait = Wait { until: std::time::Instant::now(), after, why: Box::new(why) };
            Doing { waiting: Some(wait), ..Doing::default() }
        };
        let limited = CallFailure::RateLimited {
            provider: "there".into(),
            of: LimitOf::Model,
            retry_after: None,
            rates: crate::llm::rates::Rates::default(),
            message: "".into(),
        };
        check(wait(limited, 4_200), "rate limit of there, again in 4 s");
        check(wait(CallFailure::BrokenOff { host: "h:1".into() }, 5), "the connection to h:1 broke, again in 1 s");
    }
}
