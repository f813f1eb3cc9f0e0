//! **The wrong order.** Variables are dropped last in, first out, and the fields of a struct are not:
//! they are dropped as they are declared. Here the connection goes before the channel that runs over it,
//! which has nobody left to say goodbye to. Met in structs that keep both, with the natural order of
//! fields. Found by asking for last in, first out.

use guard_core::ExitStack;
use guard_core::testing::{Resource, ResourceTracker};

struct Session {
    connection: Resource,
    channel: Resource,
}

pub(crate) fn buggy(tracker: &ResourceTracker) {
    let connection = tracker.open("connection");
    let channel = tracker.open("channel");
    let session = Session {
        connection,
        channel,
    };
    session.connection.touch();
    session.channel.touch();
}

pub(crate) fn mended(tracker: &ResourceTracker) {
    let session = ExitStack::new();
    let connection = session.enter(tracker.resource("connection"));
    let channel = session.enter(tracker.resource("channel"));
    connection.touch();
    channel.touch();
}
