//! The text of a lane in its parts, mostly one, and their answers: what is put together of them has the white space
//! between the parts as it was.

use super::asking::Asking;
use crate::action::AnswerForm;
use crate::engine::plan::Said;
use crate::llm::request::{Conversation, Finish, Usage};
use crate::text::chunking::{self, Chunks};
use crate::text::plain;
use crate::text::sealed::{AnswerText, UserText};

/// A part below this is not split any more: what is too long then is not the text.
const SMALLEST_SPLIT: usize = 200;

/// All parts of a text, in order.
#[derive(Debug)]
pub(super) struct Parts {
    list: Vec<Part>,
    /// White space behind the last part.
    tail: UserText,
    /// How many parts there ever were.
    numbered: u32,
    /// How many, from the front, have been shown.
    shown: usize,
}

/// A text that passes through the lane's steps by itself.
#[derive(Debug)]
pub(super) struct Part {
    /// Its own, whatever becomes of the others.
    pub(super) number: u32,
    /// White space before it.
    before: UserText,
    pub(super) text: UserText,
    /// The step that it has come to.
    pub(super) step: usize,
    /// What the steps before have answered.
    pub(super) said: Said,
    pub(super) usage: Option<Usage>,
    pub(super) state: State,
}

#[derive(Debug)]
pub(super) enum State {
    Waiting,
    Asking(Box<Asking>),
    Answered(Whole),
}

/// The last step's answer to a part.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) text: AnswerText,
    pub(super) finish: Finish,
    pub(super) by: String,
    pub(super) conversation: Option<Conversation>,
}

impl Parts {
    pub(super) fn new(chunks: Chunks) -> Self {
        let mut parts = Self { list: Vec::new(), tail: chunks.tail, numbered: 0, shown: 0 };
        parts.list = chunks.list.into_iter().map(|chunk| parts.part(chunk)).collect();
        parts
    }

    fn part(&mut self, chunk: chunking::Chunk) -> Part {
        let number = self.numbered;
        self.numbered += 1;
        let (before, text) = (chunk.before, chunk.text);
        Part { number, before, text, step: 0, said: Said::new(), usage: None, state: State::Waiting }
    }

    pub(super) fn list(&self) -> &[Part] {
        &self.list
    }

    pub(super) fn get(&mut self, at: usize) -> &mut Part {
        &mut self.list[at]
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Part> {
        self.list.iter_mut()
    }

    /// Whether the text is worked on in one piece.
    pub(super) fn is_whole(&self) -> bool {
        self.list.len() == 1
    }

    /// The requests that are under way, those that wait for their next attempt included.
    pub(super) fn asked(&self) -> impl Iterator<Item = &Asking> {
        self.list.iter().filter_map(|part| match &part.state {
            State::Asking(asking) => Some(&**asking),
            State::Waiting | State::Answered(_) => None,
        })
    }

    pub(super) fn answered(&self) -> impl Iterator<Item = &Whole> {
        self.list.iter().filter_map(Part::whole)
    }

    /// Puts two parts or more in place of one, to be asked about from the first step on. Not where it is short already.
    pub(super) fn split(&mut self, at: usize) -> bool {
        let text = &self.list[at].text;
        let length = text.expose().len();
        if length < SMALLEST_SPLIT {
            return false;
        }
        // A bit above half of it, so that two are enough where paragraphs are of unequal length.
        let mut chunks = chunking::split(text, length * 5 / 8, str::len);
        if chunks.list.len() < 2 {
            return false;
        }
        let usage = self.list[at].usage;
        chunks.list[0].before = glued(&self.list[at].before, &chunks.list[0].before);
        match self.list.get_mut(at + 1) {
            Some(next) => next.before = glued(&chunks.tail, &next.before),
            None => self.tail = glued(&chunks.tail, &self.tail),
        }
        let mut parts: Vec<_> = chunks.list.into_iter().map(|chunk| self.part(chunk)).collect();
        parts[0].usage = usage;
        self.list.splice(at..=at, parts);
        true
    }

    /// The answers from the front up to the first that is missing, put together.
    pub(super) fn joined(&self, form: AnswerForm) -> String {
        if let ([part], Some(whole)) = (self.list.as_slice(), self.list[0].whole()) {
            return formed(form, &whole.text, &part.text).expose().to_owned();
        }
        let mut joined: String = self.list.iter().map_while(|part| part.in_place(form)).collect();
        if self.answered().count() == self.list.len() {
            joined.push_str(self.tail.expose());
        }
        joined
    }

    /// What of [`joined`](Self::joined) has come since this was asked last.
    pub(super) fn take_new(&mut self, form: AnswerForm) -> Option<AnswerText> {
        let new: String = self.list[self.shown..].iter().map_while(|part| part.in_place(form)).collect();
        self.shown += self.list[self.shown..].iter().take_while(|part| part.whole().is_some()).count();
        (!new.is_empty()).then(|| new.into())
    }

    /// The whole text's tokens, failed attempts of which a server told them included.
    pub(super) fn usage(&self) -> Option<Usage> {
        self.list.iter().filter_map(|part| part.usage).reduce(sum)
    }
}

impl Part {
    pub(super) fn whole(&self) -> Option<&Whole> {
        match &self.state {
            State::Answered(whole) => Some(whole),
            State::Waiting | State::Asking(_) => None,
        }
    }

    /// Its answer where it stands in the text.
    fn in_place(&self, form: AnswerForm) -> Option<String> {
        let whole = self.whole()?;
        Some(format!("{}{}", self.before.expose(), formed(form, &whole.text, &self.text).expose().trim()))
    }

    pub(super) fn take_asking(&mut self) -> Option<Asking> {
        match std::mem::replace(&mut self.state, State::Waiting) {
            State::Asking(asking) => Some(*asking),
            other => {
                self.state = other;
                None
            }
        }
    }

    pub(super) fn count(&mut self, usage: Option<Usage>) {
        self.usage = self.usage.into_iter().chain(usage).reduce(sum);
    }
}

fn formed(form: AnswerForm, answer: &AnswerText, text: &UserText) -> AnswerText {
    match form {
        AnswerForm::Plain => plain::plain(answer, text.expose()),
        AnswerForm::Markdown => answer.clone(),
    }
}

fn glued(one: &UserText, other: &UserText) -> UserText {
    format!("{}{}", one.expose(), other.expose()).into()
}

fn sum(one: Usage, other: Usage) -> Usage {
    Usage {
        input: one.input + other.input,
        output: one.output + other.output,
        cached: one.cached + other.cached,
        reasoning: one.reasoning + other.reasoning,
    }
}
