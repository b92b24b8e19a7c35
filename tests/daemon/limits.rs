//! The daemon and commands beside it keep the limits of a provider together.

use crate::server::says;
use crate::session::Session;

#[test]
fn the_daemon_and_a_command_share_a_limit() {
    let session = Session::new();
    session.configure(&session.config().replace("timeout_seconds", "requests_per_day = 2\ntimeout_seconds"));
    session.save_action("brief", "name: Brief\nto: [notify]");
    let mut session = session;
    session.start();
    let _editor = session.editor("text");
    for answer in ["one", "two"] {
        session.model.answers(says(answer));
    }
    assert_eq!(session.cli(&["trigger", "brief"]).code, 0);
    assert_eq!(session.ended().body, "one");
    assert_eq!(session.cli(&["run", "brief", "text", "--to", "stdout"]).stdout, "two");
    // Both are used up, by one of each.
    let said = session.cli(&["run", "brief", "text", "--to", "stdout"]);
    assert_eq!((said.code, said.stderr.as_str()), (1, "postil: test limits the rate; try again in 25 h"));
    assert_eq!(session.cli(&["trigger", "brief"]).code, 0);
    assert!(session.ended().body.contains("limits the rate"));
    assert_eq!(session.model.requests().len(), 2);
}
