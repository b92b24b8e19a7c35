//! A change that is to be looked at before it is made, in the terminal: shown in full, and answered by a key.
//!
//! Who cannot be asked has not agreed: where stdin or stderr is no terminal, the text stays as it was.

use std::io::{IsTerminal, Read, stderr, stdin};

use crate::engine::job::placing::Decision;
use crate::text::diff::{Marks, Piece, full};

/// Shows the change on stderr, as stdout is the answer's, and asks. Waits for a key.
pub fn ask(change: &[Piece]) -> Decision {
    let is_seen = stderr().is_terminal();
    let has_colours = is_seen && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let marks = if has_colours { Marks::Colours } else { Marks::Signs };
    eprintln!("{}", full(change, marks).trim_end());
    if !is_seen || !stdin().is_terminal() {
        eprintln!("postil: nobody can be asked here, so the text was left as it was; run it in a terminal");
        return Decision::Keep;
    }
    eprint!("Make this change? [Enter: yes, n or Escape: no] ");
    let decision = key().map_or(Decision::Keep, decision);
    eprintln!("{}", if decision == Decision::Accept { "yes" } else { "no" });
    decision
}

/// Enter agrees, as does the letter for it; everything else does not.
fn decision(key: u8) -> Decision {
    match key {
        b'\n' | b'\r' | b'y' | b'Y' => Decision::Accept,
        _ => Decision::Keep,
    }
}

/// The next key, without waiting for the end of a line. Of one that sends several bytes (an arrow) it is the first.
#[cfg(unix)]
fn key() -> Option<u8> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let before = tcgetattr(stdin()).ok()?;
    let mut by_key = before.clone();
    // Ctrl+C still interrupts.
    by_key.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
    tcsetattr(stdin(), OptionalActions::Flush, &by_key).ok()?;
    let key = first_byte();
    // What else that key sent is not the shell's.
    tcsetattr(stdin(), OptionalActions::Flush, &before).ok()?;
    key
}

#[cfg(not(unix))]
fn key() -> Option<u8> {
    first_byte()
}

fn first_byte() -> Option<u8> {
    let mut byte = [0];
    stdin().read_exact(&mut byte).ok().map(|()| byte[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enter_agrees() {
        for (key, expected) in [
            (b'\n', Decision::Accept),
            (b'\r', Decision::Accept),
            (b'Y', Decision::Accept),
            (b'n', Decision::Keep),
            (0x1b, Decision::Keep),
            (b' ', Decision::Keep),
        ] {
            assert_eq!(decision(key), expected, "{key:?}");
        }
    }
}
