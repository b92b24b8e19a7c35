//! An answer without what a model wraps around it: a code fence, quotation marks, emphasis, a block quote, a tag.
//!
//! Invariant: only marks go, and only those around the whole answer that the user's text did not have itself. Words
//! are never guessed at: "Here is the corrected text:" stays.

use super::sealed::AnswerText;

/// Opening and closing marks that models put around a whole answer.
const WRAPPINGS: &[(&str, &str)] = &[
    ("**", "**"),
    ("__", "__"),
    ("*", "*"),
    ("_", "_"),
    ("`", "`"),
    ("\"", "\""),
    ("'", "'"),
    ("“", "”"),
    ("‘", "’"),
    ("„", "“"),
    ("„", "”"),
    ("‚", "‘"),
    ("«", "»"),
    ("»", "«"),
    ("‹", "›"),
    ("「", "」"),
    ("『", "』"),
];

/// Marks that stand for each other from one language to the next: a text in `"` may be answered in `„“`.
const QUOTES: &[char] = &['"', '\'', '“', '”', '‘', '’', '„', '‚', '«', '»', '‹', '›', '「', '」', '『', '』'];

/// Names of the tags that models put around a whole answer, as they know them from prompts.
const TAGS: &[&str] = &["text", "answer", "output", "result", "response", "translation", "corrected", "corrected_text"];

/// A fence, a quotation, bold and italics: no model wraps deeper.
const MOST_LAYERS: usize = 4;

/// Shortest fence of Markdown.
const FENCE: usize = 3;

/// `answer` without the wrapping that `input` did not have. It ends in a line break if `input` does.
pub fn plain(answer: &AnswerText, input: &str) -> AnswerText {
    let mut rest = trim_blank_lines(answer.expose());
    for _ in 0..MOST_LAYERS {
        let Some(inner) = unwrapped(&rest, input) else { break };
        rest = inner;
    }
    let last_break = if input.ends_with("\r\n") {
        "\r\n"
    } else if input.ends_with('\n') {
        "\n"
    } else {
        ""
    };
    AnswerText::from(rest + last_break)
}

/// Indentation of the first line is kept.
fn trim_blank_lines(text: &str) -> String {
    let text = text.trim_end();
    let start = text.find(|letter: char| !letter.is_whitespace()).unwrap_or(0);
    let line = text[..start].rfind('\n').map_or(0, |line_break| line_break + 1);
    text[line..].to_owned()
}

/// `text` without its outermost wrapping, if it has one that may go.
fn unwrapped(text: &str, input: &str) -> Option<String> {
    let input = input.trim();
    unfenced(text, input)
        .or_else(|| untagged(text, input))
        .or_else(|| unquoted(text, input))
        .or_else(|| without_block_quote(text, input))
}

/// Without a code fence whose ends are the first and the last line.
fn unfenced(text: &str, input: &str) -> Option<String> {
    let open = text.trim_start();
    let mark = open.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = open.len() - open.trim_start_matches(mark).len();
    let fence = &open[..length];
    let (info, body) = open[length..].split_once('\n')?;
    if length < FENCE || input.starts_with(&fence[..FENCE]) || info.contains(mark) {
        return None;
    }
    let (inner, last) = body.rsplit_once('\n').unwrap_or(("", body));
    let closes = |line: &str| {
        let line = line.trim();
        line.len() >= length && line.chars().all(|letter| letter == mark)
    };
    (closes(last) && !inner.lines().any(closes)).then(|| trim_blank_lines(inner))
}

/// Without a tag of those that models know, where the user's text is no markup itself.
fn untagged(text: &str, input: &str) -> Option<String> {
    if input.starts_with('<') {
        return None;
    }
    TAGS.iter().find_map(|name| {
        let inner = text.trim_start().strip_prefix(&format!("<{name}>"))?.strip_suffix(&format!("</{name}>"))?;
        (!inner.contains(&format!("<{name}>"))).then(|| trim_blank_lines(inner))
    })
}

