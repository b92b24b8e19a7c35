//! What `doctor` says of the engines without a model: what they found to work with, and what to install.

use super::finding::{Finding, State};
use crate::offline::survey::{Stock, survey};
use crate::text::language::Language;

/// A finding for each engine that has, or could have, something to work with.
pub fn findings(languages: &[Language]) -> Vec<Finding> {
    survey(languages).into_iter().map(finding).collect()
}

/// Nothing here is missing that the program promises: less is found with less, and the rest works.
fn finding(stock: Stock) -> Finding {
    let Stock { name, mut found, troubles, packages } = stock;
    let state = if troubles.is_empty() && packages.is_empty() { State::Ok } else { State::Limited };
    found.extend(troubles);
    let found = if found.is_empty() { "none found for your languages".to_owned() } else { found.join(", ") };
    let advice = match packages.is_empty() {
        true => String::new(),
        false => format!("install {} (as Debian calls them) to work without a model", packages.join(", ")),
    };
    Finding { state, ..Finding::limited(name, found, advice) }.how("the folders in which systems keep such data")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_by_its_package() {
        let stock = |found: &[&str], packages: &[&str]| Stock {
            name: "dictionaries",
            found: found.iter().map(|one| (*one).to_owned()).collect(),
            troubles: Vec::new(),
            packages: packages.iter().map(|one| (*one).to_owned()).collect(),
        };
        let partly = finding(stock(&["WordNet"], &["dict-freedict-deu-eng"]));
        assert!(partly.state == State::Limited && partly.found == "WordNet");
        assert_eq!(partly.advice, "install dict-freedict-deu-eng (as Debian calls them) to work without a model");
        let all = finding(stock(&["WordNet", "GCIDE"], &[]));
        assert!(all.state == State::Ok && all.found == "WordNet, GCIDE" && all.advice.is_empty());
        assert_eq!(finding(stock(&[], &["dict-wn"])).found, "none found for your languages");
    }
}
