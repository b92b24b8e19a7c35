//! Tells when a file of the configuration was changed, however an editor does that.
//!
//! Invariant: idle costs nothing. The thread blocks until the system reports a change; only within a burst of changes
//! does it wait with a deadline, until the burst is over. It does not know what is in the files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::config::paths::Paths;

/// Editors write, rename and touch within some milliseconds; a person sees no delay yet.
const QUIET: Duration = Duration::from_millis(150);

/// Where something writes without end, changes are told all the same.
const LONGEST_BURST: Duration = Duration::from_secs(2);

/// Watches until it is dropped.
#[derive(Debug)]
pub struct Watch {
    messages: Sender<Message>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        // The thread is gone already where this fails.
        let _ = self.messages.send(Message::Stop);
    }
}

/// Why changes will not be noticed. `postil reload` still reads them.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// Raised by `fs.inotify.max_user_watches` or `max_user_instances`.
    #[error("the system's limit of watched files is reached")]
    Limit,
    #[error("the configuration cannot be watched")]
    Failed(#[source] notify::Error),
    #[error("no thread to watch the configuration")]
    NoThread(#[source] std::io::Error),
}

#[derive(Debug)]
enum Message {
    File(notify::Result<Event>),
    Stop,
}

/// Calls `on_change` from a thread of its own after each burst of changes to `config.toml` or a prompt file, also where
/// they, or their folders, are not there yet.
pub fn watch(paths: &Paths, on_change: impl Fn() + Send + 'static) -> Result<Watch, WatchError> {
    let (messages, inbox) = mpsc::channel();
    let report = messages.clone();
    let handler = move |event| {
        // Nobody listens any more only while all of this is being taken down.
        let _ = report.send(Message::File(event));
    };
    let watcher = notify::recommended_watcher(handler).map_err(failure)?;
    let mut watching = Watching { watcher, wanted: Wanted::look(paths), paths: paths.clone(), watched: Vec::new() };
    watching.renew().map_err(failure)?;
    let run = move || watching.run(&inbox, &on_change);
    thread::Builder::new().name("config-watch".to_owned()).spawn(run).map_err(WatchError::NoThread)?;
    Ok(Watch { messages })
}

fn failure(error: notify::Error) -> WatchError {
    /// Too many inotify instances.
    const EMFILE: i32 = 24;
    match &error.kind {
        ErrorKind::MaxFilesWatch => WatchError::Limit,
        ErrorKind::Io(io) if io.raw_os_error() == Some(EMFILE) => WatchError::Limit,
        _ => WatchError::Failed(error),
    }
}

struct Watching {
    watcher: RecommendedWatcher,
    paths: Paths,
    wanted: Wanted,
    watched: Vec<PathBuf>,
}

impl Watching {
    fn run(mut self, inbox: &Receiver<Message>, on_change: &dyn Fn()) {
        while let Ok(Message::File(event)) = inbox.recv() {
            if !self.concerns(&event) {
                continue;
            }
            if wait_for_quiet(inbox).is_none() {
                return;
            }
            self.wanted = Wanted::look(&self.paths);
            if let Err(error) = self.renew() {
                log::warn!("changes of the configuration may go unnoticed: {error}");
            }
            on_change();
        }
    }

    fn concerns(&self, event: &notify::Result<Event>) -> bool {
        match event {
            Ok(event) if event.need_rescan() => true,
            Ok(event) => !event.kind.is_access() && event.paths.iter().any(|path| self.wanted.concerns(path)),
            // What was lost may have been ours.
            Err(_) => true,
        }
    }

    /// Watches the folders that there are now. All anew: the watch of a folder that was replaced is dead.
    fn renew(&mut self) -> notify::Result<()> {
        for folder in self.watched.drain(..) {
            // It may be gone, and its watch with it.
            let _ = self.watcher.unwatch(&folder);
        }
        for folder in &self.wanted.folders {
            match self.watcher.watch(folder, RecursiveMode::NonRecursive) {
                Ok(()) => self.watched.push(folder.clone()),
                Err(error) if matches!(error.kind, ErrorKind::PathNotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// `None`: it is time to stop.
fn wait_for_quiet(inbox: &Receiver<Message>) -> Option<()> {
    let begun = Instant::now();
    while begun.elapsed() < LONGEST_BURST {
        match inbox.recv_timeout(QUIET) {
            Ok(Message::File(_)) => {}
            Err(RecvTimeoutError::Timeout) => break,
            Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
    Some(())
}

/// What is to be watched, as things stand on the disk.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    folders: BTreeSet<PathBuf>,
    config_file: PathBuf,
    prompts_dir: PathBuf,
    /// Where links in those folders lead: dotfiles are often kept elsewhere.
    targets: BTreeSet<PathBuf>,
}

impl Wanted {
    fn look(paths: &Paths) -> Self {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut wanted = Self {
            config_file: absolute(&paths.config_file),
            prompts_dir: absolute(&paths.prompts_dir),
            ..Self::default()
        };
        let config_dir = wanted.config_file.parent().unwrap_or(Path::new("/")).to_owned();
        for folder in [config_dir, wanted.prompts_dir.clone()] {
            wanted.folders.extend(nearest_folder(&folder));
            if folder.is_symlink() {
                wanted.folders.extend(folder.parent().map(Path::to_owned));
            }
        }
        let prompts = std::fs::read_dir(&wanted.prompts_dir).into_iter().flatten().flatten().map(|entry| entry.path());
        for file in prompts.filter(|path| is_prompt(path)).chain([wanted.config_file.clone()]) {
            wanted.follow(&file);
        }
        wanted
    }

    fn follow(&mut self, file: &Path) {
        if !file.is_symlink() {
            return;
        }
        if let Ok(target) = file.canonicalize() {
            self.folders.extend(target.parent().map(Path::to_owned));
            self.targets.insert(target);
        }
    }

    /// Whether a change of `path` is one of the configuration: of a file, or of a folder on the way to one.
    fn concerns(&self, path: &Path) -> bool {
        *path == self.config_file
            || (path.parent() == Some(&self.prompts_dir) && is_prompt(path))
            || self.targets.contains(path)
            || self.config_file.starts_with(path)
            || self.prompts_dir.starts_with(path)
    }
}

fn is_prompt(path: &Path) -> bool {
    crate::action::file::name_of(path).is_some()
}

/// The folder, or where it is not there, the nearest above it that is.
fn nearest_folder(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|ancestor| ancestor.is_dir()).map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Far more than a change takes; only a failing test waits for so long.
    const DEADLINE: Duration = Duration::from_secs(20);

    struct Fixture {
        home: tempfile::TempDir,
        changes: Receiver<()>,
        _watch: Watch,
    }

    fn paths_in(home: &Path) -> Paths {
        Paths {
            config_file: home.join("config/postil/config.toml"),
            prompts_dir: home.join("config/postil/prompts"),
            state_dir: home.join("state"),
            runtime_dir: None,
        }
    }

    fn watching(folders: &[&str]) -> Fixture {
        let home = tempfile::tempdir().unwrap();
        for folder in folders {
            fs::create_dir_all(home.path().join(folder)).unwrap();
        }
        let (sender, changes) = mpsc::channel();
        let on_change = move || {
            let _ = sender.send(());
        };
        let watch = watch(&paths_in(home.path()), on_change).unwrap();
        Fixture { home, changes, _watch: watch }
    }

    impl Fixture {
        #[track_caller]
        fn expect_change(&self, change: impl FnOnce(&Path)) {
            while self.changes.try_recv().is_ok() {}
            change(&self.home.path().join("config/postil"));
            assert!(self.changes.recv_timeout(DEADLINE).is_ok(), "the change was not noticed");
        }
    }

    #[test]
    fn files_that_are_written_renamed_and_removed_are_noticed() {
        let fixture = watching(&["config/postil/prompts"]);
        fixture.expect_change(|folder| fs::write(folder.join("config.toml"), "a").unwrap());
        fixture.expect_change(|folder| {
            fs::write(folder.join(".config.toml.swp"), "b").unwrap();
            fs::rename(folder.join(".config.toml.swp"), folder.join("config.toml")).unwrap();
        });
        fixture.expect_change(|folder| fs::write(folder.join("prompts/a.md"), "c").unwrap());
        fixture.expect_change(|folder| fs::remove_file(folder.join("prompts/a.md")).unwrap());
    }

    #[test]
    fn folders_that_are_not_there_yet_are_waited_for() {
        let fixture = watching(&[]);
        fixture.expect_change(|folder| fs::create_dir_all(folder).unwrap());
        fixture.expect_change(|folder| fs::create_dir(folder.join("prompts")).unwrap());
        fixture.expect_change(|folder| fs::write(folder.join("prompts/a.md"), "c").unwrap());
        fixture.expect_change(|folder| fs::remove_dir_all(folder).unwrap());
        fixture.expect_change(|folder| fs::create_dir_all(folder.join("prompts")).unwrap());
        fixture.expect_change(|folder| fs::write(folder.join("prompts/a.md"), "d").unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed() {
        let fixture = watching(&["config/postil", "dotfiles"]);
        let kept = fixture.home.path().join("dotfiles/my-config");
        fs::write(&kept, "a").unwrap();
        fixture.expect_change(|folder| std::os::unix::fs::symlink(&kept, folder.join("config.toml")).unwrap());
        fixture.expect_change(|_| fs::write(&kept, "b").unwrap());
    }

    #[test]
    fn other_files_do_not_concern_us() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join("config/postil/prompts")).unwrap();
        let wanted = Wanted::look(&paths_in(home.path()));
        let concerns = |name: &str| wanted.concerns(&home.path().join("config/postil").join(name));
        assert!(concerns("config.toml") && concerns("prompts") && concerns("prompts/a.md") && concerns(""));
        assert!(
            !concerns("config.toml~")
                && !concerns("prompts/.a.md")
                && !concerns("prompts/a.txt")
                && !concerns("../other")
        );
    }
}
