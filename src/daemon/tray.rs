//! The tray's place in the loop: what it may look at when its menu opens, and what a choice wakes.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use crate::action::{ActionName, Source};
use crate::config::Settings;
use crate::daemon::{Inbox, Wake};
use crate::desktop::{Desktop, Found, Pick, TriggerContext};
use crate::engine::effect::{MenuChoice, Peek, TrayStatus};
use crate::engine::event::{Button, Event, Overrides, Trigger, What, Which};
use crate::engine::plan;
use crate::tray::Tray;

/// A menu waits for this look at what is selected; an application that has not answered by then has nothing to offer.
const LOOK_WITHIN: Duration = Duration::from_millis(80);

/// Shows the tray.
pub fn start(status: TrayStatus, desktop: Arc<Desktop>, inbox: Inbox) -> Tray {
    let opened = inbox.clone();
    let at_click = Arc::clone(&desktop);
    let peek = move |status: &TrayStatus| {
        opened.event(Event::MenuOpened);
        look(&desktop, &status.settings)
    };
    Tray::start(status, Box::new(peek), Box::new(move |choice, peek| chosen(choice, peek, &at_click, &inbox)))
}

/// Takes a click into the loop; where what was there when the menu opened is no longer known, with what has the focus now.
fn chosen(choice: MenuChoice, peek: Option<Peek>, desktop: &Desktop, inbox: &Inbox) {
    let inbox = inbox.clone();
    let wake = move |peek| inbox.wake(Wake::Menu { choice, peek: Box::new(peek) });
    match peek {
        Some(peek) => wake(peek),
        None => desktop.context(move |context| wake(Peek { context, selection: None, clipboard: None })),
    }
}

/// What is selected and copied now, within one bound; nothing, where nothing may be read.
fn look(desktop: &Desktop, settings: &Settings) -> Peek {
    let until = Instant::now() + LOOK_WITHIN;
    let context = desktop.context_within(LOOK_WITHIN);
    if plan::may_read(settings, &context).is_err() {
        return Peek { context, selection: None, clipboard: None };
    }
    let (selection, clipboard) = (ask(desktop, Pick::Selection, &context), ask(desktop, Pick::Clipboard, &context));
    let left = || until.saturating_duration_since(Instant::now());
    let usable = |found: &Found| plan::may_use(settings, found.owner.as_deref()).is_ok();
    let selection = selection.recv_timeout(left()).ok().flatten().filter(usable);
    let clipboard = clipboard.recv_timeout(left()).ok().flatten().filter(usable);
    Peek { context, selection, clipboard }
}

fn ask(desktop: &Desktop, pick: Pick, context: &TriggerContext) -> Receiver<Option<Found>> {
    let (sender, receiver) = sync_channel(1);
    desktop.read(pick, context.clone(), move |result| {
        // A menu that no longer waits needs no answer.
        let _ = sender.try_send(result.ok());
    });
    receiver
}

/// What a choice in the menu wakes; `None` for the config, which is to be opened.
pub fn wake_of(choice: MenuChoice, peek: Peek) -> Option<Wake> {
    Some(match choice {
        MenuChoice::Run { action, source } => Wake::Event(Event::Triggered(Box::new(trigger(action, source, peek)))),
        MenuChoice::Cancel(None) => Wake::Event(Event::Cancel(Which::All)),
        MenuChoice::Cancel(Some(job)) => Wake::Event(Event::Cancel(Which::Job(job))),
        MenuChoice::CopyAnswer(job) => Wake::Event(Event::Button { job, button: Button::Copy }),
        MenuChoice::ShowAnswer(job) => Wake::Event(Event::Button { job, button: Button::Show }),
        MenuChoice::Undo => Wake::Event(Event::Undo),
        MenuChoice::Pause => Wake::Event(Event::Pause),
        MenuChoice::Resume => Wake::Event(Event::Resume),
        MenuChoice::Reload => Wake::FilesChanged,
        MenuChoice::Quit => Wake::Stop,
        MenuChoice::OpenConfig => return None,
    })
}

/// An action on the text that was there when the menu opened.
fn trigger(action: ActionName, source: Source, peek: Peek) -> Trigger {
    let Peek { context, selection, clipboard } = peek;
    let text = if source == Source::Selection { selection } else { clipboard };
    let overrides =
        Overrides { text: text.map(|text| (source, text)), from: Some(vec![source]), ..Overrides::default() };
    Trigger { what: What::Action(action), context, supersedes: true, overrides }
}
