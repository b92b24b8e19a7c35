//! Our tokens are those of `tiktoken-rs`, which are OpenAI's own, on every text.

#![cfg(feature = "tokens")]
#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use postil::text::tokens::{Encoding, Tokenizer};
use proptest::prelude::*;
use tiktoken_rs::CoreBPE;

/// An encoding, as we and as they have it.
struct Both {
    ours: Tokenizer,
    theirs: CoreBPE,
}

static O200K: LazyLock<Both> =
    LazyLock::new(|| Both { ours: Tokenizer::load(Encoding::O200k), theirs: tiktoken_rs::o200k_base().unwrap() });
static CL100K: LazyLock<Both> =
    LazyLock::new(|| Both { ours: Tokenizer::load(Encoding::Cl100k), theirs: tiktoken_rs::cl100k_base().unwrap() });

/// What is in texts: words, scripts, white space, signs and what belongs to none of them.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Z']{1,12}",
        "[ \t\r\n\u{a0}\u{3000}]{1,6}",
        "[0-9]{1,8}",
        "[!-/:-@\\[-`{-~]{1,5}",
        "\\PC{1,8}",
        "[А-яёΑ-ωא-תء-يअ-हก-ฮ가-힣一-龥ぁ-ヶ]{1,6}",
        "[\u{300}-\u{36f}\u{1f300}-\u{1faff}\u{200d}\u{fe0f}]{1,4}",
        any::<String>(),
        prop_oneof![Just("<|endoftext|>".to_owned()), Just("don't I'LL 'ſ".to_owned()), Just("\r\n\r\n  x".to_owned())],
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_has_their_tokens(text in text()) {
        for both in [&*O200K, &*CL100K] {
            let tokens = both.ours.encode(&text);
            prop_assert_eq!(&tokens, &both.theirs.encode_ordinary(&text));
            prop_assert_eq!(both.ours.count(&text), tokens.len() as u64);
        }
    }
}

/// From the READMEs and tests of OpenAI's `tiktoken`.
#[test]
fn published_tokens_are_ours() {
    let tokens = |encoding: &Both, text: &str| encoding.ours.encode(text);
    assert_eq!(tokens(&CL100K, "hello world"), [15339, 1917]);
    assert_eq!(tokens(&O200K, "hello world"), [24912, 2375]);
    assert_eq!(tokens(&CL100K, "rer"), [38149]);
    assert_eq!(tokens(&CL100K, "'rer"), [2351, 81]);
    assert_eq!(tokens(&CL100K, "today\n "), [31213, 198, 220]);
    assert_eq!(tokens(&CL100K, "today\n \n"), [31213, 27907]);
    assert_eq!(tokens(&CL100K, "today\n  \n"), [31213, 14211]);
    assert_eq!(tokens(&CL100K, " \u{85}0"), [220, 126, 227, 15]);
    assert!(tokens(&CL100K, "").is_empty());
}

/// Long runs of one letter are one piece, and cost no more than others of their length.
#[test]
fn what_has_no_words_is_counted_too() {
    for (text, times) in
        [("a", 20_000), ("ab", 10_000), ("😀", 5_000), (" ", 20_000), ("\n", 20_000), ("=", 20_000), ("é", 9_999)]
    {
        let text = text.repeat(times);
        for both in [&*O200K, &*CL100K] {
            assert_eq!(both.ours.count(&text), both.theirs.encode_ordinary(&text).len() as u64, "{}…", &text[..4]);
        }
    }
    let long = "a".repeat(1 << 20);
    assert_eq!(O200K.ours.count(&long), (1 << 20) / 8);
}
