//! The prompt files that are in the binary, and the one shortcut that belongs to no file.
//!
//! Invariant: each of them reads without a mistake; a test keeps it so.

use crate::action::Origin;
use crate::action::file::{PromptFile, read};
use crate::config::locate::Source;
use crate::desktop::shortcut::Shortcut;

/// Opens the picker. On other systems than Linux see [`Shortcut::for_this_system`].
const PICK_SHORTCUT: &str = "Ctrl+Alt+Space";

macro_rules! prompts {
    ($($name:literal),+ $(,)?) => {
        /// File name and text.
        const PROMPTS: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../prompts/", $name)))),+];
    };
}

prompts![
    "translate.md",
    "explain.md",
    "fix.md",
    "polish.md",
    "summarize.md",
    "reply.md",
    "explain-code.md",
    "web-search.md",
    "open-link.md",
    "rewrite-clipboard.md",
    "define.md",
    "calc.md",
    "spell.md",
    "upper.md",
    "lower.md",
    "title-case.md",
    "sentence-case.md",
    "trim.md",
    "join-lines.md",
    "sort-lines.md",
    "unique-lines.md",
    "count.md",
    "url-encode.md",
    "url-decode.md",
    "base64-encode.md",
    "base64-decode.md",
    "html-encode.md",
    "html-decode.md",
    "json-pretty.md",
];

/// All of them, read; shortcuts as this system has them.
pub fn files() -> Vec<PromptFile> {
    PROMPTS.iter().filter_map(|(name, text)| shipped(name, text)).collect()
}

/// The text of a shipped file (`translate.md`), for whoever wants to make it their own.
pub fn text(file_name: &str) -> Option<&'static str> {
    PROMPTS.iter().find(|(name, _)| *name == file_name).map(|(_, text)| *text)
}

fn shipped(name: &str, text: &str) -> Option<PromptFile> {
    match read(Source::new(name, text), Origin::Shipped) {
        Ok(mut file) => {
            file.action.shortcut = file.action.shortcut.map(Shortcut::for_this_system);
            Some(file)
        }
        Err(mistakes) => {
            for mistake in mistakes {
                log::error!("a shipped prompt file is bad: {mistake}");
            }
            None
        }
    }
}

pub fn pick_shortcut() -> Shortcut {
    let written: Shortcut = PICK_SHORTCUT.parse().expect("a test reads it");
    written.for_this_system()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::template::Variables;
    use crate::action::{EngineKind, Sink, Source as TextSource};

    #[test]
    fn every_shipped_file_is_good() {
        for (name, text) in PROMPTS {
            if let Err(mistakes) = read(Source::new(*name, text), Origin::Shipped) {
                panic!("{}", mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
            }
        }
    }

    #[test]
    fn every_file_in_the_folder_is_shipped() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/prompts");
        let mut there: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        let mut shipped: Vec<_> = PROMPTS.iter().map(|(name, _)| (*name).to_owned()).collect();
        there.sort();
        shipped.sort();
        assert_eq!(there, shipped);
    }

    #[test]
    fn only_the_picker_and_translate_have_a_shortcut() {
        let with: Vec<_> = files().into_iter().filter(|file| file.action.shortcut.is_some()).collect();
        let names: Vec<_> = with.iter().map(|file| file.action.name.as_str()).collect();
        assert_eq!(names, ["translate"]);
        pick_shortcut();
    }

    #[test]
    fn each_has_a_title_a_description_and_an_icon() {
        for PromptFile { action, .. } in files() {
            assert!(
                !action.title.is_empty() && !action.description.is_empty() && !action.icon.is_empty(),
                "{}",
                action.name
            );
        }
    }

    #[test]
    fn a_model_gets_the_users_text_as_a_message_of_its_own() {
        for PromptFile { action, .. } in files() {
            assert!(action.engine != EngineKind::Model || !action.prompt.uses_text(), "{}", action.name);
        }
    }

    #[test]
    fn the_clipboard_is_rewritten_in_place() {
        let files = files();
        let action = &files.iter().find(|file| file.action.name.as_str() == "rewrite-clipboard").unwrap().action;
        assert_eq!((&action.from[..], &action.to[..]), (&[TextSource::Clipboard][..], &[Sink::Copy, Sink::Notify][..]));
    }

    fn render(name: &str, variables: &Variables) -> String {
        let files = files();
        let action = &files.iter().find(|file| file.action.name.as_str() == name).unwrap().action;
        let defaults = action.options.iter().map(|(name, option)| (name.clone(), option.default.clone()));
        let options = defaults.chain(variables.options.clone()).collect();
        let prompt = action.prompt.render(&Variables { options, ..variables.clone() }).unwrap();
        assert!(!prompt.contains("\n\n\n") && !prompt.contains("{{") && !prompt.contains("{%"), "{prompt}");
        prompt
    }

    #[test]
    fn translate_knows_both_directions_or_gives_the_rule() {
        let german = Variables {
            target_language: "German".into(),
            second_language: "English".into(),
            answer_language: "German".into(),
            ..Variables::default()
        };
        let second_line = |variables: &Variables| render("translate", variables).lines().nth(2).unwrap().to_owned();
        assert_eq!(
            second_line(&german),
            "If it is in German, translate it into English; if it is in any other language, translate it into German."
        );
        let known = Variables { source_language: "French".into(), ..german.clone() };
        assert_eq!(second_line(&known), "Translate it from French into German.");
        let alone = Variables { second_language: String::new(), ..german };
        assert_eq!(second_line(&alone), "Translate it into German.");
    }

    #[test]
    fn every_choice_of_every_option_renders() {
        let of_models = files().into_iter().filter(|file| file.action.engine == EngineKind::Model);
        for PromptFile { action, .. } in of_models {
            for (name, option) in &action.options {
                for choice in &option.choices {
                    let options = [(name.clone(), choice.clone())].into();
                    let variables = Variables { options, about_me: "a chemist".into(), ..Variables::default() };
                    let prompt = render(action.name.as_str(), &variables);
                    assert!(prompt.len() > 200, "{prompt}");
                }
            }
        }
    }

    #[test]
    fn addresses_are_made_of_the_text() {
        let files = files();
        let open = |name: &str, text: &str| {
            let action = &files.iter().find(|file| file.action.name.as_str() == name).unwrap().action;
            let EngineKind::Open(url) = &action.engine else { panic!("{name} opens nothing") };
            url.render(&Variables { text: text.into(), ..Variables::default() }).unwrap()
        };
        assert_eq!(open("web-search", " a&b c "), "https://duckduckgo.com/?q=a%26b%20c");
        assert_eq!(open("open-link", " https://x.org/a?b=c\n"), "https://x.org/a?b=c");
        assert_eq!(open("open-link", "x.org/a"), "https://x.org/a");
    }
}
