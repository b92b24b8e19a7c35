//! Which of Debian's packages bring what an offline engine works with. Pure: names by languages, nothing is looked for.
//!
//! Other systems have the same data by names that differ little; a name that one can search for is better than none.

use crate::text::language::Language;

/// `dict-freedict-…`, of Debian 13.
const FREEDICT: &str = "\
    afr-deu afr-eng ara-eng bre-fra ces-eng ckb-kmr cym-eng dan-eng deu-bul deu-ell deu-eng deu-fin deu-fra deu-ind \
    deu-ita deu-kur deu-nld deu-pol deu-por deu-rus deu-spa deu-swe deu-tur ell-bul ell-eng ell-fin ell-fra ell-ind \
    ell-ita ell-jpn ell-lat ell-lit ell-nld ell-nor ell-pol ell-por ell-rus ell-spa ell-swe eng-afr eng-ara eng-bul \
    eng-ces eng-cym eng-dan eng-deu eng-ell eng-fin eng-fra eng-gle eng-hin eng-hrv eng-hun eng-ind eng-ita eng-jpn \
    eng-lat eng-lit eng-nld eng-nor eng-pol eng-por eng-rom eng-rus eng-spa eng-srp eng-swe eng-swh eng-tur epo-eng \
    fin-bul fin-deu fin-ell fin-eng fin-fra fin-ind fin-ita fin-jpn fin-lat fin-lit fin-nld fin-nor fin-pol fin-por \
    fin-swe fra-bre fra-bul fra-deu fra-ell fra-eng fra-fin fra-ita fra-jpn fra-lat fra-lit fra-nld fra-pol fra-por \
    fra-rus fra-spa fra-swe fra-tur gla-deu gle-eng gle-pol hrv-eng hun-eng isl-eng ita-bul ita-deu ita-ell ita-eng \
    ita-fin ita-ind ita-jpn ita-lit ita-nor ita-pol ita-por ita-rus ita-spa ita-swe ita-tur jpn-deu jpn-eng jpn-fra \
    jpn-rus kha-deu kha-eng kur-deu kur-eng kur-tur lat-deu lat-eng lit-eng mkd-bul nld-bul nld-deu nld-ell nld-eng \
    nld-fin nld-fra nld-ind nld-ita nld-lat nld-lit nld-pol nld-por nld-rus nld-spa nld-swe nno-nob oci-cat pol-bul \
    pol-deu pol-ell pol-eng pol-fin pol-fra pol-gle pol-ind pol-ita pol-jpn pol-nld pol-nor pol-por pol-rus pol-spa \
    pol-swe pol-tur por-deu por-eng por-fra por-spa san-deu slk-eng slv-eng spa-ast spa-deu spa-eng spa-por srp-eng \
    swe-bul swe-deu swe-ell swe-eng swe-fin swe-fra swe-ita swe-jpn swe-lat swe-nld swe-nor swe-pol swe-por swe-rus \
    swe-spa swe-tur swh-eng swh-pol tur-deu tur-eng wol-fra";

/// `apertium-…`: language pairs, both directions of most of them.
const APERTIUM: &str = "\
    afr-nld arg-cat bel-rus br-fr cat-ita cat-srd dan-nor en-gl eng-cat eng-spa eo-ca eo-en eo-es eo-fr es-gl es-pt \
    es-ro eu-en eu-es fr-es fra-cat fra-frp hbs-eng hbs-mkd hbs-slv ind-zlm isl-eng isl-swe mkd-bul mkd-eng nno-nob \
    oc-ca oc-es oci-fra pol-szl por-cat pt-gl rus-ukr spa-arg spa-ast spa-cat spa-ita srd-ita swe-dan swe-nor urd-hin";

/// `hunspell-…` of these codes.
const HUNSPELL: &str = "af an ar be bg bn bo br bs ca cs da dz el es eu fr gd gl gu he hi hr hu id is it kk ko lo lt lv ml \
    mn ne nl no oc pl ro ru si sk sl sr sv sw te th tr uk uz vi";

/// Spelling dictionaries whose package is not called `hunspell-` and the language's code.
const SPELLING: &[(&str, &str)] = &[
    ("de", "hunspell-de-de"),
    ("en", "hunspell-en-us"),
    ("pt", "hunspell-pt-pt"),
    ("ku", "hunspell-kmr"),
    ("gn", "hunspell-gug"),
    ("nb", "hunspell-no"),
    ("nn", "hunspell-no"),
    ("eo", "myspell-eo"),
    ("et", "myspell-et"),
    ("fa", "myspell-fa"),
    ("fo", "myspell-fo"),
    ("ga", "myspell-ga"),
    ("gv", "myspell-gv"),
    ("hy", "myspell-hy"),
    ("sq", "myspell-sq"),
    ("tl", "myspell-tl"),
];

/// Dictionaries for somebody with these languages: English explained, and each pair of them in both directions.
pub fn dictionaries(languages: &[Language]) -> Vec<String> {
    let english = languages.contains(&Language::ENGLISH).then(|| "dict-wn".to_owned());
    let pairs = languages.iter().flat_map(|from| languages.iter().map(move |to| (*from, *to)));
    let named = pairs.filter(|(from, to)| from != to).filter_map(|(from, to)| {
        let pair = format!("{}-{}", from.three_letters()?, to.three_letters()?);
        FREEDICT.split_whitespace().any(|known| known == pair).then(|| format!("dict-freedict-{pair}"))
    });
    english.into_iter().chain(named).collect()
}

/// The spelling dictionary of a language.
pub fn spelling(language: Language) -> Option<String> {
    let code = language.code();
    match SPELLING.iter().find(|(own, _)| *own == code) {
        Some((_, package)) => Some((*package).to_owned()),
        None => HUNSPELL.split_whitespace().any(|known| known == code).then(|| format!("hunspell-{code}")),
    }
}

/// What translates `from` one language `to` another.
pub fn translator(from: Language, to: Language) -> Option<String> {
    let is = |code: &str, language: Language| {
        code == language.code() || Language::from_three_letters(code) == Some(language)
    };
    let pair = APERTIUM.split_whitespace().find(|pair| {
        let sides = pair.split_once('-');
        sides.is_some_and(|(one, other)| (is(one, from) && is(other, to)) || (is(one, to) && is(other, from)))
    });
    pair.map(|pair| format!("apertium-{pair}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(code: &str) -> Language {
        Language::from_code(code).unwrap()
    }

    #[test]
    fn dictionaries_are_for_the_users_own_pairs() {
        let check = |codes: &str, expected: &[&str]| {
            let languages: Vec<_> = codes.split(' ').map(language).collect();
            assert_eq!(dictionaries(&languages), expected, "{codes}");
        };
        check("en de", &["dict-wn", "dict-freedict-eng-deu", "dict-freedict-deu-eng"]);
        check("fr de", &["dict-freedict-fra-deu", "dict-freedict-deu-fra"]);
        check("en", &["dict-wn"]);
        check("et", &[]);
    }

    #[test]
    fn spelling_and_translation() {
        for (code, package) in
            [("de", Some("hunspell-de-de")), ("fr", Some("hunspell-fr")), ("eo", Some("myspell-eo")), ("ja", None)]
        {
            assert_eq!(spelling(language(code)).as_deref(), package);
        }
        for (from, to, package) in [
            ("es", "ca", Some("apertium-spa-cat")),
            ("ca", "es", Some("apertium-spa-cat")),
            ("en", "eo", Some("apertium-eo-en")),
            ("en", "de", None),
        ] {
            assert_eq!(translator(language(from), language(to)).as_deref(), package, "{from} {to}");
        }
    }
}
