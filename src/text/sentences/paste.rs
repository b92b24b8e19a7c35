//! What is said of answers that were to take a selection's place.

use super::{answer_buttons, source_name};
use crate::desktop::paste::{LONGEST_KEEPING, NotPasted, Pasted};
use crate::engine::effect::{Notice, NoticeKind, Undone, Unfinished};
use crate::engine::event::Button;
use crate::engine::job::placing::may_go_well_again;
use crate::engine::outcome::Placed;
use crate::engine::pasting::Placement;
use crate::text::diff::{self, Piece};
use crate::text::sealed::AnswerText;
use crate::text::shorten::shorten;

/// How much of a change a notification shows; what is more is cut there anyway.
const CHANGE_SHOWN: usize = 500;

/// How much is shown of what an earlier process left behind.
const EXCERPT: usize = 200;

/// What the answer would change, as a question.
pub fn change(title: &str, change: &[Piece]) -> Notice {
    Notice {
        kind: NoticeKind::Question,
        title: format!("{title}: make this change?"),
        body: diff::short(change, CHANGE_SHOWN).into(),
        buttons: vec![(Button::Accept, "Accept".to_owned()), (Button::Keep, "Keep".to_owned())],
    }
}

/// What became of the answer, as a clause.
pub fn placed(placed: &Placed) -> String {
    match placed {
        Placed::Done => "it stands in place of what was selected".to_owned(),
        Placed::Unconfirmed { app } => unconfirmed(app.as_deref()),
        Placed::Not { why, app } => format!("not pasted: {}", not_pasted(why, app.as_deref())),
        Placed::NothingToChange => "nothing to change".to_owned(),
        Placed::Declined => "the text was left as it was".to_owned(),
        Placed::NotAsked => "not pasted, because the change could not be shown beforehand".to_owned(),
        Placed::NotSelected(None) => "not pasted, because nothing was selected".to_owned(),
        Placed::NotSelected(Some(source)) => {
            format!("not pasted: the text was not selected but came from {}", source_name(*source))
        }
    }
}

fn unconfirmed(app: Option<&str>) -> String {
    format!(
        "{} did not take it, so it is on the clipboard: paste it yourself; `postil undo` brings the old clipboard back",
        app.unwrap_or("the application")
    )
}

/// Why nothing was pasted, and what to do.
fn not_pasted(why: &NotPasted, app: Option<&str>) -> String {
    let app = app.unwrap_or("the application");
    match why {
        NotPasted::FocusChanged => "another window has the focus now".to_owned(),
        NotPasted::WindowGone => "its window is closed".to_owned(),
        NotPasted::SelectionChanged => "something else is selected now".to_owned(),
        NotPasted::NothingSelected => "nothing is selected any more".to_owned(),
        NotPasted::SelectionUnknown => {
            "your desktop does not tell what is selected; copy the answer and paste it yourself".to_owned()
        }
        NotPasted::ClipboardChanged => "something else was copied meanwhile".to_owned(),
        NotPasted::Locked => "the screen is locked".to_owned(),
        NotPasted::ReadOnly => format!("the text in {app} cannot be changed"),
        NotPasted::PasswordField => "it is a field for passwords".to_owned(),
        NotPasted::ClipboardTooLarge => "what is on the clipboard is too large to be kept meanwhile".to_owned(),
        NotPasted::ClipboardHung { app: owner } => format!(
            "{} did not hand out its clipboard within {} ms, so it could not be kept",
            owner.as_deref().unwrap_or("another application"),
            LONGEST_KEEPING.as_millis()
        ),
        NotPasted::NoChord => {
            format!("no keys are known that paste in {app} on this keyboard; set `chord` under [paste] in the config")
        }
        NotPasted::KeysHeld => "the shortcut's keys were not let go".to_owned(),
        NotPasted::SeveralLines => format!("in {app}, a terminal, each of its lines may be run as a command"),
        NotPasted::KeysAsked => {
            "your desktop asks whether postil may press keys: allow it, then press Replace here".to_owned()
        }
        NotPasted::KeysRefused => {
            "your desktop does not let postil press keys; `postil setup` has it ask you again".to_owned()
        }
        NotPasted::Unsupported => "postil cannot paste on this desktop yet".to_owned(),
    }
}

