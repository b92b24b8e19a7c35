//! A mistake in a file of the user's: where it stands, what stands there, what was expected, the way out.

use std::fmt;
use std::path::PathBuf;

/// One mistake, at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub file: PathBuf,
    /// Both from 1; the column counts characters.
    pub line: usize,
    pub column: usize,
    /// The offending text as it stands in the file, one line, shortened; never the value of a key.
    pub found: String,
    /// What is wrong, in one clause: "unknown key".
    pub problem: String,
    /// What to write instead: "did you mean `shortcut`?".
    pub help: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file.display(), self.line, self.column, self.problem)?;
        if !self.found.is_empty() {
            write!(f, ": `{}`", self.found)?;
        }
        if !self.help.is_empty() {
            write!(f, "; {}", self.help)?;
        }
        Ok(())
    }
}
