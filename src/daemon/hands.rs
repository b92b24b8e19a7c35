//! Performs effects with the rooms below, and knows nothing of why. Each room is opened when it is first needed, so that
//! a command that needs none of them is over in a moment.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use crate::action::{ActionName, Sink, Source};
use crate::config::paths::{Paths, process_env};
use crate::config::{Provider, Settings};
use crate::daemon::books::{self, Shared};
use crate::daemon::calls::Calls;
use crate::daemon::panel::{Panel, Worked};
use crate::daemon::pasting::Pasting;
use crate::daemon::{Inbox, Report, Wake, holder};
use crate::desktop::paste::{Paste, PasteId};
use crate::desktop::{Desktop, DesktopEvent, Found, Pick, ReadFailure, TriggerContext};
use crate::engine::call::JobId;
use crate::engine::compute::{Computed, Work, WorkId};
use crate::engine::effect::{Effect, Notice, TrayStatus, Unfinished};
use crate::engine::event::{Button, Event, SinkFailure};
use crate::ipc::place;
use crate::llm::client::Client;
use crate::llm::limits::Books;
use crate::llm::roster::Survey;
use crate::offline::command;
use crate::panel::protocol::Size;
use crate::sinks::clipboard;
use crate::sinks::notification::Notifications;
use crate::store::journal::Journal;
use crate::store::{picked, told, whole};
use crate::text::sealed::AnswerText;
use crate::tray::{Tray, TrayState};

/// How often it is looked whether a copy is there. What hinders one passes within a round trip or two.
const MOST_LOOKS: usize = 4;

/// How long this process is there, to hold a clipboard and to hear the buttons of its notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stay {
    Always,
    /// Until nothing is served any more that was pasted.
    WhileServing,
    /// Until its job is over.
    No,
}

/// The rooms below, as far as they are open.
pub struct Hands {
    inbox: Inbox,
    stay: Stay,
    client: Client,
    calls: Calls,
    shared: Shared,
    desktop: Option<Arc<Desktop>>,
    notifications: Option<Notifications>,
    tray: Option<Tray>,
    pasting: Pasting,
    panel: Panel,
    state_dir: PathBuf,
    runtime_dir: PathBuf,
}

impl Hands {
    /// Hands of the daemon.
    pub fn of_the_daemon(inbox: Inbox, paths: &Paths) -> Self {
        let journal = Journal::of_session(&place::folder(paths), &place::session(&process_env));
        Self::new(inbox, paths, Stay::Always, journal)
    }

    /// Hands of a command that ends with its job.
    pub fn of_a_command(inbox: Inbox, paths: &Paths) -> Self {
        Self::new(inbox, paths, Stay::No, Journal::of_this_process(&place::folder(paths)))
    }

    /// Hands of the child that acts on the desktop for a command.
    pub fn apart(inbox: Inbox, paths: &Paths) -> Self {
        Self::new(inbox, paths, Stay::WhileServing, Journal::of_this_process(&place::folder(paths)))
    }

    fn new(inbox: Inbox, paths: &Paths, stay: Stay, journal: Journal) -> Self {
        let (client, runtime_dir) = (Client::default(), place::folder(paths));
        Self {
            panel: Panel::new(inbox.clone(), paths.state_dir.clone()),
            pasting: Pasting::new(inbox.clone(), &runtime_dir, journal),
            calls: Calls::new(inbox.clone(), client.clone()),
            shared: Shared::new(inbox.clone(), &paths.state_dir, client.keys().clone()),
            inbox,
            stay,
            client,
            desktop: None,
            notifications: None,
            tray: None,
            state_dir: paths.state_dir.clone(),
            runtime_dir,
        }
    }

    /// Does one thing; what is the loop's owner's business is handed back.
    pub fn perform(&mut self, effect: Effect) -> Option<Report> {
        match effect {
            Effect::Read { job, source, context } => self.read(job, source, context),
            Effect::ReadClipboard { job, context } => self.read_clipboard(job, context),
            Effect::Compute { id, work } => self.compute(id, work),
            Effect::Warm(target) => self.warm(target),
            Effect::Run { call, backend, request, key } => self.calls.run(call, backend, *request, key),
            Effect::Reserve(reservation) => self.shared.reserve(*reservation),
            Effect::Sent(sent) => self.shared.sent(*sent),
            Effect::Settle(settlement) => self.shared.settle(*settlement),
            Effect::Record(record) => self.shared.record(*record),
            Effect::Abort(call) => self.calls.abort(call),
            Effect::Notify { job, notice } => self.notify(job, notice),
            Effect::Unnotify(job) => self.unnotify(job),
            Effect::Copy { job, text } => self.copy(job, text),
            Effect::PreparePaste { id, context } => self.desktop().prepare_paste(id, context),
            Effect::Paste { paste, journal } => self.paste(*paste, *journal),
            Effect::AbandonPaste(id) => self.desktop().abandon_paste(id),
            Effect::GiveBack(id) => self.give_back(id),
            Effect::Journal { id, entry } => self.pasting.write_down(id, entry.map(|entry| *entry)),
            Effect::Undone(end) => return Some(Report::Undone(end)),
            Effect::Show { title, text } => self.show(title, text),
            Effect::Bind(bindings) => self.desktop().bind(bindings),
            Effect::Survey(settings) => self.look_for_models(settings),
            Effect::Tray(status) => self.tray_shows(*status),
            Effect::RememberTold(provider) => self.remember_told(provider),
            Effect::WatchSelections(wanted) => self.desktop().watch_selections(wanted),
            Effect::RememberPicked(picked) => self.remember_picked(picked),
            Effect::Panel(message) => self.panel.tell(message),
            Effect::Print { job, print } => return Some(Report::Print(job, print)),
            Effect::Ended { job, outcome } => return Some(Report::Ended(job, outcome)),
        }
        None
    }

