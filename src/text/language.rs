//! Languages: their codes and names, and which one a short text is in.

/// A language by its ISO 639-1 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language {
    code: &'static str,
    english_name: &'static str,
}

impl Language {
    /// `de`.
    pub fn code(self) -> &'static str {
        self.code
    }

    /// `German`.
    pub fn english_name(self) -> &'static str {
        self.english_name
    }
}
