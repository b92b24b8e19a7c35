//! A line that comes in over the socket is a message or an error that quotes nothing of it. What is a message is
//! written as one line that reads as the same message.

use std::fmt::Debug;

use postil::ipc::message::{Hello, MessageError, Reply, Request, check_hello, line, parse};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub fn check(bytes: &[u8]) {
    check_as::<Request>(bytes);
    check_as::<Reply>(bytes);
    if let Some(hello) = check_as::<Hello>(bytes) {
        _ = check_hello(&hello).map_err(|error| error.to_string());
    }
}

fn check_as<M: DeserializeOwned + Serialize + PartialEq + Debug>(bytes: &[u8]) -> Option<M> {
    match parse::<M>(bytes) {
        Ok(message) => {
            let written = line(&message);
            assert_eq!(written.iter().position(|byte| *byte == b'\n'), Some(written.len() - 1));
            assert_eq!(parse::<M>(&written).as_ref(), Ok(&message));
            Some(message)
        }
        Err(error) => {
            assert!(matches!(error, MessageError::Malformed { column } if column <= bytes.len() + 1), "{error:?}");
            None
        }
    }
}
