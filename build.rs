//! Makes the list of known misspellings that `offline/fix` reads, as one text: `typos-dict` as a table of references would
//! be memory that every process has to touch when it starts.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    #[cfg(feature = "harper")]
    misspellings()?;
    Ok(())
}

/// Sorted lines of a misspelling and what it can only have been meant as.
#[cfg(feature = "harper")]
fn misspellings() -> Result<(), Box<dyn std::error::Error>> {
    let certain = typos_dict::WORD.map.entries().filter_map(|(wrong, right)| match right {
        [right] => Some(format!("{} {right}\n", wrong.into_inner().to_lowercase())),
        _ => None,
    });
    let mut lines: Vec<String> = certain.collect();
    lines.sort_unstable_by(|one, other| one.split(' ').next().cmp(&other.split(' ').next()));
    let folder = std::env::var_os("OUT_DIR").ok_or("cargo names no folder")?;
    Ok(std::fs::write(std::path::Path::new(&folder).join("misspellings.txt"), lines.concat())?)
}
