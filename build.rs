//! Makes what `offline/fix` reads: harper's dictionary and the list of known misspellings, as finite state transducers; and
//! what `text/tokens` unpacks, the merges of OpenAI's tokenizers. And has the linker write addresses small.
//!
//! Tables of references would be memory that every process has to touch when it starts, and harper needs a second and a
//! hundred megabytes to unfold its dictionary; these are read where they lie.

#[cfg(feature = "harper")]
#[path = "src/offline/fix/mend/flags.rs"]
mod flags;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    if can_pack_relocations() {
        // A megabyte less of the program, and of what each start reads (DT_RELR of the System V ABI).
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    #[cfg(feature = "harper")]
    {
        println!("cargo:rerun-if-changed=src/offline/fix/mend/flags.rs");
        let folder = std::env::var_os("OUT_DIR").ok_or("cargo names no folder")?;
        english::write(std::path::Path::new(&folder))?;
    }
    #[cfg(feature = "tokens")]
    {
        let folder = std::env::var_os("OUT_DIR").ok_or("cargo names no folder")?;
        tokens::write(std::path::Path::new(&folder))?;
    }
    Ok(())
}

/// glibc from 2.36 on reads them; what is built on an older system would not start there.
fn can_pack_relocations() -> bool {
    let is_glibc = ["CARGO_CFG_TARGET_OS", "CARGO_CFG_TARGET_ENV"].map(|key| std::env::var(key).unwrap_or_default());
    let is_for_here =
        std::env::var("TARGET").is_ok_and(|target| std::env::var("HOST").is_ok_and(|host| host == target));
    let asked = std::process::Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let version = asked.map(|asked| String::from_utf8_lossy(&asked.stdout).trim().to_owned()).unwrap_or_default();
    let newer =
        version.strip_prefix("glibc 2.").and_then(|minor| minor.parse::<u32>().ok()).is_some_and(|minor| minor >= 36);
    is_glibc == ["linux", "gnu"] && is_for_here && newer
}

#[cfg(feature = "harper")]
mod english {
    use std::collections::{BTreeMap, BTreeSet, HashMap};
    use std::error::Error;
    use std::fs;
    use std::path::Path;

    use harper_core::spell::{Dictionary, MutableDictionary};
    use harper_core::{Dialect, DictWordMetadata};

    use super::flags;

    /// Of a word with as many known misspellings we say that everybody knows it: what is misspelt often is written often.
    const OFTEN: usize = 3;

    /// `words.fst`, from small letters to [`flags`]; `misspellings.fst`, from a misspelling to what it was meant as: its
    /// place in `corrections.txt`, a bit that is set where it may have been another, and in the last byte its length.
    pub fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
        let meant = misspellings();
        let mut misspelt: HashMap<&str, usize> = HashMap::new();
        meant.values().for_each(|(right, _)| *misspelt.entry(right).or_default() += 1);
        let often = |word: &str| misspelt.get(word).is_some_and(|count| *count >= OFTEN);
        let dictionary = MutableDictionary::curated();
        let words: BTreeSet<String> =
            dictionary.words_iter().map(|word| word.iter().collect::<String>().to_lowercase()).collect();
        let flags = words.iter().filter_map(|word| {
            let known = dictionary.get_word_metadata_str(word)?;
            let exact = dictionary.contains_exact_word_str(word);
            Some((word, of(&known) | bit(!exact, flags::NAME) | bit(often(word), flags::COMMON)))
        });
        fs::write(folder.join("words.fst"), fst::Map::from_iter(flags)?.as_fst().as_bytes())?;
        let mut corrections = String::new();
        let mut places: HashMap<&str, u64> = HashMap::new();
        for (right, _) in meant.values() {
            places.entry(right).or_insert_with(|| {
                let place = (corrections.len() as u64) << 9 | right.len() as u64;
                corrections.push_str(right);
                place
            });
        }
        let placed =
            meant.iter().map(|(wrong, (right, sure))| (wrong, places[right.as_str()] | if *sure { 0 } else { 1 << 8 }));
        fs::write(folder.join("misspellings.fst"), fst::Map::from_iter(placed)?.as_fst().as_bytes())?;
        Ok(fs::write(folder.join("corrections.txt"), corrections)?)
    }

    /// What each misspelling of typos-dict was meant as, and whether surely: it has one correction alone, or is a slip of
    /// one of them alone.
    fn misspellings() -> BTreeMap<String, (String, bool)> {
        let entries = typos_dict::WORD.map.entries();
        let meant = entries.filter_map(|(wrong, right)| {
            let wrong = wrong.into_inner().to_lowercase();
            let (first, others) = right.split_first()?;
            let mut slips = right.iter().filter(|right| is_slip(&wrong, right));
            let meant = match (slips.next(), slips.next()) {
                _ if others.is_empty() => (*first, true),
                (Some(slip), None) => (*slip, true),
                _ => (*first, false),
            };
            Some((wrong, (meant.0.to_owned(), meant.1)))
        });
        meant.collect()
    }

    /// Whether `wrong` is `right` with a letter left out, one too many, or two swapped, and not at its first letter.
    fn is_slip(wrong: &str, right: &str) -> bool {
        let (wrong, right): (Vec<char>, Vec<char>) = (wrong.chars().collect(), right.chars().collect());
        let without = |word: &[char], at: usize| [&word[..at], &word[at + 1..]].concat();
        let swapped = |at: usize| {
            let mut word = right.clone();
            word.swap(at, at + 1);
            word == wrong
        };
        wrong.len() >= 5
            && ((1..right.len()).any(|at| without(&right, at) == wrong)
                || (1..wrong.len()).any(|at| without(&wrong, at) == right)
                || (1..right.len().saturating_sub(1)).any(swapped))
    }

    fn of(known: &DictWordMetadata) -> u64 {
        let function = known.is_pronoun() || known.is_determiner() || known.is_conjunction() || known.preposition;
        let at_home = |dialect| known.dialects.is_dialect_enabled(dialect);
        bit(known.is_noun(), flags::NOUN)
            | bit(known.is_plural_noun(), flags::PLURAL)
            | bit(known.is_mass_noun_only(), flags::MASS)
            | bit(known.is_adjective(), flags::ADJECTIVE)
            | bit(known.is_comparative_adjective(), flags::COMPARATIVE)
            | bit(known.is_adverb(), flags::ADVERB)
            | bit(known.is_verb_lemma(), flags::VERB)
            | bit(known.is_verb_third_person_singular_present_form(), flags::VERB_OF_ONE)
            | bit(known.is_verb_past_form(), flags::PAST)
            | bit(known.is_verb_past_form() || known.is_verb_past_participle_form(), flags::PARTICIPLE)
            | bit(known.is_verb_progressive_form(), flags::PROGRESSIVE)
            | bit(function, flags::FUNCTION)
            | bit(at_home(Dialect::American), flags::AMERICAN)
            | bit(at_home(Dialect::British), flags::BRITISH)
            | bit(known.common && !is_inflected(known), flags::COMMON)
    }

    /// Forms of everyday words (`discoing`) are no everyday words.
    fn is_inflected(known: &DictWordMetadata) -> bool {
        known.is_verb_past_form()
            || known.is_verb_progressive_form()
            || known.is_verb_third_person_singular_present_form()
    }

    fn bit(set: bool, bit: u64) -> u64 {
        if set { bit } else { 0 }
    }
}