    /// The desktop, connected when it is first needed.
    pub fn desktop(&mut self) -> &Arc<Desktop> {
        self.desktop.get_or_insert_with(|| {
            let inbox = self.inbox.clone();
            Arc::new(Desktop::connect(process_env, move |event| {
                if let Some(wake) = wake_of(event) {
                    inbox.wake(wake);
                }
            }))
        })
    }

    /// What an earlier process was in the middle of comes back as an event.
    pub fn look_for_left_behind(&self) {
        self.pasting.look_for_left_behind();
    }

    /// Whether a panel can be had comes back as an event.
    pub fn look_for_panel(&mut self) {
        self.panel.look(&process_env);
    }

    /// The panel was given up.
    pub fn panel_lost(&mut self, worked: Worked) {
        self.panel.lost(worked);
    }

    /// Somebody has drawn one of the panel's windows.
    pub fn panel_sized(&mut self, action: String, size: Size) {
        self.panel.sized(action, size);
    }

    /// The tray, once it was started.
    pub fn tray_state(&self) -> Option<TrayState> {
        self.tray.as_ref().map(Tray::state)
    }

    /// From now on the tray is shown; `status` says how it begins.
    pub fn set_tray(&mut self, tray: Tray) {
        self.tray = Some(tray);
    }

    /// Which providers are ready now.
    pub async fn survey(&self, providers: &BTreeMap<String, Arc<Provider>>) -> Survey {
        self.client.survey(providers).await
    }

    /// What is known of limits, and of what calls used.
    pub fn books(&self) -> Books {
        self.shared.ledger().peek().books
    }

    /// The models of which servers have told limits, or which they have closed.
    pub fn limited(&self) -> std::collections::BTreeSet<String> {
        self.books().limited(books::moment())
    }

    /// Waits until what calls used is written down.
    pub async fn flush(&mut self) {
        self.shared.flush().await;
    }

    /// Lets go of everything in good order. What the screen is to lose has been said before.
    pub async fn close(&mut self) {
        self.panel.close();
        self.flush().await;
        self.pasting.settle().await;
        if let Some(notifications) = &self.notifications {
            notifications.leave().await;
        }
        if let Some(tray) = self.tray.take() {
            tray.stop().await;
        }
        if self.stay == Stay::Always {
            // Waits a moment for a clipboard manager; the process is about to end anyway.
            let _ = spawn_blocking(clipboard::hand_over).await;
        }
    }

    fn read(&mut self, job: JobId, source: Source, context: TriggerContext) {
        let pick = match source {
            Source::Selection => Pick::Selection,
            _ => Pick::Clipboard,
        };
        if self.stay == Stay::Always {
            // While the text is read, what may show its answer gets ready.
            self.notifications().prepare();
        }
        let inbox = self.inbox.clone();
        self.desktop().read(pick, context, move |result| inbox.event(Event::Text { job, source, result }));
    }

    fn read_clipboard(&mut self, job: JobId, context: TriggerContext) {
        let inbox = self.inbox.clone();
        self.desktop().read(Pick::Clipboard, context, move |result| inbox.event(Event::Clipboard { job, result }));
    }

    fn compute(&self, id: WorkId, work: Work) {
        let inbox = self.inbox.clone();
        tokio::spawn(async move {
            let done = spawn_blocking(move || work.perform()).await.unwrap_or(Computed::FellOver);
            inbox.event(Event::Computed { id, done });
        });
    }

    fn warm(&self, target: crate::llm::roster::Target) {
        let client = self.client.clone();
        tokio::spawn(async move { client.warm(&target).await });
    }

    fn look_for_models(&self, settings: Arc<Settings>) {
        let (inbox, client) = (self.inbox.clone(), self.client.clone());
        tokio::spawn(async move {
            let survey = client.survey(&settings.providers).await;
            inbox.event(Event::Surveyed { settings, survey });
        });
    }

    fn notifications(&mut self) -> &Notifications {
        self.notifications.get_or_insert_with(|| {
            let (buttons, results) = (self.inbox.clone(), self.inbox.clone());
            Notifications::start(
                Box::new(move |job, button| buttons.event(Event::Button { job, button })),
                Box::new(move |job, result| results.event(Event::Delivered { job, sink: Sink::Notify, result })),
            )
        })
    }

