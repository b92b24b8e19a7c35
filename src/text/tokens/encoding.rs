//! Which model cuts a text into tokens by which table, as far as its maker has published it and this program has it.

/// A table of tokens that is public and shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// OpenAI's since gpt-4o: `o200k_base`, and `o200k_harmony`, which differs in marks that no text has.
    O200k,
    /// OpenAI's of gpt-4 and gpt-3.5: `cl100k_base`.
    Cl100k,
}

/// What the names of models begin with, as OpenAI's `tiktoken` has them; of two that fit the first counts.
const MODELS: &[(&str, Encoding)] = &[
    ("gpt-4o", Encoding::O200k),
    ("chatgpt-4o", Encoding::O200k),
    ("gpt-4.", Encoding::O200k),
    ("gpt-5", Encoding::O200k),
    ("gpt-oss", Encoding::O200k),
    ("o1", Encoding::O200k),
    ("o3", Encoding::O200k),
    ("o4-mini", Encoding::O200k),
    ("codex-mini", Encoding::O200k),
    ("gpt-4", Encoding::Cl100k),
    ("gpt-3.5", Encoding::Cl100k),
    ("gpt-35", Encoding::Cl100k),
];

impl Encoding {
    /// The encoding of a model, by its name at whatever server: `gpt-5-mini`, `openai/gpt-4o`, `gpt-oss:20b`,
    /// `ft:gpt-4o:acme`. `None`: none that is shipped, or this build has none.
    pub fn of_model(name: &str) -> Option<Self> {
        if !cfg!(feature = "tokens") {
            return None;
        }
        let name = name.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let name = name.strip_prefix("ft:").unwrap_or(&name);
        let begins = |begin: &str| {
            let rest = name.strip_prefix(begin)?;
            // `o1` is not the beginning of `o10`, nor `gpt-5` that of `gpt-50`.
            let ends = begin.ends_with('.') || !rest.starts_with(|c: char| c.is_ascii_digit());
            ends.then_some(())
        };
        MODELS.iter().find(|(begin, _)| begins(begin).is_some()).map(|(_, encoding)| *encoding)
    }
}

#[cfg(all(test, feature = "tokens"))]
mod tests {
    use super::*;

    #[test]
    fn models_are_known_by_their_names() {
        let encodings = [
            (Some(Encoding::O200k), "gpt-4o gpt-4o-mini-2024-07-18 chatgpt-4o-latest gpt-4.1-nano gpt-4.5-preview"),
            (Some(Encoding::O200k), "gpt-5 gpt-5.2 gpt-5-mini o1 o3-mini o4-mini ft:gpt-4o:acme openai/gpt-oss-120b"),
            (Some(Encoding::O200k), "gpt-oss:20b azure/GPT-4o"),
            (Some(Encoding::Cl100k), "gpt-4 gpt-4-turbo gpt-4-0613 gpt-3.5-turbo gpt-35-turbo-16k"),
            (None, "claude-opus-5 gemini-3-pro llama3 qwen3:8b mistral-large o10 gpt-50 gpt2 grok-4 olmo"),
        ];
        for (encoding, names) in encodings {
            for name in names.split(' ') {
                assert_eq!(Encoding::of_model(name), encoding, "{name}");
            }
        }
    }
}
