//! What every call of a model used: a row each in an SQLite file in the state folder. No text, prompt or answer is in it.
//!
//! It is opened for what is to be written or added up, and closed again: an idle daemon holds nothing. Its schema has a
//! number; one from a later version is left alone.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{Timestamp, Zoned};
use rusqlite::{Connection, OpenFlags, params};

use crate::engine::gate::CallRecord;
use crate::store::file;

const FILE: &str = "usage.sqlite";

/// Each makes of the schema before it the one with the next number.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE call (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,           -- milliseconds since 1970, when it ended
        action TEXT NOT NULL,
        provider TEXT NOT NULL,
        model TEXT NOT NULL,
        input INTEGER,                 -- tokens as the server counted; empty where it did not
        output INTEGER,
        cached INTEGER,                -- of input
        reasoning INTEGER,             -- of output
        cost REAL,                     -- US dollars; empty where the price is not known
        first_token INTEGER,           -- milliseconds
        took INTEGER NOT NULL,         -- milliseconds
        outcome TEXT NOT NULL
    ) STRICT;
    CREATE INDEX call_at ON call (at);
"];

/// Another process writes for a few milliseconds.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why there are no records.
#[derive(Debug, thiserror::Error)]
pub enum UsageError {
    #[error("{path} was written by a later version of postil (schema {found}); this one leaves it alone")]
    Newer { path: PathBuf, found: usize },
    #[error("{path} could not be opened or read")]
    Sqlite {
        path: PathBuf,
        #[source]
        source: rusqlite::Error,
    },
    #[error("{path} could not be made")]
    Io {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
}

/// What is added up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Day,
    Model,
    Action,
}

/// The sum of some calls.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sum {
    /// The day, model or action.
    pub name: String,
    pub calls: u64,
    pub input: u64,
    pub output: u64,
    /// US dollars.
    pub cost: f64,
    /// Calls whose cost is not known.
    pub unpriced: u64,
    /// Calls that were not answered.
    pub failed: u64,
    /// Mean time to the first token, of those that had one.
    pub first_token: Option<Duration>,
    /// Mean duration.
    pub took: Duration,
}

/// The records of one user.
#[derive(Debug, Clone)]
pub struct Usage {
    path: PathBuf,
}

impl Usage {
    pub fn new(state_dir: &Path) -> Self {
        Self { path: state_dir.join(FILE) }
    }

    /// Writes records down, all or none.
    pub fn add(&self, records: &[(Timestamp, CallRecord)]) -> Result<(), UsageError> {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            {
                let mut insert = transaction.prepare(
                    "INSERT INTO call (at, action, provider, model, input, output, cached, reasoning, cost, first_token, \
                     took, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )?;
                for (at, record) in records {
                    let usage = record.usage.as_ref();
                    insert.execute(params![
                        at.as_millisecond(),
                        record.action.as_str(),
                        record.provider,
                        record.model,
                        usage.map(|usage| usage.input as i64),
                        usage.map(|usage| usage.output as i64),
                        usage.map(|usage| usage.cached as i64),
                        usage.map(|usage| usage.reasoning as i64),
                        record.cost,
                        record.first_token.map(millis),
                        millis(record.took),
                        record.outcome,
                    ])?;
                }
            }
            transaction.commit()
        })
    }

    /// What was spent since then, in US dollars, as far as prices were known.
    pub fn spent_since(&self, since: Timestamp) -> Result<f64, UsageError> {
        if !self.path.exists() {
            return Ok(0.0);
        }
        self.with(|connection| {
            let sum = "SELECT coalesce(sum(cost), 0.0) FROM call WHERE at >= ?";
            connection.query_row(sum, [since.as_millisecond()], |row| row.get(0))
        })
    }

    /// What was used, added up; days are those of the user's clock. The largest cost first, days in order.
    pub fn sums(&self, by: By) -> Result<Vec<Sum>, UsageError> {
        if !self.path.exists() {
            return Ok(Vec::new());
        }
        let (name, order) = match by {
            By::Day => ("date(at / 1000, 'unixepoch', 'localtime')", "name"),
            By::Model => ("provider || '/' || model", "cost DESC, calls DESC, name"),
            By::Action => ("action", "cost DESC, calls DESC, name"),
        };
        let query = format!(
            "SELECT {name} AS name, count(*) AS calls, coalesce(sum(input), 0), coalesce(sum(output), 0), \
             coalesce(sum(cost), 0.0) AS cost, sum(cost IS NULL), sum(outcome <> 'answered'), avg(first_token), \
             avg(took) FROM call GROUP BY 1 ORDER BY {order}"
        );
        self.with(|connection| connection.prepare(&query)?.query_map([], sum)?.collect())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, UsageError> {
        let io = |source| UsageError::Io { path: self.path.clone(), source };
        // Made by us, so that it is for this user alone.
        file::open_state(&self.path).map_err(io)?;
        let sqlite = |source| UsageError::Sqlite { path: self.path.clone(), source };
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&self.path, flags).map_err(sqlite)?;
        connection.busy_timeout(PATIENCE).map_err(sqlite)?;
        self.migrate(&mut connection)?;
        work(&mut connection).map_err(sqlite)
    }

    fn migrate(&self, connection: &mut Connection) -> Result<(), UsageError> {
        let sqlite = |source| UsageError::Sqlite { path: self.path.clone(), source };
        let found = version(connection).map_err(sqlite)?;
        if found > MIGRATIONS.len() {
            return Err(UsageError::Newer { path: self.path.clone(), found });
        }
        if found < MIGRATIONS.len() {
            migrate(connection).map_err(sqlite)?;
        }
        Ok(())
    }
}

