//! The daemon itself: the loop with its socket, tray, watch and signals around it.

use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use crate::config::Settings;
use crate::config::init;
use crate::config::load::{self, Loaded};
use crate::config::paths::{Paths, process_env};
use crate::config::watch::{self, Watch};
use crate::daemon::hands::Hands;
use crate::daemon::rest::Rest;
use crate::daemon::runs::{Render, Runs};
use crate::daemon::{Inbox, Loop, Report, Wake, now, requests, seed, tray};
use crate::desktop::{Desktop, TriggerContext, main_thread};
use crate::engine::Engine;
use crate::engine::effect::Print;
use crate::engine::effect::Undone;
use crate::engine::event::{Event, Which};
use crate::engine::job::consent::Permission;
use crate::engine::outcome::Outcome;
use crate::ipc::message::{Reply, Request};
use crate::ipc::transport::{BindError, Listener};
use crate::ipc::{client, place, server};
use crate::llm::roster::Survey;
use crate::store::{picked, told};

/// Runs until it is stopped. `render` puts the ends of commands' jobs into words; `first` is asked of it as soon as it runs.
pub fn main(paths: Paths, render: Render, first: Option<Request>) -> anyhow::Result<ExitCode> {
    main_thread::lend(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.context("the runtime could not start")?.block_on(serve(paths, render, first))
    })
}

async fn serve(paths: Paths, render: Render, first: Option<Request>) -> anyhow::Result<ExitCode> {
    let path = place::socket(&place::folder(&paths), &process_env);
    let listener = match Listener::bind(&path) {
        Ok(listener) => listener,
        Err(BindError::Taken) => return Ok(already_runs(&path)),
        Err(error) => return Err(error).context("the daemon could not listen for commands"),
    };
    let loaded = load::start(&paths, &process_env);
    keep(&loaded, &paths);
    let Loaded { settings, mistakes, .. } = loaded;
    let engine = Engine::new(Arc::new(settings), Survey::new(), told::load(&paths.state_dir), now()).with_seed(seed());
    let (mut looped, inbox) = Loop::new(engine, |inbox| Hands::of_the_daemon(inbox, &paths));
    looped.know_picked(picked::load(&paths.state_dir));
    let mut daemon = Daemon {
        paths,
        inbox,
        watch: None,
        reading: Arc::default(),
        undoing: Vec::new(),
        runs: Runs::new(render),
        ending: false,
    };
    daemon.begin(&mut looped, listener, first);
    if !mistakes.is_empty() {
        daemon.inbox.event(Event::Mistakes(mistakes));
    }
    let mut rest = Rest::begin();
    while !daemon.ending {
        tokio::select! {
            reports = looped.next() => {
                rest.disturbed();
                daemon.see_to(&mut looped, reports);
            }
            () = rest.due() => rest.give_back(),
        }
    }
    // Signs of work must not stay on the screen for jobs that nobody works on.
    let reports = looped.handle(Event::Cancel(Which::All));
    daemon.see_to(&mut looped, reports);
    looped.hands().close().await;
    Ok(ExitCode::SUCCESS)
}

/// A second daemon says which one runs, and that is no failure.
fn already_runs(socket: &Path) -> ExitCode {
    match client::ask(socket, &Request::Status) {
        Ok(Reply::Status(status)) => {
            eprintln!("postil {} already runs in this session (process {})", status.version, status.pid);
        }
        _ => eprintln!("postil: {}", BindError::Taken),
    }
    ExitCode::SUCCESS
}

/// What the daemon sees to beside the engine.
struct Daemon {
    paths: Paths,
    inbox: Inbox,
    watch: Option<Watch>,
    /// Held while the files are read and until the result is on its way, so that an older state of them never follows
    /// a newer one.
    reading: Arc<Mutex<()>>,
    /// Who waits for the last replacement to be taken back.
    undoing: Vec<oneshot::Sender<Reply>>,
    runs: Runs,
    ending: bool,
}

impl Daemon {
    /// Shortcuts first, for they are what the user waits for; then all that can wake the loop.
    fn begin(&mut self, looped: &mut Loop, listener: Listener, first: Option<Request>) {
        let desktop = Arc::clone(looped.hands().desktop());
        let reports = looped.begin();
        self.see_to(looped, reports);
        let status = looped.engine().status();
        looped.hands().set_tray(tray::start(status, Arc::clone(&desktop), self.inbox.clone()));
        looped.hands().look_for_left_behind();
        looped.hands().look_for_panel();
        self.watch_files();
        stop_on_signals(&self.inbox);
        let handle = takes_requests(self.inbox.clone(), desktop);
        if let Some(first) = first {
            // Nobody waits for its reply.
            handle(first, oneshot::channel().0);
        }
        tokio::spawn(server::serve(listener, handle));
    }

    fn see_to(&mut self, looped: &mut Loop, reports: Vec<Report>) {
        for report in reports {
            self.runs.see(&report);
            match report {
                Report::Ended(job, outcome) => log_end(job, &outcome),
                Report::Undone(end) => self.undone(&end),
                Report::Print(job, Print::Question(_)) if self.runs.is_unheard(job) => {
                    let reports = self.runs.permit(looped, job, Permission::NobodyAsked);
                    self.see_to(looped, reports);
                }
                Report::Print(..) => {}
                Report::Wake(wake) => self.woken(looped, wake),
            }
        }
    }

