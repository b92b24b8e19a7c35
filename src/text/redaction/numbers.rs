//! Card numbers with their check digit (ISO/IEC 7812), and IBANs with theirs (ISO 13616).
//!
//! Digits are everywhere; so a number has to stand by itself, be grouped as its kind is, have the beginning and length of
//! an issuer or country, and pass its check.

use std::ops::Range;

use super::{Finding, Kind};

const SHORTEST_CARD: usize = 13;
const LONGEST_CARD: usize = 19;

pub fn find(text: &str, found: &mut Vec<Finding>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let run = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let finding = iban(bytes, at)
            .map(|span| Finding { kind: Kind::Iban, span })
            .or_else(|| card(bytes, at).map(|span| Finding { kind: Kind::CardNumber, span }));
        at = finding.as_ref().map_or(at + run, |finding| finding.span.end.max(at + run));
        found.extend(finding);
    }
}

/// A card number that begins with this digit.
fn card(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    if !stands_free_before(bytes, start) {
        return None;
    }
    let (digits, groups, end) = grouped_digits(&bytes[start..]);
    let end = start + end;
    let fits = (SHORTEST_CARD..=LONGEST_CARD).contains(&digits.len())
        && stands_free_behind(bytes, end)
        && is_grouped_as_cards(&groups, digits.len())
        && is_of_an_issuer(&digits)
        && luhn(&digits)
        && !(digits.len() == 13 && is_ean(&digits));
    fits.then_some(start..end)
}

/// Not the end of a word, of a fraction, of a path or of a telephone number.
fn stands_free_before(bytes: &[u8], start: usize) -> bool {
    match bytes[..start] {
        [] => true,
        [.., b'\\', b'n' | b't' | b'r'] => true,
        [.., before, b'.' | b',' | b'-' | b' '] if before.is_ascii_digit() => false,
        [.., last] => !(last.is_ascii_alphanumeric() || matches!(last, b'_' | b'+' | b'/' | b'.' | b'%' | b'#' | b'-')),
    }
}

fn stands_free_behind(bytes: &[u8], end: usize) -> bool {
    match bytes[end..] {
        [] => true,
        [b'.' | b',' | b'-' | b':', next, ..] if next.is_ascii_digit() => false,
        [next, ..] => !(next.is_ascii_alphanumeric() || matches!(next, b'_' | b'/' | b'+')),
    }
}

