//! A model's server on this machine that does what a test says, right or wrong: raw sockets, so that it can lie, stall
//! and break off at any byte. It records what it was sent, on which connection, and notices connections that close.
//!
//! ```ignore
//! let server = Server::always(Answer::stream([chunk("Hel"), chunk("lo"), DONE.into()]));
//! // … point a provider at server.base_url() …
//! assert_eq!(server.requests()[0].json()["stream"], true);
//! ```
#![allow(dead_code, reason = "every test that includes this file uses a part of it")]

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a test waits for what must happen; reached only where it does not.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// The end of OpenAI's streams.
pub const DONE: &str = "data: [DONE]\n\n";
/// The event that says that the answer is complete.
pub const STOP: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

/// An event of OpenAI's streams, with a piece of the answer.
pub fn chunk(content: &str) -> String {
    let content = serde_json::Value::from(content);
    format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":{content}}}}}]}}\n\n")
}

/// A complete stream of one piece.
pub fn says(content: &str) -> Answer {
    Answer::stream([chunk(content), STOP.to_owned(), DONE.to_owned()])
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Counts up from 0: the same for requests on the same connection.
    pub connection: usize,
    pub method: String,
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Recorded {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body; panics where it is no JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the request's body is JSON")
    }
}

/// What the server does with one request: bytes in order, each written by itself, and then the [`End`].
#[derive(Debug, Clone)]
pub struct Answer {
    pieces: Vec<Vec<u8>>,
    end: End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The connection is kept for the next request.
    Keep,
    /// The connection is closed, whether or not the answer was complete.
    Close,
    /// Nothing more is said until the client goes.
    Hang,
}

impl Answer {
    /// These bytes and no others, head included.
    pub fn raw<P: Into<Vec<u8>>>(pieces: impl IntoIterator<Item = P>) -> Self {
        Self { pieces: pieces.into_iter().map(Into::into).collect(), end: End::Keep }
    }

    /// A whole answer with its length.
    pub fn whole(status: u16, content_type: &str, body: &str) -> Self {
        Self::with_headers(status, &[("content-type", content_type)], body)
    }

    /// A whole answer with its length and these headers.
    pub fn with_headers(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let mut head = format!("HTTP/1.1 {status} Status\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        Self::raw([head + "\r\n" + body])
    }

    /// A stream of events in chunked encoding, each piece a chunk of its own.
    pub fn stream<P: AsRef<[u8]>>(pieces: impl IntoIterator<Item = P>) -> Self {
        Self::stream_of("text/event-stream", pieces)
    }

    /// As [`stream`](Self::stream), under another Content-Type.
    pub fn stream_of<P: AsRef<[u8]>>(content_type: &str, pieces: impl IntoIterator<Item = P>) -> Self {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ntransfer-encoding: chunked\r\n\r\n");
        let mut all = vec![head.into_bytes()];
        all.extend(pieces.into_iter().map(|piece| framed(piece.as_ref())));
        all.push(b"0\r\n\r\n".to_vec());
        Self::raw(all)
    }

    /// With one more header.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        let head = String::from_utf8_lossy(&self.pieces[0]).replacen("\r\n", &format!("\r\n{name}: {value}\r\n"), 1);
        self.pieces[0] = head.into_bytes();
        self
    }

    /// The connection closes behind the answer.
    pub fn then_close(mut self) -> Self {
        self.end = End::Close;
        self
    }

    /// Without its last piece (of a stream: the one that ends the body), and then the connection closes.
    pub fn cut(mut self) -> Self {
        self.pieces.pop();
        self.then_close()
    }

    /// Without its last piece, and then nothing until the client goes.
    pub fn hang(mut self) -> Self {
        self.pieces.pop();
        self.end = End::Hang;
        self
    }
}

fn framed(piece: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat()
}

/// What has happened so far.
#[derive(Debug, Default)]
pub struct Log {
    pub requests: Vec<Recorded>,
    /// How many connections were ever opened.
    pub opened: usize,
    /// How many of them are closed, by either side.
    pub closed: usize,
    streams: Vec<TcpStream>,
    stopping: bool,
}

#[derive(Default)]
struct Shared {
    log: Mutex<Log>,
    changed: Condvar,
}

impl Shared {
    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_until(&self, what: &str, mut holds: impl FnMut(&Log) -> bool) {
        let waited = self.changed.wait_timeout_while(self.log(), DEADLINE, |log| !holds(log));
        let in_vain = waited.unwrap_or_else(PoisonError::into_inner).1.timed_out();
        assert!(!in_vain, "the server waited in vain until {what}");
    }

