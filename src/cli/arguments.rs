//! What can be written on the command line, with its help. No logic.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Select text anywhere, press a key, and have it translated, explained or fixed, where you are.
#[derive(Debug, Parser)]
#[command(
    name = "postil",
    version,
    arg_required_else_help = false,
    disable_help_subcommand = true,
    after_help = "Examples:\n  postil                          start the tray daemon\n  postil run upper hello          run an action \
                  on a text\n  git diff | postil run explain   run it on what comes in\n  postil ask \"make it rhyme\" < \
                  poem.txt\n  postil doctor                   what works on this desktop"
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the tray daemon in the foreground (what `postil` alone does)
    #[command(after_help = "Examples:\n  postil daemon\n  POSTIL_LOG=debug postil daemon 2>> ~/postil.log")]
    Daemon,
    /// Run an action on a text
    #[command(
        after_help = "Examples:\n  postil run translate \"Guten Morgen\"\n  postil run fix < letter.txt\n  postil run \
                            explain --from selection --to notify\n  postil run translate --each line < words.txt\n\n\
                            With --json, stdout has one object a line, told apart by `event`:\n  \
                            working    {by, step, steps, name, part, parts, waits}   it takes a while\n  \
                            reasoning  {text}                                        a piece of what the model thinks\n  \
                            answer     {text}                                        a piece of the answer\n  \
                            lane       {failed}                                      one of several models is over\n  \
                            change     {change}                                      what it would change, to be agreed to\n  \
                            done       {answer, by, finish, usage, placed, notes, beside}    the end: all of it\n  \
                            failed     {sentence, partial}                           or why there is no whole answer\n  \
                            planned    {to, leaves_this_machine, messages, text, notes}  or each call that --dry-run found\n  \
                            cancelled  {}                                            or that it was broken off\n  \
                            piece      {piece, answer, failed}                       with --each, in place of the others\n\n\
                            Where several models are asked, or one for several answers, `reasoning`, `answer` and `lane` say \
                            whose by {lane, model, alternative}.\n\n\
                            Exit status: 0 done, 1 failed, 2 wrong use or configuration, 4 not sent on purpose, 130 \
                            interrupted"
    )]
    Run(Run),
    /// Run an instruction of the moment on a text
    #[command(after_help = "Examples:\n  postil ask \"make it rhyme\" < poem.txt\n  postil ask --continue \"shorter\"")]
    Ask(Ask),
    /// Have the daemon act as if the action's shortcut had been pressed
    #[command(after_help = "Example, in sway's config:\n  bindsym Ctrl+Alt+y exec postil trigger translate")]
    Trigger {
        /// The action's name, as `postil actions` lists it
        action: String,
    },
    /// Open the daemon's picker
    #[command(after_help = "Example, in sway's config:\n  bindsym Ctrl+Alt+space exec postil pick")]
    Pick {
        /// Where no daemon runs, be it, and open its picker first: for launchers
        #[arg(long)]
        start: bool,
    },
    /// Cancel what the daemon is working on
    #[command(after_help = "Examples:\n  postil cancel\n  postil cancel 12")]
    Cancel {
        /// The job's number; all jobs without one
        job: Option<u64>,
    },
    /// Take the last replacement back: the original stands in its place again
    #[command(after_help = "Examples:\n  postil undo\n  bindsym Ctrl+Alt+z exec postil undo    in sway's config")]
    Undo,
    /// The daemon's last answer again, or one before it
    #[command(after_help = "Examples:\n  postil last\n  postil last --copy\n  postil last 2     the one before")]
    Last {
        /// The last but so many, counted from 1; ten are kept
        #[arg(value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
        number: u8,
        /// Put it on the clipboard too
        #[arg(long)]
        copy: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// List the actions: name, shortcut, source, sinks, model, file
    #[command(after_help = "Examples:\n  postil actions\n  postil actions --bindings sway >> ~/.config/sway/config")]
    Actions(Actions),
    /// The configuration: where it is, what is wrong with it, what is in force
    #[command(after_help = "Examples:\n  postil config init\n  postil config check")]
    Config {
        #[command(subcommand)]
        command: Config,
    },
    /// A first conversation: languages, a model, shortcuts, autostart
    #[command(after_help = "Examples:\n  postil setup\n  postil setup --autostart on")]
    Setup {
        /// Only switch the start at login on or off
        #[arg(long, value_name = "on|off", hide_possible_values = true)]
        autostart: Option<Switch>,
    },
    /// Keys of providers in the system's keyring
    #[command(
        after_help = "Examples:\n  postil key set openai                    type it, unseen\n  pass llm/openai | postil key set \
                      openai   from a pipe\n  postil key set openai --label work       another one: used where the first is \
                      refused or exhausted\n  postil key import groq                   from GROQ_API_KEY\n  postil key list\n  \
                      postil key test openai"
    )]
    Key {
        #[command(subcommand)]
        command: Key,
    },
    /// The models that can be used now, what they take and cost
    #[command(after_help = "Examples:\n  postil models --all\n  postil models --json | jq .\n  \
                            postil models --update model_prices_and_context_window.json")]
    Models {
        /// As JSON
        #[arg(long, conflicts_with = "update")]
        json: bool,
        /// Of hosted providers too, all that are known
        #[arg(long, conflicts_with_all = ["json", "update"])]
        all: bool,
        /// Take windows and prices from this file from now on: LiteLLM's price file, or a table as this writes it
        #[arg(long, value_name = "FILE")]
        update: Option<PathBuf>,
    },
    /// What a run would use and cost: tokens and money. Sends nothing
    #[command(
        after_help = "Examples:\n  postil cost translate < letter.txt\n  postil cost fix --model openai/gpt-5 --json"
    )]
    Cost(Cost),
    /// What calls of models used and cost, added up
    #[command(after_help = "Examples:\n  postil usage\n  postil usage --by model --json | jq .")]
    Usage {
        /// What it is added up by
        #[arg(long, value_enum, default_value_t = UsageBy::Day)]
        by: UsageBy,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// What this desktop can and cannot do, how that was found out, and what to do
    #[command(
        after_help = "Examples:\n  postil doctor --try\n  postil doctor --json | jq '.findings[] | select(.state != \"ok\")'"
    )]
    Doctor {
        /// As JSON
        #[arg(long)]
        json: bool,
        /// And do each thing once, for real; you are asked before any key is pressed
        #[arg(long = "try")]
        tries: bool,
        /// As a file that the desktop opens: for launchers, which have no terminal
        #[arg(long, conflicts_with_all = ["json", "tries"])]
        open: bool,
    },
    /// End the daemon
    #[command(after_help = "Example:\n  postil stop && postil daemon")]
    Stop,
    /// Have the daemon read its configuration again
    #[command(after_help = "Example:\n  postil reload && postil status")]
    Reload,
    /// Have the daemon let go of its shortcuts
    #[command(after_help = "Example, around a game:\n  postil pause; supertux2; postil resume")]
    Pause,
    /// Have the daemon take its shortcuts again
    #[command(after_help = "Example:\n  postil resume && postil status")]
    Resume,
    /// What the daemon is doing
    #[command(after_help = "Example:\n  postil status --json | jq .model")]
    Status {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Completions for a shell, to stdout
    #[command(after_help = "Example:\n  postil completions bash > ~/.local/share/bash-completion/completions/postil")]
    Completions { shell: clap_complete::Shell },
    /// Manual pages
    #[command(after_help = "Examples:\n  postil man | man -l -\n  postil man --into /usr/share/man/man1")]
    Man {
        /// A folder for a page per command; else the main page to stdout
        #[arg(long, value_name = "FOLDER")]
        into: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub struct Run {
    /// The action's name, as `postil actions` lists it
    pub action: String,
    /// The text; else --from, else stdin where something comes in, else the action's own source
    pub text: Option<String>,
    #[command(flatten)]
    pub how: How,
    /// Set an option of the action
    #[arg(long = "option", value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub options: Vec<(String, String)>,
    /// Run on every line or paragraph by itself, several at a time, answers in order
    #[arg(long, value_name = "line|paragraph", hide_possible_values = true)]
    pub each: Option<Each>,
    /// With --each: keep what is done in FILE, and go on from there
    #[arg(long, value_name = "FILE", requires = "each")]
    pub resume: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Cost {
    /// The action's name, as `postil actions` lists it
    pub action: String,
    /// The text; else --from, else stdin where something comes in, else the action's own source
    pub text: Option<String>,
    /// Where the text comes from: selection, clipboard, stdin; the first that has some
    #[arg(long, value_name = "SOURCE", value_delimiter = ',', value_parser = word::<crate::action::Source>)]
    pub from: Vec<crate::action::Source>,
    /// The model: PROVIDER/NAME, an alias, or auto; several times for several side by side
    #[arg(long = "model", value_name = "MODEL")]
    pub models: Vec<String>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
    /// Set an option of the action
    #[arg(long = "option", value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub options: Vec<(String, String)>,
}

/// What usage is added up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UsageBy {
    Day,
    Model,
    Action,
}

#[derive(Debug, Args)]
pub struct Ask {
    /// What to do
    pub instruction: String,
    /// The text; else --from, else stdin where something comes in, else what is selected
    pub text: Option<String>,
    /// Go on in the last conversation
    #[arg(long = "continue")]
    pub go_on: bool,
    #[command(flatten)]
    pub how: How,
}

/// What `run` and `ask` share.
#[derive(Debug, Args)]
pub struct How {
    /// Where the text comes from: selection, clipboard, stdin; the first that has some
    #[arg(long, value_name = "SOURCE", value_delimiter = ',', value_parser = word::<crate::action::Source>)]
    pub from: Vec<crate::action::Source>,
    /// Where the answer goes: stdout, notify, copy, replace, append; all of them
    #[arg(long, value_name = "SINK", value_delimiter = ',', value_parser = word::<crate::action::Sink>)]
    pub to: Vec<crate::action::Sink>,
    /// The model: PROVIDER/NAME, an alias, or auto; several times for several side by side
    #[arg(long = "model", value_name = "MODEL")]
    pub models: Vec<String>,
    /// A JSON line per event
    #[arg(long)]
    pub json: bool,
    /// Say what would be sent, and to whom; send nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct Actions {
    /// As JSON
    #[arg(long)]
    pub json: bool,
    /// The lines to paste into a compositor's or desktop's configuration
    #[arg(long, value_name = "DESKTOP", conflicts_with = "json")]
    pub bindings: Option<BindingsFor>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BindingsFor {
    Sway,
    Hyprland,
    Niri,
    Gnome,
    Kde,
    I3,
    Cosmic,
    Labwc,
    Wayfire,
    River,
}

#[derive(Debug, Subcommand)]
pub enum Config {
    /// Where the configuration stands
    Path,
    /// Write the commented default, where there is none yet
    Init,
    /// Open it as the desktop opens files; where there is none yet, the commented default
    Open,
    /// Every mistake as file:line:column
    Check,
    /// What is in force, and from where
    Show,
    /// The JSON Schema of config.toml, for editors
    Schema,
}

#[derive(Debug, Subcommand)]
pub enum Key {
    /// Store a key: typed without an echo, or the first line of stdin
    #[command(after_help = "Examples:\n  postil key set openai\n  postil key set openai --label work")]
    Set(Labelled),
    /// Which keys there are, from where, and since when; never a key
    #[command(after_help = "Example:\n  postil key list --json | jq -r '.[].provider'")]
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Ask the provider, with each of its keys, whether it takes it
    #[command(after_help = "Example:\n  postil key test openai")]
    Test {
        /// As `postil models` lists it
        provider: String,
    },
    /// Take a key out of the keyring
    #[command(after_help = "Example:\n  postil key remove openai --label work")]
    Remove(Labelled),
    /// Store the key that the provider's environment variable has
    #[command(after_help = "Example:\n  postil key import groq")]
    Import(Labelled),
}

#[derive(Debug, Args)]
pub struct Labelled {
    /// As `postil models` lists it
    pub provider: String,
    /// Tells several keys of a provider apart; `default` without one
    #[arg(long)]
    pub label: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Each {
    Line,
    Paragraph,
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("an option is written NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Reads one of the closed sets that files use too.
fn word<T: std::str::FromStr + Copy + Words>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("one of {}", T::words().join(", ")))
}

/// The words of a closed set.
trait Words {
    fn words() -> Vec<&'static str>;
}

impl Words for crate::action::Source {
    fn words() -> Vec<&'static str> {
        Self::ALL.iter().map(|value| value.word()).collect()
    }
}

impl Words for crate::action::Sink {
    fn words() -> Vec<&'static str> {
        Self::ALL.iter().map(|value| value.word()).collect()
    }
}
