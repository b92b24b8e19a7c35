//! The one room that knows HTTP: it carries a request to a model's server and its answer back, piece by piece.
//!
//! Invariant: it tries once with each key, and only the engine tries again (a request that was refused for a field of it
//! was not begun: [`refused`](super::refused)); a redirect is never followed; a key goes over TLS, to this
//! machine, or where the user's `allow_http` says so, and stands in no error and no `Debug`. It knows no wire format:
//! [`Wire`] has the words. Dropping a future of it closes the request.

mod connection;
mod reading;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use futures_util::future::join_all;
use reqwest::header::{HeaderValue, LOCATION};
use reqwest::{Method, RequestBuilder, Response};
use tokio::time::timeout;

use self::connection::{Address, Connections};
use self::reading::Body;
use super::keys::{self, Held, Keys, Turn};
use super::known;
use super::rates::{self, Rates};
use super::refusal::Answered;
use super::refused::{Field, Refused};
use super::request::{CallFailure, Chunk, Completion, Going, KeyName, LimitOf, Waiting};
use super::roster::{Readiness, Survey, Target};
use super::wire::{Delivery, KeyHeader, Outgoing, Wire};
use crate::config::Provider;
use crate::engine::call::Request;
use crate::engine::outcome::Note;
use crate::text::sealed::Secret;

/// A server on this machine answers in a few milliseconds; a menu that opens waits no longer than this.
const PROBE_LIMIT: Duration = Duration::from_millis(400);
/// Beyond the time for connecting: what a server may take to say nothing.
const WARM_LIMIT: Duration = Duration::from_secs(5);
/// A list of models is a look-up.
const LIST_LIMIT: Duration = Duration::from_secs(10);

/// Speaks to models' servers. Clones share their connections. Nothing is built, and no certificate read, before the
/// first request.
#[derive(Clone, Default, Debug)]
pub struct Client {
    connections: Arc<Connections>,
    refusals: Arc<Refusals>,
    keys: Keys,
}

impl Client {
    /// Asks `target`, and gives `on_chunk` each piece as it comes: also those before an error. Ends with what the server
    /// said of the end, or why there is no whole answer.
    ///
    /// Where the model refuses a field of the request, it goes out again without that field (see [`refused`](super::refused)).
    pub async fn run(
        &self,
        target: &Target,
        request: &Request,
        on_chunk: impl FnMut(Chunk),
    ) -> Result<Completion, CallFailure> {
        self.run_with(None, target, request, |_| (), on_chunk).await
    }

    /// The same with the key of this name before all others; that it took another's turn is a note. `on_going` is told of
    /// each request just before it goes out.
    pub async fn run_with(
        &self,
        first: Option<&KeyName>,
        target: &Target,
        request: &Request,
        mut on_going: impl FnMut(Going),
        mut on_chunk: impl FnMut(Chunk),
    ) -> Result<Completion, CallFailure> {
        let address = Address::of(&target.provider, &target.provider.base_url)?;
        // What takes a while where it is the first request of all is done before the moment is told.
        self.connections.to(&address)?;
        let mut keys = self.keys.of(&target.provider, Some(&target.model));
        let waiting = first.and_then(|first| keys.begin_with(first));
        let (mut key, mut notes) = (keys.next().await?, Vec::new());
        notes.extend(key.as_ref().zip(waiting).map(|(key, waiting)| at_its_limit(&target.provider, waiting, key)));
        let mut passed = None;
        loop {
            key = needed(key, &target.provider, &address)?;
            on_going(Going { key: key.as_ref().map(|held| held.name.clone()), passed: passed.take() });
            let wire = Wire::of_target(target, &self.refusals.of(target));
            let mut asking = Asking { wire, target, key: key.as_ref().map(|held| held.key.clone()) };
            match self.accepted_in_some_form(&mut asking, request).await {
                Ok((response, address)) => {
                    let completion = self.read(&asking, response, &address, &mut on_chunk).await?;
                    let notes = completion.notes.into_iter().chain(notes).collect();
                    return Ok(Completion { notes, ..completion });
                }
                Err(failure) => {
                    passed = key.as_ref().map(|used| (used.name.clone(), failure.clone()));
                    key = self.next_key(key, failure, &mut keys, &mut notes).await?;
                }
            }
        }
    }

