//! Where things stand on this system: the configuration, the state, the socket.
//!
//! The environment is passed in; nothing here touches the disk.

use std::path::{Path, PathBuf};

/// Asks for a variable of the environment.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The environment of this process.
pub fn process_env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

const NAME: &str = "postil";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    pub config_file: PathBuf,
    /// The user's own prompt files.
    pub prompts_dir: PathBuf,
    /// What has to last, but is not the user's own writing.
    pub state_dir: PathBuf,
    /// For sockets, this user's alone; not every session has one.
    pub runtime_dir: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathsError {
    #[error("no home directory: set {0}")]
    NoHome(&'static str),
}

impl Paths {
    /// `POSTIL_CONFIG` names a file that ends in `.toml`, or else the folder in which `config.toml` stands.
    pub fn from_env(env: Env<'_>) -> Result<Self, PathsError> {
        let base = base_dirs(env)?;
        let config_file = match env("POSTIL_CONFIG").map(PathBuf::from) {
            Some(file) if file.extension().is_some_and(|extension| extension == "toml") => file,
            Some(folder) => folder.join("config.toml"),
            None => base.config.join(NAME).join("config.toml"),
        };
        let folder = config_file.parent().unwrap_or(Path::new("."));
        Ok(Self {
            prompts_dir: folder.join("prompts"),
            config_file,
            state_dir: base.state.join(NAME),
            runtime_dir: base.runtime.map(|runtime| runtime.join(NAME)),
        })
    }

    /// Where `config.toml` and `prompts/` stand.
    pub fn config_dir(&self) -> &Path {
        self.config_file.parent().unwrap_or(Path::new("."))
    }

    /// A table of models newer than the shipped one, if the user has given one.
    pub fn models_file(&self) -> PathBuf {
        self.state_dir.join("models.tsv")
    }

    /// Copies of the files that were last read without a mistake.
    pub fn last_good_dir(&self) -> PathBuf {
        self.state_dir.join("last-good")
    }
}

struct BaseDirs {
    config: PathBuf,
    state: PathBuf,
    runtime: Option<PathBuf>,
}

/// <https://specifications.freedesktop.org/basedir-spec/latest/>: a relative path is to be ignored.
#[cfg(not(any(target_os = "macos", target_os = "windows")))]
fn base_dirs(env: Env<'_>) -> Result<BaseDirs, PathsError> {
    let home = absolute(env, "HOME").or_else(std::env::home_dir).ok_or(PathsError::NoHome("HOME"))?;
    Ok(BaseDirs {
        config: absolute(env, "XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config")),
        state: absolute(env, "XDG_STATE_HOME").unwrap_or_else(|| home.join(".local/state")),
        runtime: absolute(env, "XDG_RUNTIME_DIR"),
    })
}

#[cfg(target_os = "macos")]
fn base_dirs(env: Env<'_>) -> Result<BaseDirs, PathsError> {
    let home = absolute(env, "HOME").or_else(std::env::home_dir).ok_or(PathsError::NoHome("HOME"))?;
    let support = home.join("Library/Application Support");
    Ok(BaseDirs { config: support.clone(), state: support, runtime: absolute(env, "TMPDIR") })
}

#[cfg(target_os = "windows")]
fn base_dirs(env: Env<'_>) -> Result<BaseDirs, PathsError> {
    let config = absolute(env, "APPDATA").ok_or(PathsError::NoHome("APPDATA"))?;
    let state = absolute(env, "LOCALAPPDATA").unwrap_or_else(|| config.clone());
    Ok(BaseDirs { config, state, runtime: None })
}

fn absolute(env: Env<'_>, name: &str) -> Option<PathBuf> {
    env(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], config: &str, state: &str, runtime: Option<&str>) {
        let env = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string());
        let paths = Paths::from_env(&env).unwrap();
        assert_eq!(paths.config_file.to_str(), Some(config));
        assert_eq!(paths.state_dir.to_str(), Some(state));
        assert_eq!(paths.runtime_dir.as_deref(), runtime.map(Path::new));
    }

    #[test]
    fn the_base_directories_are_followed() {
        check(&[("HOME", "/h")], "/h/.config/postil/config.toml", "/h/.local/state/postil", None);
        let xdg = [("HOME", "/h"), ("XDG_CONFIG_HOME", "/c"), ("XDG_STATE_HOME", "/s"), ("XDG_RUNTIME_DIR", "/r")];
        check(&xdg, "/c/postil/config.toml", "/s/postil", Some("/r/postil"));
        check(
            &[("HOME", "/h"), ("XDG_CONFIG_HOME", "c")],
            "/h/.config/postil/config.toml",
            "/h/.local/state/postil",
            None,
        );
    }

    #[test]
    fn the_users_word_comes_first() {
        check(&[("HOME", "/h"), ("POSTIL_CONFIG", "/x/my.toml")], "/x/my.toml", "/h/.local/state/postil", None);
        check(&[("HOME", "/h"), ("POSTIL_CONFIG", "/x")], "/x/config.toml", "/h/.local/state/postil", None);
    }
}
