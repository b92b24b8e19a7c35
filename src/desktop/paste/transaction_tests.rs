//! The paste's machine: its straight line as lists of inputs and outputs, and its invariants under any order of inputs.

use proptest::prelude::*;

use super::*;

const TEXT: Input = Input::Asked(Asked::Text);
const OTHER: Input = Input::Asked(Asked::Other);

fn kept() -> Input {
    Input::Kept { text: None }
}

fn taken() -> Input {
    Input::Taken { asks_first: None }
}

fn told(end: Pasted) -> Output {
    Output::Tell(PasteStep::Ended(end))
}

/// Each input with what it has to give. `Deadline` lets the machine's own time pass.
fn check(inputs: Vec<(Input, Vec<Output>)>) {
    let mut now = Instant::now();
    let mut transaction = Transaction::default();
    for (input, expected) in inputs {
        if input == Input::Deadline {
            now = transaction.deadline().expect("something is waited for");
        }
        let shown = format!("{input:?} in {transaction:?}");
        let mut outputs = transaction.hear(input, now);
        outputs.retain(|output| !matches!(output, Output::Tell(PasteStep::Kept { .. })));
        assert_eq!(outputs, expected, "{shown}");
    }
}

fn until_pressed() -> Vec<(Input, Vec<Output>)> {
    vec![
        (kept(), vec![]),
        (Input::Wanted(Start::OverSelection), vec![Output::AwaitKeys]),
        (Input::KeysUp, vec![Output::Look]),
        (Input::Fits, vec![Output::Take]),
        (taken(), vec![Output::Press]),
        (Input::Pressed, vec![]),
    ]
}

fn and(mut first: Vec<(Input, Vec<Output>)>, then: Vec<(Input, Vec<Output>)>) -> Vec<(Input, Vec<Output>)> {
    first.extend(then);
    first
}

fn confirmed(receipts: u32) -> Vec<Output> {
    vec![Output::GiveBackToOthers, Output::Nudge, told(Pasted::Confirmed { receipts })]
}

fn nudged() -> (Input, Vec<Output>) {
    (Input::Deadline, vec![Output::Nudge])
}

fn over() -> Vec<Output> {
    vec![Output::GiveBack, Output::Forget]
}

#[test]
fn the_straight_line() {
    check(and(
        until_pressed(),
        vec![
            (OTHER, vec![]),
            (TEXT, vec![]),
            (OTHER, vec![]),
            (TEXT, vec![]),
            nudged(),
            (Input::Deadline, confirmed(2)),
            (Input::Deadline, over()),
        ],
    ));
}

#[test]
fn a_target_that_goes_on_later_still_gets_the_answer() {
    let late = vec![(OTHER, vec![]), nudged(), (TEXT, vec![]), nudged(), (Input::Deadline, confirmed(1))];
    let and_later = vec![(OTHER, vec![]), nudged(), (TEXT, vec![]), nudged(), (Input::Deadline, over())];
    check(and(until_pressed(), and(late, and_later)));
}

#[test]
fn what_the_person_pastes_next_is_the_old() {
    let confirmed = and(until_pressed(), vec![(TEXT, vec![]), nudged(), (Input::Deadline, confirmed(1))]);
    check(and(confirmed, vec![(Input::Touched, over())]));
    check(and(until_pressed(), vec![(Input::Touched, vec![]), (TEXT, vec![]), (Input::Touched, vec![])]));
}

#[test]
fn an_answer_may_come_before_the_clipboard_is_safe() {
    check(vec![(Input::Wanted(Start::OverSelection), vec![]), (kept(), vec![Output::AwaitKeys])]);
}

#[test]
fn what_was_pasted_before_is_selected_first() {
    check(vec![
        (kept(), vec![]),
        (Input::Wanted(Start::OverFormer), vec![Output::AwaitKeys]),
        (Input::KeysUp, vec![Output::Look]),
        (Input::Fits, vec![Output::Select]),
        (Input::Selected, vec![Output::Take]),
    ]);
}

