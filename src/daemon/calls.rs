//! Runs calls: each in a task of its own, which streams its deltas and its end back as events. Aborting a call drops
//! its task, and with it the connection or the child process.

use std::collections::HashMap;

use tokio::task::{AbortHandle, spawn_blocking};

use crate::daemon::Inbox;
use crate::engine::call::{Backend, CallId, Request};
use crate::engine::event::{BackendFailure, Event};
use crate::llm::client::Client;
use crate::llm::request::{Chunk, Completion, Finish};
use crate::offline::{self, Builtin, BuiltinFailure, command};
use crate::text::sealed::AnswerText;

/// A built-in is run in place up to this size, which takes it well under a millisecond; larger texts go to another thread.
const RUN_IN_PLACE: usize = 32 << 10;

/// The calls that run now.
pub struct Calls {
    inbox: Inbox,
    client: Client,
    running: HashMap<CallId, AbortHandle>,
}

impl Calls {
    pub fn new(inbox: Inbox, client: Client) -> Self {
        Self { inbox, client, running: HashMap::new() }
    }

    /// Starts a call. Answered by any number of deltas and one end.
    pub fn run(&mut self, call: CallId, backend: Backend, request: Request) {
        self.running.retain(|_, task| !task.is_finished());
        let (inbox, client) = (self.inbox.clone(), self.client.clone());
        let task = tokio::spawn(async move {
            let result = answer(call, backend, request, &client, &inbox).await;
            inbox.event(Event::Done { call, result });
        });
        self.running.insert(call, task.abort_handle());
    }

    pub fn abort(&mut self, call: CallId) {
        if let Some(task) = self.running.remove(&call) {
            task.abort();
        }
    }
}

async fn answer(
    call: CallId,
    backend: Backend,
    request: Request,
    client: &Client,
    inbox: &Inbox,
) -> Result<Completion, BackendFailure> {
    let on_chunk = |chunk: Chunk| inbox.event(Event::Delta { call, chunk });
    match backend {
        Backend::Model(target) => Ok(client.run(&target, &request, on_chunk).await?),
        Backend::Command(command) => command::run(&command, &request.text, on_chunk).await,
        Backend::Open(address) => command::open(address.expose()).await.map(|()| whole()),
        Backend::Builtin(builtin) => {
            on_chunk(Chunk::Answer(run_builtin(builtin, request).await?));
            Ok(whole())
        }
    }
}

async fn run_builtin(builtin: Builtin, request: Request) -> Result<AnswerText, BackendFailure> {
    if request.text.expose().len() <= RUN_IN_PLACE {
        return Ok(offline::run(builtin, &request)?);
    }
    let ran = spawn_blocking(move || offline::run(builtin, &request)).await;
    let ran =
        ran.unwrap_or_else(|_| Err(BuiltinFailure::NotFitting(format!("{} failed on this text", builtin.name()))));
    Ok(ran?)
}

/// The end of an answer that cannot be cut.
fn whole() -> Completion {
    Completion { finish: Finish::Stop, usage: None, model: None }
}