/// In one transaction, and looking again within it: another process may do the same at this moment.
fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for (done, migration) in MIGRATIONS.iter().enumerate().skip(version(&transaction)?) {
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", (done + 1) as i64)?;
    }
    transaction.commit()
}

fn version(connection: &Connection) -> rusqlite::Result<usize> {
    connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)).map(|version| version.max(0) as usize)
}

fn sum(row: &rusqlite::Row<'_>) -> rusqlite::Result<Sum> {
    let count = |place| row.get::<_, i64>(place).map(|count| count.max(0) as u64);
    let time = |millis: f64| Duration::from_secs_f64((millis / 1000.0).max(0.0));
    Ok(Sum {
        name: row.get(0)?,
        calls: count(1)?,
        input: count(2)?,
        output: count(3)?,
        cost: row.get(4)?,
        unpriced: count(5)?,
        failed: count(6)?,
        first_token: row.get::<_, Option<f64>>(7)?.map(time),
        took: time(row.get(8)?),
    })
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// When this month began, where the user is.
pub fn month_began(now: &Zoned) -> Timestamp {
    let first = now.date().first_of_month().to_zoned(now.time_zone().clone());
    first.map_or_else(|_| now.timestamp(), |first| first.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::ActionName;
    use crate::llm::request;

    fn record(action: &str, model: &str, cost: Option<f64>) -> CallRecord {
        CallRecord {
            action: ActionName::new(action),
            provider: "test".into(),
            model: model.into(),
            usage: Some(request::Usage { input: 10, output: 5, cached: 0, reasoning: 0 }),
            cost,
            first_token: Some(Duration::from_millis(200)),
            took: Duration::from_millis(400),
            outcome: "answered",
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + seconds).unwrap()
    }

    #[test]
    fn what_was_used_is_added_up() {
        let dir = tempfile::tempdir().unwrap();
        let usage = Usage::new(dir.path());
        assert_eq!(usage.sums(By::Model).unwrap(), []);
        assert_eq!(usage.spent_since(at(0)).unwrap(), 0.0);
        let (cheap, dear) = (record("fix", "small", Some(0.25)), record("translate", "large", Some(2.0)));
        usage.add(&[(at(0), cheap.clone()), (at(100), dear)]).unwrap();
        usage.add(&[(at(200), CallRecord { outcome: "failed", usage: None, ..record("fix", "odd", None) })]).unwrap();
        assert_eq!(usage.spent_since(at(50)).unwrap(), 2.0);
        let names = |by| usage.sums(by).unwrap().into_iter().map(|sum| sum.name).collect::<Vec<_>>();
        assert_eq!(names(By::Model), ["test/large", "test/small", "test/odd"]);
        assert_eq!(names(By::Action), ["translate", "fix"]);
        let days = usage.sums(By::Day).unwrap();
        let expected = Sum {
            name: days[0].name.clone(),
            calls: 3,
            input: 20,
            output: 10,
            cost: 2.25,
            unpriced: 1,
            failed: 1,
            first_token: Some(Duration::from_millis(200)),
            took: Duration::from_millis(400),
        };
        assert_eq!(days, [expected]);
    }

    #[test]
    fn a_later_schema_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let usage = Usage::new(dir.path());
        usage.add(&[(at(0), record("fix", "m", None))]).unwrap();
        Connection::open(&usage.path).unwrap().pragma_update(None, "user_version", 99).unwrap();
        let refused = usage.add(&[(at(0), record("fix", "m", None))]).unwrap_err();
        assert!(matches!(refused, UsageError::Newer { found: 99, .. }), "{refused}");
    }

    #[test]
    fn what_is_no_database_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let usage = Usage::new(dir.path());
        std::fs::write(&usage.path, "not a database, but long enough to be looked at as one".repeat(20)).unwrap();
        assert!(matches!(usage.sums(By::Day), Err(UsageError::Sqlite { .. })));
    }

    #[test]
    fn a_month_begins_where_the_user_is() {
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(1));
        let now = "2026-11-25T10:00:00Z".parse::<Timestamp>().unwrap().to_zoned(zone);
        assert_eq!(month_began(&now).to_string(), "2026-10-31T23:00:00Z");
    }
}
