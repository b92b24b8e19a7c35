//! A question's way back: answered exactly once, whatever becomes of the one who was asked.

/// Where an answer goes.
pub type Give<T> = Box<dyn FnOnce(T) + Send>;

/// Answers with what it was made with if it is dropped unanswered: nobody waits for ever for a thread that has ended.
pub struct Reply<T> {
    open: Option<(Give<T>, T)>,
}

impl<T> Reply<T> {
    pub fn new(otherwise: T, give: Give<T>) -> Self {
        Self { open: Some((give, otherwise)) }
    }

    pub fn give(mut self, answer: T) {
        if let Some((give, _)) = self.open.take() {
            give(answer);
        }
    }
}

impl<T> Drop for Reply<T> {
    fn drop(&mut self) {
        if let Some((give, otherwise)) = self.open.take() {
            give(otherwise);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn it_is_answered_once() {
        let (sender, answers) = mpsc::channel();
        let give = |sender: mpsc::Sender<i32>| Box::new(move |answer| sender.send(answer).unwrap());
        Reply::new(0, give(sender.clone())).give(7);
        drop(Reply::new(0, give(sender)));
        assert_eq!(answers.iter().collect::<Vec<_>>(), [7, 0]);
    }
}
