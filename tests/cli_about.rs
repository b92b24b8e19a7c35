//! The commands that tell of the program itself: actions, configuration, models, state, completions, manual, setup.

#[path = "support/command.rs"]
mod command;
#[path = "support/server.rs"]
mod server;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use command::{Home, finish, is_installed};
use serde_json::json;
use server::{Answer, Server};

const NO_DAEMON: &str = "postil: no postil daemon runs in this session; start it with `postil`\n";

#[test]
fn every_command_has_help_with_an_example() {
    let home = Home::new();
    let help = home.run(&["--help"]);
    assert_eq!(help.code, Some(0));
    let commands =
        help.stdout.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<_> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.len() > 18, "{commands:?}");
    for command in commands {
        let done = home.run(&[command, "--help"]);
        assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{command}");
        assert!(done.stdout.contains("\nExample"), "{command} has no example");
    }
}

#[test]
fn what_there_is_not_is_wrong_use() {
    for arguments in [&["foo"][..], &["run"], &["config"], &["actions", "--bindings", "windows"], &["--foo"]] {
        let done = Home::new().run(arguments);
        assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(done.stderr.contains("Usage:") || done.stderr.contains("--help"), "{}", done.stderr);
    }
}

#[test]
fn actions_are_listed() {
    let home = Home::new();
    home.write(".config/postil/prompts/mine.md", "---\nname: Mine\nshortcut: Ctrl+Alt+M\nto: [copy]\n---\nDo it.\n");
    let table = home.run(&["actions"]);
    let line = |name: &str| table.stdout.lines().find(|line| line.split(' ').next() == Some(name)).unwrap().to_owned();
    let file = home.path(".config/postil/prompts/mine.md").display().to_string();
    assert_eq!(
        line("mine").split_whitespace().collect::<Vec<_>>(),
        ["mine", "Ctrl+Alt+M", "selection,clipboard", "copy", "auto", &file]
    );
    assert!(line("upper").ends_with("shipped"));
    let actions = home.run(&["actions", "--json"]).json();
    let translate = actions.as_array().unwrap().iter().find(|action| action["name"] == "translate").unwrap();
    assert_eq!(translate["shortcuts"], json!(["Ctrl+Alt+Y"]));
    assert_eq!(translate["file"], json!(null));
}

#[test]
fn bindings_are_lines_to_paste() {
    let home = Home::new();
    let check = |desktop: &str, line: &str| {
        let done = home.run(&["actions", "--bindings", desktop]);
        assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
        assert!(done.stdout.contains(line), "{}", done.stdout);
    };
    check("sway", "bindsym --to-code Ctrl+Mod1+y exec postil trigger translate\n");
    check("i3", "bindsym Ctrl+Mod1+y exec --no-startup-id postil trigger translate\n");
    check("hyprland", "bind = CTRL ALT, y, exec, postil trigger translate\n");
    check("niri", "Ctrl+Alt+y { spawn \"postil\" \"trigger\" \"translate\"; }\n");
    check("kde", "): postil trigger translate\n");
    check("gnome", " command 'postil trigger translate'\n");
}

/// The lines for GNOME are run by a real shell, with a `gsettings` that keeps the list in a file.
#[test]
fn gnomes_lines_keep_the_users_own_and_can_be_run_twice() {
    let home = Home::new();
    let double = "#!/bin/sh\ncase \"$1 $3\" in\n'get custom-keybindings') cat \"$HOME/list\" ;;\n\
                  'set custom-keybindings') printf '%s\\n' \"$4\" > \"$HOME/list\" ;;\n*) printf '%s\\n' \"$*\" >> \"$HOME/log\" ;;\nesac\n";
    home.write("bin/gsettings", double);
    std::fs::set_permissions(home.path("bin/gsettings"), std::fs::Permissions::from_mode(0o755)).unwrap();
    home.write("lines.sh", &home.run(&["actions", "--bindings", "gnome"]).stdout);
    let path = format!("{}:{}", home.path("bin").display(), std::env::var("PATH").unwrap());
    let run = || {
        let lines = home.path("lines.sh");
        let shell = home.other("sh", &["-eu", lines.to_str().unwrap()]).env("PATH", &path).spawn().unwrap();
        finish(shell).was(0, "", "");
        home.read("list").replace("/org/gnome/settings-daemon/plugins/media-keys/custom-keybindings/", "")
    };
    for (before, after) in [
        ("@as []\n", "['postil0/', 'postil1/']\n"),
        ("['/mine/a/', '/mine/b/']\n", "['/mine/a/', '/mine/b/', 'postil0/', 'postil1/']\n"),
    ] {
        home.write("list", before);
        assert_eq!(run(), after);
        assert_eq!(run(), after);
    }
    assert!(home.read("log").contains("postil1/ binding <Control><Alt>y\n"));
}

