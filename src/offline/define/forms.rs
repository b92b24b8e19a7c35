//! Other ways to write a word: what to look for where the word itself is in no dictionary. Pure.

use rust_stemmers::{Algorithm, Stemmer};

use crate::text::accents::{bare, decomposed, is_accent};
use crate::text::language::Language;

/// A phrase of a dictionary is short; a longer text is none.
const LONGEST_WORD: usize = 80;

/// What stands around a word in a text and is not of it.
fn surrounds(letter: char) -> bool {
    !letter.is_alphanumeric() && !is_accent(letter)
}

/// The word or phrase that a selection is meant for: without quotation marks and full stops around it, a word that was
/// divided at the end of a line whole again. `None`: it has no letters, or is too long to be a headword.
pub fn headword(text: &str) -> Option<String> {
    let undivided = text.replace('\u{ad}', "").replace("-\r\n", "").replace("-\n", "");
    let word = undivided.split_whitespace().collect::<Vec<_>>().join(" ");
    // The apostrophe in front is of the word (`'tween`), as is the full stop of `.22`: the index decides.
    let word = word.trim_matches(surrounds);
    let is_short = word.chars().count() <= LONGEST_WORD;
    (is_short && word.chars().any(char::is_alphanumeric)).then(|| word.to_owned())
}

/// Other spellings of the same word: without its genitive, without accents, with the letters that stand for accents.
pub fn spellings(word: &str) -> Vec<String> {
    let lower = word.to_lowercase().replace('’', "'");
    let replaced = |pairs: &[(&str, &str)]| pairs.iter().fold(lower.clone(), |word, (from, to)| word.replace(from, to));
    let umlauts = [("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")];
    let restored = umlauts.map(|(umlaut, letters)| (letters, umlaut));
    let mut spellings: Vec<String> = Vec::new();
    let candidates = [
        lower.clone(),
        lower.strip_suffix("'s").or(lower.strip_suffix('\'')).unwrap_or(&lower).to_owned(),
        replaced(&[("ss", "ß")]),
        replaced(&restored[..3]),
        replaced(&restored),
        replaced(&umlauts),
        bare(&lower),
        lower.replace('-', " "),
        lower.replace(['-', ' '], ""),
    ];
    for candidate in candidates {
        if candidate != word && !candidate.is_empty() && !spellings.contains(&candidate) {
            spellings.push(candidate);
        }
    }
    spellings
}

/// Letters with accents that people leave out when they type, behind the letter that they type.
const ACCENTED: &[(char, &str)] = &[
    ('a', "áàâäãåą"),
    ('c', "çćč"),
    ('d', "đď"),
    ('e', "éèêëęě"),
    ('g', "ğ"),
    ('i', "íìîïı"),
    ('l', "ł"),
    ('n', "ñńň"),
    ('o', "óòôöõøő"),
    ('r', "ř"),
    ('s', "šśş"),
    ('t', "ť"),
    ('u', "úùûüůű"),
    ('y', "ýÿ"),
    ('z', "žźż"),
];

/// The word with one accent more: `cafe` → `café` and the others that it could be.
pub fn accented(word: &str) -> impl Iterator<Item = String> {
    let letters: Vec<char> = word.to_lowercase().chars().collect();
    (0..letters.len()).flat_map(move |at| {
        let accented = ACCENTED.iter().find(|(plain, _)| *plain == letters[at]).map_or("", |(_, accented)| accented);
        let letters = letters.clone();
        accented.chars().map(move |accented| {
            let mut letters = letters.clone();
            letters[at] = accented;
            letters.into_iter().collect()
        })
    })
}

