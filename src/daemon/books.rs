//! The hands' way to what all processes of a user share: the ledger of limits and the records of usage.
//!
//! Invariant: none of it makes a job fail or the loop wait. The ledger is looked into in place, which takes microseconds;
//! where another process holds it at that moment, another thread waits for it. Where it cannot be had at all, calls go
//! as if there were no limits, and the log says so.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::{Timestamp, Zoned};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

use crate::daemon::Inbox;
use crate::engine::event::Event;
use crate::engine::gate::{Admission, CallRecord, Reservation, Settlement};
use crate::llm::limits::bucket::Moment;
use crate::llm::limits::habits::Tokens;
use crate::llm::spending::Budgeted;
use crate::store::ledger::{Kept, Ledger};
use crate::store::usage::{self, Usage};

/// Who holds the ledger does so for microseconds. One that was stopped must not stop all others.
const PATIENCE: Duration = Duration::from_secs(2);

/// Ledger and records.
pub struct Shared {
    inbox: Inbox,
    ledger: Ledger,
    usage: Usage,
    /// Records that are not written yet.
    records: Arc<Mutex<Records>>,
    writer: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Records {
    pending: Vec<(Timestamp, CallRecord)>,
    /// Somebody is writing, and looks again before they end.
    writing: bool,
}

impl Shared {
    pub fn new(inbox: Inbox, state_dir: &Path) -> Self {
        let (ledger, usage) = (Ledger::new(state_dir), Usage::new(state_dir));
        Self { inbox, ledger, usage, records: Arc::default(), writer: None }
    }

    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Asks whether a call may begin, and tells the engine.
    pub fn reserve(&self, reservation: Reservation) {
        let (inbox, usage) = (self.inbox.clone(), self.usage.clone());
        let call = reservation.call;
        self.look(
            move |kept| admit(&reservation, kept, &usage),
            move |admission| {
                let admission = admission.unwrap_or(Admission::Go {
                    taken: Tokens::default(),
                    cost: 0.0,
                    limited: false,
                    budgeted: Budgeted::Fine,
                });
                inbox.event(Event::Admitted { call, admission });
            },
        );
    }

    pub fn settle(&self, settlement: Settlement) {
        let settle = move |kept: &mut Kept| {
            settlement.settle(&mut kept.books, &mut kept.spending, moment(), &month(&Zoned::now()));
        };
        self.look(settle, |_| {});
    }

    /// Writes down what a call used, on another thread, together with all others that have ended meanwhile.
    pub fn record(&mut self, record: CallRecord) {
        let mut records = lock(&self.records);
        records.pending.push((Timestamp::now(), record));
        if std::mem::replace(&mut records.writing, true) {
            return;
        }
        let (records, usage) = (Arc::clone(&self.records), self.usage.clone());
        self.writer = Some(spawn_blocking(move || write_all(&records, &usage)));
    }

    /// Waits until all is written down.
    pub async fn flush(&mut self) {
        if let Some(writer) = self.writer.take() {
            // One that panicked has said so.
            let _ = writer.await;
        }
    }

    fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Kept) -> T + Send + 'static,
        then: impl FnOnce(Option<T>) + Send + 'static,
    ) {
        match self.ledger.at_once(look) {
            Ok(Ok(seen)) => then(Some(seen)),
            Err(error) => {
                cannot(&error);
                then(None);
            }
            Ok(Err(look)) => {
                let ledger = self.ledger.clone();
                let looking = spawn_blocking(move || ledger.in_turn(look));
                tokio::spawn(async move {
                    match timeout(PATIENCE, looking).await {
                        Ok(Ok(Ok(seen))) => return then(Some(seen)),
                        Ok(Ok(Err(error))) => cannot(&error),
                        _ => cannot(&io::Error::from(io::ErrorKind::TimedOut)),
                    }
                    then(None);
                });
            }
        }
    }
}

/// The month's sum is taken from the records where the ledger does not have it: in a new month, and after a loss.
fn admit(reservation: &Reservation, kept: &mut Kept, usage: &Usage) -> Admission {
    let now = Zoned::now();
    let month = month(&now);
    if reservation.budget.is_some() {
        take_over(kept, usage, &now);
    }
    reservation.admit(&mut kept.books, &mut kept.spending, moment(), &month)
}

/// Takes the month's sum over from the records, where the ledger does not have it.
pub fn take_over(kept: &mut Kept, usage: &Usage, now: &Zoned) {
    let month = month(now);
    if kept.spending.is_of(&month) {
        return;
    }
    match usage.spent_since(usage::month_began(now)) {
        Ok(spent) => kept.spending.at_least(spent, &month),
        Err(error) => log::warn!("what this month has cost is not known: {error}"),
    }
}

fn write_all(records: &Mutex<Records>, usage: &Usage) {
    loop {
        let pending = {
            let mut records = lock(records);
            records.writing = !records.pending.is_empty();
            std::mem::take(&mut records.pending)
        };
        if pending.is_empty() {
            return;
        }
        if let Err(error) = usage.add(&pending) {
            log::warn!("what a call used could not be written down: {:#}", anyhow::Error::from(error));
        }
    }
}

fn lock(records: &Mutex<Records>) -> std::sync::MutexGuard<'_, Records> {
    records.lock().unwrap_or_else(PoisonError::into_inner)
}

fn cannot(error: &io::Error) {
    log::warn!("the ledger of limits cannot be used, so none are kept: {error}");
}

/// `2026-11`.
pub fn month(now: &Zoned) -> String {
    format!("{:04}-{:02}", now.year(), now.month())
}

fn moment() -> Moment {
    Moment(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as u64))
}
