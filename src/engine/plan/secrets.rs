//! The look through all that a plan would send elsewhere: which secrets are in it, and where the user finds them.
//!
//! Whole requests are looked through, and not the text alone: a prompt may have the clipboard in it, a window's title, or
//! what was said before.

use super::{Brief, Frame, Lane, Said, Step};
use crate::config::Secrets;
use crate::engine::call::{Backend, Request};
use crate::llm::request::Turn;
use crate::text::redaction::mask::{Masker, Vault};
use crate::text::redaction::{self, Kind};

/// A secret that would leave, without a letter of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    pub kind: Kind,
    pub place: Whereabouts,
}

/// Where the user finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whereabouts {
    /// The line of the text, from 1.
    Text(usize),
    Clipboard(usize),
    /// The prompt, the instruction, or what was said before.
    Prompt,
}

/// What the look found.
#[derive(Debug, Default)]
pub struct Seen {
    pub sightings: Vec<Sighting>,
    /// Knows them all already.
    pub masker: Masker,
}

/// Whether what this backend gets may leave this machine. What a program or an address does with it is not known.
pub fn leaves(backend: &Backend) -> bool {
    match backend {
        Backend::Model(target) => !target.provider.is_local(),
        Backend::Command(_) | Backend::Open(_) => true,
        Backend::Builtin(_) => false,
    }
}

/// Whether a step's text may leave, be it because of who stands in.
fn may_leave(step: &Step) -> bool {
    leaves(&step.backend) || step.fallback.iter().any(|target| !target.provider.is_local())
}

/// Looks through everything that would leave. Nothing where nothing would, and where the user allows all of it.
pub fn look(frame: &Frame, lanes: &[Lane]) -> Seen {
    let brief = &frame.brief;
    if brief.settings.privacy.secrets == Secrets::Allow {
        return Seen::default();
    }
    let texts = texts(frame, lanes);
    let mut masker = Masker::new(Vault::for_texts(texts.iter().map(String::as_str)));
    let mut sightings = Vec::new();
    for text in &texts {
        let findings = redaction::find(text, &brief.settings.privacy.patterns);
        for finding in &findings {
            let place = place(brief, &text[finding.span.clone()]);
            let sighting = Sighting { kind: finding.kind, place };
            if !sightings.contains(&sighting) {
                sightings.push(sighting);
            }
        }
        masker.learn(text, &findings);
    }
    Seen { sightings, masker }
}

/// Every text of every request that may leave, each once.
fn texts(frame: &Frame, lanes: &[Lane]) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for course in lanes.iter().filter_map(|lane| lane.course.as_ref().ok()) {
        let mut said = Said::new();
        for step in &course.steps {
            // What earlier steps will have answered is looked through on its way.
            if may_leave(step)
                && let Ok(request) = frame.request(step, &frame.brief.text, &said)
            {
                let new: Vec<_> = texts_of(&step.backend, &request).filter(|text| !texts.contains(text)).collect();
                texts.extend(new);
            }
            said.insert(step.name.clone(), String::new().into());
        }
    }
    texts
}

fn texts_of(backend: &Backend, request: &Request) -> impl Iterator<Item = String> {
    let conversation = &request.conversation;
    let own = (!matches!(backend, Backend::Model(_))).then(|| request.text.expose());
    let instructions = conversation.instructions.iter().map(|prompt| prompt.expose());
    let turns = conversation.turns.iter().map(|turn| match turn {
        Turn::Text(text) => text.expose(),
        Turn::Prompt(prompt) => prompt.expose(),
        Turn::Answer(answer) => answer.expose(),
    });
    own.into_iter().chain(instructions).chain(turns).map(str::to_owned)
}

fn place(brief: &Brief, secret: &str) -> Whereabouts {
    let line = |text: &str| Some(redaction::line_of(text, text.find(secret)?));
    match (line(brief.text.expose()), line(brief.clipboard.expose())) {
        (Some(line), _) => Whereabouts::Text(line),
        (None, Some(line)) => Whereabouts::Clipboard(line),
        (None, None) => Whereabouts::Prompt,
    }
}
