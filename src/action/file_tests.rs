//! Prompt files in, mistakes or actions out.

use proptest::prelude::*;

use super::file::{PromptFile, read};
use super::*;
use crate::config::locate::Source as Text;

fn parse(text: &str) -> Result<PromptFile, String> {
    let lines = |mistakes: Vec<_>| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    read(Text::new("p.md", text), Origin::Shipped).map_err(lines)
}

/// Every mistake of a file whose front matter is `front`, without the file's name.
#[track_caller]
fn check(front: &str, expected: &str) {
    check_whole(&format!("---\n{front}\n---\nDo it.\n"), expected);
}

#[track_caller]
fn check_whole(text: &str, expected: &str) {
    let found = parse(text).err().unwrap_or_default().replace("p.md:", "");
    assert_eq!(found, expected.trim(), "in\n{text}");
}

#[test]
fn a_body_alone_is_an_action() {
    let action = parse("Say {{ text }} again.").unwrap().action;
    assert_eq!(action.title, "P");
    assert_eq!(action.from, [Source::Selection, Source::Clipboard]);
    assert_eq!(action.to, [Sink::Panel]);
    assert_eq!((action.engine, action.models), (EngineKind::Model, vec![ModelChoice::Auto]));
    assert!(action.prompt.uses_text());
}

#[test]
fn every_key_is_read() {
    let text = "---\nname: Tï\ndescription: \"d\"\nicon: 🌐\nshortcut: Ctrl+Alt+Y\nfrom: clipboard\nto: [copy, notify]\n\
        when: { kind: [url, word], matches: '^h', apps: Gedit, not_apps: [xterm], languages: [en, de] }\n\
        offline: harper\nmodel: [auto, openai/gpt-5]\nfallback: fast\ntemperature: 0.3\ntop_p: 1\nmax_tokens: 100\n\
        effort: low\nn: 2\nanswer: plain\nsplit: paragraphs\npreview: diff\n\
        steps:\n  - { name: one, prompt: 'List {{ options.tone }}', model: big }\n  - name: two\n    prompt: |\n      Use {{ steps.one }}\n\
        options:\n  tone: { choices: [neutral, formal], default: formal }\n  on: { choices: [yes, no] }\n---\nBody {{ steps.two }}";
    let PromptFile { action, models, shortcut_at, .. } = parse(text).unwrap();
    assert_eq!((action.title.as_str(), action.icon.as_str()), ("Tï", "🌐"));
    assert_eq!(action.shortcut.unwrap().to_string(), "Ctrl+Alt+Y");
    assert!(shortcut_at.is_some());
    assert_eq!(action.to, [Sink::Copy, Sink::Notify]);
    assert_eq!(action.when.kinds, [TextKind::Url, TextKind::Word]);
    assert_eq!(action.when.apps, ["gedit"]);
    assert_eq!(action.sampling.temperature, Some(0.3));
    assert_eq!(action.sampling.max_tokens, Some(100));
    assert_eq!(action.models, [ModelChoice::Auto, ModelChoice::Named("openai/gpt-5".into())]);
    assert_eq!(action.steps[1].prompt.source(), "Use {{ steps.one }}");
    assert_eq!(action.options[0].1.default, "formal");
    assert_eq!(action.options[1].1.choices, ["yes", "no"]);
    let named: Vec<_> = models.iter().map(|model| model.value.as_str()).collect();
    assert_eq!(named, ["big", "openai/gpt-5", "fast"]);
}

