//! The panel: shows what the daemon tells it on stdin, and says on stdout what is pressed (`postil::panel::protocol`).
//!
//! It decides nothing about a job. It ends with its stdin, and knows no file, no network and no configuration.

#[cfg(target_os = "linux")]
mod app;
#[cfg(target_os = "linux")]
mod bar;
#[cfg(target_os = "linux")]
mod focus;
#[cfg(target_os = "linux")]
mod lane;
#[cfg(target_os = "linux")]
mod look;
#[cfg(target_os = "linux")]
mod outside;
#[cfg(target_os = "linux")]
mod page;
#[cfg(target_os = "linux")]
mod picker;
#[cfg(target_os = "linux")]
mod pipe;
#[cfg(target_os = "linux")]
mod place;
#[cfg(target_os = "linux")]
mod view;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    app::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("postil-panel: there is no panel on this system yet");
    ExitCode::FAILURE
}
