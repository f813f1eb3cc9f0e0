//! **Used after it was closed.** A prepared statement keeps the number of its database, and not the
//! database, which is gone when the function that prepared it returns. Met in wrappers of C libraries
//! and with ids in tables. Found by the books, which say where it was used and where closed.

use guard_core::testing::{Handle, ResourceTracker};

struct Database {
    handle: Handle,
}

impl Database {
    fn open(tracker: &ResourceTracker) -> Self {
        let handle = tracker.handle("database");
        Database { handle }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.handle.close();
    }
}

pub(crate) mod buggy {
    use super::{Database, Handle, ResourceTracker};

    struct Statement {
        database: Handle,
    }

    fn prepare(tracker: &ResourceTracker) -> Statement {
        let database = Database::open(tracker);
        Statement {
            database: database.handle.clone(),
        }
    }

    pub(crate) fn query(tracker: &ResourceTracker) {
        prepare(tracker).database.touch();
    }
}

pub(crate) mod mended {
    use super::{Database, ResourceTracker};

    struct Statement<'a> {
        database: &'a Database,
    }

    impl Database {
        fn prepare(&self) -> Statement<'_> {
            Statement { database: self }
        }
    }

    pub(crate) fn query(tracker: &ResourceTracker) {
        let database = Database::open(tracker);
        database.prepare().database.handle.touch();
    }
}
