//! The names beside which secrets stand: `DB_PASSWORD`, `apiKey`, `client-secret`, `Passwort`.

/// What is to be expected of the value behind a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    /// Chosen by a person: may be short, and a word.
    Password,
    /// Drawn by chance; short and plain where a person wrote a secret of their own.
    Secret,
    /// Drawn by chance and long.
    Token,
    /// Behind a scheme: `Bearer …`, `Basic …`.
    Authorization,
}

/// What is looked for first, in any case of its letters as far as they are ASCII; the name around it is then read whole.
pub const BEGINNINGS: &[&str] = &[
    "pass",
    "pwd",
    "pw",
    "secret",
    "token",
    "key",
    "auth",
    "authorization",
    "bearer",
    "credential",
    "kennwort",
    "contraseña",
    "contrasena",
    "mot de passe",
    "senha",
    "пароль",
    "Пароль",
    "密码",
    "密碼",
    "口令",
    "パスワード",
    "비밀번호",
    "hasło",
    "wachtwoord",
    "lösenord",
    "kodeord",
    "adgangskode",
    "salasana",
    "şifre",
    "Şifre",
    "heslo",
    "jelszó",
    "κωδικός",
    "Κωδικός",
    "סיסמה",
];

const PASSWORDS: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "pass",
    "passphrase",
    "passcode",
    "pw",
    "passwort",
    "kennwort",
    "contraseña",
    "contrasena",
    "mot de passe",
    "senha",
    "пароль",
    "密码",
    "密碼",
    "口令",
    "パスワード",
    "비밀번호",
    "hasło",
    "wachtwoord",
    "lösenord",
    "kodeord",
    "adgangskode",
    "salasana",
    "şifre",
    "heslo",
    "jelszó",
    "κωδικός",
    "סיסמה",
];

/// A key that opens something says so by the word before it.
const KEYS_OF: &[&str] = &[
    "api",
    "access",
    "private",
    "account",
    "shared",
    "encryption",
    "signing",
    "master",
    "auth",
    "client",
    "license",
    "secret",
    "service",
    "subscription",
    "admin",
    "app",
    "application",
    // Services call theirs so in headers and environments.
    "fastly",
    "openai",
    "anthropic",
    "gemini",
    "google",
    "mistral",
    "groq",
    "deepseek",
    "openrouter",
    "stripe",
    "cloudflare",
    "algolia",
    "datadog",
    "mailgun",
    "sendgrid",
    "twilio",
    "azure",
];

/// What stands before `token` where it opens nothing.
const HARMLESS_TOKENS: &[&str] = &[
    "page",
    "next",
    "continuation",
    "sync",
    "eos",
    "bos",
    "pad",
    "unk",
    "stop",
    "special",
    "first",
    "last",
    "mask",
    "sep",
    "cls",
    "key",
];

/// What a value behind this name would be; none where the name is not one of a secret.
pub fn expects(name: &str) -> Option<Expects> {
    let words = words(name);
    let (last, before) = words.split_last()?;
    let previous = before.last().map(String::as_str).unwrap_or_default();
    match last.as_str() {
        password if PASSWORDS.contains(&password) => Some(Expects::Password),
        // Written as one: `dbpassword`, `userpwd`.
        joined if ["password", "passwd", "passwort", "passphrase"].iter().any(|end| joined.ends_with(end)) => {
            Some(Expects::Password)
        }
        "secret" | "credential" | "credentials" => Some(Expects::Secret),
        joined if joined.ends_with("secret") => Some(Expects::Secret),
        "token" if HARMLESS_TOKENS.contains(&previous) => None,
        "token" => Some(Expects::Token),
        "authtoken" | "accesstoken" | "apitoken" | "refreshtoken" | "bearertoken" => Some(Expects::Token),
        "apikey" | "accesskey" | "privatekey" | "accountkey" | "secretkey" | "masterkey" | "authkey" | "signingkey"
        | "encryptionkey" | "licensekey" | "sharedaccesskey" | "clientkey" => Some(Expects::Token),
        "key" if KEYS_OF.contains(&previous) => Some(Expects::Token),
        "auth" | "authorization" | "bearer" => Some(Expects::Authorization),
        _ => None,
    }
}

/// In lower case; apart at `_`, `-`, `.`, white space and capitals.
fn words(name: &str) -> Vec<String> {
    let whole = name.to_lowercase();
    if PASSWORDS.contains(&whole.as_str()) {
        return vec![whole];
    }
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        let separates = matches!(c, '_' | '-' | '.' | '/' | '$') || c.is_whitespace();
        if separates || (was_lower && c.is_uppercase()) {
            words.push(String::new());
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
        if !separates && let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    while words.len() > 1 && words.last().is_some_and(|word| tells_apart(word)) {
        words.pop();
    }
    words
}

/// What stands behind a name where there are several: `API_KEY_2`, `DB_PASSWORD_PROD`, `SECRET_KEY_BASE`.
fn tells_apart(word: &str) -> bool {
    const PLACES: &[&str] = &[
        "base",
        "prod",
        "production",
        "dev",
        "development",
        "staging",
        "stage",
        "live",
        "old",
        "new",
        "current",
        "primary",
        "secondary",
        "backup",
        "main",
    ];
    PLACES.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str], expected: Option<Expects>) {
        for name in names {
            assert_eq!(expects(name), expected, "{name}");
        }
    }

    #[test]
    fn names_say_what_stands_behind_them() {
        check(
            &[
                "password",
                "DB_PASSWORD",
                "userPassword",
                "pwd",
                "spring.datasource.password",
                "Passwort",
                "密码",
                "mysqlpassword",
                "DB_PASSWORD_PROD",
            ],
            Some(Expects::Password),
        );
        check(&["client_secret", "clientSecret", "SECRET", "CLIENTSECRET"], Some(Expects::Secret));
        check(
            &["api_key", "apiKey", "API key", "ACCESS_TOKEN", "AccountKey", "token", "API_KEY_2", "SECRET_KEY_BASE"],
            Some(Expects::Token),
        );
        check(&["Authorization", "bearer"], Some(Expects::Authorization));
    }

    #[test]
    fn names_that_only_sound_alike_expect_nothing() {
        check(
            &[
                "tokenizer",
                "max_tokens",
                "next_page_token",
                "public_key",
                "primary_key",
                "password_length",
                "passwordHash",
                "secret_name",
                "token_url",
                "compass",
                "bypass_rules",
                "access_key_id",
                "passengers",
                "publicKeyToken",
            ],
            None,
        );
    }
}
