//! `--each line|paragraph`: every piece is a job of its own, several at a time; the answers come out in order.
//!
//! What was done can be kept in a file, so that an interrupted run goes on where it stopped.

mod pieces;
mod progress;

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;

use crate::action::{ActionName, Source};
use crate::cli::arguments::Each;
use crate::cli::output;
use crate::cli::printer::Printer;
use crate::cli::run::{Session, failed};
use crate::daemon::Report;
use crate::engine::call::JobId;
use crate::engine::event::{BackendFailure, Overrides, Trigger, What};
use crate::engine::outcome::{Failure, Outcome};
use crate::llm::request::CallFailure;
use crate::text::sealed::UserText;
use crate::text::sentences;
use pieces::Piece;
use progress::Progress;

/// How many pieces are asked about at a time. Enough to hide a server's latency, few enough not to anger one; the limits
/// of providers are kept by the scheduler.
const AT_A_TIME: usize = 4;

/// Runs the trigger's action on every piece of its text.
pub async fn run(
    session: Session,
    trigger: Trigger,
    each: Each,
    resume: Option<PathBuf>,
    printer: Printer,
) -> anyhow::Result<ExitCode> {
    let Some((_, text)) = &trigger.overrides.text else {
        bail!("--each needs a text: give it as an argument or on stdin");
    };
    let What::Action(action) = trigger.what.clone() else {
        bail!("--each goes with stored actions");
    };
    let pieces = match each {
        Each::Line => pieces::lines(text.expose()),
        Each::Paragraph => pieces::paragraphs(text.expose()),
    };
    let progress = match resume {
        Some(path) => Progress::open(&path, &action, text.expose())?,
        None => Progress::unkept(),
    };
    Batch { session, trigger, action, pieces, progress, printer, running: BTreeMap::new(), failed: 0 }.run().await
}

struct Batch {
    session: Session,
    /// What each piece is triggered like.
    trigger: Trigger,
    action: ActionName,
    pieces: Vec<Piece>,
    progress: Progress,
    printer: Printer,
    /// The piece of each running job.
    running: BTreeMap<JobId, usize>,
    failed: usize,
}

