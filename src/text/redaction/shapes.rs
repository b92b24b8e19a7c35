//! The shapes that services give their keys and tokens: what they begin with, what follows and how much of it. As the
//! services document them, or as their keys look; last looked over on 2026-11-25.
//!
//! A table and nothing else. What a shape has no beginning of its own for is found by its neighbours, in `assignments`.

/// What a token is made of behind its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Letters and digits.
    Alnum,
    /// Those, `-` and `_`.
    Word,
    /// Those and `.`.
    Dotted,
    /// Capitals and digits.
    Capitals,
    /// Hexadecimal digits.
    Hex,
    /// Base64: letters, digits, `+`, `/`, `=`; and what addresses have in their place.
    Base64,
}

/// Whether the beginning alone is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sure {
    /// Nothing else begins like this and goes on like this.
    Yes,
    /// Words of a program or a language may; so the rest has to look drawn by chance.
    IfRandom,
}

#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub begins: &'static str,
    pub of: Of,
    pub least: usize,
    pub most: usize,
    pub sure: Sure,
    pub whose: &'static str,
}

const fn exactly(begins: &'static str, of: Of, length: usize, whose: &'static str) -> Shape {
    Shape { begins, of, least: length, most: length, sure: Sure::Yes, whose }
}

const fn between(begins: &'static str, of: Of, least: usize, most: usize, whose: &'static str) -> Shape {
    Shape { begins, of, least, most, sure: Sure::IfRandom, whose }
}

const fn from(begins: &'static str, of: Of, least: usize, whose: &'static str) -> Shape {
    Shape { begins, of, least, most: LONGEST, sure: Sure::Yes, whose }
}

const fn random(begins: &'static str, of: Of, least: usize, whose: &'static str) -> Shape {
    Shape { begins, of, least, most: LONGEST, sure: Sure::IfRandom, whose }
}

/// Longer is a file in base64.
const LONGEST: usize = 4096;

use Of::{Alnum, Base64, Capitals, Dotted, Hex, Word};

