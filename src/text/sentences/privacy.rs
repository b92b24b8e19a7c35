//! What is said of secrets on their way out: which there are and where, never a letter of them.

use crate::engine::effect::{Notice, NoticeKind};
use crate::engine::event::Button;
use crate::engine::job::consent::{About, Question};
use crate::engine::outcome::Withholding;
use crate::engine::plan::{Sighting, Whereabouts};
use crate::panel::protocol::ToPanel;
use crate::text::redaction::Kind;

/// As many are told as are read; more are counted.
const SIGHTINGS_SHOWN: usize = 5;

/// The question, as a notification with its answers.
pub fn question(title: &str, question: &Question) -> Notice {
    let mut buttons = vec![(Button::Send, "Send as it is".to_owned()), (Button::Keep, "Don't send".to_owned())];
    if matches!(question.about, About::Secrets(_)) {
        buttons.insert(0, (Button::SendMasked, "Send masked".to_owned()));
    }
    Notice {
        kind: NoticeKind::Question,
        title: format!("{title}: send this to {}?", question.to),
        body: reason(question).into(),
        buttons,
    }
}

/// The question in the panel.
pub fn question_in_panel(job: u64, question: &Question) -> ToPanel {
    let sentence = format!("{} Send it to {}?", reason(question), question.to);
    ToPanel::Question { job, sentence, masks: matches!(question.about, About::Secrets(_)) }
}

/// The question in a terminal.
pub fn question_in_words(question: &Question) -> String {
    let answers = match question.about {
        About::Secrets(_) => "[y: masked, a: as it is, N: no]",
        About::SecretsAsTheyAre(_) | About::UnknownApp => "[y: yes, N: no]",
    };
    format!("{} Send it to {}? {answers} ", reason(question), question.to)
}

/// What a dry run says of it.
pub fn would_ask(question: &Question) -> String {
    format!("you would be asked first: {}", reason(question))
}

fn reason(question: &Question) -> String {
    match &question.about {
        About::Secrets(seen) | About::SecretsAsTheyAre(seen) => format!("There is {} in it.", sightings(seen)),
        About::UnknownApp => {
            "It is not known which application the text is from, and some have rules (`local_only_apps`).".to_owned()
        }
    }
}

/// What was left out, with an answer.
pub fn masked(kinds: &[Kind]) -> String {
    let kinds: Vec<_> = kinds.iter().map(|kind| name(*kind)).collect();
    format!("not sent along: {}", and(&kinds))
}

/// Why nothing was sent.
pub fn withheld(seen: &[Sighting], to: &str, why: Withholding) -> String {
    let found = sightings(seen);
    match why {
        Withholding::Blocked => format!(
            "not sent to {to}: there is {found} in it, and `privacy.secrets` does not let that leave; take it out, or use a \
             model on this machine"
        ),
        Withholding::NobodyAsked => format!(
            "not sent to {to}: there is {found} in it, and nobody can be asked here; set `privacy.secrets = \"mask\"` in the \
             config to send it without"
        ),
        Withholding::Refused => format!("not sent to {to}, as you said"),
    }
}

/// Why text of an unknown application was not sent.
pub fn withheld_unknown(to: &str, why: Withholding) -> String {
    match why {
        Withholding::Refused => format!("not sent to {to}, as you said"),
        Withholding::Blocked | Withholding::NobodyAsked => format!(
            "not sent to {to}: this desktop does not tell which application the text is from, some have rules \
             (`local_only_apps`), and nobody can be asked here; use a model on this machine"
        ),
    }
}

/// `a GitHub token (line 3) and a card number (line 7)`
fn sightings(seen: &[Sighting]) -> String {
    let mut told: Vec<_> = seen.iter().take(SIGHTINGS_SHOWN).map(sighting).collect();
    if seen.len() > SIGHTINGS_SHOWN {
        told.push(format!("{} more", seen.len() - SIGHTINGS_SHOWN));
    }
    and(&told)
}

fn sighting(sighting: &Sighting) -> String {
    let place = match sighting.place {
        Whereabouts::Text(line) => format!("line {line}"),
        Whereabouts::Clipboard(line) => format!("line {line} of the clipboard"),
        Whereabouts::Prompt => "in the prompt or the conversation".to_owned(),
    };
    format!("{} ({place})", name(sighting.kind))
}

fn name(kind: Kind) -> String {
    match kind {
        Kind::Key(whose) => format!("a key of {whose}"),
        Kind::Token => "a key or token".to_owned(),
        Kind::PrivateKey => "a private key".to_owned(),
        Kind::Password => "a password".to_owned(),
        Kind::CardNumber => "a card number".to_owned(),
        Kind::Iban => "an IBAN".to_owned(),
        Kind::Pattern(number) => format!("what pattern {} of `privacy.patterns` finds", number + 1),
    }
}

fn and(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
