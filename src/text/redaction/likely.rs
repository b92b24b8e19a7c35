//! Whether what stands where a secret would is one: not a placeholder, and random enough.

/// What stands in examples in the place of a secret; looked for anywhere in it, in lower case.
const OF_EXAMPLES: &[&str] = &[
    "example",
    "your_",
    "your-",
    "_your",
    "-your",
    "****",
    "....",
    "…",
    "{{",
    "}}",
    "${",
    "$(",
    "%(",
    "placeholder",
    "changeme",
    "change_me",
    "change-me",
    "redacted",
    "replace",
    "insert_",
    "insert-",
    "dummy",
    "sample",
    "_here",
    "-here",
    "postil_secret",
];

/// A part of a token that is as long as this, and has letters and digits, was drawn by chance and not thought of.
const RANDOM_PART: usize = 16;

/// Fewer different characters than this in a whole token are a line of dots, zeros or crosses.
const FEWEST_DIFFERENT: usize = 5;

/// Whether it stands in the place of a secret: `YOUR_KEY`, `<token>`, `AKIAIOSFODNN7EXAMPLE`, `0000000000`.
pub fn is_placeholder(value: &str) -> bool {
    let lower = value.to_lowercase();
    let bracketed =
        (value.starts_with('<') && value.ends_with('>')) || (value.starts_with('{') && value.ends_with('}'));
    bracketed
        || lower.starts_with("your")
        || value.contains("xxxx")
        || value.contains("XXXX")
        || OF_EXAMPLES.iter().any(|word| lower.contains(word))
        || (value.len() >= 8 && different(value) < FEWEST_DIFFERENT)
}

fn different(value: &str) -> usize {
    let mut seen = 0u128;
    value.bytes().for_each(|byte| seen |= 1 << (byte & 127));
    seen.count_ones() as usize
}

/// Whether a part of it between `-`, `_`, `.` and the like is long and mixed, as nobody writes by hand.
pub fn is_random(value: &str) -> bool {
    value.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| {
        let has = |of: fn(&u8) -> bool| part.as_bytes().iter().any(&of);
        part.len() >= RANDOM_PART && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
    })
}

/// Whether it has letters in both cases, without order and without a word in it, as nobody writes by hand.
pub fn is_jumbled(value: &str) -> bool {
    const EACH: usize = 3;
    const LONGEST_WORD: usize = 7;
    let count = |of: fn(&u8) -> bool| value.bytes().filter(&of).count();
    let longest_word = || value.split(|c: char| !c.is_ascii_lowercase()).map(str::len).max().unwrap_or_default();
    value.len() >= RANDOM_PART
        && count(u8::is_ascii_uppercase) >= EACH
        && count(u8::is_ascii_lowercase) >= EACH
        && (count(u8::is_ascii_digit) >= 2 || longest_word() <= LONGEST_WORD)
}

/// `550e8400-e29b-41d4-a716-446655440000`, which mostly names a thing and opens none.
pub fn is_uuid(value: &str) -> bool {
    let parts = value.split('-').map(str::len);
    parts.eq([8, 4, 4, 4, 12]) && value.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_known() {
        for value in
            ["YOUR_API_KEY", "<token>", "AKIAIOSFODNN7EXAMPLE", "sk-xxxxxxxxxxxxxxxx", "00000000", "${KEY}", "{key}"]
        {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["hunter2", "Tr0ub4dor&3", "q8Zr1LmT0xPv7KdWc3Nf", "a<b>c"] {
            assert!(!is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn what_is_drawn_by_chance_is_told_from_words() {
        for value in ["q8Zr1LmT0xPv7KdWc3Nf", "key_q8Zr1LmT0xPv7KdW", "d41d8cd98f00b204"] {
            assert!(is_random(value), "{value}");
        }
        assert!(is_jumbled("fWZ/rLmTk+xPvKdWcNfq"));
        assert!(!is_jumbled("TransformersForEveryone"));
        for value in ["learn-model-version-2024-final", "configuration_management", "1234567890123456"] {
            assert!(!is_random(value), "{value}");
        }
    }

    #[test]
    fn uuids_are_known() {
        assert!(is_uuid("550e8400-e29b-41d4-a716-446655440000"));
        assert!(!is_uuid("550e8400-e29b-41d4-a716-44665544000g"));
        assert!(!is_uuid("550e8400e29b41d4a716446655440000"));
    }
}
