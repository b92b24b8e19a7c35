//! The hands' way to what all processes of a user share: the ledger of limits and the records of usage.
//!
//! Invariant: none of it makes a job fail, the loop wait or the program stay. The ledger is looked into in place, which
//! takes microseconds; where another process holds it at that moment, another thread waits for it, and no other as long as
//! that one waits in vain. Where it cannot be had at all, calls go as if there were no limits, and the log says so.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::{Timestamp, Zoned};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

use crate::daemon::Inbox;
use crate::engine::event::Event;
use crate::engine::gate::{Admission, CallRecord, Reservation, Sent, Settlement};
use crate::llm::keys::Keys;
use crate::llm::limits::Leave;
use crate::llm::limits::bucket::Moment;
use crate::llm::request::KeyName;
use crate::llm::roster::Target;
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
    keys: Keys,
    /// Records that are not written yet.
    records: Arc<Mutex<Records>>,
    writer: Option<JoinHandle<()>>,
    /// Those who wait for the ledger.
    waiting: Vec<JoinHandle<()>>,
    /// Whoever holds the ledger has not let go of it in time.
    is_stuck: Arc<AtomicBool>,
}

#[derive(Default)]
struct Records {
    pending: Vec<(Timestamp, CallRecord)>,
    /// Somebody is writing, and looks again before they end.
    writing: bool,
}

impl Shared {
    /// `keys`: those that calls go with.
    pub fn new(inbox: Inbox, state_dir: &Path, keys: Keys) -> Self {
        let (ledger, usage) = (Ledger::new(state_dir), Usage::new(state_dir));
        Self {
            inbox,
            ledger,
            usage,
            keys,
            records: Arc::default(),
            writer: None,
            waiting: Vec::new(),
            is_stuck: Arc::default(),
        }
    }

    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Asks whether a call may begin, and tells the engine.
    pub fn reserve(&mut self, reservation: Reservation) {
        let (inbox, usage) = (self.inbox.clone(), self.usage.clone());
        let Target { provider, model } = &reservation.target;
        let (call, keys) = (reservation.call, self.keys.names(provider, model));
        self.look(
            move |kept| admit(&reservation, kept, &keys, &usage),
            move |admission| {
                let unlimited = Admission::Go { leave: Leave::default(), cost: 0.0, budgeted: Budgeted::Fine };
                let admission = admission.unwrap_or(unlimited);
                inbox.event(Event::Admitted { call, admission });
            },
        );
    }

    pub fn sent(&mut self, Sent { ask, key }: Sent) {
        self.look(move |kept: &mut Kept| kept.books.sent(&ask, key.as_ref(), moment()), |_| {});
    }

    pub fn settle(&mut self, settlement: Settlement) {
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
        for writing in self.writer.take().into_iter().chain(std::mem::take(&mut self.waiting)) {
            // One that panicked has said so.
            let _ = writing.await;
        }
    }

    fn look<T: Send + 'static>(
        &mut self,
        look: impl FnOnce(&mut Kept) -> T + Send + 'static,
        then: impl FnOnce(Option<T>) + Send + 'static,
    ) {
        match self.ledger.at_once(look) {
            Ok(Ok(seen)) => {
                self.is_stuck.store(false, Ordering::Relaxed);
                then(Some(seen));
            }
            Ok(Err(_)) if self.is_stuck.load(Ordering::Relaxed) => {
                cannot(&ErrorKind::TimedOut.into());
                then(None);
            }
            Ok(Err(look)) => {
                self.waiting.retain(|one| !one.is_finished());
                let looked = look_in_turn(self.ledger.clone(), look);
                self.waiting.push(tokio::spawn(await_look(looked, Arc::clone(&self.is_stuck), then)));
            }
            Err(error) => {
                cannot(&error);
                then(None);
            }
        }
    }
}

/// On a thread of its own, and not one of the runtime's: the end of the program would wait for that.
fn look_in_turn<T: Send + 'static>(
    ledger: Ledger,
    look: impl FnOnce(&mut Kept) -> T + Send + 'static,
) -> oneshot::Receiver<io::Result<Option<T>>> {
    let (sender, looked) = oneshot::channel();
    thread::spawn(move || {
        // Who has given up waiting does not want it any more.
        let seen = ledger.in_turn(|kept| (!sender.is_closed()).then(|| look(kept)));
        let _ = sender.send(seen);
    });
    looked
}

async fn await_look<T>(
    looked: oneshot::Receiver<io::Result<Option<T>>>,
    is_stuck: Arc<AtomicBool>,
    then: impl FnOnce(Option<T>),
) {
    let seen = match timeout(PATIENCE, looked).await {
        Ok(Ok(seen)) => seen,
        _ => {
            is_stuck.store(true, Ordering::Relaxed);
            Err(ErrorKind::TimedOut.into())
        }
    };
    then(seen.inspect_err(cannot).ok().flatten());
}

/// The month's sum is taken from the records where the ledger does not have it: in a new month, and after a loss.
fn admit(reservation: &Reservation, kept: &mut Kept, keys: &[KeyName], usage: &Usage) -> Admission {
    let now = Zoned::now();
    let month = month(&now);
    if reservation.budget.is_some() {
        take_over(kept, usage, &now);
    }
    reservation.admit(&mut kept.books, &mut kept.spending, keys, (moment(), &month))
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

/// Now, on the clock that all processes share.
pub fn moment() -> Moment {
    Moment(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as u64))
}
