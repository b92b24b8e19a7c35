//! Markdown as a table: a text, and its blocks as lines.

use proptest::prelude::*;

use super::*;

/// Kind, depth, quotes and styled words of a block.
fn line(block: &Block) -> String {
    let kind = match &block.kind {
        Kind::Paragraph => "p".to_owned(),
        Kind::Heading(level) => format!("h{level}"),
        Kind::Item(marker) => format!("item {marker}"),
        Kind::Code(language) => format!("code {}", language.as_deref().unwrap_or("-")),
        Kind::Table => "table".to_owned(),
        Kind::Rule => "rule".to_owned(),
    };
    let place = format!("{}{}", " ".repeat(block.depth.saturating_sub(1)), ">".repeat(block.quotes));
    let words: String = block.runs.iter().map(run).collect();
    format!("{place}{kind}| {}", words.replace('\n', "⏎"))
}

fn run(run: &Run) -> String {
    let Style { bold, italic, struck, code, link } = &run.style;
    let marks: String = [(*bold, 'b'), (*italic, 'i'), (*struck, 's'), (*code, 'c')]
        .iter()
        .filter_map(|(is, mark)| is.then_some(*mark))
        .collect();
    let link = link.as_ref().map(|link| format!("→{link}")).unwrap_or_default();
    match marks.is_empty() && link.is_empty() {
        true => run.text.clone(),
        false => format!("{{{marks}{link}:{}}}", run.text),
    }
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let lines: Vec<_> = blocks(text).iter().map(line).collect();
    assert_eq!(lines, expected, "{text}");
}

#[test]
fn what_models_write() {
    check(
        "# Head\n\nA **bold *both*** ~~no~~ `x` word.\nnext line",
        &["h1| Head", "p| A {b:bold }{bi:both} {s:no} {c:x} word.⏎next line"],
    );
    check("see [here](http://a.b/c) and <http://d.e>", &["p| see {→http://a.b/c:here} and {→http://d.e:http://d.e}"]);
    check("> a\n> > b\n\nc", &[">p| a", ">>p| b", "p| c"]);
    check("```rust,ignore\nfn a() {}\n\nb\n```\n", &["code rust| fn a() {}⏎⏎b"]);
    check("text\n\n    indented\n", &["p| text", "code -| indented"]);
    check("***\n<div>x</div>\n", &["rule| ", "p| <div>x</div>"]);
    check("![a picture](http://a/b.png)", &["p| {→http://a/b.png:a picture}"]);
}

#[test]
fn lists_keep_their_numbers_and_nest() {
    check("- a\n- b\n  - c\n\n    d\n", &["item •| a", "item •| b", " item •| c", " item | d"]);
    check("3. three\n4. four", &["item 3.| three", "item 4.| four"]);
    check("- [x] done\n- [ ] not\n-", &["item ☑| done", "item ☐| not", "item •| "]);
}

#[test]
fn tables_are_aligned_by_what_is_seen() {
    let text = "| name | 数 |\n|---|--:|\n| 中文 | 1 |\n| **b** | 200 |";
    check(text, &["table| {b:name}   {b:数}⏎─────────⏎中文    1⏎{b:b}     200"]);
}

#[test]
fn an_address_elsewhere_is_not_followed() {
    check("see [a][1]\n\n[1]: http://a.b\n", &["p| see [a][1]"]);
}

#[test]
fn blocks_that_are_over_are_left_alone() {
    let mut growing = Growing::default();
    assert_eq!(growing.push("one\n\ntwo").kept, 0);
    assert_eq!(growing.push(" more\n\n").kept, 0, "the line was not whole");
    assert_eq!(growing.push("thr").kept, 1, "“two more” may still go on");
    assert_eq!(growing.push("ee\n\nfour\n").kept, 1);
    let change = growing.push("!");
    assert_eq!((change.kept, change.blocks.len()), (3, 1));
    assert_eq!(growing.text(), "one\n\ntwo more\n\nthree\n\nfour\n!");
}

/// Pieces that are likely to change what came before them.
fn pieces() -> impl Strategy<Value = Vec<&'static str>> {
    let piece = prop::sample::select(vec![
        "a",
        "word ",
        "\n",
        "\n\n",
        "# ",
        "#",
        "- ",
        "-",
        "1. ",
        "> ",
        "```",
        "```rust\n",
        "~~~",
        "    ",
        "  ",
        "*",
        "**",
        "_",
        "`",
        "|",
        "| a | b |\n",
        "|---|---|\n",
        "[x](http://y)",
        "[x]",
        "[x]: /u\n",
        "]",
        "(",
        "<div>",
        "<!--",
        "-->",
        "</div>\n",
        "===\n",
        "---\n",
        "\\",
        "\r\n",
        "\t",
        "[ ] ",
        "&amp;",
        "数",
        "\u{5d0}",
        "😀",
        "<b>",
        "![",
        "* * *\n",
    ]);
    prop::collection::vec(piece, 0..40)
}

#[test]
fn the_address_of_a_link_belongs_to_what_follows_it() {
    let check = |pieces: &[&str]| {
        let (mut growing, mut shown) = (Growing::default(), Vec::new());
        for piece in pieces {
            let Change { kept, blocks } = growing.push(piece);
            shown.truncate(kept);
            shown.extend(blocks);
        }
        assert_eq!(shown, blocks(&pieces.concat()), "{pieces:?}");
    };
    check(&["[x]: /u\n", "<b>", "\r\n", "<div>"]);
    check(&["- * * *\n", "[x]: /u\n", "    </div>\n", "===\n", "*"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn in_pieces_it_is_what_it_is_at_once(pieces in pieces()) {
        let (mut growing, mut shown) = (Growing::default(), Vec::new());
        for piece in &pieces {
            let Change { kept, blocks } = growing.push(piece);
            shown.truncate(kept);
            prop_assert_eq!(shown.len(), kept);
            shown.extend(blocks);
        }
        prop_assert_eq!(shown, blocks(&pieces.concat()));
    }
}
