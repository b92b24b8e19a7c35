//! postil against servers that none of us wrote: aimock and vidaimock, which play all protocols and their troubles. Where
//! they differ from the providers' documentation, the documentation wins: those cases stand here with their reason.
//!
//! Ignored: `packaging/mocks.sh` installs them and runs this.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/command.rs"]
mod command;

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use command::Home;

/// How long a server may take to listen.
const START: Duration = Duration::from_secs(60);

/// A server of others on a port of its own, with one home that knows it.
struct Mock {
    server: Child,
    home: Home,
    kind: &'static str,
}

impl Drop for Mock {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Mock {
    /// aimock. `path` of the base URL; the program's place is in the environment, as `packaging/mocks.sh` sets it.
    fn start(kind: &'static str, path: &str) -> Self {
        let arguments = ["--fixtures", "tests/data/aimock.json", "--log-level", "silent"];
        Self::of("AIMOCK", &arguments, kind, path, "")
    }

    /// vidaimock, which is told by these headers what to do.
    fn told(kind: &'static str, path: &str, headers: &str) -> Self {
        let more = format!("headers = {{ {headers} }}\n");
        Self::of("VIDAIMOCK", &["--host", "127.0.0.1", "--config", "target/none.toml"], kind, path, &more)
    }

    fn of(program: &str, arguments: &[&str], kind: &'static str, path: &str, more: &str) -> Self {
        let program = std::env::var_os(program).expect("packaging/mocks.sh says where it is");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(program);
        command.args(arguments).args(["--port", &port.to_string()]);
        let server = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap();
        await_listening(port);
        let home = Home::new();
        let provider = format!(
            "model = \"test/m\"\n[provider.test]\nkind = \"{kind}\"\nbase_url = \"http://127.0.0.1:{port}{path}\"\n\
             api_key_env = \"TEST_KEY\"\n{more}"
        );
        home.write(".config/postil/config.toml", &provider);
        home.write(".config/postil/prompts/brief.md", "---\nname: Brief\nto: [stdout]\n---\nBe brief.\n");
        Self { server, home: home.set("TEST_KEY", command::KEY), kind }
    }

    /// What is said where the mock was asked for `text`: the code, all of stdout, and this on stderr.
    #[track_caller]
    fn check(&self, text: &str, code: i32, stdout: &str, stderr: &str) -> &Self {
        let done = self.home.run(&["run", "brief", text]);
        let is_right = done.code == Some(code) && done.stdout == stdout && done.stderr.contains(stderr);
        assert!(is_right, "{} {text}: {done:?}", self.kind);
        self
    }

    /// What all protocols have in common.
    fn check_usual(&self) -> &Self {
        let broken = "ended before the answer was complete";
        self.check("plain", 0, "Plain answer in several words, so that it comes in pieces.\n", "")
            .check("limited", 0, "After the wait.\n", "rate limit of test, again in 2 s")
            .check("quota", 1, "", "the quota at test is used up: “You exceeded your current quota")
            .check("overloaded", 0, "After the overload.\n", "test is overloaded, again in 1 s")
            .check("down", 0, "After the fault.\n", "test failed (HTTP 500), again in 1 s")
            .check("thinks", 0, "The answer.\n", "")
            .check("context", 1, "", "the text is longer than test/m takes")
            .check("nothing of the kind", 1, "", "test refused the request (HTTP 404): “No fixture matched”");
        for cut in ["truncated", "hangup"] {
            let done = self.home.run(&["run", "brief", cut]);
            assert!(done.code == Some(1) && done.stderr.contains(broken), "{} {cut}: {done:?}", self.kind);
        }
        self
    }

    fn check_cut(&self) -> &Self {
        self.check("length", 0, "Cut by the limit\n", "cut at the model's output limit")
    }

    fn check_filtered(&self) {
        self.check("filtered", 1, "", "the content filter of test/m withheld the answer");
    }
}

#[track_caller]
fn await_listening(port: u16) {
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < START, "it does not listen");
        thread::yield_now();
    }
}

