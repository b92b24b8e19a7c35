//! How many secrets the look-through finds, and how often it takes something else for one.
//! `cargo test --test secrets -- --nocapture` prints the figures of docs/privacy.md.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;

use postil::text::redaction::{Finding, find};

/// Each line is drawn so many times, each time by other chances.
const DRAWS: u64 = 20;

/// In percent.
const LEAST_FOUND: f64 = 98.0;
const MOST_FALSE: f64 = 1.0;

#[test]
fn secrets_are_found_and_what_looks_like_them_is_not() {
    check("published", include_str!("data/secrets.tsv"), 200);
}

/// Most of it are shapes of services.
#[test]
fn secrets_of_the_second_set_are_found_too() {
    check("second", include_str!("data/secrets-second.tsv"), 140);
}

/// What no part of it was made to fit.
#[test]
fn secrets_of_the_held_out_part_are_found_too() {
    check("held out", include_str!("data/secrets-held-out.tsv"), 60);
}

#[track_caller]
fn check(set: &str, file: &str, least: usize) {
    let lines = || file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    let (secrets, clean): (Vec<_>, Vec<_>) = lines().partition(|(verdict, _)| *verdict == "secret");
    assert!(secrets.len() >= least && clean.len() >= least, "{} and {} lines", secrets.len(), clean.len());
    let missed =
        wrong(&secrets, |text, secret, findings| !findings.iter().any(|finding| covers(text, finding, secret)));
    let alarms = wrong(&clean, |_, _, findings| !findings.is_empty());
    let share = |wrong: &[String], of: usize| 100.0 * wrong.len() as f64 / (of as u64 * DRAWS) as f64;
    let (found, false_alarms) = (100.0 - share(&missed, secrets.len()), share(&alarms, clean.len()));
    let figures = format!(
        "{set}: {found:.2} % of {} secrets found, {false_alarms:.2} % false alarms on {} near misses ({DRAWS} draws each)",
        secrets.len(),
        clean.len()
    );
    println!("{figures}");
    let mut mistakes = missed.iter().map(|text| format!("missed: {text}")).collect::<Vec<_>>();
    mistakes.extend(alarms.iter().map(|text| format!("taken for a secret: {text}")));
    mistakes.dedup_by_key(|mistake| mistake.split(['«', '{']).next().unwrap_or_default().to_owned());
    println!("{}", mistakes.join("\n"));
    assert!(found >= LEAST_FOUND && false_alarms <= MOST_FALSE, "{figures}");
}

/// The whole secret, and little more than a quote around it.
fn covers(text: &str, finding: &Finding, secret: &str) -> bool {
    text[finding.span.clone()].contains(secret)
}

/// The lines of which `is_wrong` says so, with the draw that was.
fn wrong(lines: &[(&str, &str)], is_wrong: impl Fn(&str, &str, &[Finding]) -> bool) -> Vec<String> {
    let mut wrong = Vec::new();
    for (number, (_, line)) in lines.iter().enumerate() {
        for draw in 0..DRAWS {
            let mut chance = Chance::new(number as u64 * DRAWS + draw);
            let marked = chance.fill(line);
            let secret = marked.split_once('«').map_or("", |(_, rest)| rest.rsplit_once('»').unwrap().0).to_owned();
            let text = marked.replace(['«', '»'], "");
            if is_wrong(&text, &secret, &find(&text, &[])) {
                wrong.push(format!("{line}\n    as {text:?}"));
            }
        }
    }
    wrong
}

/// A xorshift: the same draws on every machine.
struct Chance(u64);

impl Chance {
    fn new(seed: u64) -> Self {
        let mut chance = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        (0..8).for_each(|_| {
            chance.next();
        });
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        ((self.next() >> 11) % bound as u64) as usize
    }

    fn draw(&mut self, from: &str, length: usize) -> String {
        let from: Vec<_> = from.chars().collect();
        (0..length).map(|_| from[self.below(from.len())]).collect()
    }

    /// A line with its escapes read and its macros drawn. What is no macro stays.
    fn fill(&mut self, line: &str) -> String {
        let line = line.replace("\\\\", "\u{1}").replace("\\n", "\n").replace("\\t", "\t").replace('\u{1}', "\\");
        let mut filled = String::new();
        let mut rest = &*line;
        while let Some((before, behind)) = rest.split_once('{') {
            filled += before;
            let drawn = behind.split_once('}').and_then(|(inside, behind)| Some((self.macro_of(inside)?, behind)));
            match drawn {
                Some((drawn, behind)) => {
                    filled += &drawn;
                    rest = behind;
                }
                None => {
                    filled.push('{');
                    rest = behind;
                }
            }
        }
        filled + rest
    }