#[cfg(feature = "tokens")]
mod tokens {
    use std::collections::HashMap;
    use std::error::Error;
    use std::fs;
    use std::path::Path;

    use tiktoken_rs::CoreBPE;

    /// The first tokens are the bytes.
    const BYTES: usize = 256;

    /// `o200k.z` and `cl100k.z`.
    pub fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
        const SMALLEST: u8 = 10;
        for (name, encoding) in [("o200k.z", tiktoken_rs::o200k_base()?), ("cl100k.z", tiktoken_rs::cl100k_base()?)] {
            let table = merges(&vocabulary(&encoding))?;
            fs::write(folder.join(name), miniz_oxide::deflate::compress_to_vec_zlib(&table, SMALLEST))?;
        }
        Ok(())
    }

    /// The bytes of each token, by its number.
    fn vocabulary(encoding: &CoreBPE) -> Vec<Vec<u8>> {
        (0..).map_while(|token| encoding.decode_bytes(&[token]).ok()).collect()
    }

    /// The number of each byte; then of which two tokens each other one is made: the low bytes of all left ones, their
    /// middle bytes, their high bytes, and the same of the right ones, as that packs best.
    ///
    /// A token is what the encoding makes of its own bytes when it may use the tokens before it alone. So the two of its
    /// last merge are the only ones that ever merge into it, and the bytes need not be known.
    fn merges(vocabulary: &[Vec<u8>]) -> Result<Vec<u8>, Box<dyn Error>> {
        let numbers: HashMap<&[u8], usize> = vocabulary.iter().map(Vec::as_slice).zip(0..).collect();
        let mut table = Vec::new();
        for byte in 0..=u8::MAX {
            table.push(u8::try_from(*numbers.get(&[byte][..]).ok_or("a byte is no token")?)?);
        }
        let mut pairs = Vec::new();
        for (number, token) in vocabulary.iter().enumerate().skip(BYTES) {
            pairs.push(last_merge(token, number, &numbers).ok_or_else(|| format!("token {number} is never made"))?);
        }
        for of in [|pair: &(usize, usize)| pair.0, |pair: &(usize, usize)| pair.1] {
            for shift in [0, 8, 16] {
                table.extend(pairs.iter().map(|pair| (of(pair) >> shift) as u8));
            }
        }
        Ok(table)
    }

    fn last_merge(token: &[u8], number: usize, numbers: &HashMap<&[u8], usize>) -> Option<(usize, usize)> {
        let mut cuts: Vec<usize> = (0..=token.len()).collect();
        while cuts.len() > 3 {
            let merged = cuts.windows(3).map(|ends| numbers.get(&token[ends[0]..ends[2]]).copied()).zip(1..);
            let earlier = merged.filter_map(|(merged, cut)| Some((merged.filter(|merged| *merged < number)?, cut)));
            cuts.remove(earlier.min()?.1);
        }
        let [start, middle, end] = cuts[..] else { return None };
        Some((*numbers.get(&token[start..middle])?, *numbers.get(&token[middle..end])?))
    }
}