    async fn read(
        &self,
        asking: &Asking<'_>,
        response: Response,
        address: &Address,
        on_chunk: &mut impl FnMut(Chunk),
    ) -> Result<Completion, CallFailure> {
        let rates = rates_of(asking.target, &response);
        let body = Body::new(response, address);
        let completion = reading::answer(body, asking.wire.decoder(asking.target), on_chunk).await?;
        self.connections.give_back(address);
        Ok(Completion { rates, ..completion })
    }

    /// The key that is tried after one that was refused or exhausted. Nothing of an answer has come yet. The failure
    /// itself where it is not the key's, or where there is no other.
    async fn next_key(
        &self,
        used: Option<Held>,
        failure: CallFailure,
        keys: &mut Turn<'_>,
        notes: &mut Vec<Note>,
    ) -> Result<Option<Held>, CallFailure> {
        let Some(used) = used.filter(|_| keys::is_of_the_key(&failure)) else { return Err(failure) };
        let provider = keys.provider();
        keys.let_rest(&used.name, &failure);
        let name = provider.name.clone();
        match keys.next().await {
            Ok(Some(next)) => {
                let (passed, why) = (used.name, Box::new(failure));
                notes.push(Note::OtherKey { provider: name, passed, why, used: next.name.clone() });
                Ok(Some(next))
            }
            Ok(None) | Err(_) => Err(failure),
        }
    }

    /// Posts the request, without those of its fields that the model refuses, each of which is found out but once.
    async fn accepted_in_some_form(
        &self,
        asking: &mut Asking<'_>,
        request: &Request,
    ) -> Result<(Response, Address), CallFailure> {
        let target = asking.target;
        let mut refused = self.refusals.of(target);
        let mut outgoing = asking.build(request, &refused);
        loop {
            let address = Address::of(&target.provider, &outgoing.url)?;
            let response = self.post(asking, &address, &outgoing).await?;
            let not_taken = match accepted(asking, response, &address).await {
                Ok(response) => return Ok((response, address)),
                Err(not_taken) => not_taken,
            };
            let Some(field) = not_taken.field.filter(|field| !refused.has(*field)) else {
                return Err(not_taken.failure);
            };
            refused.add(field);
            asking.wire = Wire::of_target(target, &refused);
            let without = asking.build(request, &refused);
            if without == outgoing {
                return Err(not_taken.failure);
            }
            self.refusals.add(target, field);
            outgoing = without;
        }
    }

    async fn post(&self, asking: &Asking<'_>, address: &Address, outgoing: &Outgoing) -> Result<Response, CallFailure> {
        let mut post = self.start(address, Method::POST, asking.key())?;
        for (name, value) in &outgoing.headers {
            post = post.header(name, sensitive(value, address)?);
        }
        self.connections.take(address);
        send(post.body(outgoing.body.clone()), address).await
    }

    /// Opens a connection that the next request to this provider will use: name, TCP and TLS, while the text is still
    /// being read. Neither a key nor text is sent, and nothing is reported: the request itself will say what is wrong.
    /// Where a connection lies free it does nothing: the request would have to wait behind what is sent here.
    pub async fn warm(&self, target: &Target) {
        let Ok(address) = Address::of(&target.provider, &target.provider.base_url) else {
            return;
        };
        if self.connections.has_free(&address) {
            return;
        }
        // Only a connection that has carried a request is kept. HEAD of the root is one that every server answers
        // without a body, if only with an error; so the connection is free again at once.
        let Ok(head) = self.start(&address.root(), Method::HEAD, None) else {
            return;
        };
        let limit = target.provider.timeouts.connect + WARM_LIMIT;
        // Whatever came back, the connection is open or it is not.
        let _ = timeout(limit, head.send()).await;
    }

    /// The names of the models that `provider` has, with the key, on the user's word.
    pub async fn models(&self, provider: &Arc<Provider>) -> Result<Vec<String>, CallFailure> {
        self.models_with(provider, self.keys.of(provider, None).next().await?).await
    }

