//! Whether something may leave this machine, asked in the terminal. stdin may be the text itself; so the terminal is asked
//! by its own name.
//!
//! Who cannot be asked has not agreed.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, IsTerminal, Write, stderr, stdin};

use crate::engine::job::consent::{About, Permission, Question};
use crate::text::sentences::privacy;

/// The terminal of this process, whatever stdin is.
const TERMINAL: &str = "/dev/tty";

/// Whether there is somebody to be asked.
pub fn can_be_asked() -> bool {
    stderr().is_terminal() && (stdin().is_terminal() || OpenOptions::new().read(true).open(TERMINAL).is_ok())
}

pub fn ask(question: &Question) -> Permission {
    let offers = if matches!(question.about, About::Secrets(_)) { Offers::Masking } else { Offers::YesOrNo };
    ask_in_words(&privacy::question_in_words(question), offers)
}

/// What there is to be said beside no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offers {
    /// That secrets are taken out, or that all is sent as it is.
    Masking,
    YesOrNo,
}

/// The same, of a question that another process has put into words.
pub fn ask_in_words(words: &str, offers: Offers) -> Permission {
    if !can_be_asked() {
        return Permission::NobodyAsked;
    }
    eprint!("{words}");
    // Where that fails the question is not seen, and the answer is no.
    let _ = stderr().flush();
    answer().map_or(Permission::Refused, |line| permission(&line, offers))
}

fn answer() -> Option<String> {
    let mut line = String::new();
    let read = match stdin().is_terminal() {
        true => stdin().lock().read_line(&mut line),
        false => BufReader::new(OpenOptions::new().read(true).open(TERMINAL).ok()?).read_line(&mut line),
    };
    read.is_ok_and(|length| length > 0).then_some(line)
}

/// Only the words for it agree.
fn permission(line: &str, offers: Offers) -> Permission {
    match (line.trim().to_lowercase().as_str(), offers) {
        ("y" | "yes" | "m" | "masked", Offers::Masking) => Permission::Masked,
        ("a" | "as it is", Offers::Masking) => Permission::AsItIs,
        ("y" | "yes", Offers::YesOrNo) => Permission::AsItIs,
        _ => Permission::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_words_for_it_agree() {
        for (line, offers, expected) in [
            ("y\n", Offers::Masking, Permission::Masked),
            ("A\r\n", Offers::Masking, Permission::AsItIs),
            ("\n", Offers::Masking, Permission::Refused),
            ("\x1b\n", Offers::Masking, Permission::Refused),
            ("yes\n", Offers::YesOrNo, Permission::AsItIs),
            ("a\n", Offers::YesOrNo, Permission::Refused),
        ] {
            assert_eq!(permission(line, offers), expected, "{line:?}");
        }
    }
}
