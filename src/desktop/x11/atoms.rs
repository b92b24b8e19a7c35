//! The names that this program and other X clients agree on.

x11rb::atom_manager! {
    /// Interned once, when the connection is made.
    pub Atoms: AtomsCookie {
        CLIPBOARD,
        TARGETS,
        INCR,
        UTF8_STRING,
        TEXT,
        COMPOUND_TEXT,
        TEXT_PLAIN: b"text/plain",
        TEXT_PLAIN_UTF8: b"text/plain;charset=utf-8",
        TEXT_PLAIN_UTF8_UPPER: b"text/plain;charset=UTF-8",
        MULTIPLE,
        SAVE_TARGETS,
        TIMESTAMP,
        DELETE,
        INSERT_SELECTION,
        INSERT_PROPERTY,
        ATOM_PAIR,
        CLIPBOARD_MANAGER,
        // A raw pointer into the process that owns it: to nobody else of any use.
        GTK_TEXT_BUFFER_CONTENTS,
        // What clipboard managers take for a sign not to keep the contents, in KDE and beyond.
        PASSWORD_HINT: b"x-kde-passwordManagerHint",
        _NET_ACTIVE_WINDOW,
        _NET_CLIENT_LIST,
        _NET_WM_NAME,
        // Nothing is ever appended to it but the empty text, whose notice tells the server's time.
        TIME: b"_POSTIL_TIME",
        // Of a message that says nothing.
        NUDGE: b"_POSTIL_NUDGE",
    }
}

#[cfg(test)]
impl Atoms {
    /// As a server might give them.
    pub fn numbered() -> Self {
        Self {
            CLIPBOARD: 100,
            TARGETS: 101,
            INCR: 102,
            UTF8_STRING: 103,
            TEXT: 104,
            COMPOUND_TEXT: 105,
            TEXT_PLAIN: 106,
            TEXT_PLAIN_UTF8: 107,
            TEXT_PLAIN_UTF8_UPPER: 108,
            MULTIPLE: 109,
            SAVE_TARGETS: 110,
            TIMESTAMP: 111,
            DELETE: 112,
            INSERT_SELECTION: 113,
            INSERT_PROPERTY: 114,
            ATOM_PAIR: 115,
            CLIPBOARD_MANAGER: 116,
            GTK_TEXT_BUFFER_CONTENTS: 117,
            PASSWORD_HINT: 118,
            _NET_ACTIVE_WINDOW: 119,
            _NET_CLIENT_LIST: 120,
            _NET_WM_NAME: 121,
            TIME: 122,
            NUDGE: 123,
        }
    }
}
