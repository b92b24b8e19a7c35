//! The line above a code: its language, and what copies it.

use gtk::prelude::*;
use postil::panel::markdown::{Block, Kind, Style};
use postil::panel::protocol::LONGEST_TYPED;
use postil::panel::words::Button;

use super::Page;
use crate::look::{self, words};

/// What is done with a code that is to be copied.
pub type Copies = Box<dyn Fn(String)>;

impl Page {
    /// Has this done with a code that is to be copied.
    pub fn connect_copy(&self, copy: impl Fn(String) + 'static) {
        self.copies.replace(Some(Box::new(copy)));
    }

    /// Writes it, up to where the code begins.
    pub(super) fn caption(&self, block: &Block, language: Option<&str>) {
        let of_block = self.tags(block, &Style::default());
        let of_caption: Vec<_> = of_block.iter().cloned().chain(self.tag("caption")).collect();
        self.insert(&language.map(|language| format!("{language}  ")).unwrap_or_default(), &of_caption);
        let start = self.buffer.char_count();
        if let Some(anchor) = self.buffer.create_child_anchor(&mut self.buffer.end_iter()) {
            self.view.add_child_at_anchor(&self.copy_button(&anchor), &anchor);
        }
        self.apply(&of_block, start);
        self.insert("\n", &of_caption);
    }

    fn copy_button(&self, anchor: &gtk::TextChildAnchor) -> gtk::Button {
        let Button { word, does } = words().copy_code;
        let button = look::button(word, does, Some("plain"));
        button.style_context().add_class("copy-code");
        let (page, anchor) = (self.own.clone(), anchor.downgrade());
        button.connect_clicked(move |button| {
            let (page, anchor) = (page.upgrade(), anchor.upgrade());
            let code = page.as_ref().zip(anchor).and_then(|(page, anchor)| page.code_below(&anchor));
            let Some((page, code)) = page.zip(code) else { return };
            // It can be marked and copied like all text, which the daemon has no part in.
            if code.len() > LONGEST_TYPED {
                return button.set_sensitive(false);
            }
            if let Some(copy) = &*page.copies.borrow() {
                copy(code);
                look::say_copied(button, word);
            }
        });
        button.show();
        button
    }

    /// The codes on it that can be copied, in their order.
    pub fn codes(&self) -> Vec<String> {
        let written = self.written.borrow();
        let codes = written.blocks.iter().filter(|block| matches!(block.kind, Kind::Code(_))).map(code);
        codes.filter(|code| code.len() <= LONGEST_TYPED).collect()
    }

    fn code_below(&self, anchor: &gtk::TextChildAnchor) -> Option<String> {
        let at = self.buffer.iter_at_child_anchor(anchor).offset();
        let written = self.written.borrow();
        let after = written.starts.partition_point(|start| *start <= at);
        written.blocks.get(after.checked_sub(1)?).map(code)
    }
}

/// As far as it has come, without the end of its last line: in a terminal that would run it.
fn code(block: &Block) -> String {
    let code: String = block.runs.iter().map(|run| run.text.as_str()).collect();
    code.trim_end_matches('\n').to_owned()
}
