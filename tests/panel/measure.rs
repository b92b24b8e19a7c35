//! How long it takes from a key press to the pixels. Measures, no tests: they are run by name, on a machine that is at rest.
//!
//! `cargo test --release --features panel --test panel -- --ignored --nocapture measure`

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use postil::panel::protocol::ToPanel;
use rustix::process::{Signal, kill_process};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};

use crate::alone::Panel;
use crate::bar;
use crate::program::{show, words};
use crate::session::Session;
use crate::whole::{panel_of, session};
use crate::x11::{Move, XServer, eventually};

const PANEL: &str = env!("CARGO_BIN_EXE_postil-panel");
const TIMES: usize = 41;
const COLD_TIMES: usize = 11;

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
    let desk = session(PANEL);
    let editor = desk.editor("The weather is lovely.");
    open(&desk);
    let place = selected_line(&desk.x);
    close(&desk, editor.window);
    let mut warm = Vec::new();
    for _ in 0..TIMES {
        warm.push(from_press_to_pixels(&desk, place));
        desk.x.await_focus(desk.x.window_of("postil-panel"));
        close(&desk, editor.window);
    }
    say("shortcut to picker, warm", warm);
    drop(desk);
    // No panel is started for long that has died three times.
    let cold = (0..COLD_TIMES).map(|_| {
        let session = session(PANEL);
        let editor = session.editor("The weather is lovely.");
        open(&session);
        close(&session, editor.window);
        let panel = panel_of(&session);
        kill_process(panel, Signal::KILL).expect("the panel runs");
        eventually("it is gone", || rustix::process::test_kill_process(panel).is_err().then_some(()));
        session.await_desktop();
        from_press_to_pixels(&session, place)
    });
    let cold = cold.collect();
    say("shortcut to picker, cold", cold);
}

