//! Where the text of a command comes from: the argument; else `--from`; else stdin where something comes in; else the
//! action's own sources.

use std::io::{self, IsTerminal, Read};

use anyhow::Context;

use crate::action::Source;
use crate::cli::each::supply::Text;
use crate::cli::refusal::{not_sent, wrong_use};
use crate::desktop::LARGEST_TEXT;
use crate::text::sealed::UserText;

/// The text itself, or the sources to be asked in place of the action's.
pub enum Origin {
    Given(Source, UserText),
    Sources(Vec<Source>),
    OfTheAction,
}

/// A text that is given is the one that is meant, be it empty: nothing else is read in its place, unless `--from` says so.
pub fn origin(argument: Option<String>, from: &[Source]) -> anyhow::Result<Origin> {
    if let Some(text) = argument {
        return Ok(Origin::Given(Source::Input, text.into()));
    }
    match from {
        [] if something_comes_in() => Ok(Origin::Given(Source::Stdin, read_stdin()?)),
        [] => Ok(Origin::OfTheAction),
        [Source::Stdin, rest @ ..] => match read_stdin()? {
            text if text.is_blank() && !rest.is_empty() => sources(rest),
            text => Ok(Origin::Given(Source::Stdin, text)),
        },
        from => sources(from),
    }
}

/// Those that the desktop is asked for.
fn sources(from: &[Source]) -> anyhow::Result<Origin> {
    match from {
        _ if from.contains(&Source::Stdin) => {
            Err(wrong_use("stdin can only stand first in --from: what comes after it is asked where stdin is empty"))
        }
        _ if from.contains(&Source::Input) => {
            Err(wrong_use("`input` is the panel's, not a command's; give the text as an argument or on stdin"))
        }
        from => Ok(Origin::Sources(from.to_vec())),
    }
}

/// The text of a run over many pieces, which is read as it is needed.
pub fn stream(argument: Option<String>, from: &[Source]) -> anyhow::Result<Text> {
    match (argument, from) {
        (Some(text), _) => Ok(Text::Argument(text)),
        (None, [Source::Stdin]) => Ok(Text::Stdin),
        (None, []) if something_comes_in() => Ok(Text::Stdin),
        _ => Err(wrong_use("--each needs a text: give it as an argument or on stdin")),
    }
}

/// The size of stdin where it is a file.
#[cfg(unix)]
pub fn size_of_stdin() -> Option<u64> {
    let metadata = stdin_metadata()?;
    metadata.is_file().then_some(metadata.len())
}

#[cfg(not(unix))]
pub fn size_of_stdin() -> Option<u64> {
    None
}

#[cfg(unix)]
fn stdin_metadata() -> Option<std::fs::Metadata> {
    use std::os::fd::AsFd;
    let stdin = io::stdin().as_fd().try_clone_to_owned().ok()?;
    std::fs::File::from(stdin).metadata().ok()
}

/// Whether stdin is a pipe, a file or a socket: a terminal would have to be typed into, and /dev/null says nothing.
#[cfg(unix)]
fn something_comes_in() -> bool {
    use std::os::unix::fs::FileTypeExt;
    let Some(metadata) = stdin_metadata() else { return false };
    let kind = metadata.file_type();
    kind.is_fifo() || kind.is_file() || kind.is_socket()
}

#[cfg(not(unix))]
fn something_comes_in() -> bool {
    !io::stdin().is_terminal()
}

/// All of stdin, which must be UTF-8 and no larger than any text that is read.
fn read_stdin() -> anyhow::Result<UserText> {
    if io::stdin().is_terminal() {
        eprintln!("postil: type the text, then Ctrl+D on a line of its own");
    }
    let mut bytes = Vec::new();
    io::stdin().take(LARGEST_TEXT as u64 + 1).read_to_end(&mut bytes).context("stdin could not be read")?;
    if bytes.len() > LARGEST_TEXT {
        let limit = LARGEST_TEXT >> 20;
        return Err(not_sent(format!("not sent: stdin is larger than the {limit} MB that postil reads; give it less")));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        wrong_use(format!("stdin is not UTF-8 text (byte {}); convert it first, for example with iconv", at + 1))
    })?;
    Ok(text.into())
}