    /// The same with this key and no other: what the provider says of it.
    pub async fn models_with(&self, provider: &Arc<Provider>, key: Option<Held>) -> Result<Vec<String>, CallFailure> {
        let wire = Wire::of(provider);
        let address = Address::of(provider, &wire.models_url(provider))?;
        let target = Target { provider: provider.clone(), model: String::new() };
        let held = needed(key, provider, &address)?;
        let asking = Asking { wire, target: &target, key: held.map(|held| held.key) };
        let mut get = self.start(&address, Method::GET, asking.key())?;
        for (name, value) in &wire.models_headers(provider) {
            get = get.header(name, sensitive(value, &address)?);
        }
        let listing = async {
            let response = send(get, &address).await?;
            let response = accepted(&asking, response, &address).await.map_err(|not_taken| not_taken.failure)?;
            wire.models(&Body::new(response, &address).all().await?)
                .ok_or_else(|| CallFailure::NotAnAnswer { host: address.host.clone(), what: "no list of models" })
        };
        timeout(LIST_LIMIT, listing).await.unwrap_or_else(|_| Err(address.timed_out(Waiting::FirstByte, LIST_LIMIT)))
    }

    /// The keys that requests go with.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Which of `providers` can answer now: those with a key are taken at their word, those that need none are asked for
    /// their models, all at once and without any key.
    pub async fn survey(&self, providers: &BTreeMap<String, Arc<Provider>>) -> Survey {
        self.keys.forget();
        let looks = providers.iter().map(|(name, provider)| async { (name.clone(), self.look_at(provider).await) });
        join_all(looks).await.into_iter().collect()
    }

    async fn look_at(&self, provider: &Provider) -> Readiness {
        if keys::at_hand(provider) {
            return Readiness::Ready { models: Vec::new() };
        }
        if !provider.key_optional {
            return Readiness::NoKey;
        }
        timeout(PROBE_LIMIT, self.probe(provider)).await.unwrap_or(Readiness::Unreachable)
    }

    /// Anything may listen on a local server's port: only one that has a list of models is a model server. What calls itself
    /// Ollama may have OpenAI's kind of list alone.
    async fn probe(&self, provider: &Provider) -> Readiness {
        let own = self.list_without_key(Wire::of(provider), provider).await;
        match own {
            Ok(Readiness::Unreachable) if Wire::of(provider) == Wire::Ollama => {
                self.list_without_key(Wire::OpenAi, provider).await
            }
            found => found,
        }
        .unwrap_or(Readiness::Unreachable)
    }

    /// `Err`: nothing answers there.
    async fn list_without_key(&self, wire: Wire, provider: &Provider) -> Result<Readiness, CallFailure> {
        let address = Address::of(provider, &wire.models_url(provider))?;
        let response = send(self.start(&address, Method::GET, None)?, &address).await?;
        if response.status().as_u16() == 401 {
            return Ok(Readiness::NoKey);
        }
        let is_answer = response.status().is_success();
        let models = wire.models(&Body::new(response, &address).all().await?).filter(|_| is_answer);
        Ok(models.map_or(Readiness::Unreachable, |models| Readiness::Ready { models }))
    }

    fn start(
        &self,
        address: &Address,
        method: Method,
        key: Option<(KeyHeader, &Secret)>,
    ) -> Result<RequestBuilder, CallFailure> {
        let mut request = self.connections.to(address)?.request(method, address.url.clone());
        if let Some((header, key)) = key {
            request = request.header(header.name, sensitive(&format!("{}{}", header.prefix, key.expose()), address)?);
        }
        Ok(request)
    }
}

/// Who is asked, in which format, with which key.
struct Asking<'a> {
    wire: Wire,
    target: &'a Target,
    key: Option<Secret>,
}

impl Asking<'_> {
    fn key(&self) -> Option<(KeyHeader, &Secret)> {
        self.key.as_ref().map(|key| (self.wire.key_header(&self.target.provider), key))
    }

    fn build(&self, request: &Request, refused: &Refused) -> Outgoing {
        let delivery = if refused.has(Field::Stream) { Delivery::Whole } else { Delivery::Streamed };
        self.wire.build(self.target, request, delivery, refused)
    }
}

/// Why a request was not taken, and the field that it was for.
struct NotTaken {
    failure: CallFailure,
    field: Option<Field>,
}

impl From<CallFailure> for NotTaken {
    fn from(failure: CallFailure) -> Self {
        Self { failure, field: None }
    }
}

/// What the models have refused of requests, for as long as the process lives.
#[derive(Default, Debug)]
struct Refusals(Mutex<HashMap<String, Refused>>);

