//! Tables of calculations and their results.

use super::*;

fn calculated(text: &str, code: &str) -> Result<String, String> {
    let languages: Vec<_> = Language::from_code(code).into_iter().collect();
    let until = Instant::now() + Duration::from_secs(10);
    let made = calculate(text, &languages, Date::constant(2026, 11, 25), until);
    made.map(|made| made.text.expose().to_owned()).map_err(|failure| failure.to_string())
}

fn check(code: &str, table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(calculated(text, code).as_deref(), Ok(*expected), "{text}");
    }
}

#[test]
fn arithmetic() {
    check(
        "en",
        &[
            ("2+2=", "4"),
            ("7 * (3 + 2)", "35"),
            ("2 × 3 ÷ 4 − 1", "0.5"),
            ("0.1+0.2", "0.3"),
            ("1/3", "≈ 0.3333333333"),
            ("2^100", "1267650600228229401496703205376"),
            ("3² + 4²", "25"),
            ("5!", "120"),
            ("10 mod 3", "1"),
            ("sqrt 2", "≈ 1.4142135624"),
            ("sin 30 degrees", "0.5"),
            ("1,234.5 + 1", "1235.5"),
            ("1 000 000 / 4", "250000"),
            ("½ + ¼", "0.75"),
            ("-5 + 3", "-2"),
        ],
    );
}

#[test]
fn percentages() {
    check(
        "en",
        &[
            ("15 % of 240", "36"),
            ("15% of 240", "36"),
            ("240 + 15 %", "276"),
            ("240 - 15%", "204"),
            ("100 km + 10 %", "110 km"),
            ("5% + 10%", "15%"),
            ("12.5 % von 80", "10"),
        ],
    );
}

#[test]
fn units() {
    check(
        "en",
        &[
            ("3/4 inch in mm", "19.05 mm"),
            ("1.5h in min", "90 mins"),
            ("72 °F in °C", "≈ 22.2222222222 °C"),
            ("20C in F", "68 °F"),
            ("100 km/h in mph", "≈ 62.1371192237 mph"),
            ("5'10\" in cm", "177.8 cm"),
            ("6 ft 2 in in cm", "187.96 cm"),
            ("1 GB in MiB", "953.67431640625 MiB"),
            ("1 hour 20 minutes in s", "4800 s"),
            ("5 lb in kg", "2.26796185 kg"),
            ("3 m^2 in ft^2", "≈ 32.2917312501 ft^2"),
            ("100 km / 2 h in km/h", "50 km / h"),
            ("10 L/100 km * 50 km", "5 L"),
            ("255 in hex", "ff"),
        ],
    );
}

#[test]
fn decimal_commas() {
    check(
        "de",
        &[
            ("1,5 h in min", "90 mins"),
            ("3/4 inch in mm", "19,05 mm"),
            ("1.000 * 2", "2000"),
            ("1.000,50 + 0,25", "1000,75"),
            ("1.5 + 1", "2.5"),
            ("12,5 % von 80", "10"),
        ],
    );
    check("en", &[("1,5 + 1,25", "2,75"), ("1,000 * 2", "2000")]);
}

#[test]
fn dates() {
    check(
        "en",
        &[
            ("2026-12-25 - 2026-11-25", "30 days (4 weeks and 2 days)"),
            ("today + 1 week", "Wednesday, 2 December 2026"),
        ],
    );
}

#[test]
fn what_is_no_calculation_is_said_to_be_none() {
    for text in [
        "",
        "hello",
        "house",
        "5 kg",
        "42",
        "-5",
        "version",
        "d20",
        "1 d20",
        "x = 5",
        "\\x.x + 1",
        "\"a\" + 1",
        "#a+1",
        "@2026-01-01 + 1",
        "see page 5, and then 6",
        "2 +",
        "(((",
        "m",
        "555 12",
        "1+1; 2",
    ] {
        let sentence = calculated(text, "en").expect_err(text);
        assert!(sentence == NOT_ONE || sentence.contains("no unit"), "{text}: {sentence}");
    }
    assert_eq!(calculated(&"1+".repeat(200), "en"), Err(NOT_ONE.into()));
    assert_eq!(calculated(&format!("{}1{}", "(".repeat(100), ")".repeat(100)), "en"), Err(NOT_ONE.into()));
}

#[test]
fn what_has_no_result_says_why() {
    for (text, part) in [
        ("1/0", "divided by zero"),
        ("2 m + 3 s", "turned into each other"),
        ("100 USD in EUR", "exchange rates"),
        ("5 Meilen in km", "in English"),
        ("2^2^2^2^2^2", "too large"),
        ("2^10000", "more than a thousand digits"),
        ("4/5/2026 + 1 day", "two ways"),
    ] {
        let sentence = calculated(text, "en").expect_err(text);
        assert!(sentence.contains(part), "{text}: {sentence}");
    }
}

#[test]
fn what_would_never_end_is_given_up() {
    let short = |text: &str| {
        let until = Instant::now() + Duration::from_millis(20);
        calculate(text, &[], Date::constant(2026, 11, 25), until).expect_err(text).to_string()
    };
    for text in ["10^10^10", "9999999!", "7^9999999", "1e1000000 + 1", "3^3^15", "(10^9999)!", "2^(2^20) * 3^(2^20)"] {
        let sentence = short(text);
        assert!(
            sentence.contains("half a second") || sentence.contains("too large") || sentence.contains("digits"),
            "{text}: {sentence}"
        );
    }
}

#[test]
fn the_reading_is_said_with_the_answer() {
    let until = Instant::now() + Duration::from_secs(10);
    let made = calculate("240 + 15 % =", &[], Date::constant(2026, 11, 25), until).unwrap();
    assert_eq!(made.notes, [Note::Reckoned("(240) * (1 + 15%)".into())]);
}