/// English forms that no rule leads back, each in front of its word.
const IRREGULAR: &str = "am be,is be,are be,was be,were be,been be,has have,had have,does do,did do,done do,went go,gone go,\
    goes go,said say,made make,took take,taken take,came come,saw see,seen see,knew know,known know,got get,gotten get,\
    gave give,given give,found find,thought think,told tell,became become,left leave,felt feel,brought bring,began begin,\
    begun begin,kept keep,held hold,wrote write,written write,stood stand,heard hear,meant mean,met meet,paid pay,ran run,\
    sat sit,spoke speak,spoken speak,lay lie,lain lie,led lead,grew grow,grown grow,lost lose,fell fall,fallen fall,\
    sent send,built build,understood understand,drew draw,drawn draw,broke break,broken break,spent spend,rose rise,\
    risen rise,drove drive,driven drive,bought buy,wore wear,worn wear,chose choose,chosen choose,sought seek,threw throw,\
    thrown throw,caught catch,dealt deal,won win,forgot forget,forgotten forget,sold sell,fought fight,taught teach,\
    ate eat,eaten eat,sang sing,sung sing,swam swim,swum swim,flew fly,flown fly,drank drink,drunk drink,slept sleep,\
    woke wake,woken wake,bore bear,borne bear,bound bind,bit bite,bitten bite,bled bleed,blew blow,blown blow,bred breed,\
    clung cling,crept creep,dug dig,fed feed,fled flee,froze freeze,frozen freeze,ground grind,hung hang,hid hide,\
    hidden hide,knelt kneel,laid lay,lit light,rode ride,ridden ride,rang ring,rung ring,shook shake,shaken shake,\
    shone shine,shot shoot,shrank shrink,shrunk shrink,sank sink,sunk sink,slid slide,spun spin,sprang spring,\
    sprung spring,stole steal,stolen steal,stuck stick,stung sting,stank stink,struck strike,stricken strike,swore swear,\
    sworn swear,swept sweep,swung swing,tore tear,torn tear,trod tread,trodden tread,wept weep,wove weave,woven weave,\
    wound wind,wrung wring,men man,women woman,children child,mice mouse,lice louse,geese goose,feet foot,teeth tooth,\
    oxen ox,people person,dice die,knives knife,wives wife,lives life,leaves leaf,halves half,wolves wolf,shelves shelf,\
    thieves thief,loaves loaf,selves self,better good,best good,worse bad,worst bad,more many,most many,less little,\
    least little,further far,furthest far,farther far,criteria criterion,phenomena phenomenon,data datum,media medium,\
    analyses analysis,crises crisis,theses thesis,hypotheses hypothesis,indices index,matrices matrix,vertices vertex,\
    appendices appendix,bacteria bacterium,curricula curriculum,stimuli stimulus,nuclei nucleus,fungi fungus,cacti cactus";

/// The word that an irregular form is of.
pub fn irregular(word: &str, language: Option<Language>) -> Option<&'static str> {
    if language != Some(Language::ENGLISH) {
        return None;
    }
    let word = word.to_lowercase();
    let pairs = IRREGULAR.split(',').filter_map(|pair| pair.trim().split_once(' '));
    pairs.into_iter().find(|(form, _)| *form == word).map(|(_, base)| base)
}

/// What is left of the forms of a word when their endings are taken away, by the rules of its language.
pub struct Stems(Stemmer);

impl Stems {
    /// `None`: no rules are known for it.
    pub fn of(language: Language) -> Option<Self> {
        let algorithm = match language.code() {
            "ar" => Algorithm::Arabic,
            "da" => Algorithm::Danish,
            "de" => Algorithm::German,
            "el" => Algorithm::Greek,
            "en" => Algorithm::English,
            "es" => Algorithm::Spanish,
            "fi" => Algorithm::Finnish,
            "fr" => Algorithm::French,
            "hu" => Algorithm::Hungarian,
            "it" => Algorithm::Italian,
            "nb" | "nn" | "no" => Algorithm::Norwegian,
            "nl" => Algorithm::Dutch,
            "pt" => Algorithm::Portuguese,
            "ro" => Algorithm::Romanian,
            "ru" => Algorithm::Russian,
            "sv" => Algorithm::Swedish,
            "ta" => Algorithm::Tamil,
            "tr" => Algorithm::Turkish,
            _ => return None,
        };
        Some(Self(Stemmer::create(algorithm)))
    }

