//! What the daemon costs while nobody presses a key: wake-ups, threads, memory; fresh, after a first job, and after one
//! over TLS.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::press;
use super::server::Server;
use super::world::{KEY, Running, World, home, pass, postil};
use crate::distribution::{Distribution, Target, Verdict};

/// Until what a start or a job leaves behind is done.
const SETTLE: Duration = Duration::from_secs(2);

/// Where Debian keeps the certificates of all authorities.
const AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// After this long without anything to do the daemon has given its program's pages back (`daemon::rest`).
pub const LONGER_THAN_A_REST: Duration = Duration::from_secs(22);
const RESTS: usize = 5;

pub fn measure(watched_for: Duration) {
    let world = World::start();
    println!(
        "| | wake-ups in {} s | PSS, before that | PSS | RSS | of it written to | threads |\n|---|--:|--:|--:|--:|--:|---|",
        watched_for.as_secs()
    );
    plain(&world, watched_for);
    tls(&world, watched_for);
    println!("\nTargets: at most 2 wake-ups a minute, PSS at most 8 MB, RSS at most 15 MB.");
}

fn plain(world: &World, watched_for: Duration) {
    let server = Server::start();
    let home = home(&server);
    let postil = Running::start(world.command(&postil(), home.path()));
    world.await_grab(world.keycode(KEY));
    world.session.next_item();
    watch("fresh", &postil, watched_for);
    press::once(world, &server);
    watch("after a first job", &postil, watched_for);
    rested(world, &server);
}

/// What the press after a rest pays for the pages that were given back in it.
fn rested(world: &World, server: &Server) {
    let after_rests: Distribution = (0..RESTS)
        .map(|_| {
            pass(LONGER_THAN_A_REST);
            press::once(world, server)
        })
        .collect();
    println!(
        "\n{}\n{}",
        Distribution::HEAD,
        after_rests.row("the first press after a rest: key to complete request", &Target::default())
    );
}

fn tls(world: &World, watched_for: Duration) {
    let keys = tempfile::tempdir().expect("a folder");
    let Some(config) = certified(keys.path()) else {
        println!("\nTLS was not measured: it needs openssl and {AUTHORITIES}.");
        return;
    };
    let server = Server::start_tls(config);
    let home = home(&server);
    let mut command = world.command(&postil(), home.path());
    command.env("SSL_CERT_FILE", keys.path().join("authorities.pem"));
    let postil = Running::start(command);
    world.await_grab(world.keycode(KEY));
    world.session.next_item();
    press::once(world, &server);
    watch("after a first job over TLS", &postil, watched_for);
}

/// A server's certificate that is trusted by who reads `authorities.pem` in `folder`, which has the system's as well.
fn certified(folder: &Path) -> Option<ServerConfig> {
    let (certificate, key) = (folder.join("server.pem"), folder.join("server.key"));
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]);
    openssl.args(["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]);
    openssl.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
    openssl.arg("-keyout").arg(&key).arg("-out").arg(&certificate);
    openssl.output().ok().filter(|output| output.status.success())?;
    let authorities = fs::read_to_string(AUTHORITIES).ok()? + &fs::read_to_string(&certificate).ok()?;
    fs::write(folder.join("authorities.pem"), authorities).ok()?;
    let chain = vec![CertificateDer::from_pem_file(&certificate).ok()?];
    let key = PrivateKeyDer::from_pem_file(&key).ok()?;
    let provider = rustls::crypto::ring::default_provider();
    let versions = ServerConfig::builder_with_provider(provider.into()).with_safe_default_protocol_versions().ok()?;
    versions.with_no_client_auth().with_single_cert(chain, key).ok()
}

fn watch(when: &str, postil: &Running, watched_for: Duration) {
    pass(SETTLE);
    let at_once = Memory::of(postil.id());
    let before = switches(postil.id());
    pass(watched_for);
    let after = switches(postil.id());
    let memory = Memory::of(postil.id());
    let count = |threads: &[(String, u64)]| threads.iter().map(|(_, switches)| switches).sum::<u64>();
    let woken = count(&after).saturating_sub(count(&before));
    let names: Vec<_> = after.iter().map(|(name, _)| name.as_str()).collect();
    let allowed = (2 * watched_for.as_secs()).div_ceil(60);
    println!(
        "| {when} | {woken} ({}) | {} | {} ({}) | {} ({}) | {} | {} |",
        Verdict(woken <= allowed),
        megabytes(at_once.pss),
        megabytes(memory.pss),
        Verdict(memory.pss <= 8 << 10),
        megabytes(memory.rss),
        Verdict(memory.rss <= 15 << 10),
        megabytes(memory.dirty),
        names.join(", ")
    );
}

/// Each thread's name, and how often it was taken off the processor: a thread that slept all the time has not been.
fn switches(process: u32) -> Vec<(String, u64)> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).expect("postil runs").flatten();
    let read = |status: String| {
        let name = field(&status, "Name:").trim().to_owned();
        let switches = ["voluntary_ctxt_switches:", "nonvoluntary_ctxt_switches:"];
        (name, switches.iter().map(|kind| number(&status, kind)).sum())
    };
    tasks.filter_map(|task| fs::read_to_string(task.path().join("status")).ok()).map(read).collect()
}

/// In kB.
pub struct Memory {
    pub pss: u64,
    rss: u64,
    /// What is not the program's code and constants as they stand in its file.
    dirty: u64,
}

impl Memory {
    pub fn of(process: u32) -> Self {
        let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).expect("postil runs");
        let [pss, rss, dirty] = ["Pss:", "Rss:", "Private_Dirty:"].map(|kind| number(&rollup, kind));
        Self { pss, rss, dirty }
    }
}

fn field<'a>(text: &'a str, name: &str) -> &'a str {
    text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default()
}

fn number(text: &str, name: &str) -> u64 {
    field(text, name).split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

pub fn megabytes(kilobytes: u64) -> String {
    #[allow(clippy::cast_precision_loss)] // far below 2^52
    let megabytes = kilobytes as f64 / 1024.0;
    format!("{megabytes:.1} MB")
}
