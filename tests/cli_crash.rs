//! What is left of a process that held a key when it crashed: no core on the disk, and the key in nothing that it said,
//! wrote or showed of itself in `/proc`. And what a panic says.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/command.rs"]
mod command;
#[path = "support/server.rs"]
mod server;

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use command::{Home, KEY, await_text};
use rustix::process::{Pid, Signal, getuid, kill_process};
use server::{Answer, Server, chunk, says};

const TEXT: &str = "Wolkenbruch";

/// Debian's nobody and nogroup: `/proc` hides nothing from root.
const NOBODY: u32 = 65534;

/// As a shell does it that lets cores be dumped.
const WITH_CORES: &str = "ulimit -S -c $(ulimit -H -c); exec \"$0\" \"$@\"";

/// What ends a process by a crash, its own or the system's.
const CRASHES: &[Signal] = &[Signal::SEGV, Signal::ABORT, Signal::BUS, Signal::ILL, Signal::QUIT];

/// A person's home, and a program that is that person's: who is not root.
struct Person {
    home: Home,
    program: PathBuf,
}

impl Person {
    fn new(server: &Server) -> Self {
        let home = Home::with_model(&server.base_url()).set("POSTIL_LOG", "trace").set("RUST_BACKTRACE", "full");
        // The one that was built may be where nobody may look.
        let program = home.path("postil");
        fs::copy(env!("CARGO_BIN_EXE_postil"), &program).unwrap();
        if getuid().is_root() {
            let root = home.path("");
            for path in home.all_files().iter().map(PathBuf::as_path).chain([root.parent().unwrap()]) {
                chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
        Self { home, program }
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = self.home.other(program, arguments);
        if getuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    /// `postil` where cores may be dumped.
    fn postil(&self, arguments: &[&str]) -> Command {
        let program = [self.program.to_str().unwrap()];
        self.command("sh", &[&["-c", WITH_CORES][..], &program, arguments].concat())
    }

    /// What another process of the same person may read there.
    fn reads(&self, path: &Path) -> Output {
        self.command("cat", &[path.to_str().unwrap()]).output().unwrap()
    }

    #[track_caller]
    fn left_nothing(&self) {
        for path in self.home.all_files().iter().filter(|path| path.is_file() && **path != self.program) {
            let name = path.file_name().unwrap().to_string_lossy();
            assert!(name != "core" && !name.starts_with("core."), "a core was dumped: {}", path.display());
            shows_nothing(&path.display().to_string(), &fs::read(path).unwrap());
        }
    }
}

#[track_caller]
fn shows_nothing(what: &str, bytes: &[u8]) {
    let words = String::from_utf8_lossy(bytes);
    for secret in [KEY, TEXT] {
        assert!(!words.contains(secret), "{secret} stands in {what}: {words}");
    }
}

fn proc(child: &Child, file: &str) -> PathBuf {
    Path::new("/proc").join(child.id().to_string()).join(file)
}

/// In the middle of an answer: the key was sent, and is held.
fn answering(person: &Person) -> Child {
    let mut child = person.postil(&["run", "translate", "--json"]).stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), TEXT.as_bytes()).unwrap();
    let rest = await_text(child.stdout.take().unwrap(), "begun");
    child.stdout = Some(rest);
    child
}

fn hanging() -> Server {
    Server::always(Answer::stream([chunk("begun")]).hang())
}

#[test]
fn a_crash_leaves_no_core_and_no_key() {
    let server = hanging();
    let person = Person::new(&server);
    for signal in CRASHES {
        let mut child = answering(&person);
        let limits = fs::read_to_string(proc(&child, "limits")).unwrap();
        let cores = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        assert_eq!(cores.split_whitespace().nth(4), Some("0"), "{cores}");
        // The first SEGV or BUS that was sent, and is no fault, goes to Rust's own library, which then lets the next one do it.
        while child.try_wait().unwrap().is_none() {
            kill_process(Pid::from_child(&child), *signal).unwrap();
            thread::yield_now();
        }
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.signal(), Some(signal.as_raw()), "{signal:?}: {output:?}");
        assert!(!output.status.core_dumped(), "{signal:?}");
        shows_nothing("stderr", &output.stderr);
    }
    assert!(server.requests().iter().all(|request| request.header("authorization") == Some(&format!("Bearer {KEY}"))));
    person.left_nothing();
}

