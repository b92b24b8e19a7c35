//! The hands' part in pasting: what would be lost is written down before the desktop takes the clipboard, and let go when
//! nothing of it is served any more.

use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::task::{JoinSet, spawn_blocking};

use crate::daemon::Inbox;
use crate::desktop::Desktop;
use crate::desktop::paste::{Paste, PasteId};
use crate::engine::effect::Unfinished;
use crate::engine::event::Event;
use crate::ipc::place;
use crate::store::journal::Journal;

/// What pasting needs beside the desktop.
pub struct Pasting {
    inbox: Inbox,
    journal: Arc<Mutex<Journal>>,
    /// What is being written, or waits for its turn.
    writing: JoinSet<()>,
    folder: Arc<std::path::Path>,
}

impl Pasting {
    /// `folder`: the runtime folder, in which `journal` stands.
    pub fn new(inbox: Inbox, folder: &std::path::Path, journal: Journal) -> Self {
        Self { inbox, folder: folder.into(), journal: Arc::new(Mutex::new(journal)), writing: JoinSet::new() }
    }

    /// Tells the loop what an earlier process left unfinished, if it left anything.
    pub fn look_for_left_behind(&self) {
        let (inbox, journal) = (self.inbox.clone(), Arc::clone(&self.journal));
        tokio::spawn(async move {
            let journal = journal.lock_owned().await;
            let left = spawn_blocking(move || journal.take_left_behind()).await.unwrap_or_default();
            if !left.is_empty() {
                inbox.event(Event::LeftBehind(left));
            }
        });
    }

    /// Writes `entry` down, and only then has the desktop paste.
    pub fn paste(&mut self, desktop: &Arc<Desktop>, paste: Paste, entry: Unfinished) {
        let (desktop, written) = (Arc::clone(desktop), self.written(paste.id, Some(entry)));
        self.writing.spawn(async move {
            written.await;
            desktop.paste(paste);
        });
    }

    pub fn write_down(&mut self, id: PasteId, entry: Option<Unfinished>) {
        let written = self.written(id, entry);
        self.writing.spawn(written);
    }

    /// One after the other, in the order in which they were asked for: the newest is the one that stays. A journal that
    /// cannot be written is no reason not to paste: it helps only where this process dies in the middle of it.
    fn written(&mut self, id: PasteId, entry: Option<Unfinished>) -> impl Future<Output = ()> + use<> {
        while self.writing.try_join_next().is_some() {}
        let (journal, folder) = (Arc::clone(&self.journal), Arc::clone(&self.folder));
        async move {
            let journal = journal.lock_owned().await;
            let written = spawn_blocking(move || {
                place::make_own(&folder).map_err(|error| error.to_string())?;
                journal.write(id.0, entry.as_ref()).map_err(|error| error.to_string())
            });
            if let Ok(Err(error)) = written.await {
                log::warn!("what is being pasted could not be written down: {error}");
            }
        }
    }

    /// Returns when everything that was asked for so far is written.
    pub async fn settle(&mut self) {
        while self.writing.join_next().await.is_some() {}
    }

    pub fn give_back(&self, desktop: &Desktop, id: PasteId) {
        let inbox = self.inbox.clone();
        desktop.give_back(id, move |is_back| inbox.event(Event::GaveBack { id, is_back }));
    }
}