#[test]
#[ignore = "needs aimock: packaging/mocks.sh"]
fn chat_completions() {
    Mock::start("openai", "/v1").check_usual().check_cut().check_filtered();
}

#[test]
#[ignore = "needs aimock: packaging/mocks.sh"]
fn responses() {
    // A filtered answer is `response.incomplete` in OpenAI's documentation; aimock says `completed` with the status `failed`.
    Mock::start("responses", "/v1").check_usual().check_cut().check("filtered", 1, "", "test broke off with an error");
}

#[test]
#[ignore = "needs aimock: packaging/mocks.sh"]
fn messages() {
    // Anthropic has no stop reason `content_filter`, which aimock sends: an answer without a word is told as that.
    Mock::start("anthropic", "/v1").check_usual().check_cut().check("filtered", 1, "", "answered without a word");
}

#[test]
#[ignore = "needs aimock: packaging/mocks.sh"]
fn gemini() {
    Mock::start("gemini", "/v1beta").check_usual().check_cut().check_filtered();
}

#[test]
#[ignore = "needs aimock: packaging/mocks.sh"]
fn ollama() {
    // Ollama's `done_reason` is `length` for an answer that was cut; aimock's is `stop` for all.
    Mock::start("ollama", "").check_usual().check("length", 0, "Cut by the limit\n", "");
}

#[test]
#[ignore = "needs aimock: packaging/mocks.sh"]
fn azure() {
    Mock::start("azure", "").check_usual().check_cut().check_filtered();
}

/// The protocols that vidaimock plays, with the path of their base URLs and how its answers begin.
const TOLD: [(&str, &str, &str); 4] = [
    ("openai", "/v1", "This is a mock response from VidaiMock. Model: openai"),
    ("responses", "/v1", "This is a mock response from VidaiMock Responses API."),
    ("anthropic", "/v1", "Anthropic mock response."),
    ("gemini", "/v1beta", "Gemini mock response."),
];

/// What becomes of `headers` with each protocol: the code, and what stands on stderr. Side by side, as retries wait.
fn told(headers: &str, code: i32, stderr: &str) {
    thread::scope(|scope| {
        for (kind, path, answer) in TOLD {
            scope.spawn(move || {
                let done = Mock::told(kind, path, headers).home.run(&["run", "brief", "Hello"]);
                let answers = if code == 0 { done.stdout.starts_with(answer) } else { done.stdout.is_empty() };
                assert!(
                    done.code == Some(code) && answers && done.stderr.contains(stderr),
                    "{kind} {headers}: {done:?}"
                );
            });
        }
    });
}

#[test]
#[ignore = "needs vidaimock: packaging/mocks.sh"]
fn vidaimock_answers() {
    told("", 0, "");
    told("X-Vidai-Chaos-Trickle = \"1\"", 0, "");
}

#[test]
#[ignore = "needs vidaimock: packaging/mocks.sh"]
fn vidaimock_refuses() {
    told("X-Mock-Status = \"400\"", 1, "test refused the request (HTTP 400)");
    told("X-Mock-Status = \"401\"", 1, "test refused the key (HTTP 401); set a valid one by `postil key set test`");
    told("X-Mock-Status = \"429\"", 1, "postil: rate limit of test, again in 1 s\n");
    told("X-Mock-Status = \"500\"", 1, "postil: test failed (HTTP 500), again in 1 s\n");
    told("X-Mock-Status = \"503\"", 1, "postil: test is overloaded, again in 1 s\n");
    told("X-Mock-Status = \"529\"", 1, "postil: test is overloaded, again in 1 s\n");
}

#[test]
#[ignore = "needs vidaimock: packaging/mocks.sh"]
fn vidaimock_breaks_off() {
    // A stream that ends before its first event is a connection that broke: it is tried again.
    told("X-Vidai-Chaos-Disconnect = \"100\"", 1, "ended before the answer was complete; try again\n");
    told("X-Vidai-Chaos-Malformed = \"100\"", 1, "sent something unreadable instead of an answer");
    told("X-Vidai-Chaos-Drop = \"100\"", 1, "postil: test failed (HTTP 500), again in 1 s\n");
}
