//! The socket between `postil` commands and the daemon of this session: line by line JSON, for this user alone.
//!
//! [`message`] is the language, [`place`] where the socket stands, [`server`] the daemon's end, [`client`] a command's,
//! [`transport`] what carries it on this system.
//! Invariants: the first line of either side is a [`message::Hello`], so that two versions that do not understand each
//! other say so; the socket is of mode 0600 in a folder of mode 0700, and who connects must be the same user.

pub mod client;
pub mod message;
pub mod place;
pub mod server;
pub mod transport;
