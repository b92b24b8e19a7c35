//! Markdown in a text view: what a piece of an answer changes is written anew, and nothing else.

mod code;

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gtk::glib::translate::IntoGlib;
use gtk::prelude::*;
use gtk::{gdk, glib, pango};
use postil::panel::markdown::{Block, Change, Growing, Kind, Run, Style};

use crate::look::{self, Colours};
use code::Copies;

/// A level of lists, and what a quote stands off, in pixels.
const STEP: i32 = 22;
/// From where the ground of a code begins to its lines.
const INSET: i32 = 9;
/// How far what stands above a code is lifted.
const CAPTION_RISE: i32 = 4;
/// From the border to the text.
const MARGIN: i32 = 14;
/// Between two blocks.
const GAP: i32 = 8;
/// Between two items of a list.
const SMALL_GAP: i32 = 3;
/// What may be opened. An answer is a stranger's text: a link is not to start a program.
const SCHEMES: &[&str] = &["https://", "http://", "mailto:"];
/// Ends a line and no paragraph.
const LINE_SEPARATOR: &str = "\u{2028}";
/// The tag of a link has its address in its name.
const LINK: &str = "link:";

/// A text view and what stands in it.
pub struct Page {
    pub view: gtk::TextView,
    buffer: gtk::TextBuffer,
    written: RefCell<Written>,
    copies: RefCell<Option<Copies>>,
    own: Weak<Self>,
}

#[derive(Default)]
struct Written {
    growing: Growing,
    blocks: Vec<Block>,
    /// Where each block begins, in characters, with the line end before it.
    starts: Vec<i32>,
}

impl Page {
    pub fn new() -> Rc<Self> {
        let buffer = gtk::TextBuffer::new(None::<&gtk::TextTagTable>);
        let view = gtk::TextView::with_buffer(&buffer);
        view.set_editable(false);
        view.set_cursor_visible(false);
        view.set_wrap_mode(gtk::WrapMode::WordChar);
        view.set_left_margin(MARGIN);
        view.set_right_margin(MARGIN);
        view.set_top_margin(6);
        view.set_bottom_margin(8);
        let page = Rc::new_cyclic(|own| Self {
            view,
            buffer,
            written: RefCell::default(),
            copies: RefCell::default(),
            own: own.clone(),
        });
        page.make_tags();
        page.follow_style();
        page.follow_links();
        page
    }

    /// All of the text so far.
    pub fn text(&self) -> String {
        self.written.borrow().growing.text().to_owned()
    }

    /// Begins anew with this text.
    pub fn set(&self, text: &str) {
        self.written.replace(Written::default());
        self.buffer.set_text("");
        self.push(text);
    }

    /// Takes a piece more.
    pub fn push(&self, piece: &str) {
        if piece.is_empty() {
            return;
        }
        let mut written = self.written.borrow_mut();
        let Change { kept, blocks } = written.growing.push(piece);
        let same = written.blocks[kept..].iter().zip(&blocks).take_while(|(old, new)| old == new).count();
        let first = kept + same;
        let grown = written.blocks.get(first).zip(blocks.get(same)).and_then(|(old, new)| growth(old, new));
        match grown {
            Some(text) if written.blocks.len() == first + 1 => {
                let block = blocks[same].clone();
                let style = block.runs.last().map(|run| run.style.clone()).unwrap_or_default();
                self.insert(&within(&block, &text), &self.tags(&block, &style));
                written.blocks[first] = block;
                self.write(&mut written, first + 1, &blocks[same + 1..]);
            }
            _ => self.write(&mut written, first, &blocks[same..]),
        }
    }

    /// Puts these in the place of the blocks from `first` on.
    fn write(&self, written: &mut Written, first: usize, blocks: &[Block]) {
        if let Some(start) = written.starts.get(first) {
            let (mut start, mut end) = (self.buffer.iter_at_offset(*start), self.buffer.end_iter());
            self.buffer.delete(&mut start, &mut end);
        }
        written.starts.truncate(first);
        written.blocks.truncate(first);
        for block in blocks {
            written.starts.push(self.buffer.char_count());
            self.block(block, written.blocks.last());
            written.blocks.push(block.clone());
        }
    }

