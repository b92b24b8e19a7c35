//! Where answers go that are not the terminal: notifications and the clipboard.

pub mod clipboard;
pub mod notification;
