//! Upper and lower case by Unicode's rules, and by a language's own where it has some: the dotted and the dotless i
//! of Turkish and Azerbaijani, Dutch `IJ`, Greek capitals, which have no accent.

use crate::text::language::Language;

/// Whether the user writes Turkish or Azerbaijani first, where `i` and `I` are different letters.
fn dotted_i(languages: &[Language]) -> bool {
    languages.first().is_some_and(|language| matches!(language.code(), "tr" | "az"))
}

/// Everything in capitals.
pub fn upper(text: &str, languages: &[Language]) -> String {
    let dotted = dotted_i(languages);
    let mut upper = String::with_capacity(text.len());
    let mut hiatus = false;
    for letter in text.chars() {
        let (plain, stressed) = without_tonos(letter);
        match plain {
            'i' if dotted => upper.push('İ'),
            // The accent kept two vowels apart (Μάιος): the diaeresis has to do it now.
            'ι' if hiatus => upper.push('Ϊ'),
            'υ' if hiatus => upper.push('Ϋ'),
            _ => upper.extend(plain.to_uppercase()),
        }
        hiatus = stressed && matches!(plain, 'α' | 'ε' | 'ο' | 'Α' | 'Ε' | 'Ο');
    }
    upper
}

/// A Greek vowel without its accent, and whether it had one.
fn without_tonos(letter: char) -> (char, bool) {
    let plain = match letter {
        'ά' | 'Ά' => 'α',
        'έ' | 'Έ' => 'ε',
        'ή' | 'Ή' => 'η',
        'ί' | 'Ί' => 'ι',
        'ό' | 'Ό' => 'ο',
        'ύ' | 'Ύ' => 'υ',
        'ώ' | 'Ώ' => 'ω',
        'ΐ' => 'ϊ',
        'ΰ' => 'ϋ',
        _ => return (letter, false),
    };
    (plain, true)
}

/// Everything in small letters; the last sigma of a word becomes `ς`.
pub fn lower(text: &str, languages: &[Language]) -> String {
    if dotted_i(languages) {
        // In this order: `I` with a combining dot is a dotted i written as two characters.
        return text.replace("I\u{307}", "i").replace('İ', "i").replace('I', "ı").to_lowercase();
    }
    text.to_lowercase()
}

/// `word` with its first letter as a capital and the rest as it is.
pub fn capitalized(word: &str, languages: &[Language]) -> String {
    let first_language = languages.first().map_or("", |language| language.code());
    if first_language == "nl"
        && let Some(rest) = word.strip_prefix("ij")
    {
        return format!("IJ{rest}");
    }
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return String::new() };
    if first == 'i' && dotted_i(languages) {
        return format!("İ{}", letters.as_str());
    }
    titlecase(first) + letters.as_str()
}

/// Unicode's title case of one letter: digraphs have a form of their own, `ß` becomes `Ss`, and Georgian sentences
/// start with a small letter.
fn titlecase(letter: char) -> String {
    match letter {
        'Ǆ' | 'ǅ' | 'ǆ' => "ǅ".into(),
        'Ǉ' | 'ǈ' | 'ǉ' => "ǈ".into(),
        'Ǌ' | 'ǋ' | 'ǌ' => "ǋ".into(),
        'Ǳ' | 'ǲ' | 'ǳ' => "ǲ".into(),
        '\u{10d0}'..='\u{10ff}' => letter.into(),
        _ => {
            let mut upper = letter.to_uppercase();
            upper.next().into_iter().chain(upper.flat_map(char::to_lowercase)).collect()
        }
    }
}

/// Whether the letters after the first tell that the writer chose them: NASA, McDonald, iPhone.
pub fn has_inner_capital(word: &str) -> bool {
    word.chars().skip(1).any(char::is_uppercase)
}

/// Whether there are several words and all of them are in capitals, so that capitals mean nothing.
pub fn is_shouted(text: &str) -> bool {
    let words = text.split_whitespace().filter(|word| word.chars().filter(|letter| letter.is_alphabetic()).count() > 1);
    words.count() > 1 && text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn languages(code: &str) -> Vec<Language> {
        Language::from_code(code).into_iter().collect()
    }

    #[test]
    fn upper_by_language() {
        for (code, text, expected) in [
            ("en", "hello, World!", "HELLO, WORLD!"),
            ("de", "Straße größer", "STRASSE GRÖSSER"),
            ("tr", "izmir ılık", "İZMİR ILIK"),
            ("en", "izmir", "IZMIR"),
            ("el", "Μάιος, καλημέρα όλοι", "ΜΑΪΟΣ, ΚΑΛΗΜΕΡΑ ΟΛΟΙ"),
            ("ru", "привет", "ПРИВЕТ"),
            ("en", "ﬁn ŉ 日本 مرحبا", "FIN ʼN 日本 مرحبا"),
        ] {
            assert_eq!(upper(text, &languages(code)), expected);
        }
    }

    #[test]
    fn lower_by_language() {
        for (code, text, expected) in [
            ("en", "HELLO", "hello"),
            ("el", "ΟΔΥΣΣΕΥΣ ΣΟΦΟΣ.", "οδυσσευς σοφος."),
            ("tr", "ISPARTA İZMİR I\u{307}", "ısparta izmir i"),
            ("az", "BAKI", "bakı"),
            ("de", "ẞ ÄÖÜ", "ß äöü"),
        ] {
            assert_eq!(lower(text, &languages(code)), expected);
        }
    }

    #[test]
    fn one_capital_by_language() {
        for (code, text, expected) in [
            ("nl", "ijsland", "IJsland"),
            ("en", "ijsland", "Ijsland"),
            ("tr", "istanbul", "İstanbul"),
            ("hr", "ǆep", "ǅep"),
            ("de", "ßa", "Ssa"),
            ("ka", "თბილისი", "თბილისი"),
            ("en", "", ""),
        ] {
            assert_eq!(capitalized(text, &languages(code)), expected);
        }
    }
}
