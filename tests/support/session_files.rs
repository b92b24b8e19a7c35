//! The folders of a session: its configuration and prompt files, its socket, and what its desktop was asked to open.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::Session;

impl Session {
    /// The session's model under the name `test`, two languages, and Ctrl+Alt+U for upper case. More shortcuts or
    /// tables can be added at its end.
    pub fn config(&self) -> String {
        let address = self.model.base_url();
        format!(
            "model = \"test/tiny\"\nlanguages = [\"en\", \"de\"]\nabout_me = \"of the about me\"\n\n\
             [provider.test]\nkind = \"openai\"\nbase_url = \"{address}\"\napi_key_env = \"TEST_KEY\"\n\
             timeout_seconds = {{ first = 15, silence = 15 }}\n\n\
             [shortcuts]\n\"Ctrl+Alt+U\" = \"upper\"\n"
        )
    }

    pub fn config_file(&self) -> PathBuf {
        self.folder.path().join("config/postil/config.toml")
    }

    /// Saves the configuration as editors do: a new file in place of the old one.
    pub fn configure(&self, config: &str) {
        save(&self.config_file(), config);
    }

    pub fn prompt_file(&self, name: &str) -> PathBuf {
        self.folder.path().join("config/postil/prompts").join(name).with_extension("md")
    }

    pub fn save_prompt(&self, name: &str, prompt: &str) {
        save(&self.prompt_file(name), prompt);
    }

    /// A prompt file that runs a model on the selection, with these further lines in its front matter.
    pub fn save_action(&self, name: &str, front_matter: &str) {
        self.save_prompt(name, &format!("---\n{front_matter}\n---\nDo something with it.\n"));
    }

    /// The folder of the socket.
    pub fn runtime_dir(&self) -> PathBuf {
        self.folder.path().join("run/postil")
    }

    pub fn socket(&self) -> PathBuf {
        self.runtime_dir().join(format!("x11-{}.sock", self.x.display.trim_start_matches(':')))
    }

    /// What the desktop was asked to open, oldest first.
    pub fn opened(&self) -> Vec<String> {
        let log = fs::read_to_string(self.folder.path().join("opened")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }
}

/// Homes and run-time folders as a login makes them, and an `xdg-open` that only writes down what it is given.
pub fn folders() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder for the session");
    for name in ["home", "config/postil/prompts", "state", "run", "bin"] {
        fs::create_dir_all(folder.path().join(name)).expect("a folder");
    }
    let opener = folder.path().join("bin/xdg-open");
    fs::write(&opener, "#!/bin/sh\nprintf '%s\\n' \"$1\" >> \"$OPENED\"\n").expect("a program");
    for (path, mode) in [(folder.path().join("run"), 0o700), (opener, 0o755)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("its mode");
    }
    folder
}

fn save(path: &Path, text: &str) {
    let draft = path.with_extension("draft");
    fs::write(&draft, text).expect("a file");
    fs::rename(draft, path).expect("it takes the place of the old one");
}