#[test]
fn engines_have_what_they_need() {
    let engine = |text: &str| parse(text).unwrap().action.engine;
    assert_eq!(engine("---\nengine: upper\n---\n"), EngineKind::Builtin(Builtin::Upper));
    let wc = EngineKind::Command(vec!["wc".into(), "-w".into()]);
    assert_eq!(engine("---\nengine: command\ncommand: [wc, -w]\n---\n"), wc);
    let open = engine("---\nengine: open\nurl: \"https://x.org/?q={{ text | urlencode }}\"\n---\n");
    assert!(matches!(open, EngineKind::Open(url) if url.uses_text()));
    check_whole("---\nengine: command\n---\n", "2:9: no command: `command`; add `command: [program, argument]`");
    check_whole(
        "---\nengine: command\ncommand: wc -w\n---\n",
        "3:10: not a list of a program and its arguments, as in `[wc, -w]`: `wc -w`",
    );
    check_whole(
        "---\nengine: open\n---\n",
        "2:9: no address: `open`; add `url: \"https://example.com/?q={{ text | urlencode }}\"`",
    );
    check_whole("---\nengine: uper\n---\n", "2:9: unknown engine: `uper`; did you mean `upper`?");
    check_whole(
        "---\nengine: upper\n---\nBody",
        "4:1: a prompt that nobody reads: `Body`; only `engine: model` reads one; make it a comment in the front matter (`# …`)",
    );
    check_whole(
        "---\nurl: x\n---\nBody",
        "2:1: a key of another engine: `url`; write `engine: open`, or take `url` away",
    );
    check_whole("---\nname: a\n---\n", "4:1: no prompt; write below the front matter what the model is to do");
}

#[test]
fn several_mistakes_are_told_at_once() {
    check(
        "shotrcut: Ctrl+Alt+Y\nto: [panle, copy, copy]\ntemperature: hot\nn: 99\nname:",
        "
2:1: unknown key: `shotrcut`; did you mean `shortcut`?
3:6: unknown word: `panle`; did you mean `panel`?
3:19: named twice: `copy`; take one of the two away
4:14: not a number from 0 to 2: `hot`
5:4: not a whole number from 1 to 8: `99`
6:1: no value: `name`; write a text, or take the key away",
    );
}

#[test]
fn values_of_the_wrong_kind_say_what_was_expected() {
    check("shortcut: Ctrl+Alt+Foo", "2:11: no key is called Foo: `Ctrl+Alt+Foo`; write it as in Ctrl+Alt+Y");
    check(
        "shortcut: Y",
        "2:11: not a shortcut: `Y`; a shortcut needs Ctrl, Alt or Super beside the key, as in Ctrl+Alt+Y",
    );
    check("to: []", "2:5: an empty list: `[]`; name at least one, or take the key away");
    check("name: [a]", "2:7: not a text: `[a]`");
    check("when: url", "2:7: not a table with `kind`, `matches`, `apps`, `not_apps` or `languages`: `url`");
    check(
        "when: { kind: link }",
        "2:15: unknown word: `link`; expected `text`, `url`, `email`, `path`, `code` or `word`",
    );
    check("when: { matches: '(' }", "2:18: not a regular expression: `'('`; unclosed group");
    check("when: { languages: [German] }", "2:21: unknown language: `German`; did you mean `de`?");
    check("options: { tone: { choices: [a, b], default: c } }", "2:46: not one of the choices: `c`; did you mean `a`?");
    check(
        "options: { tone: { default: c } }",
        "2:18: an option without choices: `{ default: c }`; write `{ choices: [one, other], default: one }`",
    );
    check(
        "options: { \"a b\": { choices: [x] } }",
        "2:12: not a name for templates: `\"a b\"`; use letters, digits and `_`",
    );
}

#[test]
fn steps_see_only_those_before_them() {
    check(
        "steps:\n  - { name: one, prompt: 'a {{ steps.two }}' }\n  - { name: two, prompt: \"b {{ steps.oen }}\" }\n  - { name: two, prompt: c }\n  - { prompt: c }",
        "
3:32: unknown variable: `steps.two`; no step before it has the name `two`
4:32: unknown variable: `steps.oen`; did you mean `one`?
5:13: two steps of this name: `two`; give one of them another name
6:5: a step without name or prompt: `{ prompt: c }`; write `{ name: …, prompt: … }`",
    );
}

#[test]
fn what_is_no_front_matter_is_told() {
    check(
        "a: b: c",
        "2:5: not YAML: mapping values are not allowed in this context: `: c`; a value with `: ` in it needs quotes",
    );
    check("name: a\nname: b", "3:1: duplicate key: `name`; take one of the two away");
    check("name: &x a\nicon: b", "2:7: an anchor: `&x a`; take the `&name` away: there are no aliases");
    check("- a", "2:1: not a key: `- a`; write `key: value`");
    check("name: !!str a", "2:7: a tag: `!!str a`; take the `!tag` away");
    check(&format!("when: {}a{}", "[".repeat(40), "]".repeat(40)), "2:23: too many levels: `[`");
}

