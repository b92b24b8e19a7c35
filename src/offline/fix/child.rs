//! The child: reads wishes from stdin, mends, answers on stdout, one after the other.
//!
//! It ends by itself when its stdin is closed, and when nobody has asked for a while. It writes no file, opens no
//! connection and logs nothing.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use super::mend::{Mended, Mender};
use super::protocol::{self, Reply, VERSION, Wish};

/// How long it waits for the next text where nobody says.
const IDLE: Duration = Duration::from_secs(120);

/// Runs until there is nothing more to do. `idle`: the seconds to wait for a text.
pub fn main(idle: Option<OsString>) -> ExitCode {
    let seconds = idle.and_then(|idle| idle.to_str()?.parse().ok());
    crate::process::limit_memory();
    let wishes = wishes(io::stdin());
    let mender = Mender::open();
    match serve(&wishes, &mut io::stdout().lock(), seconds.map_or(IDLE, Duration::from_secs), |text| mender.mend(text))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Reads frames on a thread of its own, so that waiting for one can end by itself on every system.
fn wishes(mut input: impl Read + Send + 'static) -> Receiver<Wish> {
    let (tell, told) = channel();
    thread::spawn(move || {
        while let Ok(wish) = read(&mut input) {
            if tell.send(wish).is_err() {
                return;
            }
        }
    });
    told
}

fn read(input: &mut impl Read) -> io::Result<Wish> {
    let mut head = [0; 4];
    input.read_exact(&mut head)?;
    let length = protocol::length(head).ok_or(io::ErrorKind::InvalidData)?;
    let mut body = vec![0; length];
    input.read_exact(&mut body)?;
    Ok(serde_json::from_slice(&body)?)
}

fn serve(
    wishes: &Receiver<Wish>,
    output: &mut impl Write,
    idle: Duration,
    mend: impl Fn(&str) -> Mended,
) -> io::Result<()> {
    // Ends by the time, and when the other end is gone.
    while let Ok(wish) = wishes.recv_timeout(idle) {
        let reply = match wish.version {
            VERSION => Reply::from(mend(&wish.text)),
            _ => Reply::OtherVersion,
        };
        output.write_all(&protocol::frame(&reply)?)?;
        output.flush()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn said(frames: Vec<u8>, idle: Duration) -> Vec<u8> {
        let mut output = Vec::new();
        let upper = |text: &str| Mended { text: text.to_uppercase(), ..Mended::default() };
        serve(&wishes(Cursor::new(frames)), &mut output, idle, upper).unwrap();
        output
    }

    fn wish(version: u32, text: &str) -> Vec<u8> {
        protocol::frame(&Wish { version, text: text.to_owned() }).unwrap()
    }

    #[test]
    fn each_text_is_answered_and_the_end_of_input_is_the_end() {
        let output = said([wish(VERSION, "a"), wish(VERSION + 1, "b"), wish(VERSION, "ü\n")].concat(), IDLE);
        let reply =
            |text: &str| protocol::frame(&Reply::from(Mended { text: text.to_owned(), ..Mended::default() })).unwrap();
        assert_eq!(output, [reply("A"), protocol::frame(&Reply::OtherVersion).unwrap(), reply("Ü\n")].concat());
    }

    #[test]
    fn what_is_no_frame_ends_it() {
        for garbage in [vec![255; 9], vec![1, 0, 0, 0, b'x'], vec![2, 0]] {
            assert_eq!(said(garbage, IDLE), Vec::<u8>::new());
        }
    }

    #[test]
    fn it_ends_when_nobody_asks() {
        let (_open, told) = channel();
        assert!(serve(&told, &mut Vec::new(), Duration::from_millis(1), |_| Mended::default()).is_ok());
    }
}
