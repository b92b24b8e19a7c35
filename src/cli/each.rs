//! `--each line|paragraph`: every piece is a job of its own, several at a time; the answers come out in order.
//!
//! What was done can be kept in a file, so that an interrupted run goes on where it stopped.

mod pieces;
mod progress;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::action::{ActionName, Sink, Source};
use crate::cli::arguments::Each;
use crate::cli::output;
use crate::cli::printer::Printer;
use crate::cli::refusal::wrong_use;
use crate::cli::run::{Session, failed};
use crate::daemon::Report;
use crate::desktop::Found;
use crate::engine::call::JobId;
use crate::engine::event::{Overrides, Trigger, What};
use crate::engine::outcome::{Note, Outcome};
use crate::text::sentences;
use pieces::Piece;
use progress::{Progress, Work};

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
    // Pieces would overwrite one another on the clipboard, and be a storm of notifications.
    if trigger.overrides.to.iter().flatten().any(|sink| *sink != Sink::Stdout) {
        let way_out = "leave --to out, and pipe the output to where it is to go";
        return Err(wrong_use(format!("--each prints its answers to stdout alone; {way_out}")));
    }
    let Some((_, Found { text, .. })) = &trigger.overrides.text else {
        return Err(wrong_use("--each needs a text: give it as an argument or on stdin"));
    };
    let What::Action(action) = trigger.what.clone() else {
        return Err(wrong_use("--each goes with stored actions"));
    };
    let pieces = match each {
        Each::Line => pieces::lines(text.expose()),
        Each::Paragraph => pieces::paragraphs(text.expose()),
    };
    let progress = match resume {
        Some(path) => Progress::open(&path, Work::new(&action, each, &trigger.overrides.options, text))?,
        None => Progress::unkept(),
    };
    Batch {
        session,
        trigger,
        action,
        pieces,
        progress,
        printer,
        running: BTreeMap::new(),
        results: BTreeMap::new(),
        next: 0,
        failed: false,
        said: BTreeSet::new(),
    }
    .run()
    .await
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
    /// What is known of pieces that stand behind one that is still awaited.
    results: BTreeMap<usize, PieceResult>,
    /// The first piece that is not printed yet.
    next: usize,
    failed: bool,
    /// Notes that were said already.
    said: BTreeSet<String>,
}

/// What became of a piece: its answer, or the sentence that says why there is none.
type PieceResult = Result<String, String>;

impl Batch {
    async fn run(mut self) -> anyhow::Result<ExitCode> {
        let mut waiting: VecDeque<usize> = (0..self.pieces.len()).filter(|piece| !self.is_done(*piece)).collect();
        loop {
            let mut ended = None;
            while ended.is_none()
                && self.running.len() < AT_A_TIME
                && let Some(piece) = waiting.pop_front()
            {
                let reports = self.start(piece);
                ended = self.take(reports)?;
            }
            // Also before the end of all: what is complete was paid for.
            self.print_in_order()?;
            match ended {
                Some(outcome) => return Ok(self.end(&outcome)),
                None if self.running.is_empty() && waiting.is_empty() => return Ok(self.exit_code()),
                None => {}
            }
            let reports = self.session.looped().next().await;
            if let Some(outcome) = self.take(reports)? {
                self.print_in_order()?;
                return Ok(self.end(&outcome));
            }
        }
    }

    fn exit_code(&self) -> ExitCode {
        if self.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }

    fn end(&mut self, outcome: &Outcome) -> ExitCode {
        self.printer.ended(outcome);
        ExitCode::from(outcome.exit_code())
    }

    /// Blank pieces are passed on, and what an earlier run has done is not done again.
    fn is_done(&self, piece: usize) -> bool {
        self.pieces[piece].text.trim().is_empty() || self.progress.answer(piece).is_some()
    }

    fn start(&mut self, piece: usize) -> Vec<Report> {
        let text = Found::from(self.pieces[piece].text.as_str());
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

    /// Sees to all that has ended, also behind a failure: it was paid for. Gives the first outcome that makes it
    /// senseless to go on.
    fn take(&mut self, reports: Vec<Report>) -> anyhow::Result<Option<Outcome>> {
        let mut last = None;
        for report in reports {
            let Report::Ended(job, outcome) = report else { continue };
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
                self.notes_once(&answer.notes);
                let answer = answer.text.expose().trim_end_matches(['\r', '\n']).to_owned();
                self.progress.done(piece, &answer)?;
                Ok(answer)
            }
            Outcome::Planned(_) => {
                self.printer.ended(&outcome);
                Ok(String::new())
            }
            Outcome::Failed { failure, .. } => {
                self.failed = true;
                Err(sentences::failure(&failure))
            }
            // Ends all, and so does not come here.
            Outcome::Cancelled => return Ok(()),
        };
        self.results.insert(piece, result);
        Ok(())
    }

    /// What is said with many answers is said once.
    fn notes_once(&mut self, notes: &[Note]) {
        for sentence in notes.iter().map(sentences::note) {
            if !self.printer.is_json() && self.said.insert(sentence.clone()) {
                eprintln!("postil: {sentence}");
            }
        }
    }

    /// Prints what is complete from the front.
    fn print_in_order(&mut self) -> anyhow::Result<()> {
        while let Some(piece) = self.pieces.get(self.next) {
            let result = match (self.results.remove(&self.next), self.progress.answer(self.next)) {
                (Some(result), _) => result,
                (None, Some(kept)) => Ok(kept.to_owned()),
                (None, None) if piece.text.trim().is_empty() => Ok(piece.text.clone()),
                (None, None) => return Ok(()),
            };
            if !self.trigger.overrides.dry_run {
                self.print(self.next, &result)?;
            }
            self.next += 1;
        }
        Ok(())
    }

    /// A piece that failed leaves its place empty, so that the others keep theirs.
    fn print(&self, piece: usize, result: &PieceResult) -> anyhow::Result<()> {
        let number = piece + 1;
        if self.printer.is_json() {
            let (answer, failed) = (result.as_ref().ok(), result.as_ref().err());
            let event = serde_json::json!({ "event": "piece", "piece": number, "answer": answer, "failed": failed });
            return output::say(&event.to_string());
        }
        let separator = &self.pieces[piece].separator;
        match result {
            Ok(answer) => output::write_all(format!("{answer}{separator}").as_bytes())?,
            Err(sentence) => {
                eprintln!("postil: piece {number}: {sentence}");
                output::write_all(separator.as_bytes())?;
            }
        }
        Ok(())
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
