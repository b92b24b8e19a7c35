//! The daemon's side: starts the child when a text is there to mend, keeps it while it lives, and is rid of it whatever it
//! does.
//!
//! One task attends to the child and to the wishes, one after the other; while there is neither it costs nothing. A wish
//! that nobody waits for any more is finished, for the child is loading and the next press wants it; but not for long.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::protocol::{self, Reply, VERSION, Wish};
use crate::config::paths::Env;
use crate::engine::call::Request;
use crate::engine::outcome::Note;
use crate::offline::correction::Correction;
use crate::offline::{BuiltinFailure, Made};
use crate::process::{ourselves, withhold_keys};
use crate::text::language::{self, Language};
use crate::text::sealed::UserText;

/// The word that the child is started with.
pub const COMMAND: &str = "proofread";

/// More takes longer than anybody waits.
const LONGEST_TEXT: usize = 200 << 10;

/// The longest text takes a fraction of a second, and slow machines several times that. After this it hangs.
const PATIENCE: Duration = Duration::from_secs(10);

/// A text that nobody waits for any more.
const PATIENCE_FOR_NOBODY: Duration = Duration::from_secs(3);

/// How long the child waits for the next text: who mends one paragraph mends the next within a minute or two.
const IDLE: Duration = Duration::from_secs(120);

/// Another time than that, in seconds.
const IDLE_VARIABLE: &str = "POSTIL_FIX_IDLE";

/// Mends texts in a child. Cheap until it is first asked.
#[derive(Debug, Default)]
pub struct Proofreader {
    terms: Terms,
    wishes: Option<mpsc::UnboundedSender<Asked>>,
}

/// Which program the child is, and how long each waits for the other.
#[derive(Debug, Clone)]
pub struct Terms {
    /// None: this one.
    pub program: Option<PathBuf>,
    /// After this without a text the child ends; in whole seconds.
    pub idle: Duration,
    /// After this without an answer it is killed.
    pub patience: Duration,
}

impl Terms {
    /// The usual ones, but for what this environment says.
    pub fn of(env: Env<'_>) -> Self {
        let idle = env(IDLE_VARIABLE).and_then(|seconds| seconds.parse().ok()).map_or(IDLE, Duration::from_secs);
        Self { idle, ..Self::default() }
    }
}

impl Default for Terms {
    fn default() -> Self {
        Self { program: None, idle: IDLE, patience: PATIENCE }
    }
}

type Answer = Result<Made, BuiltinFailure>;

#[derive(Debug)]
struct Asked {
    text: UserText,
    reply: oneshot::Sender<Answer>,
}

impl Proofreader {
    /// One on other terms than the usual ones.
    pub fn on(terms: Terms) -> Self {
        Self { terms, wishes: None }
    }

    /// Begins to mend the request's text; what is given waits for the end.
    pub fn wish(&mut self, request: Request) -> impl Future<Output = Answer> + Send + use<> {
        let fits = fits(request.text.expose(), &request.languages);
        let wishes = self.wishes.get_or_insert_with(|| {
            let (tell, told) = mpsc::unbounded_channel();
            tokio::spawn(attend(told, self.terms.clone()));
            tell
        });
        let (reply, answer) = oneshot::channel();
        if fits.is_ok() {
            // The task lives as long as we do.
            let _ = wishes.send(Asked { text: request.text, reply });
        }
        async move {
            fits?;
            answer.await.unwrap_or_else(|_| Err(broken("ended in the middle of it")))
        }
    }
}

/// English alone, and not a book.
fn fits(text: &str, languages: &[Language]) -> Result<(), BuiltinFailure> {
    if text.len() > LONGEST_TEXT {
        return Err(BuiltinFailure::NotFitting("harper mends up to 200 KB at a time; select less".to_owned()));
    }
    match language::detect(text, languages).filter(|language| *language != Language::ENGLISH) {
        Some(language) => Err(BuiltinFailure::NotFitting(format!(
            "harper mends English alone, and this is {}; `spell` shows its unknown words, and `postil setup` sets up a model",
            language.english_name()
        ))),
        None => Ok(()),
    }
}

fn broken(did: &'static str) -> BuiltinFailure {
    BuiltinFailure::Broken { what: "the process that mends text", did }
}