    /// Writes a block after the one before it.
    fn block(&self, block: &Block, before: Option<&Block>) {
        if before.is_some() {
            self.insert("\n", &[]);
        }
        let start = self.buffer.char_count();
        match &block.kind {
            Kind::Item(marker) => self.insert(&format!("{marker}\t"), &self.tags(block, &Style::default())),
            Kind::Code(language) => self.caption(block, language.as_deref()),
            Kind::Rule => self.insert("―――――", &self.tag("quiet").into_iter().collect::<Vec<_>>()),
            _ => {}
        }
        for Run { text, style } in &block.runs {
            self.insert(&within(block, text), &self.tags(block, style));
        }
        let is_code = |block: &Block| matches!(block.kind, Kind::Code(_));
        let is_list = |block: &Block| matches!(block.kind, Kind::Item(_));
        match before {
            Some(before) if is_list(before) && is_list(block) => self.tag_line(start, "small-gap"),
            // The ground of a code begins with its lines, so what is below the line before keeps off.
            Some(before) if is_code(block) && !is_code(before) => self.tag_line(start - 1, "gap-below"),
            Some(_) => self.tag_line(start, "gap"),
            None => {}
        }
    }

    /// Tags the line in which this character stands.
    fn tag_line(&self, at: i32, name: &str) {
        let (mut from, mut to) = (self.buffer.iter_at_offset(at), self.buffer.iter_at_offset(at));
        from.set_line_offset(0);
        if !to.ends_line() {
            to.forward_to_line_end();
        }
        self.buffer.apply_tag_by_name(name, &from, &to);
    }

    fn insert(&self, text: &str, tags: &[gtk::TextTag]) {
        let start = self.buffer.char_count();
        self.buffer.insert(&mut self.buffer.end_iter(), text);
        self.apply(tags, start);
    }

    /// Tags what stands after so many characters.
    fn apply(&self, tags: &[gtk::TextTag], start: i32) {
        let (from, to) = (self.buffer.iter_at_offset(start), self.buffer.end_iter());
        tags.iter().for_each(|tag| self.buffer.apply_tag(tag, &from, &to));
    }

    fn tags(&self, block: &Block, style: &Style) -> Vec<gtk::TextTag> {
        let mut names = Vec::new();
        match &block.kind {
            Kind::Heading(level) => names.push(format!("h{}", (*level).min(4))),
            Kind::Code(_) => names.push("block".to_owned()),
            Kind::Table => names.extend(["mono".to_owned(), "table".to_owned()]),
            Kind::Item(_) | Kind::Paragraph | Kind::Rule => {}
        }
        if block.quotes > 0 {
            names.push("quiet".to_owned());
        }
        let names = names.into_iter().chain(styled(style));
        let mut tags: Vec<_> = names.filter_map(|name| self.tag(&name)).collect();
        tags.extend(self.indent(block));
        tags.extend(style.link.as_deref().map(|address| self.link(address)));
        tags
    }

    fn tag(&self, name: &str) -> Option<gtk::TextTag> {
        self.buffer.tag_table()?.lookup(name)
    }

    fn add(&self, tag: &gtk::TextTag) {
        if let Some(table) = self.buffer.tag_table() {
            table.add(tag);
        }
    }

    /// How far a block stands off, made when it is first needed.
    fn indent(&self, block: &Block) -> Option<gtk::TextTag> {
        let level = i32::try_from(block.depth + block.quotes).unwrap_or(0).min(8);
        if level == 0 {
            return None;
        }
        let is_item = matches!(block.kind, Kind::Item(_));
        let name = format!("indent:{level}:{is_item}");
        Some(self.tag(&name).unwrap_or_else(|| {
            let tag = gtk::TextTag::new(Some(&name));
            // What hangs stands out to the right: the marker is at the margin.
            tag.set_left_margin(MARGIN + if is_item { (level - 1) * STEP } else { level * STEP });
            if is_item {
                tag.set_indent(-STEP);
                let mut tabs = pango::TabArray::new(1, true);
                tabs.set_tab(0, pango::TabAlign::Left, STEP);
                tag.set_tabs(Some(&tabs));
            }
            self.add(&tag);
            tag
        }))
    }

    fn link(&self, address: &str) -> gtk::TextTag {
        let name = format!("{LINK}{address}");
        self.tag(&name).unwrap_or_else(|| {
            let tag = gtk::TextTag::new(Some(&name));
            tag.set_underline(pango::Underline::Single);
            tag.set_foreground_rgba(Some(&look::colours(&self.view).link));
            self.add(&tag);
            tag
        })
    }

