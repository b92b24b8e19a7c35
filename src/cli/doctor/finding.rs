//! What an examination found: whether it is there, what and how that was found out, and what to do. And all of them as
//! JSON, whose form is the one of docs/doctor.md: keys are added, never renamed.

use std::time::Duration;

use serde_json::{Value, json};

#[derive(Debug, Clone)]
pub struct Finding {
    pub name: &'static str,
    pub state: State,
    /// What is so.
    pub found: String,
    /// How that was found out.
    pub how: String,
    /// What to do about it; empty where nothing needs to be done.
    pub advice: String,
    /// The same for programs, where there is more to it; else null.
    pub details: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Ok,
    /// It works in part, or not now.
    Limited,
    Missing,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Limited => "limited",
            Self::Missing => "missing",
        }
    }
}

impl Finding {
    pub fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self::new(name, State::Ok, found.into(), String::new())
    }

    pub fn limited(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(name, State::Limited, found.into(), advice.into())
    }

    pub fn missing(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(name, State::Missing, found.into(), advice.into())
    }

    fn new(name: &'static str, state: State, found: String, advice: String) -> Self {
        Self { name, state, found, how: String::new(), advice, details: Value::Null }
    }

    pub fn how(mut self, how: impl Into<String>) -> Self {
        self.how = how.into();
        self
    }

    pub fn details(mut self, details: Value) -> Self {
        self.details = details;
        self
    }
}

/// What was not found out in time.
pub fn unanswered(name: &'static str, within: Duration) -> Finding {
    let found = format!("no answer within {within:?}");
    Finding::missing(name, found, "something that it depends on hangs: see the other lines, or log in again")
}

pub fn as_json(findings: &[Finding]) -> String {
    let findings: Vec<_> = findings.iter().map(one_as_json).collect();
    json!({ "postil": env!("CARGO_PKG_VERSION"), "findings": findings }).to_string()
}

fn one_as_json(finding: &Finding) -> Value {
    let Finding { name, state, found, how, advice, details } = finding;
    json!({ "name": name, "state": state.word(), "found": found, "how": how, "advice": advice, "details": details })
}
