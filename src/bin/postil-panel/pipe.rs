//! The daemon's lines in, ours out.

use std::io::{self, BufRead, Write};

use gtk::glib;
use postil::panel::protocol::{self, FromPanel, ProtocolError, ToPanel};
use tokio::sync::mpsc::unbounded_channel;

/// What comes from the daemon.
pub enum Told {
    Message(ToPanel),
    /// The daemon wants no panel any more, or is gone.
    End,
    /// It is no daemon of ours.
    Refused(ProtocolError),
}

/// Reads on a thread of its own; each message comes to `take` in the toolkit's loop.
pub fn listen(mut take: impl FnMut(Told) + 'static) {
    let (tell, mut told) = unbounded_channel();
    std::thread::spawn(move || {
        let mut is_greeted = false;
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            let told = read(&line, &mut is_greeted).map_or_else(Told::Refused, Told::Message);
            if tell.send(told).is_err() {
                return;
            }
        }
        // The loop may be over.
        let _ = tell.send(Told::End);
    });
    glib::MainContext::default().spawn_local(async move {
        while let Some(told) = told.recv().await {
            take(told);
        }
    });
}

fn read(line: &str, is_greeted: &mut bool) -> Result<ToPanel, ProtocolError> {
    let message = protocol::parse(line.as_bytes())?;
    match &message {
        ToPanel::Hello(hello) => {
            hello.check()?;
            *is_greeted = true;
        }
        _ if !*is_greeted => return Err(ProtocolError::NoHello),
        _ => {}
    }
    Ok(message)
}

/// Says something to the daemon. Where it is gone, stdin says so too, and the panel ends by that.
pub fn say(message: &FromPanel) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(&protocol::line(message)).and_then(|()| out.flush());
}
