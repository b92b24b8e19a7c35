//! The control sockets of sway, i3, Hyprland and niri, asked for their version alone. Each answer is bounded in time and
//! size.
//!
//! Forms: i3's IPC documentation (sway has the same), Hyprland's wiki "IPC", niri's wiki "IPC".

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::PATIENCE;

/// Far more than any of them says of its version.
const LONGEST_ANSWER: u64 = 64 << 10;

const I3_MAGIC: &[u8] = b"i3-ipc";
const I3_GET_VERSION: u32 = 7;

/// sway's version, or i3's.
pub fn of_i3(socket: &Path) -> io::Result<Option<String>> {
    let mut request = I3_MAGIC.to_vec();
    request.extend(0u32.to_ne_bytes());
    request.extend(I3_GET_VERSION.to_ne_bytes());
    let mut stream = send(socket, &request)?;
    let mut header = [0; I3_MAGIC.len() + 8];
    stream.read_exact(&mut header)?;
    let length: [u8; 4] = header[I3_MAGIC.len()..][..4].try_into().expect("four of fourteen bytes");
    let mut body = Vec::new();
    stream.take(u64::from(u32::from_ne_bytes(length)).min(LONGEST_ANSWER)).read_to_end(&mut body)?;
    Ok(i3_version(&body))
}

fn i3_version(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    Some(body["human_readable"].as_str()?.to_owned())
}

pub fn of_hyprland(socket: &Path) -> io::Result<Option<String>> {
    Ok(hyprland_version(&to_the_end(send(socket, b"j/version")?)?))
}

/// Since 0.42 it has `version`; before, only the tag of the source.
fn hyprland_version(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let word = |key: &str| body[key].as_str().filter(|word| !word.is_empty());
    Some(word("version").or_else(|| word("tag"))?.trim_start_matches('v').to_owned())
}

pub fn of_niri(socket: &Path) -> io::Result<Option<String>> {
    let stream = send(socket, b"\"Version\"\n")?;
    // It answers as long as it is asked.
    stream.shutdown(Shutdown::Write)?;
    Ok(niri_version(&to_the_end(stream)?))
}

fn niri_version(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    Some(body["Ok"]["Version"].as_str()?.to_owned())
}

fn send(socket: &Path, request: &[u8]) -> io::Result<UnixStream> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(request)?;
    Ok(stream)
}

fn to_the_end(stream: UnixStream) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    stream.take(LONGEST_ANSWER).read_to_end(&mut body)?;
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tells_its_version_in_its_own_way() {
        let sway = br#"{"human_readable":"1.7","variant":"sway","major":1,"minor":7,"patch":0}"#;
        assert_eq!(i3_version(sway).as_deref(), Some("1.7"));
        let new = br#"{"branch":"main","tag":"v0.49.0","version":"0.49.0"}"#;
        assert_eq!(hyprland_version(new).as_deref(), Some("0.49.0"));
        assert_eq!(hyprland_version(br#"{"tag":"v0.34.0"}"#).as_deref(), Some("0.34.0"));
        assert_eq!(niri_version(br#"{"Ok":{"Version":"25.05.1 (g4c1cd19)"}}"#).as_deref(), Some("25.05.1 (g4c1cd19)"));
        for nonsense in [&b""[..], b"[]", b"{\"Err\":\"no\"}"] {
            assert_eq!((i3_version(nonsense), hyprland_version(nonsense), niri_version(nonsense)), (None, None, None));
        }
    }
}
