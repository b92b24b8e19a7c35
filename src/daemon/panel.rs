//! The panel's process: started on first need, told what the engine wants shown, ended when it has been idle for long, and
//! given up when it does not do what it should.
//!
//! Invariant: there is one at most, and one that was given up is killed and reaped before anybody is told.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout};

use crate::action::{ActionName, Sink};
use crate::config::paths::Env;
use crate::daemon::{Inbox, Wake};
use crate::desktop::{self, TriggerContext};
use crate::engine::call::JobId;
use crate::engine::effect::{MenuChoice, Peek};
use crate::engine::event::{BarEvent, Event, PanelEvent, PickerEvent};
use crate::engine::job::placing::Decision;
use crate::panel::can_take_keyboard;
use crate::panel::picking::Offer;
use crate::panel::protocol::{self, FromPanel, Hello, LONGEST_LINE, ProtocolError, Size, ToPanel};
use crate::process::withhold_keys;
use crate::store::sizes;
use crate::text::language::Language;
use crate::text::sealed::UserText;

/// The program's name.
const PROGRAM: &str = "postil-panel";

/// The program in place of ours, for packagers and tests; what is no file is no panel.
const PROGRAM_VARIABLE: &str = "POSTIL_PANEL";

/// A panel takes what it is told into memory at once; one that does not hangs.
const WRITE_WITHIN: Duration = Duration::from_secs(2);

/// Its toolkit starts within a quarter of a second; the rest is for machines under load.
const HELLO_WITHIN: Duration = Duration::from_secs(10);

/// The end of a job is on the screen within this, or nobody sees it there.
const SEEN_WITHIN: Duration = Duration::from_secs(5);

/// After its stdin was closed it ends by itself.
const END_WITHIN: Duration = Duration::from_secs(2);

/// One that dies again and again is not started once more.
const MOST_LOSSES: u32 = 3;

/// The way to the panel, which may not run yet.
pub struct Panel {
    inbox: Inbox,
    to: Option<UnboundedSender<ToPanel>>,
    program: Option<PathBuf>,
    losses: u32,
    /// As somebody has drawn its windows, by what was run in them.
    sizes: BTreeMap<String, Size>,
    state_dir: PathBuf,
    /// It can take the keyboard.
    picks: bool,
}

impl Panel {
    pub fn new(inbox: Inbox, state_dir: PathBuf) -> Self {
        Self { inbox, to: None, program: None, losses: 0, sizes: BTreeMap::new(), state_dir, picks: false }
    }

    /// Looks whether a panel can be had in this session, and says so as an event.
    pub fn look(&mut self, env: Env<'_>) {
        self.program = program(env);
        if self.program.is_some() {
            self.picks = can_take_keyboard(env, desktop::has_layers(env));
            self.sizes = sizes::load(&self.state_dir);
            self.inbox.event(Event::Panel(PanelEvent::There { picks: self.picks }));
        }
    }

    /// Tells the panel something; it is started if it does not run.
    pub fn tell(&mut self, mut message: ToPanel) {
        if let ToPanel::Show { action, size, .. } = &mut message {
            *size = self.sizes.get(action).copied();
        }
        let message = match &self.to {
            Some(to) => match to.send(message) {
                Ok(()) => return,
                Err(unsent) => unsent.0,
            },
            None => message,
        };
        // Only the beginning of something is worth a process.
        let (ToPanel::Show { .. } | ToPanel::Pick { .. } | ToPanel::Bar(_), Some(program)) = (&message, &self.program)
        else {
            return;
        };
        let (to, told) = unbounded_channel();
        // The receiver is here.
        let _ = to.send(message);
        self.to = Some(to);
        tokio::spawn(keep(program.clone(), told, self.inbox.clone()));
    }

    /// The panel was given up: whether it is worth another try, which begins with the next job.
    pub fn lost(&mut self, worked: Worked) {
        self.to = None;
        self.losses += 1;
        if worked == Worked::Before && self.losses < MOST_LOSSES {
            self.inbox.event(Event::Panel(PanelEvent::There { picks: self.picks }));
        }
    }

    /// Somebody has drawn a window.
    pub fn sized(&mut self, action: String, size: Size) {
        if self.sizes.insert(action, size) == Some(size) {
            return;
        }
        let (state_dir, sizes) = (self.state_dir.clone(), self.sizes.clone());
        spawn_blocking(move || {
            if let Err(error) = sizes::save(&state_dir, &sizes) {
                log::warn!("the sizes of the panel's windows could not be kept: {error}");
            }
        });
    }

    /// It ends in good order, if it runs: its stdin is closed.
    pub fn close(&mut self) {
        self.to = None;
    }
}

/// Whether a panel that was lost had been one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worked {
    Before,
    Never,
}

/// The program, where this session has a screen for it.
fn program(env: Env<'_>) -> Option<PathBuf> {
    let is_set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
    if !is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY") {
        return None;
    }
    match env(PROGRAM_VARIABLE) {
        Some(path) => Some(PathBuf::from(path)).filter(|path| path.is_file()),
        None => beside_us().or_else(|| in_path(env)),
    }
}

