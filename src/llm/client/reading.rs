//! Reads the body of an answer: as a stream of events, or whole where the server took no notice of the wish for one.
//!
//! Invariant: every wait has an end, and what had arrived before an error has been handed on.
//!
//! Comments that keep a connection alive count as life: between them the server may be silent for as long as the user
//! allows. But a server that sends nothing else for [`COMMENTS_LIMIT`] will not answer any more.

use std::ops::Deref;
use std::time::Duration;

use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use tokio::time::{Instant, timeout};

use super::connection::Address;
use crate::llm::lines;
use crate::llm::request::{CallFailure, Chunk, Completion, Waiting};
use crate::llm::sse::{self, EVENT_LIMIT, Event, EventTooLarge};
use crate::llm::wire::{Decoder, Framing, Progress};

/// As long as DeepSeek, the most patient, keeps a request waiting in its queue behind comments.
const COMMENTS_LIMIT: Duration = Duration::from_secs(600);
/// Some hundred times the longest answer of any model; a server that never ends must not fill the memory.
const STREAM_LIMIT: usize = 64 << 20;
/// After the finish reason only the count of tokens and `[DONE]` may follow; nobody waits for those.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// After `[DONE]` the end of the body is taken off the connection, so that it can be used again.
const DRAIN_LIMIT: Duration = Duration::from_secs(1);
/// An error's first sentences; a web page's title.
const ERROR_BODY_LIMIT: usize = 64 * 1024;
/// The head has come, and an error is short.
const ERROR_BODY_WAIT: Duration = Duration::from_secs(3);

/// The body of an answer that is still coming.
pub struct Body {
    response: Response,
    address: Address,
    began: bool,
}

impl Body {
    pub fn new(response: Response, address: &Address) -> Self {
        Self { response, address: address.clone(), began: false }
    }

    /// All of it, at most [`EVENT_LIMIT`] bytes.
    pub async fn all(mut self) -> Result<Vec<u8>, CallFailure> {
        let mut all = Vec::new();
        while let Some(piece) = self.next(self.patience()).await? {
            self.add(&mut all, &piece)?;
        }
        Ok(all)
    }

    /// As much of it as comes of an error's.
    pub async fn beginning(mut self) -> Vec<u8> {
        let mut all = Vec::new();
        let reading = async {
            while let Ok(Some(piece)) = self.response.chunk().await {
                all.extend_from_slice(&piece);
                if all.len() > ERROR_BODY_LIMIT {
                    break;
                }
            }
        };
        // What came in time is what there is.
        let _ = timeout(ERROR_BODY_WAIT, reading).await;
        all
    }

    async fn next(&mut self, wait: Duration) -> Result<Option<impl Deref<Target = [u8]> + use<>>, CallFailure> {
        let waiting = if self.began { Waiting::NextByte } else { Waiting::FirstByte };
        let piece = timeout(wait, self.response.chunk()).await.map_err(|_| self.address.timed_out(waiting, wait))?;
        self.began = true;
        piece.map_err(|_| CallFailure::BrokenOff { host: self.address.host.clone() })
    }

    fn patience(&self) -> Duration {
        if self.began { self.address.timeouts.silence } else { self.address.timeouts.first }
    }

    fn add(&self, all: &mut Vec<u8>, piece: &[u8]) -> Result<(), CallFailure> {
        if all.len() + piece.len() > EVENT_LIMIT {
            return Err(self.not_an_answer("more than an answer can be"));
        }
        all.extend_from_slice(piece);
        Ok(())
    }

    fn not_an_answer(&self, what: &'static str) -> CallFailure {
        CallFailure::NotAnAnswer { host: self.address.host.clone(), what }
    }

    fn content_type(&self) -> String {
        let content_type = self.response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        content_type.unwrap_or_default().to_ascii_lowercase()
    }

    fn says_it_streams(&self) -> bool {
        let content_type = self.content_type();
        content_type.starts_with("text/event-stream") || content_type.starts_with("application/x-ndjson")
    }

    /// What the answer is, from its Content-Type and, as those are wrong at times, its first byte.
    fn form(&self, first: &[u8], framing: Framing) -> Result<Form, CallFailure> {
        let content_type = self.content_type();
        match first.iter().find(|byte| !byte.is_ascii_whitespace()) {
            _ if content_type.starts_with("text/html") => Err(self.not_an_answer("a web page")),
            Some(b'{') if framing == Framing::Lines && !content_type.starts_with("application/json") => {
                Ok(Form::Stream)
            }
            Some(b'{' | b'[') => Ok(Form::Whole),
            _ if content_type.starts_with("text/event-stream") => Ok(Form::Stream),
            None | Some(b'd' | b'e' | b'i' | b'r' | b':' | b'\xEF') => Ok(Form::Stream),
            Some(b'<') => Err(self.not_an_answer("a web page")),
            Some(_) => Err(self.not_an_answer("something unreadable")),
        }
    }

