//! **`let _ = guard`.** `_` is not a variable: what is assigned to it is dropped on that line, and what
//! follows has no guard. Met with spans of tracing, locks and temporary directories. Found as the use of
//! a resource that is closed already. `enter!(_ = ..)` holds until the end of the scope.

use std::ops::ControlFlow;

use guard_core::testing::{Handle, ResourceTracker};
use guard_core::{context_manager, enter, yield_point};

/// As in the crate `scopeguard`.
struct Defer<F: FnMut()>(F);

impl<F: FnMut()> Drop for Defer<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

fn requests(session: &Handle) -> ControlFlow<()> {
    for request in 0..3 {
        session.touch();
        if request == 1 {
            return ControlFlow::Break(());
        }
    }
    ControlFlow::Continue(())
}

pub(crate) fn buggy(tracker: &ResourceTracker) -> ControlFlow<()> {
    let session = tracker.handle("session");
    let _ = Defer(|| session.close());
    requests(&session)?;
    requests(&session)
}

#[context_manager]
fn logged_in(session: &Handle) {
    let exit = yield_point!();
    session.close_with(exit);
}

pub(crate) fn mended(tracker: &ResourceTracker) -> ControlFlow<()> {
    let session = tracker.handle("session");
    enter!(_ = logged_in(&session));
    requests(&session)?;
    requests(&session)
}
