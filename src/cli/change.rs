//! A change that is to be looked at before it is made, in the terminal: shown in full, and answered by a key.
//!
//! Who cannot be asked has not agreed: where stdin or stderr is no terminal, the text stays as it was.

use std::io::{IsTerminal, stderr, stdin};

use crate::engine::job::placing::Decision;
use crate::text::diff::{Marks, Piece, full};

/// Shows the change on stderr, as stdout is the answer's, and asks.
pub fn ask(change: &[Piece]) -> Decision {
    let is_seen = stderr().is_terminal();
    let has_colours = is_seen && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let marks = if has_colours { Marks::Colours } else { Marks::Signs };
    eprintln!("{}", full(change, marks).trim_end());
    if !is_seen || !stdin().is_terminal() {
        eprintln!("postil: nobody can be asked here, so the text was left as it was; run it in a terminal");
        return Decision::Keep;
    }
    eprint!("Make this change? [Enter: yes, n: no] ");
    let mut line = String::new();
    match stdin().read_line(&mut line) {
        Ok(read) if read > 0 => decision(&line),
        _ => Decision::Keep,
    }
}

/// Enter alone agrees, as do the words for it; everything else (Escape comes as a character) does not.
fn decision(line: &str) -> Decision {
    match line.trim().to_lowercase().as_str() {
        "" | "y" | "yes" => Decision::Accept,
        _ => Decision::Keep,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enter_agrees() {
        for (line, expected) in [
            ("\n", Decision::Accept),
            ("Y\r\n", Decision::Accept),
            ("n\n", Decision::Keep),
            ("\x1b\n", Decision::Keep),
            ("what?\n", Decision::Keep),
        ] {
            assert_eq!(decision(line), expected, "{line:?}");
        }
    }
}
