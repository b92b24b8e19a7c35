//! The program with a daemon's end of its pipes.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use postil::panel::protocol::{self, Done, FromPanel, Hello, ToPanel, Words};

use crate::x11::{DEADLINE, eventually};

/// Ends with its fixture.
pub struct Program {
    child: Child,
    to: Option<ChildStdin>,
    said: Receiver<FromPanel>,
}

impl Program {
    /// `on`: makes a program one of a desktop's.
    pub fn start(on: impl FnOnce(&mut Command)) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_postil-panel"));
        on(command.env("LANG", "C.UTF-8"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the panel starts");
        let (to, from) = (child.stdin.take(), child.stdout.take().expect("a pipe"));
        let (tell, said) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                let message = protocol::parse(line.as_bytes()).expect("a message");
                if tell.send(message).is_err() {
                    return;
                }
            }
        });
        Self { child, to, said }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn greet(&mut self) {
        self.tell(&ToPanel::Hello(Hello::ours()));
        assert_eq!(self.hear(), FromPanel::Hello(Hello::ours()));
    }

    pub fn tell(&mut self, message: &ToPanel) {
        let to = self.to.as_mut().expect("it was not hung up");
        to.write_all(&protocol::line(message)).expect("the panel listens");
    }

    pub fn hear(&self) -> FromPanel {
        self.said.recv_timeout(DEADLINE).expect("the panel says something")
    }

    /// A whole job.
    pub fn answer(&mut self, job: u64, text: &str) {
        self.tell(&show(job, "Translate"));
        self.tell(&ToPanel::Source { job, text: words("The source.") });
        for piece in text.split_inclusive(' ') {
            self.tell(&ToPanel::Answer { job, lane: 0, text: words(piece) });
        }
        self.tell(&done(job, text));
        assert_eq!(self.hear(), FromPanel::Seen { job });
    }

    pub fn hang_up(&mut self) {
        self.to = None;
    }

    pub fn ends_with(&mut self, code: i32) {
        let status = eventually("the panel ends", || self.child.try_wait().expect("it is our child"));
        assert_eq!(status.code(), Some(code));
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _killed = self.child.kill();
        let _reaped = self.child.wait();
    }
}

pub fn words(text: &str) -> Words {
    Words::from(text.to_owned())
}

pub fn show(job: u64, title: &str) -> ToPanel {
    ToPanel::Show { job, title: title.into(), action: title.to_lowercase(), size: None, is_entry: false }
}

pub fn done(job: u64, text: &str) -> ToPanel {
    let notes = vec![words("said once")];
    let (label, text, by, toll) = (None, words(text), "test/tiny".into(), "1.2 s".into());
    ToPanel::Done(Done { job, label, text, by, notes, toll, replaces: true, follows: true, is_placed: false })
}
