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
        _NET_ACTIVE_WINDOW,
        _NET_CLIENT_LIST,
        _NET_WM_NAME,
        // Nothing is ever appended to it but the empty text, whose notice tells the server's time.
        TIME: b"_POSTIL_TIME",
    }
}
