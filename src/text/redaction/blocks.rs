//! Private keys as files have them: PEM (OpenSSH's and PGP's too) and PuTTY's.

use super::{Finding, Kind};

const PEM: &str = "-----BEGIN ";
const PUTTY: &str = "PuTTY-User-Key-File-";

/// The longest key: RSA of 16384 bits in PGP's armour, signatures and all.
const LONGEST: usize = 64 << 10;
/// A key of 32 bytes in base64. What is shorter is an ellipsis.
const SHORTEST: usize = 40;

pub fn find(text: &str, found: &mut Vec<Finding>) {
    find_with(text, PEM, pem, found);
    find_with(text, PUTTY, putty, found);
}

fn find_with(text: &str, begins: &str, length: fn(&str) -> Option<usize>, found: &mut Vec<Finding>) {
    for start in memchr::memmem::find_iter(text.as_bytes(), begins) {
        let length = length(up_to(&text[start..], LONGEST));
        found.extend(length.map(|length| Finding { kind: Kind::PrivateKey, span: start..start + length }));
    }
}

/// From `-----BEGIN … PRIVATE KEY…-----` to its end; cut off, to the end of what looks like it.
fn pem(text: &str) -> Option<usize> {
    let label = text[PEM.len()..].split("-----").next().filter(|label| label.len() <= 40)?;
    if !label.contains("PRIVATE KEY") {
        return None;
    }
    let body = PEM.len() + label.len() + "-----".len();
    let length = match text[body..].find("-----END ") {
        Some(end) => {
            let end = body + end;
            let last = text[end + "-----END ".len()..].find("-----").map_or(text.len(), |at| end + 9 + at + 5);
            (end, last)
        }
        None => {
            let end = body + text[body..].find(|c: char| !is_of_a_body(c)).unwrap_or(text.len() - body);
            (end, end)
        }
    };
    let letters = text[body..length.0].bytes().filter(u8::is_ascii_alphanumeric).count();
    (letters >= SHORTEST).then_some(length.1)
}

/// Base64, its headers, and line ends that were escaped.
fn is_of_a_body(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '\n' | '\r' | '\\' | ' ' | ':' | ',' | '-')
}

fn putty(text: &str) -> Option<usize> {
    const LINES: &str = "Private-Lines:";
    const MAC: &str = "Private-MAC:";
    let private = text.find(LINES)?;
    match text[private..].find(MAC) {
        Some(mac) => {
            let mac = private + mac;
            Some(mac + text[mac..].find('\n').unwrap_or(text.len() - mac))
        }
        None => Some(text.len()),
    }
}

/// At most so much of a text, cut at a character.
fn up_to(text: &str, length: usize) -> &str {
    match text.len() <= length {
        true => text,
        false => &text[..text.floor_char_boundary(length)],
    }
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
    fn a_private_key_is_found_from_its_first_line_to_its_last() {
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj";
        for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"] {
            let key = format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----");
            check(&format!("before\n{key}\nafter"), &[&key]);
            check(&format!("{{\"k\": \"{}\"}}", key.replace('\n', "\\n")), &[&key.replace('\n', "\\n")]);
        }
        let cut = format!("-----BEGIN PRIVATE KEY-----\n{body}\n");
        check(&cut, &[&cut]);
    }

    #[test]
    fn what_is_public_or_left_out_is_no_key() {
        check("-----BEGIN PUBLIC KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n-----END PUBLIC KEY-----", &[]);
        check("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----", &[]);
        check("a file that begins with -----BEGIN PRIVATE KEY-----", &[]);
    }

    #[test]
    fn puttys_files_are_known() {
        let key = "PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\nAAAA\nPrivate-MAC: 12ab";
        check(&format!("{key}\nafter"), &[key]);
        check("PuTTY-User-Key-File-3 is the first line of a .ppk", &[]);
    }
}
