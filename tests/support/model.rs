//! The model's server of a session: it answers each request with what the test laid ready, at once or when it is told,
//! and a friendly word where nothing was laid ready. It knows nothing of the daemon.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use super::server::{Answer, DEADLINE, Log, Recorded, Server, says};

/// What is said where a test does not care.
pub const ANSWER: &str = "Guten Tag";

/// The server. Ends when dropped.
pub struct Model {
    server: Server,
    script: Arc<Mutex<VecDeque<Line>>>,
}

struct Line {
    answer: Answer,
    /// The answer waits for a word on it.
    cue: Option<Receiver<()>>,
}

/// Lets an answer that is held back go, once.
pub struct Cue(Sender<()>);

impl Cue {
    pub fn give(self) {
        self.0.send(()).expect("the server still holds the answer back");
    }
}

impl Model {
    pub fn start() -> Self {
        let script: Arc<Mutex<VecDeque<Line>>> = Arc::default();
        let lines = Arc::clone(&script);
        Self { server: Server::start(move |request| answer(request, &lines)), script }
    }

    /// The next request that has no answer yet gets this one.
    pub fn answers(&self, answer: Answer) {
        self.script.lock().expect("nobody panics with it").push_back(Line { answer, cue: None });
    }

    /// The same, but only when the cue is given.
    pub fn holds_back(&self, answer: Answer) -> Cue {
        let (sender, cue) = channel();
        self.script.lock().expect("nobody panics with it").push_back(Line { answer, cue: Some(cue) });
        Cue(sender)
    }

    /// What was asked so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.server.requests().into_iter().filter(is_question).collect()
    }

    /// Waits until this many questions were asked in all, and gives the last of them.
    pub fn await_request(&self, number: usize) -> Recorded {
        self.server
            .wait_until("it is asked", |log| log.requests.iter().filter(|one| is_question(one)).count() >= number);
        self.requests().swap_remove(number - 1)
    }

    pub fn wait_until(&self, what: &str, holds: impl FnMut(&Log) -> bool) {
        self.server.wait_until(what, holds);
    }

    /// `http://127.0.0.1:PORT/v1`
    pub fn base_url(&self) -> String {
        self.server.base_url()
    }

    /// `127.0.0.1:PORT`
    pub fn host(&self) -> String {
        self.server.host()
    }
}

/// Looks at the list of models and connections that are opened ahead are none.
fn is_question(request: &Recorded) -> bool {
    request.method == "POST"
}

fn answer(request: &Recorded, script: &Mutex<VecDeque<Line>>) -> Answer {
    if !is_question(request) {
        return Answer::whole(200, "application/json", r#"{"object":"list","data":[{"id":"tiny","object":"model"}]}"#);
    }
    let line = script.lock().expect("nobody panics with it").pop_front();
    let Some(Line { answer, cue }) = line else { return says(ANSWER) };
    if let Some(cue) = cue {
        // A test that ends without the word wants no answer.
        let _given = cue.recv_timeout(DEADLINE);
    }
    answer
}