    fn macro_of(&mut self, inside: &str) -> Option<String> {
        const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
        const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        const DIGITS: &str = "0123456789";
        let mut parts = inside.split(':');
        let name = parts.next()?;
        let arguments: Vec<_> = parts.collect();
        let length = || arguments.first()?.parse().ok();
        Some(match name {
            "alnum" => self.draw(&format!("{LOWER}{UPPER}{DIGITS}"), length()?),
            "letters" => self.draw(&format!("{LOWER}{UPPER}"), length()?),
            "lowercase" => self.draw(LOWER, length()?),
            "lower" => self.draw(&format!("{LOWER}{DIGITS}"), length()?),
            "upper" => self.draw(&format!("{UPPER}{DIGITS}"), length()?),
            "base32" => self.draw("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", length()?),
            "digits" => self.draw(DIGITS, length()?),
            "hex" => self.draw("0123456789abcdef", length()?),
            "HEX" => self.draw("0123456789ABCDEF", length()?),
            "b64" => self.draw(&format!("{LOWER}{UPPER}{DIGITS}+/"), length()?),
            "url64" => {
                let mixed = format!("{LOWER}{UPPER}{DIGITS}-_");
                // A token that ends in a dash would be drawn again by its service.
                self.draw(&mixed, length()? - 1) + &self.draw(LOWER, 1)
            }
            "uuid" => {
                let mut part = |length| self.draw("0123456789abcdef", length);
                format!("{}-{}-4{}-a{}-{}", part(8), part(4), part(3), part(3), part(12))
            }
            "word" => self.draw(LOWER, 6),
            "pass" => self.password(),
            "basic" => {
                use base64::Engine as _;
                let plain = format!("{}:{}", self.draw(LOWER, 5), self.password());
                base64::engine::general_purpose::STANDARD.encode(plain)
            }
            "card" => grouped(&self.card(arguments[0], arguments[1].parse().unwrap(), 0), arguments.get(2)),
            "badcard" => {
                let off = 1 + self.below(9) as u32;
                grouped(&self.card(arguments[0], arguments[1].parse().unwrap(), off), arguments.get(2))
            }
            "ean" => self.ean(arguments[0]),
            "iban" => self.iban(arguments[0], 0, arguments.get(1)),
            "badiban" => {
                let off = 1 + self.below(90) as u32;
                self.iban(arguments[0], off, arguments.get(1))
            }
            _ => return None,
        })
    }

    /// As people make them: a word with a number and a mark, letters for digits, or drawn by a program.
    fn password(&mut self) -> String {
        const WORDS: [&str; 8] = ["sommer", "Falcon", "dragon", "Berlin", "kitten", "Winter", "pepper", "Monday"];
        let word = WORDS[self.below(WORDS.len())];
        match self.below(4) {
            0 => format!("{word}{}", self.draw("0123456789", 3)),
            1 => format!("{word}{}!", self.draw("0123456789", 2)),
            2 => format!(
                "{}{}{}",
                self.draw("abcdefghkmnpqrstuvwxyz", 4),
                self.draw("0123456789", 2),
                self.draw("ABCDEFGHKMNP", 4)
            ),
            _ => format!("{}{}{}", self.draw("abcdefABCDEF", 5), self.draw("0123456789", 3), self.draw("abcdXYZ", 4)),
        }
    }

    /// Off by `off` in its check digit.
    fn card(&mut self, prefix: &str, length: usize, off: u32) -> String {
        let body = format!("{prefix}{}", self.draw("0123456789", length - 1 - prefix.len()));
        let sum: u32 = body
            .bytes()
            .rev()
            .enumerate()
            .map(|(place, byte)| {
                let digit = u32::from(byte - b'0');
                if place % 2 == 0 { if digit > 4 { digit * 2 - 9 } else { digit * 2 } } else { digit }
            })
            .sum();
        format!("{body}{}", ((10 - sum % 10) + off) % 10)
    }

    fn ean(&mut self, prefix: &str) -> String {
        let body = format!("{prefix}{}", self.draw("0123456789", 12 - prefix.len()));
        let weight = |(place, byte): (usize, u8)| u32::from(byte - b'0') * if place % 2 == 0 { 3 } else { 1 };
        let sum: u32 = body.bytes().rev().enumerate().map(weight).sum();
        format!("{body}{}", (10 - sum % 10) % 10)
    }

    fn iban(&mut self, country: &str, off: u32, grouping: Option<&&str>) -> String {
        const LENGTHS: &[(&str, usize)] = &[
            ("DE", 22),
            ("GB", 22),
            ("FR", 27),
            ("ES", 24),
            ("IT", 27),
            ("NL", 18),
            ("AT", 20),
            ("CH", 21),
            ("BE", 16),
            ("PL", 28),
            ("SE", 24),
            ("NO", 15),
            ("DK", 18),
            ("FI", 18),
            ("PT", 25),
            ("IE", 22),
            ("LU", 20),
            ("CZ", 24),
            ("TR", 26),
        ];
        let length = LENGTHS.iter().find(|(known, _)| *known == country).unwrap().1;
        let body = match country {
            "GB" | "NL" | "IE" => format!("ABCD{}", self.draw("0123456789", length - 8)),
            "IT" => format!("X{}", self.draw("0123456789", length - 5)),
            _ => self.draw("0123456789", length - 4),
        };
        let mut remainder = 0u32;
        for byte in format!("{body}{country}00").bytes() {
            remainder = if byte.is_ascii_digit() {
                remainder * 10 + u32::from(byte - b'0')
            } else {
                remainder * 100 + u32::from(byte - b'A') + 10
            } % 97;
        }
        let check = (98 - remainder + off - 2) % 97 + 2;
        let whole = format!("{country}{check:02}{body}");
        match grouping {
            Some(_) => grouped(&whole, Some(&"space")),
            None => whole,
        }
    }
}

fn grouped(number: &str, grouping: Option<&&str>) -> String {
    let (separator, cuts): (&str, &[usize]) = match grouping.copied() {
        None => return number.to_owned(),
        Some("dash") => ("-", &[]),
        Some("amex") => (" ", &[4, 10]),
        Some(_) if number.len() == 15 && number.starts_with('3') => (" ", &[4, 10]),
        Some(_) if number.len() == 14 => (" ", &[4, 10]),
        Some(_) => (" ", &[]),
    };
    let mut whole = String::new();
    for (place, c) in number.chars().enumerate() {
        let cut = if cuts.is_empty() { place % 4 == 0 } else { cuts.contains(&place) };
        let separator = if cut && place > 0 { separator } else { "" };
        let _ = write!(whole, "{separator}{c}");
    }
    whole
}
