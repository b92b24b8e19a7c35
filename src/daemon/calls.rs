//! Runs calls: each in a task of its own, which streams its deltas and its end back as events. Aborting a call drops
//! its task, and with it the connection or the child process.
//!
//! Invariant: a call that is not aborted has an end, also where its backend panics.

use std::collections::HashMap;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use tokio::task::{AbortHandle, spawn_blocking};

#[cfg(feature = "harper")]
use crate::config::paths::process_env;
use crate::daemon::Inbox;
use crate::engine::call::{Backend, CallId, Request};
use crate::engine::event::{BackendFailure, Event};
use crate::llm::client::Client;
use crate::llm::request::{Chunk, Completion, Finish, Going, KeyName};
#[cfg(feature = "harper")]
use crate::offline::fix::proofreader::{Proofreader, Terms};
use crate::offline::{self, Builtin, BuiltinFailure, Made, command};

/// A text tool is run in place up to this size, which takes it well under a millisecond; larger texts go to another thread.
const RUN_IN_PLACE: usize = 32 << 10;

/// The calls that run now.
pub struct Calls {
    inbox: Inbox,
    client: Client,
    running: HashMap<CallId, AbortHandle>,
    #[cfg(feature = "harper")]
    proofreader: Proofreader,
}

impl Calls {
    pub fn new(inbox: Inbox, client: Client) -> Self {
        Self {
            inbox,
            client,
            running: HashMap::new(),
            #[cfg(feature = "harper")]
            proofreader: Proofreader::on(Terms::of(&process_env)),
        }
    }

    /// Starts a call, of a model with this key first. Answered by any number of deltas and one end.
    pub fn run(&mut self, call: CallId, backend: Backend, request: Request, key: Option<KeyName>) {
        self.running.retain(|_, task| !task.is_finished());
        let (inbox, client) = (self.inbox.clone(), self.client.clone());
        let by = backend.name();
        #[cfg(feature = "harper")]
        if backend == Backend::Builtin(Builtin::Harper) {
            let wish = self.proofreader.wish(request);
            let task = tokio::spawn(async move {
                let result = wish.await.map_err(BackendFailure::from);
                let result = result.map(|made| made_whole(made, |chunk| inbox.event(Event::Delta { call, chunk })));
                inbox.event(Event::Done { call, result });
            });
            self.running.insert(call, task.abort_handle());
            return;
        }
        let task = tokio::spawn(async move {
            let asked = Asked { call, request, key };
            let result = caught(answer(asked, backend, &client, &inbox)).await;
            let result = result.unwrap_or_else(|| Err(fell_over(&by).into()));
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

struct Asked {
    call: CallId,
    request: Request,
    key: Option<KeyName>,
}

async fn answer(
    Asked { call, request, key }: Asked,
    backend: Backend,
    client: &Client,
    inbox: &Inbox,
) -> Result<Completion, BackendFailure> {
    let on_chunk = |chunk: Chunk| inbox.event(Event::Delta { call, chunk });
    match backend {
        Backend::Model(target) => {
            let on_going = |going: Going| inbox.event(Event::Going { call, going });
            Ok(client.run_with(key.as_ref(), &target, &request, on_going, on_chunk).await?)
        }
        Backend::Command(command) => command::run(&command, &request.text, on_chunk).await,
        Backend::Open(address) => command::open(address.expose()).await.map(|()| Completion::bare(Finish::Stop)),
        Backend::Builtin(builtin) => Ok(made_whole(run_builtin(builtin, request).await?, on_chunk)),
    }
}

/// The answer of an engine that has all of it at once.
fn made_whole(made: Made, on_chunk: impl Fn(Chunk)) -> Completion {
    on_chunk(Chunk::Answer(made.text));
    Completion { notes: made.notes, ..Completion::bare(Finish::Stop) }
}

async fn run_builtin(builtin: Builtin, request: Request) -> Result<Made, BackendFailure> {
    #[cfg(feature = "apertium")]
    if builtin == Builtin::Apertium {
        return offline::apertium::answer(&request).await;
    }
    if builtin.is_text_tool() && request.text.expose().len() <= RUN_IN_PLACE {
        return Ok(offline::run(builtin, &request)?);
    }
    let ran = spawn_blocking(move || offline::run(builtin, &request)).await;
    let ran = ran.unwrap_or_else(|_| Err(fell_over(builtin.name())));
    Ok(ran?)
}

/// What `work` comes to, or `None` if it panicked. Unlike a task of its own, it goes when this future is dropped.
async fn caught<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(|context| {
        // Nobody sees `work` again after a panic: it is not polled any more, only dropped.
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        polled.map_or(Poll::Ready(None), |polled| polled.map(Some))
    })
    .await
}

/// What is said of a backend that panicked. Never the panic's own words: they may quote the text.
fn fell_over(by: &str) -> BuiltinFailure {
    BuiltinFailure::NotFitting(format!("{by} failed on this text; that is a mistake in postil, please report it"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::task::yield_now;

    #[tokio::test]
    async fn a_panic_is_an_end() {
        assert_eq!(caught(async { 1 }).await, Some(1));
        let later = async {
            yield_now().await;
            2
        };
        assert_eq!(caught(later).await, Some(2));
        let at_once = async { panic!("at once") };
        assert_eq!(caught::<()>(at_once).await, None);
        let later = async {
            yield_now().await;
            panic!("later")
        };
        assert_eq!(caught::<()>(later).await, None);
    }

    #[tokio::test]
    async fn what_is_caught_goes_with_its_task() {
        let (held, gone) = tokio::sync::oneshot::channel::<()>();
        let task = tokio::spawn(caught(async move {
            let _held = held;
            std::future::pending::<()>().await;
        }));
        yield_now().await;
        task.abort();
        assert!(gone.await.is_err(), "its end is dropped");
    }
}