/// Where one begins like another, the longer stands first.
pub const SHAPES: &[Shape] = &[
    // Models.
    random("sk-ant-", Word, 20, "Anthropic"),
    random("sk-or-v1-", Word, 20, "OpenRouter"),
    random("sk-proj-", Word, 20, "OpenAI"),
    random("sk-svcacct-", Word, 20, "OpenAI"),
    random("sk-admin-", Word, 20, "OpenAI"),
    random("sk-None-", Word, 20, "OpenAI"),
    random("sk-lf-", Word, 16, "Langfuse"),
    random("sk-", Word, 20, "OpenAI or a service like it"),
    from("AIza", Word, 35, "Google"),
    random("AQ.", Word, 30, "Google"),
    exactly("gsk_", Alnum, 52, "Groq"),
    random("gsk_", Alnum, 20, "Groq"),
    random("xai-", Word, 40, "xAI"),
    exactly("hf_", Alnum, 34, "Hugging Face"),
    exactly("api_org_", Alnum, 34, "Hugging Face"),
    random("r8_", Alnum, 30, "Replicate"),
    random("pplx-", Alnum, 32, "Perplexity"),
    random("csk-", Alnum, 32, "Cerebras"),
    random("nvapi-", Word, 40, "NVIDIA"),
    random("tgp_v1_", Word, 30, "Together"),
    random("fw_", Alnum, 22, "Fireworks"),
    random("pcsk_", Word, 40, "Pinecone"),
    random("lsv2_pt_", Word, 32, "LangSmith"),
    random("lsv2_sk_", Word, 32, "LangSmith"),
    random("fc-", Hex, 32, "Firecrawl"),
    random("tvly-", Word, 24, "Tavily"),
    random("jina_", Word, 40, "Jina"),
    random("pa-", Word, 40, "Voyage"),
    random("apify_api_", Alnum, 30, "Apify"),
    exactly("e2b_", Hex, 40, "E2B"),
    random("sk_", Alnum, 40, "ElevenLabs or a service like it"),
    // Code and packages.
    from("ghp_", Alnum, 36, "GitHub"),
    from("gho_", Alnum, 36, "GitHub"),
    from("ghu_", Alnum, 36, "GitHub"),
    from("ghs_", Alnum, 36, "GitHub"),
    from("ghr_", Alnum, 36, "GitHub"),
    random("github_pat_", Word, 36, "GitHub"),
    random("glpat-", Dotted, 20, "GitLab"),
    random("gldt-", Word, 20, "GitLab"),
    random("glrt-", Dotted, 20, "GitLab"),
    random("glptt-", Word, 20, "GitLab"),
    random("glsoat-", Word, 20, "GitLab"),
    random("glcbt-", Word, 20, "GitLab"),
    random("glft-", Word, 20, "GitLab"),
    random("glimt-", Word, 20, "GitLab"),
    random("glagent-", Word, 20, "GitLab"),
    random("gloas-", Word, 20, "GitLab"),
    random("glffct-", Word, 20, "GitLab"),
    random("GR1348941", Word, 20, "GitLab"),
    random("ATBB", Alnum, 24, "Bitbucket"),
    random("ATATT3", Base64, 40, "Atlassian"),
    random("ATCTT3", Base64, 40, "Atlassian"),
    exactly("AKCp", Alnum, 69, "Artifactory"),
    exactly("cmVmd", Alnum, 59, "Artifactory"),
    random("sgp_", Word, 40, "Sourcegraph"),
    random("SWMTKN-1-", Word, 60, "Docker"),
    exactly("CLOJARS_", Alnum, 60, "Clojars"),
    exactly("API-", Capitals, 26, "Octopus Deploy"),
    exactly("npm_", Alnum, 36, "npm"),
    random("pypi-AgE", Word, 40, "PyPI"),
    random("pypi-AgENdGVzdC5weXBpLm9yZw", Word, 40, "PyPI"),
    exactly("rubygems_", Hex, 48, "RubyGems"),
    exactly("cio", Alnum, 32, "crates.io"),
    exactly("oy2", Alnum, 43, "NuGet"),
    random("dckr_pat_", Word, 24, "Docker"),
    random("dckr_oat_", Word, 24, "Docker"),
    random("sqp_", Hex, 40, "SonarQube"),
    random("squ_", Hex, 40, "SonarQube"),
    random("sqa_", Hex, 40, "SonarQube"),
    random("PMAK-", Word, 40, "Postman"),
    random("figd_", Word, 36, "Figma"),
    random("lin_api_", Alnum, 32, "Linear"),
    random("lin_oauth_", Alnum, 32, "Linear"),
    random("ntn_", Alnum, 40, "Notion"),
    random("secret_", Alnum, 40, "Notion"),
    random("CCIPAT_", Word, 30, "CircleCI"),
    random("bkua_", Hex, 40, "Buildkite"),
    // A fixed beginning, 14 characters, a point, 64 more.
    between("pat", Dotted, 79, 79, "Airtable"),
    random("CFPAT-", Word, 40, "Contentful"),
    random("tfp_", Dotted, 50, "Typeform"),
    random("rdme_", Alnum, 60, "ReadMe"),
    exactly("pnu_", Alnum, 36, "Prefect"),
    from("pat-na1-", Word, 36, "HubSpot"),
    from("pat-na2-", Word, 36, "HubSpot"),
    from("pat-eu1-", Word, 36, "HubSpot"),
    from("pat-ap1-", Word, 36, "HubSpot"),
    random("sl.", Dotted, 100, "Dropbox"),
    random("p8e-", Alnum, 32, "Adobe"),
    random("fio-u-", Word, 60, "Frame.io"),
    // Clouds.
    exactly("AKIA", Capitals, 16, "AWS"),
    exactly("ASIA", Capitals, 16, "AWS"),
    exactly("ABIA", Capitals, 16, "AWS"),
    exactly("ACCA", Capitals, 16, "AWS"),
    random("ABSKQmVkcm9ja0FQSUtleS", Base64, 80, "AWS"),
    random("GOCSPX-", Word, 24, "Google"),
    random("ya29.", Dotted, 30, "Google"),
    random("1//0", Word, 40, "Google"),
    exactly("LTAI", Alnum, 20, "Alibaba Cloud"),
    exactly("AKID", Alnum, 32, "Tencent Cloud"),
    exactly("dop_v1_", Hex, 64, "DigitalOcean"),
    exactly("doo_v1_", Hex, 64, "DigitalOcean"),
    exactly("dor_v1_", Hex, 64, "DigitalOcean"),
    from("HRKU-", Word, 36, "Heroku"),
    random("nfp_", Alnum, 36, "Netlify"),
    random("vcp_", Alnum, 24, "Vercel"),
    random("fo1_", Word, 40, "Fly.io"),
    random("fm2_", Base64, 80, "Fly.io"),
    random("sbp_", Hex, 40, "Supabase"),
    random("sb_secret_", Word, 24, "Supabase"),
    random("pscale_tkn_", Dotted, 32, "PlanetScale"),
    random("pscale_pw_", Dotted, 32, "PlanetScale"),
    random("pscale_oauth_", Dotted, 32, "PlanetScale"),
    between("dapi", Word, 32, 34, "Databricks"),
    exactly("v1.0-", Word, 171, "Cloudflare"),
    random("fm1r_", Base64, 80, "Fly.io"),
    random("fm1a_", Base64, 80, "Fly.io"),
    random("dnkey-", Word, 60, "Defined Networking"),
    random("tk-us-", Word, 40, "Scalingo"),
    random("sha256~", Word, 43, "OpenShift"),
    random("AQVN", Word, 35, "Yandex Cloud"),
    random("napi_", Alnum, 40, "Neon"),
    random("glsa_", Word, 32, "Grafana"),
    random("glc_", Base64, 32, "Grafana"),
    random("NRAK-", Capitals, 27, "New Relic"),
    random("dt0c01.", Dotted, 80, "Dynatrace"),
    random("dt0s01.", Dotted, 80, "Dynatrace"),
    random("sntrys_", Base64, 60, "Sentry"),
    random("sntryu_", Hex, 64, "Sentry"),
    random("phx_", Alnum, 40, "PostHog"),
    random("hvs.", Word, 24, "Vault"),
    random("hvb.", Word, 24, "Vault"),
    random("hvr.", Word, 24, "Vault"),
    random("pul-", Hex, 40, "Pulumi"),
    random("dp.pt.", Alnum, 40, "Doppler"),
    random("dp.st.", Dotted, 40, "Doppler"),
    random("tskey-", Word, 24, "Tailscale"),
    random("ops_eyJ", Base64, 80, "1Password"),
    Shape { begins: "A3-", of: Word, least: 35, most: 37, sure: Sure::Yes, whose: "1Password" },
    random("AGE-SECRET-KEY-1", Capitals, 58, "age"),
    // Messages and mail.
    random("xoxb-", Word, 20, "Slack"),
    random("xoxp-", Word, 20, "Slack"),
    random("xoxa-", Word, 20, "Slack"),
    random("xoxr-", Word, 20, "Slack"),
    random("xoxs-", Word, 20, "Slack"),
    random("xoxo-", Word, 20, "Slack"),
    random("xoxc-", Word, 20, "Slack"),
    random("xoxd-", Base64, 20, "Slack"),
    random("xoxe-", Word, 20, "Slack"),
    random("xoxe.xox", Base64, 20, "Slack"),
    random("xapp-", Word, 20, "Slack"),
    random("https://hooks.slack.com/services/", Base64, 30, "Slack"),
    random("https://hooks.slack.com/workflows/", Base64, 30, "Slack"),
    random("https://discord.com/api/webhooks/", Base64, 60, "Discord"),
    random("https://discordapp.com/api/webhooks/", Base64, 60, "Discord"),
    random("https://hooks.slack.com/triggers/", Base64, 30, "Slack"),
    from("https://hooks.zapier.com/hooks/catch/", Base64, 12, "Zapier"),
    exactly("SK", Hex, 32, "Twilio"),
    random("SG.", Dotted, 50, "SendGrid"),
    exactly("key-", Hex, 32, "Mailgun"),
    random("xkeysib-", Word, 60, "Brevo"),
    random("xsmtpsib-", Word, 60, "Brevo"),
    random("re_", Word, 28, "Resend"),
    // Money and shops.
    from("sk_live_", Alnum, 20, "Stripe"),
    random("sk_test_", Alnum, 20, "Stripe"),
    from("rk_live_", Alnum, 20, "Stripe"),
    random("rk_test_", Alnum, 20, "Stripe"),
    random("whsec_", Base64, 28, "Stripe"),
    random("sq0atp-", Word, 22, "Square"),
    random("sq0csp-", Word, 40, "Square"),
    random("EAAA", Word, 58, "Square or Meta"),
    random("EAA", Alnum, 100, "Meta"),
    random("access_token$production$", Alnum, 16, "PayPal"),
    random("shpat_", Hex, 32, "Shopify"),
    random("shpca_", Hex, 32, "Shopify"),
    random("shppa_", Hex, 32, "Shopify"),
    random("shpss_", Hex, 32, "Shopify"),
    random("shptka_", Hex, 32, "Shopify"),
    random("sk.eyJ", Dotted, 60, "Mapbox"),
    from("access-sandbox-", Word, 36, "Plaid"),
    from("access-development-", Word, 36, "Plaid"),
    from("access-production-", Word, 36, "Plaid"),
    random("duffel_live_", Word, 40, "Duffel"),
    random("duffel_test_", Word, 40, "Duffel"),
    exactly("EZAK", Alnum, 54, "EasyPost"),
    exactly("EZTK", Alnum, 54, "EasyPost"),
    random("FLWSECK-", Word, 30, "Flutterwave"),
    random("FLWSECK_TEST-", Word, 30, "Flutterwave"),
    exactly("shippo_live_", Hex, 40, "Shippo"),
    exactly("shippo_test_", Hex, 40, "Shippo"),
    // JSON Web Tokens: a header and a body, both JSON, and a signature.
    random("eyJ", Dotted, 40, JWT),
];

/// Its three parts are looked at beyond the table.
pub const JWT: &str = "a service that signs them (JWT)";
