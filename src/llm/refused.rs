//! The optional fields of a request that a model will not have: reasoning models refuse a `temperature`, older ones an
//! `effort`, some servers the newer name of the limit.
//!
//! A refusal that names such a field ends nothing: the request goes out again without it, each field at most once, and the
//! model's requests do without it from then on. That is no retry: nothing was begun, no token was counted, and the engine
//! has nothing to decide. Pure: who remembers is the client.

use super::models::{self, Mark};
use super::refusal::Said;
use super::request::{Effort, Sampling};
use super::roster::Target;

/// What can be left out of a request without changing what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Temperature,
    TopP,
    Effort,
    /// Of the two names of the limit the other is meant.
    LimitName,
    /// Thinking cannot be taken away: the least effort has to do.
    ThinkingOff,
    StreamOptions,
    /// The answer is not to be had in pieces.
    Stream,
    /// Ollama's own interface: something else answers there that has the imitation of OpenAI's alone.
    Native,
}

/// Names of fields in the words of the servers, longer ones first where one is in the other.
const NAMES: [(&str, Field); 17] = [
    ("thinking.type.disabled", Field::ThinkingOff),
    ("between_tools", Field::ThinkingOff),
    ("max_completion_tokens", Field::LimitName),
    ("max_tokens", Field::LimitName),
    ("temperature", Field::Temperature),
    ("top_p", Field::TopP),
    ("topp", Field::TopP),
    ("stream_options", Field::StreamOptions),
    ("reasoning_effort", Field::Effort),
    ("reasoning.effort", Field::Effort),
    ("output_config", Field::Effort),
    ("thinking level", Field::Effort),
    ("thinking budget", Field::Effort),
    ("thinking_config", Field::Effort),
    ("thinking", Field::Effort),
    ("reasoning", Field::Effort),
    ("to stream", Field::Stream),
];

/// How servers say that they will not have something.
const COMPLAINTS: [&str; 12] = [
    "unsupported",
    "not support",
    "not allowed",
    "not permitted",
    "not available",
    "deprecated",
    "unrecognized",
    "unknown",
    "cannot both",
    "only the default",
    "must be verified",
    "cannot be used",
];

/// The statuses with which requests are refused for what stands in them.
const STATUSES: [u16; 2] = [400, 422];

/// The fields that a model has refused so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refused(Vec<Field>);

impl Refused {
    pub fn has(&self, field: Field) -> bool {
        self.0.contains(&field)
    }

    pub fn add(&mut self, field: Field) {
        self.0.push(field);
    }

    /// What of `sampling` the model takes, as far as is known: from the table, and from its refusals.
    pub fn left_of(&self, sampling: &Sampling, target: &Target) -> Sampling {
        let data = models::data_of(target);
        // OpenAI's newer ones do take them where they are not to think.
        let thinks = sampling.effort != Some(Effort::None) || !data.is(Mark::EffortNone);
        let unsampled = data.is(Mark::Unsampled) && thinks;
        let takes = |field| !unsampled && !self.has(field);
        Sampling {
            temperature: sampling.temperature.filter(|_| takes(Field::Temperature)),
            top_p: sampling.top_p.filter(|_| takes(Field::TopP)),
            effort: sampling.effort.filter(|_| !self.has(Field::Effort)),
            ..sampling.clone()
        }
    }
}

/// The field that an answer with this status complains of, if that is what it does.
pub fn field(status: u16, said: &Said) -> Option<Field> {
    if !STATUSES.contains(&status) {
        return None;
    }
    let words = format!("{} {}", said.param.as_deref().unwrap_or_default(), said.message).to_lowercase();
    let complains = said.codes.iter().any(|code| code.starts_with("unsupported_"))
        || COMPLAINTS.iter().any(|complaint| words.contains(complaint));
    let by_param = || NAMES.iter().find(|(name, _)| said.param.as_deref() == Some(*name));
    let named = by_param().or_else(|| NAMES.iter().find(|(name, _)| words.contains(name)));
    let field = named.map(|(_, field)| *field).filter(|_| complains);
    // A stream is refused by the name of its field alone.
    field.or_else(|| (complains && said.param.as_deref() == Some("stream")).then_some(Field::Stream))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, body: &str, wanted: Option<Field>) {
        assert_eq!(field(status, &Said::of_body(body.as_bytes())), wanted, "{body}");
    }

    #[test]
    fn the_field_is_the_one_that_is_named() {
        let openai = r#"{"error":{"message":"Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}"#;
        check(400, openai, Some(Field::Temperature));
        let renamed = r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","param":"max_tokens","code":"unsupported_parameter"}}"#;
        check(400, renamed, Some(Field::LimitName));
        let responses = r#"{"error":{"message":"Unsupported parameter: 'reasoning.effort' is not supported with this model.","param":"reasoning.effort","code":"unsupported_parameter"}}"#;
        check(400, responses, Some(Field::Effort));
        let stream = r#"{"error":{"message":"Your organization must be verified to stream this model.","param":"stream","code":"unsupported_value"}}"#;
        check(400, stream, Some(Field::Stream));
        let anthropic = r#"{"type":"error","error":{"type":"invalid_request_error","message":"`temperature` and `top_p` cannot both be specified for this model."}}"#;
        check(400, anthropic, Some(Field::Temperature));
        let off = r#"{"error":{"message":"\"thinking.type.disabled\" is not supported for this model. Use \"thinking.type.adaptive\" and \"output_config.effort\""}}"#;
        check(400, off, Some(Field::ThinkingOff));
        check(400, r#"{"error":"\"gemma3\" does not support thinking"}"#, Some(Field::Effort));
        let gemini = r#"{"error":{"code":400,"message":"Thinking level is not supported for this model.","status":"INVALID_ARGUMENT"}}"#;
        check(400, gemini, Some(Field::Effort));
        let mistral = r#"{"detail":[{"loc":["body","reasoning_effort"],"msg":"reasoning_effort: Extra inputs are not permitted"}]}"#;
        check(422, mistral, Some(Field::Effort));
    }

    #[test]
    fn other_refusals_are_none_of_this() {
        check(400, r#"{"error":{"message":"temperature must be between 0 and 2"}}"#, None);
        check(400, r#"{"error":{"message":"This is not supported"}}"#, None);
        check(429, r#"{"error":{"message":"temperature is not supported"}}"#, None);
        check(400, "", None);
    }
}
