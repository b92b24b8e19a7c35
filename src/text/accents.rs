//! Letters without what distinguishes them only to a careful reader: accents, ligatures.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// `text` in small letters, accents taken apart from their letters.
pub fn decomposed(text: &str) -> String {
    DecomposingNormalizerBorrowed::new_nfd().normalize(&text.to_lowercase()).into_owned()
}

/// Whether it is an accent of Latin, Greek or Cyrillic letters, standing for itself.
pub fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// Letters that Unicode does not take apart, but a dictionary sorts as these.
pub fn base_letters(letter: char) -> String {
    match letter {
        'ß' => "ss".into(),
        'æ' => "ae".into(),
        'œ' => "oe".into(),
        'ø' => "o".into(),
        'ł' => "l".into(),
        'đ' | 'ð' => "d".into(),
        'ı' => "i".into(),
        _ => letter.into(),
    }
}

/// `text` in small letters without accents: `Čapek` → `capek`, `Straße` → `strasse`.
pub fn bare(text: &str) -> String {
    decomposed(text).chars().filter(|letter| !is_accent(*letter)).map(base_letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_without_accents() {
        for (text, expected) in
            [("Čapek", "capek"), ("Straße", "strasse"), ("naïve Œuvre", "naive oeuvre"), ("語", "語")]
        {
            assert_eq!(bare(text), expected);
        }
    }
}
