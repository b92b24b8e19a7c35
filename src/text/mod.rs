//! Pure work on text: what must stay unseen, which language it is in, and the sentences that the user reads.

pub mod accents;
pub mod chunking;
pub mod diff;
pub mod language;
pub mod line;
pub mod near;
pub mod plain;
pub mod redaction;
pub mod sealed;
pub mod sentences;
pub mod shape;
pub mod shorten;
pub mod tokens;
