//! Names in, models out.

use super::*;
use crate::config::ProviderKind;
use crate::llm::known::known_providers;

fn settings() -> Settings {
    let mut providers = known_providers(&|_| None);
    let work = Provider { name: "work".into(), model: Some("big".into()), ..(*providers["openai"]).clone() };
    let bare = Provider { name: "bare".into(), kind: ProviderKind::OpenAi, ..(*providers["openai"]).clone() };
    providers.extend([("work".into(), work.into()), ("bare".into(), bare.into())]);
    let aliases = [("fast", "openai/gpt-5-nano"), ("again", "fast"), ("any", "auto"), ("or", "openrouter/a/b")];
    Settings {
        auto_order: ["anthropic", "openai", "gemini", "ollama"].map(str::to_owned).to_vec(),
        aliases: aliases.map(|(name, meant)| (name.to_owned(), meant.to_owned())).into(),
        providers,
        ..Settings::bare()
    }
}

/// `provider` or `provider: model model` are ready; all others are as on a machine with nothing.
fn survey(ready: &[&str]) -> Survey {
    let nothing = settings().providers.into_iter().map(|(name, provider)| {
        let readiness = match () {
            _ if provider.discovered => Readiness::Unreachable,
            _ => Readiness::NoKey,
        };
        (name, readiness)
    });
    let ready = ready.iter().map(|line| {
        let (name, models) = line.split_once(':').unwrap_or((line, ""));
        (name.to_owned(), Readiness::Ready { models: models.split_whitespace().map(str::to_owned).collect() })
    });
    nothing.chain(ready).collect()
}

/// `choice` means `wanted`: a label, or what is wrong.
#[track_caller]
fn check(choice: &str, ready: &[&str], wanted: &str) {
    let choice = if choice == "auto" { ModelChoice::Auto } else { ModelChoice::Named(choice.into()) };
    let found = resolve(&choice, &settings(), &survey(ready));
    assert_eq!(found.map_or_else(|error| error.to_string(), |target| target.label()), wanted);
}

#[test]
fn names_and_aliases() {
    check("openai/x", &["openai"], "openai/x");
    check("fast", &["openai"], "openai/gpt-5-nano");
    check("or", &["openrouter"], "openrouter/a/b");
    check("again", &["openai"], "there is no provider or alias fast");
    check("any", &["openai"], "openai/gpt-6-luna");
    check("opena/x", &["openai"], "there is no provider or alias opena");
    check("openai/x", &[], "no key for openai");
    check("anthropic", &["anthropic"], "anthropic/claude-haiku-5-5");
    check("ollama/x", &[], "ollama/x");
    check("ollama", &[], "nothing answers at http://127.0.0.1:11434 (ollama)");
}

#[test]
fn a_provider_alone_has_a_model_that_stands_for_it() {
    check("openai", &["openai"], "openai/gpt-6-luna");
    check("openai/", &["openai"], "openai/gpt-6-luna");
    check("work", &["work"], "work/big");
    check("bare", &["bare"], "no model of bare is named");
    check("ollama", &["ollama: nomic-embed-text llama3.1:70b qwen3:8b tiny:0.5b"], "ollama/qwen3:8b");
    check("lmstudio", &["lmstudio: text-embedding-x some-model"], "lmstudio/some-model");
    check("llamacpp", &["llamacpp: gemma-3-1b-it.gguf"], "llamacpp/gemma-3-1b-it.gguf");
    check("ollama", &["ollama: nomic-embed-text"], "no model of ollama is named");
}

#[test]
fn auto_takes_the_first_that_is_ready() {
    check("auto", &["openai", "groq", "ollama: a"], "openai/gpt-6-luna");
    check("auto", &["groq", "ollama: a"], "ollama/a");
    check("auto", &["groq", "lmstudio: a"], "groq/openai/gpt-oss-120b");
    check("auto", &["bare", "work", "lmstudio: a"], "work/big");
    check("auto", &["lmstudio: a"], "lmstudio/a");
    check("auto", &["ollama:", "lmstudio: a"], "lmstudio/a");
    let named = Settings { model: ModelChoice::Named("work".into()), ..settings() };
    let target = resolve(&ModelChoice::Auto, &named, &survey(&["openai", "work"])).unwrap();
    assert_eq!(target.label(), "work/big");
}

#[test]
fn what_would_help_is_named() {
    let Err(Unresolved::NothingReady { keys, servers, empty }) =
        resolve(&ModelChoice::Auto, &settings(), &survey(&["ollama:"]))
    else {
        panic!("nothing is ready")
    };
    assert!(keys.contains(&"OPENAI_API_KEY".into()) && keys.contains(&"ANTHROPIC_API_KEY".into()));
    assert_eq!(servers, ["jan", "llamacpp", "lmstudio", "vllm"]);
    assert_eq!(empty, ["ollama"]);
    let near = |name: &str| match resolve(&ModelChoice::Named(name.into()), &settings(), &survey(&[])) {
        Err(Unresolved::UnknownProvider { near, .. }) => near,
        other => panic!("{other:?}"),
    };
    assert_eq!(near("olama/x"), Some("ollama".into()));
    assert_eq!(near("fats"), Some("fast".into()));
    assert_eq!(near("something"), None);
}

#[test]
fn sizes_are_read_from_names() {
    let cases = [
        ("llama3.1:8b", Some(8.0)),
        ("qwen2.5-0.5b-instruct", Some(0.5)),
        ("mixtral:8x7b", Some(56.0)),
        ("Gemma-3-4B-it-Q4_K_M.gguf", Some(4.0)),
        ("qwen3", None),
        ("b", None),
    ];
    for (name, size) in cases {
        assert_eq!(billions(name), size, "{name}");
    }
}
