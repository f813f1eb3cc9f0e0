use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::record::Record;
use crate::testing::message;

/// What this process was started for.
pub(super) struct Assignment {
    /// Which call of a test it is that runs here.
    pub(super) call: usize,
    pub(super) record: Record,
}

/// The variable with the assignment: the call, a colon and the path of the record.
pub(super) const ASSIGNMENT: &str = "GUARD_TESTING_ISOLATED";

impl Assignment {
    pub(super) fn of_this_process() -> Option<Self> {
        let text = env::var(ASSIGNMENT).ok()?;
        let (call, path) = text.split_once(':')?;
        Some(Assignment {
            call: call.parse().ok()?,
            record: Record::at(path),
        })
    }

    /// Calls `f`, and says how it has ended.
    pub(super) fn fulfil(self, f: impl FnOnce()) {
        self.record.entered();
        // The panic goes on.
        match catch_unwind(AssertUnwindSafe(f)) {
            Ok(()) => self.record.done(),
            Err(payload) => {
                self.record.panic(message(&*payload));
                resume_unwind(payload);
            }
        }
    }
}
