//! A notice as a notification server gets it: cut to what is readable, escaped where the server reads markup, with the
//! buttons that it can show. Pure, and ignorant of D-Bus.

use crate::engine::effect::{Notice, NoticeKind};
use crate::engine::event::Button;
use crate::text::line::{one_line, without_controls};
use crate::text::sealed::AnswerText;
use crate::text::shorten::shorten;

/// Characters of a body. Beyond that servers cut in the middle of a word, or cover half of the screen.
const BODY_CHARS: usize = 600;
/// Lines of a body, for the same reason.
const BODY_LINES: usize = 16;
/// Characters of a title.
const TITLE_CHARS: usize = 120;
/// What follows an answer that was cut.
const WHOLE_ANSWER: &str = " (whole answer: tray or `postil last`)";

/// Milliseconds that a body of a few words stays.
const SHORTEST: usize = 8_000;
/// Milliseconds for each character: slow readers manage some 17 a second.
const EACH_CHAR: usize = 60;
/// Milliseconds that any answer stays.
const LONGEST: usize = 30_000;
/// A question stays until it is answered: the protocol's word for that.
const FOR_EVER: i32 = 0;
/// Milliseconds that a sign of work stays: the longest that a model may be silent. The answer takes it away before.
const WORKING: usize = 60_000;

/// What a server says that it can do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Capabilities {
    pub actions: bool,
    pub body: bool,
    pub markup: bool,
}

impl Capabilities {
    /// From the words of `GetCapabilities`.
    pub fn from_words(words: &[String]) -> Self {
        let has = |word: &str| words.iter().any(|each| each == word);
        Self { actions: has("actions"), body: has("body"), markup: has("body-markup") }
    }
}

/// A notification, ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Plain text on one line.
    pub summary: AnswerText,
    pub body: AnswerText,
    /// From the icon theme.
    pub icon: &'static str,
    /// Key and label.
    pub actions: Vec<(String, String)>,
    pub urgency: Urgency,
    /// Not to be kept by the server when it is gone from the screen.
    pub transient: bool,
    /// For the user's own rules in the server's configuration.
    pub category: &'static str,
    /// Milliseconds; none: as the server is set.
    pub timeout: Option<i32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    Low,
    Normal,
}

/// Renders `notice` for a server with these capabilities.
pub fn card(notice: &Notice, server: Capabilities) -> Card {
    let (title, _) = shorten(&one_line(&notice.title), TITLE_CHARS);
    let (body, cut) = body(notice);
    let timeout = timeout(notice.kind, &body);
    let (summary, body) = match (server.body, server.markup) {
        (true, true) => (title, html_escape::encode_text(&body).into_owned()),
        (true, false) => (title, body),
        (false, _) => (one_line(&format!("{title}: {body}")), String::new()),
    };
    let (icon, category) = look(notice.kind);
    Card {
        summary: summary.into(),
        body: body.into(),
        icon,
        actions: if server.actions { actions(notice, cut) } else { Vec::new() },
        urgency: if notice.kind == NoticeKind::Working { Urgency::Low } else { Urgency::Normal },
        transient: notice.kind == NoticeKind::Working,
        category,
        timeout,
    }
}

/// The readable part of the body, and whether that is less than the whole.
fn body(notice: &Notice) -> (String, bool) {
    let whole = without_controls(notice.body.expose().trim());
    let (lines, fewer) = match whole.match_indices('\n').nth(BODY_LINES - 1) {
        Some((end, _)) => (&whole[..end], true),
        None => (whole.as_str(), false),
    };
    let (mut text, shorter) = shorten(lines, BODY_CHARS);
    let cut = fewer || shorter;
    if cut && !shorter {
        text.push('…');
    }
    // Only where it is kept, which is where it can be shown.
    if cut && notice.kind == NoticeKind::Answer && notice.buttons.iter().any(|(button, _)| *button == Button::Show) {
        text.push_str(WHOLE_ANSWER);
    }
    (text, cut)
}

fn timeout(kind: NoticeKind, body: &str) -> Option<i32> {
    let milliseconds = match kind {
        NoticeKind::Working => WORKING,
        NoticeKind::Answer | NoticeKind::Advice => (body.chars().count() * EACH_CHAR).clamp(SHORTEST, LONGEST),
        NoticeKind::Failure => return None,
        NoticeKind::Question => return Some(FOR_EVER),
    };
    i32::try_from(milliseconds).ok()
}

/// Icon and category.
fn look(kind: NoticeKind) -> (&'static str, &'static str) {
    match kind {
        NoticeKind::Working => ("postil", "x-postil.working"),
        NoticeKind::Answer => ("postil", "x-postil.answer"),
        NoticeKind::Failure => ("dialog-error", "x-postil.failure"),
        NoticeKind::Advice => ("dialog-information", "x-postil.advice"),
        NoticeKind::Question => ("dialog-question", "x-postil.question"),
    }
}