#[test]
fn the_configuration_has_a_place_and_a_default() {
    let home = Home::new();
    let (file, prompts) = (home.path(".config/postil/config.toml"), home.path(".config/postil/prompts"));
    home.run(&["config", "path"]).was(0, &format!("{}\n{}\n", file.display(), prompts.display()), "");
    let stderr = format!("postil: no mistakes in {} and {}\n", file.display(), prompts.display());
    home.run(&["config", "check"]).was(0, "", &stderr);
    let wrote = format!("postil: wrote {}; every line in it is commented out and shows the default\n", file.display());
    home.run(&["config", "init"]).was(0, "", &wrote);
    home.run(&["config", "check"]).was(0, "", &stderr);
    home.write(".config/postil/config.toml", "about_me = \"x\"\n");
    let stays = format!("postil: {} is there already and stays as it is\n", file.display());
    home.run(&["config", "init"]).was(0, "", &stays);
    assert_eq!(home.read(".config/postil/config.toml"), "about_me = \"x\"\n");
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let home = Home::new();
    home.write(".config/postil/config.toml", "modle = \"auto\"\nlanguages = 3\n");
    home.write(".config/postil/prompts/bad.md", "---\nshortcut: Ctrl+Nope\n---\n{{ txet }}\n");
    let done = home.run(&["config", "check"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(2), ""));
    for place in ["config.toml:1:1: ", "config.toml:2:13: ", "bad.md:2:", "bad.md:4:"] {
        assert!(done.stdout.contains(place), "no {place} in {}", done.stdout);
    }
    // A bad prompt file stops no other action.
    home.write(".config/postil/config.toml", "");
    let run = home.run(&["run", "upper", "x"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "X\n"));
}

