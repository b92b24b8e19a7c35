//! Which script a text is in, and what that alone says of its language.

use super::han::{CHINESE, JAPANESE};

/// A script, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    Latin,
    Cyrillic,
    Arabic,
    /// Chinese, or Japanese without kana.
    Han,
    Devanagari,
    Hebrew,
    Bengali,
    Ethiopic,
    /// Of one language alone, as good as always; by its code.
    Of(&'static str),
}

/// A script counts as the text's if it has at least this share of the letters: foreign words stand in every text.
const DOMINANT_SHARE: f64 = 0.6;

/// One East Asian character says about as much as this many letters.
const HAN_WEIGHT: usize = 3;

/// Japanese has at least one kana for so many Han characters; a Chinese text has a `の` only for show.
const HAN_PER_KANA: usize = 8;

/// So many Han characters without kana are no Japanese sentence.
const HAN_WITHOUT_KANA: usize = 9;

/// The script of most of the text's letters.
pub fn dominant(text: &str) -> Option<Script> {
    let mut counts: Vec<(Script, usize)> = Vec::new();
    for script in text.chars().filter(|letter| letter.is_alphabetic()).filter_map(script_of) {
        let weight = if matches!(script, Script::Han | Script::Of("ja")) { HAN_WEIGHT } else { 1 };
        match counts.iter_mut().find(|(known, _)| *known == script) {
            Some((_, count)) => *count += weight,
            None => counts.push((script, weight)),
        }
    }
    let all: usize = counts.iter().map(|(_, count)| count).sum();
    let count_of = |wanted| counts.iter().find(|(script, _)| *script == wanted).map_or(0, |(_, count)| *count);
    let (han, kana) = (count_of(Script::Han), count_of(Script::Of("ja")));
    let (script, count) = match counts.iter().copied().max_by_key(|(_, count)| *count)? {
        (Script::Han | Script::Of("ja"), _) if kana * HAN_PER_KANA >= han => (Script::Of("ja"), han + kana),
        (Script::Of("ja"), _) => (Script::Han, han + kana),
        most => most,
    };
    (count as f64 >= DOMINANT_SHARE * all as f64).then_some(script)
}

fn script_of(letter: char) -> Option<Script> {
    Some(match letter {
        'A'..='Z'
        | 'a'..='z'
        | 'ª'
        | 'º'
        | '\u{c0}'..='\u{24f}'
        | '\u{1e00}'..='\u{1eff}'
        | '\u{ff21}'..='\u{ff5a}' => Script::Latin,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Script::Of("el"),
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        '\u{531}'..='\u{58f}' => Script::Of("hy"),
        '\u{590}'..='\u{5ff}' => Script::Hebrew,
        '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' => {
            Script::Arabic
        }
        '\u{780}'..='\u{7bf}' => Script::Of("dv"),
        '\u{900}'..='\u{97f}' => Script::Devanagari,
        '\u{980}'..='\u{9ff}' => Script::Bengali,
        '\u{a00}'..='\u{a7f}' => Script::Of("pa"),
        '\u{a80}'..='\u{aff}' => Script::Of("gu"),
        '\u{b00}'..='\u{b7f}' => Script::Of("or"),
        '\u{b80}'..='\u{bff}' => Script::Of("ta"),
        '\u{c00}'..='\u{c7f}' => Script::Of("te"),
        '\u{c80}'..='\u{cff}' => Script::Of("kn"),
        '\u{d00}'..='\u{d7f}' => Script::Of("ml"),
        '\u{d80}'..='\u{dff}' => Script::Of("si"),
        '\u{e00}'..='\u{e7f}' => Script::Of("th"),
        '\u{e80}'..='\u{eff}' => Script::Of("lo"),
        '\u{f00}'..='\u{fff}' => Script::Of("bo"),
        '\u{1000}'..='\u{109f}' => Script::Of("my"),
        '\u{10a0}'..='\u{10ff}' | '\u{1c90}'..='\u{1cbf}' => Script::Of("ka"),
        '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7a3}' => Script::Of("ko"),
        '\u{1200}'..='\u{139f}' => Script::Ethiopic,
        '\u{1780}'..='\u{17ff}' => Script::Of("km"),
        '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9d}' => Script::Of("ja"),
        '\u{3005}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => Script::Han,
        _ => return None,
    })
}

/// The language of a text in Han characters without kana.
pub fn han(text: &str, own: &[&str]) -> Option<&'static str> {
    let count = |list: &str| text.chars().filter(|letter| list.contains(*letter)).count();
    let (chinese, japanese) = (count(CHINESE), count(JAPANESE));
    let characters = text.chars().filter(|letter| script_of(*letter) == Some(Script::Han)).count();
    match (chinese, japanese) {
        (1.., 0) => return Some("zh"),
        (0, 1..) if characters < HAN_WITHOUT_KANA => return Some("ja"),
        _ if characters >= HAN_WITHOUT_KANA && chinese >= japanese => return Some("zh"),
        (1.., 1..) => return None,
        _ => {}
    }
    match (own.contains(&"zh"), own.contains(&"ja")) {
        (true, false) => Some("zh"),
        (false, true) => Some("ja"),
        _ => None,
    }
}
