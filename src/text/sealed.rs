//! Texts that must never reach a log or an error: what the user selected, what a model is told, what it answers.
//!
//! Invariant: `Debug` shows the length alone, and there is no `Display`. To get at the words one has to write
//! [`expose`](UserText::expose), which a reader (and a test that greps for it) can see.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

macro_rules! sealed {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Default)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Seals `text`. Clones share it.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The words themselves: for a sink, a template or a request, never for a log or an error.
            pub fn expose(&self) -> &str {
                &self.0
            }

            /// Whether there is nothing but white space in it.
            pub fn is_blank(&self) -> bool {
                self.0.trim().is_empty()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} bytes)"), self.0.len())
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::new(text)
            }
        }
    };
}

sealed! {
    /// What the user selected, copied or typed: the text that an action works on.
    UserText
}
sealed! {
    /// What a model is told: a prompt file's body after its variables were filled in, or an instruction of the moment.
    PromptText
}
sealed! {
    /// What came back, whole or in part.
    AnswerText
}
sealed! {
    /// Words of a foreign program or server (its error message, its title). They may quote the user's text, so they
    /// are shown on the user's own screen and nowhere else.
    ForeignText
}
/// A provider's key. Its memory is wiped when the last clone of it goes; what a request copies of it into its header is
/// the connection's.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<Zeroizing<String>>);

impl Secret {
    /// The key itself: for a request's header or the keyring, never for a log or an error.
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

impl From<&str> for Secret {
    fn from(key: &str) -> Self {
        Self::from(key.to_owned())
    }
}

/// Takes the string over, so that no copy stays behind.
impl From<String> for Secret {
    fn from(key: String) -> Self {
        Self(Arc::new(Zeroizing::new(key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_length_alone() {
        assert_eq!(format!("{:?}", UserText::from("geheim")), "UserText(6 bytes)");
        assert_eq!(format!("{:?}", Some(Secret::from("sk-1"))), "Some(Secret(4 bytes))");
    }
}