    pub fn stem(&self, word: &str) -> String {
        self.0.stem(&word.to_lowercase()).into_owned()
    }

    /// Of `keys`, those that `word` is a form of: with the same stem, the shortest, which is as a rule the one that
    /// dictionaries list.
    pub fn bases(&self, word: &str, keys: impl Iterator<Item = String>) -> Vec<String> {
        let (stem, most) = (self.stem(word), word.chars().count());
        let is_base = |key: &String| !key.contains(' ') && key.chars().count() <= most && self.stem(key) == stem;
        let mut bases: Vec<String> = keys.filter(is_base).collect();
        bases.sort_by_key(|key| key.chars().count());
        bases.dedup();
        let shortest = bases.first().map_or(0, |key| key.chars().count());
        bases.retain(|key| key.chars().count() == shortest);
        bases
    }
}

/// How the keys of the word's other forms begin. The last letter of a stem may be none of theirs (`studi`, `study`).
pub fn common_beginning(word: &str, stem: &str) -> String {
    let (word, stem) = (word.to_lowercase(), decomposed(stem));
    let same = word.chars().zip(stem.chars()).take_while(|(a, b)| a == b).count().saturating_sub(1);
    let beginning: String = word.chars().take(same).collect();
    // A vowel that changes (Häuser, Haus) is not of the beginning: then it is that of the stem.
    match same < SHORTEST_BEGINNING {
        true => stem.chars().take(SHORTEST_BEGINNING).collect(),
        false => beginning,
    }
}

/// Fewer letters are the beginning of half of a dictionary.
const SHORTEST_BEGINNING: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_of_a_selection() {
        for (text, expected) in [
            ("“House”, ", Some("House")),
            ("ad  hoc\n", Some("ad hoc")),
            ("dictio-\nnary.", Some("dictionary")),
            ("well-known", Some("well-known")),
            ("3D", Some("3D")),
            ("…", None),
            ("", None),
        ] {
            assert_eq!(headword(text).as_deref(), expected, "{text:?}");
        }
        assert_eq!(headword(&"x".repeat(81)), None);
    }

    #[test]
    fn spellings_of_a_word() {
        let has = |word: &str, other: &str| assert!(spellings(word).iter().any(|own| own == other), "{word} {other}");
        for (word, other) in [
            ("dog's", "dog"),
            ("dog’s", "dog"),
            ("strasse", "straße"),
            ("Straße", "strasse"),
            ("Haeuser", "häuser"),
            ("Häuser", "haeuser"),
            ("naïve", "naive"),
            ("to-day", "today"),
            ("to-day", "to day"),
        ] {
            has(word, other);
        }
        assert!(spellings("cat").is_empty());
        assert!(accented("cafe").any(|word| word == "café"));
    }

    #[test]
    fn forms_lead_to_their_word() {
        let check = |code: &str, word: &str, keys: &[&str], expected: &[&str]| {
            let stems = Stems::of(Language::from_code(code).unwrap()).unwrap();
            let beginning = common_beginning(word, &stems.stem(word));
            let near = keys.iter().filter(|key| key.starts_with(&beginning)).map(|key| (*key).to_owned());
            assert_eq!(stems.bases(word, near), expected, "{word}");
        };
        check("en", "houses", &["hour", "house", "housed", "housing", "house dog"], &["house"]);
        check("en", "studies", &["stud", "study", "studio", "studying"], &["study"]);
        check("en", "Running", &["rub", "run", "runs", "rung"], &["run"]);
        check("de", "Häusern", &["haus", "hause", "haut"], &["haus"]);
        check("de", "Büchern", &["buch", "bucht"], &["buch"]);
        check("fr", "maisons", &["maison", "maire"], &["maison"]);
        assert_eq!(irregular("Mice", Some(Language::ENGLISH)), Some("mouse"));
        assert_eq!(irregular("goes", Some(Language::ENGLISH)), Some("go"));
        assert_eq!(irregular("mice", None), None);
    }
}
