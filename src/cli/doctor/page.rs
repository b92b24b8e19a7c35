//! The findings as a page for people: under headings, in columns, within the terminal's width. Pure but for the look at the
//! terminal.

use std::fmt::Write as _;
use std::io::{IsTerminal, stdout};

use super::finding::{Finding, State};

/// What belongs together, in the order of reading. What is named nowhere here is an engine that needs no model.
const HEADINGS: [(&str, &[&str]); 4] = [
    ("This desktop", &["display", "desktop", "protocols", "portals"]),
    ("What postil can do here", &["shortcuts", "selection", "clipboard", "paste", "notifications", "tray", "keyring"]),
    ("Who answers", &["model"]),
    ("The program", &["config", "daemon", "autostart"]),
];
const OF_ENGINES: usize = 2;

/// Where no terminal says how wide it is.
pub const USUAL_WIDTH: usize = 100;
/// Wider lines are hard to read, narrower ones are all breaks.
const WIDTHS: std::ops::RangeInclusive<usize> = 60..=110;

const NAME_AT: usize = 10;
const TEXT_AT: usize = NAME_AT + 15;

/// Its place on the page: its heading, and its place there.
pub fn place(name: &str) -> (usize, usize) {
    let place =
        |(heading, (_, names)): (usize, &(&str, &[&str]))| Some((heading, names.iter().position(|one| *one == name)?));
    HEADINGS.iter().enumerate().find_map(place).unwrap_or((OF_ENGINES, usize::MAX))
}

pub fn width() -> usize {
    let columns = terminal_size::terminal_size().map(|(terminal_size::Width(columns), _)| usize::from(columns));
    columns.unwrap_or(USUAL_WIDTH).clamp(*WIDTHS.start(), *WIDTHS.end())
}

pub fn has_colours() -> bool {
    stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// The whole page, without a line end at its end. `findings` in the order of [`place`].
pub fn page(findings: &[Finding], width: usize, has_colours: bool) -> String {
    let mut page = String::new();
    for (number, (heading, _)) in HEADINGS.iter().enumerate() {
        let mut of_heading = findings.iter().filter(|finding| place(finding.name).0 == number).peekable();
        if of_heading.peek().is_some() {
            _ = writeln!(page, "{}", styled(heading, "1", has_colours));
            of_heading.for_each(|finding| page += &lines(finding, width, has_colours));
            page.push('\n');
        }
    }
    page + &summary(findings)
}

/// One of them, with a line end at its end.
pub fn one(finding: &Finding, width: usize, has_colours: bool) -> String {
    lines(finding, width, has_colours)
}

fn lines(finding: &Finding, width: usize, has_colours: bool) -> String {
    let colour = match finding.state {
        State::Ok => "32",
        State::Limited => "33",
        State::Missing => "31",
    };
    let state = styled(&format!("{:<width$}", finding.state.word(), width = NAME_AT - 2), colour, has_colours);
    let mut text = paragraph("", &finding.found, width);
    text += &styled_lines(&paragraph("by ", &finding.how, width), "2", has_colours);
    text += &paragraph("→ ", &finding.advice, width);
    format!("  {state}{:<width$}{}", finding.name, text.trim_start(), width = TEXT_AT - NAME_AT)
}

/// A text in the right column, broken between words; its lines after the first stand under its first word.
fn paragraph(sign: &str, text: &str, width: usize) -> String {
    if text.is_empty() {
        return String::new();
    }
    let indent = TEXT_AT + sign.chars().count();
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if indent + line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let first = format!("{:TEXT_AT$}{sign}", "");
    let others = " ".repeat(indent);
    let line = |(number, line): (usize, &String)| format!("{}{line}\n", if number == 0 { &first } else { &others });
    lines.iter().enumerate().map(line).collect()
}

fn styled(text: &str, style: &str, has_colours: bool) -> String {
    if has_colours { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() }
}

fn styled_lines(text: &str, style: &str, has_colours: bool) -> String {
    text.lines().map(|line| styled(line, style, has_colours) + "\n").collect()
}

fn summary(findings: &[Finding]) -> String {
    let count = |state| findings.iter().filter(|finding| finding.state == state).count();
    match (count(State::Missing), count(State::Limited)) {
        (0, 0) => "Everything works.".to_owned(),
        (0, limited) => format!("Nothing is missing; {limited} of {} could be better: see →.", findings.len()),
        (missing, 0) => format!("{missing} of {} missing: see →.", findings.len()),
        (missing, limited) => {
            format!("{missing} of {} missing, {limited} could be better: see →.", findings.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_in_columns_and_within_its_width() {
        let findings = [
            Finding::ok(
                "display",
                "wayland-1: selection and clipboard by wlr-data-control-unstable-v1, the focus by \
                                    wlr-foreign-toplevel-management",
            )
            .how("WAYLAND_DISPLAY"),
            Finding::missing("tray", "no panel shows icons", "start a panel that does, or go on without")
                .how("the session bus"),
            Finding::limited("dictionaries", "none", "install dict-wn"),
        ];
        let expected = "\
This desktop
  ok      display        wayland-1: selection and clipboard by
                         wlr-data-control-unstable-v1, the focus by
                         wlr-foreign-toplevel-management
                         by WAYLAND_DISPLAY

What postil can do here
  missing tray           no panel shows icons
                         by the session bus
                         → start a panel that does, or go on without

Who answers
  limited dictionaries   none
                         → install dict-wn

1 of 3 missing, 1 could be better: see →.";
        assert_eq!(page(&findings, 70, false), expected);
        assert!(page(&findings, 70, true).contains("\x1b[31mmissing \x1b[0mtray"));
    }
}