/// Attends to wishes and to the child until nobody can wish any more; the child goes with this task.
async fn attend(mut wishes: mpsc::UnboundedReceiver<Asked>, terms: Terms) {
    let mut reader: Option<Reader> = None;
    loop {
        let asked = match &mut reader {
            None => wishes.recv().await,
            Some(warm) => tokio::select! {
                asked = wishes.recv() => asked,
                // It ends when it was idle for long; waited for, so that no trace of it stays.
                _ = warm.child.wait() => {
                    reader = None;
                    continue;
                }
            },
        };
        let Some(Asked { text, mut reply }) = asked else { return };
        if reply.is_closed() {
            continue;
        }
        let answer = {
            let work = mend(&mut reader, &terms, &text);
            tokio::pin!(work);
            tokio::select! {
                answer = &mut work => Some(answer),
                () = reply.closed() => timeout(PATIENCE_FOR_NOBODY, work).await.ok(),
            }
        };
        match answer {
            Some(answer) => {
                // Who has gone needs no answer.
                let _ = reply.send(answer);
            }
            None => reader = None,
        }
    }
}

/// Has `text` mended, by the child that lives or by a new one. One that was warm may just have ended: then once more.
async fn mend(reader: &mut Option<Reader>, terms: &Terms, text: &UserText) -> Answer {
    let was_warm = reader.is_some();
    match once(reader, terms, text).await {
        Err(Trouble::Ended) if was_warm => once(reader, terms, text).await,
        first => first,
    }
    .map_err(|trouble| match trouble {
        Trouble::Ended => broken("ended in the middle of it"),
        Trouble::Hung => broken("did not answer"),
        Trouble::NotStarted => broken("could not be started"),
        Trouble::Garbled => broken("answered what is no answer"),
        Trouble::Replaced => BuiltinFailure::Updated,
    })
}

enum Trouble {
    NotStarted,
    Ended,
    Hung,
    /// What it said is none of our messages.
    Garbled,
    /// It is of another version than we are.
    Replaced,
}

async fn once(reader: &mut Option<Reader>, terms: &Terms, text: &UserText) -> Result<Made, Trouble> {
    let warm = match reader {
        Some(warm) => warm,
        None => reader.insert(Reader::start(terms).map_err(|_| Trouble::NotStarted)?),
    };
    let reply = timeout(terms.patience, warm.ask(text)).await;
    let trouble = match reply {
        Ok(Ok(Reply::Mended { text, changed, suggested })) => return Ok(made(text, changed, suggested)),
        Ok(Ok(Reply::OtherVersion)) => Trouble::Replaced,
        Ok(Err(error)) if error.kind() == ErrorKind::InvalidData => Trouble::Garbled,
        Ok(Err(_)) => Trouble::Ended,
        Err(_) => Trouble::Hung,
    };
    // Dropped, it is killed.
    *reader = None;
    Err(trouble)
}

fn made(text: String, changed: Vec<(String, String)>, suggested: Vec<(String, String)>) -> Made {
    let corrections = |pairs: Vec<(String, String)>| -> Vec<Correction> {
        pairs.into_iter().map(|(from, to)| Correction { from: from.into(), to: to.into() }).collect()
    };
    let mut notes = vec![Note::Corrected(corrections(changed))];
    if !suggested.is_empty() {
        notes.push(Note::Proposed(corrections(suggested)));
    }
    Made { text: text.into(), notes }
}

/// A child with its pipes.
struct Reader {
    child: Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
}

impl Reader {
    fn start(terms: &Terms) -> std::io::Result<Self> {
        let program = terms.program.clone().map_or_else(ourselves, Ok)?;
        let mut command = Command::new(program);
        command.arg(COMMAND).arg(terms.idle.as_secs().to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        withhold_keys(&mut command);
        let mut child = command.spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(stdin), Some(stdout)) => Ok(Self { child, stdin, stdout }),
            _ => Err(ErrorKind::BrokenPipe.into()),
        }
    }

    async fn ask(&mut self, text: &UserText) -> std::io::Result<Reply> {
        let wish = protocol::frame(&Wish { version: VERSION, text: text.expose().to_owned() })?;
        self.stdin.write_all(&wish).await?;
        self.stdin.flush().await?;
        let mut head = [0; 4];
        self.stdout.read_exact(&mut head).await?;
        let length = protocol::length(head).ok_or(ErrorKind::InvalidData)?;
        let mut body = vec![0; length];
        self.stdout.read_exact(&mut body).await?;
        serde_json::from_slice(&body).map_err(|_| ErrorKind::InvalidData.into())
    }
}
