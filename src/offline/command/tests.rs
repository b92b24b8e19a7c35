//! Against real programs.

use std::path::Path;
use std::sync::mpsc;

use super::*;

fn on_runtime<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(work)
}

async fn answer(argv: &[&str], text: &str) -> Result<String, BackendFailure> {
    let argv: Vec<String> = argv.iter().map(|&word| word.to_owned()).collect();
    let mut answer = String::new();
    let on_chunk = |chunk| match chunk {
        Chunk::Answer(piece) => answer.push_str(piece.expose()),
        Chunk::Reasoning(_) => unreachable!("a program does not reason"),
    };
    let completion = run(&argv, &text.into(), on_chunk).await?;
    assert_eq!(completion, Completion::bare(Finish::Stop));
    Ok(answer)
}

fn check(argv: &[&str], text: &str, expected: &str) {
    assert_eq!(on_runtime(answer(argv, text)).as_deref(), Ok(expected), "{argv:?}");
}

fn check_failure(argv: &[&str], status: &str, message: &str) {
    let expected = BackendFailure::CommandFailed {
        program: argv[0].to_owned(),
        status: status.to_owned(),
        message: message.into(),
    };
    assert_eq!(on_runtime(answer(argv, "text")), Err(expected), "{argv:?}");
}

#[test]
fn programs_answer() {
    check(&["cat"], "Grüße, 世界", "Grüße, 世界");
    check(&["cat"], "a\n", "a\n");
    check(&["tr", "a-z", "A-Z"], "hello", "HELLO");
    check(&["echo", "$(id); `id`"], "ignored", "$(id); `id`");
    check(&["true"], "ignored", "");
    check(&["printf", "\\377x"], "", "\u{fffd}x");
    check(&["sh", "-c", "echo warning >&2; cat"], "text", "text");
}

#[test]
fn failures_say_how_it_ended() {
    check_failure(&["sh", "-c", "exit 3"], "exit code 3", "");
    check_failure(&["sh", "-c", "printf 'one\\ntwo\\n\\n' >&2; exit 1"], "exit code 1", "two");
    check_failure(&["sh", "-c", "kill -9 $$"], "killed by signal 9", "");
    check_failure(&["sh", "-c", "yes complaint | head -c 1000000 >&2; echo last >&2; exit 2"], "exit code 2", "last");
    let missing = |program: &str| BackendFailure::CommandMissing { program: program.into() };
    assert_eq!(on_runtime(answer(&["postil-no-such-program"], "")), Err(missing("postil-no-such-program")));
    assert_eq!(on_runtime(answer(&[], "")), Err(missing("")));
}

#[test]
fn ten_megabytes_go_through() {
    let text = "abcdefghi\n".repeat(1 << 20);
    check(&["cat"], &text, &text);
}

#[test]
fn a_program_need_not_read() {
    let text = "x".repeat(4 << 20);
    check(&["echo", "done"], &text, "done");
    check(&["head", "-c", "3"], &text, "xxx");
    check(&["sh", "-c", "exec <&-; echo done"], &text, "done");
    check(&["sh", "-c", "echo done; exec >&-; cat >/dev/null"], &text, "done");
}

#[test]
fn too_much_output_is_a_failure() {
    check_failure(&["yes"], "its output is longer than 64 MiB", "");
}

#[test]
fn what_a_program_leaves_running_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let pid_file = folder.path().join("pid");
    let script = format!("sleep 1000 & echo $! > '{}'; echo done", pid_file.display());
    check(&["sh", "-c", &script], "", "done");
    let pid = std::fs::read_to_string(&pid_file).unwrap();
    assert!(is_alive(pid.trim()));
    assert!(std::process::Command::new("kill").arg(pid.trim()).status().unwrap().success());
}

#[test]
fn dropping_the_future_kills_the_whole_group() {
    let script = "sleep 1000 & echo $!; wait";
    let argv = ["sh".to_owned(), "-c".to_owned(), script.to_owned()];
    let (sender, receiver) = mpsc::channel();
    on_runtime(async {
        let mut first_piece = None;
        let text = UserText::from("");
        let mut running = Box::pin(run(&argv, &text, |chunk| {
            let Chunk::Answer(piece) = chunk else { return };
            let _ = sender.send(piece.expose().to_owned());
        }));
        while first_piece.is_none() {
            // It never ends by itself: what matters is that it gets to run until it has said its child's number.
            let _ = timeout(Duration::from_millis(10), &mut running).await;
            first_piece = receiver.try_recv().ok();
        }
        drop(running);
        let pid = first_piece.unwrap();
        let gone = async {
            while is_alive(pid.trim()) {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(20), gone).await.expect("the program's child is killed");
    });
}

/// Whether the process exists and is no zombie, which nobody may be there to collect.
fn is_alive(pid: &str) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid).join("stat"));
    stat.is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with(['Z', 'X']))
}

#[test]
fn addresses() {
    let refused = |address| check_address(address).unwrap_err().to_string();
    for address in ["https://a.example/?q=b%20c", "HTTP://a.example", "mailto:me@a.example?subject=x"] {
        assert_eq!(check_address(address), Ok(address));
    }
    assert_eq!(check_address(" https://a.example\n"), Ok("https://a.example"));
    for address in ["file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "-x:y", "vscode://x"] {
        assert_eq!(refused(address), "only http, https and mailto addresses are opened");
    }
    for address in ["a.example", "--help", ""] {
        assert_eq!(refused(address), "this is no address: it has no `https:` in front");
    }
    for address in ["https:", "https:///etc", "https://a.example/b c", "https://a.example/\u{0}"] {
        assert_eq!(refused(address), "this is no complete address");
    }
}

#[test]
fn openers_are_tried_in_turn() {
    let folder = tempfile::tempdir().unwrap();
    let opened = folder.path().join("opened");
    let opener = |script: &str| {
        let mut opener = std::process::Command::new("sh");
        opener.args(["-c", script, "opener", "https://a.example"]).env("OPENED", &opened);
        opener
    };
    let missing = || std::process::Command::new("postil-no-such-opener");
    let openers = vec![missing(), opener("exit 3"), opener("printf %s \"$1\" > \"$OPENED\""), opener("rm \"$OPENED\"")];
    assert_eq!(on_runtime(open_by(openers)), Ok(()));
    assert_eq!(std::fs::read_to_string(&opened).unwrap(), "https://a.example");
    assert_eq!(on_runtime(open_by(vec![missing(), opener("exit 4")])), Err(BackendFailure::CannotOpen));
}