impl Batch {
    async fn run(mut self) -> anyhow::Result<ExitCode> {
        let mut waiting: VecDeque<usize> = (0..self.pieces.len()).filter(|piece| !self.is_done(*piece)).collect();
        let mut answers: BTreeMap<usize, Option<String>> = BTreeMap::new();
        let mut next = 0;
        loop {
            while self.running.len() < AT_A_TIME
                && let Some(piece) = waiting.pop_front()
            {
                let reports = self.start(piece);
                if let Some(code) = self.take(reports, &mut answers)? {
                    return Ok(code);
                }
            }
            self.print_in_order(&mut next, &mut answers)?;
            if self.running.is_empty() && waiting.is_empty() {
                return Ok(if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE });
            }
            let reports = self.session.looped().next().await;
            if let Some(code) = self.take(reports, &mut answers)? {
                return Ok(code);
            }
        }
    }

    /// Blank pieces are passed on, and what an earlier run has done is not done again.
    fn is_done(&self, piece: usize) -> bool {
        self.pieces[piece].text.trim().is_empty() || self.progress.answer(piece).is_some()
    }

    fn start(&mut self, piece: usize) -> Vec<Report> {
        let text = UserText::from(self.pieces[piece].text.as_str());
        let overrides = Overrides { text: Some((Source::Stdin, text)), ..self.trigger.overrides.clone() };
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

    /// Sees to what has ended. Gives the exit code where it makes no sense to go on.
    fn take(
        &mut self,
        reports: Vec<Report>,
        answers: &mut BTreeMap<usize, Option<String>>,
    ) -> anyhow::Result<Option<ExitCode>> {
        for report in reports {
            let Report::Ended(job, outcome) = report else { continue };
            let piece = self.running.remove(&job);
            if let Some(code) = ends_all(&outcome) {
                self.printer.ended(&outcome);
                return Ok(Some(code));
            }
            let Some(piece) = piece else { continue };
            answers.insert(piece, self.answer(piece, *outcome)?);
        }
        Ok(None)
    }

    fn answer(&mut self, piece: usize, outcome: Outcome) -> anyhow::Result<Option<String>> {
        match outcome {
            Outcome::Answered(answer) => {
                let answer = answer.text.expose().trim_end_matches(['\r', '\n']).to_owned();
                self.progress.done(piece, &answer)?;
                Ok(Some(answer))
            }
            Outcome::Planned(_) => {
                self.printer.ended(&outcome);
                Ok(Some(String::new()))
            }
            Outcome::Failed { failure, .. } => {
                self.failed += 1;
                eprintln!("postil: piece {}: {}", piece + 1, sentences::failure(&failure));
                Ok(None)
            }
            Outcome::Cancelled => Ok(None),
        }
    }

    /// Prints what is complete from the front. A piece that failed leaves its place empty, so that the others keep theirs.
    fn print_in_order(
        &mut self,
        next: &mut usize,
        answers: &mut BTreeMap<usize, Option<String>>,
    ) -> anyhow::Result<()> {
        while *next < self.pieces.len() {
            let piece = &self.pieces[*next];
            let answer = match (answers.remove(next), self.progress.answer(*next)) {
                (Some(answer), _) => answer,
                (None, Some(kept)) => Some(kept.to_owned()),
                (None, None) if piece.text.trim().is_empty() => Some(piece.text.clone()),
                (None, None) => return Ok(()),
            };
            self.print(*next, answer)?;
            *next += 1;
        }
        Ok(())
    }

    fn print(&self, piece: usize, answer: Option<String>) -> anyhow::Result<()> {
        if self.trigger.overrides.dry_run {
            return Ok(());
        }
        match self.printer.is_json() {
            true => {
                output::say(&serde_json::json!({ "event": "piece", "piece": piece + 1, "answer": answer }).to_string())?
            }
            false => {
                let separator = &self.pieces[piece].separator;
                output::write_all(format!("{}{separator}", answer.unwrap_or_default()).as_bytes())?;
            }
        }
        Ok(())
    }
}

/// Failures that every other piece would meet too, and the user's own wish to stop.
fn ends_all(outcome: &Outcome) -> Option<ExitCode> {
    let hopeless = match outcome {
        Outcome::Cancelled => true,
        Outcome::Failed { failure: Failure::Backend { failure, .. }, .. } => match failure {
            BackendFailure::Model(failure) => is_hopeless(failure),
            BackendFailure::CommandMissing { .. } | BackendFailure::CannotOpen => true,
            BackendFailure::Builtin(_) | BackendFailure::CommandFailed { .. } => false,
        },
        Outcome::Failed { failure: Failure::EmptyAnswer { .. } | Failure::Filtered { .. }, .. } => false,
        Outcome::Failed { failure: Failure::DoesNotFit(_), .. } => false,
        Outcome::Failed { .. } => true,
        Outcome::Answered(_) | Outcome::Planned(_) => false,
    };
    hopeless.then(|| ExitCode::from(outcome.exit_code()))
}

fn is_hopeless(failure: &CallFailure) -> bool {
    matches!(
        failure,
        CallFailure::Unreachable { .. }
            | CallFailure::Tls { .. }
            | CallFailure::NoKey { .. }
            | CallFailure::KeyCommand { .. }
            | CallFailure::KeyInClear { .. }
            | CallFailure::KeyRefused { .. }
            | CallFailure::QuotaUsedUp { .. }
            | CallFailure::ModelUnknown { .. }
            | CallFailure::NotAnAnswer { .. }
            | CallFailure::Redirected { .. }
            | CallFailure::NotSpokenYet { .. }
    )
}