#[test]
fn templates_are_checked_where_they_stand() {
    let whole = |body: &str, expected: &str| check_whole(&format!("---\nname: ä\n---\n\n{body}"), expected);
    whole("ä {{ txet }}", "5:6: unknown variable: `txet`; did you mean `text`?");
    whole("a\n{% if app.nmae %}x{% endif %}", "6:7: unknown variable: `app.nmae`; did you mean `name`?");
    whole("{{ options.tone }}", "5:4: unknown variable: `options.tone`; no option before it has the name `tone`");
    whole("{{ text | uper }}", "5:11: unknown filter: `uper`; did you mean `upper`?");
    whole("“{{ text | trim | uper(length=2) }}”", "5:19: unknown filter: `uper`; did you mean `upper`?");
    whole("{{ text is definde }}", "5:12: unknown test: `definde`; did you mean `defined`?");
    whole("{{ text.lower() }}", "5:4: nothing to call: `text.lower`; use a filter, as in `{{ text | upper }}`");
    whole("{{ text.length }}", "5:4: a text has no members: `text.length`; use a filter, as in `{{ text | upper }}`");
    whole("{{ options[text] }}", "5:4: a member that is not known yet: `options[text]`; write `options.NAME`");
    whole("{{ foo() }}", "5:4: unknown function: `foo`; expected `range` or `dict`");
    whole("{% fro x in [] %}", "5:4: unknown statement fro: `fro`; expected `if`, `for`, `set`, `with` or `raw`");
    whole(
        "{{ text",
        "5:4: unexpected end of input, expected end of variable block: `text`; write `{% raw %}` before and `{% endraw %}` behind braces that are meant as text",
    );
}

#[test]
fn hostile_templates_end_in_a_mistake() {
    let deep = format!("{{{{ {} }}}}", vec!["1"; 100_000].join("+"));
    assert!(parse(&deep).unwrap_err().starts_with("p.md:1:"));
    let many = "{% if text %}{% elif text %}".repeat(20_000);
    assert!(parse(&many).unwrap_err().contains("too long a template"));
}

proptest! {
    #[test]
    fn no_file_makes_the_reader_panic(text in "(---\n)?(\\PC|[\n\t:{}\\[\\]%&*!|>'\"-]){0,200}(\n---\n)?(\\PC|[{}%\n]){0,100}") {
        let _ = parse(&text);
    }

    #[test]
    fn no_words_of_the_format_make_the_reader_panic(words in prop::collection::vec(prop::sample::select(&[
        "---\n", "name", ": ", "\n", "  ", "- ", "{", "}", "[", "]", "|", ">", "{{ ", " }}", "{% ", " %}", "text", "options",
        "steps", "if ", "for ", "in ", "endif", "endfor", "é", "\"", "'", "#", "|upper", ".x", "when", "engine", "open", "\r\n",
    ][..]), 0..60)) {
        let _ = parse(&words.concat());
        let _ = parse(&format!("---\n{}", words.concat()));
    }
}

#[test]
fn what_a_template_lacks_at_its_end_is_told_at_a_whole_letter() {
    check(
        "steps: [{ name: a, prompt: \"é {{ 'é\" }]",
        "2:28: unexpected end of string; write `{% raw %}` before and `{% endraw %}` behind braces that are meant as text",
    );
}

#[test]
fn an_action_has_some_steps_and_not_thousands() {
    let step = |number| format!("  - {{ name: s{number}, prompt: '{{{{ steps.x }}}}' }}\n");
    let steps = format!("steps:\n{}", (0..5_000).map(step).collect::<String>());
    let told = parse(&format!("---\n{steps}---\nDo it.\n")).unwrap_err();
    assert!(told.contains("more than 20 steps"), "{told}");
    assert_eq!(told.lines().count(), 21);
}
