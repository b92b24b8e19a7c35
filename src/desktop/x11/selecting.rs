//! Whether something was selected with the mouse: a button that went down and up, and PRIMARY that changed hands meanwhile
//! or a moment later, as some applications take it when the button is up. Pure.
//!
//! What is selected by keys or by a program has no stroke, and a stroke that selects nothing changes no selection.

use std::time::{Duration, Instant};

use crate::desktop::Stroke;

/// After the button is up an application takes the selection within this, or it is not about the stroke.
const TAKEN_WITHIN: Duration = Duration::from_millis(300);

/// What the mouse has done last.
#[derive(Debug, Default)]
pub struct Selecting {
    stroke: Option<Pending>,
}

#[derive(Debug, Clone, Copy)]
struct Pending {
    from: (i32, i32),
    /// Where the button went up, and when.
    up: Option<((i32, i32), Instant)>,
    /// Somebody has selected something since it went down, and still does.
    is_taken: bool,
}

impl Selecting {
    pub fn pressed(&mut self, at: (i32, i32)) {
        self.stroke = Some(Pending { from: at, up: None, is_taken: false });
    }

    /// Another button, or a key: what is selected next is not of the stroke.
    pub fn disturbed(&mut self) {
        self.stroke = None;
    }

    pub fn released(&mut self, at: (i32, i32), now: Instant) -> Option<Stroke> {
        let pending = self.stroke.as_mut()?;
        pending.up = Some((at, now));
        self.ended(now)
    }

    /// Whether a stroke has ended, and what is selected now may be by something else.
    pub fn is_up(&self) -> bool {
        self.stroke.is_some_and(|stroke| stroke.up.is_some())
    }

    /// PRIMARY has a new owner, or none.
    pub fn owner_changed(&mut self, is_owned: bool, now: Instant) -> Option<Stroke> {
        let pending = self.stroke.as_mut()?;
        pending.is_taken = is_owned;
        self.ended(now)
    }

    /// Told again where an application takes the selection once more, as some do when the button is up: it is another one
    /// then, of the same stroke.
    fn ended(&self, now: Instant) -> Option<Stroke> {
        let Pending { from, up: Some((to, at)), is_taken: true } = self.stroke? else { return None };
        (now.saturating_duration_since(at) <= TAKEN_WITHIN).then_some(Stroke { from, to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STROKE: Option<Stroke> = Some(Stroke { from: (1, 2), to: (30, 4) });

    fn pressed() -> (Selecting, Instant) {
        let mut selecting = Selecting::default();
        selecting.pressed((1, 2));
        (selecting, Instant::now())
    }

    #[test]
    fn what_is_taken_while_the_button_is_down_is_selected_when_it_is_up() {
        let (mut selecting, now) = pressed();
        assert_eq!(selecting.owner_changed(true, now), None);
        assert_eq!(selecting.owner_changed(true, now), None);
        assert_eq!(selecting.released((30, 4), now), STROKE);
        assert_eq!(selecting.owner_changed(true, now), STROKE, "it is another selection now");
        assert_eq!(selecting.owner_changed(true, now + Duration::from_secs(1)), None, "which is not of the stroke");
    }

    #[test]
    fn what_is_taken_a_moment_later_is_of_the_stroke() {
        let (mut selecting, now) = pressed();
        assert_eq!(selecting.released((30, 4), now), None);
        assert_eq!(selecting.owner_changed(true, now + Duration::from_millis(100)), STROKE);
        let (mut selecting, now) = pressed();
        assert_eq!(selecting.released((30, 4), now), None);
        assert_eq!(selecting.owner_changed(true, now + Duration::from_secs(1)), None);
    }

    #[test]
    fn a_stroke_that_selects_nothing_is_none() {
        let (mut selecting, now) = pressed();
        assert_eq!(selecting.released((30, 4), now), None);
        let (mut selecting, now) = pressed();
        assert_eq!(selecting.owner_changed(true, now), None);
        assert_eq!(selecting.owner_changed(false, now), None, "drawn back to where it began");
        assert_eq!(selecting.released((1, 2), now), None);
    }

    #[test]
    fn what_keys_or_programs_select_has_no_stroke() {
        let mut selecting = Selecting::default();
        assert_eq!(selecting.owner_changed(true, Instant::now()), None);
        let (mut selecting, now) = pressed();
        selecting.disturbed();
        assert_eq!(selecting.owner_changed(true, now), None);
    }
}
