//! One tree for what stands in a file, whether it was TOML or YAML, with the place of everything.
//!
//! Invariant: no key stands twice in a table, and the tree is at most [`DEEPEST`] deep. It does not know what any key
//! means.

use crate::config::locate::Span;

/// Nothing that we read is deeper than five; more is a mistake or an attack.
pub const DEEPEST: usize = 16;

/// A value at its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub value: Value,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Quoted.
    Text(String),
    /// An unquoted word of YAML: it is what its key wants it to be. Empty where nothing was written.
    Plain(String),
    Whole(i64),
    Number(f64),
    Boolean(bool),
    /// A date or time of TOML, which no key takes.
    Date,
    List(Vec<Node>),
    Table(Table),
}

/// In the file's order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    pub entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: String,
    pub key_span: Span,
    pub node: Node,
}

impl Table {
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }
}
