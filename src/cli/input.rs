//! Where the text of a command comes from: the argument; else `--from`; else stdin where something comes in; else the
//! action's own sources.

use std::io::{self, IsTerminal, Read};

use anyhow::{Context, bail};

use crate::action::Source;
use crate::desktop::LARGEST_TEXT;
use crate::text::sealed::UserText;

/// A text that is there already, with where it is from.
pub type Given = (Source, UserText);

/// The text itself, or the sources to be asked in place of the action's.
pub fn text_or_sources(
    argument: Option<String>,
    from: &[Source],
) -> anyhow::Result<(Option<Given>, Option<Vec<Source>>)> {
    if let Some(text) = argument {
        return Ok((Some((Source::Stdin, text.into())), None));
    }
    match from {
        [] if something_comes_in() => Ok((Some((Source::Stdin, read_stdin()?)), None)),
        [] => Ok((None, None)),
        [Source::Stdin] => Ok((Some((Source::Stdin, read_stdin()?)), None)),
        [Source::Stdin, rest @ ..] => match read_stdin()? {
            text if text.is_blank() => Ok((None, Some(rest.to_vec()))),
            text => Ok((Some((Source::Stdin, text)), None)),
        },
        sources if sources.contains(&Source::Stdin) => bail!("stdin can only stand first in --from"),
        sources => Ok((None, Some(sources.to_vec()))),
    }
}

/// Whether stdin is a pipe, a file or a socket: a terminal would have to be typed into, and /dev/null says nothing.
#[cfg(unix)]
fn something_comes_in() -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;
    let Ok(stdin) = io::stdin().as_fd().try_clone_to_owned() else { return false };
    let Ok(metadata) = std::fs::File::from(stdin).metadata() else { return false };
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
        bail!("stdin is larger than the {} MB that postil reads", LARGEST_TEXT >> 20);
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        anyhow::anyhow!("stdin is not UTF-8 text (byte {}); convert it first, for example with iconv", at + 1)
    })?;
    Ok(text.into())
}