#[test]
fn what_is_in_force_is_toml_and_shows_no_key() {
    let home = Home::with_model("http://127.0.0.1:1/v1");
    let done = home.run(&["config", "show"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    assert!(!done.stdout.contains(command::KEY));
    let shown: toml::Table = done.stdout.parse().expect("it is TOML");
    assert_eq!(shown["provider"]["test"]["api_key_env"].as_str(), Some("TEST_KEY"));
    assert_eq!(shown["shortcuts"]["Ctrl+Alt+Y"].as_str(), Some("translate"));
}

#[test]
fn the_schema_knows_every_section() {
    let schema = Home::new().run(&["config", "schema"]).json();
    assert_eq!(schema["type"], "object");
    for name in ["model", "languages", "auto", "shortcuts", "alias", "provider", "privacy", "budget", "paste", "panel"]
    {
        assert!(schema["properties"][name].is_object(), "{name}");
    }
}

/// What is known of every model at Ollama.
const FREE: &str = "32,768 tokens, free";

#[test]
fn models_are_listed_with_what_the_others_lack() {
    let list = r#"{"models":[{"name":"qwen3:8b"},{"name":"nomic-embed"}]}"#;
    let server = Server::always(Answer::whole(200, "application/json", list));
    let home = Home::new().set("OLLAMA_HOST", &server.host());
    let done = home.run(&["models"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    let head = format!(
        "auto: ollama/qwen3:8b\nollama at http://{}\n{:<40}  {FREE}\n{:<40}  {FREE}\nnot ready: ",
        server.host(),
        "  ollama/qwen3:8b",
        "  ollama/nomic-embed",
    );
    assert!(done.stdout.starts_with(&head), "{}", done.stdout);
    assert!(done.stdout.contains("openai (no key)"), "{}", done.stdout);
    let models = home.run(&["models", "--json"]).json();
    assert_eq!(models["auto"], "ollama/qwen3:8b");
    let ollama = models["providers"].as_array().unwrap().iter().find(|one| one["provider"] == "ollama").unwrap();
    assert_eq!((&ollama["state"], &ollama["models"][0]), (&json!("ready"), &json!("qwen3:8b")));
    let known = json!({ "model": "qwen3:8b", "context": 32768, "output": null, "price": { "in": 0.0, "out": 0.0, "cached": null, "long": null } });
    assert_eq!(ollama["known"][0], known);
    // Nobody was sent a key or a text.
    assert!(server.requests().iter().all(|one| one.method == "GET" && one.header("authorization").is_none()));
}

#[test]
fn windows_and_prices_come_from_a_newer_file_where_there_is_one() {
    let home = Home::new().set("OPENAI_API_KEY", command::KEY);
    let shown = home.run(&["models"]).stdout;
    assert!(shown.contains("  openai/gpt-6-luna") && shown.contains("922,000 tokens, $0.10 in, $0.50 out"), "{shown}");
    assert!(!shown.contains("openai/gpt-4.1"), "{shown}");
    assert!(home.run(&["models", "--all"]).stdout.contains("  openai/gpt-4.1"));
    let file = home.path("prices.json");
    let model = json!({ "litellm_provider": "openai", "mode": "chat", "max_input_tokens": 7000,
        "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6 });
    std::fs::write(&file, json!({ "gpt-6-luna": model }).to_string()).unwrap();
    let done = home.run(&["models", "--update", file.to_str().unwrap()]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    assert!(done.stdout.starts_with("1 models, as of "), "{}", done.stdout);
    let shown = home.run(&["models"]).stdout;
    assert!(shown.contains("7,000 tokens, $1.00 in, $2.00 out"), "{shown}");
    std::fs::write(&file, "not a table").unwrap();
    let refused = home.run(&["models", "--update", file.to_str().unwrap()]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("line 1: 1 columns"), "{}", refused.stderr);
}

#[test]
fn a_key_makes_its_provider_ready_and_is_not_shown() {
    let done = Home::new().set("OPENAI_API_KEY", command::KEY).run(&["models"]);
    assert_eq!(done.code, Some(0));
    assert!(done.stdout.starts_with("auto: openai/"), "{}", done.stdout);
    assert!(!done.stdout.contains(command::KEY));
}

#[test]
fn without_a_daemon_its_commands_say_so() {
    let commands: [&[&str]; 10] = [
        &["trigger", "upper"],
        &["pick"],
        &["cancel"],
        &["last"],
        &["stop"],
        &["reload"],
        &["pause"],
        &["resume"],
        &["status"],
        &["status", "--json"],
    ];
    for arguments in commands {
        Home::new().run(arguments).was(3, "", NO_DAEMON);
    }
}

#[test]
fn completions_are_scripts_of_their_shells() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = home.run(&["completions", shell]);
        assert_eq!(script.code, Some(0));
        assert!(script.stdout.contains("postil"), "{shell}");
        assert!(!script.stdout.contains("hold-clipboard"), "{shell} offers what is hidden");
        home.write("script", &script.stdout);
        if is_installed(shell) {
            let path = home.path("script");
            finish(home.other(shell, &["-n", path.to_str().unwrap()]).spawn().unwrap()).was(0, "", "");
        }
    }
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let home = Home::new();
    let page = home.run(&["man"]);
    assert!(page.stdout.contains(".TH postil 1"), "{}", page.stdout);
    home.write("man/.keep", "");
    home.run(&["man", "--into", "home/man"]).was(0, "", "");
    for command in ["", "-run", "-ask", "-config", "-config-check", "-doctor"] {
        assert!(home.path(&format!("man/postil{command}.1")).is_file(), "postil{command}");
    }
    assert!(!home.path("man/postil-hold-clipboard.1").exists(), "what is hidden has a page");
    if is_installed("man") {
        let page = home.path("man/postil-run.1");
        let shown = finish(home.other("man", &["-l", page.to_str().unwrap()]).env("MANPAGER", "cat").spawn().unwrap());
        assert_eq!(shown.code, Some(0), "{}", shown.stderr);
        assert!(shown.stdout.contains("--dry-run"), "{}", shown.stdout);
    }
}

#[test]
fn the_start_at_login_is_a_desktop_file() {
    let home = Home::new();
    let path = home.path(".config/autostart/io.github.postil.Postil.desktop");
    let on = format!("postil: starts at login from now on, by {}\n", path.display());
    home.run(&["setup", "--autostart", "on"]).was(0, "", &on);
    home.run(&["setup", "--autostart", "on"]).was(0, "", &on);
    let entry = home.read(".config/autostart/io.github.postil.Postil.desktop");
    assert!(entry.contains(&format!("\nExec={} daemon\n", env!("CARGO_BIN_EXE_postil"))), "{entry}");
    if is_installed("desktop-file-validate") {
        let validated = Command::new("desktop-file-validate").arg(&path).output().unwrap();
        assert!(validated.status.success(), "{validated:?}");
    }
    let off = "postil: does not start at login\n";
    home.run(&["setup", "--autostart", "off"]).was(0, "", off);
    home.run(&["setup", "--autostart", "off"]).was(0, "", off);
    assert!(!path.exists());
}

/// What stands in a folder of this user, but for folders.
fn files_in(home: &Home, folder: &str) -> Vec<PathBuf> {
    home.all_files().into_iter().filter(|path| path.starts_with(home.path(folder)) && path.is_file()).collect()
}

#[test]
fn it_is_installed_where_it_was_said_and_taken_away_again() {
    let home = Home::new();
    let built = Path::new(env!("CARGO_BIN_EXE_postil")).parent().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/install.sh");
    let install = |arguments: &[&str]| {
        let mut command = home.other(script, arguments);
        let done = finish(command.env("BUILT", built).current_dir(home.path("")).spawn().unwrap());
        assert_eq!(done.code, Some(0), "{}", done.stderr);
    };
    // As it is named from where one stands.
    for (prefix, exec) in [
        ("apps", home.path("apps/bin/postil").display().to_string()),
        ("two words", { format!("\"{}\"", home.path("two words/bin/postil").display()) }),
    ] {
        install(&[prefix]);
        let entry = format!("{prefix}/share/applications/io.github.postil.Postil.desktop");
        let execs: Vec<_> =
            home.read(&entry).lines().filter_map(|line| line.strip_prefix("Exec=")).map(str::to_owned).collect();
        let expected = ["pick --start", "pick --start", "config open", "doctor --open"];
        assert_eq!(execs, expected.map(|command| format!("{exec} {command}")));
        if is_installed("desktop-file-validate") {
            let validated = Command::new("desktop-file-validate").arg(home.path(&entry)).output().unwrap();
            assert!(validated.status.success() && validated.stdout.is_empty(), "{validated:?}");
        }
        for file in [
            "bin/postil",
            "share/icons/hicolor/scalable/apps/postil.svg",
            "share/icons/hicolor/symbolic/apps/postil-symbolic.svg",
            "share/icons/hicolor/symbolic/apps/postil-paused-symbolic.svg",
            "share/man/man1/postil-pick.1",
        ] {
            assert!(home.path(prefix).join(file).is_file(), "{file}");
        }
        install(&["--uninstall", prefix]);
        assert_eq!(files_in(&home, prefix), Vec::<PathBuf>::new());
    }
}

#[test]
fn setup_needs_a_terminal() {
    let stderr = "postil: setup is a conversation and needs a terminal; `postil config init` writes a config to edit\n";
    Home::new().run(&["setup"]).was(2, "", stderr);
    Home::new().pipe("de\n", &["setup"]).was(2, "", stderr);
}

/// `script` of util-linux gives it a terminal.
#[test]
fn setup_is_a_conversation() {
    let home = Home::new();
    let converse = |answers: &str| {
        let program = format!("{} setup", env!("CARGO_BIN_EXE_postil"));
        let mut child = home.other("script", &["-qec", &program, "/dev/null"]);
        let mut child = child.stdin(std::process::Stdio::piped()).spawn().unwrap();
        let mut keys = child.stdin.take().unwrap();
        std::io::Write::write_all(&mut keys, answers.as_bytes()).unwrap();
        // It stays open: its end would be typed too.
        let done = finish(child);
        drop(keys);
        assert_eq!(done.code, Some(0), "{}", done.stdout);
        done.stdout
    };
    let said = converse("de klingon\nde, english\ny\n");
    assert!(said.contains("`klingon` is not a language code"), "{said}");
    assert!(said.contains("Model: none is ready"), "{said}");
    assert!(home.read(".config/postil/config.toml").starts_with("languages = [\"de\", \"en\"]\n"));
    assert!(home.path(".config/autostart/io.github.postil.Postil.desktop").is_file());
    assert_eq!(home.run(&["config", "check"]).code, Some(0));
    // What is right already is taken by Enter.
    let before = home.read(".config/postil/config.toml");
    let said = converse("\nno\n");
    assert!(said.contains("Languages [de en]:"), "{said}");
    assert_eq!(home.read(".config/postil/config.toml"), before);
    assert!(!home.path(".config/autostart/io.github.postil.Postil.desktop").exists());
}