#[test]
fn who_has_to_see_what_there_is_gets_its_keys_after_that() {
    let mut inputs = until_pressed();
    inputs.truncate(4);
    inputs.push((Input::Taken { asks_first: Some(Duration::from_secs(1)) }, vec![]));
    check(and(inputs.clone(), vec![(OTHER, vec![Output::Press]), (Input::Pressed, vec![]), (TEXT, vec![])]));
    check(and(inputs, vec![(Input::Deadline, vec![Output::Press])]));
}

#[test]
fn keys_that_stay_down_are_let_go_for_the_person() {
    check(vec![
        (kept(), vec![]),
        (Input::Wanted(Start::OverSelection), vec![Output::AwaitKeys]),
        (Input::Deadline, vec![Output::LiftKeys]),
        (Input::Failed(NotPasted::KeysHeld), vec![told(Pasted::Not(NotPasted::KeysHeld)), Output::Forget]),
    ]);
}

#[test]
fn what_was_never_taken_stays_until_it_is_called_back() {
    let unconfirmed = (Input::Deadline, vec![told(Pasted::Unconfirmed)]);
    let left = and(until_pressed(), vec![(OTHER, vec![]), nudged(), unconfirmed]);
    check(and(left.clone(), vec![(Input::GiveBack, vec![Output::GiveBack, Output::Forget])]));
    check(and(left, vec![(Input::Lost, vec![Output::Forget]), (Input::GiveBack, vec![])]));
}

#[test]
fn a_failure_before_the_answer_is_told_with_it() {
    let changed = NotPasted::ClipboardChanged;
    check(vec![
        (kept(), vec![]),
        (Input::Failed(changed.clone()), vec![]),
        (Input::Wanted(Start::OverSelection), vec![told(Pasted::Not(changed)), Output::Forget]),
    ]);
}

#[test]
fn a_failure_after_taking_gives_back() {
    let moved = NotPasted::FocusChanged;
    let mut inputs = until_pressed();
    inputs.pop();
    let end = vec![Output::GiveBack, told(Pasted::Not(moved.clone())), Output::Forget];
    check(and(inputs, vec![(Input::Failed(moved), end)]));
}

#[test]
fn keys_that_were_not_pressed_after_all_give_back() {
    let refused = NotPasted::KeysRefused;
    let end = vec![Output::GiveBack, told(Pasted::Not(refused.clone())), Output::Forget];
    check(and(until_pressed(), vec![(Input::Failed(refused), end)]));
}

#[test]
fn what_is_pasted_nowhere_is_offered_without_a_key() {
    check(vec![
        (kept(), vec![]),
        (Input::Wanted(Start::OverNothing), vec![Output::Take]),
        (taken(), vec![told(Pasted::Unconfirmed)]),
        (Input::GiveBack, vec![Output::GiveBack, Output::Forget]),
    ]);
}

#[test]
fn whoever_copies_meanwhile_keeps_the_clipboard() {
    let changed = vec![told(Pasted::Not(NotPasted::ClipboardChanged)), Output::Forget];
    check(and(until_pressed(), vec![(Input::Lost, changed)]));
    let confirmed = vec![told(Pasted::Confirmed { receipts: 1 }), Output::Forget];
    check(and(until_pressed(), vec![(TEXT, vec![]), (Input::Lost, confirmed)]));
}

#[test]
fn an_end_can_be_had_at_any_time_before_the_keys() {
    check(vec![(Input::Abandoned, vec![Output::Forget])]);
    check(vec![
        (kept(), vec![]),
        (Input::Abandoned, vec![Output::Forget]),
        (Input::Wanted(Start::OverSelection), vec![]),
    ]);
    check(and(until_pressed(), vec![(Input::Abandoned, vec![]), (TEXT, vec![])]));
}

#[test]
fn who_may_not_have_come_to_its_paste_is_waited_for() {
    let quiet = Quiet { done: Duration::from_millis(250), asks: 2, early: Duration::from_secs(1) };
    let now = Instant::now();
    let mut transaction = Transaction { quiet, ..Transaction::default() };
    for (input, _) in until_pressed() {
        transaction.hear(input, now);
    }
    for wait in [quiet.early, quiet.done, quiet.done] {
        transaction.hear(TEXT, now);
        let Stage::Quiet { until, .. } = transaction.stage else { panic!("{transaction:?}") };
        assert_eq!(until, now + wait);
    }
}

