//! What `fix` does without a model, on sentences of real projects: what is right stays, and most of what is wrong is mended.
//!
//! How each set was made and which of them were looked at while the rules were made: docs/offline.md.

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
    let mender = Mender::open();
    for set in ["clean", "clean-more"] {
        let harmed: Vec<_> = rows(set).into_iter().filter(|row| mender.mend(&row[2]).text != row[2]).collect();
        assert!(harmed.is_empty(), "{harmed:#?}");
    }
    for (set, fewest) in [("mistakes", 64), ("mistakes-held-out", 60), ("mistakes-more", 55), ("mistakes-unseen", 58)] {
        let rows = rows(set);
        let mended: Vec<_> = rows.iter().map(|row| mender.mend(&row[3]).text).collect();
        let right = rows.iter().zip(&mended).filter(|(row, text)| row[4..].contains(text)).count();
        // Neither right nor what it was: half of it, another mistake of the sentence, or wrong.
        let other = rows.iter().zip(&mended).filter(|(row, text)| !row[3..].contains(text)).count();
        println!("{set}: {right} of {} right, {other} changed otherwise", rows.len());
        assert!(right * 100 >= rows.len() * fewest, "{set}: {right} of {}", rows.len());
        assert!(other * 100 <= rows.len() * 3, "{set}: {other} of {}", rows.len());
    }
}

#[test]
fn what_is_no_prose_stays() {
    let mender = Mender::open();
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
        "Using files is what it need not do, and these two do not.",
        "What was listened to to avoid it is an xterm on buildd.",
        "The list of files that needs to be read, and the option for users that needs it.",
        "Only then will cached files be removed.",
        "These include, for example, chronyc, and chronyd.",
        "It is what you expect for a parametrized test, and the United States is big.",
        "Set the bindir of an owserver with freedos, where the formant of a marching tetrahedra is.",
        "The value to configure all x.org modules is high, and neither of those is good enough.",
        "One of these doesn't work, none of those isn't there, and each of these hasn't been seen.",
        "External thumbnailers improve it by a few percent, and a multiple failure will report that.",
        "The term objects is applied loosely. We test it and still expect for patterns. the api's are still there.",
        "Various build, spelling and other fixes are in all published records which allows us to ship.",
        "If more than one matches, you want to have hosts that you want to have communicate with it.",
        "The argument flags specifies how, and the file docs/LAYERS which contains it.",
        "Qui vengono visualizzate, tramite il comando scelto, ogni volta che si accede.",
        "You and he don't know it, and neither do I.",
        "I insist that he have a key, and suggest that she go there.",
        "Let it go, and let this have its way; see it become slow.",
        "Files that don't match, those that have one, and a file that has none.",
        "The data are there, the staff are here, the rest are gone, and the police have come.",
        "One of the users, who have keys, is here, and each of the two has one.",
        "Would that it were so! If I were you, and if he were me.",
        "What he has came from her. It has saw teeth and spoke wheels, and has rose petals.",
        "What did the man you knew say? What did you have done?",
        "He is the one I knew, and it was her who wrote it.",
        "How much errors cost is not known; too much needs doing.",
        "The effects of this, its side effects, and the change that this effects.",
        "A principle of it, the principal of a school, and the brake of the car.",
        "You're admin and they're root; who's root is told by a file whose name is known.",
        "Everyone who has one can go, someone set it, and nobody put it there.",
        "The I/O between you and I/O devices, and what i has for a value.",
        "The advice they gave depends on it; please advise us.",
        "He put it there, she set it, he let it go, and she read it.",
    ] {
        assert_eq!(mender.mend(text).text, text);
    }
}

#[test]
fn the_shape_of_the_text_stays() {
    let mender = Mender::open();
    let mended = mender.mend("  I recieve teh\r\n\tpackage.  Your welcome!\n\n* its been  ok\n");
    assert_eq!(mended.text, "  I receive the\r\n\tpackage.  You're welcome!\n\n* it's been  ok\n");
}

#[test]
fn what_people_get_wrong_most_is_mended() {
    let mender = Mender::open();
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
        ("It takes an `int` and a `u8`.", "It takes an `int` and a `u8`."),
        ("It takes a `int` and an `u8`.", "It takes an `int` and a `u8`."),
        (
            "It is an 32-bit number in a object-oriented language.",
            "It is a 32-bit number in an object-oriented language.",
        ),
        ("The values can exposed by a tool.", "The values can be exposed by a tool."),
        ("It will received the answer.", "It will receive the answer."),
        ("It can contains a value.", "It can contain a value."),
        ("They have provide the file.", "They have provided the file."),
        ("We use it to contains them.", "We use it to contain them."),
        ("Here, it's corresponds to a line.", "Here, it corresponds to a line."),
        ("This is happens when it starts.", "This happens when it starts."),
        ("Names are describes in the guide.", "Names are described in the guide."),
        ("They are not enable by default.", "They are not enabled by default."),
        ("You want ensure that it ends.", "You want to ensure that it ends."),
        ("You can follow this steps:", "You can follow these steps:"),
        ("It works with frameworks that doesn't have it.", "It works with frameworks that don't have it."),
        ("The examples uses a table.", "The examples use a table."),
        ("Time limits does not work here.", "Time limits do not work here."),
        ("If the user want to go, it ends.", "If the user wants to go, it ends."),
        ("It changes it's behavior in tests.", "It changes its behavior in tests."),
        ("If you task does that, it ends.", "If your task does that, it ends."),
        ("The key different between them is size.", "The key difference between them is size."),
        ("There are couple of ways.", "There are a couple of ways."),
        ("It works trough the window.", "It works through the window."),
        ("We are planing to change it.", "We are planning to change it."),
        ("It is an unreleated problem.", "It is an unrelated problem."),
        ("He don't know the answer.", "He doesn't know the answer."),
        ("Everyone have a role.", "Everyone has a role."),
        ("Each of the options have a default.", "Each of the options has a default."),
        ("The number of users are growing.", "The number of users is growing."),
        ("The function don't return.", "The function doesn't return."),
        ("These doesn't work.", "These don't work."),
        ("He didn't went home.", "He didn't go home."),
        ("Did you took it?", "Did you take it?"),
        ("Does he has a key?", "Does he have a key?"),
        ("It has became slow.", "It has become slow."),
        ("The files was wrote by it.", "The files were written by it."),
        ("The informations are stored here.", "The information is stored here."),
        ("These softwares are free.", "This software is free."),
        ("Youre welcome, and theyre here.", "You're welcome, and they're here."),
        ("It depends of the version.", "It depends on the version."),
        ("This may brake the build.", "This may break the build."),
        ("Too much errors occur.", "Too many errors occur."),
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
    let mender = Mender::open();
    let text = vec((select(PIECES), any::<bool>()), 0..60);
    let mut runner = TestRunner::new(Config { cases: 300, failure_persistence: None, ..Config::default() });
    runner
        .run(&text, |pieces| {
            let text: String =
                pieces.iter().map(|(piece, space)| format!("{piece}{}", if *space { " " } else { "" })).collect();
            let mended = mender.mend(&text);
            prop_assert_eq!(mended.changed.is_empty(), mended.text == text);
            let breaks = |text: &str| text.matches('\n').count();
            prop_assert!(breaks(&mended.text) <= breaks(&text));
            Ok(())
        })
        .unwrap();
}
