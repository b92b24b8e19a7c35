//! Assignments as people and programs write them.

use super::*;

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let mut found = Vec::new();
    find(text, &mut found);
    assert_eq!(found.iter().map(|finding| &text[finding.span.clone()]).collect::<Vec<_>>(), expected, "{text}");
}

#[test]
fn passwords_beside_their_names_are_found() {
    for text in [
        "password = S3same!x",
        "PASSWORD: S3same!x",
        "\"password\": \"S3same!x\"",
        "DB_PASSWORD='S3same!x'",
        "export PGPASSWORD=S3same!x",
        "{\\\"password\\\": \\\"S3same!x\\\"}",
        "<password>S3same!x</password>",
        "login --password S3same!x now",
        "**Password:** `S3same!x`",
        "The password is S3same!x, do not tell",
        "Das Passwort lautet S3same!x.",
        "密码：S3same!x",
        "password: &str = \"S3same!x\";",
        "https://h/?user=a&password=S3same!x&b=c",
        "set_password(\"S3same!x\")",
        "'password' => 'S3same!x',",
    ] {
        check(text, &["S3same!x"]);
    }
    check("DB_PASSWORD=opensesame", &["opensesame"]);
    check("\"password\": \"opensesame\"", &["opensesame"]);
    check("pwd=123456", &["123456"]);
}

#[test]
fn tokens_beside_their_names_are_found() {
    const DRAWN: &str = "q8Zr1LmT0xPv7KdWc3Nf5HsB";
    for text in [
        "api_key = \"{}\"",
        "X-Api-Key: {}",
        "Authorization: Bearer {}",
        "-H 'Authorization: token {}'",
        "\"Authorization\": \"Bearer {}\"",
        "auth_token: {}",
        "client_secret={}",
        "AccountKey={};EndpointSuffix=core",
        "?access_token={}#x",
        "use the bearer {} for it",
    ] {
        check(&text.replace("{}", DRAWN), &[DRAWN]);
    }
    check("Authorization: Basic bWU6aHVudGVyMg==", &["bWU6aHVudGVyMg=="]);
}

#[test]
fn what_only_speaks_of_secrets_is_left_alone() {
    for text in [
        "password: string",
        "Password: required",
        "password = getpass()",
        "password = os.environ[\"DB_PASSWORD\"]",
        "password = user_password",
        "password = request.form.password",
        "password == \"x\"",
        "PASSWORD=$DB_PASSWORD",
        "password: ${{ secrets.DB_PASSWORD }}",
        "password: <your password>",
        "The password is case-sensitive and has 8 characters",
        "Password: 12-character minimum",
        "\"password\": \"Passwort\"",
        "\"password\": \"Enter your password\"",
        "password_file: /run/secrets/db",
        "password=/run/secrets/db",
        "token = tokenizer.next()",
        "api_key = \"YOUR_API_KEY\"",
        "Authorization: Bearer <token>",
        "authorization is needed here",
        "the token is a string",
        "secret: my-secret-name",
        "next_page_token: q8Zr1LmT0xPv7KdWc3Nf5HsB",
        "passwords: 14 leaked",
        "bearer of bad news",
    ] {
        check(text, &[]);
    }
}
