//! What `fix` does without a model, on sentences of real projects: what is right stays, and most of what is wrong is mended.
//!
//! Half of each set was looked at while the rules were made; the other half was not, and is measured the same.

#![cfg(feature = "harper")]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use postil::offline::fix::mend::Mender;
use postil::offline::fix::protocol;

/// Lines of tab-separated fields, comments left out.
fn rows(name: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(format!("tests/data/offline/{name}.tsv")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

#[test]
fn good_sentences_stay_and_most_mistakes_go() {
    let mut mender = Mender::load();
    let harmed: Vec<_> = rows("clean").into_iter().filter(|row| mender.mend(&row[2]).text != row[2]).collect();
    assert!(harmed.is_empty(), "{harmed:#?}");
    for (set, fewest) in [("mistakes", 58), ("mistakes-held-out", 55)] {
        let rows = rows(set);
        let mended: Vec<_> = rows.iter().map(|row| mender.mend(&row[3]).text).collect();
        let right = rows.iter().zip(&mended).filter(|(row, text)| row[4] == **text).count();
        // Neither what its authors made of it nor what it was: some of these are other mistakes of the same sentence.
        let other = rows.iter().zip(&mended).filter(|(row, text)| row[4] != **text && row[3] != **text).count();
        println!("{set}: {right} of {} as their authors mended them, {other} otherwise", rows.len());
        assert!(right * 100 >= rows.len() * fewest, "{set}: {right} of {}", rows.len());
        assert!(other * 100 <= rows.len() * 4, "{set}: {other} of {}", rows.len());
    }
}

#[test]
fn what_is_no_prose_stays() {
    let mut mender = Mender::load();
    for text in [
        "Run `recieve teh` now.",
        "Use --teh and /usr/recieve/teh.txt or teh@recieve.org.",
        "```\nteh recieve\n```\n",
        "He said “teh recieve” aloud.",
        "The option \"recieve\" is deprecated.",
        "int lenght = 3;",
        "git comit --amend",
        "See https://example.com/recieve_teh?x=teh for it.",
        "The colour and the behaviour of the centre.",
        "The color and the behavior of the center.",
        "TEH RECIEVE and CamelTeh and snake_recieve.",
        "It starts at 5 p.m. and takes 1.2.3 days.",
    ] {
        assert_eq!(mender.mend(text).text, text);
    }
}

#[test]
fn the_shape_of_the_text_stays() {
    let mut mender = Mender::load();
    let mended = mender.mend("  I recieve teh\r\n\tpackage.  Your welcome!\n\n* its been  ok\n");
    assert_eq!(mended.text, "  I receive the\r\n\tpackage.  You're welcome!\n\n* it's been  ok\n");
}

#[test]
fn what_people_get_wrong_most_is_mended() {
    let mut mender = Mender::load();
    for (wrong, right) in [
        ("It could of been worse.", "It could have been worse."),
        ("Its been a while.", "It's been a while."),
        ("Your welcome!", "You're welcome!"),
        ("It is faster then before.", "It is faster than before."),
        ("Because of it's size it fails.", "Because of its size it fails."),
        ("This takes an long time.", "This takes a long time."),
        ("It has a API for that.", "It has an API for that."),
        ("This does not contains the file.", "This does not contain the file."),
        ("They was late.", "They were late."),
        ("These is wrong.", "These are wrong."),
        ("There is many ways.", "There are many ways."),
        ("Their are two of them.", "There are two of them."),
        ("You may loose your data.", "You may lose your data."),
        ("Lets look at it.", "Let's look at it."),
        ("We read the the file.", "We read the file."),
        ("They dont know.", "They don't know."),
        ("This mean that it works.", "This means that it works."),
        ("You have to setup the server.", "You have to set up the server."),
    ] {
        assert_eq!(mender.mend(wrong).text, right);
        assert_eq!(mender.mend(right).text, right, "once more");
    }
}

#[test]
fn the_child_answers_and_ends_when_nobody_asks() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_postil"))
        .args(["proofread", "1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let wish = protocol::Wish { version: protocol::VERSION, text: "I recieve it.".to_owned() };
    stdin.write_all(&protocol::frame(&wish).unwrap()).unwrap();
    // It ends by itself: its stdin stays open.
    let mut said = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut said).unwrap();
    assert!(child.wait().unwrap().success());
    let reply = String::from_utf8(said[4..].to_vec()).unwrap();
    assert_eq!(reply, r#"{"mended":{"text":"I receive it.","changed":[["recieve","receive"]],"suggested":[]}}"#);
    drop(stdin);
}

/// Words and marks of which texts are put together that no person writes.
const PIECES: &[&str] = &[
    "teh",
    "its",
    "it's",
    "the",
    "an",
    "a",
    "apple",
    "been",
    "they",
    "was",
    "this",
    "are",
    "does",
    "not",
    "contains",
    "your",
    "welcome",
    "there",
    "is",
    "many",
    "ways",
    "i",
    "dont",
    "recieve",
    "ünïcode",
    "日本語",
    "👍🏽",
    "e\u{301}",
    "’",
    "'",
    "\"",
    "“",
    "”",
    "`",
    "```",
    "\n",
    "\r\n",
    "\n\n",
    "\t",
    "    ",
    ".",
    ",",
    "!",
    "(",
    ")",
    "[",
    "](",
    "<",
    ">",
    "$",
    "{{",
    "}}",
    "--flag",
    "a/b",
    "x=1",
    "#",
    "> ",
    "* ",
    "\u{a0}",
    "\u{200b}",
];

#[test]
fn nothing_that_is_written_makes_it_fall() {
    let mut mender = Mender::load();
    let text = vec((select(PIECES), any::<bool>()), 0..60);
    let mut runner = TestRunner::new(Config { cases: 300, failure_persistence: None, ..Config::default() });
    let mender = std::cell::RefCell::new(&mut mender);
    runner
        .run(&text, |pieces| {
            let text: String =
                pieces.iter().map(|(piece, space)| format!("{piece}{}", if *space { " " } else { "" })).collect();
            let mended = mender.borrow_mut().mend(&text);
            prop_assert_eq!(mended.changed.is_empty(), mended.text == text);
            let breaks = |text: &str| text.matches('\n').count();
            prop_assert!(breaks(&mended.text) <= breaks(&text));
            Ok(())
        })
        .unwrap();
}
