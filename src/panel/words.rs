//! What stands on the panel, in the languages that it is translated into.
//!
//! A table of its own and no message catalogue: these are some dozens of short texts of one program, most without a
//! variable in them. So a language that lacks one does not build, and nothing is looked for on the disk at the start.
//! The sentences that come from the daemon are not among them.

use crate::text::language::Language;

/// All of them. A text with `{}` has its variable there.
#[derive(Debug)]
pub struct Words {
    pub answer: &'static str,
    pub answer_of: &'static str,
    pub reasoning: &'static str,
    pub the_text: &'static str,
    pub close: &'static str,
    pub pin: &'static str,
    pub resize: &'static str,
    /// A word on a button, with its key underlined, and what it does.
    pub copy: Button,
    pub copied: &'static str,
    pub copy_code: Button,
    pub replace: Button,
    pub append: Button,
    pub retry: Button,
    pub stop: Button,
    pub model: Button,
    pub language: Button,
    pub config: Button,
    pub accept: Button,
    pub keep: Button,
    pub send_masked: Button,
    pub send: Button,
    pub dont_send: Button,
    pub follow_up: &'static str,
    pub again_in: &'static str,
    pub stopped: &'static str,
    pub next_model: &'static str,
    pub another_model: &'static str,
    pub all: &'static str,
    pub fold: &'static str,
    pub unfold: &'static str,
    pub change: &'static str,
    pub change_asked: &'static str,
    pub says_answered: &'static str,
    pub says_failed: &'static str,
    pub says_asks: &'static str,
    /// The picker's and the bar's.
    pub pick: &'static str,
    pub actions: &'static str,
    pub nothing_fits: &'static str,
    pub typed_text: &'static str,
    pub type_text: &'static str,
    pub choose: &'static str,
    pub choose_for_typed: &'static str,
    pub ask: &'static str,
    pub keys: Keys,
    pub bar: &'static str,
    pub all_actions: &'static str,
    pub bar_help: &'static str,
}

/// A word on a button (`_` before the letter that presses it), and what it does with its key.
#[derive(Debug, Clone, Copy)]
pub struct Button {
    pub word: &'static str,
    pub does: &'static str,
}

/// What keys do in the picker.
#[derive(Debug, Clone, Copy)]
pub struct Keys {
    pub choose: &'static str,
    pub run: &'static str,
    pub run_at_once: &'static str,
    pub back: &'static str,
    pub actions: &'static str,
    pub new_line: &'static str,
    pub close: &'static str,
}

const fn button(word: &'static str, does: &'static str) -> Button {
    Button { word, does }
}

static ENGLISH: Words = Words {
    answer: "Answer",
    answer_of: "Answer of {}",
    reasoning: "Reasoning",
    the_text: "The text: {}",
    close: "Close (Escape)",
    pin: "Keep this window (Ctrl+P)",
    resize: "Resize",
    copy: button("_Copy", "Copy the answer (Ctrl+C)"),
    copied: "Copied",
    copy_code: button("Copy", "Copy this code"),
    replace: button("Re_place", "Put it in the place of the selected text (Ctrl+Enter)"),
    append: button("_Append", "Put it below the selected text (Ctrl+Shift+Enter)"),
    retry: button("_Retry", "Ask once more (Ctrl+R)"),
    stop: button("_Stop", "Stop asking (Escape closes)"),
    model: button("_Model", "Ask another model (Ctrl+M: the next one)"),
    language: button("_Language", "Into another language (Ctrl+L)"),
    config: button("_Settings", "Open the configuration"),
    accept: button("_Accept", "Make this change (Enter)"),
    keep: button("_Keep", "Leave the text as it is (Escape)"),
    send_masked: button("Send _masked", "Send it with words in the place of what is secret (Enter)"),
    send: button("_Send as it is", "Send all of it"),
    dont_send: button("_Don’t send", "Send nothing (Escape)"),
    follow_up: "Ask further …",
    again_in: "{}, again in {} s",
    stopped: "stopped",
    next_model: "Next model: {} (Ctrl+M)",
    another_model: "Ask another model …",
    all: "All that can be done (Ctrl+K)",
    fold: "Fold {} (Ctrl+F)",
    unfold: "Unfold {} (Ctrl+F)",
    change: "Change",
    change_asked: "Make this change?",
    says_answered: "answered",
    says_failed: "failed",
    says_asks: "asks",
    pick: "Pick an action",
    actions: "Actions",
    nothing_fits: "No action fits this text",
    typed_text: "The text",
    type_text: "Type or paste a text",
    choose: "Choose an action, or say what to do",
    choose_for_typed: "Choose an action for it, or say what to do",
    ask: "Ask: “{}”",
    keys: Keys {
        choose: "↑ ↓  choose",
        run: "↵  run",
        run_at_once: "Ctrl 1–9  run at once",
        back: "⌫  back",
        actions: "Tab  actions",
        new_line: "Shift ↵  new line",
        close: "Esc  close",
    },
    bar: "Actions for the selection",
    all_actions: "All actions",
    bar_help: "Shift replaces, Ctrl copies, Alt asks another model",
};

