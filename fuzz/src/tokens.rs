//! Tokens of any text: those of OpenAI's own library, which put together are the text; counted as often as they are; and an
//! estimate within its bounds.

use std::sync::LazyLock;

use postil::text::tokens::{Encoding, Tokenizer, estimate};
use tiktoken_rs::CoreBPE;

/// An encoding, as we and as they have it.
struct Both {
    ours: Tokenizer,
    theirs: CoreBPE,
}

static ENCODINGS: LazyLock<[Both; 2]> = LazyLock::new(|| {
    let both = |encoding, theirs: Result<CoreBPE, _>| Both {
        ours: Tokenizer::load(encoding),
        theirs: theirs.expect("it is in the library"),
    };
    [both(Encoding::O200k, tiktoken_rs::o200k_base()), both(Encoding::Cl100k, tiktoken_rs::cl100k_base())]
});

pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for Both { ours, theirs } in &*ENCODINGS {
        let tokens = ours.encode(&text);
        assert_eq!(tokens, theirs.encode_ordinary(&text), "they cut it otherwise");
        assert_eq!(ours.count(&text), tokens.len() as u64, "not counted as cut");
        assert!(tokens.len() <= text.len(), "more tokens than bytes");
        assert_eq!(theirs.decode_bytes(&tokens).expect("they are tokens"), text.as_bytes(), "not the text");
    }
    assert!(estimate(&text) <= 3 * text.len() as u64 + 1);
}
