use super::unwind::{Unwound, unwind};
use super::{Collectable, Collected, ExitErrors, ExitStack};
use crate::exit::Exit;

/// The stack of a scope, which is dropped with entries only if the body panics.
pub(super) struct Scope<'a, K>(pub(super) ExitStack<'a, K>);

impl<'a, K> Scope<'a, K> {
    pub(super) fn run<Q, E>(
        mut self,
        body: impl FnOnce(&mut ExitStack<'a, K>) -> Result<Q, E>,
    ) -> Result<Q, ExitErrors>
    where
        Q: Default,
        E: Collectable,
    {
        let result = body(&mut self.0);
        let exit = match &result {
            Ok(_) => Exit::Completed,
            Err(error) => Exit::Failed(error),
        };
        let Unwound { body, errors } = unwind(&mut self.0.entries, exit, true);
        let handled = body.is_completed();
        let (result, error) = match result {
            Ok(result) => (result, None),
            Err(error) => (Q::default(), (!handled).then(|| error.into())),
        };
        let exits = errors.into_iter().map(Collected::into_error);
        ExitErrors::collect(error, exits).map(|()| result)
    }
}

impl<K> Drop for Scope<'_, K> {
    fn drop(&mut self) {
        unwind(&mut self.0.entries, Exit::Panicked, false);
    }
}
