//! The name of a process's program.

use std::fs;

/// By its file, else by what the system calls it: other users' files are not told. `None` where it has ended.
pub fn name(process: u32) -> Option<String> {
    let file = fs::read_link(format!("/proc/{process}/exe")).ok();
    let file = file.and_then(|file| Some(file.file_name()?.to_str()?.to_owned()));
    let name = file.or_else(|| fs::read_to_string(format!("/proc/{process}/comm")).ok())?;
    Some(own_name(name.trim()).to_owned())
}

/// Without what is put around it: by the system where the file was replaced meanwhile, and by NixOS.
fn own_name(name: &str) -> &str {
    let name = name.strip_suffix(" (deleted)").unwrap_or(name);
    match name.strip_prefix('.').and_then(|name| name.strip_suffix("-wrapped")) {
        Some(wrapped) => wrapped,
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_has_its_own_name() {
        assert_eq!(own_name("sway"), "sway");
        assert_eq!(own_name("sway (deleted)"), "sway");
        assert_eq!(own_name(".Hyprland-wrapped"), "Hyprland");
        assert_eq!(name(std::process::id()).map(|name| name.is_empty()), Some(false));
        assert_eq!(name(u32::MAX), None);
    }
}
