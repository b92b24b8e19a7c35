//! `--each line|paragraph`: every piece is a job of its own, many at a time; the answers come out in order.
//!
//! The text is read as it is needed and no answer is kept longer than its place needs, so that memory does not grow with
//! the text. How many calls run at a time is decided by the engine's gate, by the limits of the provider. What was done can
//! be kept in a file ([`journal`]), so that an interrupted run goes on where it stopped.

mod journal;
mod pieces;
mod progress;
mod slots;
pub mod supply;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{IsTerminal, stderr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use crate::action::{ActionName, EngineKind, Sink, Source};
use crate::cli::arguments::Each;
use crate::cli::output;
use crate::cli::printer::Printer;
use crate::cli::refusal::wrong_use;
use crate::cli::run::{Session, failed, interrupted};
use crate::daemon::Report;
use crate::desktop::Found;
use crate::engine::call::JobId;
use crate::engine::effect::Print;
use crate::engine::event::{Event, Overrides, Trigger, What};
use crate::engine::gate;
use crate::engine::job::consent::Permission;
use crate::engine::outcome::{Answer, Outcome};
use crate::llm::limits::Urgency;
use crate::llm::models::{self, Price};
use crate::llm::roster::Target;
use crate::text::sentences;
use crate::text::sentences::calls;
use journal::{Journal, Work};
use pieces::Piece;
use progress::{Progress, Terminal};
use slots::{PieceResult, Slots};
use supply::{Supplied, Supply, Text};

/// How many pieces a built-in engine or a program works on at a time. Of a model's calls the gate decides.
const AT_A_TIME: usize = 4;

/// How far ahead of the first unfinished piece others are begun: what is finished behind it has to be kept.
const FURTHEST_AHEAD: usize = 512;

/// Runs the trigger's action on every piece of the text.
pub async fn run(
    session: Session,
    mut trigger: Trigger,
    each: Each,
    text: Text,
    resume: Option<PathBuf>,
    printer: Printer,
) -> anyhow::Result<ExitCode> {
    // Pieces would overwrite one another on the clipboard, and be a storm of notifications.
    if trigger.overrides.to.iter().flatten().any(|sink| *sink != Sink::Stdout) {
        let way_out = "leave --to out, and pipe the output to where it is to go";
        return Err(wrong_use(format!("--each prints its answers to stdout alone; {way_out}")));
    }
    let What::Action(action) = trigger.what.clone() else {
        return Err(wrong_use("--each goes with stored actions"));
    };
    let journal = match resume {
        Some(path) => Some(Journal::open(&path, &Work::new(&action, each, &trigger.overrides.options))?),
        None => None,
    };
    trigger.overrides.urgency = Urgency::Batch;
    let asks_models = session.settings.actions.get(&action).is_some_and(|action| action.engine == EngineKind::Model);
    let supply = Supply::start(text, each);
    let terminal = if stderr().is_terminal() { Terminal::Yes } else { Terminal::No };
    let mut batch = Batch {
        progress: Progress::new(supply.size, terminal, Instant::now()),
        terminal,
        at_a_time: if asks_models { gate::MANY } else { AT_A_TIME },
        session,
        trigger,
        action,
        supply,
        all_supplied: false,
        journal,
        printer,
        running: BTreeMap::new(),
        slots: Slots::default(),
        any_failed: false,
        said: BTreeSet::new(),
        prices: BTreeMap::new(),
    };
    let code = batch.run().await;
    batch.wipe_line();
    batch.session.looped().hands().flush().await;
    code
}

struct Batch {
    session: Session,
    /// What each piece is triggered like.
    trigger: Trigger,
    action: ActionName,
    supply: Supply,
    all_supplied: bool,
    journal: Option<Journal>,
    progress: Progress,
    terminal: Terminal,
    at_a_time: usize,
    printer: Printer,
    /// The piece of each running job.
    running: BTreeMap<JobId, usize>,
    slots: Slots,
    any_failed: bool,
    /// Notes that were said already.
    said: BTreeSet<String>,
    /// By the name of who answered.
    prices: BTreeMap<String, Option<Price>>,
}

impl Batch {
    async fn run(&mut self) -> anyhow::Result<ExitCode> {
        self.check_journal().await?;
        let mut interrupt = std::pin::pin!(interrupted());
        let mut mistake = None;
        loop {
            if let Some(outcome) = self.start_more()? {
                self.print_in_order()?;
                return Ok(self.end(&outcome));
            }
            // Also before the end of all: what is complete was paid for.
            self.print_in_order()?;
            if self.all_supplied && self.running.is_empty() && self.slots.is_empty() {
                return mistake.map_or_else(|| Ok(self.exit_code()), Err);
            }
            let wants_more = !self.all_supplied && self.slots.has_room(self.at_a_time, FURTHEST_AHEAD);
            tokio::select! {
                reports = self.session.looped().next() => {
                    if let Some(outcome) = self.take(reports)? {
                        self.print_in_order()?;
                        return Ok(self.end(&outcome));
                    }
                }
                supplied = self.supply.next(), if wants_more => match self.supplied(supplied) {
                    Ok(()) => {}
                    // What came before it is finished first.
                    Err(error) => (mistake, self.all_supplied) = (Some(error), true),
                },
                // With jobs under way their end says it.
                () = &mut interrupt, if self.running.is_empty() => return Ok(self.end(&Outcome::Cancelled)),
            }
        }
    }