/// What can be done with an answer, for what became of it.
pub fn buttons(placed: &Placed) -> Vec<(Button, String)> {
    let more = match placed {
        Placed::Not { why: NotPasted::SeveralLines, .. } => Some((Button::Insert, "Insert")),
        Placed::Not { why, .. } if may_go_well_again(why) => Some((Button::Replace, "Replace")),
        Placed::NotAsked => Some((Button::Replace, "Replace")),
        Placed::Unconfirmed { .. } => Some((Button::PutBack, "Old clipboard back")),
        _ => None,
    };
    let mut buttons = answer_buttons();
    buttons.extend(more.map(|(button, label)| (button, label.to_owned())));
    buttons
}

/// What came of another try; nothing where it is seen in the document.
pub fn tried_again(placement: &Placement, ended: &Pasted) -> Option<Notice> {
    let app = placement.context.app.as_ref().map(|app| app.name.clone());
    let placed = match ended {
        Pasted::Confirmed { .. } => return None,
        Pasted::Unconfirmed => Placed::Unconfirmed { app },
        Pasted::Not(why) => Placed::Not { why: why.clone(), app },
    };
    let body = format!("{}\n\n({})", placement.text.expose().trim(), self::placed(&placed));
    let (kind, title) = (NoticeKind::Answer, placement.title.clone());
    Some(Notice { kind, title, body: body.into(), buttons: buttons(&placed) })
}

/// How taking the last replacement back went: what was done, or why not and what to do.
pub fn undone(end: &Undone) -> Result<String, String> {
    match end {
        Undone::Replaced { title } => Ok(format!("{title} is taken back")),
        Undone::ClipboardBack => Ok("the old clipboard is back".to_owned()),
        Undone::CopiedSince => Err("something was copied since, so the old clipboard stays away".to_owned()),
        Undone::Nothing => Err("there is no replacement to take back".to_owned()),
        Undone::Unconfirmed => {
            Err("the application did not take the original, so it is on the clipboard: paste it yourself".to_owned())
        }
        Undone::Failed(NotPasted::SelectionChanged) => Err(
            "what was pasted no longer stands before the cursor, so it is not taken back; press the application's own \
             undo, or copy the original from the notification"
                .to_owned(),
        ),
        Undone::Failed(NotPasted::SelectionUnknown) => Err(
            "your desktop does not tell what is selected, so nothing is taken back; press the application's own undo, or \
             copy the original from the notification"
                .to_owned(),
        ),
        Undone::Failed(why) => Err(format!(
            "not taken back: {}; press the application's own undo, or copy the original from the notification",
            not_pasted(why, None)
        )),
    }
}

/// The original, for the person to put back.
pub fn not_undone(title: &str, end: &Undone, original: &AnswerText) -> Notice {
    let why = undone(end).unwrap_or_else(|why| why);
    let original = shorten(original.expose().trim(), EXCERPT).0;
    Notice {
        kind: NoticeKind::Failure,
        title: format!("{title}: not taken back"),
        body: format!("{why}\n\nThe original: {original}").into(),
        buttons: vec![(Button::CopyOld, "Copy the original".to_owned())],
    }
}

/// What an earlier process was in the middle of when it died.
pub fn left_behind(entry: &Unfinished) -> Notice {
    let excerpt = |text: &str| shorten(text.trim(), EXCERPT).0;
    let answer = entry.text.as_ref().map(|text| format!("The answer of {}: {}", entry.title, excerpt(text.expose())));
    let clipboard = entry.clipboard.as_ref().map(|text| format!("On the clipboard was: {}", excerpt(text.expose())));
    let copy_answer = entry.text.as_ref().map(|_| (Button::Copy, "Copy the answer".to_owned()));
    let copy_old = entry.clipboard.as_ref().map(|_| (Button::CopyOld, "Copy the old clipboard".to_owned()));
    let title = match entry.text {
        Some(_) => "postil ended before it had pasted",
        None => "postil ended with your old clipboard",
    };
    Notice {
        kind: NoticeKind::Failure,
        title: title.to_owned(),
        body: answer.into_iter().chain(clipboard).collect::<Vec<_>>().join("\n\n").into(),
        buttons: copy_answer.into_iter().chain(copy_old).collect(),
    }
}
