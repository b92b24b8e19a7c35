//! Makes the list of known misspellings that `offline/fix` reads, as one text: `typos-dict` as a table of references would
//! be memory that every process has to touch when it starts. And has the linker write addresses small.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    if can_pack_relocations() {
        // A megabyte less of the program, and of what each start reads (DT_RELR of the System V ABI).
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    #[cfg(feature = "harper")]
    misspellings()?;
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
