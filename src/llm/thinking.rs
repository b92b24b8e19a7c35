//! Local models think aloud in the answer itself, between `<think>` and `</think>` at its start. This takes the two
//! apart while they stream.
//!
//! Invariant: no part of the thinking is ever handed on as answer, however the tags are cut; a `<think>` later in the
//! answer is the answer's own.

use super::request::Chunk;

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Where in an answer the stream is.
#[derive(Debug)]
pub enum Thinking {
    /// What came so far may still become the opening tag. So many bytes of it are white space, and not looked at again.
    Undecided {
        held: String,
        blank: usize,
    },
    /// Behind the opening tag. What is held may be the beginning of the closing one.
    Inside(String),
    /// Behind the closing tag: the empty lines before the answer are dropped.
    Behind,
    Answering,
}

impl Default for Thinking {
    fn default() -> Self {
        Self::Undecided { held: String::new(), blank: 0 }
    }
}

impl Thinking {
    /// Takes the next piece of the content, and adds what it is to `chunks`.
    pub fn push(&mut self, piece: String, chunks: &mut Vec<Chunk>) {
        match self {
            Self::Answering => answer(piece, chunks),
            Self::Behind => self.begin_answer(&piece, chunks),
            Self::Undecided { held, blank } => {
                held.push_str(&piece);
                let (held, blank) = (std::mem::take(held), *blank);
                self.decide(held, blank, chunks);
            }
            Self::Inside(held) => {
                held.push_str(&piece);
                let held = std::mem::take(held);
                self.think(held, chunks);
            }
        }
    }

    /// The stream has ended: what was still held.
    pub fn finish(self, chunks: &mut Vec<Chunk>) {
        match self {
            Self::Undecided { held, .. } => answer(held, chunks),
            Self::Inside(held) => reasoning(held, chunks),
            Self::Behind | Self::Answering => {}
        }
    }

    fn decide(&mut self, held: String, blank: usize, chunks: &mut Vec<Chunk>) {
        let start = held[blank..].trim_start();
        if let Some(inside) = start.strip_prefix(OPEN) {
            self.think(inside.to_owned(), chunks);
        } else if OPEN.starts_with(start) {
            *self = Self::Undecided { blank: held.len() - start.len(), held };
        } else {
            *self = Self::Answering;
            answer(held, chunks);
        }
    }

    fn think(&mut self, mut held: String, chunks: &mut Vec<Chunk>) {
        if let Some(at) = held.find(CLOSE) {
            let behind = held.split_off(at).split_off(CLOSE.len());
            reasoning(held, chunks);
            self.begin_answer(&behind, chunks);
        } else {
            let tag = held.split_off(held.len() - partial_close(&held));
            reasoning(held, chunks);
            *self = Self::Inside(tag);
        }
    }

    fn begin_answer(&mut self, piece: &str, chunks: &mut Vec<Chunk>) {
        let start = piece.trim_start();
        *self = if start.is_empty() { Self::Behind } else { Self::Answering };
        answer(start.to_owned(), chunks);
    }
}

/// How many bytes at the end may be the beginning of the closing tag.
fn partial_close(text: &str) -> usize {
    (1..CLOSE.len()).rev().find(|&length| text.ends_with(&CLOSE[..length])).unwrap_or(0)
}

fn answer(text: String, chunks: &mut Vec<Chunk>) {
    if !text.is_empty() {
        chunks.push(Chunk::Answer(text.into()));
    }
}

/// Adds what the model thinks aloud, if it is anything.
pub fn reasoning(text: String, chunks: &mut Vec<Chunk>) {
    if !text.is_empty() {
        chunks.push(Chunk::Reasoning(text.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However `content` is cut, `thought` and `answered` come out.
    #[track_caller]
    fn check(content: &str, thought: &str, answered: &str) {
        for size in 1..=content.chars().count().max(1) {
            let (mut thinking, mut chunks) = (Thinking::default(), Vec::new());
            for piece in content.chars().collect::<Vec<_>>().chunks(size) {
                thinking.push(piece.iter().collect(), &mut chunks);
            }
            thinking.finish(&mut chunks);
            let (mut reasoning, mut answer) = (String::new(), String::new());
            for chunk in &chunks {
                match chunk {
                    Chunk::Answer(text) => answer.push_str(text.expose()),
                    Chunk::Reasoning(text) => reasoning.push_str(text.expose()),
                }
            }
            assert_eq!((reasoning.as_str(), answer.as_str()), (thought, answered), "in pieces of {size}");
        }
    }

    #[test]
    fn thinking_is_taken_out_of_the_answer() {
        check("<think>hm</think>yes", "hm", "yes");
        check("\n<think>\nhm <b\n</think>\n\n  yes\n", "\nhm <b\n", "yes\n");
        check("<think></think>yes", "", "yes");
        check("<think>ü</</think>yes", "ü</", "yes");
    }

    #[test]
    fn an_answer_without_it_is_left_alone() {
        check("yes", "", "yes");
        check("  yes", "", "  yes");
        check("<thin air", "", "<thin air");
        check("a <think>b</think>", "", "a <think>b</think>");
        check("<", "", "<");
    }

    #[test]
    fn thinking_that_never_ends_is_no_answer() {
        check("<think>hm </thi", "hm </thi", "");
    }
}
