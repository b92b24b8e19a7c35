//! Answers pasted into real applications.
#![cfg(target_os = "linux")]

#[path = "support/x11.rs"]
mod x11;

use postil::desktop::Pick;
use postil::desktop::paste::Pasted;
use x11::pasting::Pasting;
use x11::{Client, XServer, clipboard, eventually, text};

#[test]
fn mousepad() {
    let mut server = XServer::start().with_window_manager();
    let file = std::env::temp_dir().join(format!("paste-smoke-{}.txt", std::process::id()));
    std::fs::write(&file, "one two three").unwrap();
    server.spawn("mousepad", &["--disable-server", file.to_str().unwrap()]);
    server.await_focus(server.window_of("Mousepad"));
    let mut pasting = Pasting::on(&server);
    let owner = Client::new(&server);
    owner.own("CLIPBOARD", text("the old clipboard"));
    let before = clipboard::contents(&server.display, "CLIPBOARD");
    for i in 0..20 {
        pasting.select_all(&server, "mousepad");
        let end = pasting.paste(&format!("answer {i}"));
        assert_eq!(end, Pasted::Confirmed { receipts: 1 });
        eventually("changed", || {
            server.tap("Ctrl+a");
            (pasting.read(Pick::Selection)? == format!("answer {i}")).then_some(())
        });
        assert_eq!(clipboard::contents(&server.display, "CLIPBOARD"), before);
    }
}
