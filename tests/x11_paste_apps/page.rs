//! A page for a browser, and the server on this machine that it tells its own value to, each time that it changes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

pub const TEXT_AREA: &str = "<textarea id=field rows=10 cols=60 autofocus>one two three</textarea>";
pub const EDITABLE: &str = "<div id=field contenteditable style='white-space: pre-wrap'>one two three</div>";

const SCRIPT: &str = "<script>
const value = () => field.value ?? field.innerText;
const tell = () => fetch('/', { method: 'POST', body: value() });
field.addEventListener('input', tell);
addEventListener('load', () => { field.focus(); tell(); });
</script>";

pub struct Page {
    pub address: String,
    value: Arc<Mutex<Option<String>>>,
}

impl Page {
    /// Serves it for as long as the test runs.
    pub fn serve(field: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}/", listener.local_addr().expect("it has an address"));
        let value = Arc::<Mutex<Option<String>>>::default();
        let told = Arc::clone(&value);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let told = Arc::clone(&told);
                std::thread::spawn(move || _ = answer(stream, field, &told));
            }
        });
        Self { address, value }
    }

    /// The field's value as the page itself last told it.
    pub fn value(&self) -> Option<String> {
        self.value.lock().expect("nobody panics with it").clone()
    }
}

/// One request a connection.
fn answer(mut stream: TcpStream, field: &str, told: &Mutex<Option<String>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    if first.starts_with("POST") {
        *told.lock().expect("nobody panics with it") = Some(String::from_utf8_lossy(&body).into_owned());
    }
    let page = format!("<!DOCTYPE html><meta charset=utf-8><title>page</title>{field}{SCRIPT}");
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length:";
    stream.write_all(format!("{head} {}\r\n\r\n{page}", page.len()).as_bytes())
}
