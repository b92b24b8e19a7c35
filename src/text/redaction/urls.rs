//! Passwords in addresses, `scheme://user:password@host`, and signatures that open one; and what programs are given for a
//! password on their command line or in a file of lines, `curl -u`, `sshpass -p`, `.pgpass`.

use std::ops::Range;

use super::{Finding, Kind, likely};

/// What stands for a password in documentation, and what opens nothing but a fresh installation.
const OF_EXAMPLES: &[&str] =
    &["password", "passwd", "pass", "pwd", "pw", "secret", "token", "guest", "postgres", "root", "admin"];

/// Longer is no user and password.
const LONGEST: usize = 512;

pub fn find(text: &str, found: &mut Vec<Finding>) {
    for scheme in memchr::memmem::find_iter(text.as_bytes(), "://") {
        found.extend(in_authority(text, scheme + 3).map(password));
    }
    for option in [" -u", " --user"] {
        for at in memchr::memmem::find_iter(text.as_bytes(), option) {
            found.extend(in_credentials(text, at, at + option.len()).map(password));
        }
    }
    for (option, programs) in OPTIONS {
        for at in memchr::memmem::find_iter(text.as_bytes(), option) {
            found.extend(of_a_program(text, at, option, programs).map(password));
        }
    }
    for signature in SIGNATURES {
        for at in memchr::memmem::find_iter(text.as_bytes(), signature) {
            let span = in_signature(text, at + signature.len());
            found.extend(span.map(|span| Finding { kind: Kind::Token, span }));
        }
    }
    for port in memchr::memmem::find_iter(text.as_bytes(), PGPASS) {
        found.extend(in_pgpass(text, port).map(password));
    }
}

/// Options that are passwords to these programs, and something else to others.
const OPTIONS: &[(&str, &[&str])] = &[
    (" -p ", &["sshpass", "docker login", "podman login", "helm registry login", "ansible"]),
    (" -p", &["mysql ", "mysqldump ", "mysqladmin ", "mariadb "]),
    (" -a ", &["redis-cli"]),
    (" -w ", &["ldapsearch", "ldapmodify"]),
];

/// What signs an address so that whoever has it gets in: Azure's, Amazon's, Google's.
const SIGNATURES: &[&str] = &["&sig=", "?sig=", "X-Amz-Signature=", "X-Goog-Signature="];

/// Between a host and the rest of a line of `.pgpass`.
const PGPASS: &str = ":5432:";

fn password(span: Range<usize>) -> Finding {
    Finding { kind: Kind::Password, span }
}

fn in_authority(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = &text[start..text.floor_char_boundary((start + LONGEST).min(text.len()))];
    let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | '`' | '<' | '>' | '\\' | '|');
    let authority = &rest[..rest.find(ends).unwrap_or(rest.len())];
    let (user_info, host) = authority.rsplit_once('@')?;
    let (user, secret) = user_info.split_once(':')?;
    let at = start + user.len() + 1;
    (!host.is_empty() && is_secret(user, secret)).then_some(at..at + secret.len())
}

/// Only curl and its like take them so, and the command stands before on the line.
fn in_credentials(text: &str, option: usize, start: usize) -> Option<Range<usize>> {
    let line = text[..option].rsplit('\n').next().unwrap_or_default();
    if !["curl", "http", "wget"].iter().any(|program| line.contains(program)) {
        return None;
    }
    let word = text[start..].trim_start_matches([' ', '=']).split_whitespace().next()?;
    let bare = word.trim_matches(['"', '\'']);
    let at = start + text[start..].find(bare)?;
    let (user, secret) = bare.split_once(':')?;
    (bare.len() <= LONGEST && is_secret(user, secret)).then_some(at + user.len() + 1..at + bare.len())
}

/// The word behind an option, where one of the programs stands before it on the line.
fn of_a_program(text: &str, at: usize, option: &str, programs: &[&str]) -> Option<Range<usize>> {
    let line = text[..at].rsplit('\n').next().unwrap_or_default();
    if !programs.iter().any(|program| line.contains(program)) {
        return None;
    }
    let behind = &text[at + option.len()..];
    let word = behind.split(char::is_whitespace).next()?;
    let bare = word.trim_matches(['"', '\'']);
    let start = at + option.len() + behind.find(bare)?;
    let is_option = bare.starts_with('-') || bare.contains('=');
    (!is_option && bare.len() <= LONGEST && is_secret("", bare)).then_some(start..start + bare.len())
}

fn in_signature(text: &str, start: usize) -> Option<Range<usize>> {
    const SHORTEST: usize = 40;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'%' | b'-' | b'_' | b'+' | b'/' | b'=');
    let length = text.as_bytes()[start..].iter().take(LONGEST).take_while(|byte| is_part(byte)).count();
    let signature = &text[start..start + length];
    let likely = length >= SHORTEST && !likely::is_placeholder(signature);
    (likely && (likely::is_random(signature) || likely::is_jumbled(signature))).then_some(start..start + length)
}

/// `host:5432:database:user:password`, all of a line.
fn in_pgpass(text: &str, port: usize) -> Option<Range<usize>> {
    let start = text[..port].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].split('\n').next()?.trim_end();
    let mut fields = line.splitn(5, ':');
    let secret = fields.nth(4)?;
    let is_one = line.len() <= LONGEST && !line.contains(char::is_whitespace) && !line.contains("//");
    let end = start + line.len();
    (is_one && is_secret("", secret)).then_some(end - secret.len()..end)
}

fn is_secret(user: &str, secret: &str) -> bool {
    let lower = secret.to_lowercase();
    secret.chars().count() >= 3
        && !secret.starts_with(['$', '%', '{', '['])
        && secret != user
        && !OF_EXAMPLES.contains(&lower.as_str())
        && !likely::is_placeholder(secret)
        // A port, where an address without a scheme of its own stands behind an `@`.
        && !(secret.len() <= 5 && user.contains('.') && secret.bytes().all(|byte| byte.is_ascii_digit()))
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
    fn a_password_in_an_address_is_found() {
        check("postgres://app:s3cr-et@db:5432/x", &["s3cr-et"]);
        check("see https://me:p%40ss@host/ and more", &["p%40ss"]);
        check("redis://:hunter2@cache", &["hunter2"]);
        check("curl -u me:hunter2 https://host", &["hunter2"]);
    }

    #[test]
    fn addresses_without_one_are_left_alone() {
        for text in [
            "https://host:8080/a@b",
            "https://user@host/",
            "ssh://git@host:22/x",
            "postgres://user:password@localhost/db",
            "https://user:$PASSWORD@host",
            "https://<user>:<password>@host",
            "mongodb://root:root@localhost",
            "id -u me:hunter2",
        ] {
            check(text, &[]);
        }
    }
}
