//! The rules by which a stack unwinds: those of the same contexts nested by hand, but that all
//! errors are kept.

use alloc::vec::Vec;
use core::cell::Cell;
use core::mem;

use super::verdict::{Collected, Left, Verdict};
use crate::exit::{Exit, Failure};
use crate::lost::{self, Loss};
use crate::panics::{self, Payload};
use crate::raw::{Entries, Name, Told};

/// How a stack is unwinding.
pub(crate) struct Unwinding<'e, F: ?Sized = dyn Failure> {
    /// How the body ended; once that was handled, `Completed`.
    body: Exit<'e, F>,
    /// What entries have failed with since.
    errors: Vec<Collected>,
    /// Of the entry that is running.
    pub(crate) name: Cell<Name>,
    /// The first panic of an entry, which goes on when all have run.
    panic: Option<Payload>,
    panics_go_on: bool,
}

/// What is left when all entries have run.
pub(crate) struct Unwound<'e, F: ?Sized = dyn Failure> {
    pub(crate) body: Exit<'e, F>,
    pub(crate) errors: Vec<Collected>,
}

/// Runs all entries, with the panics of any going on afterwards, or else to the hook.
pub(super) fn unwind<'e, K>(
    entries: &mut Entries<'_, K>,
    body: Exit<'e>,
    panics_go_on: bool,
) -> Unwound<'e> {
    let mut unwinding = Unwinding::new(body, panics_go_on);
    while let Err(payload) = panics::catch(|| unwinding.run(entries)) {
        unwinding.panicked(payload);
    }
    unwinding.finish()
}

impl Unwinding<'_> {
    /// Runs the entries that are left, up to one that panics.
    fn run<K>(&mut self, entries: &mut Entries<'_, K>) {
        while let Some(left) = self.run_alike(entries) {
            self.left(left);
        }
    }

    /// Runs entries as long as what the next one is told stays the same.
    fn run_alike<K>(&self, entries: &mut Entries<'_, K>) -> Option<Left> {
        let exit = self.outcome();
        loop {
            let entry = entries.pop()?;
            self.name.set(entry.name());
            match entry.run(exit) {
                Ok(Verdict::Propagate) => {}
                left => return Some(left),
            }
        }
    }
}

impl<'e, F: Told + ?Sized> Unwinding<'e, F> {
    pub(crate) fn new(body: Exit<'e, F>, panics_go_on: bool) -> Self {
        Unwinding {
            body,
            errors: Vec::new(),
            name: Cell::new(Name::Known("ExitStack")),
            panic: None,
            panics_go_on,
        }
    }

    /// What the next entry is told.
    #[inline]
    pub(crate) fn outcome(&self) -> Exit<'_, F> {
        match (&self.panic, self.body) {
            (Some(_), _) => Exit::Panicked,
            (None, Exit::Completed) => self.errors.first().map_or(Exit::Completed, |error| {
                Exit::Failed(F::of_shared(error.failure()))
            }),
            (None, body) => body,
        }
    }

    /// An entry has run to its end.
    #[inline]
    pub(crate) fn left(&mut self, left: Left) {
        match left {
            Ok(Verdict::Propagate) => {}
            Ok(Verdict::Handled) => self.handled(),
            Err(error) => self.failed(error),
        }
    }

    /// The error that the entry was told of has come to its end. Those that it was not told of have
    /// nobody left to be returned to.
    #[cold]
    fn handled(&mut self) {
        if let Exit::Failed(_) = self.outcome() {
            self.lose_all_but_the_first();
            self.body = Exit::Completed;
        }
    }

    /// Empties the list, of which the first error is accounted for if it was told to entries.
    fn lose_all_but_the_first(&mut self) {
        let errors = mem::take(&mut self.errors);
        let (told, untold) = match self.body {
            Exit::Failed(error) => (error, &errors[..]),
            _ => match errors.split_first() {
                Some((first, untold)) => (F::of_shared(first.failure()), untold),
                None => return,
            },
        };
        for error in untold {
            error.report(F::plain(Exit::Failed(told)));
        }
    }

    /// An error is returned in the end, unless there will be nobody to return it to.
    #[cold]
    fn failed(&mut self, error: Collected) {
        match self.outcome() {
            Exit::Completed | Exit::Failed(_) => self.errors.push(error),
            exit => error.report(F::plain(exit)),
        }
    }

    /// What would have been returned is lost to the first panic.
    pub(crate) fn panicked(&mut self, payload: Payload) {
        let name = self.name.get();
        let exit = F::plain(self.outcome());
        if self.panic.is_some() || !self.panics_go_on {
            payload.report(name.get(), exit);
            return;
        }
        if let Exit::Failed(error) = exit {
            lost::report(name.get(), Loss::BodyError(error), exit);
            // A destructor of an error that panics must not take the place of this panic.
            if let Err(another) = panics::catch(|| self.lose_all_but_the_first()) {
                another.report(name.get(), Exit::Panicked);
            }
        }
        self.panic = Some(payload);
    }

    /// Nobody waits any more for what the entries have done so far.
    #[cfg(feature = "std")]
    pub(crate) fn lose(&mut self) {
        let exit = F::plain(self.body);
        // Dropped when all have been told of, as that may panic.
        let errors = mem::take(&mut self.errors);
        for error in &errors {
            error.report(exit);
        }
        if let Some(payload) = self.panic.take() {
            payload.report(self.name.get().get(), exit);
        }
    }

    pub(crate) fn finish(&mut self) -> Unwound<'e, F> {
        if let Some(payload) = self.panic.take() {
            payload.resume();
        }
        Unwound {
            body: self.body,
            errors: mem::take(&mut self.errors),
        }
    }
}
