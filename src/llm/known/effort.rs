//! How the imitators of OpenAI's format take an effort.

use serde_json::{Map, Value, json};

use crate::llm::models::ModelData;
use crate::llm::openai::effort_word;
use crate::llm::request::Effort;

/// In which fields an effort is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffortStyle {
    /// `reasoning_effort`.
    Field,
    /// `reasoning: {effort}`: OpenRouter.
    Nested,
    /// `reasoning_effort`, which is `none` or `high`: Mistral.
    OnOff,
    /// DeepSeek thinks unless it is told not to, and a key press is not to wait for that: it thinks where an effort is named,
    /// in two degrees.
    DeepSeek,
}

impl EffortStyle {
    pub fn add(self, body: &mut Map<String, Value>, effort: Option<Effort>, data: &ModelData) {
        match (self, effort) {
            (Self::DeepSeek, None | Some(Effort::None)) => {
                body.insert("thinking".into(), json!({ "type": "disabled" }));
            }
            (Self::DeepSeek, Some(effort)) => {
                body.insert("thinking".into(), json!({ "type": "enabled" }));
                body.insert("reasoning_effort".into(), if is_small(effort) { "low" } else { "high" }.into());
            }
            (Self::Field | Self::Nested | Self::OnOff, None) => {}
            (Self::Field, Some(effort)) => {
                body.insert("reasoning_effort".into(), effort_word(effort, data).into());
            }
            (Self::Nested, Some(effort)) => {
                body.insert("reasoning".into(), json!({ "effort": effort_word(effort, data) }));
            }
            (Self::OnOff, Some(effort)) => {
                body.insert("reasoning_effort".into(), if is_small(effort) { "none" } else { "high" }.into());
            }
        }
    }
}

fn is_small(effort: Effort) -> bool {
    matches!(effort, Effort::None | Effort::Minimal | Effort::Low)
}