    fn notify(&mut self, job: JobId, mut notice: Notice) {
        match self.stay {
            Stay::Always => {}
            // With this one there is something that is served.
            Stay::WhileServing => notice.buttons.retain(|(button, _)| *button == Button::PutBack),
            // Nobody would be there when one is pressed.
            Stay::No => notice.buttons.clear(),
        }
        self.notifications().notify(job, notice);
    }

    fn unnotify(&mut self, job: JobId) {
        if let Some(notifications) = &self.notifications {
            notifications.unnotify(job);
        }
    }

    /// On X11 and Wayland who copies must stay to hand the text out: the daemon does, a command leaves a child behind.
    fn copy(&mut self, job: JobId, text: AnswerText) {
        let (inbox, stays) = (self.inbox.clone(), self.stay == Stay::Always);
        let desktop = Arc::clone(self.desktop());
        tokio::spawn(async move {
            let result = match stays {
                true => copy_here(&desktop, text).await,
                false => holder::copy(&text).await,
            };
            inbox.event(Event::Delivered { job, sink: Sink::Copy, result });
        });
    }

    fn paste(&mut self, paste: Paste, entry: Unfinished) {
        let desktop = Arc::clone(self.desktop());
        self.pasting.paste(&desktop, paste, entry);
    }

    fn give_back(&mut self, id: PasteId) {
        let desktop = Arc::clone(self.desktop());
        self.pasting.give_back(&desktop, id);
    }

    fn show(&self, title: String, text: AnswerText) {
        let runtime_dir = self.runtime_dir.clone();
        tokio::spawn(async move {
            let file = place::make_own(&runtime_dir).map_err(|error| error.to_string());
            let file = file.and_then(|()| whole::write(&runtime_dir, &title, &text).map_err(|error| error.to_string()));
            let shown = match file {
                Ok(path) => command::open_file(&path).await.map_err(|error| error.to_string()),
                Err(error) => Err(error),
            };
            if let Err(error) = shown {
                log::warn!("the answer could not be shown whole: {error}");
            }
        });
    }

    fn tray_shows(&mut self, status: TrayStatus) {
        if let Some(tray) = &self.tray {
            tray.update(status);
        }
    }

    fn remember_told(&self, provider: String) {
        let state_dir = self.state_dir.clone();
        spawn_blocking(move || {
            if let Err(error) = told::add(&state_dir, &provider) {
                log::warn!("it could not be kept that the user was told of {provider}: {error}");
            }
        });
    }

    fn remember_picked(&self, names: Vec<ActionName>) {
        let state_dir = self.state_dir.clone();
        spawn_blocking(move || {
            if let Err(error) = picked::keep(&state_dir, &names) {
                log::warn!("it could not be kept what was picked last: {error}");
            }
        });
    }
}

/// Copies, and looks whether it is there. Word that another program had taken the clipboard before may reach arboard only
/// now, and then it forgets the new text: a clipboard that is ours and empty.
async fn copy_here(desktop: &Desktop, text: AnswerText) -> Result<(), SinkFailure> {
    let text = Arc::new(text);
    copy_once(&text).await?;
    for _ in 0..MOST_LOOKS {
        match look_at_clipboard(desktop).await {
            Some(Ok(found)) if found.text.expose() == text.expose() => return Ok(()),
            // The display may not have heard of our copy yet. Or somebody else has copied since, and that holds.
            Some(Ok(_)) => {}
            Some(Err(ReadFailure::Nothing)) => copy_once(&text).await?,
            Some(Err(_)) | None => return Ok(()),
        }
    }
    Ok(())
}

async fn copy_once(text: &Arc<AnswerText>) -> Result<(), SinkFailure> {
    let text = Arc::clone(text);
    spawn_blocking(move || clipboard::copy(&text)).await.unwrap_or(Err(holder::FAILED))
}

async fn look_at_clipboard(desktop: &Desktop) -> Option<Result<Found, ReadFailure>> {
    let (tell, told) = oneshot::channel();
    desktop.read(Pick::Clipboard, TriggerContext::nowhere(), move |result| {
        // Who copies waits for it.
        let _ = tell.send(result);
    });
    told.await.ok()
}

/// What the desktop says, as what wakes the loop.
fn wake_of(event: DesktopEvent) -> Option<Wake> {
    Some(match event {
        DesktopEvent::Pressed { binding, context } => Wake::Event(Event::Pressed { binding, context }),
        DesktopEvent::Paste { id, step } => Wake::Event(Event::Paste { id, step }),
        DesktopEvent::Selected { context, stroke } => Wake::Event(Event::Selected { context, stroke }),
        DesktopEvent::Released { .. } => return None,
        DesktopEvent::Bound(bindings) => Wake::Event(Event::Bound(bindings)),
        DesktopEvent::Lost => Wake::DisplayLost,
    })
}
