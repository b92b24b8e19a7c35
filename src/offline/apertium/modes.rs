//! Apertium's translation pairs that are installed: a file for each direction, which is a line of programs in a pipe.

use std::path::{Path, PathBuf};

use crate::text::language::Language;

/// Mode files are a line of some hundred letters.
const LARGEST: u64 = 64 << 10;

/// A direction that can be translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mode {
    /// As `apertium` takes it: `spa-cat_valencia`.
    pub name: String,
    pub from: Language,
    pub to: Language,
    /// The folder in which `modes` stands, as `apertium -d` takes it.
    pub data: PathBuf,
    file: PathBuf,
}

impl Mode {
    /// The directions in these folders; of several variants of a language its usual one first.
    pub fn installed(folders: &[PathBuf]) -> Vec<Self> {
        let mut modes: Vec<Self> = Vec::new();
        for folder in folders {
            let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let mut here: Vec<_> = files.filter_map(|file| Self::at(&file.path())).collect();
            here.sort_by(|a, b| (a.name.len(), &a.name).cmp(&(b.name.len(), &b.name)));
            for mode in here {
                if !modes.iter().any(|other| (other.from, other.to) == (mode.from, mode.to)) {
                    modes.push(mode);
                }
            }
        }
        modes
    }

    fn at(file: &Path) -> Option<Self> {
        if file.extension()? != "mode" {
            return None;
        }
        let name = file.file_stem()?.to_str()?.to_owned();
        let (from, to) = name.split_once('-')?;
        // Steps of a translation, for those who make the pair, are modes with more parts.
        let (from, to) = (language(from)?, language(to)?);
        let data = file.parent()?.parent()?.to_owned();
        Some(Self { name, from, to, data, file: file.to_owned() })
    }

    /// The programs that it starts: pairs forget to ask for some of them.
    pub fn programs(&self) -> Vec<String> {
        let is_fit = std::fs::metadata(&self.file).is_ok_and(|about| about.is_file() && about.len() <= LARGEST);
        let line = if is_fit { std::fs::read_to_string(&self.file).unwrap_or_default() } else { String::new() };
        let programs = line.split('|').filter_map(|stage| stage.split_whitespace().next());
        programs.map(|program| program.trim_matches(['\'', '"']).to_owned()).collect()
    }
}

/// By two or three letters; what comes after `_` is a variant.
fn language(code: &str) -> Option<Language> {
    let code = code.split('_').next().unwrap_or_default();
    match code.len() {
        2 => Language::from_code(code),
        _ => Language::from_three_letters(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_told_by_the_files_names() {
        let folder = tempfile::tempdir().unwrap();
        let modes = folder.path().join("modes");
        std::fs::create_dir(&modes).unwrap();
        for name in ["spa-cat_valencia", "spa-cat", "es-pt", "spa-cat-morph", "README"] {
            std::fs::write(modes.join(format!("{name}.mode")), "lt-proc -w 'a b' | \"cg-proc\" x|apertium-tagger $2")
                .unwrap();
        }
        let installed = Mode::installed(&[modes.clone(), folder.path().join("absent")]);
        let named: Vec<_> =
            installed.iter().map(|mode| (mode.name.as_str(), mode.from.code(), mode.to.code())).collect();
        assert_eq!(named, [("es-pt", "es", "pt"), ("spa-cat", "es", "ca")]);
        assert_eq!(installed[0].programs(), ["lt-proc", "cg-proc", "apertium-tagger"]);
        assert_eq!(installed[0].data, folder.path());
    }
}