    fn make_tags(&self) {
        let tag = |name: &str| {
            let tag = gtk::TextTag::new(Some(name));
            self.add(&tag);
            tag
        };
        let bold = pango::Weight::Bold.into_glib();
        tag("gap").set_pixels_above_lines(GAP);
        tag("gap-below").set_pixels_below_lines(GAP);
        tag("small-gap").set_pixels_above_lines(SMALL_GAP);
        for (name, scale) in [("h1", 1.35), ("h2", 1.2), ("h3", 1.08), ("h4", 1.0)] {
            let heading = tag(name);
            heading.set_weight(bold);
            heading.set_scale(scale);
        }
        tag("bold").set_weight(bold);
        tag("italic").set_style(pango::Style::Italic);
        tag("struck").set_strikethrough(true);
        let mono = tag("mono");
        mono.set_family(Some("monospace"));
        mono.set_scale(0.93);
        tag("table").set_wrap_mode(gtk::WrapMode::None);
        tag("code").set_family(Some("monospace"));
        let block = tag("block");
        block.set_family(Some("monospace"));
        block.set_scale(0.93);
        // Its ground begins where other text does, and each line of it a little within.
        block.set_indent(INSET);
        block.set_direction(gtk::TextDirection::Ltr);
        let caption = tag("caption");
        caption.set_scale(0.8);
        caption.set_family(Some("sans"));
        // What copies the code stands beside it with its lower edge on the line, and so with its word above that.
        caption.set_rise(CAPTION_RISE * pango::SCALE);
        tag("quiet");
    }

    /// Colours follow the theme.
    fn follow_style(self: &Rc<Self>) {
        let page = Rc::downgrade(self);
        let follow = move || {
            let Some(page) = page.upgrade() else { return };
            let Colours { link, code, quiet, .. } = look::colours(&page.view);
            let Some(table) = page.buffer.tag_table() else { return };
            table.foreach(|tag| match tag.name().as_deref() {
                Some(name) if name.starts_with(LINK) => tag.set_foreground_rgba(Some(&link)),
                Some("code") => tag.set_background_rgba(Some(&code)),
                Some("block") => tag.set_paragraph_background_rgba(Some(&code)),
                Some("quiet" | "caption") => tag.set_foreground_rgba(Some(&quiet)),
                _ => {}
            });
        };
        follow();
        self.view.connect_style_updated(move |_| follow());
    }

    fn follow_links(self: &Rc<Self>) {
        self.view.connect_motion_notify_event(|view, event| {
            let cursor = if address_at(view, event.position()).is_some() { "pointer" } else { "text" };
            if let Some(window) = TextViewExt::window(view, gtk::TextWindowType::Text) {
                window.set_cursor(gdk::Cursor::from_name(&window.display(), cursor).as_ref());
            }
            glib::Propagation::Proceed
        });
        self.view.connect_button_release_event(|view, event| {
            let selects = view.buffer().is_some_and(|buffer| buffer.has_selection());
            if let (1, false, Some(address)) = (event.button(), selects, address_at(view, event.position())) {
                open(view, &address);
            }
            glib::Propagation::Proceed
        });
    }
}

/// Within an item a new line hangs as the ones before, which it does as long as it begins no paragraph.
fn within<'a>(block: &Block, text: &'a str) -> Cow<'a, str> {
    match block.kind {
        Kind::Item(_) if text.contains('\n') => text.replace('\n', LINE_SEPARATOR).into(),
        _ => text.into(),
    }
}

fn styled(style: &Style) -> Vec<String> {
    let Style { bold, italic, struck, code, .. } = style;
    let named = [(*bold, "bold"), (*italic, "italic"), (*struck, "struck"), (*code, "code")];
    named.iter().filter(|(is, _)| *is).map(|(_, name)| (*name).to_owned()).collect()
}

/// What a block has more at its end, where that is all that changed.
fn growth(old: &Block, new: &Block) -> Option<String> {
    let is_same_place = (&old.kind, old.depth, old.quotes) == (&new.kind, new.depth, new.quotes);
    let (last, before) = old.runs.split_last()?;
    let (new_last, new_before) = new.runs.split_last()?;
    let is_same = is_same_place && before == new_before && last.style == new_last.style && new.kind != Kind::Table;
    if !is_same {
        return None;
    }
    new_last.text.strip_prefix(&last.text).map(str::to_owned)
}

fn address_at(view: &gtk::TextView, (x, y): (f64, f64)) -> Option<String> {
    let (x, y) = view.window_to_buffer_coords(gtk::TextWindowType::Widget, x as i32, y as i32);
    let tags = view.iter_at_location(x, y)?.tags();
    tags.iter().find_map(|tag| tag.name()?.strip_prefix(LINK).map(str::to_owned))
}

fn open(view: &gtk::TextView, address: &str) {
    if !SCHEMES.iter().any(|scheme| address.starts_with(scheme)) {
        return;
    }
    let window = view.toplevel().and_then(|top| top.downcast::<gtk::Window>().ok());
    if let Err(error) = gtk::show_uri_on_window(window.as_ref(), address, gtk::current_event_time()) {
        eprintln!("postil-panel: a link could not be opened: {}", error.domain().as_str());
    }
}
