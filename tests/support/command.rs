//! The real `postil`, each time in a home of its own and with nothing of this session's environment.
#![allow(dead_code, reason = "every test that includes this file uses a part of it")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// How long anything may take; reached only where it hangs.
const DEADLINE: Duration = Duration::from_secs(30);

/// A user's folders, empty at first.
pub struct Home {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What a command did.
#[derive(Debug, PartialEq, Eq)]
pub struct Done {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["home", "run"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self { folder, variables: Vec::new() }
    }

    /// A home whose model is `test/m` at `base_url`, which needs no key.
    pub fn with_model(base_url: &str) -> Self {
        let home = Self::new();
        home.write(
            ".config/postil/config.toml",
            &format!(
                "model = \"test/m\"\n[alias]\nquick = \"test/small\"\n[provider.test]\nkind = \"openai\"\n\
                 base_url = \"{base_url}\"\napi_key_env = \"TEST_KEY\"\n"
            ),
        );
        home.set("TEST_KEY", KEY)
    }

    /// One more variable of the environment.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Below the home folder.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("home").join(path)
    }

    pub fn runtime_dir(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    pub fn write(&self, path: &str, contents: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Every file and folder of this user, in order.
    pub fn all_files(&self) -> Vec<PathBuf> {
        let mut all = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path.clone());
                }
                all.push(path);
            }
        }
        all.sort();
        all
    }

    /// `postil` with these arguments, in this home and in no desktop; stdin is /dev/null.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.other(env!("CARGO_BIN_EXE_postil"), arguments)
    }

    /// Another program in the same environment.
    pub fn other(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path(""))
            .env("XDG_RUNTIME_DIR", self.runtime_dir())
            .env("LANG", "en_US.UTF-8")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Done {
        finish(self.command(arguments).spawn().unwrap())
    }

    /// With `stdin` coming in through a pipe.
    pub fn pipe(&self, stdin: impl Into<Vec<u8>>, arguments: &[&str]) -> Done {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        let (mut pipe, stdin) = (child.stdin.take().unwrap(), stdin.into());
        // Who does not read it all closes the pipe.
        thread::spawn(move || drop(pipe.write_all(&stdin)));
        finish(child)
    }
}

/// The key of the homes [`with_model`](Home::with_model).
pub const KEY: &str = "sk-geheim-4711";

/// Waits for its end, and ends it where that does not come.
pub fn finish(child: Child) -> Done {
    let pid = Pid::from_child(&child);
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait_with_output()));
    let Ok(output) = ended.recv_timeout(DEADLINE) else {
        let _ = kill_process(pid, Signal::KILL);
        panic!("it hangs");
    };
    let output = output.unwrap();
    Done {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// As Ctrl+C in a terminal does.
pub fn interrupt(child: &Child) {
    kill_process(Pid::from_child(child), Signal::INT).unwrap();
}

/// As nobody can see coming.
pub fn kill(child: &Child) {
    kill_process(Pid::from_child(child), Signal::KILL).unwrap();
}

/// Reads from stdout or stderr until it has said `text`; gives it back to be read on.
pub fn await_text<R: Read + Send + 'static>(mut stdout: R, text: &str) -> R {
    let (sender, said) = mpsc::channel();
    let text = text.to_owned();
    thread::spawn(move || {
        let (mut all, mut buffer) = (Vec::new(), [0; 4096]);
        while !String::from_utf8_lossy(&all).contains(&text) {
            match stdout.read(&mut buffer) {
                Ok(length @ 1..) => all.extend_from_slice(&buffer[..length]),
                _ => return,
            }
        }
        // The test may have given up.
        let _ = sender.send(stdout);
    });
    said.recv_timeout(DEADLINE).expect("it says so")
}

impl Done {
    /// All that it did, in one look.
    #[track_caller]
    pub fn was(&self, code: i32, stdout: &str, stderr: &str) {
        assert_eq!((self.code, self.stdout.as_str(), self.stderr.as_str()), (Some(code), stdout, stderr));
    }

    /// The lines of stdout, each as JSON.
    pub fn events(&self) -> Vec<serde_json::Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).expect("JSON")
    }
}

/// Whether a program is installed here.
pub fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| Path::new(&folder).join(program).is_file())
}