    /// Leaves the connection usable, without anybody waiting for that.
    fn drain(mut self) {
        tokio::spawn(timeout(DRAIN_LIMIT, async move { while let Ok(Some(_)) = self.response.chunk().await {} }));
    }
}

enum Form {
    Stream,
    Whole,
}

/// Cuts a stream into what the decoder takes.
enum Cutter {
    Events(sse::Decoder),
    Lines(lines::Decoder),
}

impl Cutter {
    fn of(framing: Framing) -> Self {
        match framing {
            Framing::Events => Self::Events(sse::Decoder::default()),
            Framing::Lines => Self::Lines(lines::Decoder::default()),
        }
    }

    fn feed(&mut self, bytes: &[u8], events: &mut Vec<Event>) -> Result<(), EventTooLarge> {
        match self {
            Self::Events(decoder) => decoder.feed(bytes, events),
            Self::Lines(decoder) => decoder.feed(bytes, events),
        }
    }

    fn finish(self) -> Option<Event> {
        match self {
            Self::Events(decoder) => decoder.finish(),
            Self::Lines(decoder) => decoder.finish(),
        }
    }
}

/// Reads an answer to its end, and gives `on_chunk` each piece as it comes.
pub async fn answer(
    mut body: Body,
    decoder: Decoder,
    on_chunk: &mut impl FnMut(Chunk),
) -> Result<Completion, CallFailure> {
    let Some(first) = body.next(body.patience()).await? else {
        // A stream that was begun and ended at once was broken off; anything else is the wrong address.
        return Err(match body.says_it_streams() {
            true => CallFailure::BrokenOff { host: body.address.host },
            false => body.not_an_answer("an empty body"),
        });
    };
    let form = body.form(&first, decoder.framing())?;
    let mut answer = Answer { decoder, chunks: Vec::new(), on_chunk };
    let read = match form {
        Form::Stream => answer.stream(body, &first).await,
        Form::Whole => answer.whole(body, &first).await,
    };
    let ended = answer.finish();
    read.and(ended)
}

/// An answer as it is being read.
struct Answer<'a, F> {
    decoder: Decoder,
    chunks: Vec<Chunk>,
    on_chunk: &'a mut F,
}

impl<F: FnMut(Chunk)> Answer<'_, F> {
    async fn stream(&mut self, mut body: Body, first: &[u8]) -> Result<(), CallFailure> {
        let mut decoder = Cutter::of(self.decoder.framing());
        let (mut events, mut last_event) = (Vec::new(), Instant::now());
        let mut read = first.len();
        let mut fed = decoder.feed(first, &mut events);
        loop {
            if !events.is_empty() {
                last_event = Instant::now();
            }
            events.drain(..).try_for_each(|event| self.push(&event))?;
            fed.map_err(|_| body.not_an_answer("an event without an end"))?;
            let wait = match self.decoder.progress() {
                Progress::Done => break,
                Progress::TextComplete => LAST_WORDS,
                Progress::Running => body.patience(),
            };
            let left = COMMENTS_LIMIT.saturating_sub(last_event.elapsed());
            match body.next(wait.min(left)).await {
                Ok(Some(piece)) => {
                    read += piece.len();
                    if read > STREAM_LIMIT {
                        return Err(body.not_an_answer("more than an answer can be"));
                    }
                    fed = decoder.feed(&piece, &mut events);
                }
                Ok(None) => return self.end(decoder),
                Err(_) if self.decoder.progress() == Progress::TextComplete => return Ok(()),
                Err(failure) => return Err(failure),
            }
        }
        body.drain();
        Ok(())
    }

    /// The event that no blank line closed counts, unless the connection was cut in the middle of it.
    fn end(&mut self, decoder: Cutter) -> Result<(), CallFailure> {
        match decoder.finish().map(|event| self.push(&event)) {
            None | Some(Ok(()) | Err(CallFailure::NotAnAnswer { .. })) => Ok(()),
            Some(Err(failure)) => Err(failure),
        }
    }

    async fn whole(&mut self, mut body: Body, first: &[u8]) -> Result<(), CallFailure> {
        let mut all = first.to_vec();
        while let Some(piece) = body.next(body.patience()).await? {
            body.add(&mut all, &piece)?;
        }
        let read = self.decoder.whole(&all, &mut self.chunks);
        self.deliver();
        read
    }

    fn push(&mut self, event: &Event) -> Result<(), CallFailure> {
        let read = self.decoder.push(event, &mut self.chunks);
        self.deliver();
        read
    }

    fn finish(mut self) -> Result<Completion, CallFailure> {
        let ended = self.decoder.finish(&mut self.chunks);
        self.chunks.drain(..).for_each(self.on_chunk);
        ended
    }

    fn deliver(&mut self) {
        self.chunks.drain(..).for_each(&mut *self.on_chunk);
    }
}