/// What has become of the world that the machine drives.
#[derive(Default)]
struct Played {
    safe: bool,
    wanted: bool,
    taken: bool,
    given_back: bool,
    given_back_to_others: bool,
    lost: bool,
    unconfirmed: bool,
    ends: u32,
    abandoned: bool,
}

impl Played {
    fn heard(&mut self, input: &Input, before: &Transaction) {
        match input {
            Input::Kept { .. } => self.safe = true,
            Input::Wanted(_) => self.wanted |= !before.is_over(),
            Input::Taken { .. } if matches!(before.stage, Stage::Taking | Stage::Offering) => self.taken = true,
            Input::Lost if self.taken => self.lost = true,
            Input::Abandoned => self.abandoned = true,
            _ => {}
        }
    }

    fn did(&mut self, output: &Output) {
        match output {
            Output::Take | Output::Press => assert!(self.safe && self.ends == 0, "{output:?} out of turn"),
            Output::GiveBack => self.given_back = true,
            Output::GiveBackToOthers => self.given_back_to_others = true,
            Output::Tell(PasteStep::Ended(end)) => {
                let is_well = matches!(end, Pasted::Confirmed { .. });
                assert!(!is_well || self.given_back_to_others || self.lost, "told before the old contents are back");
                self.ends += 1;
                self.unconfirmed = *end == Pasted::Unconfirmed;
            }
            _ => {}
        }
    }

    fn check(&self, transaction: &Transaction) {
        assert!(self.ends <= 1);
        if transaction.is_over() {
            assert!(!self.taken || self.given_back || self.lost, "the old contents are lost");
            assert!(!self.wanted || self.ends == 1 || self.abandoned, "an answer without an end");
        }
        if transaction.stage == Stage::Left {
            assert!(self.unconfirmed);
        }
    }
}

fn any_input() -> impl Strategy<Value = Input> {
    prop_oneof![
        3 => Just(kept()),
        3 => Just(Input::Wanted(Start::OverSelection)),
        1 => Just(Input::Wanted(Start::OverFormer)),
        1 => Just(Input::Wanted(Start::OverNothing)),
        1 => Just(Input::Failed(NotPasted::FocusChanged)),
        4 => Just(Input::KeysUp),
        4 => Just(Input::Fits),
        4 => Just(Input::Selected),
        4 => Just(taken()),
        1 => Just(Input::Taken { asks_first: Some(Duration::from_secs(1)) }),
        4 => Just(Input::Pressed),
        4 => Just(TEXT),
        2 => Just(OTHER),
        1 => Just(Input::Touched),
        1 => Just(Input::Lost),
        1 => Just(Input::Abandoned),
        1 => Just(Input::GiveBack),
        3 => Just(Input::Deadline),
    ]
}

proptest! {
    #[test]
    fn nothing_is_lost_in_any_order(inputs in proptest::collection::vec(any_input(), 0..60)) {
        let mut now = Instant::now();
        let (mut transaction, mut played) = (Transaction::default(), Played::default());
        for input in inputs {
            if input == Input::Deadline {
                now = transaction.deadline().unwrap_or(now);
            }
            played.heard(&input, &transaction);
            transaction.hear(input, now).iter().for_each(|output| played.did(output));
            played.check(&transaction);
        }
        // Whatever was left, time and the person bring it to its end.
        for _ in 0..8 {
            now = transaction.deadline().unwrap_or(now);
            for input in [Input::Deadline, Input::Failed(NotPasted::KeysHeld), Input::GiveBack] {
                transaction.hear(input, now).iter().for_each(|output| played.did(output));
            }
        }
        transaction.hear(Input::Abandoned, now);
        assert!(transaction.is_over());
        played.abandoned = true;
        played.check(&transaction);
    }
}