    fn woken(&mut self, looped: &mut Loop, wake: Wake) {
        match wake {
            Wake::Event(event) => {
                let reports = looped.handle(event);
                self.see_to(looped, reports);
            }
            Wake::Request { request: Request::Reload, reply, .. } => {
                self.reload(Arc::clone(looped.engine().settings()), Some(reply));
            }
            Wake::Request { request: Request::Undo, reply, .. } => {
                self.undoing.push(reply);
                let reports = looped.handle(Event::Undo);
                self.see_to(looped, reports);
            }
            Wake::Request { request, context, reply } if requests::is_of_a_run(&request) => {
                let context = context.unwrap_or_else(TriggerContext::nowhere);
                let reports = requests::of_a_run(&mut self.runs, looped, request, context, reply);
                self.see_to(looped, reports);
            }
            Wake::Request { request, context, reply } => {
                let answer = match requests::wake_of(&request) {
                    Some(wake) => {
                        self.inbox.wake(wake);
                        Reply::Done
                    }
                    None => {
                        let (answer, reports) = requests::answer(looped, request, context, &self.paths);
                        self.see_to(looped, reports);
                        answer
                    }
                };
                // Who has hung up needs no answer.
                let _ = reply.send(answer);
            }
            Wake::Menu { choice, peek } => match tray::wake_of(choice, *peek) {
                Some(wake) => self.inbox.wake(wake),
                None => self.open_config(),
            },
            Wake::PanelLost(worked) => looped.hands().panel_lost(worked),
            Wake::PanelSized { action, size } => looped.hands().panel_sized(action, size),
            Wake::FilesChanged => self.reload(Arc::clone(looped.engine().settings()), None),
            // Without its display the session is over.
            Wake::Stop | Wake::DisplayLost => self.ending = true,
        }
    }

    fn undone(&mut self, end: &Undone) {
        for waiting in self.undoing.drain(..) {
            // Who has hung up needs no answer.
            let _ = waiting.send(requests::undone(end));
        }
    }

    /// Reads the files again, on another thread: a file on a slow disk must not delay an answer.
    fn reload(&self, in_force: Arc<Settings>, reply: Option<oneshot::Sender<Reply>>) {
        let (inbox, paths, reading) = (self.inbox.clone(), self.paths.clone(), Arc::clone(&self.reading));
        spawn_blocking(move || {
            let _alone = reading.lock().unwrap_or_else(PoisonError::into_inner);
            let mistakes = match load::load(&paths, &process_env, Some(&in_force)) {
                Ok(loaded) => {
                    keep(&loaded, &paths);
                    inbox.event(Event::Settings(Arc::new(loaded.settings)));
                    loaded.mistakes
                }
                Err(mistakes) => mistakes,
            };
            if let Some(reply) = reply {
                // Who has hung up needs no answer.
                let _ = reply.send(requests::reloaded(&mistakes));
            }
            if !mistakes.is_empty() {
                inbox.event(Event::Mistakes(mistakes));
            }
        });
    }

    fn watch_files(&mut self) {
        let inbox = self.inbox.clone();
        match watch::watch(&self.paths, move || inbox.wake(Wake::FilesChanged)) {
            Ok(watch) => self.watch = Some(watch),
            Err(error) => log::warn!("saved changes are not seen by themselves (`postil reload` reads them): {error}"),
        }
    }

    /// Opens the config in the user's editor; where there is none yet, the commented default is written first.
    fn open_config(&self) {
        let config = self.paths.config_file.clone();
        tokio::spawn(async move {
            if let Err(error) = init::init(&config) {
                log::warn!("{error}");
            }
            if let Err(error) = crate::offline::command::open_file(&config).await {
                log::warn!("the config could not be opened: {error}");
            }
        });
    }
}

/// Copies what is good, for a start with a file that is not.
fn keep(loaded: &Loaded, paths: &Paths) {
    if let Err(error) = loaded.keep(paths) {
        log::warn!("the last good configuration could not be kept: {error}");
    }
}

/// Takes requests from the socket into the loop; where one acts on the desktop, with what has the focus at that moment.
fn takes_requests(
    inbox: Inbox,
    desktop: Arc<Desktop>,
) -> impl Fn(Request, oneshot::Sender<Reply>) + Clone + Send + 'static {
    move |request, reply| {
        let inbox = inbox.clone();
        match requests::acts_on_the_desktop(&request) {
            true => desktop.context(move |context| {
                inbox.wake(Wake::Request { request, context: Some(context), reply });
            }),
            false => inbox.wake(Wake::Request { request, context: None, reply }),
        }
    }
}

#[cfg(unix)]
fn stop_on_signals(inbox: &Inbox) {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
        let inbox = inbox.clone();
        match signal(kind) {
            Ok(mut signals) => drop(tokio::spawn(async move {
                if signals.recv().await.is_some() {
                    inbox.wake(Wake::Stop);
                }
            })),
            Err(error) => log::warn!("a signal cannot be listened for: {error}"),
        }
    }
}

#[cfg(not(unix))]
fn stop_on_signals(inbox: &Inbox) {
    let inbox = inbox.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            inbox.wake(Wake::Stop);
        }
    });
}

/// How it ended, without a word of what it was about.
fn log_end(job: crate::engine::call::JobId, outcome: &Outcome) {
    match outcome {
        Outcome::Answered(answer) => log::info!("job {job}: answered by {}", answer.by),
        Outcome::Failed { .. } => log::info!("job {job}: failed"),
        Outcome::Planned(_) => log::info!("job {job}: planned"),
        Outcome::Cancelled => log::info!("job {job}: cancelled"),
    }
}