#[test]
fn who_else_looks_at_the_process_sees_no_key() {
    let server = hanging();
    let person = Person::new(&server);
    let child = answering(&person);
    let process = child.id().to_string();
    for columns in ["args", "comm", "cmd"] {
        let listed = person.command("ps", &["-ww", "-o", columns, "-p", &process]).output().unwrap();
        assert!(String::from_utf8_lossy(&listed.stdout).contains("postil"), "{listed:?}");
        shows_nothing("ps", &listed.stdout);
    }
    // With the environment, as far as it may be read.
    let listed = person.command("ps", &["eww", "-p", &process]).output().unwrap();
    assert!(String::from_utf8_lossy(&listed.stdout).contains("postil"), "{listed:?}");
    shows_nothing("ps with the environment", &listed.stdout);
    for file in ["cmdline", "comm", "status", "stat", "limits", "wchan"] {
        shows_nothing(file, &person.reads(&proc(&child, file)).stdout);
    }
    for file in ["environ", "mem", "maps", "auxv", "syscall"] {
        let read = person.reads(&proc(&child, file));
        assert!(!read.status.success() && read.stdout.is_empty(), "{file} can be read: {read:?}");
    }
    // As anybody's own who takes no care: else this would show nothing.
    let careless = person.command("sleep", &["1000"]).spawn().unwrap();
    let read = person.reads(&proc(&careless, "environ"));
    assert!(String::from_utf8_lossy(&read.stdout).contains(KEY), "{read:?}");
    for mut child in [child, careless] {
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn a_panic_says_its_place_and_nothing_else() {
    let cue = tempfile::tempdir().unwrap();
    let (clock, moment) = (broken_clock(cue.path()), cue.path().join("now"));
    if getuid().is_root() {
        chown(cue.path(), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let at = moment.clone();
    let server = Server::start(move |_| {
        fs::write(&at, "").unwrap();
        says("done")
    });
    let person = Person::new(&server);
    let mut command = person.postil(&["run", "translate", TEXT]);
    let output = command.env("LD_PRELOAD", clock).env("CLOCK_BREAKS_ONCE", &moment).output().unwrap();
    assert_eq!(server.requests()[0].header("authorization"), Some(&*format!("Bearer {KEY}")));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("postil: this is a mistake in postil itself ("), "{stderr}");
    assert!(!stderr.contains("stack backtrace") && !output.status.success(), "{:?}: {stderr}", output.status);
    shows_nothing("a panic", &output.stderr);
    shows_nothing("stdout", &output.stdout);
    person.left_nothing();
}

/// A library that makes the system's clock fail once, when the file of `CLOCK_BREAKS_ONCE` is there: what no program can
/// go on without, so that Rust's own library panics in the midst of ours.
fn broken_clock(folder: &Path) -> PathBuf {
    const SOURCE: &str = "#include <errno.h>\n#include <stdlib.h>\n#include <sys/syscall.h>\n#include <time.h>\n\
        #include <unistd.h>\n\
        int clock_gettime(clockid_t clock, struct timespec *time) {\n\
            const char *cue = getenv(\"CLOCK_BREAKS_ONCE\");\n\
            if (cue && unlink(cue) == 0) { errno = EINVAL; return -1; }\n\
            return syscall(SYS_clock_gettime, clock, time);\n\
        }\n";
    let (source, library) = (folder.join("clock.c"), folder.join("clock.so"));
    fs::write(&source, SOURCE).unwrap();
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&library, &source]).status();
    assert!(compiled.expect("gcc is installed").success());
    // Its reader is somebody else.
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    library
}
