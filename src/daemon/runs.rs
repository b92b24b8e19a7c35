//! Jobs that a command has the daemon run, because they act on the desktop: what happens to each is kept until the command
//! asks for it, one thing at a time.
//!
//! Knows neither the terminal nor how an end is put into words: that comes from the commands ([`Render`]).

use std::collections::{BTreeMap, VecDeque};

use tokio::sync::oneshot;

use crate::action::{ActionName, ModelChoice, Sink, Source};
use crate::daemon::{Loop, Report};
use crate::desktop::TriggerContext;
use crate::engine::call::JobId;
use crate::engine::effect::{Doing, Print};
use crate::engine::event::{Event, Overrides, Trigger, What};
use crate::engine::job::consent::{About, Permission, Question};
use crate::engine::job::placing::Decision;
use crate::engine::outcome::Outcome;
use crate::ipc::message::{Ended, Reply, Run};
use crate::llm::request::Conversation;
use crate::store::conversation;
use crate::text::sentences::{calls, privacy};

/// Puts an end into what a command prints.
pub type Render = fn(&Outcome) -> Ended;

/// Commands that died leave their jobs behind; more than this are never waited for.
const MOST: usize = 64;

/// The jobs that commands wait for.
pub struct Runs {
    render: Render,
    watched: BTreeMap<JobId, Watched>,
}

/// What has happened to a job and was not asked for yet; or who waits for the next thing.
#[derive(Default)]
struct Watched {
    said: VecDeque<Reply>,
    waiting: Option<oneshot::Sender<Reply>>,
}

impl Runs {
    pub fn new(render: Render) -> Self {
        Self { render, watched: BTreeMap::new() }
    }

    /// Starts a job for a command.
    pub fn start(&mut self, looped: &mut Loop, run: Run, context: TriggerContext) -> (Reply, Vec<Report>) {
        let trigger = match trigger(run, context) {
            Ok(trigger) => trigger,
            Err(sentence) => return (Reply::Refused { sentence, exit: 2 }, Vec::new()),
        };
        let (started, reports) = looped.trigger(trigger);
        match started {
            Ok(job) => {
                while self.watched.len() >= MOST {
                    self.watched.pop_first();
                }
                self.watched.insert(job, Watched::default());
                (Reply::Started { job: job.0 }, reports)
            }
            Err(failure) => {
                let ended = (self.render)(&Outcome::Failed { failure, partial: None });
                (Reply::Ended(Box::new(ended)), reports)
            }
        }
    }

    /// Whoever asks hears the next thing that happens to the job.
    pub fn wait(&mut self, job: JobId, reply: oneshot::Sender<Reply>) {
        let Some(watched) = self.watched.get_mut(&job) else {
            let sentence = format!("no job {job} is waited for");
            // Who has hung up needs no answer.
            let _ = reply.send(Reply::Refused { sentence, exit: 1 });
            return;
        };
        watched.waiting = Some(reply);
        self.tell(job);
    }

    /// What a person at the terminal says to a change.
    pub fn decide(&self, looped: &mut Loop, job: JobId, accept: bool) -> Vec<Report> {
        let decision = if accept { Decision::Accept } else { Decision::Keep };
        looped.handle(Event::Decided { job, decision })
    }

    /// What a person at the terminal says to a question.
    pub fn permit(&self, looped: &mut Loop, job: JobId, permission: Permission) -> Vec<Report> {
        looped.handle(Event::Permitted { job, permission })
    }

    /// Whether a question about this job reaches nobody, as no command waits for it. Who cannot be asked has not agreed.
    pub fn is_unheard(&self, job: JobId) -> bool {
        !self.watched.contains_key(&job)
    }

    /// Something happened.
    pub fn see(&mut self, report: &Report) {
        let (job, reply) = match report {
            Report::Print(job, Print::Working(doing)) => (*job, working(doing)),
            Report::Print(job, Print::Change(change)) => (*job, Reply::Change { pieces: change.clone() }),
            Report::Print(job, Print::Question(asked)) => (*job, question(asked)),
            Report::Ended(job, outcome) => (*job, Reply::Ended(Box::new((self.render)(outcome)))),
            _ => return,
        };
        if let Some(watched) = self.watched.get_mut(&job) {
            watched.said.push_back(reply);
            self.tell(job);
        }
    }

    fn tell(&mut self, job: JobId) {
        let Some(watched) = self.watched.get_mut(&job) else { return };
        let Some(said) = watched.said.pop_front() else { return };
        let Some(waiting) = watched.waiting.take() else { return watched.said.push_front(said) };
        let is_over = matches!(said, Reply::Ended(_));
        // Who has hung up needs no answer.
        let _ = waiting.send(said);
        if is_over {
            self.watched.remove(&job);
        }
    }
}

/// The trigger that a command means.
fn trigger(run: Run, context: TriggerContext) -> Result<Trigger, String> {
    let what = match (run.action, run.instruction) {
        (Some(action), None) => What::Action(ActionName::new(action)),
        (None, Some(instruction)) => {
            let earlier = run.earlier.map(conversation::from_json).transpose();
            let earlier: Conversation = earlier.map_err(|error| error.to_string())?.unwrap_or_default();
            What::Instruction { instruction: instruction.into(), earlier }
        }
        _ => return Err("a run is of an action or of an instruction".to_owned()),
    };
    let overrides = Overrides {
        from: run.from.map(|from| words::<Source>(&from)).transpose()?,
        to: Some(words::<Sink>(&run.to)?),
        models: run.models.into_iter().map(model).collect(),
        options: run.options,
        awaited: true,
        ..Overrides::default()
    };
    Ok(Trigger { what, context, supersedes: false, overrides })
}

fn model(word: String) -> ModelChoice {
    if word == "auto" { ModelChoice::Auto } else { ModelChoice::Named(word) }
}

fn words<T: std::str::FromStr>(words: &[String]) -> Result<Vec<T>, String> {
    let word = |word: &String| word.parse().map_err(|_| format!("“{word}” is not known to this daemon"));
    words.iter().map(word).collect()
}

fn question(question: &Question) -> Reply {
    let masks = matches!(question.about, About::Secrets(_));
    Reply::Question { words: privacy::question_in_words(question), masks }
}

fn working(doing: &Doing) -> Reply {
    Reply::Working { by: doing.by.clone(), says: calls::doing(doing), waits: doing.waiting.is_some() }
}
