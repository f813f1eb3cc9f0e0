//! The rules by which an async stack unwinds: those of `ExitStack`, and what is to be done when it is
//! dropped meanwhile.

use alloc::vec::Vec;

use super::AsyncExitStack;
use super::join::Join;
use crate::exit::{AsyncExit, Exit};
use crate::panics;
use crate::raw::{AsyncEntries, AsyncPopped, Caught, Name, Shared};
use crate::stack::{Unwinding, Unwound, Verdict};

/// What a stack is called in messages.
pub(super) const NAME: &str = "AsyncExitStack";

/// In which order the entries run.
#[derive(Clone, Copy)]
pub(super) enum Order {
    OneByOne,
    AtOnce,
}

/// Runs all entries, with the panics of any going on afterwards, or else to the hook. Dropped
/// meanwhile, it loses what the entries have failed with so far, and abandons the others.
pub(super) async fn unwind<K>(
    mut stack: AsyncExitStack<K>,
    body: AsyncExit<'_>,
    order: Order,
    panics_go_on: bool,
) -> Unwound<'_, Shared> {
    let mut underway = Underway::new(body, panics_go_on);
    match order {
        Order::OneByOne => {
            while let Some(entry) = stack.entries.pop() {
                underway.run(entry).await;
            }
        }
        Order::AtOnce => underway.run_at_once(&mut stack.entries, body).await,
    }
    underway.0.finish()
}

/// Runs what can be run without waiting, which is told that it was dropped.
pub(super) fn abandon<K>(entries: &mut AsyncEntries<K>) {
    let mut underway = Underway::new(Exit::Dropped, !panics::panicking());
    while let Some(mut entry) = entries.pop() {
        underway.0.name.set(Name::Known(entry.name()));
        match panics::catch(|| entry.abandon()) {
            Ok(left) => underway.0.left(left),
            Err(payload) => underway.0.panicked(payload),
        }
    }
    underway.0.finish();
}

/// An unwinding that may be dropped, of which the hook is told.
struct Underway<'e>(Unwinding<'e, Shared>);

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        // A destructor of an error that panics must not end the process where a panic unwinds.
        if let Err(payload) = panics::catch(|| self.0.lose()) {
            payload.report(NAME, Exit::Dropped);
        }
    }
}

impl<'e> Underway<'e> {
    fn new(body: AsyncExit<'e>, panics_go_on: bool) -> Self {
        let unwinding = Unwinding::new(body, panics_go_on);
        unwinding.name.set(Name::Known(NAME));
        Underway(unwinding)
    }

    async fn run<K>(&mut self, mut entry: AsyncPopped<K>) {
        self.0.name.set(Name::Known(entry.name()));
        let running = entry.run(self.0.outcome());
        match Caught::made(|| running).await {
            Ok(left) => self.0.left(left),
            Err(payload) => self.0.panicked(payload),
        }
    }

    /// None of them is told of the errors of the others, and so none has handled one.
    async fn run_at_once<K>(&mut self, entries: &mut AsyncEntries<K>, exit: AsyncExit<'e>) {
        let mut names = Vec::new();
        let mut running = Vec::new();
        while let Some(mut entry) = entries.pop() {
            names.push(entry.name());
            running.push(Caught::made(|| entry.run(exit)));
        }
        let mut join = Join::new(running);
        while let Some((index, ended)) = join.next().await {
            self.0.name.set(Name::Known(names[index]));
            match ended {
                Ok(left) => self.0.left(left.map(|_| Verdict::Propagate)),
                Err(payload) => self.0.panicked(payload),
            }
        }
    }
}