/// The buttons; `Show` only where there is more to show. A click beside them shows the whole, too.
fn actions(notice: &Notice, cut: bool) -> Vec<(String, String)> {
    let offered = notice.buttons.iter().filter(|(button, _)| cut || *button != Button::Show);
    let mut actions: Vec<_> = offered.map(|(button, label)| (key(*button), one_line(label))).collect();
    if cut && let Some((_, label)) = notice.buttons.iter().find(|(button, _)| *button == Button::Show) {
        actions.insert(0, (DEFAULT.to_owned(), one_line(label)));
    }
    actions
}

/// The action that servers invoke for a click on the notification itself.
const DEFAULT: &str = "default";

fn key(button: Button) -> String {
    match button {
        Button::Copy => "copy".into(),
        Button::Show => "show".into(),
        Button::Accept => "accept".into(),
        Button::Keep => "keep".into(),
        Button::SendMasked => "send-masked".into(),
        Button::Send => "send".into(),
        Button::Replace => "replace".into(),
        Button::Insert => "insert".into(),
        Button::PutBack => "put-back".into(),
        Button::CopyOld => "copy-old".into(),
        Button::Entry(number) => format!("entry-{number}"),
    }
}

/// The button of `notice` that has this key.
pub fn button(notice: &Notice, pressed: &str) -> Option<Button> {
    let wanted = |button: Button| key(button) == pressed || (pressed == DEFAULT && button == Button::Show);
    notice.buttons.iter().map(|(button, _)| *button).find(|button| wanted(*button))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Capabilities = Capabilities { actions: true, body: true, markup: true };

    fn notice(kind: NoticeKind, body: &str) -> Notice {
        let buttons = vec![(Button::Copy, "Copy".to_owned()), (Button::Show, "Show".to_owned())];
        Notice { kind, title: "Trans\nlate".into(), body: body.into(), buttons }
    }

    fn check(body: &str, server: Capabilities, expected: (&str, &str)) {
        let card = card(&notice(NoticeKind::Answer, body), server);
        assert_eq!((card.summary.expose(), card.body.expose()), expected);
    }

    #[test]
    fn markup_is_escaped_where_the_server_reads_it_and_only_there() {
        let plain = Capabilities { markup: false, ..ALL };
        check("<b>a & b</b>", ALL, ("Trans late", "&lt;b&gt;a &amp; b&lt;/b&gt;"));
        check("<b>a & b</b>", plain, ("Trans late", "<b>a & b</b>"));
        check("  a\u{0}\u{1b}\nb \u{202e}", ALL, ("Trans late", "a\nb "));
    }

    #[test]
    fn a_server_without_bodies_gets_everything_in_the_title() {
        check("two\nlines <b>", Capabilities::default(), ("Trans late: two lines <b>", ""));
    }

    #[test]
    fn long_answers_are_cut_and_say_where_the_rest_is() {
        let words = "word ".repeat(500);
        let cut = card(&notice(NoticeKind::Answer, &words), ALL);
        assert!(cut.body.expose().ends_with("word… (whole answer: tray or `postil last`)"));
        assert!(cut.body.expose().chars().count() <= BODY_CHARS + WHOLE_ANSWER.chars().count());
        let lines = card(&notice(NoticeKind::Answer, &"x\n".repeat(500)), ALL);
        assert_eq!(lines.body.expose().lines().count(), BODY_LINES);
        let failure = card(&notice(NoticeKind::Failure, &words), ALL);
        assert!(failure.body.expose().ends_with("word…"));
    }

    fn check_keys(body: &str, expected: &[&str]) {
        let card = card(&notice(NoticeKind::Answer, body), ALL);
        assert_eq!(card.actions.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn show_is_offered_where_there_is_more_to_show() {
        check_keys("short", &["copy"]);
        check_keys(&"x\n".repeat(99), &["default", "copy", "show"]);
    }

    #[test]
    fn keys_lead_back_to_their_buttons() {
        let mut notice = notice(NoticeKind::Answer, "");
        notice.buttons.push((Button::Entry(7), "Seven".into()));
        for (pressed, expected) in [
            ("copy", Some(Button::Copy)),
            ("default", Some(Button::Show)),
            ("entry-7", Some(Button::Entry(7))),
            ("entry-8", None),
            ("", None),
        ] {
            assert_eq!(button(&notice, pressed), expected, "{pressed}");
        }
    }

    #[test]
    fn what_is_longer_stays_longer() {
        let stays = |kind, chars: usize| card(&notice(kind, &"x".repeat(chars)), ALL).timeout;
        assert_eq!(stays(NoticeKind::Answer, 3), Some(8_000));
        assert_eq!(stays(NoticeKind::Answer, 200), Some(12_000));
        assert_eq!(stays(NoticeKind::Answer, 9_999), Some(30_000));
        assert_eq!(stays(NoticeKind::Failure, 9_999), None);
    }
}
