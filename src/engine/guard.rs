//! What stands between a job's requests and the way out: secrets are taken out of each as it leaves, and put back into
//! what comes.
//!
//! Invariant: what leaves this machine has passed here, unless the user allowed it as it is. A request itself is never
//! changed; only the copy that leaves is.

use std::sync::Arc;

use regex::Regex;

use crate::engine::call::{Backend, Request};
use crate::engine::plan::secrets::leaves;
use crate::llm::request::{Chunk, Conversation, Turn};
use crate::text::redaction::mask::Masker;
use crate::text::redaction::restore::{Restorer, note_for_the_model};
use crate::text::redaction::{self, Kind};

/// Texts of the plan up to here are looked through once more as they leave. Longer ones were looked through when the plan
/// was made; what was learnt then is taken out of them all the same.
const LOOK_AGAIN_UP_TO: usize = 32 << 10;

#[derive(Debug, Default)]
pub enum Guard {
    /// Everything leaves as it is: nothing leaves this machine, or the user allowed it.
    #[default]
    Open,
    Masks {
        masker: Masker,
        patterns: Vec<Regex>,
    },
}

/// Where what a request says comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// All of it was there when the plan was made, and was looked through then.
    Plan,
    /// An earlier step's answer is in it, which may have brought new secrets: it is looked through whatever its length.
    EarlierStep,
}

/// A request as it leaves.
#[derive(Debug)]
pub struct Outgoing {
    pub request: Request,
    /// Where something was taken out of it.
    pub restoring: Option<Restoring>,
}

/// Puts back what was taken out, into the answer and into what is thought aloud.
#[derive(Debug)]
pub struct Restoring {
    answer: Restorer,
    reasoning: Restorer,
}

impl Guard {
    /// The request, as this backend may have it.
    pub fn outgoing(&mut self, backend: &Backend, request: &Request, origin: Origin) -> Outgoing {
        let Self::Masks { masker, patterns } = self else { return as_it_is(request) };
        if !leaves(backend) {
            return as_it_is(request);
        }
        let mut request = request.clone();
        let mut is_masked = false;
        let mut mask = |text: &str| {
            if origin == Origin::EarlierStep || text.len() <= LOOK_AGAIN_UP_TO {
                masker.learn(text, &redaction::find(text, patterns));
            }
            let masked = masker.mask(text);
            is_masked |= masked.is_some();
            masked
        };
        if let Some(text) = mask(request.text.expose()) {
            request.text = text.into();
        }
        mask_conversation(&mut request.conversation, &mut mask);
        if !is_masked {
            return Outgoing { request, restoring: None };
        }
        if matches!(backend, Backend::Model(_)) {
            tell_the_model(&mut request.conversation);
        }
        let restorer = Restorer::new(Arc::new(masker.vault().clone()));
        Outgoing { request, restoring: Some(Restoring { answer: restorer.clone(), reasoning: restorer }) }
    }
}

fn as_it_is(request: &Request) -> Outgoing {
    Outgoing { request: request.clone(), restoring: None }
}

fn mask_conversation(conversation: &mut Conversation, mask: &mut impl FnMut(&str) -> Option<String>) {
    if let Some(masked) = conversation.instructions.as_ref().and_then(|prompt| mask(prompt.expose())) {
        conversation.instructions = Some(masked.into());
    }
    for turn in &mut conversation.turns {
        let masked = match turn {
            Turn::Text(text) => mask(text.expose()).map(|masked| Turn::Text(masked.into())),
            Turn::Prompt(prompt) => mask(prompt.expose()).map(|masked| Turn::Prompt(masked.into())),
            Turn::Answer(answer) => mask(answer.expose()).map(|masked| Turn::Answer(masked.into())),
        };
        if let Some(masked) = masked {
            *turn = masked;
        }
    }
}

fn tell_the_model(conversation: &mut Conversation) {
    let note = note_for_the_model();
    conversation.instructions = Some(match &conversation.instructions {
        Some(prompt) if !prompt.is_blank() => format!("{}\n\n{note}", prompt.expose().trim_end()).into(),
        _ => note.into(),
    });
}