fn beside_us() -> Option<PathBuf> {
    let ours = std::env::current_exe().ok()?;
    Some(ours.with_file_name(PROGRAM)).filter(|path| path.is_file())
}

fn in_path(env: Env<'_>) -> Option<PathBuf> {
    let path = env("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(PROGRAM)).find(|program| program.is_file())
}

/// Why a panel is given up. Shown in the log, so no word of any job is in it.
#[derive(Debug, thiserror::Error)]
enum Loss {
    #[error("{0} could not be started: {1}")]
    NotStarted(PathBuf, io::Error),
    #[error("it has ended by itself")]
    Ended,
    #[error("it does not take what it is told")]
    Deaf,
    #[error("it has not said its version")]
    NoHello,
    #[error("what is to be seen did not come to the screen")]
    Blind,
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
}

/// Keeps one process, from its start to its end.
async fn keep(program: PathBuf, told: UnboundedReceiver<ToPanel>, inbox: Inbox) {
    let mut child = match start(&program) {
        Ok(child) => child,
        Err(error) => return give_up(&Loss::NotStarted(program, error), Worked::Never, &inbox),
    };
    let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else { return };
    let mut talk = Talk::new(told, inbox.clone(), to);
    match talk.go_on(from).await {
        Ok(()) => {
            drop(talk);
            let ended = timeout(END_WITHIN, child.wait()).await;
            if ended.is_err() {
                end(&mut child).await;
            }
        }
        Err(loss) => {
            end(&mut child).await;
            let worked = if talk.is_greeted { Worked::Before } else { Worked::Never };
            // Nothing that is told from here on is to be taken for told.
            drop(talk);
            give_up(&loss, worked, &inbox);
        }
    }
}

fn start(program: &Path) -> io::Result<Child> {
    let mut command = Command::new(program);
    // Nothing of it is drawn by GL, and only to look for it takes 50 MB on X11 where the drawing is done in software.
    command.env("GDK_GL", "disable");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    withhold_keys(&mut command);
    command.spawn()
}

async fn end(child: &mut Child) {
    if let Err(error) = child.kill().await {
        log::warn!("the panel could not be ended: {error}");
    }
}

fn give_up(loss: &Loss, worked: Worked, inbox: &Inbox) {
    log::warn!("the panel is given up, and answers go to notifications: {loss}");
    inbox.event(Event::Panel(PanelEvent::Lost));
    inbox.wake(Wake::PanelLost(worked));
}

/// What is said to and fro.
struct Talk {
    told: UnboundedReceiver<ToPanel>,
    inbox: Inbox,
    to: ChildStdin,
    /// The beginning of its next line.
    heard: Vec<u8>,
    is_greeted: bool,
    started: Instant,
    /// Ends that are not known to be on the screen, and until when they have to be.
    unseen: BTreeMap<u64, Instant>,
}

/// What happens next.
enum Next {
    Tell(Option<ToPanel>),
    Heard(io::Result<()>),
    TooLate,
}

impl Talk {
    fn new(told: UnboundedReceiver<ToPanel>, inbox: Inbox, to: ChildStdin) -> Self {
        Self { told, inbox, to, heard: Vec::new(), is_greeted: false, started: Instant::now(), unseen: BTreeMap::new() }
    }

    /// Until the daemon wants no panel any more, or the panel has nothing to show.
    async fn go_on(&mut self, from: ChildStdout) -> Result<(), Loss> {
        let mut from = BufReader::new(from);
        self.write(&ToPanel::Hello(Hello::ours())).await?;
        loop {
            let due = self.due();
            let next = tokio::select! {
                read = read_line(&mut from, &mut self.heard) => Next::Heard(read),
                message = self.told.recv() => Next::Tell(message),
                () = until(due) => Next::TooLate,
            };
            match next {
                Next::Tell(None) => return Ok(()),
                Next::Tell(Some(message)) => self.tell(message).await?,
                Next::Heard(Ok(())) => match self.heard_line()? {
                    // What is told in the same moment is still to be shown.
                    Heard::Idle if self.told.is_empty() && self.unseen.is_empty() => {
                        self.told.close();
                        return Ok(());
                    }
                    Heard::Idle | Heard::Word => {}
                },
                Next::Heard(Err(_)) => return Err(Loss::Ended),
                Next::TooLate if self.is_greeted => return Err(Loss::Blind),
                Next::TooLate => return Err(Loss::NoHello),
            }
        }
    }

    async fn tell(&mut self, message: ToPanel) -> Result<(), Loss> {
        if let ToPanel::Done(protocol::Done { job, .. })
        | ToPanel::Failed { job, .. }
        | ToPanel::Change { job, .. }
        | ToPanel::Question { job, .. }
        | ToPanel::Offer(Offer { job, .. }) = &message
        {
            self.unseen.insert(*job, Instant::now() + SEEN_WITHIN);
        }
        self.write(&message).await
    }

    async fn write(&mut self, message: &ToPanel) -> Result<(), Loss> {
        match timeout(WRITE_WITHIN, self.to.write_all(&protocol::line(message))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Loss::Ended),
            Err(_) => Err(Loss::Deaf),
        }
    }

    fn heard_line(&mut self) -> Result<Heard, Loss> {
        let line = std::mem::take(&mut self.heard);
        match line.ends_with(b"\n") {
            true => self.hear(protocol::parse(&line)?),
            false if line.len() < LONGEST_LINE => Err(Loss::Ended),
            false => Err(ProtocolError::Malformed { column: LONGEST_LINE }.into()),
        }
    }

    fn hear(&mut self, message: FromPanel) -> Result<Heard, Loss> {
        let event = match message {
            FromPanel::Hello(hello) => {
                hello.check()?;
                self.is_greeted = true;
                let from_now = Instant::now() + SEEN_WITHIN;
                self.unseen.values_mut().for_each(|due| *due = from_now);
                return Ok(Heard::Word);
            }
            _ if !self.is_greeted => return Err(ProtocolError::NoHello.into()),
            FromPanel::Idle => return Ok(Heard::Idle),
            FromPanel::Seen { job } => {
                self.unseen.remove(&job);
                PanelEvent::Seen(JobId(job))
            }
            FromPanel::Copy { job, lane } => PanelEvent::Copy(JobId(job), lane),
            FromPanel::CopyCode { job, code } => PanelEvent::CopyCode(JobId(job), code.expose().into()),
            FromPanel::Replace { job, lane } => PanelEvent::Place(JobId(job), lane, Sink::Replace),
            FromPanel::Append { job, lane } => PanelEvent::Place(JobId(job), lane, Sink::Append),
            FromPanel::Retry { job, model, language } => {
                PanelEvent::Retry(JobId(job), model, language.as_deref().and_then(Language::from_code))
            }
            FromPanel::Follow { job, lane, question } => PanelEvent::Follow(JobId(job), lane, question.expose().into()),
            FromPanel::Decide { job, accept } => {
                let decision = if accept { Decision::Accept } else { Decision::Keep };
                self.inbox.event(Event::Decided { job: JobId(job), decision });
                return Ok(Heard::Word);
            }
            FromPanel::Permit { job, permission } => {
                self.inbox.event(Event::Permitted { job: JobId(job), permission });
                return Ok(Heard::Word);
            }
            FromPanel::Sized { action, size } => {
                self.inbox.wake(Wake::PanelSized { action, size });
                return Ok(Heard::Word);
            }
            FromPanel::OpenConfig => {
                let peek = Peek { context: TriggerContext::nowhere(), selection: None, clipboard: None };
                self.inbox.wake(Wake::Menu { choice: MenuChoice::OpenConfig, peek: Box::new(peek) });
                return Ok(Heard::Word);
            }
            FromPanel::Cancel { job } => PanelEvent::Cancel(JobId(job)),
            FromPanel::Closed { job } => PanelEvent::Closed(JobId(job)),
            FromPanel::Run { job, action, text } => {
                let (job, action, text) = (JobId(job), ActionName::new(action), text.map(UserText::from));
                return Ok(self.picker(PickerEvent::Run { job, action, text }));
            }
            FromPanel::Ask { job, instruction, text } => {
                let (instruction, text) = (instruction.expose().into(), text.map(UserText::from));
                return Ok(self.picker(PickerEvent::Ask { job: JobId(job), instruction, text }));
            }
            FromPanel::RunFromBar { job, action, how } => {
                return Ok(self.bar(BarEvent::Run { job: JobId(job), action: ActionName::new(action), how }));
            }
            FromPanel::More { job } => return Ok(self.bar(BarEvent::More { job: JobId(job) })),
            FromPanel::Typed { job, text } => {
                return Ok(self.picker(PickerEvent::Typed { job: JobId(job), text: text.into() }));
            }
        };
        self.inbox.event(Event::Panel(event));
        Ok(Heard::Word)
    }

    fn bar(&self, event: BarEvent) -> Heard {
        self.inbox.event(Event::Bar(event));
        Heard::Word
    }

    fn picker(&self, event: PickerEvent) -> Heard {
        self.inbox.event(Event::Picker(event));
        Heard::Word
    }

    /// When it is too late for what is awaited. Nobody sees anything before the panel has started.
    fn due(&self) -> Option<Instant> {
        match self.is_greeted {
            true => self.unseen.values().min().copied(),
            false => Some(self.started + HELLO_WITHIN),
        }
    }
}

/// Reads on to the end of a line, of the longest line, or of all. Dropped in between, it loses nothing.
async fn read_line(from: &mut BufReader<ChildStdout>, line: &mut Vec<u8>) -> io::Result<()> {
    let room = LONGEST_LINE.saturating_sub(line.len());
    from.take(u64::try_from(room).unwrap_or(0)).read_until(b'\n', line).await?;
    Ok(())
}

enum Heard {
    Word,
    /// It has nothing to show.
    Idle,
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
