//! The body of a prompt file: a minijinja template whose variables are known when the file is read.

use serde::Serialize;
use std::collections::BTreeMap;

/// A template that compiled and names only variables that exist. Rendering it cannot fail for an unknown name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template {
    source: String,
    uses_text: bool,
}

/// What a template may name. Languages by their English names; empty where unknown.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Variables {
    pub text: String,
    pub source_language: String,
    pub target_language: String,
    pub second_language: String,
    pub answer_language: String,
    pub app: AppVariables,
    pub clipboard: String,
    pub date: String,
    pub about_me: String,
    pub options: BTreeMap<String, String>,
    pub steps: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct AppVariables {
    pub name: String,
    pub title: String,
}
