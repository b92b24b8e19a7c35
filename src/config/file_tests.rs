//! `config.toml` in, mistakes or settings out.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::locate::Source;
use super::resolve::{self, Actions};
use super::*;
use crate::action::{Source as TextSource, shipped};

fn german(name: &str) -> Option<String> {
    (name == "LANG").then(|| "de_DE.UTF-8".to_owned())
}

fn settle(text: &str) -> Result<Settings, String> {
    let source = Source::new("c", text);
    let lines = |mistakes: Vec<_>| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let file = file::read(&source).map_err(lines)?;
    let files = shipped::files().into_iter().map(|file| (file.action.name.clone(), file)).collect();
    let actions = Actions { files, broken: BTreeSet::from([ActionName::new("broken")]) };
    let names = resolve::names(&file, &german);
    resolve::settings(&source, &file, names, actions, &german).map(|(settings, _)| settings).map_err(lines)
}

fn good(text: &str) -> Settings {
    settle(text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(settle(text).err().unwrap_or_default().replace("c:", ""), expected.trim(), "in\n{text}");
}

/// What the keyboard does, a line per combination.
fn keys(text: &str) -> String {
    let mut lines: Vec<_> = good(text)
        .bindings
        .iter()
        .map(|binding| match &binding.does {
            Bound::Pick => format!("{} pick", binding.shortcut),
            Bound::Action { action, .. } => format!("{} {action}", binding.shortcut),
        })
        .collect();
    lines.sort();
    lines.join("; ")
}

#[test]
fn an_empty_file_is_a_good_configuration() {
    let settings = good("");
    assert_eq!(settings.model, ModelChoice::Auto);
    assert_eq!(settings.languages.iter().map(|language| language.code()).collect::<Vec<_>>(), ["de", "en"]);
    assert!(!settings.languages_chosen && settings.sending_allowed);
    assert_eq!(settings.privacy.secrets, Secrets::Ask);
    assert!(settings.privacy.never_apps.contains(&"keepassxc".to_owned()));
    assert!(settings.actions.contains_key(&ActionName::new("translate")));
}

#[test]
fn the_specifications_example_is_read() {
    let settings = good(include_str!("testdata/example.toml"));
    let work = &settings.providers["work"];
    assert_eq!(work.keys, [KeySource::Env("WORK_KEY".into()), KeySource::Keyring]);
    assert!(!work.key_optional);
    assert_eq!(work.base_url, "https://llm.example.com/v1");
    assert_eq!(work.headers, [("X-Team".to_owned(), "a".to_owned())]);
    assert_eq!(work.body["service_tier"], "flex");
    assert_eq!(work.limits.requests_per_minute, Some(60));
    assert_eq!(work.models["big-one"].price, Some((2.5, 10.0)));
    assert_eq!(work.timeouts.silence, Duration::from_secs(30));
    assert_eq!(settings.fallback, [ModelChoice::Named("ollama/qwen3".into())]);
    assert_eq!(settings.auto_order[..2], ["openai", "ollama"]);
    assert_eq!(settings.budget.month, Some(10.0));
    assert_eq!(settings.paste.chord["alacritty"].to_string(), "Ctrl+Shift+V");
    assert_eq!(settings.privacy.patterns[0].as_str(), r"ACME-\d{6}");
    assert_eq!(settings.written.lines["provider.work.kind"], 18);
}

#[test]
fn shortcuts_lie_over_those_of_the_prompt_files() {
    assert_eq!(keys(""), "Ctrl+Alt+Space pick; Ctrl+Alt+Y translate");
    assert_eq!(keys("[shortcuts]\n'Ctrl+Alt+Y' = ''\n'alt+ctrl+space' = 'fix'"), "Ctrl+Alt+Space fix");
    assert_eq!(
        keys("[shortcuts]\n'Ctrl+Alt+P' = 'pick'\n'Ctrl+Alt+Space' = ''"),
        "Ctrl+Alt+P pick; Ctrl+Alt+Y translate"
    );
    assert_eq!(keys("[shortcuts]\n'Ctrl+Alt+B' = 'broken'"), "Ctrl+Alt+Space pick; Ctrl+Alt+Y translate");
    let settings = good("[shortcuts]\n'Ctrl+Alt+V' = { action = 'polish', from = ['clipboard'], to = 'copy' }");
    let expected = Bound::Action {
        action: ActionName::new("polish"),
        from: Some(vec![TextSource::Clipboard]),
        to: Some(vec![Sink::Copy]),
    };
    assert!(settings.bindings.iter().any(|binding| binding.does == expected));
}

#[test]
fn several_mistakes_are_told_at_once() {
    check(
        "modle = 'auto'\nlanguages = ['en', 'xx', 'en']\nabout_me = 5\n[privacy]\nsecrets = 'aks'\npatterns = ['(']\n[budget]\nmonth = -1\n[panel]\nbar_on_selection = 'no'",
        "
1:1: unknown key: `modle`; did you mean `model`?
2:20: unknown language: `'xx'`; write its two letters, as in `en`
2:26: named twice: `'en'`; take one of the two away
3:12: not a text: `5`
5:11: unknown word: `'aks'`; did you mean `ask`?
6:13: not a regular expression: `'('`; unclosed group
8:9: not a number from 0: `-1`
10:20: not `true` or `false`: `'no'`",
    );
}

#[test]
fn syntax_errors_are_told_at_once_too() {
    check(
        "model = auto\nabout_me = ''\nabout_me = ''\n[alias\nfast = 'openai/x'",
        "
1:9: string values must be quoted: `auto`; expected literal string
3:1: duplicate key: `about_me`; take one of the two away
4:7: unclosed table; expected `]`",
    );
}

#[test]
fn names_are_looked_up() {
    check("model = 'opnai/gpt-5'", "1:9: unknown provider: `'opnai/gpt-5'`; did you mean `openai/gpt-5`?");
    check("model = 'fats'\n[alias]\nfast = 'openai/x'", "1:9: unknown model: `'fats'`; did you mean `fast`?");
    check(
        "model = 'gpt-5'",
        "1:9: unknown model: `'gpt-5'`; write `PROVIDER/NAME`, as in `openai/gpt-5-mini`, or an alias of `[alias]`",
    );
    check(
        "model = 'openai/'",
        "1:9: a provider without a model: `'openai/'`; write `PROVIDER/NAME`, or `PROVIDER` alone",
    );
    check("fallback = ['lab/x']", "1:13: unknown provider: `'lab/x'`; describe it in `[provider.lab]`");
    check(
        "[alias]\na = 'b'\nb = 'a'",
        "2:5: an alias of an alias: `'b'`; write the model: `PROVIDER/NAME`\n3:5: an alias of an alias: `'a'`; write the model: `PROVIDER/NAME`",
    );
    check("[alias]\nopenai = 'ollama/x'", "2:10: `openai` is a provider: `'ollama/x'`; give the alias another name");
    check(
        "[alias]\n'a/b' = 'ollama/x'",
        "2:1: not a name for an alias: `'a/b'`; an alias is a word of your own, without `/`, and not `auto`",
    );
    check(
        "[auto]\norder = ['ollma', 'openai', 'openai']",
        "2:10: unknown provider: `'ollma'`; did you mean `ollama`?\n2:29: named twice: `'openai'`; take one of the two away",
    );
    check("[shortcuts]\n'Ctrl+Alt+F' = 'fxi'", "2:16: unknown action: `'fxi'`; did you mean `fix`?");
}

#[test]
fn shortcuts_are_checked() {
    check(
        "[shortcuts]\n'Ctrl+Alt+F' = 'fix'\n'alt+ctrl+f' = 'polish'",
        "3:1: this combination is there twice: `'alt+ctrl+f'`; take one of the two away",
    );
    check("[shortcuts]\n'Ctrl+Foo' = 'fix'", "2:1: no key is called Foo: `'Ctrl+Foo'`; write it as in Ctrl+Alt+Y");
    check("[shortcuts]\n'Ctrl+Alt+F' = { to = 'copy' }", "2:16: no action: `{ to = 'copy' }`; add `action = \"…\"`");
    check(
        "[shortcuts]\n'Ctrl+Alt+F' = { action = 'fix', too = 'copy' }",
        "2:34: unknown key: `too`; did you mean `to`?",
    );
}

#[test]
fn providers_are_checked() {
    check(
        "[provider.wrok]\nmodel = 'x'",
        "1:11: a provider without an address: `wrok`; add `base_url = \"https://…\"`",
    );
    check(
        "[provider.opnai]\nmodel = 'x'",
        "1:11: a provider without an address: `opnai`; did you mean `openai`? else add `base_url = \"https://…\"`",
    );
    check("[provider.openai]\ntier = 3\n[provider.anthropic]\ntier = 'Build'", "");
    check(
        "[provider.anthropic]\ntier = 'gold'",
        "2:8: a tier of which no limits are known: `'gold'`; write `build`, `scale` or `start`, or `requests_per_minute` and \
         the like",
    );
    check(
        "[provider.gemini]\ntier = 1",
        "2:8: a tier of which no limits are known: `1`; write `requests_per_minute` and the like; what the server tells is \
         kept in any case",
    );
    check(
        "[provider.w]\nbase_url = 'llm.example.com'",
        "2:12: not an address: `'llm.example.com'`; write it as in `https://llm.example.com/v1`",
    );
    check("[provider.openai]\nkind = 'opnai'", "2:8: unknown word: `'opnai'`; did you mean `openai`?");
    check("[provider.openai]\ntimeout_seconds = { first = 0 }", "2:29: not a number from 0.1 to 3600: `0`");
    check(
        "[provider.openai]\nmodels = { x = { price = [1] } }",
        "2:26: not two prices for a million tokens, in and out, as in `[2.5, 10.0]`: `[1]`",
    );
    check(
        "[provider.openai]\napi_key_command = 'pass x'",
        "2:19: not a list of a program and its arguments, as in `[\"pass\", \"work/llm\"]`: `'pass x'`",
    );
    check(
        "[provider.openai]\nheaders = { 'a b' = 'x' }",
        "2:13: not the name of a header: `'a b'`; write it as in `X-Team`",
    );
    check(
        "[provider.openai]\nbody = { at = 2026-01-01 }",
        "2:8: not a value that JSON has: `{ at = 2026-01-01 }`; write texts, numbers, `true`, `false`, lists and tables",
    );
}

#[test]
fn keys_are_refused_and_never_shown() {
    let texts = [
        "api_key = 'sk-HIDDEN'",
        "api_key = HIDDEN",
        "api_key = 'HIDDEN",
        "api-key = \"HIDDEN\"",
        "token = 'HIDDEN'",
        "api_key_env = 'sk-HIDDEN'",
        "api_key_env = 'HIDDEN/+'",
        "headers = { Authorization = 'Bearer HIDDEN' }",
        "headers = { X-Team = 'Bearer HIDDEN' }",
        "headers = { authorization = HIDDEN }",
        "headers.x-api-key = 'HIDDEN'",
        "body = { a = { secret_key = 'HIDDEN' } }",
        "base_url = 'https://user:HIDDEN@x.org'",
        "base_url = 'https://x.org/?key=HIDDEN'",
    ];
    for text in texts {
        let mistakes = settle(&format!("[provider.openai]\n{text}")).unwrap_err();
        assert!(!mistakes.contains("HIDDEN"), "{text}: {mistakes}");
        assert!(mistakes.starts_with("c:2:"), "{text}: {mistakes}");
    }
    check("[provider.openai]\napi_key = 'sk-1'", &format!("2:11: a key in plain text; {}", secret::WAY_OUT));
    check("api_key = 'sk-1'", &format!("1:11: a key in plain text; {}", secret::WAY_OUT));
}

#[test]
fn a_file_full_of_mistakes_takes_no_minutes() {
    let text: String = (0..20_000).map(|number| format!("unknown_{number} = 1\n")).collect();
    assert_eq!(settle(&text).unwrap_err().lines().count(), reader::MOST_MISTAKES);
    let text: String = (0..20_000).map(|number| format!("n{number} = 'openai/x'\n")).collect();
    assert_eq!(good(&format!("[alias]\n{text}")).aliases.len(), 20_000);
    let text: String = (0..5_000).map(|number| format!("n{number} = 'x{number}'\n")).collect();
    assert_eq!(settle(&format!("[alias]\n{text}")).unwrap_err().lines().count(), reader::MOST_MISTAKES);
}

proptest! {
    #[test]
    fn no_file_makes_the_reader_panic(text in "(\\PC|[\n\t=\\[\\]{}'\",.#]){0,200}") {
        let _ = settle(&text);
    }

    #[test]
    fn no_words_of_the_format_make_the_reader_panic(words in prop::collection::vec(prop::sample::select(&[
        "model", " = ", "\n", "[", "]", "{", "}", "'", "\"", ".", ",", "provider", "work", "1", "-1", "1e99", "true", "nan",
        "2026-01-01", "shortcuts", "alias", "headers", "body", "privacy", "patterns", "é", "#", "\"\"\"", "\r\n", "price",
    ][..]), 0..60)) {
        let _ = settle(&words.concat());
    }
}