/// The window of the answer, which comes near the pointer at once, whatever the model does.
#[test]
#[ignore = "a measure"]
fn measure_the_answer() {
    let desk = session(PANEL);
    let editor = desk.editor("The weather is lovely.");
    desk.x.run("xdotool", &["mousemove", "500", "300"]);
    let close = || {
        desk.await_rest();
        desk.x.activate(desk.x.window_of("postil-panel"));
        close(&desk, editor.window);
    };
    desk.press("Ctrl+Alt+y");
    let window = desk.x.window_of("postil-panel");
    desk.await_rest();
    // Beside its words.
    let place = desk.x.conn.translate_coordinates(window, desk.x.root(), 4, 14);
    let place = place.expect("the server is up").reply().expect("the window is there");
    let place = (place.dst_x, place.dst_y);
    let painted = eventually("it is painted", || Some(pixel(&desk.x, place)).filter(|pixel| pixel[0] > 0xe0));
    close();
    let mut times = Vec::new();
    for _ in 0..TIMES {
        eventually("its place is another's", || (pixel(&desk.x, place) != painted).then_some(()));
        let pressed = Instant::now();
        desk.press("Ctrl+Alt+y");
        eventually("it is painted", || (pixel(&desk.x, place) == painted).then_some(()));
        times.push(pressed.elapsed());
        close();
    }
    say("shortcut to answer, warm", times);
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

/// A hundred pieces a second.
const PIECE_EVERY: Duration = Duration::from_millis(10);

/// So many letters have room in a line, each a piece of its own.
const PIECES: usize = 25;
const ANSWERS: u64 = 20;

/// It fills its place from side to side, so that a row of pixels tells how many of it are there.
const FULL: &str = "█";

/// Where the first letter of an answer stands.
#[derive(Clone, Copy)]
struct Letter {
    left: i16,
    middle: i16,
    width: usize,
}

/// The darkness of the letters' ink, which nothing else in a light window has over so many pixels.
fn is_ink(pixel: &[u8]) -> bool {
    pixel[..3].iter().all(|part| *part < 0x60)
}

fn row(conn: &impl Connection, root: u32, y: i16, left: i16, width: u16) -> Vec<bool> {
    let image = conn.get_image(ImageFormat::Z_PIXMAP, root, left, y, width, 1, u32::MAX);
    let data = image.expect("the server is up").reply().expect("it is on the screen").data;
    data.chunks_exact(4).map(is_ink).collect()
}

/// Looks for a block of ink in the window.
fn first_letter(panel: &Panel) -> Option<Letter> {
    const HIGH: usize = 8;
    let (window, root) = (panel.window(), panel.x.root());
    let geometry = panel.x.conn.get_geometry(window).ok()?.reply().ok()?;
    let place = panel.x.conn.translate_coordinates(window, root, 0, 0).ok()?.reply().ok()?;
    let rows: Vec<_> = (0..geometry.height as i16)
        .map(|y| row(&panel.x.conn, root, place.dst_y + y, place.dst_x, geometry.width))
        .collect();
    rows.windows(HIGH).enumerate().find_map(|(top, high)| {
        let all = |x: usize| high.iter().all(|row| row[x]);
        let left = (0..usize::from(geometry.width) - 5).find(|x| (*x..x + 5).all(all))?;
        let width = (left..usize::from(geometry.width)).take_while(|x| all(*x)).count();
        let middle = place.dst_y + i16::try_from(top + HIGH / 2).ok()?;
        // What is wider is a window that has nothing drawn in it yet.
        (width * PIECES < geometry.width.into()).then_some(())?;
        Some(Letter { left: place.dst_x + i16::try_from(left).ok()?, middle, width })
    })
}

/// How many of them are on the screen.
fn letters(conn: &impl Connection, root: u32, Letter { left, middle, width }: Letter) -> usize {
    let line = u16::try_from(width * PIECES).expect("a line");
    row(conn, root, middle, left, line).iter().take_while(|ink| **ink).count() / width
}

/// From when a piece is told until it is on the screen, a hundred times a second. The screen is looked at all the time by a
/// connection of its own; the panel follows no clock of the screen's here, but draws sixty times a second at most.
#[test]
#[ignore = "a measure"]
fn measure_a_piece() {
    let mut panel = Panel::greeted();
    let mut times = Vec::new();
    let mut first = None;
    let piece = |job| ToPanel::Answer { job, lane: 0, text: words(FULL) };
    for job in 1..=ANSWERS {
        panel.tell(&show(job, "Translate"));
        panel.tell(&piece(job));
        let letter = *first.get_or_insert_with(|| eventually("the first letter is there", || first_letter(&panel)));
        let (display, root) = (panel.x.display.clone(), panel.x.root());
        eventually("the answer before is gone", || (letters(&panel.x.conn, root, letter) == 1).then_some(()));
        let looks = thread::spawn(move || {
            let (conn, _) = x11rb::connect(Some(&display)).expect("the server is up");
            let mut seen = vec![Instant::now()];
            while seen.len() < PIECES {
                let count = letters(&conn, root, letter);
                seen.resize(count.max(seen.len()), Instant::now());
            }
            seen
        });
        let told: Vec<_> = (1..PIECES)
            .map(|_| {
                thread::park_timeout(PIECE_EVERY);
                panel.tell(&piece(job));
                Instant::now()
            })
            .collect();
        let seen = looks.join().expect("it sees them all");
        times.extend(seen[1..].iter().zip(&told).map(|(seen, told)| seen.saturating_duration_since(*told)));
        panel.tell(&ToPanel::Cancelled { job });
    }
    say("a piece's arrival to its pixels", times);
}

/// Ticks of the processor that the process has taken; there are a hundred in a second.
fn ticks(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let (_, rest) = stat.rsplit_once(") ").expect("the name stands in brackets");
    rest.split(' ').skip(11).take(2).map(|field| field.parse::<u64>().expect("a number")).sum()
}

/// What a hundred pieces a second take of a core, for a new answer and behind one of 100 KB; and nothing, at rest.
#[test]
#[ignore = "a measure"]
fn measure_a_stream() {
    const SECONDS: u64 = 10;
    const LONG: usize = 100 << 10;
    let mut panel = Panel::greeted();
    for (job, before) in [(1, 0), (2, LONG)] {
        panel.tell(&show(job, "Translate"));
        let sentence = "Select a text anywhere, press **a key**, and have it `explained` where you are.\n\n";
        let long = sentence.repeat(before / sentence.len());
        panel.tell(&ToPanel::Answer { job, lane: 0, text: words(&long) });
        panel.tell(&ToPanel::Answer { job, lane: 0, text: words("begin ") });
        panel.reader.await_words("Translate");
        // What came first is drawn by now.
        thread::park_timeout(Duration::from_secs(2));
        let (begun, taken) = (Instant::now(), ticks(panel.id()));
        for number in 0..SECONDS * 100 {
            let due = PIECE_EVERY * u32::try_from(number).expect("some thousand");
            thread::park_timeout(due.saturating_sub(begun.elapsed()));
            panel.tell(&ToPanel::Answer {
                job,
                lane: 0,
                text: words(if number % 9 == 8 { "end.\n\n" } else { "word " }),
            });
        }
        let taken = ticks(panel.id()) - taken;
        println!("a stream behind {before} bytes: {:.1} % of a core", taken as f64 / begun.elapsed().as_secs_f64());
        panel.tell(&ToPanel::Cancelled { job });
    }
    thread::park_timeout(Duration::from_secs(1));
    let taken = ticks(panel.id());
    thread::park_timeout(Duration::from_secs(SECONDS));
    println!("shown and at rest: {} ticks in {SECONDS} s", ticks(panel.id()) - taken);
}