    /// Looks at all the pieces that an earlier run has done before anything is asked or printed.
    async fn check_journal(&mut self) -> anyhow::Result<()> {
        let reach = self.journal.as_ref().map_or(0, Journal::reach);
        while self.slots.supplied() < reach {
            let supplied = self.supply.next().await;
            if let (None, Some(journal)) = (&supplied, &self.journal) {
                return Err(journal.foreign());
            }
            self.supplied(supplied)?;
        }
        Ok(())
    }

    /// Blank pieces are passed on, and what an earlier run has done is not done again.
    fn supplied(&mut self, supplied: Option<Supplied>) -> anyhow::Result<()> {
        let Some(supplied) = supplied else {
            self.all_supplied = true;
            return Ok(());
        };
        let (piece, bytes) = supplied?;
        let is_done = match &self.journal {
            Some(journal) => journal.has(self.slots.supplied(), &piece.text)?,
            None => false,
        };
        match (piece, is_done) {
            (piece, true) => {
                self.slots.push_journaled(piece, bytes);
                self.progress.resumed_at(bytes, Instant::now());
            }
            (piece, false) if piece.is_blank() => self.slots.push_done(piece, bytes),
            (piece, false) => self.slots.push(piece, bytes),
        }
        Ok(())
    }

    fn exit_code(&self) -> ExitCode {
        if self.any_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }

    fn end(&mut self, outcome: &Outcome) -> ExitCode {
        self.wipe_line();
        self.printer.ended(outcome);
        ExitCode::from(outcome.exit_code())
    }

    /// Starts what may run now. Gives the outcome that makes it senseless to go on.
    fn start_more(&mut self) -> anyhow::Result<Option<Outcome>> {
        while self.running.len() < self.at_a_time
            && let Some((piece, text)) = self.slots.next_to_start()
        {
            let reports = self.start(piece, &text);
            if let Some(outcome) = self.take(reports)? {
                return Ok(Some(outcome));
            }
        }
        Ok(None)
    }

    fn start(&mut self, piece: usize, text: &str) -> Vec<Report> {
        let overrides = Overrides { text: Some((Source::Stdin, Found::from(text))), ..self.trigger.overrides.clone() };
        let context = self.trigger.context.clone();
        let trigger = Trigger { what: What::Action(self.action.clone()), context, supersedes: false, overrides };
        let (started, mut reports) = self.session.looped().trigger(trigger);
        match started {
            Ok(job) => drop(self.running.insert(job, piece)),
            // Wrong use: said once, by the piece that met it.
            Err(failure) => reports.push(Report::Ended(JobId(0), Box::new(failed(failure)))),
        }
        reports
    }

    /// Sees to all that has ended, also behind a failure: it was paid for. Gives the first outcome that makes it
    /// senseless to go on.
    fn take(&mut self, reports: Vec<Report>) -> anyhow::Result<Option<Outcome>> {
        let (mut last, mut reports) = (None, VecDeque::from(reports));
        while let Some(report) = reports.pop_front() {
            let (job, outcome) = match report {
                Report::Ended(job, outcome) => (job, outcome),
                // Nobody answers a question for each of many pieces.
                Report::Print(job, Print::Question(_)) => {
                    let permission = Permission::NobodyAsked;
                    reports.extend(self.session.looped().handle(Event::Permitted { job, permission }));
                    continue;
                }
                _ => continue,
            };
            let piece = self.running.remove(&job);
            match (ends_all(&outcome), piece) {
                (true, _) => last = last.or(Some(*outcome)),
                (false, Some(piece)) => self.piece_ended(piece, *outcome)?,
                (false, None) => {}
            }
        }
        Ok(last)
    }

