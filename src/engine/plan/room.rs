//! Whether a request has room in its model's window, and how much of a long text a request may have in it.
//!
//! Tokens are estimates first, and too many rather than too few; what does not fit by them is counted by the model's own
//! tokenizer where that is there. Where it is not known what a model takes, everything fits, and the server will say.

use crate::action::{Action, Split};
use crate::engine::call::Request;
use crate::engine::outcome::Excess;
use crate::llm::models::{self, ModelData};
use crate::llm::request::{Conversation, Turn};
use crate::llm::roster::Target;
use crate::text::tokens::{Meter, Meters};

/// An answer that is worked out of the text piece by piece is about as long, and longer in some languages: so many
/// hundredths of it.
const ANSWER_SHARE: u64 = 150;
/// What is left for an answer whose length does not follow from the text's, and is nowhere set: some paragraphs, and of a
/// small window no more than this share.
const USUAL_ANSWER: u64 = 1_000;
const LARGEST_SHARE: u64 = 4;
/// What every model that chats takes, so that a key press on a few lines looks nothing up.
const ALWAYS_FITS: u64 = 4_000;
/// What a message costs beside its text, as OpenAI counts its own.
const MESSAGE: u64 = 4;

/// What a model takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Window {
    /// Tokens in and out together.
    context: Option<u64>,
    /// Tokens out.
    output: Option<u64>,
}

impl Window {
    pub(super) fn of_target(target: &Target) -> Self {
        let ModelData { context, output, .. } = models::data_of(target);
        Self { context: context.map(u64::from), output: output.map(u64::from) }
    }

    /// By how much a request is too long for this model.
    pub(super) fn excess_at(target: &Target, action: &Action, request: &Request, meters: &Meters) -> Option<Excess> {
        let is_described = target.provider.models.contains_key(&target.model);
        let estimate = Meter::Estimate;
        let needed =
            of_conversation(&request.conversation, &estimate) + Self::default().answer(action, request, &estimate);
        if !is_described && needed <= ALWAYS_FITS {
            return None;
        }
        let window = Self::of_target(target);
        let excess = window.excess(action, request, &estimate)?;
        match meters.of_model(&target.model) {
            Meter::Estimate => Some(excess),
            exact => window.excess(action, request, &exact),
        }
    }

    fn excess(self, action: &Action, request: &Request, meter: &Meter) -> Option<Excess> {
        if self == Self::default() {
            return None;
        }
        let input = of_conversation(&request.conversation, meter);
        let answer = self.answer(action, request, meter);
        let of_all = self.context.map(|limit| Excess { tokens: input + answer, limit });
        let of_answer = self.output.map(|limit| Excess { tokens: answer, limit });
        of_all.into_iter().chain(of_answer).find(|excess| excess.tokens > excess.limit)
    }

    /// How long the answer will be.
    fn answer(self, action: &Action, request: &Request, meter: &Meter) -> u64 {
        match action.split {
            Split::Paragraphs => meter.count(request.text.expose()) * ANSWER_SHARE / 100,
            Split::None => self.usual_answer(action),
        }
    }

    fn usual_answer(self, action: &Action) -> u64 {
        let usual = USUAL_ANSWER.min(self.context.unwrap_or(u64::MAX) / LARGEST_SHARE);
        // What is allowed at most is no reason to expect as much.
        let most = action.sampling.max_tokens.map(u64::from).into_iter().chain(self.output).min();
        usual.min(most.unwrap_or(u64::MAX))
    }

    /// The most tokens of the text that a request may have in it, whose own words are `around` tokens.
    pub(super) fn room(self, around: u64) -> u64 {
        let by_context = self.context.map(|context| context.saturating_sub(around) * 100 / (100 + ANSWER_SHARE));
        let by_output = self.output.map(|output| output * 100 / ANSWER_SHARE);
        by_context.into_iter().chain(by_output).min().unwrap_or(u64::MAX)
    }
}

/// All that is sent.
pub fn of_conversation(conversation: &Conversation, meter: &Meter) -> u64 {
    let instructions = conversation.instructions.iter().map(|prompt| meter.count(prompt.expose()) + MESSAGE);
    instructions.chain(conversation.turns.iter().map(|turn| of_turn(turn, meter))).sum()
}

fn of_turn(turn: &Turn, meter: &Meter) -> u64 {
    meter.count(turn.words()) + MESSAGE
}