/// Without one pair of marks that holds the whole and nothing of its kind.
fn unquoted(text: &str, input: &str) -> Option<String> {
    WRAPPINGS.iter().find_map(|(open, close)| {
        let inner = text.trim_start().strip_prefix(open)?.strip_suffix(close)?;
        let whole =
            !inner.is_empty() && !inner.starts_with(char::is_whitespace) && !inner.ends_with(char::is_whitespace);
        let alone = !has_mark(inner, open) && !has_mark(inner, close);
        (whole && alone && !is_wrapped_alike(input, open)).then(|| inner.to_owned())
    })
}

/// Whether `mark` stands in `text` other than as an apostrophe inside a word.
fn has_mark(text: &str, mark: &str) -> bool {
    let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    text.match_indices(mark).any(|(at, _)| {
        let inside_word =
            is_letter(text[..at].chars().next_back()) && is_letter(text[at + mark.len()..].chars().next());
        !(inside_word && matches!(mark, "'" | "’"))
    })
}

/// Whether the user's text begins with this mark, or with any quotation mark where `open` is one.
fn is_wrapped_alike(input: &str, open: &str) -> bool {
    input.starts_with(open) || (open.starts_with(QUOTES) && input.starts_with(QUOTES))
}

/// Without `> ` where every line has it.
fn without_block_quote(text: &str, input: &str) -> Option<String> {
    if input.starts_with('>') || !text.lines().all(|line| line.starts_with('>')) || text.is_empty() {
        return None;
    }
    let lines: Vec<&str> = text.lines().map(|line| line[1..].strip_prefix(' ').unwrap_or(&line[1..])).collect();
    Some(trim_blank_lines(&lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(input: &str, answer: &str, expected: &str) {
        assert_eq!(plain(&answer.into(), input).expose(), expected, "{answer:?}");
    }

    #[test]
    fn fences() {
        check("a", "```text\nb\n```", "b");
        check("a", "\n```\nb\n\n  c\n```\n", "b\n\n  c");
        check("a", "~~~~\n~~~\n~~~~", "~~~");
        check("a", "```rust\n    fn main() {}\n```", "    fn main() {}");
        check("```\na\n```", "```\nb\n```", "```\nb\n```");
        check("a", "```\nb\n```\nand\n```\nc\n```", "```\nb\n```\nand\n```\nc\n```");
        check("a", "Here is the corrected text:\n```\nb\n```", "Here is the corrected text:\n```\nb\n```");
        check("a", "```", "```");
        check("a", "```b```", "```b```");
    }

    #[test]
    fn quotes_and_emphasis() {
        check("a", "\"b c\"", "b c");
        check("a", "“b’s c”", "b’s c");
        check("a", "„b“", "b");
        check("a", "'it isn't so'", "it isn't so");
        check("a", "«b»", "b");
        check("a", "**\"b\"**", "b");
        check("a", "`b`", "b");
        check("\"a\"", "„b“", "„b“");
        check("a", "\"b\" and \"c\"", "\"b\" and \"c\"");
        check("a", "\"b\", she said", "\"b\", she said");
        check("a", "* b *", "* b *");
        check("a", "**b** and **c**", "**b** and **c**");
        check("**a**", "**b**", "**b**");
        check("a", "\"\"", "\"\"");
        check("a", "'", "'");
    }

    #[test]
    fn tags() {
        check("a", "<text>\nb\nc\n</text>", "b\nc");
        check("a", "```xml\n<answer>b</answer>\n```", "b");
        check("<text>a</text>", "<text>b</text>", "<text>b</text>");
        check("a", "<b>b</b>", "<b>b</b>");
        check("a", "<text>b</text> and <text>c</text>", "<text>b</text> and <text>c</text>");
    }

    #[test]
    fn quoted_blocks_and_ends() {
        check("a", "> b\n>\n> c", "b\n\nc");
        check("> a", "> b", "> b");
        check("a\n", "b", "b\n");
        check("a\r\n", "b\n\n", "b\r\n");
        check("a", "  b\n", "  b");
        check("a", "", "");
    }

    proptest! {
        #[test]
        fn never_panics_and_never_grows(answer in "[\"'`*~>\n a„“-]{0,20}", input in "[\"`> a]{0,5}") {
            let plain = plain(&answer.as_str().into(), &input);
            prop_assert!(plain.expose().len() <= answer.len());
        }
    }
}
