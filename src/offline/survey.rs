//! What the engines without a model find on this machine, for the user's languages, and which packages would bring more.

use crate::text::language::Language;

/// What one engine works with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stock {
    /// As the user calls it: `dictionaries`.
    pub name: &'static str,
    pub found: Vec<String>,
    /// What is there and cannot be used, each with its reason.
    pub troubles: Vec<String>,
    /// Debian's packages for what is missing.
    pub packages: Vec<String>,
}

/// What each engine of this build has to work with.
pub fn survey(languages: &[Language]) -> Vec<Stock> {
    let mut stocks = Vec::new();
    #[cfg(feature = "define")]
    stocks.push(dictionaries(languages));
    #[cfg(feature = "spell")]
    stocks.push(spelling(languages));
    #[cfg(feature = "apertium")]
    stocks.push(translation(languages));
    // A build without any of them asks nothing of it.
    let _ = languages;
    stocks.retain(|stock: &Stock| !(stock.found.is_empty() && stock.troubles.is_empty() && stock.packages.is_empty()));
    stocks
}

#[cfg(feature = "define")]
fn dictionaries(languages: &[Language]) -> Stock {
    use super::{data_folders, define, packages};
    let installed = define::installed(&data_folders::folders(define::FOLDER));
    let is_missing = |package: &String| !installed.iter().any(|one| format!("dict-{}", one.name) == *package);
    let of_package = installed.iter().filter(|one| one.trouble.is_none());
    let troubles = installed.iter().filter_map(|one| Some(format!("{}: {}", one.title, one.trouble.as_ref()?)));
    Stock {
        name: "dictionaries",
        found: of_package.map(|one| one.title.clone()).collect(),
        troubles: troubles.collect(),
        packages: packages::dictionaries(languages).into_iter().filter(is_missing).collect(),
    }
}

#[cfg(feature = "spell")]
fn spelling(languages: &[Language]) -> Stock {
    use super::{packages, spell};
    let installed = |language: &Language| spell::installed(*language);
    let missing = languages.iter().filter(|language| installed(language).is_empty());
    Stock {
        name: "spelling",
        found: languages.iter().flat_map(installed).collect(),
        troubles: Vec::new(),
        packages: missing.filter_map(|language| packages::spelling(*language)).collect(),
    }
}

#[cfg(feature = "apertium")]
fn translation(languages: &[Language]) -> Stock {
    use super::{apertium, packages};
    let installed = apertium::installed();
    let is_there = |from: Language, to: Language| installed.iter().any(|one| (one.from, one.to) == (from, to));
    let pairs = languages.iter().flat_map(|from| languages.iter().map(move |to| (*from, *to)));
    let missing = pairs.filter(|(from, to)| from != to && !is_there(*from, *to));
    let mut packages: Vec<_> = missing.filter_map(|(from, to)| packages::translator(from, to)).collect();
    packages.sort();
    packages.dedup();
    let troubles =
        installed.iter().filter_map(|one| Some(format!("{}: {} is missing", one.title, one.missing.as_ref()?)));
    Stock {
        name: "translation",
        found: installed.iter().filter(|one| one.missing.is_none()).map(|one| one.title.clone()).collect(),
        troubles: troubles.collect(),
        packages,
    }
}
