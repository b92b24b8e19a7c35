//! What an answer changes in a text: what goes is struck out, what comes is marked.

use gtk::prelude::*;
use postil::text::diff::{Kind, Piece};

use crate::look::{self, words};

const THIN_SPACE: &str = "\u{2009}";

pub struct Change {
    pub view: gtk::TextView,
}

impl Change {
    pub fn new() -> Self {
        let view = look::text_view("change");
        view.set_top_margin(6);
        view.set_bottom_margin(8);
        look::name(&view, words().change);
        if let Some(table) = view.buffer().and_then(|buffer| buffer.tag_table()) {
            let (old, new) = (gtk::TextTag::new(Some("old")), gtk::TextTag::new(Some("new")));
            // Not by its colour alone.
            old.set_strikethrough(true);
            table.add(&old);
            table.add(&new);
        }
        let change = Self { view };
        change.follow_style();
        change
    }

    pub fn set(&self, pieces: &[Piece]) {
        let Some(buffer) = self.view.buffer() else { return };
        buffer.set_text("");
        let mut before = Kind::Kept;
        for Piece { kind, text } in pieces {
            // What goes and what comes in its place are two words.
            if (before, *kind) == (Kind::Old, Kind::New) {
                buffer.insert(&mut buffer.end_iter(), THIN_SPACE);
            }
            before = *kind;
            let start = buffer.char_count();
            buffer.insert(&mut buffer.end_iter(), text.expose());
            let tag = match kind {
                Kind::Kept => continue,
                Kind::Old => "old",
                Kind::New => "new",
            };
            buffer.apply_tag_by_name(tag, &buffer.iter_at_offset(start), &buffer.end_iter());
        }
    }

    fn follow_style(&self) {
        let follow = |view: &gtk::TextView| {
            let colours = look::colours(view);
            let table = view.buffer().and_then(|buffer| buffer.tag_table());
            let tag = |name| table.as_ref().and_then(|table| table.lookup(name));
            if let (Some(old), Some(new)) = (tag("old"), tag("new")) {
                old.set_foreground_rgba(Some(&colours.old.0));
                old.set_background_rgba(Some(&colours.old.1));
                new.set_foreground_rgba(Some(&colours.new.0));
                new.set_background_rgba(Some(&colours.new.1));
            }
        };
        follow(&self.view);
        self.view.connect_style_updated(follow);
    }
}
