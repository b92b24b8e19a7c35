//! How long it takes from a key press to the pixels. Measures, no tests: they are run by name, on a machine that is at rest.
//!
//! `cargo test --release --features panel --test panel -- --ignored --nocapture measure`

use std::time::{Duration, Instant};

use rustix::process::{Signal, kill_process};
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};

use crate::bar;
use crate::session::Session;
use crate::whole::{panel_of, session};
use crate::x11::{Move, XServer, eventually};

const PANEL: &str = env!("CARGO_BIN_EXE_postil-panel");
const TIMES: usize = 41;

/// Within the picker: in the line that is selected first, behind its words and keys.
const SELECTED_LINE: (i16, i16) = (588, 106);

/// Blue, green and red of such a line in the toolkit's own theme.
const SELECTED: [u8; 3] = [0xe4, 0x84, 0x35];

/// The colour at a place of the screen.
fn pixel(x: &XServer, place: (i16, i16)) -> Vec<u8> {
    let image = x.conn.get_image(ImageFormat::Z_PIXMAP, x.root(), place.0, place.1, 1, 1, u32::MAX);
    image.expect("the server is up").reply().expect("it is on the screen").data
}

/// Where that line is, once the picker is there.
fn selected_line(x: &XServer) -> (i16, i16) {
    let window = x.window_of("postil-panel");
    let place = x.conn.translate_coordinates(window, x.root(), SELECTED_LINE.0, SELECTED_LINE.1);
    let place = place.expect("the server is up").reply().expect("the window is there");
    (place.dst_x, place.dst_y)
}

fn open(session: &Session) {
    session.press("Ctrl+Alt+Space");
    session.x.await_focus(session.x.window_of("postil-panel"));
}

fn close(session: &Session, editor: u32) {
    session.press("Escape");
    session.x.await_focus(editor);
}

fn from_press_to_pixels(session: &Session, place: (i16, i16)) -> Duration {
    let pressed = Instant::now();
    session.press("Ctrl+Alt+Space");
    eventually("it is painted", || (pixel(&session.x, place)[..3] == SELECTED).then_some(()));
    pressed.elapsed()
}

fn say(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let (median, most) = (times[times.len() / 2], times[times.len() * 95 / 100]);
    println!("{what}: median {median:.1?}, 95 % within {most:.1?}, of {}", times.len());
}

#[test]
#[ignore = "a measure"]
fn measure_the_picker() {
    let session = session(PANEL);
    let editor = session.editor("The weather is lovely.");
    open(&session);
    let place = selected_line(&session.x);
    close(&session, editor.window);
    let mut warm = Vec::new();
    for _ in 0..TIMES {
        warm.push(from_press_to_pixels(&session, place));
        session.x.await_focus(session.x.window_of("postil-panel"));
        close(&session, editor.window);
    }
    say("shortcut to picker, warm", warm);
    let mut cold = Vec::new();
    for _ in 0..2 {
        let panel = panel_of(&session);
        kill_process(panel, Signal::KILL).expect("the panel runs");
        eventually("it is gone", || rustix::process::test_kill_process(panel).is_err().then_some(()));
        session.await_desktop();
        cold.push(from_press_to_pixels(&session, place));
        session.x.await_focus(session.x.window_of("postil-panel"));
        close(&session, editor.window);
    }
    say("shortcut to picker, cold", cold);
}

#[test]
#[ignore = "a measure"]
fn measure_the_bar() {
    let desk = bar::Desk::new();
    // In the line around it, whose colour nothing else has.
    let (left, top, ..) = desk.selects();
    let place = (left, top + 12);
    desk.reader.await_words("All actions");
    let painted = pixel(desk.x(), place);
    let mut times = Vec::new();
    for _ in 0..TIMES {
        desk.x().tap("End");
        desk.await_no_bar();
        eventually("its place is another's", || (pixel(desk.x(), place) != painted).then_some(()));
        desk.draws_and_holds();
        let released = Instant::now();
        desk.x().button(1, Move::Up);
        eventually("it is painted", || (pixel(desk.x(), place) == painted).then_some(()));
        times.push(released.elapsed());
    }
    say("mouse release to bar, warm", times);
}