static GERMAN: Words = Words {
    answer: "Antwort",
    answer_of: "Antwort von {}",
    reasoning: "Überlegung",
    the_text: "Der Text: {}",
    close: "Schließen (Escape)",
    pin: "Dieses Fenster behalten (Strg+P)",
    resize: "Größe ändern",
    copy: button("_Kopieren", "Die Antwort kopieren (Strg+C)"),
    copied: "Kopiert",
    copy_code: button("Kopieren", "Diesen Code kopieren"),
    replace: button("_Ersetzen", "An die Stelle des markierten Textes setzen (Strg+Eingabe)"),
    append: button("_Anfügen", "Unter den markierten Text setzen (Strg+Umschalt+Eingabe)"),
    retry: button("_Nochmal", "Noch einmal fragen (Strg+R)"),
    stop: button("_Abbrechen", "Nicht weiter fragen (Escape schließt)"),
    model: button("_Modell", "Ein anderes Modell fragen (Strg+M: das nächste)"),
    language: button("_Sprache", "In eine andere Sprache (Strg+L)"),
    config: button("E_instellungen", "Die Konfiguration öffnen"),
    accept: button("Ü_bernehmen", "Diese Änderung machen (Eingabe)"),
    keep: button("_Lassen", "Den Text lassen, wie er ist (Escape)"),
    send_masked: button("_Geschwärzt senden", "Mit Wörtern anstelle des Geheimen senden (Eingabe)"),
    send: button("So _senden", "Alles senden"),
    dont_send: button("_Nicht senden", "Nichts senden (Escape)"),
    follow_up: "Weiter fragen …",
    again_in: "{}, wieder in {} s",
    stopped: "abgebrochen",
    next_model: "Nächstes Modell: {} (Strg+M)",
    another_model: "Ein anderes Modell fragen …",
    all: "Alles, was hier geht (Strg+K)",
    fold: "{} einklappen (Strg+F)",
    unfold: "{} ausklappen (Strg+F)",
    change: "Änderung",
    change_asked: "Diese Änderung machen?",
    says_answered: "beantwortet",
    says_failed: "fehlgeschlagen",
    says_asks: "fragt",
    pick: "Aktion wählen",
    actions: "Aktionen",
    nothing_fits: "Keine Aktion passt zu diesem Text",
    typed_text: "Der Text",
    type_text: "Text schreiben oder einfügen",
    choose: "Aktion wählen oder sagen, was zu tun ist",
    choose_for_typed: "Aktion dafür wählen oder sagen, was zu tun ist",
    ask: "Auftrag: „{}“",
    keys: Keys {
        choose: "↑ ↓  wählen",
        run: "↵  ausführen",
        run_at_once: "Strg 1–9  gleich ausführen",
        back: "⌫  zurück",
        actions: "Tab  Aktionen",
        new_line: "Umschalt ↵  neue Zeile",
        close: "Esc  schließen",
    },
    bar: "Aktionen für die Auswahl",
    all_actions: "Alle Aktionen",
    bar_help: "Umschalt ersetzt, Strg kopiert, Alt fragt ein anderes Modell",
};

/// In the language of a locale (`de_DE.UTF-8`); in English where there is none of ours.
pub fn of_locale(locale: &str) -> &'static Words {
    match locale.split(['_', '-', '.', '@']).next() {
        Some("de") => &GERMAN,
        _ => &ENGLISH,
    }
}

/// The locale for messages, as the standard has it: the first of these that is set. `LANGUAGE` is GNU's list, which counts
/// only where there is a locale at all.
pub fn locale(env: impl Fn(&str) -> Option<String>) -> String {
    let set = |name: &&str| env(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set).unwrap_or_default();
    let is_none = |locale: &str| matches!(locale.split('.').next(), Some("" | "C" | "POSIX"));
    match set(&"LANGUAGE") {
        Some(list) if !is_none(&locale) => list.split(':').next().unwrap_or_default().to_owned(),
        _ => locale,
    }
}

