//! The child that runs a job which acts on the desktop where no daemon does: the clipboard has to be served for as long as
//! nobody else has copied, and the command that was typed is over before. It is this program again. It takes the daemon's
//! requests on its stdin, a line each, gives its replies on its stdout, and stays while it serves anything.

use std::process::ExitCode;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, stdin, stdout};
use tokio::sync::oneshot;

use crate::config::Settings;
use crate::config::paths::Paths;
use crate::daemon::hands::Hands;
use crate::daemon::runs::{Render, Runs};
use crate::daemon::{Inbox, Loop, Report, Wake, now, requests};
use crate::desktop::Desktop;
use crate::engine::Engine;
use crate::engine::effect::Print;
use crate::engine::event::{Event, Which};
use crate::engine::job::consent::Permission;
use crate::ipc::message::{self, Reply, Request};
use crate::llm::roster::Survey;
use crate::store::told;

/// The word that it is started with.
pub const COMMAND: &str = "run-apart";

/// Runs until the job is over and nothing is served any more.
pub async fn serve(paths: Paths, settings: Arc<Settings>, render: Render) -> anyhow::Result<ExitCode> {
    let survey = Survey::new();
    let engine = Engine::new(Arc::clone(&settings), survey, told::load(&paths.state_dir), now());
    let (mut looped, inbox) = Loop::new(engine, |inbox| Hands::apart(inbox, &paths));
    let survey = looped.hands().survey(&settings.providers).await;
    looped.handle(Event::Surveyed { settings, survey });
    let desktop = Arc::clone(looped.hands().desktop());
    tokio::spawn(takes_lines(inbox, desktop));
    let mut apart = Apart { runs: Runs::new(render), is_wanted: true, has_display: true };
    let serves = |looped: &Loop, apart: &Apart| apart.has_display && looped.engine().serves_clipboard();
    while apart.is_wanted || !looped.engine().running().is_empty() || serves(&looped, &apart) {
        let reports = looped.next().await;
        apart.see_to(&mut looped, reports);
    }
    looped.hands().close().await;
    Ok(ExitCode::SUCCESS)
}

struct Apart {
    runs: Runs,
    /// Whether somebody is there to ask.
    is_wanted: bool,
    /// Without it nothing is served any more, and nobody will say so.
    has_display: bool,
}

impl Apart {
    fn see_to(&mut self, looped: &mut Loop, reports: Vec<Report>) {
        for report in reports {
            self.runs.see(&report);
            match report {
                Report::Print(job, Print::Question(_)) if self.runs.is_unheard(job) => {
                    let reports = self.runs.permit(looped, job, Permission::NobodyAsked);
                    self.see_to(looped, reports);
                }
                Report::Wake(Wake::Request { request, context, reply }) => {
                    let context = context.unwrap_or_else(crate::desktop::TriggerContext::nowhere);
                    let reports = requests::of_a_run(&mut self.runs, looped, request, context, reply);
                    self.see_to(looped, reports);
                }
                // Nobody is there any more: what has not got as far as the document is broken off.
                Report::Wake(end @ (Wake::Stop | Wake::DisplayLost)) => {
                    self.is_wanted = false;
                    self.has_display &= !matches!(end, Wake::DisplayLost);
                    let reports = looped.handle(Event::Cancel(Which::All));
                    self.see_to(looped, reports);
                }
                _ => {}
            }
        }
    }
}

/// Takes requests, each with what has the focus at that moment, one after the other, until stdin ends.
async fn takes_lines(inbox: Inbox, desktop: Arc<Desktop>) {
    let mut lines = BufReader::new(stdin()).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let reply = match message::parse::<Request>(line.as_bytes()) {
            Ok(request) => asked(request, &inbox, &desktop).await,
            Err(error) => Some(Reply::Refused { sentence: error.to_string(), exit: 2 }),
        };
        let Some(reply) = reply else { break };
        let mut out = stdout();
        if out.write_all(&message::line(&reply)).await.is_err() || out.flush().await.is_err() {
            break;
        }
    }
    inbox.wake(Wake::Stop);
}

async fn asked(request: Request, inbox: &Inbox, desktop: &Desktop) -> Option<Reply> {
    let (reply, replied) = oneshot::channel();
    let inbox = inbox.clone();
    desktop.context(move |context| inbox.wake(Wake::Request { request, context: Some(context), reply }));
    replied.await.ok()
}
