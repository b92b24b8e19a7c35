//! What the daemon and the child say to each other: frames of a length (four bytes, the low one first) and that much JSON.
//!
//! Both ends are the same program, but not the same run of it: an update may lie between them, so each frame has a version.

use serde::{Deserialize, Serialize};

use super::mend::Mended;

/// Of the frames' contents.
pub const VERSION: u32 = 1;

/// A longer frame is none of ours. JSON may write a character in six.
pub const LONGEST_FRAME: usize = 8 << 20;

/// A text to mend.
#[derive(Serialize, Deserialize)]
pub struct Wish {
    pub version: u32,
    pub text: String,
}

/// What became of it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    Mended {
        text: String,
        changed: Vec<(String, String)>,
        suggested: Vec<(String, String)>,
    },
    /// The child speaks another version.
    OtherVersion,
}

impl From<Mended> for Reply {
    fn from(Mended { text, changed, suggested }: Mended) -> Self {
        Self::Mended { text, changed, suggested }
    }
}

/// The frame of a message.
pub fn frame(message: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let body = serde_json::to_vec(message)?;
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes();
    Ok([&length[..], &body].concat())
}

/// How long the frame is that begins with these bytes. None: none of ours.
pub fn length(head: [u8; 4]) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(head)).ok().filter(|length| *length <= LONGEST_FRAME)
}