    fn change(&self, change: impl FnOnce(&mut Log)) {
        change(&mut self.log());
        self.changed.notify_all();
    }
}

/// A running server. Ends, with all its connections, when dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Server {
    /// Does with each request what `script` says. HEAD requests, by which connections are opened ahead, get an empty
    /// 404 by themselves.
    pub fn start(script: impl Fn(&Recorded) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let (shared, script) = (Arc::new(Shared::default()), Arc::new(script));
        let accepting = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if accepting.log().stopping {
                    return;
                }
                let (shared, script) = (accepting.clone(), script.clone());
                thread::spawn(move || serve(stream, &shared, &*script));
            }
        });
        Self { address, shared }
    }

    /// Does the same with every request.
    pub fn always(answer: Answer) -> Self {
        Self::start(move |_| answer.clone())
    }

    /// `http://127.0.0.1:PORT/v1`
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// `127.0.0.1:PORT`
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// All requests so far, but those that only open a connection.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.log().requests.iter().filter(|request| request.method != "HEAD").cloned().collect()
    }

    /// Waits until `holds`; panics after the [`DEADLINE`]. Blocks: what the test itself must do meanwhile is not done.
    pub fn wait_until(&self, what: &str, holds: impl FnMut(&Log) -> bool) {
        self.shared.wait_until(what, holds);
    }

    /// As [`wait_until`](Self::wait_until), while the tasks of the test's runtime go on.
    pub async fn until(&self, what: &'static str, holds: impl FnMut(&Log) -> bool + Send + 'static) {
        let shared = self.shared.clone();
        tokio::task::spawn_blocking(move || shared.wait_until(what, holds)).await.expect("the wait has an end");
    }

    /// How many connections were ever opened.
    pub fn opened(&self) -> usize {
        self.shared.log().opened
    }

    /// Closes every connection, as a server does with idle ones.
    pub fn close_connections(&self) {
        for stream in self.shared.log().streams.drain(..) {
            // Already closed is as good.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.log().stopping = true;
        self.close_connections();
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(mut stream: TcpStream, shared: &Shared, script: &(dyn Fn(&Recorded) -> Answer + Send + Sync)) {
    let mut connection = 0;
    shared.change(|log| {
        connection = log.opened;
        log.opened += 1;
        log.streams.extend(stream.try_clone());
    });
    // Errors are the client's going away.
    let _ = converse(&mut stream, connection, shared, script);
    let _ = stream.shutdown(Shutdown::Both);
    shared.change(|log| log.closed += 1);
}

fn converse(
    stream: &mut TcpStream,
    connection: usize,
    shared: &Shared,
    script: &(dyn Fn(&Recorded) -> Answer + Send + Sync),
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::new();
    loop {
        let request = read_request(stream, &mut buffer, connection)?;
        shared.change(|log| log.requests.push(request.clone()));
        let answer = match request.method.as_str() {
            "HEAD" => Answer::whole(404, "text/plain", ""),
            _ => script(&request),
        };
        for piece in &answer.pieces {
            stream.write_all(piece)?;
            stream.flush()?;
        }
        match answer.end {
            End::Keep => {}
            End::Close => return Ok(()),
            End::Hang => {
                while stream.read(&mut [0; 512])? > 0 {}
                return Ok(());
            }
        }
    }
}

fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>, connection: usize) -> std::io::Result<Recorded> {
    let head_end = loop {
        match buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            Some(at) => break at,
            None => read_more(stream, buffer)?,
        }
    };
    let head = String::from_utf8_lossy(&buffer[..head_end]).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let header = |line: &str| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
    let mut request = Recorded {
        connection,
        method: first.next().unwrap_or_default(),
        path: first.next().unwrap_or_default(),
        headers: lines.filter_map(header).collect(),
        body: Vec::new(),
    };
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    while buffer.len() < head_end + 4 + length {
        read_more(stream, buffer)?;
    }
    request.body = buffer.drain(..head_end + 4 + length).skip(head_end + 4).collect();
    Ok(request)
}

fn read_more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> std::io::Result<()> {
    let mut more = [0; 16 * 1024];
    match stream.read(&mut more)? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        read => {
            buffer.extend_from_slice(&more[..read]);
            Ok(())
        }
    }
}
