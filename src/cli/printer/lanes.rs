//! Several answers in one terminal: each below its name, in the order in which the models were named. The first that is
//! not over streams; what comes of the others meanwhile is kept until their turn.

use crate::engine::call::Label;
use crate::engine::outcome::Failure;

/// The lanes of a job; none where it has one alone.
#[derive(Debug, Default)]
pub struct Lanes {
    lanes: Vec<Lane>,
    /// The one that may be seen.
    front: usize,
}

#[derive(Debug)]
struct Lane {
    label: Label,
    kept: String,
    begun: bool,
    /// Over, and why without an answer.
    over: Option<Option<Failure>>,
}

/// What is to be printed next.
#[derive(Debug, PartialEq)]
pub enum Piece {
    /// A block begins; the next pieces of text are below it.
    Heading(Label),
    Text(String),
    /// It ends.
    End,
    Failed(Label, Failure),
}

impl Lanes {
    pub fn new(labels: &[Label]) -> Self {
        let lane = |label: &Label| Lane { label: label.clone(), kept: String::new(), begun: false, over: None };
        Self { lanes: labels.iter().map(lane).collect(), front: 0 }
    }

    pub fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    pub fn label(&self, lane: u16) -> Option<&Label> {
        self.lanes.get(usize::from(lane)).map(|lane| &lane.label)
    }

    /// A piece of a lane's answer has come.
    pub fn add(&mut self, lane: u16, text: &str) -> Vec<Piece> {
        if let Some(lane) = self.lanes.get_mut(usize::from(lane)) {
            lane.kept.push_str(text);
        }
        self.go_on()
    }

    /// A lane is over.
    pub fn end(&mut self, lane: u16, failure: Option<Failure>) -> Vec<Piece> {
        if let Some(lane) = self.lanes.get_mut(usize::from(lane)) {
            lane.over = Some(failure);
        }
        self.go_on()
    }

    fn go_on(&mut self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        while let Some(lane) = self.lanes.get_mut(self.front) {
            lane.take(&mut pieces);
            let Some(failure) = lane.over.take() else { break };
            if lane.begun {
                pieces.push(Piece::End);
            }
            pieces.extend(failure.map(|failure| Piece::Failed(lane.label.clone(), failure)));
            self.front += 1;
        }
        pieces
    }
}

impl Lane {
    fn take(&mut self, pieces: &mut Vec<Piece>) {
        if self.kept.is_empty() {
            return;
        }
        if !self.begun {
            pieces.push(Piece::Heading(self.label.clone()));
        }
        self.begun = true;
        pieces.push(Piece::Text(std::mem::take(&mut self.kept)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(model: &str) -> Label {
        Label { model: model.into(), alternative: None }
    }

    fn text(pieces: Vec<Piece>) -> String {
        let piece = |piece| match piece {
            Piece::Heading(label) => format!("[{label}]"),
            Piece::Text(text) => text,
            Piece::End => ".".to_owned(),
            Piece::Failed(label, _) => format!("!{label}"),
        };
        pieces.into_iter().map(piece).collect()
    }

    #[test]
    fn the_first_streams_and_the_others_follow() {
        let mut lanes = Lanes::new(&[label("a"), label("b"), label("c")]);
        assert_eq!(text(lanes.add(1, "B")), "");
        assert_eq!(text(lanes.add(0, "A")), "[a]A");
        assert_eq!(text(lanes.end(1, None)), "");
        assert_eq!(text(lanes.add(0, "A")), "A");
        assert_eq!(text(lanes.end(0, None)), ".[b]B.");
        assert_eq!(text(lanes.add(2, "C")), "[c]C");
        assert_eq!(text(lanes.end(2, Some(Failure::Paused))), ".!c");
    }

    #[test]
    fn one_that_fails_at_once_has_no_block() {
        let mut lanes = Lanes::new(&[label("a"), label("b")]);
        assert_eq!(text(lanes.end(0, Some(Failure::Paused))), "!a");
        assert_eq!(text(lanes.add(1, "B")), "[b]B");
    }
}
