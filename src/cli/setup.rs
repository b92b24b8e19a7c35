//! `postil setup`: a first conversation in the terminal. Every question has an answer that Enter takes; nothing is written
//! before it was said what and where.

use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::mpsc::channel;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::action::ModelChoice;
use crate::cli::arguments::Switch;
use crate::cli::refusal::wrong_use;
use crate::cli::run::runtime;
use crate::cli::{WRONG_USE, autostart, doctor, environment};
use crate::config::paths::{Paths, process_env};
use crate::config::{Settings, init};
use crate::desktop::Desktop;
use crate::desktop::paste::{Ability, KeysBy};
use crate::llm::client::Client;
use crate::llm::roster::{self, Unresolved};
use crate::store::file;
use crate::text::language::Language;
use crate::text::sentences;

/// A dialog is on the screen meanwhile.
const PERSON_ANSWERS: Duration = Duration::from_secs(120);

pub fn converse() -> anyhow::Result<ExitCode> {
    if !io::stdin().is_terminal() {
        return Err(wrong_use(
            "setup is a conversation and needs a terminal; `postil config init` writes a config to edit",
        ));
    }
    let paths = environment::paths()?;
    let Ok(settings) = environment::settings(&paths) else { return Ok(ExitCode::from(WRONG_USE)) };
    println!("postil {}: Enter takes what stands in brackets.\n", env!("CARGO_PKG_VERSION"));
    languages(&paths, &settings)?;
    model(&settings)?;
    println!("\nWhat works on this desktop:");
    doctor::examine(false, false)?;
    keys()?;
    start_at_login()?;
    println!("\nStart postil now with `postil`, select some text anywhere and press a shortcut:");
    for binding in &settings.bindings {
        println!("  {}  {}", binding.shortcut, binding.does);
    }
    Ok(ExitCode::SUCCESS)
}

/// Asks for the languages, and writes them where they are not what is in force.
fn languages(paths: &Paths, settings: &Settings) -> anyhow::Result<()> {
    let now = settings.languages.iter().map(|language| language.code()).collect::<Vec<_>>().join(" ");
    println!("Your languages, your own first, then the one that you translate into.");
    loop {
        let answer = ask("Languages", &now)?;
        match read_languages(&answer) {
            Ok(languages) if languages == settings.languages && settings.languages_chosen => return Ok(()),
            Ok(languages) => return write_languages(paths, settings, &languages),
            Err(unknown) => println!("`{unknown}` is not a language code such as en, de, fr or zh."),
        }
    }
}

/// Codes or English names, apart by spaces or commas; the first that is neither, otherwise.
fn read_languages(answer: &str) -> Result<Vec<Language>, String> {
    let words = answer.split([' ', ',']).filter(|word| !word.is_empty());
    let language = |word: &str| Language::from_code(word).or_else(|| Language::from_name(word));
    let languages: Result<Vec<_>, _> = words.map(|word| language(word).ok_or_else(|| word.to_owned())).collect();
    match languages {
        Ok(languages) if languages.is_empty() => Err(answer.to_owned()),
        languages => languages,
    }
}

/// A config that says `languages` already is the user's own work and stays as it is.
fn write_languages(paths: &Paths, settings: &Settings, languages: &[Language]) -> anyhow::Result<()> {
    let codes = languages.iter().map(|language| format!("\"{}\"", language.code())).collect::<Vec<_>>().join(", ");
    let line = format!("languages = [{codes}]\n");
    let path = paths.config_file.clone();
    if settings.languages_chosen {
        println!("{} sets languages already; change it there to\n  {line}", path.display());
        return Ok(());
    }
    init::init(&path).with_context(|| format!("{} could not be written", path.display()))?;
    // A key before the first table is the file's own, wherever its author went on.
    let rest = std::fs::read_to_string(&path).with_context(|| format!("{} could not be read", path.display()))?;
    // A link to a file kept elsewhere stays one.
    let place = path.canonicalize().unwrap_or_else(|_| path.clone());
    file::replace(&place, format!("{line}{rest}").as_bytes())
        .with_context(|| format!("{} could not be written", path.display()))?;
    println!("Written to {}.", path.display());
    Ok(())
}

fn model(settings: &Settings) -> anyhow::Result<()> {
    let survey = runtime()?.block_on(Client::default().survey(&settings.providers));
    match roster::resolve(&ModelChoice::Auto, settings, &survey) {
        Ok(target) => println!("\nModel: {} at {} is ready.", target.label(), target.provider.base_url),
        Err(Unresolved::NothingReady { keys, empty, .. }) if empty.is_empty() => println!(
            "\nModel: none is ready; the text tools work without. Start a local server such as Ollama, or set a key in the \
             environment that postil starts in: {}.\n`postil models` shows what is ready then.",
            keys.join(", ")
        ),
        Err(unresolved) => {
            println!("\nModel: {}.\nThe text tools work without one.", sentences::unresolved(&unresolved))
        }
    }
    Ok(())
}

/// Where the desktop's portal presses the keys of pastes, it asks the person; here they are not in the middle of something.
fn keys() -> anyhow::Result<()> {
    let desktop = Desktop::connect(process_env, |_| {});
    if desktop.ability() != Ability::Keys(KeysBy::RemoteDesktop) {
        return Ok(());
    }
    let question = "\nTo put answers in the place of what is selected, postil presses keys. Have your desktop ask you now \
                    whether it may (yes or no)";
    if !ask(question, "yes")?.to_lowercase().starts_with('y') {
        return Ok(());
    }
    let (sender, receiver) = channel();
    desktop.ask_for_keys(move |allowed| {
        // The conversation may have been broken off.
        let _ = sender.send(allowed);
    });
    println!(
        "{}",
        match receiver.recv_timeout(PERSON_ANSWERS) {
            Ok(Some(true)) => "It may.",
            Ok(Some(false)) => "It may not; answers come as notifications with Copy. `postil setup` asks again.",
            Ok(None) => "Your desktop has no portal that presses keys; answers come as notifications with Copy.",
            Err(_) => "There was no answer; you are asked again when the first answer is to be pasted.",
        }
    );
    Ok(())
}

fn start_at_login() -> anyhow::Result<()> {
    let now = if autostart::is_on() { "yes" } else { "no" };
    let answer = ask("\nStart postil at login (yes or no)", now)?;
    let wish = if answer.to_lowercase().starts_with('y') { Switch::On } else { Switch::Off };
    if (wish == Switch::On) != autostart::is_on() {
        autostart::set(wish)?;
    }
    Ok(())
}

/// One question, and its answer; Enter takes `default`, the end of input ends the conversation.
fn ask(question: &str, default: &str) -> anyhow::Result<String> {
    print!("{question} [{default}]: ");
    io::stdout().flush()?;
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line)? == 0 {
        bail!("the conversation was broken off; what was written stays");
    }
    Ok(match line.trim() {
        "" => default.to_owned(),
        answer => answer.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answer: &str, expected: Result<&[&str], &str>) {
        let read = read_languages(answer);
        let codes = read.map(|languages| languages.iter().map(|language| language.code()).collect::<Vec<_>>());
        assert_eq!(codes.as_deref().map_err(String::as_str), expected.map(|codes| codes as &[&str]), "{answer}");
    }

    #[test]
    fn languages_are_read_as_people_write_them() {
        check("de en", Ok(&["de", "en"]));
        check("German, english", Ok(&["de", "en"]));
        check("pt-BR", Ok(&["pt"]));
        check("de klingon", Err("klingon"));
        check("", Err(""));
    }
}