/// Puts the variables in their places.
pub fn fill(text: &str, with: &[&str]) -> String {
    let mut parts = text.split("{}");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for (part, variable) in parts.zip(with) {
        filled.push_str(variable);
        filled.push_str(part);
    }
    filled
}

/// What something does, and the key that does it, which stands in brackets at its end.
pub fn key_of(does: &str) -> (&str, Option<&str>) {
    let parts = does.strip_suffix(')').and_then(|does| does.rsplit_once(" ("));
    match parts.filter(|(_, key)| !key.contains(' ')) {
        Some((what, key)) => (what, Some(key)),
        None => (does, None),
    }
}

/// What languages are called by those who speak them, of those that are offered beside a person's own.
const OWN_NAMES: &[(&str, &str)] = &[
    ("ar", "العربية"),
    ("bg", "Български"),
    ("ca", "Català"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("es", "Español"),
    ("et", "Eesti"),
    ("fa", "فارسی"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("hr", "Hrvatski"),
    ("hu", "Magyar"),
    ("id", "Bahasa Indonesia"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("lt", "Lietuvių"),
    ("lv", "Latviešu"),
    ("nb", "Norsk bokmål"),
    ("nl", "Nederlands"),
    ("no", "Norsk"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("sk", "Slovenčina"),
    ("sl", "Slovenščina"),
    ("sr", "Српски"),
    ("sv", "Svenska"),
    ("th", "ไทย"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("vi", "Tiếng Việt"),
    ("zh", "中文"),
];

/// A language by its own name, or by its English one.
pub fn language_name(code: &str) -> String {
    let own = OWN_NAMES.iter().find(|(own, _)| *own == code).map(|(_, name)| *name);
    own.or_else(|| Language::from_code(code).map(Language::english_name)).unwrap_or(code).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locale_of(set: &[(&str, &str)]) -> String {
        locale(|name| set.iter().find(|(of, _)| *of == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_locale_for_messages_decides() {
        assert_eq!(locale_of(&[("LANG", "de_DE.UTF-8")]), "de_DE.UTF-8");
        assert_eq!(locale_of(&[("LANG", "de_DE.UTF-8"), ("LC_MESSAGES", "en_GB.UTF-8")]), "en_GB.UTF-8");
        assert_eq!(locale_of(&[("LANG", "en_US.UTF-8"), ("LANGUAGE", "de:en")]), "de");
        assert_eq!(locale_of(&[("LANG", "C.UTF-8"), ("LANGUAGE", "de")]), "C.UTF-8");
        assert_eq!(of_locale("de_AT.UTF-8").answer, "Antwort");
        for other in ["C.UTF-8", "", "fr_FR.UTF-8", "den"] {
            assert_eq!(of_locale(other).answer, "Answer", "{other}");
        }
    }

    #[test]
    fn variables_stand_in_their_places() {
        assert_eq!(fill("{}, again in {} s", &["rate limit", "7"]), "rate limit, again in 7 s");
        assert_eq!(fill("none", &["x"]), "none");
    }

    #[test]
    fn a_key_stands_in_brackets_at_the_end() {
        assert_eq!(key_of("Copy the answer (Ctrl+C)"), ("Copy the answer", Some("Ctrl+C")));
        assert_eq!(key_of("Fold a(b) (Ctrl+F)"), ("Fold a(b)", Some("Ctrl+F")));
        for plain in ["Open the configuration", "Stop asking (Escape closes)", "a (b"] {
            assert_eq!(key_of(plain), (plain, None));
        }
    }

    /// Two buttons that stand beside each other must not have the same letter.
    #[test]
    fn letters_of_buttons_differ() {
        for words in [&ENGLISH, &GERMAN] {
            let Words { copy, replace, append, retry, language, model, config, accept, keep, .. } = words;
            let Words { send_masked, send, dont_send, stop, .. } = words;
            for together in [
                vec![copy, replace, append, retry, language],
                vec![retry, language, model, config],
                vec![accept, keep],
                vec![send_masked, send, dont_send],
                vec![stop],
            ] {
                let mut letters: Vec<_> = together
                    .iter()
                    .map(|button| button.word.split_once('_').and_then(|(_, rest)| rest.chars().next()))
                    .map(|letter| letter.expect("each has one").to_lowercase().to_string())
                    .collect();
                letters.sort();
                let before = letters.len();
                letters.dedup();
                assert_eq!(letters.len(), before, "{together:?}");
            }
        }
    }

    #[test]
    fn languages_have_their_own_names() {
        assert_eq!(language_name("de"), "Deutsch");
        assert_eq!(language_name("cy"), "Welsh");
        assert!(OWN_NAMES.is_sorted());
    }
}
