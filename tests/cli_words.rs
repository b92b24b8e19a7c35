//! Words, sums and translations without a model, against the packages as Debian ships them, and where none of them is
//! installed.

#[path = "support/command.rs"]
mod command;

use command::{Done, Home};

fn home(languages: &str) -> Home {
    let home = Home::new();
    home.write(".config/postil/config.toml", &format!("languages = [{languages}]\n"));
    home
}

/// As on a machine on which nothing for these engines was installed.
fn bare(languages: &str) -> Home {
    home(languages).set("XDG_DATA_DIRS", "/nonexistent")
}

#[track_caller]
fn answered(done: &Done, parts: &[&str]) {
    assert_eq!(done.code, Some(0), "{done:?}");
    for part in parts {
        assert!(done.stdout.contains(part), "{part:?} is not in\n{}", done.stdout);
    }
}

#[test]
fn a_word_is_defined_in_both_directions() {
    let home = home("\"en\", \"de\"");
    answered(
        &home.run(&["run", "define", "house"]),
        &[
            "house (WordNet)\n\nnoun\n1. a dwelling that serves as living quarters",
            "\nverb\n",
            "(English → German)",
            "Haus (n)",
        ],
    );
    answered(&home.run(&["run", "define", "„Häuser“"]), &["Häuser /", "houses"]);
    answered(&home.run(&["run", "define", "Strasse"]), &["Straße", "street"]);
    answered(&home.run(&["run", "define", "mice"]), &["mouse (WordNet)", "rodent"]);
    answered(&home.run(&["run", "define", "ad hoc"]), &["often improvised"]);
    let all = home.run(&["run", "define", "house", "--option", "detail=all"]);
    answered(&all, &["12. a building", "House /hous/ (GCIDE)", "verb (transitive)", "Houses are built to live in"]);
    let unknown = home.run(&["run", "define", "serendipidy"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(1), ""));
    assert!(unknown.stderr.contains("no installed dictionary has this word; did you mean serendipity"), "{unknown:?}");
}

#[test]
fn unknown_words_are_shown_with_proposals() {
    let home = home("\"de\", \"fr\"");
    let german = home.run(&["run", "spell", "Das ist ein Vorschlak, der mir gefällt. Siehe /usr/teh und `quatsch`."]);
    answered(&german, &["- Vorschlak → ", "Vorschlag"]);
    assert_eq!(german.stdout.lines().count(), 1, "{german:?}");
    answered(&home.run(&["run", "spell", "Je ne sais pas ce que tu voulais dirre hier soir"]), &["- dirre → ", "dire"]);
    home.run(&["run", "spell", "Das ist mein Haus und es gefällt mir."]).was(
        0,
        "Every word is in the dictionary (German).\n",
        "",
    );
}

#[test]
fn sums_and_units_are_reckoned() {
    let home = home("\"en\", \"de\"");
    answered(&home.run(&["run", "calc", "3/4 inch in mm", "--to", "stdout"]), &["19.05 mm"]);
    let percent = home.run(&["run", "calc", "240 + 15 % =", "--to", "stdout"]);
    answered(&percent, &["276"]);
    assert!(percent.stderr.contains("reckoned: (240) * (1 + 15%)"), "{percent:?}");
    let endless = home.run(&["run", "calc", "10^10^10", "--to", "stdout"]);
    assert_eq!(endless.code, Some(1));
    assert!(endless.stderr.contains("longer than half a second"), "{endless:?}");
}

#[test]
fn translate_falls_back_to_an_installed_pair() {
    let home = home("\"ca\", \"es\"");
    let spanish = "El gato duerme en la casa y no quiere salir de aquí.";
    let done = home.run(&["run", "translate", spanish]);
    answered(&done, &["El gat dorm"]);
    assert!(done.stderr.contains("made offline by apertium, because no model is ready"), "{done:?}");
    assert!(done.stderr.contains("from Spanish to Catalan by rules"), "{done:?}");
    let other = home.run(&["run", "translate", "I do not know what you want to say with this sentence."]);
    assert_eq!(other.code, Some(1));
    assert!(other.stderr.contains("no model is ready: set OPENAI_API_KEY"), "{other:?}");
    assert!(other.stderr.contains("install apertium-eng-cat"), "{other:?}");
}

#[test]
fn without_packages_each_engine_names_those_to_install() {
    let home = bare("\"en\", \"de\"");
    for (action, text, sentence) in [
        (
            "define",
            "house",
            "no dictionary is installed; install dict-wn, dict-freedict-eng-deu or dict-freedict-deu-eng",
        ),
        (
            "spell",
            "Ich weiß nicht, was soll es bedeuten",
            "no spelling dictionary for German is installed; install hunspell-de-de",
        ),
        ("translate", "Ich weiß nicht, was soll es bedeuten", "no model is ready: set OPENAI_API_KEY"),
    ] {
        let done = home.run(&["run", action, text]);
        assert_eq!(done.code, Some(1), "{done:?}");
        assert!(done.stderr.contains(sentence), "{done:?}");
    }
    answered(&home.run(&["run", "calc", "2+2", "--to", "stdout"]), &["4"]);
    let doctor = home.run(&["doctor"]).stdout;
    for part in ["dict-freedict-deu-eng", "hunspell-de-de"] {
        assert!(doctor.contains(part), "{doctor}");
    }
}

#[test]
fn doctor_shows_what_is_installed() {
    let doctor = home("\"en\", \"de\"").run(&["doctor"]).stdout;
    for part in ["WordNet, GCIDE, German → English, English → German", "de_DE", "Spanish → Catalan"] {
        assert!(doctor.contains(part), "{doctor}");
    }
}
