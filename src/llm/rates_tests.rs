//! Headers as servers have sent them.

use super::*;

/// Sun, 06 Nov 1994 08:49:30 GMT.
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(784_111_770)
}

/// What `headers` say, each limit as `of/per remaining/limit reset`.
#[track_caller]
fn check(headers: &[(&str, &str)], requests_per: Option<Window>, wanted: &[&str]) {
    let header = |asked: &str| headers.iter().find(|(name, _)| *name == asked).map(|(_, value)| *value);
    let rates = Rates::of(header, requests_per, now());
    let number = |number: Option<u64>| number.map_or("?".to_owned(), |number| number.to_string());
    let shown = rates.0.iter().map(|one| {
        let per = one.per.map_or("?".to_owned(), |per| format!("{per:?}"));
        let reset = one.reset.map_or("?".to_owned(), |reset| format!("{reset:?}"));
        format!("{:?}/{per} {}/{} {reset}", one.of, number(one.remaining), number(one.limit))
    });
    assert_eq!(shown.collect::<Vec<_>>(), wanted);
}

#[test]
fn openai_and_those_who_imitate_it() {
    let headers = [
        ("x-ratelimit-limit-requests", "60"),
        ("x-ratelimit-limit-tokens", "150000"),
        ("x-ratelimit-remaining-requests", "59"),
        ("x-ratelimit-remaining-tokens", "149984"),
        ("x-ratelimit-reset-requests", "1s"),
        ("x-ratelimit-reset-tokens", "6m0s"),
    ];
    check(&headers, Some(Window::Minute), &["Requests/Minute 59/60 1s", "Tokens/? 149984/150000 360s"]);
    let groq = [("x-ratelimit-limit-requests", "14400"), ("x-ratelimit-reset-requests", "2m59.56s")];
    check(&groq, Some(Window::Day), &["Requests/Day ?/14400 179.56s"]);
    check(&[("x-ratelimit-remaining-tokens", "7")], None, &["Tokens/? 7/? ?"]);
}

#[test]
fn anthropic() {
    let headers = [
        ("anthropic-ratelimit-requests-limit", "1000"),
        ("anthropic-ratelimit-requests-remaining", "999"),
        ("anthropic-ratelimit-requests-reset", "1994-11-06T08:49:37Z"),
        ("anthropic-ratelimit-input-tokens-limit", "80000"),
        ("anthropic-ratelimit-input-tokens-remaining", "0"),
        ("anthropic-ratelimit-input-tokens-reset", "1994-11-06T08:50:30Z"),
        ("anthropic-ratelimit-output-tokens-remaining", "16000"),
        ("anthropic-ratelimit-output-tokens-reset", "1994-11-06T08:49:00Z"),
    ];
    let wanted = ["Requests/Minute 999/1000 7s", "InputTokens/Minute 0/80000 60s", "OutputTokens/Minute 16000/? 0ns"];
    check(&headers, None, &wanted);
    let header = |asked: &str| headers.iter().find(|(name, _)| *name == asked).map(|(_, value)| *value);
    assert_eq!(Rates::of(header, None, now()).exhausted_for(), Some(Duration::from_secs(60)));
}

#[test]
fn others() {
    let openrouter =
        [("x-ratelimit-limit", "20"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1741305600000")];
    check(&openrouter, None, &["Requests/? 0/20 957193830s"]);
    let mistral = [("x-ratelimit-limit-req-minute", "60"), ("x-ratelimitbysize-remaining-minute", "499")];
    check(&mistral, None, &["Requests/Minute ?/60 ?", "Tokens/Minute 499/? ?"]);
}

#[test]
fn what_cannot_be_read_is_not_there() {
    check(&[], None, &[]);
    check(&[("x-ratelimit-limit-requests", "many"), ("x-ratelimit-reset-requests", "1s")], None, &[]);
    check(&[("x-ratelimit-limit-requests", "5"), ("x-ratelimit-reset-requests", "soon")], None, &["Requests/? ?/5 ?"]);
}

#[test]
fn the_wait_is_read_however_it_is_written() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
    let cases = [
        ("retry-after", "7", Some(7_000)),
        ("retry-after", "1.5", Some(1_500)),
        ("retry-after-ms", "250", Some(250)),
        ("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT", Some(7_000)),
        ("retry-after", "Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
        ("retry-after", "6m0s", Some(360_000)),
        ("retry-after", "1h2m3.5s", Some(3_723_500)),
        ("retry-after", "120ms", Some(120)),
        ("retry-after", "10000000000000000000s10000000000000000000s", None),
        ("retry-after", "-3", None),
        ("retry-after", "soon", None),
        ("retry-after", "", None),
        ("other", "7", None),
    ];
    for (name, value, wanted) in cases {
        let found = retry_after(|asked| (asked == name).then_some(value), now);
        assert_eq!(found, wanted.map(Duration::from_millis), "{name}: {value}");
    }
}