impl Restoring {
    /// A piece as the user sees it; none where it is held back until the next.
    pub fn piece(&mut self, chunk: Chunk) -> Option<Chunk> {
        let (text, chunk): (String, fn(String) -> Chunk) = match chunk {
            Chunk::Answer(text) => (self.answer.push(text.expose()), |text| Chunk::Answer(text.into())),
            Chunk::Reasoning(text) => (self.reasoning.push(text.expose()), |text| Chunk::Reasoning(text.into())),
        };
        (!text.is_empty()).then(|| chunk(text))
    }

    /// What was held back at the end.
    pub fn rest(&mut self) -> Vec<Chunk> {
        let reasoning = self.reasoning.finish();
        let answer = self.answer.finish();
        let reasoning = (!reasoning.is_empty()).then(|| Chunk::Reasoning(reasoning.into()));
        let answer = (!answer.is_empty()).then(|| Chunk::Answer(answer.into()));
        reasoning.into_iter().chain(answer).collect()
    }
}

/// Each kind once.
pub fn kinds(kinds: impl IntoIterator<Item = Kind>) -> Vec<Kind> {
    let mut once = Vec::new();
    kinds.into_iter().for_each(|kind| {
        if !once.contains(&kind) {
            once.push(kind);
        }
    });
    once
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Provider, ProviderKind};
    use crate::llm::request::Sampling;
    use crate::llm::roster::Target;

    fn model(base_url: &str) -> Backend {
        let provider = Arc::new(Provider::new("there", ProviderKind::OpenAi, base_url));
        Backend::Model(Target { provider, model: "m".into() })
    }

    fn request(text: &str) -> Request {
        Request {
            conversation: Conversation { instructions: Some("Fix it.".into()), turns: vec![Turn::Text(text.into())] },
            sampling: Sampling::default(),
            text: text.into(),
            options: Default::default(),
            languages: Vec::new(),
        }
    }

    fn masks() -> Guard {
        Guard::Masks { masker: Masker::default(), patterns: Vec::new() }
    }

    #[test]
    fn a_secret_is_taken_out_of_what_leaves_and_put_back_into_what_comes() {
        let request = request("password = S3same!x");
        let Outgoing { request: sent, restoring } =
            masks().outgoing(&model("https://there.example/v1"), &request, Origin::Plan);
        assert_eq!(sent.conversation.turns, [Turn::Text("password = POSTIL_SECRET_1".into())]);
        assert_eq!(sent.text.expose(), "password = POSTIL_SECRET_1");
        let told = sent.conversation.instructions.unwrap();
        assert!(told.expose().starts_with("Fix it.\n\nWords like POSTIL_SECRET_1"));
        let mut restoring = restoring.unwrap();
        assert_eq!(restoring.piece(Chunk::Answer("say POSTIL_SEC".into())), Some(Chunk::Answer("say ".into())));
        assert_eq!(restoring.piece(Chunk::Answer("RET_1".into())), None);
        assert_eq!(restoring.rest(), [Chunk::Answer("S3same!x".into())]);
    }

    #[test]
    fn what_an_earlier_step_has_brought_is_looked_through_however_long_it_is() {
        let long = format!("{} glpat-{}", "a word ".repeat(LOOK_AGAIN_UP_TO), "Zx9-Qw7Er5Ty3Ui1Op2a");
        let there = model("https://there.example/v1");
        let sent = masks().outgoing(&there, &request(&long), Origin::EarlierStep);
        assert!(sent.restoring.is_some());
        assert!(!sent.request.text.expose().contains("glpat-"));
    }

    #[test]
    fn what_stays_here_is_left_as_it_is() {
        let request = request("password = S3same!x");
        for (mut guard, backend) in [
            (masks(), model("http://127.0.0.1:1/v1")),
            (Guard::Open, model("https://there.example/v1")),
            (masks(), Backend::Builtin(crate::offline::Builtin::Upper)),
        ] {
            let outgoing = guard.outgoing(&backend, &request, Origin::Plan);
            assert_eq!(outgoing.request, request);
            assert!(outgoing.restoring.is_none());
        }
    }
}
