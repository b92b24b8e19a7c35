//! A model's server on this machine that notes when a request was complete and when its answer's last bytes went out.
//! It answers at once: a stream to who wants one, JSON to others.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Much longer than anything takes.
const DEADLINE: Duration = Duration::from_secs(20);

/// What is said in each answer.
const PIECES: [&str; 4] = ["Here ", "is ", "an ", "answer."];

/// One request for an answer.
pub struct Exchange {
    /// When its last byte had been read.
    pub complete: Instant,
    /// Just before the last bytes of its answer were written.
    pub last_bytes: Instant,
}

/// Runs until the program ends.
pub struct Server {
    address: SocketAddr,
    scheme: &'static str,
    exchanges: Receiver<Exchange>,
    opened: Arc<AtomicUsize>,
}

impl Server {
    pub fn start() -> Self {
        Self::serving("http", Ok)
    }

    /// The same behind TLS.
    pub fn start_tls(config: ServerConfig) -> Self {
        let config = Arc::new(config);
        Self::serving("https", move |stream| {
            let session = ServerConnection::new(Arc::clone(&config)).map_err(io::Error::other)?;
            Ok(StreamOwned::new(session, stream))
        })
    }

    fn serving<S: Read + Write>(
        scheme: &'static str,
        wrap: impl Fn(TcpStream) -> io::Result<S> + Clone + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let (sender, exchanges) = mpsc::channel();
        let opened = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&opened);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                counted.fetch_add(1, Ordering::Relaxed);
                let (wrap, sender) = (wrap.clone(), sender.clone());
                // Errors are the client's going away.
                thread::spawn(move || stream.set_nodelay(true).and_then(|()| converse(wrap(stream)?, &sender)));
            }
        });
        Self { address, scheme, exchanges, opened }
    }

    pub fn base_url(&self) -> String {
        format!("{}://{}/v1", self.scheme, self.address)
    }

    /// How many connections were ever opened.
    pub fn opened(&self) -> usize {
        self.opened.load(Ordering::Relaxed)
    }

    /// The next request for an answer, once it is answered.
    pub fn next_exchange(&self) -> Exchange {
        self.exchanges.recv_timeout(DEADLINE).expect("a request comes")
    }
}

fn converse(stream: impl Read + Write, exchanges: &Sender<Exchange>) -> io::Result<()> {
    let mut stream = BufReader::with_capacity(64 << 10, stream);
    let mut body = Vec::new();
    loop {
        let method = read_request(&mut stream, &mut body)?;
        let complete = Instant::now();
        match method.as_str() {
            // By which a connection is opened ahead.
            "HEAD" => write(&mut stream, b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")?,
            "GET" => write(&mut stream, whole(r#"{"object":"list","data":[{"id":"small"}]}"#).as_bytes())?,
            _ => {
                let last_bytes = answer(&mut stream, &body)?;
                // The measure may be over.
                let _ = exchanges.send(Exchange { complete, last_bytes });
            }
        }
    }
}

/// Reads one request: its method, and its body into `body`.
fn read_request(stream: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<String> {
    let (mut method, mut length, mut line) = (String::new(), 0, String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = line.trim_end();
        match text.split_once(": ") {
            _ if text.is_empty() => break,
            None => method = text.split(' ').next().unwrap_or_default().to_owned(),
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().map_err(io::Error::other)?;
            }
            Some(_) => {}
        }
    }
    body.resize(length, 0);
    stream.read_exact(body)?;
    Ok(method)
}

/// Answers, and says when the last bytes went out: all that ends the answer is one piece.
fn answer<S: Read + Write>(stream: &mut BufReader<S>, request: &[u8]) -> io::Result<Instant> {
    let request: serde_json::Value = serde_json::from_slice(request).map_err(io::Error::other)?;
    if request["stream"] != true {
        let answer = serde_json::json!({"choices": [
            {"index": 0, "message": {"role": "assistant", "content": PIECES.concat()}, "finish_reason": "stop"}
        ]});
        let last_bytes = Instant::now();
        write(stream, whole(&answer.to_string()).as_bytes())?;
        return Ok(last_bytes);
    }
    write(stream, b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")?;
    for piece in PIECES {
        write(stream, framed(&delta(piece)).as_bytes())?;
    }
    let stop = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    let end = framed(stop) + &framed("data: [DONE]\n\n") + "0\r\n\r\n";
    let last_bytes = Instant::now();
    write(stream, end.as_bytes())?;
    Ok(last_bytes)
}

/// An event of OpenAI's streams, with a piece of the answer.
pub fn delta(piece: &str) -> String {
    let chunk = serde_json::json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_790_000_000, "model": "small",
        "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": null}]
    });
    format!("data: {chunk}\n\n")
}

fn framed(piece: &str) -> String {
    format!("{:x}\r\n{piece}\r\n", piece.len())
}

fn whole(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn write<S: Read + Write>(stream: &mut BufReader<S>, bytes: &[u8]) -> io::Result<()> {
    stream.get_mut().write_all(bytes)?;
    stream.get_mut().flush()
}
