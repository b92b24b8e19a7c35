//! A conversation in a window: what was asked and answered stands above what is answered now.

use gtk::prelude::*;
use postil::panel::protocol::{FromPanel, Words};

use super::View;
use super::foot::Moment;
use crate::{look, pipe};

impl View {
    /// What is asked goes to who gave the answer that is chosen.
    pub(super) fn follow(&self) {
        let entry = &self.frame.follow_up;
        let question = entry.text().trim().to_owned();
        if question.is_empty() || !matches!(self.moment.get(), Moment::Answered { .. }) {
            return;
        }
        entry.set_text("");
        self.asked.replace(Some(question.clone()));
        pipe::say(&FromPanel::Follow { job: self.job(), lane: self.chosen(), question: Words::from(question) });
    }

    /// The answer that was asked about goes up, and the question below it.
    pub(super) fn turn(&self, question: &str) {
        let chosen = usize::from(self.chosen());
        let lanes = self.lanes.take();
        for (number, lane) in lanes.iter().enumerate() {
            self.frame.answers.remove(&lane.root);
            if number == chosen {
                lane.be_a_turn();
                self.frame.turns.pack_start(&lane.root, false, false, 0);
            }
        }
        let asked = look::label("question");
        asked.set_text(question);
        asked.set_selectable(true);
        // As what one says oneself stands in a conversation.
        asked.set_halign(gtk::Align::End);
        self.frame.turns.style_context().add_class("turns");
        self.frame.turns.pack_start(&asked, false, false, 0);
        asked.show();
    }

    pub(super) fn forget_turns(&self) {
        self.frame.turns.foreach(|turn| self.frame.turns.remove(turn));
        self.frame.follow_up.set_text("");
    }
}
