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
    if !can_be_asked() {
        return Permission::NobodyAsked;
    }
    eprint!("{}", privacy::question_in_words(question));
    // Where that fails the question is not seen, and the answer is no.
    let _ = stderr().flush();
    answer().map_or(Permission::Refused, |line| permission(&line, &question.about))
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
fn permission(line: &str, about: &About) -> Permission {
    match (line.trim().to_lowercase().as_str(), about) {
        ("y" | "yes" | "m" | "masked", About::Secrets(_)) => Permission::Masked,
        ("a" | "as it is", About::Secrets(_)) => Permission::AsItIs,
        ("y" | "yes", About::SecretsAsTheyAre(_) | About::UnknownApp) => Permission::AsItIs,
        _ => Permission::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_words_for_it_agree() {
        let secrets = About::Secrets(Vec::new());
        for (line, about, expected) in [
            ("y\n", &secrets, Permission::Masked),
            ("A\r\n", &secrets, Permission::AsItIs),
            ("\n", &secrets, Permission::Refused),
            ("\x1b\n", &secrets, Permission::Refused),
            ("yes\n", &About::UnknownApp, Permission::AsItIs),
            ("a\n", &About::UnknownApp, Permission::Refused),
        ] {
            assert_eq!(permission(line, about), expected, "{line:?}");
        }
    }
}
