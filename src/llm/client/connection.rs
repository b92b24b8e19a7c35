//! Where a request goes and over which connections; what it means when that fails.
//!
//! Connections are kept for [`KEEP`] after their last use. hyper's pool looks after them with a timer that ends when the
//! pool is empty: at most two wake-ups after the last answer, then none, and no socket is left open on an idle machine.
//! That a kept connection was closed by the server in the meantime costs nothing: hyper notices before anything of the
//! request was written, and connects anew. No other request is ever sent twice.

use std::collections::HashMap;
use std::error::Error as _;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

use reqwest::{Proxy, Url, redirect, retry};

use crate::config::{Provider, Timeouts};
use crate::llm::request::{CallFailure, Waiting};
use crate::llm::wire;

/// Long enough for the next key press on the same page, shorter than servers keep theirs.
const KEEP: Duration = Duration::from_secs(60);

/// The reqwest clients: one for each way of connecting, as proxies and the time for connecting are theirs.
#[derive(Default)]
pub struct Connections {
    by_route: Mutex<HashMap<Route, reqwest::Client>>,
    /// Since when a connection lies free, by where it leads.
    free: Mutex<HashMap<Url, Instant>>,
}

/// A proxy's address may have a password in it.
impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connections")
    }
}

/// What makes two requests unable to share a client.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Route {
    /// On this machine and without TLS: no proxy is asked, and no certificate is read.
    plain_local: bool,
    loopback: bool,
    proxy: Option<String>,
    connect: Duration,
}

impl Connections {
    /// The client for `address`, built when it is first wanted.
    pub fn to(&self, address: &Address) -> Result<reqwest::Client, CallFailure> {
        let mut by_route = self.by_route.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = by_route.get(&address.route) {
            return Ok(client.clone());
        }
        let client = build(&address.route).map_err(|error| address.failure(&error))?;
        by_route.insert(address.route.clone(), client.clone());
        Ok(client)
    }

    /// A request begins on a connection to `address`, if one lies free.
    pub fn take(&self, address: &Address) {
        self.free().remove(&address.root().url);
    }

    /// A request is over, and its connection can be used again.
    pub fn give_back(&self, address: &Address) {
        self.free().insert(address.root().url, Instant::now());
    }

    /// Whether the next request to `address` will find a connection, as far as is known here.
    pub fn has_free(&self, address: &Address) -> bool {
        self.free().get(&address.root().url).is_some_and(|since| since.elapsed() < KEEP)
    }

    fn free(&self) -> MutexGuard<'_, HashMap<Url, Instant>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn build(route: &Route) -> reqwest::Result<reqwest::Client> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Fails only where the program has chosen one already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("postil/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .tcp_nodelay(true)
        .connect_timeout(route.connect)
        .pool_idle_timeout(KEEP);
    if route.loopback {
        builder = builder.no_proxy();
    } else if let Some(proxy) = &route.proxy {
        builder = builder.no_proxy().proxy(Proxy::all(proxy)?);
    }
    if route.plain_local {
        builder = builder.tls_certs_only([]);
    }
    builder.build()
}

/// Where one request goes, with what is needed to say how it failed.
#[derive(Clone)]
pub struct Address {
    pub url: Url,
    pub provider: String,
    /// As the user knows it.
    pub host: String,
    pub timeouts: Timeouts,
    route: Route,
}

/// The URL may have a password in it, or a key in its query.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.host)
    }
}

impl Address {
    /// `url` at `provider`.
    pub fn of(provider: &Provider, url: &str) -> Result<Self, CallFailure> {
        let host = wire::host(provider);
        let Some(url) = Url::parse(url).ok().filter(|url| url.has_host() && matches!(url.scheme(), "http" | "https"))
        else {
            return Err(CallFailure::Unreachable { host });
        };
        let loopback = is_loopback(&url);
        let route = Route {
            plain_local: loopback && url.scheme() == "http",
            loopback,
            proxy: provider.proxy.clone().filter(|_| !loopback),
            connect: provider.timeouts.connect,
        };
        Ok(Self { url, provider: provider.name.clone(), host, timeouts: provider.timeouts, route })
    }

    /// The same server's root.
    pub fn root(&self) -> Self {
        let mut root = self.clone();
        root.url.set_path("/");
        root.url.set_query(None);
        root
    }

    /// Whether nobody on the way can read along.
    pub fn is_private(&self) -> bool {
        self.route.loopback || self.url.scheme() == "https"
    }

    pub fn timed_out(&self, waiting: Waiting, after: Duration) -> CallFailure {
        CallFailure::TimedOut { host: self.host.clone(), waiting, after }
    }

    /// Why no answer came, from reqwest's error. Its text is not used: it may hold the address, with what is in it.
    pub fn failure(&self, error: &reqwest::Error) -> CallFailure {
        let host = self.host.clone();
        if error.is_connect() && error.is_timeout() {
            self.timed_out(Waiting::Connect, self.timeouts.connect)
        } else if causes(error).any(is_tls) {
            CallFailure::Tls { host }
        } else if error.is_connect() || error.is_builder() {
            CallFailure::Unreachable { host }
        } else if causes(error).any(|cause| cause.downcast_ref().is_some_and(hyper::Error::is_parse)) {
            CallFailure::NotAnAnswer { host, what: "something other than HTTP" }
        } else {
            CallFailure::BrokenOff { host }
        }
    }
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(error.source(), |cause| (*cause).source())
}

/// rustls's errors come inside an [`io::Error`] or two, which do not give them as their source.
fn is_tls(cause: &(dyn std::error::Error + 'static)) -> bool {
    let inside = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    cause.is::<rustls::Error>() || inside.is_some_and(|inside| is_tls(inside))
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or(host == "localhost" || host.ends_with(".localhost"), |address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::known::known_providers;

    #[test]
    fn a_key_is_private_over_tls_and_on_this_machine() {
        let provider = &known_providers(&|_| None)["openai"];
        let cases = [
            ("https://example.com/v1", true),
            ("http://example.com/v1", false),
            ("http://localhost:8080/v1", true),
            ("http://127.0.0.9/v1", true),
            ("http://[::1]:1/v1", true),
            ("http://localhost.example.com/v1", false),
            ("http://192.168.1.2/v1", false),
        ];
        for (url, private) in cases {
            assert_eq!(Address::of(provider, url).unwrap().is_private(), private, "{url}");
        }
    }

    #[test]
    fn an_address_that_is_none_is_unreachable() {
        let provider = &known_providers(&|_| None)["openai"];
        for url in ["", "api.openai.com", "ftp://example.com/", "file:///etc/passwd"] {
            let wanted = CallFailure::Unreachable { host: "api.openai.com".into() };
            assert_eq!(Address::of(provider, url).unwrap_err(), wanted, "{url}");
        }
    }
}