impl Refusals {
    fn of(&self, target: &Target) -> Refused {
        self.by_label().get(&target.label()).cloned().unwrap_or_default()
    }

    fn add(&self, target: &Target, field: Field) {
        self.by_label().entry(target.label()).or_default().add(field);
    }

    fn by_label(&self) -> MutexGuard<'_, HashMap<String, Refused>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The books let this key take the turn of another.
fn at_its_limit(provider: &Provider, passed: KeyName, used: &Held) -> Note {
    let name = provider.name.clone();
    let limited = CallFailure::RateLimited {
        provider: name.clone(),
        of: LimitOf::Model,
        retry_after: None,
        rates: Rates::default(),
        message: "".into(),
    };
    Note::OtherKey { provider: name, passed, why: Box::new(limited), used: used.name.clone() }
}

/// The key that goes with a request, if one does. Never one in clear, but to this machine or on the user's word.
fn needed(key: Option<Held>, provider: &Provider, address: &Address) -> Result<Option<Held>, CallFailure> {
    match key {
        None if !provider.key_optional => Err(CallFailure::NoKey { provider: provider.name.clone() }),
        Some(_) if !(address.is_private() || provider.allow_http) => {
            Err(CallFailure::KeyInClear { provider: provider.name.clone(), host: address.host.clone() })
        }
        key => Ok(key),
    }
}

/// A header that no log shows: a key, or what the user put there, which may be one.
fn sensitive(value: &str, address: &Address) -> Result<HeaderValue, CallFailure> {
    let mut header = HeaderValue::from_str(value).map_err(|_| CallFailure::Refused {
        provider: address.provider.clone(),
        status: 400,
        message: "a header or the key has a character that HTTP does not allow".into(),
    })?;
    header.set_sensitive(true);
    Ok(header)
}

/// Sends, and waits for the head of the answer.
async fn send(request: RequestBuilder, address: &Address) -> Result<Response, CallFailure> {
    let limit = address.timeouts.connect + address.timeouts.first;
    match timeout(limit, request.send()).await {
        Ok(sent) => sent.map_err(|error| address.failure(&error)),
        Err(_) => Err(address.timed_out(Waiting::FirstByte, address.timeouts.first)),
    }
}

/// An answer whose status says that it is one; else what it is.
async fn accepted(asking: &Asking<'_>, response: Response, address: &Address) -> Result<Response, NotTaken> {
    let Asking { wire, target, .. } = *asking;
    let status = response.status();
    if status.is_redirection() {
        let to = address.redirect(&response);
        return Err(CallFailure::Redirected { host: address.host.clone(), to }.into());
    }
    if status.is_success() {
        return Ok(response);
    }
    if status.as_u16() == 401 && asking.key.is_none() {
        return Err(CallFailure::NoKey { provider: target.provider.name.clone() }.into());
    }
    let retry_after = rates::retry_after(|name| response.headers().get(name)?.to_str().ok(), SystemTime::now());
    let rates = rates_of(target, &response);
    let body = without_key(Body::new(response, address).beginning().await, asking.key.as_ref());
    let answered = Answered { status: status.as_u16(), retry_after, rates: &rates, body: &body };
    Err(NotTaken { failure: wire.failure(target, &answered), field: wire.refused_field(&answered) })
}

/// What the head of an answer says of the provider's limits.
fn rates_of(target: &Target, response: &Response) -> Rates {
    let header = |name: &str| response.headers().get(name)?.to_str().ok();
    Rates::of(header, known::quirks(&target.provider).requests_per, SystemTime::now())
}

/// A server may quote what it was sent, and its words are shown: the key is taken out of them.
fn without_key(body: Vec<u8>, key: Option<&Secret>) -> Vec<u8> {
    match (key, std::str::from_utf8(&body)) {
        (Some(key), Ok(words)) if words.contains(key.expose()) => words.replace(key.expose(), "…").into_bytes(),
        _ => body,
    }
}

impl Address {
    /// Where an answer says that it is to be had, without what may be secret in an address.
    fn redirect(&self, response: &Response) -> String {
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let Some(mut to) = location.and_then(|location| self.url.join(location).ok()) else {
            return "nowhere".to_owned();
        };
        to.set_query(None);
        to.set_fragment(None);
        // Both fail only for addresses without a host, which have neither.
        let _ = to.set_username("");
        let _ = to.set_password(None);
        to.to_string()
    }
}