    fn piece_ended(&mut self, piece: usize, outcome: Outcome) -> anyhow::Result<()> {
        let result = match outcome {
            Outcome::Answered(answer) => {
                self.notes_once(&answer);
                self.add_cost(&answer);
                // Of several models: all of them, below their names.
                let answer = calls::labelled(&answer).expose().trim_end_matches(['\r', '\n']).to_owned();
                if let Some(journal) = &mut self.journal {
                    journal.done(piece, self.slots.text(piece), &answer)?;
                }
                Ok(answer)
            }
            Outcome::Planned(_) => {
                self.printer.ended(&outcome);
                Ok(String::new())
            }
            Outcome::Failed { failure, .. } => {
                self.any_failed = true;
                self.progress.failed();
                Err(sentences::failure(&failure))
            }
            // Ends all, and so does not come here.
            Outcome::Cancelled => return Ok(()),
        };
        self.slots.ended(piece, result);
        Ok(())
    }

    fn add_cost(&mut self, answer: &Answer) {
        let Some(usage) = &answer.usage else { return };
        let settings = &self.session.settings;
        let price = *self.prices.entry(answer.by.clone()).or_insert_with(|| {
            let (provider, model) = answer.by.split_once('/')?;
            let provider = settings.providers.get(provider)?.clone();
            models::data_of(&Target { provider, model: model.to_owned() }).price
        });
        self.progress.spent(price.map_or(0.0, |price| price.of(usage)));
    }

    /// What is said with many answers is said once.
    fn notes_once(&mut self, answer: &Answer) {
        for sentence in answer.notes.iter().map(sentences::note).chain(calls::beside(answer)) {
            if !self.printer.is_json() && self.said.insert(sentence.clone()) {
                self.wipe_line();
                eprintln!("postil: {sentence}");
            }
        }
    }

    /// Prints what is complete from the front.
    fn print_in_order(&mut self) -> anyhow::Result<()> {
        while let Some((number, done)) = self.slots.pop_done() {
            let result = match (done.result, &mut self.journal) {
                (Some(result), _) => result,
                (None, Some(journal)) => Ok(journal.answer(number)?),
                (None, None) => continue,
            };
            self.progress.done(done.bytes);
            if !self.trigger.overrides.dry_run {
                self.print(number, &done.piece, &result)?;
            }
        }
        self.say_progress();
        Ok(())
    }

    /// A piece that failed leaves its place empty, so that the others keep theirs.
    fn print(&self, number: usize, piece: &Piece, result: &PieceResult) -> anyhow::Result<()> {
        let number = number + 1;
        if self.printer.is_json() {
            let (answer, failed) = (result.as_ref().ok(), result.as_ref().err());
            let event = serde_json::json!({ "event": "piece", "piece": number, "answer": answer, "failed": failed });
            return output::say(&event.to_string());
        }
        self.wipe_line();
        match result {
            Ok(answer) => output::write_all(format!("{answer}{}", piece.separator).as_bytes())?,
            Err(sentence) => {
                eprintln!("postil: piece {number}: {sentence}");
                output::write_all(piece.separator.as_bytes())?;
            }
        }
        Ok(())
    }

    fn say_progress(&mut self) {
        if let Some(words) = self.progress.line(Instant::now()) {
            match self.terminal {
                Terminal::Yes => eprint!("\r\x1b[K{words}"),
                Terminal::No => eprintln!("postil: {words}"),
            }
        }
    }

    /// Takes the line of progress away.
    fn wipe_line(&self) {
        if self.terminal == Terminal::Yes {
            // Carriage return, erase to the end of the line (ECMA-48).
            eprint!("\r\x1b[K");
        }
    }
}

/// Whether it is senseless to go on: every other piece would fail like this one, or the user wished to stop.
fn ends_all(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Cancelled => true,
        Outcome::Failed { failure, .. } => failure.meets_others(),
        Outcome::Answered(_) | Outcome::Planned(_) => false,
    }
}