/// Digits with one and the same separator between groups of them; their values, the groups' lengths, and their end.
fn grouped_digits(bytes: &[u8]) -> (Vec<u8>, Vec<usize>, usize) {
    let (mut digits, mut groups, mut end, mut separator) = (Vec::new(), Vec::new(), 0, None);
    loop {
        let run = bytes[end..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        digits.extend(bytes[end..end + run].iter().map(|byte| byte - b'0'));
        groups.push(run);
        end += run;
        let Some(next) = bytes.get(end).copied().filter(|next| matches!(next, b' ' | b'-')) else { break };
        let goes_on = bytes.get(end + 1).is_some_and(u8::is_ascii_digit) && separator.is_none_or(|known| known == next);
        if !goes_on || digits.len() >= LONGEST_CARD {
            break;
        }
        separator = Some(next);
        end += 1;
    }
    (digits, groups, end)
}

fn is_grouped_as_cards(groups: &[usize], length: usize) -> bool {
    match groups {
        [all] => *all == length,
        [4, 6, 5] | [4, 6, 4] => true,
        [4, 4, 4, rest @ ..] => {
            rest.iter().rev().skip(1).all(|group| *group == 4) && rest.iter().all(|group| *group <= 4)
        }
        _ => false,
    }
}

/// By the first digits, as issuers have them.
fn is_of_an_issuer(digits: &[u8]) -> bool {
    let first = |count: usize| digits[..count].iter().fold(0u32, |number, digit| number * 10 + u32::from(*digit));
    let length = digits.len();
    match first(4) {
        // Visa
        4000..=4999 => matches!(length, 13 | 16 | 19),
        // Mastercard
        5100..=5599 | 2221..=2720 => length == 16,
        // American Express
        3400..=3499 | 3700..=3799 => length == 15,
        // Diners Club
        3000..=3059 | 3095 | 3600..=3699 | 3800..=3999 => length == 14 || (length == 16 && first(2) != 39),
        // JCB
        3528..=3589 => (16..=19).contains(&length),
        // Discover
        6011 | 6440..=6599 => (16..=19).contains(&length),
        // UnionPay
        6200..=6299 => (16..=19).contains(&length),
        // Maestro
        5000..=5099 | 5600..=5899 | 6304 | 6390 | 6759 | 6761..=6763 => (16..=19).contains(&length),
        // Mir
        2200..=2204 => length == 16,
        _ => false,
    }
}

fn luhn(digits: &[u8]) -> bool {
    let doubled = |digit: u8| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let value = |(place, digit): (usize, &u8)| u32::from(if place % 2 == 1 { doubled(*digit) } else { *digit });
    digits.iter().rev().enumerate().map(value).sum::<u32>().is_multiple_of(10)
}

/// The number under a bar code: it begins like a card's at times, and has a check digit of its own.
fn is_ean(digits: &[u8]) -> bool {
    let value = |(place, digit): (usize, &u8)| u32::from(*digit) * if place % 2 == 1 { 3 } else { 1 };
    digits.iter().rev().enumerate().map(value).sum::<u32>().is_multiple_of(10)
}

/// How long an IBAN is, by its country (registry of SWIFT, release 99).
const IBANS: &[(&[u8; 2], usize)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HN", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// An IBAN whose check digits begin here.
fn iban(bytes: &[u8], digits: usize) -> Option<Range<usize>> {
    let start = digits.checked_sub(2)?;
    let country = [bytes[start].to_ascii_uppercase(), bytes[start + 1].to_ascii_uppercase()];
    let (_, length) = IBANS.iter().find(|(known, _)| **known == country)?;
    let escaped = start >= 2 && bytes[start - 2] == b'\\' && matches!(bytes[start - 1], b'n' | b't' | b'r');
    let free =
        start == 0 || escaped || !(bytes[start - 1].is_ascii_alphanumeric() || matches!(bytes[start - 1], b'_' | b'+'));
    if !free {
        return None;
    }
    let (mut at, mut taken, mut remainder) = (start, Vec::with_capacity(*length), 0u32);
    while taken.len() < *length {
        match bytes.get(at)? {
            byte if byte.is_ascii_alphanumeric() => taken.push(byte.to_ascii_uppercase()),
            b' ' | b'-' if taken.len() % 4 == 0 && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) => {}
            _ => return None,
        }
        at += 1;
    }
    let ends = bytes.get(at).is_none_or(|next| !next.is_ascii_alphanumeric() && *next != b'_');
    for byte in taken[4..].iter().chain(&taken[..4]) {
        remainder = match byte {
            b'0'..=b'9' => remainder * 10 + u32::from(byte - b'0'),
            _ => remainder * 100 + u32::from(byte - b'A') + 10,
        } % 97;
    }
    (ends && remainder == 1).then_some(start..at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut found = Vec::new();
        find(text, &mut found);
        assert_eq!(found.iter().map(|finding| &text[finding.span.clone()]).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn card_numbers_are_found_as_they_are_written() {
        for card in [
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "5555555555554444",
            "2223003122003222",
            "378282246310005",
            "3782 822463 10005",
            "30569309025904",
            "3530111333300000",
            "6011111111111117",
            "6200000000000005",
            "4222222222222",
        ] {
            check(card, &[card]);
            check(&format!("card: {card}, valid"), &[card]);
        }
    }

    #[test]
    fn other_numbers_are_no_cards() {
        for text in [
            "4111111111111112",
            "x4111111111111111",
            "0.4111111111111111",
            "+4111111111111111",
            "4111111111111111a",
            "4111 1111 11111111",
            "41-11 1111 1111 1111",
            "4006381333931",
            "1790000000000",
            "/4111111111111111",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn ibans_are_found_by_their_check_digits() {
        for iban in [
            "DE89370400440532013000",
            "DE89 3704 0044 0532 0130 00",
            "GB29NWBK60161331926819",
            "fr1420041010050500013m02606",
            "NO9386011117947",
        ] {
            check(iban, &[iban]);
            check(&format!("IBAN: {iban}."), &[iban]);
        }
        for text in ["DE88370400440532013000", "XDE89370400440532013000", "DE893704004405320130001", "DE89 370 400"] {
            check(text, &[]);
        }
    }
}
